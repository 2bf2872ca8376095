"""Questions to a unit about a registration: asked, answered by a code, closed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, allows, require
from brukerplan.actions.query_errors import (
    AlreadyAnsweredError,
    AlreadyAskedError,
    AlreadyClosedError,
    CannotAnswerError,
    NobodyToAskError,
    NotAskedInFormError,
    NothingCorrectedError,
    NotYoursToCloseError,
    QueryNotFoundError,
)
from brukerplan.actions.scope import RegistrationNotFoundError, require_open
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.asked import (
    QueryLine,
    changed_since,
    count_open_queries,
    proposed_writer,
    queries_of,
    queries_of_municipality,
    query_by_id,
    writers,
)
from brukerplan.persistence.queries.registrations import RegistrationView, registration
from brukerplan.persistence.tables import Registration, RegistrationQuery
from brukerplan.persistence.tables.states import QueryAnswer, QueryQuestion, QueryState
from brukerplan.questionnaire.registry import edition

__all__ = [
    "QueryLine",
    "count_open_queries",
    "open_queries_of_municipality",
    "queries_of",
]


@dataclass(frozen=True, slots=True)
class QueryChanged:
    """The question's new state."""

    id: uuid.UUID
    registration_id: uuid.UUID
    state: str


def open_queries_of_municipality(
    session: Session, municipality_id: int, round_id: int
) -> tuple[QueryLine, ...]:
    """Return the municipality's questions that are not closed, newest first."""
    found = queries_of_municipality(session, municipality_id, round_id)
    return tuple(query for query in found if query.state != QueryState.CLOSED)


def ask(
    database: Database,
    *,
    by: Actor,
    registration_id: uuid.UUID,
    question: QueryQuestion,
    variable: str | None = None,
    assignee_id: int | None = None,
    now: datetime,
) -> QueryChanged:
    """Ask the unit about a registration; the unit may have submitted.

    Parameters
    ----------
    variable
        The question of the form it is about; ``None`` for the registration as a whole.
    assignee_id
        One of the unit's members who may write. ``None`` chooses who changed the
        registration last, then who started it, then whoever is there.

    Raises
    ------
    RegistrationNotFoundError, NotAllowedError
        There is no such registration for this actor.
    RoundNotOpenError, MunicipalityApprovedError
        Nothing can be corrected any more.
    NotAskedInFormError, NobodyToAskError, CannotAnswerError, AlreadyAskedError
        It cannot be asked like this.
    """
    with database.begin() as session:
        found = _open(session, by, registration_id, Permission.QUERY_ASK)
        return put_question(
            session,
            by,
            found,
            question,
            variable=variable,
            assignee_id=assignee_id,
            now=now,
        )


def put_question(
    session: Session,
    by: Actor,
    found: RegistrationView,
    question: QueryQuestion,
    *,
    variable: str | None = None,
    assignee_id: int | None = None,
    now: datetime,
) -> QueryChanged:
    """Ask in the caller's transaction, which has decided that it may be asked; see `ask`."""
    if variable is not None and variable not in _asked_in(found):
        raise NotAskedInFormError
    # One at a time: two who ask the same in the same moment are told so.
    still = session.scalar(
        sa.select(Registration.id).where(Registration.id == found.id).with_for_update()
    )
    if still is None:
        # Deleted, or made one with another, since it was read.
        raise RegistrationNotFoundError
    assignee = _assignee(session, found, assignee_id)
    for earlier in queries_of(session, found.id):
        if (earlier.question, earlier.variable) == (question, variable) and (
            earlier.state != QueryState.CLOSED
        ):
            raise AlreadyAskedError
    query_id = uuid.uuid4()
    session.execute(
        sa.insert(RegistrationQuery).values(
            id=query_id,
            registration_id=found.id,
            variable=variable,
            question=question,
            state=QueryState.OPEN,
            asked_by=by.user_id,
            asked_at=now,
            assignee_id=assignee,
        )
    )
    _log(session, found, by, now, "query.asked", f"question={question}")
    return QueryChanged(query_id, found.id, QueryState.OPEN)


def answer_query(
    database: Database, *, by: Actor, query_id: uuid.UUID, answer: QueryAnswer, now: datetime
) -> QueryChanged:
    """Answer by a code; anybody who may write in the unit can, not only the assignee.

    Raises
    ------
    QueryNotFoundError, NotAllowedError
        There is no such question for this actor.
    RoundNotOpenError, MunicipalityApprovedError
        It is too late to answer.
    AlreadyAnsweredError
        It is not open.
    NothingCorrectedError
        The answer is «corrected», and the registration has not been changed since.
    """
    with database.begin() as session:
        query = _query(session, query_id)
        found = _open(session, by, query.registration_id, Permission.REGISTRATION_WRITE)
        query = _query(session, query_id, for_change=True)
        if query.state != QueryState.OPEN:
            raise AlreadyAnsweredError
        if answer == QueryAnswer.CORRECTED and not changed_since(session, found.id, query.asked_at):
            raise NothingCorrectedError
        _set(
            session,
            query_id,
            state=QueryState.ANSWERED,
            answer=answer,
            answered_by=by.user_id,
            answered_at=now,
        )
        _log(session, found, by, now, "query.answered", f"answer={answer}")
    return QueryChanged(query_id, found.id, QueryState.ANSWERED)


def close_query(
    database: Database, *, by: Actor, query_id: uuid.UUID, now: datetime
) -> QueryChanged:
    """Close a question, answered or not: by who asked, or by the coordinator.

    Raises
    ------
    QueryNotFoundError, NotAllowedError
        There is no such question for this actor.
    NotYoursToCloseError
        Somebody else asked.
    AlreadyClosedError, RoundNotOpenError, MunicipalityApprovedError
        There is nothing to close, or it is too late.
    """
    with database.begin() as session:
        query = _query(session, query_id)
        found = _open(session, by, query.registration_id, Permission.QUERY_ASK)
        query = _query(session, query_id, for_change=True)
        if query.state == QueryState.CLOSED:
            raise AlreadyClosedError
        coordinates = allows(by, Permission.REGISTRATION_CHECK, found.organisation_path)
        if query.asked_by != by.user_id and not coordinates:
            raise NotYoursToCloseError
        _set(session, query_id, state=QueryState.CLOSED, closed_by=by.user_id, closed_at=now)
        _log(session, found, by, now, "query.closed", f"question={query.question}")
    return QueryChanged(query_id, found.id, QueryState.CLOSED)


def _open(
    session: Session, by: Actor, registration_id: uuid.UUID, permission: Permission
) -> RegistrationView:
    """Hold the round and the municipality open. The unit may have submitted."""
    found = registration(session, registration_id, for_change=True)
    if found is None:
        raise RegistrationNotFoundError
    require(by, permission, found.organisation_path)
    require_open(
        year=found.round_year,
        round_state=found.round_state,
        municipality_state=found.municipality_state,
    )
    return found


def _query(session: Session, query_id: uuid.UUID, *, for_change: bool = False) -> QueryLine:
    found = query_by_id(session, query_id, for_change=for_change)
    if found is None:
        raise QueryNotFoundError
    return found


def _asked_in(found: RegistrationView) -> frozenset[str]:
    return frozenset(variable.id for variable in edition(found.edition).variables)


def _assignee(session: Session, found: RegistrationView, wanted: int | None) -> int:
    can_answer = writers(session, found.unit_id)
    if not can_answer:
        raise NobodyToAskError
    if wanted is None:
        return proposed_writer(session, found.id, can_answer).id
    if wanted not in {writer.id for writer in can_answer}:
        raise CannotAnswerError
    return wanted


def _set(session: Session, query_id: uuid.UUID, **values: object) -> None:
    session.execute(
        sa.update(RegistrationQuery).where(RegistrationQuery.id == query_id).values(**values)
    )


def _log(
    session: Session, found: RegistrationView, by: Actor, now: datetime, action: str, detail: str
) -> None:
    log(
        session,
        at=now,
        user_id=by.user_id,
        action=action,
        organisation_id=found.unit_id,
        subject=found.id,
        detail=detail,
    )
