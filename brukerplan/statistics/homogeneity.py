"""Did those who were followed change as a group? Tests of marginal homogeneity.

All take the same persons in two years, as a square table with the first year's states in
rows. They ask whether as many are in each state before and after, and say nothing of why.

* McNemar's exact test, for two states: of those who changed, as many one way as the other.
  McNemar, Q. (1947), Psychometrika 12, 153-157; the exact p-value is binomial, doubled.
* Stuart, A. (1955), Biometrika 42, 412-416, and Maxwell, A. E. (1970), British Journal of
  Psychiatry 116, 651-655, for any number of states.
* Bhapkar, V. P. (1966), Journal of the American Statistical Association 61, 228-235, who
  takes the variance where the margins are, not where they would be equal. With n persons,
  W = W0 / (1 − W0 / n) of Stuart-Maxwell's W0: Ireland, C. T., Ku, H. H. and Kullback, S.
  (1969), ibid. 64, 1323-1341.

Both large-sample tests compare with a chi-square distribution. That rests on those who
changed, whatever the number of those who did not: below `MINIMUM_MOVED` they are refused.
The number is our rule; textbooks ask for 10 to 25 for McNemar's own chi-square.

States that nobody moved to or from have equal margins already and make the covariance
singular. They are taken out, and states fall into sets between which nobody moved; within
each the margins' differences sum to zero, so each set of k gives k − 1 degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components
from scipy.stats import chi2
from statsmodels.stats.contingency_tables import SquareTable, mcnemar

from brukerplan.statistics.refusals import (
    EverybodyMovedError,
    NobodyStayedError,
    TooFewMovedError,
)

MINIMUM_MOVED = 10

Counts = NDArray[np.int64]


class NotATableError(ValueError):
    """No square table of whole numbers from 0 upwards."""


@dataclass(frozen=True, slots=True)
class HomogeneityTest:
    """A test's outcome: its statistic, degrees of freedom (none where exact) and p-value.

    ``persons`` are in the table, ``moved`` of them changed state.
    """

    statistic: float
    df: int | None
    p: float
    persons: int
    moved: int


def mcnemar_exact(table: ArrayLike) -> HomogeneityTest:
    """Test whether as many changed one way as the other, exactly, for any number of persons.

    The statistic is the smaller of the two numbers who changed. Where nobody did, p is 1.

    Parameters
    ----------
    table
        Persons by first and second state, whole numbers of shape (2, 2).

    Raises
    ------
    NotATableError
        Another shape, or what are no counts.
    NobodyStayedError
        The table is empty.

    Examples
    --------
    >>> mcnemar_exact([[10, 1], [5, 4]]).p
    0.21875
    """
    counts = _counts(table)
    if counts.shape != (2, 2):
        raise NotATableError(f"two states make a table of shape (2, 2), not {counts.shape}")
    found = mcnemar(counts, exact=True)
    return _test(counts, float(found.statistic), None, float(found.pvalue))


def stuart_maxwell(table: ArrayLike, *, minimum_moved: int = MINIMUM_MOVED) -> HomogeneityTest:
    """Test whether the margins are equal, by Stuart and Maxwell.

    Parameters
    ----------
    table
        Persons by first and second state, whole numbers of shape (n_states, n_states).

    Raises
    ------
    NotATableError
        No square table of counts.
    NobodyStayedError
        The table is empty.
    TooFewMovedError
        Fewer than ``minimum_moved`` changed state.
    """
    counts = _counts(table)
    moved = _moved(counts)
    if moved < max(1, minimum_moved):
        raise TooFewMovedError(base=moved, minimum=max(1, minimum_moved))
    statistic, df = 0.0, 0
    for states in _sets_of_states(counts):
        # Never half a person more in every cell, which is the library's own choice.
        within = SquareTable(counts[np.ix_(states, states)], shift_zeros=False)
        found = within.homogeneity(method="stuart_maxwell")
        statistic, df = statistic + float(found.statistic), df + int(found.df)
    # Of the upper tail itself: one less the lower one is 0 long before it should be.
    return _test(counts, statistic, df, float(chi2.sf(statistic, df)))


def bhapkar(table: ArrayLike, *, minimum_moved: int = MINIMUM_MOVED) -> HomogeneityTest:
    """Test whether the margins are equal, by Bhapkar.

    Raises
    ------
    EverybodyMovedError
        Everybody moved and in one way, so that the variance is zero.
    NotATableError, NobodyStayedError, TooFewMovedError
        As `stuart_maxwell`.
    """
    counts = _counts(table)
    under_equality = stuart_maxwell(counts, minimum_moved=minimum_moved)
    statistic, df = under_equality.statistic, under_equality.df
    rest = 1 - statistic / under_equality.persons
    # The rest is zero only where nobody stands on the diagonal; elsewhere it is far from it.
    if under_equality.moved == under_equality.persons and rest < 1e-9:
        raise EverybodyMovedError
    return _test(counts, statistic / rest, df, float(chi2.sf(statistic / rest, df)))


def _counts(table: ArrayLike) -> Counts:
    given = np.asarray(table)
    if given.ndim != 2 or given.shape[0] != given.shape[1] or given.shape[0] < 2:
        raise NotATableError(f"expected two states or more in a square, not {given.shape}")
    if not np.issubdtype(given.dtype, np.integer) or (given < 0).any():
        raise NotATableError("expected whole numbers from 0 upwards")
    counts: Counts = given.astype(np.int64)
    if not counts.sum():
        raise NobodyStayedError
    return counts


def _moved(counts: Counts) -> int:
    return int(counts.sum() - np.trace(counts))


def _sets_of_states(counts: Counts) -> list[Counts]:
    """Return the states between which somebody moved, set by set; states alone are left out."""
    moves = counts - np.diag(np.diag(counts))
    _, label = connected_components(moves > 0, directed=False)
    sets = [np.flatnonzero(label == each) for each in np.unique(label)]
    return [states for states in sets if len(states) > 1]


def _test(counts: Counts, statistic: float, df: int | None, p: float) -> HomogeneityTest:
    return HomogeneityTest(statistic, df, p, persons=int(counts.sum()), moved=_moved(counts))
