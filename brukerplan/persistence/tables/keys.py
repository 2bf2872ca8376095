"""Pseudonym keys, wrapped by a master key that is never here; numbers that were replaced."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.identity.pseudonyms import PSEUDONYM_BYTES, Purpose
from brukerplan.persistence.tables.base import Base, one_of

# A project's key is in its extract, and goes with it.
_HELD_HERE = tuple(each for each in Purpose if each is not Purpose.EXTRACT)


class PseudonymKey(Base):
    """One key of one purpose, belonging to one organisation."""

    __tablename__ = "pseudonym_key"
    __table_args__ = (
        one_of("purpose", _HELD_HERE),
        sa.CheckConstraint("wrapped IS NOT NULL OR retired_at IS NOT NULL", name="destroyed"),
        # Two keys in use at once would make one person two.
        sa.Index(
            "uq_pseudonym_key_in_use",
            "purpose",
            "organisation_id",
            unique=True,
            sqlite_where=sa.text("retired_at IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    # NULL once the key is destroyed: that it was, and when, is still told.
    wrapped: Mapped[bytes | None]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class NumberChange(Base):
    """A person of the municipality who got another number: the old one leads to the new."""

    __tablename__ = "number_change"
    __table_args__ = (
        sa.UniqueConstraint("municipality_id", "earlier_municipal_pseudonym"),
        sa.CheckConstraint(
            f"length(earlier_municipal_pseudonym) = {PSEUDONYM_BYTES}",
            name="earlier_municipal_pseudonym",
        ),
        sa.CheckConstraint(
            f"length(municipal_pseudonym) = {PSEUDONYM_BYTES}", name="municipal_pseudonym"
        ),
        # To oneself, it would be looked for without end.
        sa.CheckConstraint("earlier_municipal_pseudonym != municipal_pseudonym", name="to_another"),
        sa.Index(
            "ix_number_change_earlier",
            "earlier_municipal_key_id",
            "earlier_municipal_pseudonym",
        ),
        sa.Index(None, "municipal_key_id", "municipal_pseudonym"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    earlier_municipal_pseudonym: Mapped[bytes]
    earlier_municipal_key_id: Mapped[str] = mapped_column(sa.ForeignKey("pseudonym_key.id"))
    municipal_pseudonym: Mapped[bytes]
    municipal_key_id: Mapped[str] = mapped_column(sa.ForeignKey("pseudonym_key.id"))
    recorded_by: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]


class TransferLink(Base):
    """Two transfer pseudonyms of one person, until the freeze has made them one.

    Of a registration, while the transfer key is being replaced; of a changed number.
    """

    __tablename__ = "transfer_link"
    __table_args__ = (
        sa.CheckConstraint(
            "(registration_id IS NULL) != (number_change_id IS NULL)", name="of_one_of_them"
        ),
        sa.CheckConstraint(
            f"length(earlier_transfer_pseudonym) = {PSEUDONYM_BYTES}",
            name="earlier_transfer_pseudonym",
        ),
        sa.CheckConstraint(
            f"length(transfer_pseudonym) = {PSEUDONYM_BYTES}", name="transfer_pseudonym"
        ),
        sa.Index(None, "registration_id"),
        sa.Index(None, "number_change_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("mapping_round.id"))
    registration_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("registration.id", ondelete="CASCADE")
    )
    number_change_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("number_change.id", ondelete="CASCADE")
    )
    earlier_transfer_pseudonym: Mapped[bytes]
    earlier_transfer_key_id: Mapped[str] = mapped_column(sa.ForeignKey("pseudonym_key.id"))
    transfer_pseudonym: Mapped[bytes]
    transfer_key_id: Mapped[str] = mapped_column(sa.ForeignKey("pseudonym_key.id"))


# As a table, for many rows at once.
TRANSFER_LINK = Base.metadata.tables[TransferLink.__tablename__]
