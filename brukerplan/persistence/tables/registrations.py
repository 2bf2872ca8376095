"""Registrations (identified side) and frozen registrations (codes and a trust pseudonym)."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.identity.pseudonyms import PSEUDONYM_BYTES
from brukerplan.persistence.tables.answers import answer_checks, answer_columns
from brukerplan.persistence.tables.base import Base, exactly_when, one_of
from brukerplan.persistence.tables.states import RegistrationState

CASE_LABEL_LENGTH = 20


class Registration(Base):
    """What a unit knows about one person in one round. The national number is nowhere."""

    __tablename__ = "registration"
    __table_args__ = (
        *answer_columns(),
        *answer_checks(),
        sa.ForeignKeyConstraint(
            ["round_id", "unit_id"], ["round_unit.round_id", "round_unit.unit_id"]
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality_id"],
            ["round_municipality.round_id", "round_municipality.municipality_id"],
        ),
        # One person, one registration in a unit's round. Two units may know the same
        # person: the coordinator makes one of the two before the municipality is approved.
        sa.UniqueConstraint("round_id", "unit_id", "municipal_pseudonym"),
        sa.Index(None, "round_id", "municipality_id", "municipal_pseudonym"),
        sa.Index(None, "round_id", "unit_id"),
        # Who rests under a retired key is found in every round at once.
        sa.Index(None, "municipal_key_id", "municipal_pseudonym"),
        one_of("state", RegistrationState),
        sa.CheckConstraint("version >= 1", name="version"),
        sa.CheckConstraint(
            f"length(case_label) BETWEEN 1 AND {CASE_LABEL_LENGTH}", name="case_label"
        ),
        sa.CheckConstraint(
            f"length(municipal_pseudonym) = {PSEUDONYM_BYTES}", name="municipal_pseudonym"
        ),
        sa.CheckConstraint(
            f"length(transfer_pseudonym) = {PSEUDONYM_BYTES}", name="transfer_pseudonym"
        ),
        exactly_when("municipal_key", "municipal_pseudonym IS NULL", "municipal_key_id IS NULL"),
        exactly_when("transfer_key", "transfer_pseudonym IS NULL", "transfer_key_id IS NULL"),
        exactly_when("submitted_at", "state = 'submitted'", "submitted_at IS NOT NULL"),
        sa.CheckConstraint(
            "state = 'draft' OR (birth_year IS NOT NULL AND gender IS NOT NULL AND "
            "substance_problem IS NOT NULL AND mental_problem IS NOT NULL AND "
            "substance_problem + mental_problem > 0)",
            name="submitted_says_who_is_mapped",
        ),
        sa.CheckConstraint("answered BETWEEN 0 AND asked", name="answered"),
        one_of("letter_language", ("nb", "nn", "en")),
        exactly_when("informed", "informed_at IS NULL", "informed_by IS NULL"),
        exactly_when("verified", "verified_at IS NULL", "verified_by IS NULL"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    round_id: Mapped[int]
    unit_id: Mapped[int]
    municipality_id: Mapped[int]
    # NULL where the municipality maps anonymously.
    municipal_pseudonym: Mapped[bytes | None]
    municipal_key_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pseudonym_key.id"))
    # Gone once the round is frozen.
    transfer_pseudonym: Mapped[bytes | None]
    transfer_key_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pseudonym_key.id"))
    case_label: Mapped[str] = mapped_column(sa.String(CASE_LABEL_LENGTH))
    state: Mapped[str] = mapped_column(sa.String(10), default=RegistrationState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    updated_by: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    updated_at: Mapped[datetime]
    submitted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime | None]
    # Soft rules that were confirmed, as ``rule:reason`` with spaces between.
    confirmed_soft: Mapped[str] = mapped_column(sa.Text, default="")
    # Kept beside the answers, so that the list of a whole unit is one cheap read.
    answered: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    asked: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    # The year whose answers were carried over, and the sections not yet accepted.
    carried_from: Mapped[int | None] = mapped_column(sa.SmallInteger)
    unconfirmed_sections: Mapped[str] = mapped_column(sa.String(200), default="")
    # The open page that saved last: its own later saves never conflict with it, also when
    # the answer to a save was lost on the way.
    saved_from: Mapped[str | None] = mapped_column(sa.String(32))
    # A registration counts once the person has been sent the letter about it.
    letter_language: Mapped[str] = mapped_column(sa.String(2), default="nb")
    informed_at: Mapped[datetime | None]
    informed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    # When another unit's registration of the person was last made one with this.
    merged_at: Mapped[datetime | None]


class FrozenRegistration(Base):
    """A submitted registration past the first door.

    No key, id, time or order leads back. Equal answers do, for as long as the registration
    itself is kept: see ``docs/adr/0009``.
    """

    __tablename__ = "frozen_registration"
    __table_args__ = (
        *answer_columns(),
        *answer_checks(),
        sa.Index(None, "round_id", "municipality_code"),
        sa.CheckConstraint("length(municipality_code) = 4", name="municipality_code"),
        sa.CheckConstraint(f"length(trust_pseudonym) = {PSEUDONYM_BYTES}", name="trust_pseudonym"),
        exactly_when("trust_key", "trust_pseudonym IS NULL", "trust_key_id IS NULL"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("mapping_round.id"))
    municipality_code: Mapped[str] = mapped_column(sa.String(4))
    trust_pseudonym: Mapped[bytes | None]
    trust_key_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pseudonym_key.id"))


# As tables, for statements over a whole row of answer columns.
REGISTRATION = Base.metadata.tables[Registration.__tablename__]
FROZEN_REGISTRATION = Base.metadata.tables[FrozenRegistration.__tablename__]
