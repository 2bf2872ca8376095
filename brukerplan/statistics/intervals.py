"""Uncertainty of a share and of its change: Wilson's score interval, and what follows from it.

Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
inference. Journal of the American Statistical Association 22(158), 209-212. It stays
within 0 and 1 and keeps its cover for small bases and shares near the ends, where the
common "plus or minus two standard errors" does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from brukerplan.statistics.rounding import require_share


@dataclass(frozen=True, slots=True)
class Interval:
    """Limits of a share, both between 0 and 1, or of a change, between -1 and 1."""

    low: float
    high: float


def wilson(count: int, base: int, *, confidence: float = 0.95) -> Interval:
    """Return the Wilson score interval, without continuity correction.

    Parameters
    ----------
    count, base
        Whole numbers, ``0 <= count <= base`` and ``base > 0``.
    confidence
        Between 0 and 1, both excluded.

    Raises
    ------
    ShareNotPossibleError
        When the base is 0 or the count is outside 0..base.
    ValueError
        When the confidence is outside 0..1.

    Examples
    --------
    >>> interval = wilson(107, 412)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.22, 0.304)
    """
    require_share(count, base)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = count / base
    middle = (share + z * z / (2 * base)) / (1 + z * z / base)
    reach = z / (1 + z * z / base) * sqrt(share * (1 - share) / base + z * z / (4 * base * base))
    # At the ends the limit is exactly 0 or 1; floating point may miss it by a hair.
    low = 0.0 if count == 0 else max(0.0, middle - reach)
    high = 1.0 if count == base else min(1.0, middle + reach)
    return Interval(low=low, high=high)


def newcombe(
    count: int, base: int, earlier_count: int, earlier_base: int, *, confidence: float = 0.95
) -> Interval:
    """Return the interval of the change from an earlier share, between -1 and 1.

    Newcombe, R. G. (1998). Interval estimation for the difference between independent
    proportions: comparison of eleven methods. Statistics in Medicine 17(8), 873-890; method
    10, from the two Wilson intervals. It takes the two groups as independent:
    that many persons are the same in both years makes it too wide, that people of one
    municipality change together makes it too narrow.

    Raises
    ------
    ShareNotPossibleError, ValueError
        As for `wilson`.

    Examples
    --------
    >>> interval = newcombe(56, 70, 48, 80)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0524, 0.3339)
    """
    now = wilson(count, base, confidence=confidence)
    then = wilson(earlier_count, earlier_base, confidence=confidence)
    share, earlier = count / base, earlier_count / earlier_base
    change = share - earlier
    return Interval(
        low=change - sqrt((share - now.low) ** 2 + (then.high - earlier) ** 2),
        high=change + sqrt((now.high - share) ** 2 + (earlier - then.low) ** 2),
    )
