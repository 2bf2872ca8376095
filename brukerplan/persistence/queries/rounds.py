"""Rounds, and how far municipalities and units have come in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from brukerplan.persistence.tables import (
    MappingRound,
    Organisation,
    Registration,
    Release,
    RoundMunicipality,
    RoundOptionalVariable,
    RoundUnit,
)
from brukerplan.persistence.tables.states import RegistrationState, ReleaseState, UnitState

# An address may name a larger number than the column holds, which the engines refuse.
_NO_YEAR = 10_000


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round as lists and pages show it."""

    id: int
    year: int
    edition: str
    state: str
    opens_on: date
    deadline: date
    owner_organisation_id: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """How far a unit has come. ``started`` counts drafts and submitted ones together."""

    unit_id: int
    name: str
    expected: int
    started: int
    submitted: int
    state: str
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class MunicipalityTerms:
    """How a municipality takes part in a round."""

    municipality_id: int
    code: str
    name: str
    takes_part: bool
    inclusion_rule: str
    mental_only_included: bool
    milder_included: bool
    state: str
    approved_at: datetime | None


@dataclass(frozen=True, slots=True)
class MunicipalityProgress:
    """A municipality in the round's overview."""

    municipality_id: int
    code: str
    name: str
    takes_part: bool
    state: str
    units: int
    units_done: int
    expected: int
    started: int
    submitted: int


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A release as lists show it."""

    id: int
    round_id: int
    year: int
    state: str
    built_at: datetime
    published_at: datetime | None
    policy_digest: str
    digest: str


def rounds(session: Session) -> tuple[RoundLine, ...]:
    """Return every round, newest first."""
    rows = session.execute(_rounds().order_by(MappingRound.year.desc()))
    return tuple(RoundLine(*row) for row in rows)


def current_round(session: Session) -> RoundLine | None:
    """Return the newest round, open or not; ``None`` before the first."""
    return next(iter(rounds(session)), None)


def round_by_id(session: Session, round_id: int) -> RoundLine | None:
    """Return one round, or ``None``."""
    row = session.execute(_rounds().where(MappingRound.id == round_id)).first()
    return None if row is None else RoundLine(*row)


def round_of_year(session: Session, year: int) -> RoundLine | None:
    """Return the round of a year, or ``None``."""
    if not 0 < year < _NO_YEAR:
        return None
    row = session.execute(_rounds().where(MappingRound.year == year)).first()
    return None if row is None else RoundLine(*row)


def optional_variables(session: Session, round_id: int, municipality_id: int) -> frozenset[str]:
    """Return the optional variables that the municipality has turned on."""
    return frozenset(
        session.scalars(
            sa.select(RoundOptionalVariable.variable).where(
                RoundOptionalVariable.round_id == round_id,
                RoundOptionalVariable.municipality_id == municipality_id,
            )
        )
    )


def unit_progress(session: Session, unit_id: int, round_id: int) -> UnitProgress | None:
    """Return how far one unit has come; ``None`` if it does not take part in the round."""
    row = session.execute(_units(round_id).where(RoundUnit.unit_id == unit_id)).first()
    return None if row is None else UnitProgress(*row)


def municipality_progress(
    session: Session, municipality_id: int, round_id: int
) -> tuple[UnitProgress, ...]:
    """Return the municipality's units in the round: late ones first, then by name."""
    rows = session.execute(
        _units(round_id)
        .where(Organisation.parent_id == municipality_id)
        .order_by(RoundUnit.state != UnitState.OPEN, Organisation.name)
    )
    return tuple(UnitProgress(*row) for row in rows)


def municipality_terms(
    session: Session, municipality_id: int, round_id: int
) -> MunicipalityTerms | None:
    """Return how the municipality takes part; ``None`` if it is not in the round."""
    row = session.execute(
        _terms().where(
            RoundMunicipality.municipality_id == municipality_id,
            RoundMunicipality.round_id == round_id,
        )
    ).first()
    return None if row is None else MunicipalityTerms(*row)


def participants(session: Session, round_id: int) -> tuple[MunicipalityTerms, ...]:
    """Return every municipality of the round by code, also those that do not take part."""
    rows = session.execute(
        _terms().where(RoundMunicipality.round_id == round_id).order_by(Organisation.code)
    )
    return tuple(MunicipalityTerms(*row) for row in rows)


def round_overview(session: Session, round_id: int) -> tuple[MunicipalityProgress, ...]:
    """Return every municipality of the round with sums over its units, by name."""
    unit = aliased(Organisation)
    counts = _registration_counts(round_id)
    rows = session.execute(
        sa.select(
            Organisation.id,
            Organisation.code,
            Organisation.name,
            RoundMunicipality.takes_part,
            RoundMunicipality.state,
            sa.func.count(RoundUnit.unit_id),
            sa.func.count(RoundUnit.unit_id).filter(RoundUnit.state != UnitState.OPEN),
            sa.func.coalesce(sa.func.sum(RoundUnit.expected), 0),
            sa.func.coalesce(sa.func.sum(counts.c.started), 0),
            sa.func.coalesce(sa.func.sum(counts.c.submitted), 0),
        )
        .select_from(RoundMunicipality)
        .join(Organisation, Organisation.id == RoundMunicipality.municipality_id)
        .outerjoin(unit, unit.parent_id == Organisation.id)
        .outerjoin(RoundUnit, sa.and_(RoundUnit.unit_id == unit.id, RoundUnit.round_id == round_id))
        .outerjoin(counts, counts.c.unit_id == RoundUnit.unit_id)
        .where(RoundMunicipality.round_id == round_id)
        .group_by(
            Organisation.id,
            Organisation.code,
            Organisation.name,
            RoundMunicipality.takes_part,
            RoundMunicipality.state,
        )
        .order_by(Organisation.name)
    )
    return tuple(MunicipalityProgress(*(_whole(value) for value in row)) for row in rows)


def releases(session: Session) -> tuple[ReleaseLine, ...]:
    """Return every release, newest year first."""
    rows = session.execute(
        sa.select(
            Release.id,
            Release.round_id,
            Release.year,
            Release.state,
            Release.built_at,
            Release.published_at,
            Release.policy_digest,
            Release.digest,
        ).order_by(Release.year.desc(), Release.id.desc())
    )
    return tuple(ReleaseLine(*row) for row in rows)


def released_years(session: Session) -> tuple[int, ...]:
    """Return the years with a published release, ascending."""
    return tuple(
        session.scalars(
            sa.select(Release.year)
            .where(Release.state == ReleaseState.PUBLISHED)
            .order_by(Release.year)
        )
    )


def _whole(value: Any) -> Any:
    # PostgreSQL sums integers to Decimal.
    return value if isinstance(value, str | bool | int) else int(value)


def _rounds() -> sa.Select[int, int, str, str, date, date, int, bool]:
    return sa.select(
        MappingRound.id,
        MappingRound.year,
        MappingRound.edition,
        MappingRound.state,
        MappingRound.opens_on,
        MappingRound.deadline,
        MappingRound.owner_organisation_id,
        MappingRound.synthetic,
    )


def _terms() -> sa.Select[int, str, str, bool, str, bool, bool, str, datetime | None]:
    return sa.select(
        Organisation.id,
        Organisation.code,
        Organisation.name,
        RoundMunicipality.takes_part,
        RoundMunicipality.inclusion_rule,
        RoundMunicipality.mental_only_included,
        RoundMunicipality.milder_included,
        RoundMunicipality.state,
        RoundMunicipality.approved_at,
    ).join(RoundMunicipality, RoundMunicipality.municipality_id == Organisation.id)


def _registration_counts(round_id: int) -> sa.Subquery:
    submitted = Registration.state == RegistrationState.SUBMITTED
    return (
        sa.select(
            Registration.unit_id,
            sa.func.count().label("started"),
            sa.func.count().filter(submitted).label("submitted"),
        )
        # Of this round only: identified registrations of earlier rounds may be kept.
        .where(Registration.round_id == round_id)
        .group_by(Registration.unit_id)
        .subquery()
    )


def _units(round_id: int) -> sa.Select[int, str, int, int, int, str, datetime | None]:
    # Counted unit by unit, by the index: a page shows a few of the round's hundreds.
    started = (
        sa.select(sa.func.count())
        .select_from(Registration)
        .where(
            Registration.round_id == RoundUnit.round_id, Registration.unit_id == RoundUnit.unit_id
        )
    )
    submitted = started.where(Registration.state == RegistrationState.SUBMITTED)
    return (
        sa.select(
            RoundUnit.unit_id,
            Organisation.name,
            RoundUnit.expected,
            started.scalar_subquery(),
            submitted.scalar_subquery(),
            RoundUnit.state,
            RoundUnit.submitted_at,
        )
        .join(Organisation, Organisation.id == RoundUnit.unit_id)
        .where(RoundUnit.round_id == round_id)
    )
