"""The access log: who did what with whose data, when. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.persistence.tables.base import Base


class AccessLog(Base):
    """One act. ``subject`` is an id and ``detail`` a code or a number, never a text."""

    __tablename__ = "access_log"
    __table_args__ = (
        sa.Index(None, "organisation_id", "at"),
        sa.Index(None, "subject"),
        sa.CheckConstraint("length(action) BETWEEN 1 AND 40", name="action"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    # NULL: somebody who is not signed in, or the command line.
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    action: Mapped[str] = mapped_column(sa.String(40))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    subject: Mapped[str] = mapped_column(sa.String(64), default="")
    detail: Mapped[str] = mapped_column(sa.String(200), default="")
