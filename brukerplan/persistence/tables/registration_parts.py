"""What belongs to a registration and goes with it: changes, conflicts, questions; opt-outs."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.identity.pseudonyms import PSEUDONYM_BYTES
from brukerplan.persistence.tables.base import Base, exactly_when, one_of
from brukerplan.persistence.tables.states import (
    ChangeSource,
    QueryAnswer,
    QueryQuestion,
    QueryState,
)

ANSWER_LENGTH = 200


class RegistrationChange(Base):
    """One answer that was changed: what it was, what it became, who and when.

    Answers are written as text: a code id, digits, or code ids with spaces between;
    NULL is no answer, and the empty text «none of these».
    """

    __tablename__ = "registration_change"
    __table_args__ = (
        one_of("source", ChangeSource),
        sa.Index(None, "registration_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("registration.id", ondelete="CASCADE")
    )
    version: Mapped[int]
    at: Mapped[datetime]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    source: Mapped[str] = mapped_column(sa.String(12))
    variable: Mapped[str] = mapped_column(sa.String(40))
    before: Mapped[str | None] = mapped_column(sa.String(ANSWER_LENGTH))
    after: Mapped[str | None] = mapped_column(sa.String(ANSWER_LENGTH))


class RegistrationConflict(Base):
    """What somebody typed while somebody else saved: kept until one of the two is chosen."""

    __tablename__ = "registration_conflict"
    __table_args__ = (sa.UniqueConstraint("registration_id", "page"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    registration_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("registration.id", ondelete="CASCADE")
    )
    based_on: Mapped[int]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    page: Mapped[str] = mapped_column(sa.String(32))
    at: Mapped[datetime]


class ConflictAnswer(Base):
    """An answer of the version that is waiting to be chosen or left."""

    __tablename__ = "conflict_answer"

    conflict_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("registration_conflict.id", ondelete="CASCADE"), primary_key=True
    )
    variable: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(ANSWER_LENGTH))


class RegistrationQuery(Base):
    """A question to the unit about a registration, and its answer; both are codes."""

    __tablename__ = "registration_query"
    __table_args__ = (
        one_of("question", QueryQuestion),
        one_of("state", QueryState),
        one_of("answer", QueryAnswer),
        exactly_when("answered", "answer IS NULL", "answered_at IS NULL"),
        exactly_when("closed", "state = 'closed'", "closed_at IS NOT NULL"),
        sa.CheckConstraint("state != 'answered' OR answer IS NOT NULL", name="answer_given"),
        sa.Index(None, "registration_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    registration_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("registration.id", ondelete="CASCADE")
    )
    # NULL: about the registration as a whole.
    variable: Mapped[str | None] = mapped_column(sa.String(40))
    question: Mapped[str] = mapped_column(sa.String(30))
    state: Mapped[str] = mapped_column(sa.String(10), default=QueryState.OPEN)
    asked_by: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    assignee_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    answer: Mapped[str | None] = mapped_column(sa.String(20))
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]


class OptOut(Base):
    """A person who is not to be mapped by any unit of the municipality this year.

    A pseudonym and nothing more: no reason is asked, and which unit heard it is not kept.
    """

    __tablename__ = "opt_out"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["round_id", "municipality_id"],
            ["round_municipality.round_id", "round_municipality.municipality_id"],
        ),
        sa.CheckConstraint(
            f"length(municipal_pseudonym) = {PSEUDONYM_BYTES}", name="municipal_pseudonym"
        ),
        sa.Index(None, "municipal_key_id", "municipal_pseudonym"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    municipality_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    municipal_pseudonym: Mapped[bytes] = mapped_column(primary_key=True)
    municipal_key_id: Mapped[str] = mapped_column(sa.ForeignKey("pseudonym_key.id"))
    recorded_at: Mapped[datetime]
