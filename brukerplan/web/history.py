"""What has been changed in a registration: by answer, who and when."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from brukerplan.actions.history import HistoryLine, registration_history
from brukerplan.persistence.answers import variable_by_id
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.persistence.tables.states import ChangeSource
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Variable
from brukerplan.questionnaire.words import value_in_words
from brukerplan.translation import Translator, mark
from brukerplan.web.clock import now
from brukerplan.web.guards import current_actor
from brukerplan.web.i18n import current_translator
from brukerplan.web.registration_place import current_registration, reads
from brukerplan.web.services import services

blueprint = Blueprint("history", __name__, url_prefix="/registrering")

SOURCES: Mapping[str, str] = {
    ChangeSource.FORM: mark("Skjemaet"),
    ChangeSource.NUMBER: mark("Foreslått fra nummeret"),
    ChangeSource.CARRIED_OVER: mark("Hentet fra forrige kartlegging"),
    ChangeSource.IMPORTED: mark("Importert fra fil"),
    ChangeSource.MERGED: mark("Slått sammen med en annen registrering"),
    ChangeSource.CHOSEN: mark("Valgt mellom to versjoner"),
    ChangeSource.ROUTED: mark("Falt bort fordi spørsmålet ikke gjelder"),
    "registration.started": mark("Registreringen ble påbegynt"),
    "registration.imported": mark("Registreringen ble importert"),
    "registration.reopened": mark("Registreringen ble åpnet igjen"),
    "registration.submitted": mark("Registreringen ble sendt inn"),
    "registration.verified": mark("Registreringen ble merket som kontrollert"),
    "registration.unverified": mark("Merket for kontrollert ble fjernet"),
    "registration.merged": mark("Slått sammen med en annen tjenestes registrering"),
}


class Changed(NamedTuple):
    """One answer that changed, in words; the empty string is no answer."""

    question: str
    before: str
    after: str


class Save(NamedTuple):
    """What one person changed within a minute."""

    line: HistoryLine
    source: str
    defaults: int
    changes: tuple[Changed, ...]


@blueprint.get("/<uuid:registration_id>/historikk")
@reads
def show(registration_id: uuid.UUID) -> ResponseReturnValue:
    """Show every change, the last one first."""
    found = current_registration()
    lines = registration_history(
        services().database, by=current_actor(), registration_id=registration_id, now=now()
    )
    return render_template(
        "history.html", found=found, saves=_saves(lines, found, current_translator())
    )


def _saves(
    lines: tuple[HistoryLine, ...], found: RegistrationView, t: Translator
) -> tuple[Save, ...]:
    asked = edition(found.edition).variables
    order: dict[str | None, int] = {each.id: place for place, each in enumerate(asked)}
    saves = []
    for _, together in groupby(lines, key=_sitting):
        own = sorted(together, key=lambda line: order.get(line.variable, len(order)))
        told = [line for line in own if not _starts_at_default(line)]
        saves.append(
            Save(
                line=own[0],
                source=t.gettext(SOURCES[own[0].source]),
                defaults=len(own) - len(told),
                changes=tuple(
                    _changed(line, variable_by_id(line.variable), t)
                    for line in told
                    if line.variable
                ),
            )
        )
    return tuple(saves)


def _sitting(line: HistoryLine) -> tuple[str | None, str, datetime]:
    # Each answer is saved by itself: a heading for every one would be forty in three minutes.
    return line.user_name, line.source, line.at.replace(second=0, microsecond=0)


def _starts_at_default(line: HistoryLine) -> bool:
    # Thirty services without need in a row would hide what was really answered.
    if line.variable is None or line.before is not None or line.after is None:
        return False
    return line.after == variable_by_id(line.variable).default


def _changed(line: HistoryLine, variable: Variable, t: Translator) -> Changed:
    return Changed(
        question=t.pgettext(variable.id, variable.label),
        before=_words(variable, line.before, t),
        after=_words(variable, line.after, t),
    )


def _words(variable: Variable, value: Value | None, t: Translator) -> str:
    return "" if value is None else value_in_words(variable, value, t)
