"""Every cell that may be published for one year, and how it is a sum of inner cells.

An inner cell is (table, part, category) in one municipality of that year; nothing finer is
ever published, so whatever anyone can compute from a release is a sum of inner cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from brukerplan.disclosure.policy import Policy
from brukerplan.statistics.describe import CountTable

MUNICIPALITY = "municipality"
LEVELS = ("nation", "region", "trust", MUNICIPALITY)
ALL = "all"
TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Area:
    """An area to publish for: its key, and the municipality codes of the year within it.

    A municipality of today's borders in an older year is an area of level municipality
    whose key joins the codes of then: ``1103+1141+1142``.
    """

    level: str
    key: str
    members: frozenset[str]

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise UnknownAreaError(f"{self.level!r} is not a level")


@dataclass(frozen=True, slots=True, order=True)
class CellKey:
    """What a published number is about. Category ``total`` is the base of the row."""

    year: int
    table: str
    population: str
    level: str
    area: str
    category: str


class UnknownAreaError(ValueError):
    """A level that does not exist, or an area whose members cannot be told."""


class TablesDoNotAgreeError(ValueError):
    """Tables of different years or municipalities were put in one system."""


@dataclass(slots=True, eq=False)
class Row:
    """One table for one population and area: the unit that is shown or hidden as a whole.

    Parameters
    ----------
    counts
        One per category.
    contributors
        Municipalities with at least one person in the row.
    members
        Places of the area's municipalities in ``Cube.municipalities``, ascending.
    """

    table: str
    population: str
    area: Area
    counts: tuple[int, ...]
    contributors: int
    members: tuple[int, ...]

    @property
    def base(self) -> int:
        """Number of persons in the row."""
        return sum(self.counts)


@dataclass(slots=True, eq=False)
class Cell:
    """One number of a row; ``category`` is its place, or ``None`` for the base."""

    key: CellKey
    row: Row
    category: int | None
    count: int


@dataclass(slots=True, eq=False)
class Cube:
    """All counts of one year over the inner cells.

    Parameters
    ----------
    tables
        By table id, sorted.
    """

    year: int
    municipalities: tuple[str, ...]
    tables: dict[str, CountTable]
    _place: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._place = {code: place for place, code in enumerate(self.municipalities)}

    @classmethod
    def of(cls, tables: Sequence[CountTable]) -> Cube:
        """Gather the tables of one year.

        Raises
        ------
        TablesDoNotAgreeError
            When there is none, or they are not of one year and the same municipalities,
            or a table comes twice.
        """
        if not tables:
            raise TablesDoNotAgreeError("a year without tables cannot be protected")
        first = tables[0]
        by_id = {table.spec.id: table for table in sorted(tables, key=lambda t: t.spec.id)}
        if len(by_id) != len(tables):
            raise TablesDoNotAgreeError("a table was given twice")
        for table in tables:
            if table.year != first.year or table.municipalities != first.municipalities:
                raise TablesDoNotAgreeError(
                    f"{table.spec.id!r} is of another year or other municipalities than "
                    f"{first.spec.id!r}"
                )
        return cls(first.year, first.municipalities, by_id)

    def members(self, area: Area) -> tuple[int, ...]:
        """Places of those of the area's municipalities that took part, ascending."""
        return tuple(sorted(self._place[code] for code in area.members if code in self._place))

    def parts(self, table: str, population: str) -> tuple[str, ...]:
        """Parts of a table that make up a population; empty if the table lacks it."""
        parts = self.tables[table].spec.parts
        return parts if population == ALL else tuple(p for p in parts if p == population)

    def of_part(self, table: str, part: str) -> NDArray[np.int64]:
        """Counts of one part, shape (n_municipalities, n_categories)."""
        counted = self.tables[table]
        return counted.counts[:, counted.spec.parts.index(part), :]

    def rows(self, areas: Sequence[Area], policy: Policy) -> Iterator[Row]:
        """Yield every row that the policy publishes for the areas, in a fixed order.

        Areas without a municipality that took part give no rows.
        """
        ordered = sorted(areas, key=lambda area: (LEVELS.index(area.level), area.key))
        places = [(area, self.members(area)) for area in ordered]
        inside = np.zeros((len(places), len(self.municipalities)), dtype=np.int64)
        for number, (_, members) in enumerate(places):
            inside[number, list(members)] = 1
        for table in self.tables:
            for population in policy.aggregate_populations.value:
                parts = self.parts(table, population)
                if not parts:
                    continue
                counts = sum(
                    (self.of_part(table, part) for part in parts[1:]),
                    start=self.of_part(table, parts[0]),
                )
                sums = inside @ counts
                contributors = inside @ (counts.sum(axis=1) > 0)
                for number, (area, members) in enumerate(places):
                    if members and population in populations(area, policy):
                        yield Row(
                            table=table,
                            population=population,
                            area=area,
                            counts=tuple(map(int, sums[number])),
                            contributors=int(contributors[number]),
                            members=members,
                        )

    def cells(self, row: Row) -> Iterator[Cell]:
        """Yield the base of the row and then its categories."""
        yield Cell(self._key(row, TOTAL), row, None, row.base)
        categories = self.tables[row.table].spec.categories
        for place, (category, _) in enumerate(categories):
            yield Cell(self._key(row, category), row, place, row.counts[place])

    def _key(self, row: Row, category: str) -> CellKey:
        return CellKey(self.year, row.table, row.population, row.area.level, row.area.key, category)


def populations(area: Area, policy: Policy) -> tuple[str, ...]:
    """Populations that the policy publishes for an area."""
    if area.level == MUNICIPALITY:
        return policy.municipality_populations.value
    return policy.aggregate_populations.value
