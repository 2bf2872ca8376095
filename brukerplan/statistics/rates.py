"""Persons per 1,000 inhabitants, and how much of an area its numbers cover.

The denominator is inhabitants 18 or older on 1 January (Statistics Norway, table 07459) of
those municipalities that took part: those who did not have no persons in the count either.
Persons of 16 and 17 are in the count, as they are in every count. Each number names the year
its population is of. A population that is not known makes a refusal, never a zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from brukerplan.geography import nearest_population
from brukerplan.statistics.areas import Area
from brukerplan.statistics.refusals import PopulationUnknownError
from brukerplan.statistics.rounding import per_thousand, percent
from brukerplan.statistics.trend import GapError, Point


@dataclass(frozen=True, slots=True)
class Rate:
    """Persons, and the inhabitants they are of."""

    count: int
    inhabitants_18_plus: int
    population_year: int

    def per_thousand(self, places: int = 1) -> Decimal:
        """Return persons per 1,000 inhabitants 18 or older, rounded half-up.

        Raises
        ------
        ShareNotPossibleError
            More persons than inhabitants.
        """
        return per_thousand(self.count, self.inhabitants_18_plus, places)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Inhabitants of the municipalities that took part, and of the whole area."""

    took_part: int
    whole: int
    population_year: int

    def share(self, places: int = 0) -> Decimal:
        """Return the share of the area's inhabitants 18 or older that is covered, in percent."""
        return percent(self.took_part, self.whole, places)


def rate(point: Point, category: str | None = None) -> Rate:
    """Return the rate of one year of a series: everybody counted, or one category.

    Raises
    ------
    GapError
        The year has no counts.
    PopulationUnknownError
        No figures have these municipalities, by the borders of any year.
    KeyError
        The question has no such category.
    """
    if point.base is None:
        raise GapError(f"{point.year} has no counts: {point.gap}")
    count = point.base if category is None else point.counts[category]
    inhabitants, year = _population(point.took_part, point.year)
    return Rate(count, inhabitants, year)


def coverage(point: Point) -> Coverage:
    """Return how much of the area's population lives where the year's numbers are from.

    Nothing is covered in a year without a round, or in which nobody of the area took part.

    Raises
    ------
    PopulationUnknownError
        No figures have the area, or those of it that took part.
    """
    whole, year = _population((*point.took_part, *point.absent), point.year)
    if not point.took_part:
        return Coverage(0, whole, year)
    # Of the same year as the whole, or the share would be of two different things.
    part, part_year = _population(point.took_part, point.year, near=year)
    if part_year != year:
        raise PopulationUnknownError(
            f"no figures of {year} have all of {', '.join(point.took_part)}"
        )
    return Coverage(part, whole, year)


def with_population(area: Area) -> Area:
    """Return the part of an area whose inhabitants are known: a rate of it can be told.

    Raises
    ------
    PopulationUnknownError
        Nobody's are.
    """
    known = [
        code for code in area.members if nearest_population([code], of_year=area.as_of) is not None
    ]
    if not known:
        raise PopulationUnknownError(f"no figures have the inhabitants of any of {area.key}")
    return area.only(known)


def _population(codes: Iterable[str], of_year: int, near: int | None = None) -> tuple[int, int]:
    codes = tuple(codes)
    found = nearest_population(codes, of_year=of_year, near=near)
    if found is None:
        lacking = [code for code in codes if nearest_population([code], of_year=of_year) is None]
        raise PopulationUnknownError(
            f"no figures have the inhabitants of {', '.join(lacking or codes)} as in {of_year}"
        )
    return found.inhabitants_18_plus, found.year
