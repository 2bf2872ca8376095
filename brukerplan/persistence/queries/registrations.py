"""Registrations as the units that made them see them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.answers import decode
from brukerplan.persistence.queries.organisations import organisation_path
from brukerplan.persistence.tables import (
    REGISTRATION,
    MappingRound,
    Registration,
    RoundMunicipality,
    RoundUnit,
)
from brukerplan.persistence.tables.answers import answer_column_names
from brukerplan.persistence.tables.states import RegistrationState
from brukerplan.questionnaire.answers import Answers


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of a unit's list. ``progress`` is whole percent of what is asked."""

    id: uuid.UUID
    case_label: str
    state: str
    progress: int
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """One registration with what decides who may see and change it.

    ``answers`` and ``case_label`` stay out of ``repr``: what is logged by accident must
    not be about a person.
    """

    id: uuid.UUID
    unit_id: int
    municipality_id: int
    organisation_path: tuple[int, ...]
    round_id: int
    round_year: int
    round_state: str
    edition: str
    municipality_state: str
    unit_state: str
    state: str
    version: int
    case_label: str = field(repr=False)
    answers: Answers = field(repr=False)
    confirmed: frozenset[str]
    updated_at: datetime


def my_list(session: Session, unit_id: int, round_id: int) -> tuple[ListLine, ...]:
    """Return the unit's registrations: drafts first, then the most recently touched."""
    table = Registration
    rows = session.execute(
        sa.select(
            table.id,
            table.case_label,
            table.state,
            table.answered,
            table.asked,
            table.version,
            table.updated_at,
        )
        .where(table.unit_id == unit_id, table.round_id == round_id)
        .order_by(table.state != RegistrationState.DRAFT, table.updated_at.desc(), table.id)
    )
    return tuple(
        ListLine(
            id=row.id,
            case_label=row.case_label,
            state=row.state,
            progress=100 * row.answered // row.asked if row.asked else 0,
            version=row.version,
            updated_at=row.updated_at,
        )
        for row in rows
    )


def registration(
    session: Session, registration_id: uuid.UUID, *, for_change: bool = False
) -> RegistrationView | None:
    """Return the registration, or ``None``.

    The caller decides on ``organisation_path`` whether it may be shown.

    Parameters
    ----------
    for_change
        Hold the round, the municipality and the unit in their states until the
        transaction ends, so that none is closed while somebody is saving (PostgreSQL;
        SQLite has one writer at a time).
    """
    query = _registration_query(for_change=for_change)
    row = session.execute(query, {"registration_id": registration_id}).mappings().first()
    if row is None:
        return None
    named = dict(row)
    return RegistrationView(
        id=named["id"],
        unit_id=named["unit_id"],
        municipality_id=named["municipality_id"],
        organisation_path=organisation_path(session, named["unit_id"]),
        round_id=named["round_id"],
        round_year=named["round_year"],
        round_state=named["round_state"],
        edition=named["round_edition"],
        municipality_state=named["municipality_state"],
        unit_state=named["unit_state"],
        state=named["state"],
        version=named["version"],
        case_label=named["case_label"],
        answers=decode(named),
        confirmed=frozenset(named["confirmed_soft"].split()),
        updated_at=named["updated_at"],
    )


@cache
def _registration_query(*, for_change: bool) -> sa.Select[Any]:
    # Made once: a hundred columns take longer to write down than to read.
    columns = REGISTRATION.c
    query = (
        sa.select(
            columns.id,
            columns.unit_id,
            columns.municipality_id,
            columns.round_id,
            columns.state,
            columns.version,
            columns.case_label,
            columns.confirmed_soft,
            columns.updated_at,
            *(columns[name] for name in answer_column_names()),
            MappingRound.year.label("round_year"),
            MappingRound.state.label("round_state"),
            MappingRound.edition.label("round_edition"),
            RoundMunicipality.state.label("municipality_state"),
            RoundUnit.state.label("unit_state"),
        )
        .join(MappingRound, MappingRound.id == columns.round_id)
        .join(
            RoundMunicipality,
            sa.and_(
                RoundMunicipality.round_id == columns.round_id,
                RoundMunicipality.municipality_id == columns.municipality_id,
            ),
        )
        .join(
            RoundUnit,
            sa.and_(RoundUnit.round_id == columns.round_id, RoundUnit.unit_id == columns.unit_id),
        )
        .where(columns.id == sa.bindparam("registration_id"))
    )
    if not for_change:
        return query
    return query.with_for_update(read=True, of=[MappingRound, RoundMunicipality, RoundUnit])
