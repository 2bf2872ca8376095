"""Releases into the store, and protected tables out of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.disclosure.cube import MUNICIPALITY, CellKey
from brukerplan.disclosure.digest import VerifiedCells, area_digests, digest_of, verify
from brukerplan.disclosure.release import SafeTable
from brukerplan.disclosure.release import safe_tables as tables_from
from brukerplan.disclosure.status import ReleasedCell, Status
from brukerplan.geography import area_key, constituents, municipality
from brukerplan.persistence.kept import KEPT, Kept
from brukerplan.persistence.tables import (
    RELEASED_CELL,
    Release,
    ReleasedArea,
)
from brukerplan.persistence.tables import ReleasedCell as CellRow
from brukerplan.persistence.tables.states import ReleaseState
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.statistics.tables import tables_for

TableKey = tuple[str, str]
Tables = Mapping[TableKey, SafeTable]

_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class ReleasedAreaLine:
    """An area with published numbers."""

    level: str
    area: str
    first_year: int
    last_year: int


def store_release(
    session: Session,
    *,
    round_id: int,
    year: int,
    cells: Sequence[ReleasedCell],
    policy_digest: str,
    built_by: int,
    built_at: datetime,
) -> int:
    """Store a built release in place of an earlier one not published; return its id."""
    remove_built(session, round_id)
    digests = area_digests(cells)
    release = Release(
        round_id=round_id,
        year=year,
        built_by=built_by,
        built_at=built_at,
        policy_digest=policy_digest,
        digest=digest_of(digests),
    )
    session.add(release)
    session.flush()
    areas = [
        {"release_id": release.id, "level": level, "area": area, "digest": digest}
        for (level, area), digest in digests.items()
    ]
    if areas:
        session.execute(sa.insert(ReleasedArea), areas)
    rows = [
        {
            "release_id": release.id,
            "level": cell.key.level,
            "area": cell.key.area,
            "table_id": cell.key.table,
            "population": cell.key.population,
            "year": cell.key.year,
            "category": cell.key.category,
            "status": str(cell.status),
            "count": cell.count,
        }
        for cell in cells
    ]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        session.execute(sa.insert(RELEASED_CELL), rows[start : start + _ROWS_AT_ONCE])
    return release.id


def remove_built(session: Session, round_id: int) -> None:
    """Remove the round's release that was built but not published, if there is one."""
    built = tuple(
        session.scalars(
            sa.select(Release.id).where(
                Release.round_id == round_id, Release.state == ReleaseState.BUILT
            )
        )
    )
    if built:
        session.execute(sa.delete(RELEASED_CELL).where(RELEASED_CELL.c.release_id.in_(built)))
        session.execute(sa.delete(ReleasedArea).where(ReleasedArea.release_id.in_(built)))
        session.execute(sa.delete(Release).where(Release.id.in_(built)))


def published_cells(session: Session, year: int) -> tuple[ReleasedCell, ...]:
    """Return every cell about ``year``, shown or hidden, of every published release."""
    return _cells(
        session,
        sa.select(CellRow.release_id)
        .join(Release, Release.id == CellRow.release_id)
        .where(Release.state == ReleaseState.PUBLISHED, CellRow.year == year),
    )[1]


def published_areas(session: Session, year: int) -> frozenset[tuple[str, str]]:
    """Return (level, area key) of all areas with published cells about ``year``."""
    rows = session.execute(
        sa.select(CellRow.level, CellRow.area)
        .join(Release, Release.id == CellRow.release_id)
        .where(Release.state == ReleaseState.PUBLISHED, CellRow.year == year)
        .distinct()
    )
    return frozenset((level, area) for level, area in rows)


def released_areas(
    session: Session, *, include_unpublished: bool = False
) -> tuple[ReleasedAreaLine, ...]:
    """Return every area that some published release of its own year has cells for.

    ``include_unpublished`` as in `safe_tables`.
    """
    rows = session.execute(
        sa.select(
            ReleasedArea.level,
            ReleasedArea.area,
            sa.func.min(Release.year),
            sa.func.max(Release.year),
        )
        .join(Release, Release.id == ReleasedArea.release_id)
        .where(Release.state.in_(_states(include_unpublished=include_unpublished)))
        .group_by(ReleasedArea.level, ReleasedArea.area)
        .order_by(ReleasedArea.level, ReleasedArea.area)
    )
    return tuple(ReleasedAreaLine(*row) for row in rows)


def verify_release(session: Session, release_id: int) -> VerifiedCells:
    """Read a whole release and hold it against its fingerprint.

    Raises
    ------
    ReleaseChangedError
        The stored cells are not those that were built.
    """
    digest = session.scalar(sa.select(Release.digest).where(Release.id == release_id))
    _, cells = _cells(
        session, sa.select(CellRow.release_id).where(CellRow.release_id == release_id)
    )
    return verify(cells, digest or "")


def safe_tables(
    session: Session,
    *,
    code: str,
    of_year: int,
    level: str = MUNICIPALITY,
    include_unpublished: bool = False,
) -> Tables:
    """Return every protected table of an area over the years up to ``of_year``.

    Parameters
    ----------
    code
        Municipality code as of ``of_year``, or the key of a trust, a region or ``norge``.
    of_year
        The year whose borders the series has: older years are those of the municipalities
        that became this one. The series stops at a split.
    include_unpublished
        Also what is built and not yet published; for those with the permission.

    Returns
    -------
    mapping
        By (table id, population); empty for an area without any release.

    Raises
    ------
    UnknownMunicipalityError, MunicipalityNoLongerExistsError, MunicipalityDoesNotExistYetError
        ``code`` is no municipality in ``of_year``.
    ReleaseChangedError
        The stored cells are not those that were released.
    """
    releases = {
        row.id: row
        for row in session.execute(
            sa.select(Release.id, Release.year, Release.digest)
            .where(Release.state.in_(_states(include_unpublished=include_unpublished)))
            .order_by(Release.year, Release.id)
        )
    }
    years = sorted({row.year for row in releases.values() if row.year <= of_year})
    if level == MUNICIPALITY:
        area_keys = series_keys(code, of_year=of_year, years=years)
    else:
        area_keys = dict.fromkeys(years, code)
    # A release is named by the digest of all it holds, so what is kept cannot be outdated.
    name = (level, code, of_year, tuple(row.digest for row in releases.values()))
    kept: Kept = session.info[KEPT]
    tables = cast("Tables | None", kept.get(name))
    if tables is None:
        digests = {id_: row.digest for id_, row in releases.items()}
        tables = tables_from(
            _verified(session, digests, level, set(area_keys.values())),
            categories=tables_of_years(years),
            level=level,
            area_keys=area_keys,
        )
        kept.keep(name, tables)
    return tables


def tables_of_years(years: Iterable[int]) -> dict[str, tuple[str, ...]]:
    """Return the categories of every table that the editions of these years give.

    The newest edition's tables and categories come first; what it has dropped follows.
    """
    found: dict[str, dict[str, None]] = {}
    editions = {(q := edition_for_year(year)).edition: q for year in sorted(years, reverse=True)}
    for q in editions.values():
        for spec in tables_for(q):
            found.setdefault(spec.id, {}).update(dict.fromkeys(spec.category_ids))
    return {table: tuple(categories) for table, categories in found.items()}


def series_keys(code: str, *, of_year: int, years: Iterable[int]) -> dict[int, str]:
    """Return by year the key of the area that is the municipality ``code`` of ``of_year``.

    Going back from ``of_year`` it ends at a split: years before it are not in the answer.

    Raises
    ------
    UnknownMunicipalityError, MunicipalityNoLongerExistsError, MunicipalityDoesNotExistYetError
        ``code`` is no municipality in ``of_year``.
    """
    municipality(code, of_year)
    keys: dict[int, str] = {}
    for year in sorted(years, reverse=True):
        codes = constituents(code, of_year=of_year, in_year=year)
        if codes is None:
            break
        keys[year] = area_key(codes)
    return keys


def _states(*, include_unpublished: bool) -> tuple[ReleaseState, ...]:
    return tuple(ReleaseState) if include_unpublished else (ReleaseState.PUBLISHED,)


def _verified(
    session: Session, digests: Mapping[int, str], level: str, areas: set[str]
) -> list[VerifiedCells]:
    fingerprints: dict[int, dict[tuple[str, str], str]] = {id_: {} for id_ in digests}
    for row in session.execute(
        sa.select(
            ReleasedArea.release_id, ReleasedArea.level, ReleasedArea.area, ReleasedArea.digest
        ).where(ReleasedArea.release_id.in_(tuple(digests)))
    ):
        fingerprints[row.release_id][row.level, row.area] = row.digest
    owners, cells = _cells(
        session,
        sa.select(CellRow.release_id).where(
            CellRow.release_id.in_(tuple(digests)),
            CellRow.level == level,
            CellRow.area.in_(tuple(areas)),
        ),
    )
    by_release: dict[int, list[ReleasedCell]] = {}
    for owner, cell in zip(owners, cells, strict=True):
        by_release.setdefault(owner, []).append(cell)
    return [
        verify(found, digests[id_], digests=fingerprints[id_]) for id_, found in by_release.items()
    ]


def _cells(session: Session, which: sa.Select[int]) -> tuple[list[int], tuple[ReleasedCell, ...]]:
    rows = session.execute(
        which.add_columns(
            CellRow.year,
            CellRow.table_id,
            CellRow.population,
            CellRow.level,
            CellRow.area,
            CellRow.category,
            CellRow.status,
            CellRow.count,
        )
    ).all()
    statuses = {str(status): status for status in Status}
    return [row[0] for row in rows], tuple(
        ReleasedCell(CellKey(*row[1:7]), statuses[row[7]], row[8]) for row in rows
    )
