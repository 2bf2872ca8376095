"""A question over years for any area: across mergers, no further than a split.

Method: persons are counted once by municipality and year, group and answer (one ``bincount``
over the combined code); every area and year is a sum of those counts. Which municipalities an
area had in a year comes from `brukerplan.statistics.areas`. A trend of *all* is the series of
an area; a trend of *the same* is the series of the part of it that `same_every_year` returns.
Both show association over time, never what caused it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from brukerplan.statistics.areas import Area
from brukerplan.statistics.describe import category_index
from brukerplan.statistics.groups import EVERYBODY, Breakdown
from brukerplan.statistics.harmonise import Asked, History
from brukerplan.statistics.refusals import share


class Gap(StrEnum):
    """Why a year of a series has no counts."""

    NO_ROUND = "no_round"
    NOT_ASKED = "not_asked"
    DID_NOT_TAKE_PART = "did_not_take_part"


class Mark(StrEnum):
    """What makes a year of a series rest on something else than its newest year."""

    INCLUSION_RULE = "inclusion_rule"
    MENTAL_ONLY = "mental_only"
    MILDER = "milder"
    MINIMUM_AGE = "minimum_age"
    WORDING = "wording"
    PART_OF_AREA = "part_of_area"


class GapError(ValueError):
    """The year has no counts; the message says why."""


class NeverTheSameError(ValueError):
    """No municipality of the area took part in every year that is compared."""


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
    gap
        Why there are no counts; ``None`` if there are.
    marks
        Why the year must not be held against the newest one without saying so.
    """

    year: int
    counts: Mapping[str, int]
    base: int | None
    took_part: tuple[str, ...]
    absent: tuple[str, ...]
    gap: Gap | None
    marks: frozenset[Mark] = frozenset()

    def share(self, category: str, places: int = 0) -> Decimal:
        """Return a category in percent of the base.

        Raises
        ------
        GapError, BaseTooSmallError
            There is none to tell.
        KeyError
            The question has no such category.
        """
        if self.base is None:
            raise GapError(f"{self.year} has no counts: {self.gap}")
        return share(self.counts[category], self.base, places)


@dataclass(frozen=True, slots=True)
class Series:
    """A question over years for one group in one area, oldest first.

    ``stopped_at`` is the newest year from which the area cannot be followed to today, because
    a split lies between; ``None`` if the series reaches as far as the history.
    """

    table: str
    group: str
    area: Area
    points: tuple[Point, ...]
    stopped_at: int | None

    def point(self, year: int) -> Point:
        """Return one year; ``KeyError`` if the series does not cover it."""
        for found in self.points:
            if found.year == year:
                return found
        raise KeyError(f"the series does not cover {year}")


@dataclass(frozen=True, eq=False)
class CountedYears:
    """A question counted for everyone who took part, in every year.

    Parameters
    ----------
    years
        The years in which the question and those that tell the groups were asked.
    counts
        int64 of shape (n_cells, n_groups, n_categories), read-only; cells are the history's.
    """

    history: History
    asked: Asked
    breakdown: Breakdown
    years: frozenset[int]
    counts: NDArray[np.int64]

    @cached_property
    def places(self) -> Mapping[tuple[int, str], int]:
        """Index of each cell by year and code."""
        return {cell: index for index, cell in enumerate(self.history.cells)}

    def series(self, area: Area, group: str = "", years: Iterable[int] = ()) -> Series:
        """Follow one group in one area.

        Parameters
        ----------
        group
            Id of a group of the breakdown; its first if not given.
        years
            Every year from the first to the last round if none is given.

        Raises
        ------
        KeyError
            The breakdown has no such group.
        """
        groups = [each.id for each in self.breakdown.groups]
        group = group or groups[0]
        if group not in groups:
            raise KeyError(f"breakdown {self.breakdown.id!r} has no group {group!r}")
        covered = self.history.years
        wanted = sorted(set(years), reverse=True) or range(covered[-1], covered[0] - 1, -1)
        points: list[Point] = []
        stopped_at: int | None = None
        # From today backwards: before a split nothing is the same area any more, even where
        # an older year could again be told.
        for year in wanted:
            codes = area.codes(year)
            if codes is None:
                stopped_at = year
                break
            points.append(self._point(year, codes, groups.index(group)))
        points.reverse()
        return Series(self.asked.spec.id, group, area, self._marked(points), stopped_at)

    def _point(self, year: int, codes: frozenset[str], group: int) -> Point:
        found = self.history.round(year)
        everyone = tuple(sorted(codes))
        if found is None:
            return Point(year, {}, None, (), everyone, Gap.NO_ROUND)
        took_part = tuple(code for code in everyone if code in found.took_part)
        absent = tuple(code for code in everyone if code not in found.took_part)
        if not took_part:
            return Point(year, {}, None, (), absent, Gap.DID_NOT_TAKE_PART)
        if year not in self.years:
            return Point(year, {}, None, took_part, absent, Gap.NOT_ASKED)
        cells = [self.places[year, code] for code in took_part]
        sums = self.counts[cells, group].sum(axis=0)
        counts = dict(zip(self.asked.spec.category_ids, map(int, sums), strict=True))
        return Point(year, counts, sum(counts.values()), took_part, absent, None)

    def _marked(self, points: list[Point]) -> tuple[Point, ...]:
        """Mark the years that rest on something else than the newest one with counts."""
        counted = [point for point in points if point.gap is None]
        if not counted:
            return tuple(points)
        newest = self._rests_on(counted[-1])
        return tuple(
            point if point.gap else _with_marks(point, self._rests_on(point), newest)
            for point in points
        )

    def _rests_on(self, point: Point) -> dict[Mark, frozenset[object]]:
        found = self.history.round(point.year)
        assert found is not None  # a point with counts has a round
        terms = {found.took_part[code] for code in point.took_part}
        return {
            Mark.INCLUSION_RULE: frozenset(each.inclusion_rule for each in terms),
            Mark.MENTAL_ONLY: frozenset(each.mental_only_included for each in terms),
            Mark.MILDER: frozenset(each.milder_included for each in terms),
            Mark.MINIMUM_AGE: frozenset({found.edition.minimum_age}),
            Mark.WORDING: frozenset({self.asked.wordings[point.year]}),
        }


def count_years(history: History, table_id: str, breakdown: Breakdown = EVERYBODY) -> CountedYears:
    """Count a question for every municipality, year and group of a breakdown.

    As in `brukerplan.statistics.describe.count`, persons to whom the question was not asked
    or did not apply, and those without an answer, are outside the base; "unknown" is inside.

    Raises
    ------
    UnknownTableError, NotComparableError
        The question, or one that tells the groups, cannot be counted over these years.
    """
    return count_divided(history, table_id, breakdown, breakdown.rows(history))


def count_divided(
    history: History,
    table_id: str,
    breakdown: Breakdown,
    groups: Mapping[int, NDArray[np.int64]],
) -> CountedYears:
    """Count as `count_years`, where the breakdown's `rows` are known: once for many questions."""
    asked = history.asked(table_id)
    n_groups, n_categories = len(breakdown.groups), len(asked.spec.categories)
    counts = np.zeros((len(history.cells), n_groups, n_categories), dtype=np.int64)
    years = groups.keys() & set(asked.years)
    for found in history.rounds:
        if found.year not in years:
            continue
        group = groups[found.year]
        category = category_index(found.frame.column(asked.spec.column), asked.spec)
        inside = (group >= 0) & (category >= 0)
        cell = history.cell_of_row[found.year][inside]
        combined = (cell * n_groups + group[inside]) * n_categories + category[inside]
        counts += np.bincount(combined, minlength=counts.size).reshape(counts.shape)
    counts.flags.writeable = False
    return CountedYears(history, asked, breakdown, frozenset(years), counts)


def same_every_year(history: History, area: Area, years: Iterable[int] = ()) -> Area:
    """Return the part of an area that took part, whole, in every year that is compared.

    A municipality that a split has made since is not in it, nor one of which a part was
    absent: its older numbers are not its own.

    Parameters
    ----------
    years
        The years compared; every round's if none is given.

    Raises
    ------
    NeverTheSameError
        There is none such.
    """
    compared = tuple(years) or history.years
    kept = [
        each.key for each in area.each() if all(_whole(history, each, year) for year in compared)
    ]
    if not kept:
        raise NeverTheSameError(
            f"no municipality of {area.key} took part in each of "
            f"{', '.join(map(str, sorted(compared)))}"
        )
    return area.only(kept)


def _whole(history: History, area: Area, year: int) -> bool:
    found, codes = history.round(year), area.codes(year)
    return found is not None and codes is not None and codes <= found.took_part.keys()


def _with_marks(
    point: Point,
    rests_on: Mapping[Mark, frozenset[object]],
    newest: Mapping[Mark, frozenset[object]],
) -> Point:
    marks = {mark for mark, found in rests_on.items() if len(found | newest[mark]) > 1}
    if point.absent:
        marks.add(Mark.PART_OF_AREA)
    return replace(point, marks=frozenset(marks))
