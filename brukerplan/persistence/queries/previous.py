"""The same persons a year ago, as their unit registered them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from brukerplan.persistence.answers import decode
from brukerplan.persistence.tables import REGISTRATION, MappingRound, OptOut
from brukerplan.persistence.tables.answers import answer_column_names
from brukerplan.persistence.tables.states import RegistrationState, RoundState
from brukerplan.questionnaire.answers import Answers
from brukerplan.questionnaire.levels import overall_level, ratings
from brukerplan.questionnaire.registry import EDITIONS, edition


@dataclass(frozen=True, slots=True)
class Previous:
    """What the unit registered about the person in the round before."""

    year: int
    answers: Answers = field(repr=False)
    case_label: str = field(repr=False)
    level: str
    letter_language: str


@dataclass(frozen=True, slots=True)
class NotStarted:
    """Somebody the unit had a year ago and has not begun on."""

    case_label: str = field(repr=False)
    year: int
    level: str


def previous_registration(
    session: Session, *, unit_id: int, round_id: int, municipal_pseudonym: bytes
) -> Previous | None:
    """Return what the unit submitted about the person in the round before, or ``None``.

    The round before is the newest earlier one that the unit mapped in: some municipalities
    map every second year. Only what was submitted counts: nobody has stood by a draft.
    """
    row = (
        session.execute(
            _earlier_query(whole=True).where(
                REGISTRATION.c.municipal_pseudonym == municipal_pseudonym
            ),
            {"unit_id": unit_id, "round_id": round_id},
        )
        .mappings()
        .first()
    )
    if row is None:
        return None
    named = dict(row)
    return Previous(
        year=named["year"],
        answers=decode(named),
        case_label=named["case_label"],
        level=_level(named),
        letter_language=named["letter_language"],
    )


def previous_of(session: Session, registration_id: uuid.UUID) -> Previous | None:
    """Return what the unit submitted about the person of a registration in the round before."""
    row = session.execute(
        sa.select(
            REGISTRATION.c.unit_id, REGISTRATION.c.round_id, REGISTRATION.c.municipal_pseudonym
        ).where(REGISTRATION.c.id == registration_id)
    ).first()
    # It may have been deleted in the same moment.
    if row is None or row.municipal_pseudonym is None:
        return None
    return previous_registration(
        session,
        unit_id=row.unit_id,
        round_id=row.round_id,
        municipal_pseudonym=row.municipal_pseudonym,
    )


def last_levels(session: Session, unit_id: int, round_id: int) -> Mapping[bytes, str]:
    """Return the overall level of the unit's persons in the round before, by pseudonym."""
    return {row["municipal_pseudonym"]: _level(row) for row in _earlier(session, unit_id, round_id)}


def not_started(session: Session, unit_id: int, round_id: int) -> tuple[NotStarted, ...]:
    """Return whom the unit had a year ago and has not begun on, by case label.

    Without those who have opted out this year.
    """
    this_year = aliased(REGISTRATION)
    begun = sa.exists().where(
        this_year.c.round_id == sa.bindparam("round_id"),
        this_year.c.unit_id == REGISTRATION.c.unit_id,
        this_year.c.municipal_pseudonym == REGISTRATION.c.municipal_pseudonym,
    )
    said_no = sa.exists().where(
        OptOut.round_id == sa.bindparam("round_id"),
        OptOut.municipality_id == REGISTRATION.c.municipality_id,
        OptOut.municipal_pseudonym == REGISTRATION.c.municipal_pseudonym,
    )
    rows = _earlier(session, unit_id, round_id, ~begun, ~said_no)
    lines = (NotStarted(row["case_label"], row["year"], _level(row)) for row in rows)
    return tuple(sorted(lines, key=lambda line: line.case_label))


def _earlier(
    session: Session, unit_id: int, round_id: int, *conditions: sa.ColumnElement[bool]
) -> list[Mapping[str, Any]]:
    query = _earlier_query(whole=False).where(
        REGISTRATION.c.municipal_pseudonym.is_not(None), *conditions
    )
    rows = session.execute(query, {"unit_id": unit_id, "round_id": round_id})
    return [dict(row) for row in rows.mappings()]


@cache
def _earlier_query(*, whole: bool) -> sa.Select[Any]:
    """What the unit submitted in the newest earlier round it has anything submitted in."""
    columns = REGISTRATION.c
    earlier = aliased(MappingRound)
    current = aliased(MappingRound)
    other = aliased(REGISTRATION)
    newest = (
        sa.select(earlier.id)
        .join(other, other.c.round_id == earlier.id)
        .where(
            other.c.unit_id == sa.bindparam("unit_id"),
            other.c.state == RegistrationState.SUBMITTED,
            earlier.state != RoundState.TRAINING,
            earlier.year
            < sa.select(current.year)
            .where(current.id == sa.bindparam("round_id"))
            .scalar_subquery(),
        )
        .order_by(earlier.year.desc())
        .limit(1)
        .scalar_subquery()
    )
    names = answer_column_names() if whole else _area_columns()
    return (
        sa.select(
            MappingRound.year,
            MappingRound.edition,
            columns.case_label,
            columns.letter_language,
            columns.municipal_pseudonym,
            *(columns[name] for name in names),
        )
        .join(MappingRound, MappingRound.id == columns.round_id)
        .where(
            columns.unit_id == sa.bindparam("unit_id"),
            columns.round_id == newest,
            columns.state == RegistrationState.SUBMITTED,
        )
    )


@cache
def _area_columns() -> tuple[str, ...]:
    areas = (area for questionnaire in EDITIONS for area in questionnaire.level_rule.areas)
    return tuple(dict.fromkeys(areas))


def _level(row: Mapping[str, Any]) -> str:
    q = edition(row["edition"])
    areas = decode({name: row[name] for name in _area_columns()}, only=_area_columns())
    return overall_level(q.level_rule, ratings(q, areas)).level
