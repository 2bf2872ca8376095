"""Inner cells in coordinates that take in, from the start, what anyone knows without a release.

Two things are known: the links between tables, which hold in every municipality, and that
all inner cells of a shown zero are zero. Links are solved once, since they look the same
in every municipality; cells are then written in the inner cells that remain free.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from brukerplan.disclosure.cube import Cube, Row
from brukerplan.disclosure.elimination import Span, Vector, add_multiple
from brukerplan.statistics.links import Link

Template = tuple[tuple[int, int], ...]
Functional = tuple[Template, tuple[int, ...]]
"""What a cell is a sum of: the same over several tables whose bases are linked."""


class LinkDoesNotHoldError(ValueError):
    """A link names something that is not counted, or is not true of the counts."""


class Coordinates:
    """Turns cells into vectors over the free inner cells.

    A column is ``symbol * n_municipalities + municipality``, a symbol being the place of
    (table, part, category) in a fixed order.

    Raises
    ------
    LinkDoesNotHoldError
        When a link does not hold in some municipality: protection that rests on it would
        be false.
    """

    def __init__(self, cube: Cube, links: Sequence[Link]) -> None:
        self._cube = cube
        self._n = len(cube.municipalities)
        self._symbols: dict[tuple[str, str, int], int] = {}
        self._weights: list[int] = []
        for table, counted in cube.tables.items():
            for part in counted.spec.parts:
                sums = cube.of_part(table, part).sum(axis=0)
                for category in range(len(counted.spec.categories)):
                    self._symbols[table, part, category] = len(self._symbols)
                    self._weights.append(int(sums[category]))
        self._links = Span()
        for link in sorted(set(links), key=repr):
            self._take_in(link)
        self._templates: dict[tuple[str, str, int | None], Template] = {}
        self._zero: set[int] = set()

    def functional(self, row: Row, category: int | None) -> Functional:
        """Return what a cell is a sum of, comparable between cells."""
        return self._template(row.table, row.population, category), row.members

    def vector(self, functional: Functional) -> Vector:
        """Write a cell out, leaving away inner cells that are known to be zero."""
        template, members = functional
        n, zero = self._n, self._zero
        return {
            symbol * n + place: coefficient
            for symbol, coefficient in template
            for place in members
            if symbol * n + place not in zero
        }

    def know_zeros(self, rows: Iterable[tuple[Row, int]], span: Span) -> None:
        """Take in that these cells (row, category) are zero, and so all their inner cells.

        Inner cells that are free are left away from now on; what the others say goes
        into ``span``. Call it once, before any vector is made.
        """
        masks: dict[tuple[str, str], NDArray[np.bool_]] = {}
        for row, category in rows:
            for part in self._cube.parts(row.table, row.population):
                if (row.table, part) not in masks:
                    shape = self._cube.of_part(row.table, part).shape
                    masks[row.table, part] = np.zeros(shape, dtype=np.bool_)
                masks[row.table, part][list(row.members), category] = True
        solved: list[tuple[int, int]] = []
        for (table, part), mask in masks.items():
            for place, category in np.argwhere(mask).tolist():
                symbol = self._symbols[table, part, category]
                if symbol in self._links.rows:
                    solved.append((symbol, place))
                else:
                    self._zero.add(symbol * self._n + place)
        for symbol, place in solved:
            template = tuple(sorted(self._links.reduce({symbol: 1}).items()))
            reduced = span.reduce(self.vector((template, (place,))))
            if reduced:
                span.accept(reduced, min(reduced))

    def _template(self, table: str, population: str, category: int | None) -> Template:
        key = (table, population, category)
        if key not in self._templates:
            total: Vector = {}
            for part in self._cube.parts(table, population):
                for symbol in self._of(table, part, category):
                    add_multiple(total, 1, self._links.reduce({symbol: 1}))
            self._templates[key] = tuple(sorted(total.items()))
        return self._templates[key]

    def _of(self, table: str, part: str, category: int | None) -> list[int]:
        if category is not None:
            return [self._symbols[table, part, category]]
        categories = self._cube.tables[table].spec.categories
        return [self._symbols[table, part, place] for place in range(len(categories))]

    def _take_in(self, link: Link) -> None:
        left = self._side(link.table, link.part, link.left_categories)
        right = self._side(link.of_table, link.of_part, link.categories)
        self._check(link, left, right)
        equation: Vector = {}
        add_multiple(equation, 1, dict.fromkeys(left, 1))
        add_multiple(equation, -1, dict.fromkeys(right, 1))
        if all(value > 0 for value in equation.values()) or all(
            value < 0 for value in equation.values()
        ):
            # Counts are not negative: a sum that is zero by definition has only zeros.
            for symbol in equation:
                self._solve({symbol: 1}, (symbol,))
        else:
            self._solve(equation, left)

    def _solve(self, equation: Vector, preferred: Sequence[int]) -> None:
        reduced = self._links.reduce(equation)
        if not reduced:
            return
        # The greatest category of the dependent table is solved for: it is seldom zero,
        # so that shown zeros mostly are free inner cells and simply fall away.
        choices = [symbol for symbol in preferred if symbol in reduced] or sorted(reduced)
        self._links.accept(reduced, max(choices, key=lambda s: (self._weights[s], -s)))

    def _side(self, table: str, part: str, categories: tuple[str, ...] | None) -> list[int]:
        counted = self._cube.tables.get(table)
        if counted is None or part not in counted.spec.parts:
            raise LinkDoesNotHoldError(f"a link names ({table}, {part}), which is not counted")
        ids = [category for category, _ in counted.spec.categories]
        wanted = ids if categories is None else categories
        if unknown := set(wanted) - set(ids):
            raise LinkDoesNotHoldError(f"a link names categories of {table}: {sorted(unknown)}")
        return [self._symbols[table, part, ids.index(category)] for category in wanted]

    def _check(self, link: Link, left: Sequence[int], right: Sequence[int]) -> None:
        sums = [np.zeros(self._n, dtype=np.int64), np.zeros(self._n, dtype=np.int64)]
        names = list(self._symbols)
        for side, symbols in zip(sums, (left, right), strict=True):
            for symbol in symbols:
                table, part, category = names[symbol]
                side += self._cube.of_part(table, part)[:, category]
        if wrong := np.flatnonzero(sums[0] != sums[1]).tolist():
            codes = ", ".join(self._cube.municipalities[place] for place in wrong[:5])
            raise LinkDoesNotHoldError(f"{link} does not hold in {codes}")
