"""Saying that a person has been sent the letter, taking it back, and in which language."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.oslo import oslo_day
from brukerplan.actions.scope import RegistrationNotFoundError, require_at, require_open
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.tables import MappingRound, Registration, RoundMunicipality
from brukerplan.translation import LANGUAGES, UserError, mark


class UnknownLetterLanguageError(UserError):
    """The letter is written in three languages."""

    message: ClassVar[str] = mark(
        "Brevet finnes på bokmål, nynorsk og engelsk. Velg ett av språkene."
    )


class TooLateToUndoError(UserError):
    """The letter was marked as sent on an earlier day."""

    message: ClassVar[str] = mark(
        "Brevet ble merket som sendt en annen dag, og det kan ikke angres. Er det ikke sendt, "
        "så skriv det ut og send det nå."
    )


def mark_informed(
    database: Database, *, by: Actor, registration_ids: Iterable[uuid.UUID], now: datetime
) -> int:
    """Mark the letters as sent; return how many were not already.

    A registration that is gone is left out: the person may have opted out while the
    letters were folded.

    Raises
    ------
    NotAllowedError
        One of them is not of a unit whose letters the actor sends. Then none is marked.
    RoundNotOpenError, MunicipalityApprovedError
        What counts is settled, and is not changed by a letter.
    """
    with database.begin() as session:
        waiting = [
            found for found in _held(session, by, registration_ids) if found.informed_at is None
        ]
        for found in waiting:
            _set(session, found, by, now, "letter.sent", informed_at=now, informed_by=by.user_id)
    return len(waiting)


def unmark_informed(
    database: Database, *, by: Actor, registration_id: uuid.UUID, now: datetime
) -> None:
    """Take back, the same day, that a letter was sent.

    Raises
    ------
    RegistrationNotFoundError
        It is gone.
    TooLateToUndoError
        It was marked on an earlier day.
    NotAllowedError, RoundNotOpenError, MunicipalityApprovedError
        As for `mark_informed`.
    """
    with database.begin() as session:
        found = _one(session, by, registration_id)
        if found.informed_at is None:
            return
        if oslo_day(found.informed_at) != oslo_day(now):
            raise TooLateToUndoError
        _set(session, found, by, now, "letter.unsent", informed_at=None, informed_by=None)


def set_letter_language(
    database: Database, *, by: Actor, registration_id: uuid.UUID, language: str, now: datetime
) -> None:
    """Choose the language of the person's letter.

    Raises
    ------
    UnknownLetterLanguageError
        The letter is not written in it.
    RegistrationNotFoundError, NotAllowedError, RoundNotOpenError, MunicipalityApprovedError
        As for `unmark_informed`.
    """
    if language not in LANGUAGES:
        raise UnknownLetterLanguageError
    with database.begin() as session:
        found = _one(session, by, registration_id)
        if found.language != language:
            _set(session, found, by, now, "letter.language_chosen", letter_language=language)


@dataclass(frozen=True, slots=True)
class _Found:
    id: uuid.UUID
    unit_id: int
    language: str
    informed_at: datetime | None


def _one(session: Session, by: Actor, registration_id: uuid.UUID) -> _Found:
    found = _held(session, by, (registration_id,))
    if not found:
        raise RegistrationNotFoundError
    return found[0]


def _held(session: Session, by: Actor, registration_ids: Iterable[uuid.UUID]) -> list[_Found]:
    """Ask for permission, hold what is above the registrations in its state, and read them."""
    ids = tuple(registration_ids)
    places = session.execute(
        sa.select(
            Registration.unit_id,
            MappingRound.year,
            MappingRound.state.label("round_state"),
            RoundMunicipality.state.label("municipality_state"),
        )
        .join(MappingRound, MappingRound.id == Registration.round_id)
        .join(
            RoundMunicipality,
            sa.and_(
                RoundMunicipality.round_id == Registration.round_id,
                RoundMunicipality.municipality_id == Registration.municipality_id,
            ),
        )
        .where(Registration.id.in_(ids))
        .with_for_update(read=True, of=[MappingRound, RoundMunicipality])
    ).all()
    for unit_id in {place.unit_id for place in places}:
        require_at(session, by, Permission.LETTER_SEND, unit_id)
    for place in set(places):
        # The unit may have submitted: the letters often go when the registering is done.
        require_open(
            year=place.year,
            round_state=place.round_state,
            municipality_state=place.municipality_state,
        )
    rows = session.execute(
        sa.select(
            Registration.id,
            Registration.unit_id,
            Registration.letter_language,
            Registration.informed_at,
        )
        .where(Registration.id.in_(ids))
        .order_by(Registration.id)
        .with_for_update()
    )
    return [_Found(*row) for row in rows]


def _set(
    session: Session, found: _Found, by: Actor, now: datetime, action: str, **values: object
) -> None:
    session.execute(sa.update(Registration).where(Registration.id == found.id).values(**values))
    log(
        session,
        at=now,
        user_id=by.user_id,
        action=action,
        organisation_id=found.unit_id,
        subject=found.id,
        detail=str(values.get("letter_language", found.language)),
    )
