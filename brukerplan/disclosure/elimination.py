"""Sparse exact elimination: what can be computed from what is known, and from one more cell.

Vectors are dicts from column to a coefficient modulo a 61-bit prime, kept in the symmetric
range so that the usual 1 and −1 stay small. Everything known is held in fully reduced form:
no vector contains the pivot of another. A reduced vector is then unique, and

* a cell can be computed from what is known exactly when it reduces to nothing;
* a cell would make a secret computable exactly when the two reduced vectors are
  proportional, which is seen by comparing them in full after scaling.

Method: Gaussian elimination for secondary suppression as described for the R package
GaussSuppression (Langsrud, Statistics Norway), in arithmetic that cannot round.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

PRIME = 2**61 - 1
_HALF = PRIME // 2

Vector = dict[int, int]
Canonical = tuple[tuple[int, int], ...]


def add_multiple(target: Vector, factor: int, other: Mapping[int, int]) -> None:
    """Add ``factor`` times ``other`` to ``target`` in place."""
    for column, value in other.items():
        new = target.get(column, 0) + factor * value
        if not -_HALF <= new <= _HALF:
            new = _symmetric(new)
        if new:
            target[column] = new
        else:
            target.pop(column, None)


def canonical(vector: Mapping[int, int]) -> Canonical:
    """Scale so that the first coefficient is 1: equal exactly for proportional vectors."""
    items = sorted(vector.items())
    lead = items[0][1]
    if lead == 1:
        return tuple(items)
    if lead == -1:
        return tuple((column, -value) for column, value in items)
    inverse = pow(lead, -1, PRIME)
    return tuple((column, _symmetric(value * inverse)) for column, value in items)


def _symmetric(value: int) -> int:
    value %= PRIME
    return value - PRIME if value > _HALF else value


@dataclass(slots=True, eq=False)
class Span:
    """The linear span of what is known.

    ``rows[pivot]`` is the rest of a row whose coefficient at its pivot is 1; ``holders``
    tells which rows contain a column.
    """

    rows: dict[int, Vector] = field(default_factory=dict)
    holders: dict[int, set[int]] = field(default_factory=dict)

    def reduce(self, vector: Mapping[int, int]) -> Vector:
        """Return what is left of a vector after all that is known is taken away."""
        left: Vector = {}
        known = []
        for column, value in vector.items():
            if column in self.rows:
                known.append((column, value))
            else:
                left[column] = value
        for column, value in known:
            add_multiple(left, -value, self.rows[column])
        return left

    def occurrences(self, column: int) -> int:
        """Number of rows that contain a column."""
        return len(self.holders.get(column, ()))

    def accept(self, reduced: Mapping[int, int], pivot: int) -> Vector:
        """Make a reduced vector known; return its rest when scaled to 1 at the pivot."""
        lead = reduced[pivot]
        scale = lead if lead in (1, -1) else pow(lead, -1, PRIME)
        rest = {
            column: _symmetric(value * scale)
            for column, value in reduced.items()
            if column != pivot
        }
        for holder in self.holders.pop(pivot, ()):
            row = self.rows[holder]
            before = row.pop(pivot)
            add_multiple(row, -before, rest)
            for column in rest:
                if column in row:
                    self.holders.setdefault(column, set()).add(holder)
                elif column in self.holders:
                    self.holders[column].discard(holder)
        self.rows[pivot] = rest
        for column in rest:
            self.holders.setdefault(column, set()).add(pivot)
        return rest


@dataclass(slots=True, eq=False)
class _Secret:
    """Cells that are known together or not at all, because their vectors are proportional.

    ``alone`` are the persons who are alone in one of the cells, each told by the secret
    in which they were first; ``others`` is true when a cell is secret for more than one
    person. ``cells`` names the cells for whoever must tell which were exposed.
    """

    vector: Vector
    key: Canonical
    cells: list[Hashable]
    alone: frozenset[int] = frozenset()
    others: bool = False


@dataclass(slots=True, eq=False)
class Secrets:
    """What must never be computable, reduced by everything known so far."""

    span: Span
    exposed: list[Hashable] = field(default_factory=list)
    _secrets: dict[int, _Secret] = field(default_factory=dict)
    _by_vector: dict[Canonical, int] = field(default_factory=dict)
    _holders: dict[int, set[int]] = field(default_factory=dict)

    def protect(
        self, reduced: Vector, cell: Hashable, *, alone: bool = False, others: bool = False
    ) -> None:
        """Add a secret; ``alone`` says that one person is the whole of it."""
        key = canonical(reduced)
        number = self._by_vector.get(key)
        if number is None:
            number = len(self._secrets)
            self._secrets[number] = _Secret(dict(reduced), key, [])
            self._hold(number)
        secret = self._secrets[number]
        secret.cells.append(cell)
        if alone:
            # Proportional before anything is known: the same person in several tables.
            secret.alone = frozenset({number})
        secret.others = secret.others or others

    def would_expose(self, reduced: Mapping[int, int]) -> bool:
        """Whether knowing this vector too would make a secret known to everyone."""
        return canonical(reduced) in self._by_vector

    def accept(self, reduced: Mapping[int, int], *, force: bool = False) -> bool:
        """Make a reduced vector known, unless a person alone in a cell would learn a secret.

        Returns
        -------
        bool
            Whether it was made known. With ``force`` it always is, and cells of secrets
            that it uncovers are added to ``exposed``.
        """
        pivot = self._pivot(reduced)
        touched = self._holders.get(pivot, ())
        lead = pow(reduced[pivot], -1, PRIME)
        changed: dict[int, Vector] = {}
        for number in touched:
            vector = dict(self._secrets[number].vector)
            add_multiple(vector, -_symmetric(vector[pivot] * lead), reduced)
            changed[number] = vector
        groups = self._groups(changed)
        if not force and any(self._tells_one_person(group) for group in groups.values()):
            return False
        self.span.accept(reduced, pivot)
        for number in changed:
            self._release(number)
        for key, group in groups.items():
            self._replace(key, group, changed)
        return True

    def _pivot(self, reduced: Mapping[int, int]) -> int:
        # The column that fewest others hold keeps everything sparse; what is decided does
        # not depend on the choice.
        return min(
            reduced,
            key=lambda column: (
                len(self._holders.get(column, ())) + self.span.occurrences(column),
                column,
            ),
        )

    def _groups(self, changed: Mapping[int, Vector]) -> dict[Canonical, list[int]]:
        groups: dict[Canonical, list[int]] = {}
        for number, vector in changed.items():
            groups.setdefault(canonical(vector) if vector else (), []).append(number)
        for key, group in groups.items():
            other = self._by_vector.get(key)
            if other is not None and other not in changed:
                group.append(other)
        return groups

    def _tells_one_person(self, group: Iterable[int]) -> bool:
        secrets = [self._secrets[number] for number in group]
        if len(secrets) == 1:
            return False
        alone = frozenset[int]().union(*(secret.alone for secret in secrets))
        return len(alone) > 1 or (bool(alone) and any(secret.others for secret in secrets))

    def _replace(self, key: Canonical, group: Iterable[int], changed: Mapping[int, Vector]) -> None:
        numbers = sorted(group)
        secrets = [self._secrets[number] for number in numbers]
        if not key:
            for number, secret in zip(numbers, secrets, strict=True):
                self.exposed.extend(secret.cells)
                del self._secrets[number]
            return
        first = numbers[0]
        for number in numbers:
            if number not in changed:
                self._release(number)
        kept = secrets[0]
        kept.vector = changed.get(first, kept.vector)
        kept.key = key
        for number, secret in zip(numbers[1:], secrets[1:], strict=True):
            kept.cells.extend(secret.cells)
            kept.alone |= secret.alone
            kept.others = kept.others or secret.others
            del self._secrets[number]
        self._hold(first)

    def _hold(self, number: int) -> None:
        secret = self._secrets[number]
        self._by_vector[secret.key] = number
        for column in secret.vector:
            self._holders.setdefault(column, set()).add(number)

    def _release(self, number: int) -> None:
        secret = self._secrets[number]
        del self._by_vector[secret.key]
        for column in secret.vector:
            self._holders[column].discard(number)
