"""Rounds, and how far municipalities and units have come in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.tables import (
    MappingRound,
    Membership,
    Organisation,
    Registration,
    Release,
    RoundMunicipality,
    RoundOptionalVariable,
    RoundUnit,
)
from brukerplan.persistence.tables.states import (
    MunicipalityState,
    RegistrationState,
    ReleaseState,
    RoundState,
    UnitState,
)

# An address may name a larger number than the column holds, which the engines refuse.
_NO_YEAR = 10_000


# Made once, of the table alone: every save asks it.
_OPTIONAL_TABLE = RoundOptionalVariable.__table__.c
_OPTIONAL = sa.select(_OPTIONAL_TABLE.variable).where(
    _OPTIONAL_TABLE.round_id == sa.bindparam("round_id"),
    _OPTIONAL_TABLE.municipality_id == sa.bindparam("municipality_id"),
)


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
    reopened_reason: str | None
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True)
class MunicipalityTerms:
    """How a municipality takes part in a round.

    ``deadline`` is the one that holds: its ``own_deadline`` where it has one, else the round's.
    """

    municipality_id: int
    code: str
    name: str
    takes_part: bool
    inclusion_rule: str
    mental_only_included: bool
    milder_included: bool
    identity_mode: str
    deadline: date
    own_deadline: date | None
    state: str
    approved_at: datetime | None
    reopened_reason: str | None


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
    asked = {"round_id": round_id, "municipality_id": municipality_id}
    return frozenset(session.scalars(_OPTIONAL, asked))


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


def approved(session: Session, round_id: int) -> tuple[MunicipalityTerms, ...]:
    """Return the municipalities that a round's numbers are from, by code."""
    return tuple(
        terms
        for terms in participants(session, round_id)
        if terms.takes_part and terms.state == MunicipalityState.APPROVED
    )


def training_of(session: Session, user_id: int) -> int | None:
    """Return the year that a user practises on now: at work in it, or running it."""
    row = session.execute(
        sa.select(MappingRound.year)
        .join(Membership, Membership.user_id == user_id)
        .where(
            MappingRound.state == RoundState.TRAINING,
            sa.or_(
                Membership.organisation_id == MappingRound.owner_organisation_id,
                Membership.organisation_id.in_(
                    sa.select(RoundUnit.unit_id).where(RoundUnit.round_id == MappingRound.id)
                ),
                Membership.organisation_id.in_(
                    sa.select(RoundMunicipality.municipality_id).where(
                        RoundMunicipality.round_id == MappingRound.id,
                        RoundMunicipality.takes_part,
                    )
                ),
            ),
        )
        .order_by(MappingRound.year.desc())
    ).first()
    return None if row is None else row.year


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


def _terms() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Organisation.id,
            Organisation.code,
            Organisation.name,
            RoundMunicipality.takes_part,
            RoundMunicipality.inclusion_rule,
            RoundMunicipality.mental_only_included,
            RoundMunicipality.milder_included,
            RoundMunicipality.identity_mode,
            sa.func.coalesce(RoundMunicipality.deadline, MappingRound.deadline),
            RoundMunicipality.deadline,
            RoundMunicipality.state,
            RoundMunicipality.approved_at,
            RoundMunicipality.reopened_reason,
        )
        .join(RoundMunicipality, RoundMunicipality.municipality_id == Organisation.id)
        .join(MappingRound, MappingRound.id == RoundMunicipality.round_id)
    )


def _units(round_id: int) -> sa.Select[Any]:
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
            RoundUnit.reopened_reason,
            RoundUnit.reminded_at,
        )
        .join(Organisation, Organisation.id == RoundUnit.unit_id)
        .where(RoundUnit.round_id == round_id)
    )
