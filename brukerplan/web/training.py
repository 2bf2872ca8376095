"""Training: a number of nobody to practise with, and the banner that says it is practice."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from brukerplan.access.permissions import Permission
from brukerplan.actions.training import practice_number
from brukerplan.persistence.queries import rounds
from brukerplan.translation import UserError
from brukerplan.web.guards import current_actor, permission
from brukerplan.web.services import services

blueprint = Blueprint("training", __name__)


@blueprint.app_context_processor
def _training() -> dict[str, Any]:
    return {"training_year": _year_of_training}


@blueprint.post("/min-liste/ovingsnummer")
@permission(Permission.REGISTRATION_WRITE)
def number() -> ResponseReturnValue:
    """Show a number of nobody. It stands on the page alone: in no address and no cookie."""
    with services().database.read() as session:
        year = rounds.training_of(session, current_actor().user_id)
    if year is None:
        abort(404)
    unit = request.form.get("unit", "")
    return render_template(
        "practice_number.html",
        number=practice_number(secrets.SystemRandom()),
        year=year,
        unit=unit if unit.isdecimal() else None,
    )


def _year_of_training() -> int | None:
    """Return the year that whoever is signed in practises on; asked by the page's frame."""
    if not current_user.is_authenticated:
        return None
    try:
        with services().database.read() as session:
            return rounds.training_of(session, current_user.actor.user_id)
    except UserError:
        # The page that says the database is away must not fail by asking it.
        return None
