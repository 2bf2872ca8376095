"""A year's mapping: the round, and what each municipality and unit has reached in it."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.persistence.tables.base import Base, exactly_when, one_of
from brukerplan.persistence.tables.states import (
    IdentityMode,
    InclusionRule,
    MunicipalityState,
    ReopeningReason,
    RoundState,
    UnitState,
)


class MappingRound(Base):
    """One year's mapping with one edition of the questionnaire."""

    __tablename__ = "mapping_round"
    __table_args__ = (
        sa.UniqueConstraint("year"),
        one_of("state", RoundState),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
        sa.CheckConstraint("deadline >= opens_on", name="deadline_after_opening"),
        exactly_when("frozen_at", "state IN ('frozen', 'released')", "frozen_at IS NOT NULL"),
        exactly_when("released_at", "state = 'released'", "released_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(sa.SmallInteger)
    edition: Mapped[str] = mapped_column(sa.String(10))
    owner_organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(sa.String(10), default=RoundState.OPEN)
    # Fictive persons only; said on every page and report made from the round. A round in
    # training holds fictive persons too, whatever this says.
    synthetic: Mapped[bool] = mapped_column(default=False)
    opens_on: Mapped[date]
    deadline: Mapped[date]
    frozen_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    frozen_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class RoundMunicipality(Base):
    """How a municipality takes part in a round, and whether it is approved."""

    __tablename__ = "round_municipality"
    __table_args__ = (
        one_of("inclusion_rule", InclusionRule),
        one_of("state", MunicipalityState),
        exactly_when("approved_at", "state = 'approved'", "approved_at IS NOT NULL"),
        sa.CheckConstraint("takes_part OR state = 'open'", name="approved_only_if_taking_part"),
        one_of("identity_mode", IdentityMode),
        one_of("reopened_reason", ReopeningReason),
    )

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("mapping_round.id"), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    takes_part: Mapped[bool] = mapped_column(default=True)
    inclusion_rule: Mapped[str] = mapped_column(sa.String(20), default=InclusionRule.LAST_12_MONTHS)
    mental_only_included: Mapped[bool] = mapped_column(default=True)
    milder_included: Mapped[bool] = mapped_column(default=True)
    # NULL: the round's own deadline.
    deadline: Mapped[date | None]
    identity_mode: Mapped[str] = mapped_column(sa.String(12), default=IdentityMode.PSEUDONYMOUS)
    state: Mapped[str] = mapped_column(sa.String(10), default=MunicipalityState.OPEN)
    approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    approved_at: Mapped[datetime | None]
    # Why it was last opened again.
    reopened_reason: Mapped[str | None] = mapped_column(sa.String(20))


class RoundOptionalVariable(Base):
    """An optional variable that a municipality has turned on for a round."""

    __tablename__ = "round_optional_variable"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["round_id", "municipality_id"],
            ["round_municipality.round_id", "round_municipality.municipality_id"],
        ),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    municipality_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    variable: Mapped[str] = mapped_column(sa.String(40), primary_key=True)


class RoundUnit(Base):
    """How far a unit has come; ``expected`` is the number of persons it means to map."""

    __tablename__ = "round_unit"
    __table_args__ = (
        one_of("state", UnitState),
        exactly_when("submitted_at", "state = 'open'", "submitted_at IS NULL"),
        sa.CheckConstraint("expected >= 0", name="expected"),
        one_of("reopened_reason", ReopeningReason),
    )

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("mapping_round.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    expected: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    state: Mapped[str] = mapped_column(sa.String(20), default=UnitState.OPEN)
    submitted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime | None]
    # Why it was last opened again.
    reopened_reason: Mapped[str | None] = mapped_column(sa.String(20))
    # When the unit was last reminded by e-mail.
    reminded_at: Mapped[datetime | None]
