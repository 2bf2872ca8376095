"""Pseudonym keys, wrapped by a master key that is never here."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.tables.base import Base, one_of


class PseudonymKey(Base):
    """One key of one purpose, belonging to one organisation."""

    __tablename__ = "pseudonym_key"
    __table_args__ = (
        one_of("purpose", Purpose),
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
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
