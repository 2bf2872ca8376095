"""Registrations as the units that made them see them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.answers import decode, read_confirmed
from brukerplan.persistence.queries.previous import last_levels
from brukerplan.persistence.tables import (
    REGISTRATION,
    Base,
    MappingRound,
    Organisation,
    Registration,
    RegistrationQuery,
    RoundMunicipality,
    RoundOptionalVariable,
    RoundUnit,
)
from brukerplan.persistence.tables.answers import answer_column_names
from brukerplan.persistence.tables.states import QueryState, RegistrationState
from brukerplan.questionnaire.answers import Answers


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of a unit's list.

    Parameters
    ----------
    progress
        Whole percent of what is asked.
    last_level
        The overall level a year ago; ``None`` when the unit did not have the person.
    open_queries
        Questions about the registration that wait for the unit.
    unconfirmed
        How many sections hold answers carried over that nobody has accepted.
    """

    id: uuid.UUID
    case_label: str
    state: str
    progress: int
    version: int
    updated_at: datetime
    last_level: str | None
    open_queries: int
    informed: bool
    verified: bool
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """One registration with what decides who may see and change it.

    ``answers`` and ``case_label`` stay out of ``repr``: what is logged by accident must
    not be about a person.

    Parameters
    ----------
    confirmed
        Soft rules that were confirmed, with the code of the reason.
    carried_from
        The year whose answers were carried over, if any were.
    unconfirmed
        Ids of the sections that hold answers carried over and not yet accepted.
    saved_from
        The open page that saved last.
    optional
        The optional variables that the municipality has turned on.
    """

    id: uuid.UUID
    unit_id: int
    unit_name: str
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
    confirmed: Mapping[str, str] = field(repr=False)
    carried_from: int | None
    unconfirmed: frozenset[str]
    optional: frozenset[str]
    saved_from: str | None
    letter_language: str
    informed_at: datetime | None
    verified_at: datetime | None
    created_by: int
    updated_by: int
    updated_at: datetime


def my_list(session: Session, unit_id: int, round_id: int) -> tuple[ListLine, ...]:
    """Return the unit's registrations: drafts first, then the most recently touched."""
    table = Registration
    waiting = (
        sa.select(sa.func.count())
        .select_from(RegistrationQuery)
        .where(
            RegistrationQuery.registration_id == table.id,
            RegistrationQuery.state == QueryState.OPEN,
        )
        .correlate(table)
    )
    rows = session.execute(
        sa.select(
            table.id,
            table.case_label,
            table.state,
            table.answered,
            table.asked,
            table.version,
            table.updated_at,
            table.municipal_pseudonym,
            waiting.scalar_subquery().label("open_queries"),
            table.informed_at,
            table.verified_at,
            table.unconfirmed_sections,
        )
        .where(table.unit_id == unit_id, table.round_id == round_id)
        .order_by(table.state != RegistrationState.DRAFT, table.updated_at.desc(), table.id)
    )
    before = last_levels(session, unit_id, round_id)
    return tuple(
        ListLine(
            id=row.id,
            case_label=row.case_label,
            state=row.state,
            progress=100 * row.answered // row.asked if row.asked else 0,
            version=row.version,
            updated_at=row.updated_at,
            last_level=before.get(row.municipal_pseudonym),
            open_queries=row.open_queries,
            informed=row.informed_at is not None,
            verified=row.verified_at is not None,
            unconfirmed=len(row.unconfirmed_sections.split()),
        )
        for row in rows
    )


def registration(
    session: Session, registration_id: uuid.UUID, *, for_change: bool = False
) -> RegistrationView | None:
    """Return the registration, or ``None``. One statement: every save begins with it.

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
    path = (named["unit_id"], *(named[name] for name in _ANCESTORS))
    return RegistrationView(
        id=named["id"],
        unit_id=named["unit_id"],
        unit_name=named["unit_name"],
        municipality_id=named["municipality_id"],
        organisation_path=tuple(place for place in path if place is not None),
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
        confirmed=read_confirmed(named["confirmed_soft"]),
        carried_from=named["carried_from"],
        unconfirmed=frozenset(named["unconfirmed_sections"].split()),
        optional=frozenset((named["optional"] or "").split()),
        saved_from=named["saved_from"],
        letter_language=named["letter_language"],
        informed_at=named["informed_at"],
        verified_at=named["verified_at"],
        created_by=named["created_by"],
        updated_by=named["updated_by"],
        updated_at=named["updated_at"],
    )


def table_of(mapped: type[Base]) -> sa.Table:
    """Return the table of a mapped class."""
    return Base.metadata.tables[mapped.__tablename__]


# Above the unit, upwards: the tree has five levels and no more.
_ANCESTORS = ("parent_1", "parent_2", "parent_3", "parent_4")
_PLAIN = (
    "id",
    "unit_id",
    "municipality_id",
    "round_id",
    "state",
    "version",
    "case_label",
    "confirmed_soft",
    "carried_from",
    "unconfirmed_sections",
    "saved_from",
    "letter_language",
    "informed_at",
    "verified_at",
    "created_by",
    "updated_by",
    "updated_at",
)


@cache
def _registration_query(*, for_change: bool) -> sa.Select[Any]:
    # Made once, and of tables, not of mapped classes: a hundred columns take longer to write
    # down, and to map, than to read.
    row, year, place, own, turned_on = (
        REGISTRATION,
        table_of(MappingRound),
        table_of(RoundMunicipality),
        table_of(RoundUnit),
        table_of(RoundOptionalVariable),
    )
    unit, *above = (table_of(Organisation).alias() for _ in _ANCESTORS)
    optional = (
        sa.select(sa.func.aggregate_strings(turned_on.c.variable, " "))
        .where(
            turned_on.c.round_id == row.c.round_id,
            turned_on.c.municipality_id == row.c.municipality_id,
        )
        .correlate(row)
        .scalar_subquery()
    )
    in_place = (place.c.round_id == row.c.round_id) & (
        place.c.municipality_id == row.c.municipality_id
    )
    in_unit = (own.c.round_id == row.c.round_id) & (own.c.unit_id == row.c.unit_id)
    tables = (
        row.join(year, year.c.id == row.c.round_id)
        .join(place, in_place)
        .join(own, in_unit)
        .join(unit, unit.c.id == row.c.unit_id)
    )
    parents = [unit.c.parent_id]
    for node in above:
        tables = tables.outerjoin(node, node.c.id == parents[-1])
        parents.append(node.c.parent_id)
    query = (
        sa.select(
            *(row.c[name] for name in (*_PLAIN, *answer_column_names())),
            year.c.year.label("round_year"),
            year.c.state.label("round_state"),
            year.c.edition.label("round_edition"),
            place.c.state.label("municipality_state"),
            own.c.state.label("unit_state"),
            unit.c.name.label("unit_name"),
            optional.label("optional"),
            *(parent.label(name) for parent, name in zip(parents, _ANCESTORS, strict=True)),
        )
        .select_from(tables)
        .where(row.c.id == sa.bindparam("registration_id"))
    )
    return query.with_for_update(read=True, of=[year, place, own]) if for_change else query
