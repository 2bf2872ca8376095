"""Aggregate figures of another source, by municipality and year, shown beside the mapping.

They are about no person here and are never joined to one. What can be told of them: each
municipality's share of the year's total, the rate per 1,000 inhabitants 18 or older (Statistics
Norway, table 07459, 1 January of the year that is named), and, where the figures are parts of
something, the share of that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from brukerplan.geography import FIRST_YEAR, nearest_population
from brukerplan.statistics.refusals import PopulationUnknownError
from brukerplan.statistics.rounding import events_per_thousand, percent

REST = "rest"
"""Stands for the code of a figure about all other municipalities together."""


class NoSuchFigureError(ValueError):
    """The series has no figure of the municipality and year, or not of this kind."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; ``value`` is a part of ``denominator`` where there is one."""

    code: str
    year: int
    value: int
    denominator: int | None = None


@dataclass(frozen=True, slots=True)
class EventRate:
    """Per 1,000 inhabitants 18 or older, and the year of their number."""

    per_thousand: Decimal
    population_year: int


@dataclass(frozen=True)
class ContextSeries:
    """A source's figures by year and code.

    Parameters
    ----------
    borders_of
        The year whose municipality codes all figures use; ``None``: each its own year's, the
        oldest list's where it is older.
    """

    id: str
    title: str
    source: str
    unit: str
    borders_of: int | None
    figures: tuple[Figure, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """The years with figures, ascending."""
        return tuple(sorted({figure.year for figure in self.figures}))

    def of_year(self, year: int) -> tuple[Figure, ...]:
        """Return a year's figures in order of code, the rest last.

        Raises
        ------
        NoSuchFigureError
            The year has none.
        """
        found = [figure for figure in self.figures if figure.year == year]
        if not found:
            raise NoSuchFigureError(f"{self.id!r} has no figures of {year}")
        return tuple(sorted(found, key=lambda figure: (figure.code == REST, figure.code)))

    def borders(self, figure: Figure) -> int:
        """Return the year whose municipality a figure's code is."""
        return max(figure.year, FIRST_YEAR) if self.borders_of is None else self.borders_of

    def share_of_total(self, figure: Figure, places: int = 1) -> Decimal:
        """Return the share of the year's total, the rest included, in percent, half-up.

        Raises
        ------
        ShareNotPossibleError
            The total is 0.
        """
        return percent(figure.value, self._totals[figure.year], places)

    @cached_property
    def _totals(self) -> Mapping[int, int]:
        totals = dict.fromkeys(self.years, 0)
        for figure in self.figures:
            totals[figure.year] += figure.value
        return totals

    def share_of_denominator(self, figure: Figure, places: int = 1) -> Decimal:
        """Return the share of what the figure is a part of, in percent, half-up.

        Raises
        ------
        NoSuchFigureError
            It is a part of nothing.
        """
        if figure.denominator is None:
            raise NoSuchFigureError(f"{self.id!r} has no denominator for {figure.code}")
        return percent(figure.value, figure.denominator, places)

    def rate(self, figure: Figure, places: int = 1) -> EventRate:
        """Return the figure per 1,000 inhabitants 18 or older, half-up.

        Raises
        ------
        PopulationUnknownError
            No figures have its inhabitants, as of all other municipalities together.
        """
        borders = self.borders(figure)
        found = (
            None
            if figure.code == REST
            else nearest_population([figure.code], of_year=borders, near=figure.year)
        )
        if found is None:
            raise PopulationUnknownError(
                f"no figures have the inhabitants of {figure.code} as in {borders}"
            )
        rate = events_per_thousand(figure.value, found.inhabitants_18_plus, places)
        return EventRate(rate, found.year)
