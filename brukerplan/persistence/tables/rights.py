"""Legal bases, how long a round's registrations are kept, and receipts for what is deleted."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.persistence.tables.base import Base, exactly_when, one_of
from brukerplan.persistence.tables.states import Deletion, RightsPurpose

REFERENCE_LENGTH = 30


class UnitService(Base):
    """Which kind of service a unit is. A unit without a row has not been told of yet."""

    __tablename__ = "unit_service"
    __table_args__ = (sa.CheckConstraint("length(kind) BETWEEN 1 AND 40", name="kind"),)

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    # NULL: the command line.
    stated_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    stated_at: Mapped[datetime]


class LegalBasis(Base):
    """What a unit's registrations rest on, from a moment and perhaps until one.

    Rows are added and withdrawn, never changed: what a registration once rested on can
    always be told.
    """

    __tablename__ = "legal_basis"
    __table_args__ = (
        sa.CheckConstraint("length(ground) BETWEEN 1 AND 40", name="ground"),
        sa.CheckConstraint(f"length(reference) BETWEEN 1 AND {REFERENCE_LENGTH}", name="reference"),
        # By default, from the kind of service, or by the officer, with the decision.
        exactly_when("recorded", "recorded_by IS NULL", "reference IS NULL"),
        exactly_when("withdrawn", "withdrawn_at IS NULL", "withdrawn_by IS NULL"),
        sa.CheckConstraint("valid_until > valid_from", name="valid_until"),
        sa.Index(None, "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ground: Mapped[str] = mapped_column(sa.String(40))
    reference: Mapped[str | None] = mapped_column(sa.String(REFERENCE_LENGTH))
    # The first moment of the first day in Norway, and the first moment after the last.
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    recorded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]


class RoundRetention(Base):
    """The day a frozen round's registrations are deleted, where it is not the usual one."""

    __tablename__ = "round_retention"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("mapping_round.id"), primary_key=True)
    purge_on: Mapped[date]
    set_by: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    set_at: Mapped[datetime]


class DeletionReceipt(Base):
    """What was deleted, as counts: of one person in a municipality, or of a whole round.

    Nothing in it, nor beside it, leads to whom it was about.
    """

    __tablename__ = "deletion_receipt"
    __table_args__ = (
        one_of("kind", Deletion),
        one_of("purpose", RightsPurpose),
        exactly_when("erased", "kind = 'erasure'", "municipality_id IS NOT NULL"),
        exactly_when("purged", "kind = 'purge'", "round_id IS NOT NULL"),
        exactly_when("purposeful", "kind = 'erasure'", "purpose IS NOT NULL"),
        sa.CheckConstraint(
            "registrations >= 0 AND changes >= 0 AND kept_versions >= 0 AND queries >= 0 "
            "AND opt_outs >= 0",
            name="counts",
        ),
        sa.Index(None, "round_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[str] = mapped_column(sa.String(10))
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("mapping_round.id"))
    purpose: Mapped[str | None] = mapped_column(sa.String(30))
    # NULL: the nightly job.
    by_user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime]
    registrations: Mapped[int]
    changes: Mapped[int]
    kept_versions: Mapped[int]
    queries: Mapped[int]
    opt_outs: Mapped[int]
