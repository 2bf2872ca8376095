"""Small countries of counts to protect, and an oracle that knows only fractions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from brukerplan.disclosure.cube import Area, CellKey
from brukerplan.disclosure.policy import PROPOSED, Policy, Rule
from brukerplan.disclosure.release import Release, ReleasedCell, Status, protect
from brukerplan.statistics.describe import CountTable
from brukerplan.statistics.links import Link
from brukerplan.statistics.tables import TableSpec

YEAR = 2025
PARTS = ("substance", "mental_only")


def table(
    name: str,
    counts: Mapping[str, Sequence[Sequence[int]]],
    *,
    categories: Sequence[str] = (),
    parts: Sequence[str] = PARTS,
    year: int = YEAR,
) -> CountTable:
    """A table from counts by municipality, each a row a part."""
    municipalities = tuple(sorted(counts))
    numbers = np.array([counts[code] for code in municipalities], dtype=np.int64)
    named = tuple(categories) or tuple(f"c{place}" for place in range(numbers.shape[2]))
    spec = TableSpec(name, name, tuple((c, n) for n, c in enumerate(named)), tuple(parts))
    return CountTable(spec=spec, year=year, municipalities=municipalities, counts=numbers)


def one_part(name: str, counts: Mapping[str, Sequence[int]]) -> CountTable:
    """A table of one part."""
    return table(name, {code: [row] for code, row in counts.items()}, parts=("substance",))


def municipality(key: str) -> Area:
    return Area("municipality", key, frozenset(key.split("+")))


def nation(*codes: str) -> Area:
    return Area("nation", "norge", frozenset(codes))


def without_row_rules(policy: Policy = PROPOSED) -> Policy:
    """Only small counts and complements, so that tiny tables have something to show."""
    return replace(
        policy,
        minimum_base=Rule(0, "prøve"),
        minimum_base_municipality=Rule(0, "prøve"),
        minimum_contributors=Rule(0, "prøve"),
    )


def status(release: Release, area: str, category: str, **where: str) -> Status:
    return cell(release, area, category, **where).status


def cell(release: Release, area: str, category: str, **where: str) -> ReleasedCell:
    """The one cell of an area and category that fits what else is said."""
    found = [
        c
        for c in release.cells
        if (c.key.area, c.key.category) == (area, category)
        and all(getattr(c.key, name) == value for name, value in where.items())
    ]
    assert len(found) == 1, found
    return found[0]


@dataclass
class Oracle:
    """What follows from what, by Gauss in fractions over inner cells, written to be obvious."""

    tables: Sequence[CountTable]
    links: Sequence[Link]
    areas: Sequence[Area]

    def __post_init__(self) -> None:
        self.inner = [
            (t.spec.id, m, p, c)
            for t in self.tables
            for m in t.municipalities
            for p in t.spec.parts
            for c in t.spec.category_ids
        ]

    def vector(self, key: CellKey) -> list[Fraction]:
        members = next(a.members for a in self.areas if (a.level, a.key) == (key.level, key.area))
        return [
            Fraction(
                t == key.table
                and m in members
                and key.population in ("all", p)
                and key.category in ("total", c)
            )
            for t, m, p, c in self.inner
        ]

    def link_rows(self) -> list[list[Fraction]]:
        rows = []
        for link in self.links:
            for municipality_code in self.tables[0].municipalities:
                rows.append(
                    [
                        Fraction(
                            (
                                m == municipality_code
                                and (t, p) == (link.table, link.part)
                                and (link.left_categories is None or c in link.left_categories)
                            )
                            - (
                                m == municipality_code
                                and (t, p) == (link.of_table, link.of_part)
                                and (link.categories is None or c in link.categories)
                            )
                        )
                        for t, m, p, c in self.inner
                    ]
                )
        return rows

    def zeros(self, cells: Iterable[ReleasedCell]) -> list[list[Fraction]]:
        """Rows for links, and for every inner cell of a published zero."""
        rows = self.link_rows()
        for row in list(rows):
            if all(value >= 0 for value in row) or all(value <= 0 for value in row):
                rows.extend(self._units(row))
        for released in cells:
            if released.count == 0:
                rows.extend(self._units(self.vector(released.key)))
        return rows

    def known(self, cells: Iterable[ReleasedCell]) -> list[list[Fraction]]:
        """All that anyone knows: `zeros`, and every published cell."""
        rows = self.zeros(cells := tuple(cells))
        rows += [self.vector(c.key) for c in cells if c.status is Status.PUBLISHED]
        return rows

    def _units(self, row: Sequence[Fraction]) -> list[list[Fraction]]:
        return [
            [Fraction(other == place) for other in range(len(row))]
            for place, value in enumerate(row)
            if value
        ]


def echelon(rows: Iterable[Sequence[Fraction]]) -> list[list[Fraction]]:
    """Rows in echelon form, each with a leading 1."""
    basis: list[list[Fraction]] = []
    for row in rows:
        basis = and_also(basis, row)
    return basis


def and_also(basis: list[list[Fraction]], row: Sequence[Fraction]) -> list[list[Fraction]]:
    """The echelon form with one more row."""
    left = rest(basis, row)
    lead = next((value for value in left if value), None)
    return basis if lead is None else [*basis, [value / lead for value in left]]


def rest(basis: Sequence[Sequence[Fraction]], row: Sequence[Fraction]) -> list[Fraction]:
    """What is left of a row after an echelon basis is taken away; zeros if it follows."""
    left = list(row)
    for known in basis:
        lead = next(place for place, value in enumerate(known) if value)
        if left[lead]:
            factor = left[lead]
            left = [v - factor * k if k else v for v, k in zip(left, known, strict=True)]
    return left


def follows(basis: Sequence[Sequence[Fraction]], row: Sequence[Fraction]) -> bool:
    return not any(rest(basis, row))


def build(
    tables: Sequence[CountTable],
    areas: Sequence[Area],
    *,
    links: Sequence[Link] = (),
    policy: Policy = PROPOSED,
    earlier: Iterable[ReleasedCell] = (),
) -> Release:
    return protect(tables=tables, links=links, areas=areas, policy=policy, earlier=earlier)
