"""What the trust sees of a round: every municipality, with sums over its units."""

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
    RoundMunicipality,
    RoundUnit,
)
from brukerplan.persistence.tables.states import (
    MunicipalityState,
    OrganisationKind,
    RegistrationState,
    UnitState,
)

# As the results' shares, which are hidden below this base.
SHARE_FROM = 20


@dataclass(frozen=True, slots=True)
class MunicipalityProgress:
    """A municipality in the round's overview; ``deadline`` is the one that holds for it."""

    municipality_id: int
    code: str
    name: str
    takes_part: bool
    state: str
    deadline: date
    units: int
    units_done: int
    expected: int
    started: int
    submitted: int

    @property
    def approved(self) -> bool:
        """Whether its coordinator has approved the mapping."""
        return self.state == MunicipalityState.APPROVED

    @property
    def share(self) -> int | None:
        """How much of what is expected is sent in, in tens of percent, at most 100.

        The trust is shown this and never the number: of a small municipality that is what
        its results hide. From percents that go 33, 66, 100 anybody counts to three;
        therefore only tens, and nothing where few are expected.
        """
        if self.expected < SHARE_FROM:
            return None
        return min(10 * self.submitted // self.expected, 10) * 10

    @property
    def expects_few(self) -> bool:
        """Whether so few are expected that no share is told."""
        return 0 < self.expected < SHARE_FROM


def round_overview(session: Session, round_id: int) -> tuple[MunicipalityProgress, ...]:
    """Return every municipality of the round with sums over its units, by name."""
    unit = aliased(Organisation)
    counts = _registration_counts(round_id)
    deadline = sa.func.coalesce(RoundMunicipality.deadline, MappingRound.deadline)
    municipality = (
        Organisation.id,
        Organisation.code,
        Organisation.name,
        RoundMunicipality.takes_part,
        RoundMunicipality.state,
        deadline,
    )
    rows = session.execute(
        sa.select(
            *municipality,
            sa.func.count(RoundUnit.unit_id),
            sa.func.count(RoundUnit.unit_id).filter(RoundUnit.state != UnitState.OPEN),
            sa.func.coalesce(sa.func.sum(RoundUnit.expected), 0),
            sa.func.coalesce(sa.func.sum(counts.c.started), 0),
            sa.func.coalesce(sa.func.sum(counts.c.submitted), 0),
        )
        .select_from(RoundMunicipality)
        .join(MappingRound, MappingRound.id == RoundMunicipality.round_id)
        .join(Organisation, Organisation.id == RoundMunicipality.municipality_id)
        .outerjoin(unit, unit.parent_id == Organisation.id)
        .outerjoin(RoundUnit, sa.and_(RoundUnit.unit_id == unit.id, RoundUnit.round_id == round_id))
        .outerjoin(counts, counts.c.unit_id == RoundUnit.unit_id)
        .where(RoundMunicipality.round_id == round_id)
        .group_by(*municipality)
        .order_by(Organisation.name)
    )
    return tuple(MunicipalityProgress(*(_whole(value) for value in row)) for row in rows)


@dataclass(frozen=True, slots=True)
class PossibleParticipant:
    """A municipality that can be asked to take part, with the units it has."""

    municipality_id: int
    code: str
    name: str
    unit_ids: tuple[int, ...]


def possible_participants(
    session: Session, below_ids: tuple[int, ...]
) -> tuple[PossibleParticipant, ...]:
    """Return the municipalities among these organisations, by name, with all their units."""
    unit = aliased(Organisation)
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(Organisation.id, Organisation.code, Organisation.name, unit.id)
        .outerjoin(
            unit, sa.and_(unit.parent_id == Organisation.id, unit.kind == OrganisationKind.UNIT)
        )
        .where(Organisation.id.in_(below_ids), Organisation.kind == OrganisationKind.MUNICIPALITY)
        .order_by(Organisation.name, Organisation.id, unit.id)
    )
    found: dict[int, PossibleParticipant] = {}
    for municipality_id, code, name, unit_id in session.execute(query):
        before = found.get(municipality_id)
        units = before.unit_ids if before else ()
        found[municipality_id] = PossibleParticipant(
            municipality_id, code, name, units if unit_id is None else (*units, unit_id)
        )
    return tuple(found.values())


def _whole(value: Any) -> Any:
    # PostgreSQL sums integers to Decimal.
    return value if isinstance(value, str | bool | int | date | datetime) else int(value)


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
