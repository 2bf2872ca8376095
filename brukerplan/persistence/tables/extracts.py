"""Extracts for research: what is asked for, who decided, and the project's own key.

The file itself is nowhere: it is made anew from the definition each time it is fetched.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.disclosure.extract import Age, Place
from brukerplan.persistence.tables.base import Base, exactly_when, one_of
from brukerplan.persistence.tables.states import ExtractState

LONGEST_NAME = 200
LONGEST_TEXT = 2_000


class Extract(Base):
    """One project's extract. Only what comes after the asking ever changes."""

    __tablename__ = "extract"
    __table_args__ = (
        one_of("place", Place),
        one_of("age", Age),
        one_of("state", ExtractState),
        *(
            sa.CheckConstraint(f"length({name}) BETWEEN 1 AND {longest}", name=name)
            for name, longest in (
                ("project", LONGEST_NAME),
                ("recipient", LONGEST_NAME),
                ("purpose", LONGEST_TEXT),
                ("legal_reference", LONGEST_TEXT),
                ("rejected_because", LONGEST_TEXT),
            )
        ),
        # The rule of two persons, whatever the program says.
        sa.CheckConstraint("decided_by != asked_by", name="two_persons"),
        exactly_when("decided_by", "state = 'asked'", "decided_by IS NULL"),
        exactly_when("decided_at", "state = 'asked'", "decided_at IS NULL"),
        exactly_when("rejected", "state = 'rejected'", "rejected_because IS NOT NULL"),
        exactly_when("ended_at", "state = 'ended'", "ended_at IS NOT NULL"),
        # What was approved was seen to be enough; the key lives as long as the approval.
        exactly_when("approved", "state IN ('approved', 'ended')", "smallest_kept IS NOT NULL"),
        exactly_when("counted", "smallest_kept IS NULL", "persons IS NULL OR left_out IS NULL"),
        exactly_when("policy", "smallest_kept IS NULL", "smallest_allowed IS NULL"),
        sa.CheckConstraint("smallest_kept >= smallest_allowed", name="smallest_kept"),
        exactly_when("key_id", "state = 'approved'", "key_id IS NOT NULL"),
        exactly_when("wrapped", "state = 'approved'", "wrapped IS NOT NULL"),
        sa.Index(None, "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    project: Mapped[str] = mapped_column(sa.String(LONGEST_NAME))
    recipient: Mapped[str] = mapped_column(sa.String(LONGEST_NAME))
    purpose: Mapped[str] = mapped_column(sa.Text)
    legal_reference: Mapped[str] = mapped_column(sa.Text)
    place: Mapped[str] = mapped_column(sa.String(12))
    age: Mapped[str] = mapped_column(sa.String(12))
    follows_persons: Mapped[bool]
    # The last day on which it can be fetched.
    expires_on: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(10), default=ExtractState.ASKED)
    asked_by: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    rejected_because: Mapped[str | None] = mapped_column(sa.Text)
    # What was approved: the policy's least class, and what there was then.
    smallest_allowed: Mapped[int | None] = mapped_column(sa.SmallInteger)
    smallest_kept: Mapped[int | None]
    persons: Mapped[int | None]
    left_out: Mapped[int | None]
    # The project's key, wrapped. Gone when the access ends.
    key_id: Mapped[str | None] = mapped_column(sa.String(64))
    wrapped: Mapped[bytes | None]
    # NULL at the end: it ended by itself, on its day.
    ended_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]


class ExtractYear(Base):
    """A year that an extract is of."""

    __tablename__ = "extract_year"

    extract_id: Mapped[int] = mapped_column(
        sa.ForeignKey("extract.id"), primary_key=True, autoincrement=False
    )
    round_id: Mapped[int] = mapped_column(
        sa.ForeignKey("mapping_round.id"), primary_key=True, autoincrement=False
    )


class ExtractVariable(Base):
    """A variable that an extract holds."""

    __tablename__ = "extract_variable"

    extract_id: Mapped[int] = mapped_column(
        sa.ForeignKey("extract.id"), primary_key=True, autoincrement=False
    )
    variable: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
