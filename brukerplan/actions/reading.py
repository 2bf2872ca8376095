"""Reading what is about persons: allowed here, and logged here, read or not."""

from __future__ import annotations

import uuid
from datetime import datetime

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.purposes import ReadPurpose, purpose_of_reading
from brukerplan.actions.scope import readable, require_at
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.previous import (
    NotStarted,
    Previous,
    not_started,
    previous_of,
)
from brukerplan.persistence.queries.registrations import ListLine, RegistrationView, my_list


def list_registrations(
    database: Database, *, by: Actor, unit_id: int, round_id: int, now: datetime
) -> tuple[ListLine, ...]:
    """Return the unit's list.

    Raises
    ------
    NotAllowedError
        The actor does not work in the unit.
    """
    with database.begin() as session:
        require_at(session, by, Permission.REGISTRATION_READ, unit_id)
        lines = my_list(session, unit_id, round_id)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="registration.listed",
            organisation_id=unit_id,
            detail=f"round={round_id} lines={len(lines)}",
        )
    return lines


def open_registration(
    database: Database,
    *,
    by: Actor,
    registration_id: uuid.UUID,
    said: ReadPurpose | None = None,
    now: datetime,
) -> RegistrationView:
    """Return one registration with its answers.

    Parameters
    ----------
    said
        Why it is read, where the reader was asked and has answered.

    Raises
    ------
    RegistrationNotFoundError, NotAllowedError
        There is no such registration for this actor.
    """
    with database.begin() as session:
        found = readable(session, by, registration_id, Permission.REGISTRATION_READ)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="registration.read",
            organisation_id=found.unit_id,
            subject=found.id,
            detail=f"purpose={purpose_of_reading(session, by, found, said)}",
        )
    return found


def previous_answers(
    database: Database, *, by: Actor, registration_id: uuid.UUID, now: datetime
) -> Previous | None:
    """Return what the unit registered about the same person in the round before.

    ``None`` where it did not, or where persons are not followed over the years.

    Raises
    ------
    RegistrationNotFoundError, NotAllowedError
        There is no such registration for this actor.
    """
    with database.begin() as session:
        found = readable(session, by, registration_id, Permission.REGISTRATION_READ)
        previous = previous_of(session, registration_id)
        if previous is not None:
            log(
                session,
                at=now,
                user_id=by.user_id,
                action="registration.previous_read",
                organisation_id=found.unit_id,
                subject=found.id,
                detail=f"year={previous.year}",
            )
    return previous


def list_not_started(
    database: Database, *, by: Actor, unit_id: int, round_id: int, now: datetime
) -> tuple[NotStarted, ...]:
    """Return whom the unit registered in the round before and has not begun on this year.

    Raises
    ------
    NotAllowedError
        The actor does not work in the unit.
    """
    with database.begin() as session:
        require_at(session, by, Permission.REGISTRATION_READ, unit_id)
        lines = not_started(session, unit_id, round_id)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="registration.not_started_listed",
            organisation_id=unit_id,
            detail=f"round={round_id} lines={len(lines)}",
        )
    return lines
