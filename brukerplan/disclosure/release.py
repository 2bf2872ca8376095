"""The door: from releases come the tables that everyone else may use, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, final

from brukerplan.disclosure.cube import ALL, TOTAL, Area, CellKey
from brukerplan.disclosure.digest import ReleaseChangedError, VerifiedCells, verify
from brukerplan.disclosure.policy import PROPOSED, Policy
from brukerplan.disclosure.protection import Release, ReleaseNotSafeError, protect
from brukerplan.disclosure.status import (
    BASE_TOO_SMALL_FOR_SHARE,
    REASONS,
    ReleasedCell,
    Status,
)
from brukerplan.disclosure.suppress import EarlierReleaseDiffersError, ExposesEarlierSecretError
from brukerplan.statistics.rounding import percent

__all__ = [
    "Area",
    "CellKey",
    "EarlierReleaseDiffersError",
    "ExposesEarlierSecretError",
    "Release",
    "ReleaseChangedError",
    "ReleaseNotSafeError",
    "ReleasedCell",
    "SafeCell",
    "SafeTable",
    "Status",
    "VerifiedCells",
    "protect",
    "safe_table",
    "safe_tables",
    "verify",
]


@dataclass(frozen=True, slots=True)
class SafeCell:
    """One number of a safe table, or why there is none."""

    status: Status
    count: int | None


class _Door:
    __slots__ = ()


_DOOR = _Door()
_NO_CELL = SafeCell(Status.NOT_PUBLISHED, None)


@final
class SafeTable:
    """One table for one population and area over years: all that may be said of it.

    Only `safe_table` and `safe_tables` make one, from cells whose release was verified.

    Parameters
    ----------
    table, population, level
        What the table is about.
    area_keys
        By year, the key of the area as it was published for that year.
    categories
        Category ids in the order to show them.
    years
        Ascending; all have an answer from every method, if only why there is no number.
    """

    __slots__ = (
        "_cells",
        "_share_base",
        "area_keys",
        "categories",
        "level",
        "population",
        "table",
        "years",
    )

    table: str
    population: str
    level: str
    area_keys: Mapping[int, str]
    categories: tuple[str, ...]
    years: tuple[int, ...]
    _cells: Mapping[tuple[int, str], SafeCell]
    _share_base: int

    def __init__(
        self,
        *,
        table: str,
        population: str,
        level: str,
        area_keys: Mapping[int, str],
        categories: tuple[str, ...],
        cells: Mapping[tuple[int, str], SafeCell],
        share_base: int,
        door: _Door,
    ) -> None:
        if door is not _DOOR:
            raise TypeError("a SafeTable comes out of brukerplan.disclosure.release only")
        values = {
            "table": table,
            "population": population,
            "level": level,
            "area_keys": dict(area_keys),
            "categories": categories,
            "years": tuple(sorted(area_keys)),
            "_cells": dict(cells),
            "_share_base": share_base,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("a SafeTable has no other kinds")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a SafeTable cannot be changed: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a SafeTable cannot be changed: {name}")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a SafeTable is not stored or copied; its cells are")

    def __repr__(self) -> str:
        area = self.area_keys[self.years[-1]] if self.years else "–"
        return f"<SafeTable {self.table} {self.population} {self.level} {area}>"

    def cell(self, year: int, category: str) -> SafeCell:
        """Return a category's cell, or the base's for ``total``.

        Raises
        ------
        KeyError
            For a category that the table does not have.
        """
        if category != TOTAL and category not in self.categories:
            raise KeyError(f"table {self.table} has no category {category!r}")
        found = self._cells.get((year, category))
        if found is not None:
            return found
        if (year, TOTAL) in self._cells:
            return SafeCell(Status.NOT_ASKED, None)
        return _NO_CELL

    def base(self, year: int) -> int | None:
        """Number of persons the row is about; ``None`` when that is not shown."""
        return self.cell(year, TOTAL).count

    def share(self, year: int, category: str) -> int | None:
        """Whole percent, half-up; ``None`` when count or base is hidden or the base too small."""
        count, base = self.cell(year, category).count, self.base(year)
        if count is None or base is None or base < self._share_base:
            return None
        return int(percent(count, base))

    def reason(self, year: int, category: str) -> str | None:
        """Say in bokmål (a message to translate) why count or share is missing, if one is."""
        for cell in (self.cell(year, category), self.cell(year, TOTAL)):
            if cell.status is not Status.PUBLISHED:
                return REASONS[cell.status]
        base = self.base(year)
        if base is not None and base < self._share_base:
            return BASE_TOO_SMALL_FOR_SHARE
        return None


def safe_table(
    releases: Iterable[VerifiedCells],
    *,
    table: str,
    categories: Sequence[str],
    population: str,
    level: str,
    area_keys: Mapping[int, str],
    policy: Policy = PROPOSED,
) -> SafeTable:
    """Build one table over years from verified cells.

    Parameters
    ----------
    categories
        Ids in the order to show; those of several editions together where they differ.
    area_keys
        By year, the key of the area in that year: ``{2019: "1103+1141+1142", 2020: "1103"}``.
        A year without any cell is there with status ``not_published``; a year whose
        release has other tables of the area but not this one with ``not_asked``.
    """
    read = tuple(releases)
    cells: dict[tuple[int, str], SafeCell] = {}
    for year, area in area_keys.items():
        for category in (TOTAL, *categories):
            key = CellKey(year, table, population, level, area, category)
            for release in read:
                if (found := release.get(key)) is not None:
                    cells[year, category] = SafeCell(found.status, found.count)
        if (year, TOTAL) not in cells and any(r.has(year, level, area) for r in read):
            cells[year, TOTAL] = SafeCell(Status.NOT_ASKED, None)
    return SafeTable(
        table=table,
        population=population,
        level=level,
        area_keys=area_keys,
        categories=tuple(categories),
        cells=cells,
        share_base=policy.minimum_base_for_share.value,
        door=_DOOR,
    )


def safe_tables(
    releases: Iterable[VerifiedCells],
    *,
    categories: Mapping[str, Sequence[str]],
    level: str,
    area_keys: Mapping[int, str],
    policy: Policy = PROPOSED,
) -> dict[tuple[str, str], SafeTable]:
    """Build every table that has cells for an area, by (table id, population).

    Parameters
    ----------
    categories
        By table id, the categories in the order to show.
    """
    read = tuple(releases)
    wanted = sorted(
        {
            (key.table, key.population)
            for release in read
            for year, area in area_keys.items()
            for key in release.keys_of(year, level, area)
            if key.table in categories
        },
        key=lambda pair: (pair[0], pair[1] != ALL, pair[1]),
    )
    return {
        (table, population): safe_table(
            read,
            table=table,
            categories=categories[table],
            population=population,
            level=level,
            area_keys=area_keys,
            policy=policy,
        )
        for table, population in wanted
    }
