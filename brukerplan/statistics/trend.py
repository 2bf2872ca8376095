"""A table over years for one area, across mergers and no further than a split."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from brukerplan.statistics.describe import CountTable
from brukerplan.statistics.rounding import percent
from brukerplan.statistics.tables import PARTS

ALL = "all"


class Gap(StrEnum):
    """Why a year of a series has no counts."""

    NO_ROUND = "no_round"
    NOT_ASKED = "not_asked"
    DID_NOT_TAKE_PART = "did_not_take_part"


@dataclass(frozen=True, slots=True)
class Point:
    """One year of a series.

    Parameters
    ----------
    counts
        Count by category id; empty where there is a gap.
    base
        Sum of the counts; ``None`` where there is a gap.
    took_part, absent
        Municipality codes, valid in the year, of the area that did and did not take part.
        With some absent the counts are of a part of the area: not comparable, to be marked.
    gap
        Why there are no counts; ``None`` if there are.
    """

    year: int
    counts: Mapping[str, int]
    base: int | None
    took_part: tuple[str, ...]
    absent: tuple[str, ...]
    gap: Gap | None

    def share(self, category: str, places: int = 0) -> Decimal | None:
        """Percent of the base; ``None`` in a gap, for an unknown category or a base of 0."""
        if not self.base or category not in self.counts:
            return None
        return percent(self.counts[category], self.base, places)


@dataclass(frozen=True, slots=True)
class Series:
    """A table over years, oldest first.

    ``stopped_at`` is the newest year from which the area cannot be followed to today,
    because a split lies between; ``None`` if the series reaches as far as the data.
    """

    table: str
    population: str
    points: tuple[Point, ...]
    stopped_at: int | None

    def point(self, year: int) -> Point:
        """Return one year; ``KeyError`` if the series does not cover it."""
        for found in self.points:
            if found.year == year:
                return found
        raise KeyError(f"the series does not cover {year}")


def series(
    tables: Iterable[CountTable],
    *,
    table: str,
    population: str,
    areas: Mapping[int, frozenset[str] | None],
) -> Series:
    """Follow one table over the years.

    Parameters
    ----------
    tables
        Counts of all tables and years; the others tell whether a year had a round at all.
    population
        ``"all"``, ``"substance"`` or ``"mental_only"``.
    areas
        By year, the municipality codes valid in it that make up the area as it is today;
        ``None`` where that cannot be told because of a split.

    Raises
    ------
    ValueError
        When the population is none of the three, or a year has the table twice.
    """
    if population not in (ALL, *PARTS):
        raise ValueError(f"{population!r} is not a population")
    by_year: dict[int, CountTable] = {}
    rounds: set[int] = set()
    for counted in tables:
        rounds.add(counted.year)
        if counted.spec.id == table:
            if counted.year in by_year:
                raise ValueError(f"table {table!r} is given twice for {counted.year}")
            by_year[counted.year] = counted
    points: list[Point] = []
    stopped_at: int | None = None
    # From today backwards: before a split nothing is the same area any more, even where
    # an older year could again be told.
    for year in sorted(areas, reverse=True):
        codes = areas[year]
        if codes is None:
            stopped_at = year
            break
        if year in rounds:
            points.append(_point(by_year.get(year), year, codes, population))
        else:
            points.append(Point(year, {}, None, (), tuple(sorted(codes)), Gap.NO_ROUND))
    return Series(
        table=table,
        population=population,
        points=tuple(reversed(points)),
        stopped_at=stopped_at,
    )


def _point(counted: CountTable | None, year: int, codes: frozenset[str], population: str) -> Point:
    parts = [] if counted is None else _parts(counted, population)
    if counted is None or not parts:
        return Point(year, {}, None, (), tuple(sorted(codes)), Gap.NOT_ASKED)
    took_part = tuple(code for code in counted.municipalities if code in codes)
    absent = tuple(sorted(codes - set(took_part)))
    if not took_part:
        return Point(year, {}, None, (), absent, Gap.DID_NOT_TAKE_PART)
    rows = [counted.municipalities.index(code) for code in took_part]
    sums = counted.counts[rows][:, parts, :].sum(axis=(0, 1))
    counts = dict(zip(counted.spec.category_ids, map(int, sums), strict=True))
    return Point(year, counts, sum(counts.values()), took_part, absent, None)


def _parts(counted: CountTable, population: str) -> list[int]:
    parts = counted.spec.parts
    return [i for i, part in enumerate(parts) if population in (ALL, part)]
