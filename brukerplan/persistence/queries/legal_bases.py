"""What each unit's registrations rest on, and which units have nothing to rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from brukerplan.persistence.tables import (
    LegalBasis,
    Organisation,
    Registration,
    UnitService,
    UserAccount,
)
from brukerplan.persistence.tables.states import OrganisationKind


@dataclass(frozen=True, slots=True)
class BasisLine:
    """A basis that is not withdrawn; ``reference`` and ``recorded_by`` only when the officer
    recorded it.
    """

    ground: str
    reference: str | None
    valid_from: datetime
    valid_until: datetime | None
    recorded_by: str | None
    recorded_at: datetime

    @property
    def last_moment(self) -> datetime | None:
        """The last second of the last day; ``None`` where it holds until it is withdrawn."""
        return None if self.valid_until is None else self.valid_until - timedelta(seconds=1)

    def holds(self, moment: datetime) -> bool:
        """Tell whether it is valid at the moment."""
        return self.valid_from <= moment and (self.valid_until is None or moment < self.valid_until)


@dataclass(frozen=True, slots=True)
class UnitBases:
    """A unit with the bases that are not withdrawn, newest first. ``kind`` may be unstated."""

    unit_id: int
    name: str
    kind: str | None
    bases: tuple[BasisLine, ...]


def rests_on_basis(unit_id: sa.ColumnElement[int], moment: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that the unit in this column has a basis at the moment.

    The database's triggers ask the same of every registration: see ``tables/moves.py``.
    """
    return sa.exists().where(
        LegalBasis.unit_id == unit_id,
        LegalBasis.withdrawn_at.is_(None),
        LegalBasis.valid_from <= moment,
        sa.or_(LegalBasis.valid_until.is_(None), LegalBasis.valid_until > moment),
    )


def has_basis(session: Session, unit_id: int, moment: datetime) -> bool:
    """Tell whether the unit may register persons at the moment."""
    return bool(session.scalar(sa.select(rests_on_basis(sa.literal(unit_id), moment))))


def units_without_basis(session: Session, municipality_id: int, moment: datetime) -> frozenset[int]:
    """Return the municipality's units that may register nobody at the moment."""
    return frozenset(
        session.scalars(
            sa.select(Organisation.id).where(
                Organisation.parent_id == municipality_id,
                Organisation.kind == OrganisationKind.UNIT,
                sa.not_(rests_on_basis(Organisation.__table__.c.id, moment)),
            )
        )
    )


def registered_without_basis(
    session: Session, municipality_id: int, round_id: int, moment: datetime
) -> int:
    """Count the municipality's registrations of the round that have nothing to rest on."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Registration)
            .where(
                Registration.municipality_id == municipality_id,
                Registration.round_id == round_id,
                sa.not_(rests_on_basis(Registration.__table__.c.unit_id, moment)),
            )
        )
        or 0
    )


def service_of(session: Session, unit_id: int) -> str | None:
    """Return which kind of service the unit is; ``None`` when nobody has said."""
    return session.scalar(sa.select(UnitService.kind).where(UnitService.unit_id == unit_id))


def bases_of_municipality(session: Session, municipality_id: int) -> tuple[UnitBases, ...]:
    """Return every unit of the municipality by name, with its bases."""
    officer = aliased(UserAccount)
    units = session.execute(
        sa.select(Organisation.id, Organisation.name, UnitService.kind)
        .outerjoin(UnitService, UnitService.unit_id == Organisation.id)
        .where(
            Organisation.parent_id == municipality_id,
            Organisation.kind == OrganisationKind.UNIT,
        )
        .order_by(Organisation.name)
    ).all()
    found: dict[int, list[BasisLine]] = {unit.id: [] for unit in units}
    rows = session.execute(
        sa.select(
            LegalBasis.unit_id,
            LegalBasis.ground,
            LegalBasis.reference,
            LegalBasis.valid_from,
            LegalBasis.valid_until,
            officer.name.label("officer_name"),
            LegalBasis.recorded_at,
        )
        .outerjoin(officer, officer.id == LegalBasis.recorded_by)
        .where(LegalBasis.unit_id.in_(found), LegalBasis.withdrawn_at.is_(None))
        .order_by(LegalBasis.id.desc())
    )
    for row in rows:
        found[row.unit_id].append(
            BasisLine(
                ground=row.ground,
                reference=row.reference,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                recorded_by=row.officer_name,
                recorded_at=row.recorded_at,
            )
        )
    return tuple(UnitBases(unit.id, unit.name, unit.kind, tuple(found[unit.id])) for unit in units)
