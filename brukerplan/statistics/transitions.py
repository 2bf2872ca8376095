"""Transitions: from which state to which the same persons went between two years.

The matrix has a row for every state in the first year and one for those who *entered*, a
column for every state in the second year and one for those who *left*. Its margins are
therefore the two cross-sections of those who can be followed, and with ``unfollowed`` of
everybody.

"Unknown" and "not computable" are states like others, so that nobody disappears; so is
``no_answer``, those who were mapped without an answer to the question (not asked, not
applicable, not answered). Which of them are better or worse is in `orders`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brukerplan.questionnaire.schema import Variable
from brukerplan.statistics.panel import (
    ABSENT,
    Groups,
    Indices,
    Panel,
    PanelError,
    groups_or_all,
)
from brukerplan.statistics.tables import ALL

ENTERED = "entered"
LEFT = "left"
NO_ANSWER = "no_answer"

Counts = NDArray[np.int64]


class UnknownStateError(ValueError):
    """A state, group or code that there is none of."""


@dataclass(frozen=True, slots=True, eq=False)
class Transitions:
    """Counts of persons by state in two years, for each group.

    Parameters
    ----------
    states
        In the order of the questionnaire, `NO_ANSWER` last.
    counts
        int64 of shape (n_groups, n_states + 1, n_states + 1), read-only. The last row is
        `ENTERED`, the last column `LEFT`; where they meet there is nobody.
    unfollowed
        int64 of shape (n_groups, 2): those of each year who cannot be followed.
    """

    variable: str
    years: tuple[int, int]
    states: tuple[str, ...]
    groups: tuple[str, ...]
    counts: Counts
    unfollowed: Counts

    def of(self, group: str = ALL) -> Counts:
        """Return the matrix of a group, int64 of shape (n_states + 1, n_states + 1)."""
        if group not in self.groups:
            raise UnknownStateError(f"there is no group {group!r}")
        matrix: Counts = self.counts[self.groups.index(group)]
        return matrix

    def stayers(self, group: str = ALL) -> Counts:
        """Return the matrix of those in both years, int64 of shape (n_states, n_states)."""
        return self.of(group)[:-1, :-1]

    def margins(self, group: str = ALL) -> tuple[Counts, Counts]:
        """Return how many were in each state in each year, int64 of shape (n_states,) each."""
        matrix = self.of(group)
        return matrix[:-1].sum(axis=1), matrix[:, :-1].sum(axis=0)

    def places(self, states: Collection[str]) -> list[int]:
        """Return where the states are; `UnknownStateError` if one is not among them."""
        if strange := set(states) - set(self.states):
            raise UnknownStateError(f"{self.variable} has no state {sorted(strange)}")
        return [place for place, state in enumerate(self.states) if state in states]


def transitions(
    panel: Panel,
    variable: Variable,
    *,
    years: tuple[int, int],
    groups: Groups | None = None,
    by_first: bool = False,
) -> Transitions:
    """Count the transitions of a single choice or a derived variable between two years.

    Parameters
    ----------
    panel
        A whole one, or a fixed one (`Panel.fixed`), in which nobody enters or leaves.
    years
        Two years of the panel, the earlier first; they need not follow each other.
    groups
        Count each group by itself; default everybody in one. Who is in another group in
        the second year has *left* the first one and *entered* the other, so that margins
        are cross-sections of the group in each year.
    by_first
        Count those in both years in the group of the first year instead.

    Raises
    ------
    PanelError
        A year that the panel does not have, or years in the wrong order.
    UnknownStateError
        A code in the frames that the variable does not have.
    """
    (found,) = every_transition(panel, variable, pairs=(years,), groups=groups, by_first=by_first)
    return found


def every_transition(
    panel: Panel,
    variable: Variable,
    *,
    pairs: Collection[tuple[int, int]],
    groups: Groups | None = None,
    by_first: bool = False,
) -> tuple[Transitions, ...]:
    """Count `transitions` between many pairs of years, looking at each year once."""
    for first, second in pairs:
        panel.place(first), panel.place(second)
        if first >= second:
            raise PanelError(f"the earlier year first, not {first} and {second}")
    inside, years = groups_or_all(panel, groups), {year for pair in pairs for year in pair}
    states = {year: state_indices(panel, variable, year) for year in years}
    group = {year: panel.spread(inside.by_year[year], year) for year in years}
    unfollowed = {year: _unfollowed(panel, inside, year) for year in years}
    names = (*(code.id for code in variable.codes), NO_ANSWER)

    def between(first: int, second: int) -> Transitions:
        before, after = group[first], group[second]
        if by_first:
            after = np.where(before == ABSENT, after, before)
        return Transitions(
            variable=variable.id,
            years=(first, second),
            states=names,
            groups=inside.names,
            counts=count_moves(
                states[first],
                states[second],
                n_states=len(names),
                groups=(before, after),
                n_groups=len(inside.names),
            ),
            unfollowed=np.stack([unfollowed[first], unfollowed[second]], axis=1),
        )

    return tuple(between(*pair) for pair in pairs)


def count_moves(
    before: Indices,
    after: Indices,
    *,
    n_states: int,
    groups: tuple[Indices, Indices] | None = None,
    n_groups: int = 1,
) -> Counts:
    """Count persons by state before and after, with one ``bincount``.

    Parameters
    ----------
    before, after
        Index of each person's state, int64 of shape (n_persons,); ``ABSENT`` where they
        are not there.
    groups
        Index of each person's group before and after; ``ABSENT`` is outside all groups.

    Returns
    -------
    numpy.ndarray
        int64 of shape (n_groups, n_states + 1, n_states + 1), read-only.
    """
    nowhere = np.zeros(len(before), dtype=np.int64)
    # Most persons of a long panel are in neither of two years.
    some = np.flatnonzero((before != ABSENT) | (after != ABSENT))
    before, after, group_before, group_after = (
        each[some] for each in (before, after, *(groups or (nowhere, nowhere)))
    )
    here_before = (before != ABSENT) & (group_before != ABSENT)
    here_after = (after != ABSENT) & (group_after != ABSENT)
    stayed = here_before & here_after & (group_before == group_after)
    left, entered = here_before & ~stayed, here_after & ~stayed
    side = n_states + 1
    cells = np.concatenate(
        [
            (group_before[stayed] * side + before[stayed]) * side + after[stayed],
            (group_before[left] * side + before[left]) * side + n_states,
            (group_after[entered] * side + n_states) * side + after[entered],
        ]
    )
    counts = np.bincount(cells, minlength=n_groups * side * side).astype(np.int64)
    counts = counts.reshape(n_groups, side, side)
    counts.flags.writeable = False
    return counts


def cross_sections(panel: Panel, variable: Variable, *, groups: Groups | None = None) -> Counts:
    """Count the states of every year; of a fixed panel, how the same persons went through them.

    Returns
    -------
    numpy.ndarray
        int64 of shape (n_groups, n_years, n_states), `NO_ANSWER` the last state. Those who
        cannot be followed are not in it.
    """
    inside, n_states = groups_or_all(panel, groups), len(variable.codes) + 1
    found = np.zeros((len(inside.names), len(panel.years), n_states), dtype=np.int64)
    for place, year in enumerate(panel.years):
        state = state_indices(panel, variable, year)
        group = panel.spread(inside.by_year[year], year)
        here = (state != ABSENT) & (group != ABSENT)
        cells = np.bincount(
            group[here] * n_states + state[here], minlength=len(inside.names) * n_states
        )
        found[:, place] = cells.reshape(len(inside.names), n_states)
    return found


def stayer_counts(
    found: Transitions, chosen: Collection[str], base: Collection[str]
) -> tuple[Counts, Counts, Counts]:
    """Count those in the base both years, and how many of them are in the chosen states.

    Returns
    -------
    tuple of numpy.ndarray
        Chosen in the first year, chosen in the second, base; int64 of shape (n_groups,).
    """
    inside, having = found.places(base), found.places(set(chosen) & set(base))
    of_base = found.counts[:, inside][:, :, inside]
    before, after = of_base.sum(axis=2), of_base.sum(axis=1)
    picked = [inside.index(place) for place in having]
    return before[:, picked].sum(axis=1), after[:, picked].sum(axis=1), before.sum(axis=1)


def state_indices(panel: Panel, variable: Variable, year: int) -> Indices:
    """Return the index of each person's state in a year, `NO_ANSWER` being the last one.

    Returns
    -------
    numpy.ndarray
        int64 of shape (n_persons,); ``ABSENT`` for those who are not there.

    Raises
    ------
    UnknownStateError
        A code in the year's frame that the variable does not have.
    """
    numbers = panel.frames[panel.place(year)].column(variable.id)
    known = np.array([code.number for code in variable.codes])
    by_number = np.argsort(known)
    place = np.searchsorted(known, numbers, sorter=by_number)
    state = by_number[np.minimum(place, len(known) - 1)]
    answered = numbers >= 0
    strange = answered & (known[state] != numbers)
    if strange.any():
        codes = np.unique(numbers[strange]).tolist()
        raise UnknownStateError(f"{variable.id} has no code {codes}, found in {year}")
    return panel.spread(np.where(answered, state, len(known)), year)


def _unfollowed(panel: Panel, groups: Groups, year: int) -> Counts:
    group = groups.by_year[year][panel.unfollowed[panel.place(year)]]
    return np.bincount(group[group != ABSENT], minlength=len(groups.names)).astype(np.int64)
