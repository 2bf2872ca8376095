"""The letters to the persons: whom they are to, and printing them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.informing import (
    TooLateToUndoError,
    UnknownLetterLanguageError,
    mark_informed,
    set_letter_language,
    unmark_informed,
)
from brukerplan.actions.oslo import oslo_day
from brukerplan.actions.scope import NotInRoundError, existing_round, require_at
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.letters import LetterLine, count_uninformed, letter_lines
from brukerplan.persistence.queries.organisations import organisation
from brukerplan.persistence.queries.rounds import municipality_terms
from brukerplan.persistence.tables.states import IdentityMode, RoundState
from brukerplan.reports.letters import Letter
from brukerplan.translation import UserError, mark

__all__ = [
    "MOST_AT_ONCE",
    "LetterBatch",
    "TooLateToUndoError",
    "TooManyLettersError",
    "UnknownLetterLanguageError",
    "count_uninformed",
    "letters",
    "list_letters",
    "mark_informed",
    "set_letter_language",
    "unmark_informed",
]

MOST_AT_ONCE = 100


class TooManyLettersError(UserError):
    """More than one file holds: they would take longer to print than anybody waits."""

    message: ClassVar[str] = mark("Skriv ut høyst %(most)s brev om gangen.")


@dataclass(frozen=True, slots=True)
class LetterBatch:
    """Letters to print, and the registrations they are about, in the same order."""

    registration_ids: tuple[uuid.UUID, ...]
    letters: tuple[Letter, ...]


def list_letters(
    database: Database, *, by: Actor, unit_id: int, round_id: int, now: datetime
) -> tuple[LetterLine, ...]:
    """Return who has and who has not been sent a letter. Raises `NotAllowedError`."""
    with database.begin() as session:
        require_at(session, by, Permission.LETTER_SEND, unit_id)
        lines = letter_lines(session, unit_id, round_id)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="letter.listed",
            organisation_id=unit_id,
            detail=f"round={round_id} lines={len(lines)}",
        )
    return lines


def letters(
    database: Database,
    *,
    by: Actor,
    unit_id: int,
    round_id: int,
    registration_ids: Iterable[uuid.UUID] | None,
    now: datetime,
) -> LetterBatch:
    """Return letters to print, each in its own language. Printing sends nothing.

    Parameters
    ----------
    registration_ids
        Whom to write to; those that are not the unit's are left out. ``None`` means
        everybody who has not been sent one.

    Raises
    ------
    NotAllowedError, RoundNotFoundError, NotInRoundError
        There are no letters here for this actor.
    TooManyLettersError
        More than `MOST_AT_ONCE`.
    """
    chosen = None if registration_ids is None else frozenset(registration_ids)
    with database.begin() as session:
        require_at(session, by, Permission.LETTER_SEND, unit_id)
        found = existing_round(session, round_id)
        unit = organisation(session, unit_id)
        if unit is None or unit.parent_id is None:
            raise NotInRoundError(year=found.year)
        terms = municipality_terms(session, unit.parent_id, round_id)
        if terms is None:
            raise NotInRoundError(year=found.year)
        lines = tuple(
            line
            for line in letter_lines(session, unit_id, round_id)
            if (line.informed_at is None if chosen is None else line.registration_id in chosen)
        )
        if len(lines) > MOST_AT_ONCE:
            raise TooManyLettersError(most=MOST_AT_ONCE)
        for line in lines:
            log(
                session,
                at=now,
                user_id=by.user_id,
                action="letter.printed",
                organisation_id=unit_id,
                subject=line.registration_id,
                detail=line.language,
            )
    return LetterBatch(
        registration_ids=tuple(line.registration_id for line in lines),
        letters=tuple(
            Letter(
                language=line.language,
                municipality=terms.name,
                unit=unit.name,
                year=found.year,
                case_label=line.case_label,
                written_on=oslo_day(now),
                answer_by=terms.deadline,
                anonymous=terms.identity_mode == IdentityMode.ANONYMOUS,
                practice=found.synthetic or found.state == RoundState.TRAINING,
            )
            for line in lines
        ),
    )
