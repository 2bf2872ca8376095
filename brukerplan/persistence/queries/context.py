"""Figures of other sources."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.tables import ContextSeriesRow, ContextValueRow
from brukerplan.statistics.context import ContextSeries, Figure


def context_ids(session: Session) -> tuple[str, ...]:
    """Return the ids of every series, in order."""
    return tuple(session.scalars(sa.select(ContextSeriesRow.id).order_by(ContextSeriesRow.id)))


def context_series(session: Session, series_id: str) -> ContextSeries | None:
    """Return a series with all its figures, or ``None``."""
    found = session.get(ContextSeriesRow, series_id)
    if found is None:
        return None
    rows = session.execute(
        sa.select(
            ContextValueRow.code,
            ContextValueRow.year,
            ContextValueRow.value,
            ContextValueRow.denominator,
        )
        .where(ContextValueRow.series_id == series_id)
        .order_by(ContextValueRow.year, ContextValueRow.code)
    )
    return ContextSeries(
        found.id,
        found.title,
        found.source,
        found.unit,
        found.borders_of,
        tuple(Figure(*row) for row in rows),
    )
