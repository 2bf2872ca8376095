"""Proves, or disproves, that no secret can be computed from a release.

Independent of what made the release: it reads the cells as anyone else would, writes each
out over the inner cells itself, and uses another algorithm (forward elimination in one
fixed order of columns) modulo two other primes. It shares only the names of things.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from brukerplan.disclosure.cube import ALL, MUNICIPALITY, TOTAL, Area, CellKey
from brukerplan.disclosure.status import SECRET, ReleasedCell, Status
from brukerplan.statistics.links import Link
from brukerplan.statistics.tables import TableSpec

PRIMES = (2_305_843_009_213_693_921, 4_611_686_018_427_387_847)
"""The greatest prime below 2**61 − 1, and the greatest below 2**62."""


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What an audit found.

    Parameters
    ----------
    recomputable
        Secret cells that follow from the published ones: there must be none.
    implied_zeros
        Zeros in hidden rows that a published zero of a larger area implies: the policy
        accepts them, since they say no more than the larger zero does.
    checked
        Number of secret cells that were checked.
    """

    recomputable: tuple[CellKey, ...]
    implied_zeros: tuple[CellKey, ...]
    checked: int


def audit(
    *,
    specs: Sequence[TableSpec],
    municipalities: Sequence[str],
    links: Sequence[Link],
    areas: Sequence[Area],
    cells: Iterable[ReleasedCell],
) -> AuditResult:
    """Check every secret cell of one year against everything published for it.

    Parameters
    ----------
    municipalities
        Codes of those that took part.
    areas
        All areas that the cells speak of.
    cells
        Everything ever published for the year, and every secret.

    Notes
    -----
    Cells hidden for too few contributors are not checked where the population is one
    that municipalities publish themselves: anyone may add what is shown.

    A secret counts as computable when either prime says so; a wrong alarm is as good as
    impossible, a wrong silence needs both primes to divide the same determinant.
    """
    found = [
        _Audit(prime, specs, municipalities, links, areas).run(cells := tuple(cells))
        for prime in PRIMES
    ]
    return AuditResult(
        recomputable=tuple(sorted({key for result in found for key in result.recomputable})),
        implied_zeros=found[0].implied_zeros,
        checked=found[0].checked,
    )


class _Audit:
    def __init__(
        self,
        prime: int,
        specs: Sequence[TableSpec],
        municipalities: Sequence[str],
        links: Sequence[Link],
        areas: Sequence[Area],
    ) -> None:
        self._prime = prime
        self._basis: dict[int, dict[int, int]] = {}
        self._place = {code: number for number, code in enumerate(sorted(municipalities))}
        self._members = {(area.level, area.key): area.members for area in areas}
        self._links = links
        # Tables that others are linked to come first: the highest column of a link is
        # then one of the dependent table, and is solved for.
        rank = {link.of_table: 0 for link in links}
        self._specs = {spec.id: spec for spec in specs}
        order = sorted(specs, key=lambda spec: (rank.get(spec.id, 1), spec.id))
        names = [(s.id, p, c) for s in order for p in s.parts for c, _ in s.categories]
        self._symbol = {name: number for number, name in enumerate(names)}

    def run(self, cells: Sequence[ReleasedCell]) -> AuditResult:
        published = [cell for cell in cells if cell.status is Status.PUBLISHED]
        for link in self._links:
            self._know_link(link)
        for cell in published:
            if cell.count == 0:
                for column in self._inner(cell.key):
                    self._know({column: 1})
        secret = {cell.key: self._inner(cell.key) for cell in cells if self._is_secret(cell)}
        implied = {key for key, inner in secret.items() if self._follows(inner)}
        for cell in sorted(published, key=lambda cell: len(self._member_codes(cell.key))):
            self._know(dict.fromkeys(self._inner(cell.key), 1))
        computable = [
            key for key, inner in secret.items() if key not in implied and self._follows(inner)
        ]
        return AuditResult(tuple(computable), tuple(sorted(implied)), len(secret))

    def _is_secret(self, cell: ReleasedCell) -> bool:
        if cell.status is Status.NOT_ENOUGH_CONTRIBUTORS:
            return cell.key.population != ALL and len(self._specs[cell.key.table].parts) > 1
        return cell.status in SECRET

    def _member_codes(self, key: CellKey) -> frozenset[str]:
        members = self._members.get((key.level, key.area))
        if members is None and key.level == MUNICIPALITY:
            members = frozenset(key.area.split("+"))
        if members is None:
            raise ValueError(f"the audit does not know the area {key.level} {key.area}")
        return members

    def _inner(self, key: CellKey) -> list[int]:
        spec = self._specs[key.table]
        parts = [p for p in spec.parts if key.population in (ALL, p)]
        categories = [c for c, _ in spec.categories if key.category in (TOTAL, c)]
        places = [self._place[m] for m in self._member_codes(key) if m in self._place]
        return [
            self._column(self._symbol[spec.id, part, category], place)
            for part in parts
            for category in categories
            for place in places
        ]

    def _column(self, symbol: int, place: int) -> int:
        return symbol * len(self._place) + place

    def _know_link(self, link: Link) -> None:
        row: dict[int, int] = {}
        sides = (
            (1, link.table, link.part, link.left_categories),
            (-1, link.of_table, link.of_part, link.categories),
        )
        for sign, table, part, categories in sides:
            for category, _ in self._specs[table].categories:
                if categories is None or category in categories:
                    symbol = self._symbol[table, part, category]
                    row[symbol] = row.get(symbol, 0) + sign
        row = {symbol: value for symbol, value in row.items() if value}
        one_sign = len({value > 0 for value in row.values()}) == 1
        # A sum of counts that is zero by definition has only zeros.
        rows = [{symbol: 1} for symbol in row] if one_sign else [row]
        for equation in rows:
            for place in range(len(self._place)):
                self._know({self._column(s, place): value for s, value in equation.items()})

    def _know(self, vector: Mapping[int, int]) -> None:
        left = self._eliminate(vector)
        if left:
            pivot = max(left)
            inverse = pow(left[pivot], -1, self._prime)
            self._basis[pivot] = {c: v * inverse % self._prime for c, v in left.items()}

    def _follows(self, inner: Sequence[int]) -> bool:
        return not self._eliminate(dict.fromkeys(inner, 1))

    def _eliminate(self, vector: Mapping[int, int]) -> dict[int, int]:
        """Return what is left when every column that some row solves for is cleared."""
        left = {column: value % self._prime for column, value in vector.items()}
        waiting = [-column for column in left]
        heapq.heapify(waiting)
        while waiting:
            column = -heapq.heappop(waiting)
            value = left.get(column, 0)
            row = self._basis.get(column)
            if not value or row is None:
                continue
            for other, coefficient in row.items():
                if other not in left:
                    left[other] = 0
                    heapq.heappush(waiting, -other)
                left[other] = (left[other] - value * coefficient) % self._prime
        return {column: value for column, value in left.items() if value}
