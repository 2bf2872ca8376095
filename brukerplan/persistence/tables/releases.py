"""Releases: protected cells, the only numbers anyone outside a municipality ever sees."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.disclosure.cube import LEVELS
from brukerplan.disclosure.policy import PROPOSED
from brukerplan.disclosure.status import Status
from brukerplan.persistence.tables.base import Base, exactly_when, one_of
from brukerplan.persistence.tables.states import ReleaseState


class Release(Base):
    """What was built from one frozen round under one policy."""

    __tablename__ = "release"
    __table_args__ = (
        one_of("state", ReleaseState),
        exactly_when("published_at", "state = 'published'", "published_at IS NOT NULL"),
        sa.Index(
            "uq_release_published",
            "round_id",
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("mapping_round.id"))
    year: Mapped[int] = mapped_column(sa.SmallInteger)
    state: Mapped[str] = mapped_column(sa.String(10), default=ReleaseState.BUILT)
    built_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    built_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None]
    policy_digest: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64))


class ReleasedArea(Base):
    """An area that a release has cells for, and the fingerprint of those cells."""

    __tablename__ = "released_area"
    __table_args__ = (one_of("level", LEVELS),)

    release_id: Mapped[int] = mapped_column(sa.ForeignKey("release.id"), primary_key=True)
    level: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    area: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))


class ReleasedCell(Base):
    """One cell: its count, or why there is none. A hidden count is not stored at all."""

    __tablename__ = "released_cell"
    __table_args__ = (
        one_of("population", PROPOSED.aggregate_populations.value),
        one_of("level", LEVELS),
        one_of("status", Status),
        exactly_when("count", "status = 'published'", "count IS NOT NULL"),
        sa.ForeignKeyConstraint(
            ["release_id", "level", "area"],
            ["released_area.release_id", "released_area.level", "released_area.area"],
        ),
        sa.CheckConstraint("count >= 0", name="count_not_negative"),
        {"sqlite_with_rowid": False},
    )

    # The order of the key is the order of reading: one area of one release.
    release_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    area: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    table_id: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    population: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    year: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    status: Mapped[str] = mapped_column(sa.String(30))
    count: Mapped[int | None]


RELEASED_CELL = Base.metadata.tables[ReleasedCell.__tablename__]
