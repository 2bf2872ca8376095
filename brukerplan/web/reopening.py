"""Why something is opened again: the reasons to choose among, and the one chosen."""

from __future__ import annotations

from flask import request

from brukerplan.actions.rounds_errors import ReasonMissingError
from brukerplan.persistence.tables.states import ReopeningReason
from brukerplan.translation import mark
from brukerplan.web.i18n import current_translator

LABELS = {
    ReopeningReason.PERSON_MISSING: mark("En person mangler"),
    ReopeningReason.ANSWER_WRONG: mark("Et svar er feil"),
    ReopeningReason.DUPLICATE: mark("En person er registrert to ganger"),
    ReopeningReason.ASKED_BY_TRUST: mark("Helseforetaket ba om retting"),
    ReopeningReason.SUBMITTED_TOO_EARLY: mark("Det ble levert eller lukket for tidlig"),
    ReopeningReason.TRAINING_OVER: mark("Opplæringen er over"),
}

UNIT_REASONS = (
    ReopeningReason.PERSON_MISSING,
    ReopeningReason.ANSWER_WRONG,
    ReopeningReason.DUPLICATE,
    ReopeningReason.ASKED_BY_TRUST,
    ReopeningReason.SUBMITTED_TOO_EARLY,
)
MUNICIPALITY_REASONS = (
    ReopeningReason.PERSON_MISSING,
    ReopeningReason.ANSWER_WRONG,
    ReopeningReason.DUPLICATE,
    ReopeningReason.SUBMITTED_TOO_EARLY,
)
ROUND_REASONS = (ReopeningReason.PERSON_MISSING, ReopeningReason.SUBMITTED_TOO_EARLY)


def reasons(among: tuple[ReopeningReason, ...]) -> list[tuple[str, str]]:
    """Return code and text of the reasons, in the reader's language."""
    t = current_translator()
    return [(reason.value, t.gettext(LABELS[reason])) for reason in among]


def reason_text(code: str | None) -> str:
    """Return the text of a stored reason; empty where there is none."""
    return "" if code is None else current_translator().gettext(LABELS[ReopeningReason(code)])


def reason_given(among: tuple[ReopeningReason, ...]) -> ReopeningReason:
    """Return the reason that was chosen in the form.

    Raises
    ------
    ReasonMissingError
        None was, or one that is not offered here.
    """
    chosen = request.form.get("reason", "")
    for reason in among:
        if reason.value == chosen:
            return reason
    raise ReasonMissingError
