"""Aggregate figures of other sources, by municipality and year: about no person."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.persistence.tables.base import Base

LONGEST_ID = 40
LONGEST_TITLE = 200
LONGEST_SOURCE = 500
LONGEST_UNIT = 40


class ContextSeriesRow(Base):
    """What the figures are, and who says so."""

    __tablename__ = "context_series"
    __table_args__ = tuple(
        sa.CheckConstraint(f"length({name}) BETWEEN 1 AND {longest}", name=name)
        for name, longest in (
            ("id", LONGEST_ID),
            ("title", LONGEST_TITLE),
            ("source", LONGEST_SOURCE),
            ("unit", LONGEST_UNIT),
        )
    )

    id: Mapped[str] = mapped_column(sa.String(LONGEST_ID), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(LONGEST_TITLE))
    source: Mapped[str] = mapped_column(sa.String(LONGEST_SOURCE))
    unit: Mapped[str] = mapped_column(sa.String(LONGEST_UNIT))
    # NULL: each figure's code is one of its own year, or of the oldest list there is.
    borders_of: Mapped[int | None] = mapped_column(sa.SmallInteger)
    imported_at: Mapped[datetime]


class ContextValueRow(Base):
    """One figure. The code is a municipality's, or «rest» for all others together."""

    __tablename__ = "context_value"
    __table_args__ = (
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name="year"),
        sa.CheckConstraint("length(code) = 4", name="code"),
        sa.CheckConstraint("value >= 0", name="value"),
        sa.CheckConstraint("denominator > 0", name="denominator"),
        sa.CheckConstraint("value <= denominator", name="part_of_denominator"),
    )

    series_id: Mapped[str] = mapped_column(
        sa.String(LONGEST_ID), sa.ForeignKey("context_series.id"), primary_key=True
    )
    year: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    value: Mapped[int]
    denominator: Mapped[int | None]
