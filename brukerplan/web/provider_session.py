"""What the browser's session keeps while somebody is away at the sign-in provider.

Away and back takes two requests, and what ties them together is only in this browser's own
session: an answer that somebody else asked for fits nothing here.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from flask import Response, abort, make_response, render_template, session, url_for

from brukerplan.openid import Attempt, Provider, ProviderError
from brukerplan.web.clock import now
from brukerplan.web.i18n import current_language, current_translator
from brukerplan.web.messages import say
from brukerplan.web.services import services

_log = logging.getLogger(__name__)
_AWAY = "away"
_SIGNED_IN_THERE = "signed_in_there"


class Purpose(StrEnum):
    """Why somebody was sent to the provider."""

    SIGN_IN = "sign_in"
    LINK = "link"
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody who was sent away: why, and what is to happen when they are back.

    Parameters
    ----------
    back
        Our page to go to afterwards.
    name
        What an invited person has called themselves.
    user_id
        Whose account is to be linked.
    """

    purpose: Purpose
    attempt: Attempt = field(repr=False)
    back: str = ""
    name: str = field(default="", repr=False)
    user_id: int | None = None


def provider() -> Provider:
    """Return the provider; where there is none, its pages are not there either."""
    found = services().provider
    if found is None:
        abort(404)
    return found


def provider_name() -> str:
    """Return what people call the provider, nothing where there is none."""
    found = services().provider
    return "" if found is None else found.name


def send_away(
    purpose: Purpose, *, fresh: bool, back: str = "", name: str = "", user_id: int | None = None
) -> str:
    """Remember why, and return the address to send the browser to.

    Raises
    ------
    UnavailableError, BrokenError
        Nobody can sign in there now.
    """
    address, attempt = provider().begin(language=current_language(), fresh=fresh, now=now())
    away = Away(purpose, attempt, back, name, user_id)
    session[_AWAY] = asdict(away)
    return address


def come_back() -> Away | None:
    """Return who was sent away from this browser, once."""
    kept: dict[str, Any] | None = session.pop(_AWAY, None)
    if kept is None:
        return None
    return Away(
        **kept | {"purpose": Purpose(kept["purpose"]), "attempt": Attempt(**kept["attempt"])}
    )


def note_signed_in_there() -> None:
    """Remember that the provider has a session too, which signing out is to end."""
    session[_SIGNED_IN_THERE] = True


def signed_in_there() -> bool:
    """Tell whether the provider has a session that was begun from here."""
    return bool(session.get(_SIGNED_IN_THERE)) and services().provider is not None


def sign_out_there() -> Response | None:
    """Return the page that leads on to the provider's own sign-out, if there is a way."""
    asked = provider()
    try:
        address = asked.sign_out_address(
            back=services().settings.public_url + url_for("provider.signed_out"),
            language=current_language(),
        )
    except ProviderError as error:
        _log.warning("sign-out at the provider failed: %s", error.code)
        address = None
    if address is not None:
        return going_there(address)
    t = current_translator()
    say(
        t.gettext(
            "Du kan fortsatt være logget inn hos %(name)s. Lukk nettleseren for å være sikker.",
            name=asked.name,
        )
    )
    return None


def going_there(address: str) -> Response:
    """Answer a form with a page that leads on to the provider.

    A browser holds a form's redirects to ``form-action`` too, all the way through the
    provider's own; a page of ours ends the form here, and the policy stays as strict.
    """
    page = render_template("provider_going.html", address=address, provider=provider().name)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
