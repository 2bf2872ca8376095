"""Questions about registrations, and who can be asked."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from brukerplan.access.permissions import Permission
from brukerplan.access.roles import PERMISSIONS
from brukerplan.persistence.tables import (
    Membership,
    Organisation,
    Registration,
    RegistrationChange,
    RegistrationQuery,
    UserAccount,
)
from brukerplan.persistence.tables.states import QueryState

WRITERS = tuple(
    role
    for role, permissions in PERMISSIONS.items()
    if Permission.REGISTRATION_WRITE in permissions
)
"""Roles whose holders can answer for a unit."""


@dataclass(frozen=True, slots=True)
class QueryLine:
    """A question about a registration; question, answer and state are codes."""

    id: uuid.UUID
    registration_id: uuid.UUID
    round_id: int
    unit_id: int
    unit_name: str
    case_label: str = field(repr=False)
    variable: str | None
    question: str
    state: str
    asked_by: int
    asked_by_name: str
    asked_at: datetime
    assignee_id: int
    assignee_name: str
    answer: str | None
    answered_by_name: str | None
    answered_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who can answer for a unit."""

    id: int
    name: str


def queries_of(session: Session, registration_id: uuid.UUID) -> tuple[QueryLine, ...]:
    """Return the questions about a registration: those that are not closed first, then newest."""
    return _read(session, RegistrationQuery.registration_id == registration_id)


def query_by_id(
    session: Session, query_id: uuid.UUID, *, for_change: bool = False
) -> QueryLine | None:
    """Return one question, or ``None``; ``for_change`` holds it until the transaction ends."""
    if for_change:
        session.execute(
            sa.select(RegistrationQuery.id)
            .where(RegistrationQuery.id == query_id)
            .with_for_update()
        )
    return next(iter(_read(session, RegistrationQuery.id == query_id)), None)


def queries_of_municipality(
    session: Session, municipality_id: int, round_id: int
) -> tuple[QueryLine, ...]:
    """Return every question of the municipality's round, in the same order."""
    return _read(
        session,
        Registration.municipality_id == municipality_id,
        Registration.round_id == round_id,
    )


def count_open_queries(session: Session, municipality_id: int, round_id: int) -> int:
    """Count the questions that are not closed: an answer nobody has read settles nothing."""
    counted = session.scalar(
        sa.select(sa.func.count())
        .select_from(RegistrationQuery)
        .join(Registration, Registration.id == RegistrationQuery.registration_id)
        .where(
            Registration.municipality_id == municipality_id,
            Registration.round_id == round_id,
            RegistrationQuery.state != QueryState.CLOSED,
        )
    )
    return counted or 0


def writers(session: Session, unit_id: int) -> tuple[Writer, ...]:
    """Return the unit's own active members who may write there, by name."""
    rows = session.execute(
        sa.select(UserAccount.id, UserAccount.name)
        .join(Membership, Membership.user_id == UserAccount.id)
        .where(
            Membership.organisation_id == unit_id,
            Membership.role.in_(WRITERS),
            UserAccount.active,
        )
        .distinct()
        .order_by(UserAccount.name, UserAccount.id)
    )
    return tuple(Writer(*row) for row in rows)


def proposed_writer(
    session: Session, registration_id: uuid.UUID, among: Sequence[Writer]
) -> Writer:
    """Choose who is asked: who changed the registration last, who started it, or anyone.

    ``among`` holds at least one.
    """
    touched = (
        session.execute(
            sa.select(Registration.updated_by, Registration.created_by).where(
                Registration.id == registration_id
            )
        ).first()
        # It may have been deleted in the same moment.
        or ()
    )
    by_id = {writer.id: writer for writer in among}
    return next((by_id[user_id] for user_id in touched if user_id in by_id), among[0])


def changed_since(session: Session, registration_id: uuid.UUID, moment: datetime) -> bool:
    """Tell whether any answer of the registration has been changed after ``moment``."""
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    RegistrationChange.registration_id == registration_id,
                    RegistrationChange.at > moment,
                )
            )
        )
    )


def _read(session: Session, *conditions: sa.ColumnElement[bool]) -> tuple[QueryLine, ...]:
    rows: Iterable[Any] = session.execute(
        _query()
        .where(*conditions)
        .order_by(
            RegistrationQuery.state == QueryState.CLOSED,
            RegistrationQuery.asked_at.desc(),
            RegistrationQuery.id,
        )
    )
    return tuple(QueryLine(*row) for row in rows)


def _query() -> sa.Select[Any]:
    asker, assignee, answerer = (aliased(UserAccount) for _ in range(3))
    query = RegistrationQuery
    columns: tuple[Any, ...] = (
        query.id,
        query.registration_id,
        Registration.round_id,
        Registration.unit_id,
        Organisation.name,
        Registration.case_label,
        query.variable,
        query.question,
        query.state,
        query.asked_by,
        asker.name,
        query.asked_at,
        query.assignee_id,
        assignee.name,
        query.answer,
        answerer.name,
        query.answered_at,
        query.closed_at,
    )
    return (
        sa.select(*columns)
        .join(Registration, Registration.id == query.registration_id)
        .join(Organisation, Organisation.id == Registration.unit_id)
        .join(asker, asker.id == query.asked_by)
        .join(assignee, assignee.id == query.assignee_id)
        .outerjoin(answerer, answerer.id == query.answered_by)
    )
