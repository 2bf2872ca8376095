"""Inhabitants per municipality on 1 January: the denominator of every rate.

Source: Statistics Norway, table 07459. A sum that lacks a municipality is unknown, never
a smaller number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from brukerplan.geography.municipalities import constituents
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


@cache
def latest_population_year() -> int:
    """Return the newest year the project has population figures for."""
    return max(year for year, _ in _counts())


def latest_population(codes: Iterable[str], *, of_year: int) -> Population | None:
    """Return the population behind a rate for the area made of ``codes`` in ``of_year``.

    The year is ``of_year`` itself or, where figures end before it, the newest. The area is
    followed back to that year's municipalities; None when a split since then makes that
    impossible for one of them, or a figure is unknown.

    Parameters
    ----------
    codes
        Municipality codes valid in ``of_year``: one municipality, or all of a trust.

    Raises
    ------
    UnknownMunicipalityError, MunicipalityNoLongerExistsError, \
MunicipalityDoesNotExistYetError, YearNotCoveredError
        A code is not a municipality in ``of_year``.
    """
    year = min(of_year, latest_population_year())
    then: set[str] = set()
    for code in codes:
        parts = constituents(code, of_year=of_year, in_year=year)
        if parts is None:
            return None
        then |= parts
    total = population_18_plus_of(then, year)
    return None if total is None else Population(year, total)


@cache
def _counts() -> dict[tuple[int, str], int]:
    return {
        (int(row["year"]), row["code"]): int(row["population_18_plus"])
        for row in read_rows("population.csv")
    }
