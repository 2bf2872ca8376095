"""Figures of other sources, laid in beside the mapping by whoever runs the machine.

As in `brukerplan.actions.accounts` nobody's permission is asked for: no page may call this.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa

from brukerplan.files import read_context
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.context import context_ids, context_series
from brukerplan.persistence.tables import ContextSeriesRow, ContextValueRow
from brukerplan.persistence.tables.context import (
    LONGEST_ID,
    LONGEST_SOURCE,
    LONGEST_TITLE,
    LONGEST_UNIT,
)
from brukerplan.statistics.context import ContextSeries
from brukerplan.translation import UserError, mark

_ID = re.compile(r"[a-z][a-z0-9-]*")


class SeriesIdError(UserError):
    """The id is none."""

    message: ClassVar[str] = mark(
        "Serien må ha en id av små bokstaver fra a til z, sifre og bindestrek, høyst %(longest)s "
        "tegn, med en bokstav først."
    )


class SeriesTextError(UserError):
    """A text that says what the series is, is missing or too long."""

    message: ClassVar[str] = mark(
        "Tittel, kilde og enhet må fylles ut, med høyst %(title)s, %(source)s og %(unit)s tegn."
    )


class SeriesExistsError(UserError):
    """There is a series with the id, and it was not asked to be replaced."""

    message: ClassVar[str] = mark(
        "Serien %(id)s finnes fra før. Velg en annen id, eller be om at den erstattes."
    )


class SeriesNotFoundError(UserError):
    """There is no series with the id."""

    message: ClassVar[str] = mark("Det finnes ingen serie %(id)s. Disse finnes: %(known)s.")


def import_context(
    database: Database,
    *,
    series_id: str,
    title: str,
    source: str,
    unit: str,
    content: bytes,
    borders_of: int | None = None,
    replace: bool = False,
    now: datetime,
) -> ContextSeries:
    """Read a file of figures and keep it as a series: all of it or nothing.

    Parameters
    ----------
    source
        Who has published the figures, and where: shown wherever they are.
    borders_of
        As for `brukerplan.files.context_file.read_context`.
    replace
        Whether a series with the id may go.

    Raises
    ------
    SeriesIdError, SeriesTextError, SeriesExistsError
        It cannot be kept like this.
    ContextFileError
        The file is not read; `ContextProblemsError` names the cells.
    YearNotCoveredError
        The municipalities of ``borders_of`` are not known.
    """
    title, source, unit = (" ".join(text.split()) for text in (title, source, unit))
    if not _ID.fullmatch(series_id) or len(series_id) > LONGEST_ID:
        raise SeriesIdError(longest=LONGEST_ID)
    lengths = ((title, LONGEST_TITLE), (source, LONGEST_SOURCE), (unit, LONGEST_UNIT))
    if not all(0 < len(text) <= longest for text, longest in lengths):
        raise SeriesTextError(title=LONGEST_TITLE, source=LONGEST_SOURCE, unit=LONGEST_UNIT)
    figures = read_context(content, borders_of=borders_of)
    with database.begin() as session:
        there = session.get(ContextSeriesRow, series_id, with_for_update=True)
        if there is not None:
            if not replace:
                raise SeriesExistsError(id=series_id)
            session.execute(
                sa.delete(ContextValueRow).where(ContextValueRow.series_id == series_id)
            )
            session.delete(there)
            session.flush()
        session.add(
            ContextSeriesRow(
                id=series_id,
                title=title,
                source=source,
                unit=unit,
                borders_of=borders_of,
                imported_at=now,
            )
        )
        session.flush()
        session.execute(
            sa.insert(ContextValueRow),
            [
                {
                    "series_id": series_id,
                    "year": figure.year,
                    "code": figure.code,
                    "value": figure.value,
                    "denominator": figure.denominator,
                }
                for figure in figures
            ],
        )
        years = sorted({figure.year for figure in figures})
        log(
            session,
            at=now,
            user_id=None,
            action="context.imported",
            subject=series_id,
            detail=f"figures={len(figures)} from={years[0]} to={years[-1]}",
        )
    return ContextSeries(series_id, title, source, unit, borders_of, figures)


def kept_series(database: Database, series_id: str) -> ContextSeries:
    """Return a series.

    Raises
    ------
    SeriesNotFoundError
        There is none; the text names those there are.
    """
    with database.read() as session:
        found = context_series(session, series_id)
        if found is None:
            known = ", ".join(context_ids(session)) or "–"
            raise SeriesNotFoundError(id=_said_back(series_id), known=known)
        return found


def _said_back(series_id: str) -> str:
    """Return an id as far as an error may repeat it: anything can have been typed."""
    return series_id if _ID.fullmatch(series_id) and len(series_id) <= LONGEST_ID else "«…»"
