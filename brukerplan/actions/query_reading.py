"""Reading what a question is about: allowed here, and logged here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.query_errors import QueryNotFoundError
from brukerplan.actions.scope import readable
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.asked import (
    QueryLine,
    Writer,
    proposed_writer,
    query_by_id,
    writers,
)
from brukerplan.persistence.queries.organisations import organisation


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody who asks sees: which case, and who can answer. Never the answers."""

    registration_id: uuid.UUID
    unit_id: int
    unit_name: str
    municipality_id: int
    round_year: int
    edition: str
    case_label: str = field(repr=False)
    writers: tuple[Writer, ...]
    proposed: int | None


def prepare_to_ask(
    database: Database, *, by: Actor, registration_id: uuid.UUID, now: datetime
) -> Asking:
    """Return which case it is and who can be asked about it.

    Raises
    ------
    RegistrationNotFoundError, NotAllowedError
        There is no such registration for this actor.
    """
    with database.begin() as session:
        found = readable(session, by, registration_id, Permission.QUERY_ASK)
        unit = organisation(session, found.unit_id)
        can_answer = writers(session, found.unit_id)
        proposed = proposed_writer(session, found.id, can_answer).id if can_answer else None
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="query.prepared",
            organisation_id=found.unit_id,
            subject=found.id,
        )
    return Asking(
        registration_id=found.id,
        unit_id=found.unit_id,
        unit_name="" if unit is None else unit.name,
        municipality_id=found.municipality_id,
        round_year=found.round_year,
        edition=found.edition,
        case_label=found.case_label,
        writers=can_answer,
        proposed=proposed,
    )


def read_query(database: Database, *, by: Actor, query_id: uuid.UUID, now: datetime) -> QueryLine:
    """Return a question to somebody who can answer it.

    Raises
    ------
    QueryNotFoundError, NotAllowedError
        There is no such question for this actor.
    """
    with database.begin() as session:
        query = query_by_id(session, query_id)
        if query is None:
            raise QueryNotFoundError
        readable(session, by, query.registration_id, Permission.REGISTRATION_WRITE)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="query.read",
            organisation_id=query.unit_id,
            subject=query.registration_id,
            detail=f"question={query.question}",
        )
    return query
