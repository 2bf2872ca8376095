"""The access log: who did what with whose data, when. Rows are only ever added."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.persistence.tables.base import Base, one_of
from brukerplan.persistence.tables.states import StandsOut


class AccessLog(Base):
    """One act. ``subject`` is an id and ``detail`` a code or a number, never a text.

    ``chain``, ``number`` and ``seal`` are empty only in rows older than the chains; a trigger
    refuses new ones without a seal.
    """

    __tablename__ = "access_log"
    __table_args__ = (
        sa.Index(None, "organisation_id", "at"),
        sa.Index(None, "subject"),
        sa.Index(None, "chain", "number", unique=True),
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
    # The user who acts, 0 where nobody is signed in: two people never wait for each other.
    chain: Mapped[int | None]
    number: Mapped[int | None]
    seal: Mapped[bytes | None]


class AccessLogHead(Base):
    """How far each chain has come: the number and the seal of its last row.

    Chain −1 is the rows that are older than the chains, sealed all at once.
    """

    __tablename__ = "access_log_head"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    seal: Mapped[bytes]


class EarlierLogKey(Base):
    """A key that has sealed rows of the log under a master key before, closed by the one now."""

    __tablename__ = "earlier_log_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed_secret: Mapped[bytes]
    replaced_at: Mapped[datetime]


class AccessLogSeen(Base):
    """Somebody has looked at what stands out about one person's acts on one day.

    ``acts`` is how many there were then: what comes to afterwards has not been looked at.
    """

    __tablename__ = "access_log_seen"
    __table_args__ = (
        sa.UniqueConstraint("municipality_id", "kind", "user_id", "day", "acts"),
        one_of("kind", StandsOut),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(sa.String(12))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    day: Mapped[date]
    acts: Mapped[int]
    seen_by: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    seen_at: Mapped[datetime]
