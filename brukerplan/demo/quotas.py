"""Giving out codes by rank, so that shares come out as asked whatever drives the scores.

Nearest method: quota assignment. A code is not drawn for each person by itself; persons are
ordered by a score and the top share gets it. Marginals are then met to within one person,
while who gets the code follows the score.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int16]


def quota(share: float, total: int) -> int:
    """Number of persons that make ``share`` of ``total``, half rounded up.

    >>> quota(0.25, 10), quota(0.22, 2000)
    (3, 440)
    """
    return min(total, int(np.floor(share * total + 0.5)))


def top(score: Scores, count: int, *, among: Mask | None = None) -> Mask:
    """Mark the ``count`` highest scores, only ``among`` those marked when given.

    Ties fall to the one who comes first, so that the result never depends on chance.
    """
    candidates = np.arange(score.size) if among is None else np.flatnonzero(among)
    order = np.argsort(-score[candidates], kind="stable")
    chosen = np.zeros(score.size, dtype=np.bool_)
    chosen[candidates[order[: max(count, 0)]]] = True
    return chosen


def top_share(score: Scores, share: float, *, among: Mask | None = None) -> Mask:
    """Mark the highest ``share`` of those ``among``, by score."""
    total = score.size if among is None else int(among.sum())
    return top(score, quota(share, total), among=among)


def top_by_stratum(score: Scores, shares: Sequence[tuple[Mask, float]]) -> Mask:
    """Mark in each stratum its own share, by score; strata must not overlap."""
    chosen = np.zeros(score.size, dtype=np.bool_)
    for stratum, share in shares:
        chosen |= top_share(score, share, among=stratum)
    return chosen


def spread(score: Scores, shares: Sequence[tuple[int, float]], *, among: Mask) -> Codes:
    """Give the codes in turn, from the highest score down; the last code takes the rest.

    Returns
    -------
    int16 array as long as ``score``; only the entries ``among`` mean anything.
    """
    given = np.zeros(score.size, dtype=np.int16)
    candidates = np.flatnonzero(among)
    order = candidates[np.argsort(-score[candidates], kind="stable")]
    cumulated = np.cumsum([share for _, share in shares])
    bounds = np.floor(cumulated * candidates.size + 0.5).astype(np.int64)
    bounds[-1] = candidates.size
    start = 0
    for (code, _), end in zip(shares, bounds.tolist(), strict=True):
        given[order[start:end]] = code
        start = max(start, end)
    return given


def apportion(weights: Scores, total: int) -> npt.NDArray[np.int64]:
    """Share ``total`` persons in proportion to ``weights``, by largest remainder.

    >>> apportion(np.array([1.0, 1.0, 2.0]), 7).tolist()
    [2, 2, 3]
    """
    if total == 0 or weights.sum() == 0:
        return np.zeros(weights.size, dtype=np.int64)
    exact = weights / weights.sum() * total
    whole: npt.NDArray[np.int64] = np.floor(exact).astype(np.int64)
    rest = total - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:rest]] += 1
    return whole
