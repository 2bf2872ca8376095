"""Two who wrote at the same time: both versions side by side, and one chosen for each answer."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from brukerplan.actions.conflicts import (
    Conflict,
    Side,
    conflicts_of,
    open_conflict,
    settle_conflict,
)
from brukerplan.actions.registering_errors import ChoiceMissingError, ConflictNotFoundError
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Questionnaire
from brukerplan.questionnaire.words import value_in_words
from brukerplan.translation import Translator, UserError
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor
from brukerplan.web.i18n import current_translator
from brukerplan.web.messages import say
from brukerplan.web.registration_place import version, writes
from brukerplan.web.services import services

blueprint = Blueprint("conflicts", __name__, url_prefix="/registrering")


class Compared(NamedTuple):
    """An answer that differs, in words; the empty string is no answer."""

    variable: str
    question: str
    mine: str
    stored: str
    chosen: str


@blueprint.get("/<uuid:registration_id>/to-versjoner/<uuid:conflict_id>")
@writes
def show(registration_id: uuid.UUID, conflict_id: uuid.UUID) -> ResponseReturnValue:
    """Show the two versions side by side, only where they differ."""
    try:
        return _page(_opened(registration_id, conflict_id))
    except ConflictNotFoundError as error:
        return _settled_already(registration_id, error)


@blueprint.post("/<uuid:registration_id>/to-versjoner/<uuid:conflict_id>")
@writes
def settle(registration_id: uuid.UUID, conflict_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what was chosen, answer by answer."""
    t = current_translator()
    try:
        conflict = _opened(registration_id, conflict_id)
        settle_conflict(
            services().database,
            by=current_actor(),
            conflict_id=conflict_id,
            choices=_choices(conflict),
            version=version(),
            now=now(),
        )
    except ConflictNotFoundError as error:
        return _settled_already(registration_id, error)
    except ChoiceMissingError as error:
        return _page(conflict, problem=error.text(t), missing=error.variables), 400
    except UserError as error:
        # What is stored may have changed meanwhile: it is shown as it is now.
        return _page(_opened(registration_id, conflict_id), problem=error.text(t)), 409
    say(t.gettext("Versjonene er slått sammen slik du valgte."))
    return redirect(url_for("registration.fill_in", registration_id=registration_id), code=303)


def _opened(registration_id: uuid.UUID, conflict_id: uuid.UUID) -> Conflict:
    with services().database.read() as session:
        kept = {each.id for each in conflicts_of(session, registration_id)}
    if conflict_id not in kept:
        # Another registration's answers are not opened, and are as if they did not exist.
        raise ConflictNotFoundError
    return open_conflict(
        services().database, by=current_actor(), conflict_id=conflict_id, now=now()
    )


def _settled_already(
    registration_id: uuid.UUID, error: ConflictNotFoundError
) -> ResponseReturnValue:
    say(error.text(current_translator()))
    return redirect(url_for("registration.fill_in", registration_id=registration_id), code=303)


def _choices(conflict: Conflict) -> dict[str, Side]:
    """What was chosen for each answer that differs; «all mine» and «all stored» say it once."""
    chosen: dict[str, Side] = {}
    for difference in conflict.differences:
        said = request.form.get("all") or request.form.get(f"choice-{difference.variable}")
        if said == "mine":
            chosen[difference.variable] = "mine"
        elif said == "stored":
            chosen[difference.variable] = "stored"
    return chosen


def _page(conflict: Conflict, *, problem: str = "", missing: tuple[str, ...] = ()) -> str:
    t = current_translator()
    q = edition(conflict.registration.edition)
    compared = _compared(conflict, q, t)
    return render_template(
        "conflict.html",
        conflict=conflict,
        found=conflict.registration,
        compared=compared,
        heading=problem,
        problems=[
            (f"valg-{row.variable}-mine", row.question)
            for row in compared
            if row.variable in missing
        ],
    )


def _compared(conflict: Conflict, q: Questionnaire, t: Translator) -> tuple[Compared, ...]:
    by_id = {variable.id: variable for variable in q.variables}
    sent = _choices(conflict)

    def words(variable_id: str, value: Value | None) -> str:
        return "" if value is None else value_in_words(by_id[variable_id], value, t)

    return tuple(
        Compared(
            variable=difference.variable,
            question=t.pgettext(difference.variable, by_id[difference.variable].label),
            mine=words(difference.variable, difference.mine),
            stored=words(difference.variable, difference.stored),
            chosen=sent.get(difference.variable) or difference.suggested or "",
        )
        for difference in conflict.differences
    )
