"""Why a share or a mean changed: other answers, or other people.

Of those in the second year some were there in the first (stayers) and the others are
entrants; of those in the first the others are leavers. With the mean m of each year,

    change = (m2 − m1 of stayers)
           + entrants' share of the second year × (their mean − stayers' mean in it)
           − leavers' share of the first year × (their mean − stayers' mean in it)

This is the decomposition of Melitz, M. J. and Polanec, S. (2015), Dynamic Olley-Pakes
productivity decomposition with entry and exit, RAND Journal of Economics 46(2), 362-375,
with everybody weighing one. Entrants and leavers count only by how they differ from those
who stayed: if they do not, the whole change is the stayers'.

Everything is `fractions.Fraction`: the parts sum to the change exactly. A share is the mean
of ones and zeros. It describes, and never says why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from brukerplan.statistics.refusals import BaseTooSmallError, NobodyStayedError
from brukerplan.statistics.rounding import rounded, rounded_parts
from brukerplan.statistics.tables import ALL
from brukerplan.statistics.transitions import Counts, Transitions, UnknownStateError

Number = Fraction | int


@dataclass(frozen=True, slots=True)
class Part:
    """Some persons and the sum of their values (for a share: how many have it)."""

    persons: int
    total: Fraction

    @property
    def mean(self) -> Fraction:
        """The mean; `BaseTooSmallError` if it is nobody's."""
        if self.persons < 1:
            raise BaseTooSmallError(base=self.persons, minimum=1)
        return self.total / self.persons

    def __add__(self, other: Part) -> Part:
        return Part(self.persons + other.persons, self.total + other.total)


@dataclass(frozen=True, slots=True)
class PersonsDecomposition:
    """The change of a mean, and what each group of persons contributes to it."""

    before: Part
    after: Part
    stayers: Fraction
    leavers: Fraction
    entrants: Fraction
    persons_stayed: int

    @property
    def total(self) -> Fraction:
        """The change, second year less first."""
        return self.after.mean - self.before.mean

    @property
    def persons_left(self) -> int:
        """Those in the base of the first year alone."""
        return self.before.persons - self.persons_stayed

    @property
    def persons_entered(self) -> int:
        """Those in the base of the second year alone."""
        return self.after.persons - self.persons_stayed

    def shown(self, places: int, *, scale: int = 100) -> tuple[Decimal, tuple[Decimal, ...]]:
        """Return the change and its three parts (stayers, leavers, entrants), rounded.

        The parts are rounded so that they sum to the rounded change. ``scale`` 100 gives
        percentage points of a share.
        """
        return shown_parts((self.stayers, self.leavers, self.entrants), places, scale)


def decompose(
    *, stayers_before: Part, stayers_after: Part, leavers: Part, entrants: Part
) -> PersonsDecomposition:
    """Split the change of a mean between those who stayed, left and entered.

    Raises
    ------
    NobodyStayedError
        Without stayers the three parts have no meaning.
    ValueError
        The stayers are not equally many in both years.

    Examples
    --------
    >>> found = decompose(
    ...     stayers_before=Part(8, Fraction(4)), stayers_after=Part(8, Fraction(2)),
    ...     leavers=Part(2, Fraction(1)), entrants=Part(0, Fraction(0)))
    >>> found.total, found.stayers, found.leavers, found.entrants
    (Fraction(-1, 4), Fraction(-1, 4), Fraction(0, 1), Fraction(0, 1))
    """
    if stayers_before.persons != stayers_after.persons:
        raise ValueError("those who stayed are the same persons in both years")
    if not stayers_before.persons:
        raise NobodyStayedError
    before, after = stayers_before + leavers, stayers_after + entrants
    return PersonsDecomposition(
        before=before,
        after=after,
        stayers=stayers_after.mean - stayers_before.mean,
        # A part's mean less the stayers', by its share of the year: written so that nobody
        # having left or entered is no division by zero.
        leavers=stayers_before.mean - before.mean,
        entrants=after.mean - stayers_after.mean,
        persons_stayed=stayers_before.persons,
    )


def decompose_values(
    before: Sequence[Number | None], after: Sequence[Number | None]
) -> PersonsDecomposition:
    """Decompose the change of the mean of any exact numbers.

    Parameters
    ----------
    before, after
        The value of each person, in the same order; ``None`` where the person is not there,
        or has no value and is thereby outside the base.

    Raises
    ------
    NobodyStayedError
        No person has a value both times.
    """
    both = [(a, b) for a, b in zip(before, after, strict=True) if a is not None and b is not None]
    left = [a for a, b in zip(before, after, strict=True) if a is not None and b is None]
    entered = [b for a, b in zip(before, after, strict=True) if a is None and b is not None]
    return decompose(
        stayers_before=_part(a for a, _ in both),
        stayers_after=_part(b for _, b in both),
        leavers=_part(left),
        entrants=_part(entered),
    )


def decompose_share(
    found: Transitions,
    chosen: Collection[str],
    *,
    base: Collection[str],
    group: str = ALL,
) -> PersonsDecomposition:
    """Decompose the change of the share that is in the ``chosen`` states.

    Parameters
    ----------
    base
        The states whose persons are the base, the chosen ones among them. Persons in other
        states are outside: whoever comes into the base is an entrant, as if newly mapped.

    Raises
    ------
    NobodyStayedError
        Nobody is in the base both years.
    UnknownStateError
        A state that there is none of, or a chosen one outside the base.
    """
    if strange := set(chosen) - set(base):
        raise UnknownStateError(f"{sorted(strange)} chosen, but not in the base")
    return decompose_mean(found, {state: int(state in chosen) for state in base}, group=group)


def decompose_mean(
    found: Transitions, values: Mapping[str, Number], *, group: str = ALL
) -> PersonsDecomposition:
    """Decompose the change of the mean of a value given to each state.

    States without a value are outside the base; see `decompose_share`.
    """
    inside = found.places(tuple(values))
    value = [Fraction(values[found.states[place]]) for place in inside]
    matrix = found.of(group)
    stayers = matrix[inside][:, inside]
    rows, columns = matrix[inside].sum(axis=1), matrix[:, inside].sum(axis=0)
    stayed_before, stayed_after = stayers.sum(axis=1), stayers.sum(axis=0)
    return decompose(
        stayers_before=_weighted(stayed_before, value),
        stayers_after=_weighted(stayed_after, value),
        leavers=_weighted(rows - stayed_before, value),
        entrants=_weighted(columns - stayed_after, value),
    )


def shown_parts(
    parts: Sequence[Fraction], places: int, scale: int
) -> tuple[Decimal, tuple[Decimal, ...]]:
    """Round parts of a change so that they sum to the rounded change, which comes first."""
    scaled = [part * scale for part in parts]
    return rounded(sum(scaled, Fraction(0)), places), rounded_parts(scaled, places)


def _part(values: Iterable[Number]) -> Part:
    every = [Fraction(value) for value in values]
    return Part(len(every), sum(every, Fraction(0)))


def _weighted(persons: Counts, value: Sequence[Fraction]) -> Part:
    total = sum((int(n) * v for n, v in zip(persons, value, strict=True)), Fraction(0))
    return Part(int(persons.sum()), total)
