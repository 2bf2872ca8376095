"""What every template may use beside its own values."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, request
from flask_login import current_user

from brukerplan.access.permissions import Permission
from brukerplan.web.assets import asset_url
from brukerplan.web.guards import holds_anywhere
from brukerplan.web.i18n import current_language, language_links
from brukerplan.web.provider_session import provider_name
from brukerplan.web.services import services

LEVEL_SYMBOLS = {
    "green": "●",
    "yellow": "▲",
    "red": "■",
    "blood_red": "✚",
    "unknown": "?",
    "not_computable": "?",
}


def install(app: Flask) -> None:
    """Register globals and the context of every page."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset_url=asset_url, level_symbols=LEVEL_SYMBOLS)
    app.jinja_env.filters["as_json"] = _as_json
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    return {
        "language": current_language(),
        "language_links": language_links,
        "demo": services().settings.demo,
        "here": request.path,
        "may": _may,
        "provider_name": provider_name,
    }


def _may(name: str) -> bool:
    """Whether to show a link in the menu; the route itself decides what is allowed."""
    return current_user.is_authenticated and holds_anywhere(current_user.actor, Permission(name))


def _as_json(value: object) -> str:
    """Data for a ``data-`` attribute; Jinja escapes it as it does all text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
