"""Inhabitants per municipality on 1 January: the denominator of every rate.

Source: Statistics Norway, table 07459. A sum that lacks a municipality is unknown, never
a smaller number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from brukerplan.geography.municipalities import same_area
from brukerplan.geography.register import read_rows


@dataclass(frozen=True, slots=True)
class Population:
    """Inhabitants 18 years or older on 1 January of ``year``, which every rate must name."""

    year: int
    inhabitants_18_plus: int


def population_18_plus(code: str, year: int) -> int | None:
    """Return the inhabitants 18 or older of the municipality ``code`` of ``year``.

    None where Statistics Norway's figure is not among the project's data.

    >>> population_18_plus("1103", 2021)
    112783
    """
    return _counts().get((year, code))


def population_18_plus_of(codes: Iterable[str], year: int) -> int | None:
    """Sum the inhabitants 18 or older over ``codes`` of ``year``; None if one is unknown."""
    total = 0
    for code in set(codes):
        count = population_18_plus(code, year)
        if count is None:
            return None
        total += count
    return total


def nearest_population(
    codes: Iterable[str], *, of_year: int, near: int | None = None
) -> Population | None:
    """Return the population behind a rate for the area made of ``codes`` in ``of_year``.

    The year is ``near`` itself or, where the figures of these borders lack it, the nearest
    that has them, the earlier of two. None where no year has: the borders are those of no
    whole municipalities then, or a figure is unknown.

    Parameters
    ----------
    codes
        Municipality codes valid in ``of_year``: one municipality, or all of a trust.
    near
        The year the rate is about; ``of_year`` if not given.

    Raises
    ------
    UnknownMunicipalityError, MunicipalityNoLongerExistsError, \
MunicipalityDoesNotExistYetError, YearNotCoveredError
        A code is not a municipality in ``of_year``.
    """
    about = of_year if near is None else near
    for year in sorted(population_years(), key=lambda year: (abs(year - about), year)):
        then = same_area(frozenset(codes), of_year=of_year, in_year=year)
        total = population_18_plus_of(then, year) if then else None
        if total is not None:
            return Population(year, total)
    return None


@cache
def population_years() -> tuple[int, ...]:
    """Return the years the project has population figures for, in order."""
    return tuple(sorted({year for year, _ in _counts()}))


@cache
def _counts() -> dict[tuple[int, str], int]:
    return {
        (int(row["year"]), row["code"]): int(row["population_18_plus"])
        for row in read_rows("population.csv")
    }
