"""The description of an area: who is mapped, how they live, what they get and what they lack.

Everything here is a reading of the counts of `brukerplan.statistics.trend`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from brukerplan.questionnaire.schema import Widget
from brukerplan.statistics.areas import Area
from brukerplan.statistics.groups import BREAKDOWNS, EVERYBODY, Breakdown
from brukerplan.statistics.harmonise import History, NotComparableError
from brukerplan.statistics.refusals import MINIMUM_BASE, require_base, share
from brukerplan.statistics.trend import CountedYears, GapError, Point, Series, count_divided
from brukerplan.statistics.unmet_need import Need, need


@dataclass(frozen=True, slots=True, eq=False)
class Description:
    """Every question by every breakdown, counted for all who took part.

    ``counted`` is by table and breakdown; ``refused`` tells of each pair that cannot be
    compared over the years why not.
    """

    history: History
    counted: Mapping[tuple[str, str], CountedYears]
    refused: Mapping[tuple[str, str], NotComparableError]

    def series(self, table: str, area: Area, breakdown: str = "all", group: str = "") -> Series:
        """Return a question over years for one group in one area.

        Raises
        ------
        NotComparableError
            The years cannot be compared, and why.
        KeyError
            It is not part of the description.
        """
        if (refused := self.refused.get((table, breakdown))) is not None:
            raise refused
        return self.counted[table, breakdown].series(area, group)


@dataclass(frozen=True, slots=True)
class PlanShares:
    """How many have an individual plan, of everybody mapped and of those entitled to one.

    Whoever is not known to be without the right is counted among those entitled.
    """

    has: int
    mapped: int
    entitled: int

    def of_mapped(self, places: int = 0) -> Decimal:
        """Return the share of all mapped, in percent; `BaseTooSmallError` where it is none."""
        return share(self.has, self.mapped, places)

    def of_entitled(self, places: int = 0) -> Decimal:
        """Return the share of those entitled, in percent; `BaseTooSmallError` likewise."""
        return share(self.has, self.entitled, places)


def describe(
    history: History,
    *,
    tables: Iterable[str] = (),
    breakdowns: Iterable[Breakdown] = BREAKDOWNS,
) -> Description:
    """Count every question by every breakdown, once for all areas.

    Parameters
    ----------
    tables
        Ids of one-way tables; every one that any of the editions has if none is given.

    Raises
    ------
    UnknownTableError
        No edition has one of the tables.
    """
    counted: dict[tuple[str, str], CountedYears] = {}
    refused: dict[tuple[str, str], NotComparableError] = {}
    wanted = tuple(tables) or tuple(history.tables)
    for breakdown in breakdowns:
        try:
            groups = breakdown.rows(history)
        except NotComparableError as error:
            refused |= {(table, breakdown.id): error for table in wanted}
            continue
        for table in wanted:
            try:
                counted[table, breakdown.id] = count_divided(history, table, breakdown, groups)
            except NotComparableError as error:
                refused[table, breakdown.id] = error
    return Description(history, counted, refused)


def individual_plan(point: Point) -> PlanShares:
    """Read a year of the series of ``individual_plan`` with both denominators.

    Raises
    ------
    GapError
        The year has no counts.
    """
    base = _base(point)
    entitled = base - point.counts["not_entitled"]
    return PlanShares(point.counts["has"], base, entitled)


def service_needs(
    history: History, area: Area, year: int, breakdown: Breakdown = EVERYBODY, group: str = ""
) -> Mapping[str, Need]:
    """Return the need of every service asked about in a year, by id of the question.

    Which are needed by many and which poorly covered, each `Need` tells. Where fewer than
    `MINIMUM_BASE` need a service, how well it is covered is not told (``None``).

    Raises
    ------
    GapError, BaseTooSmallError
        Nothing is counted of the area in the year, or of too few.
    NotComparableError
        A service is not the same question in every year.
    """
    found: dict[str, Need] = {}
    groups = breakdown.rows(history)
    edition = next((each.edition for each in history.rounds if each.year == year), None)
    if edition is None:
        raise GapError(f"{year} has no round")
    for variable in edition.variables:
        if variable.widget is not Widget.SERVICE:
            continue
        counted = count_divided(history, variable.id, breakdown, groups)
        points = counted.series(area, group, [year]).points
        if not points:
            raise GapError(f"{area.key} cannot be followed to {year}: it was split")
        (point,) = points
        require_base(_base(point))
        told = need(point.counts, point.base)
        few = told.needing is not None and told.needing < MINIMUM_BASE
        found[variable.id] = replace(told, unmet=None) if few else told
    return found


def _base(point: Point) -> int:
    if point.base is None:
        raise GapError(f"{point.year} has no counts: {point.gap}")
    return point.base
