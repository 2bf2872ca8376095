"""How sure is the change of a share, where persons of one municipality are alike?

Persons in the same municipality share services, staff and ways of mapping, and many are in
both years. An interval that takes them for independent is then wrong. Here the municipality
is what was drawn: all its persons, in both years, vary together.

The change d = p2 − p1 of two ratios is linearised: municipality m contributes

    u_m = (count2_m − p2 · base2_m) / base2 − (count1_m − p1 · base1_m) / base1

and the variance of d is G/(G − 1) · Σ u_m² over the G municipalities, since Σ u_m = 0:
Cochran, W. G. (1977), Sampling Techniques, 3rd ed., chapters 6 and 9A; Wolter, K. M. (2007),
Introduction to Variance Estimation, 2nd ed., chapter 6. It equals the cluster-robust variance
of a regression on the year, Liang, K.-Y. and Zeger, S. L. (1986), Biometrika 73, 13-22, with
the factor G/(G − 1).

The interval is d ± t · √variance. With few municipalities, or some that outweigh the rest,
normal quantiles and even t with G − 1 degrees of freedom are too narrow: Cameron, A. C. and
Miller, D. L. (2015), A practitioner's guide to cluster-robust inference, Journal of Human
Resources 50(2), 317-372. So t has G* − 1 degrees of freedom with an *effective* number of
municipalities, as Carter, A. V., Schnepel, K. T. and Steigerwald, D. G. (2017), Review of
Economics and Statistics 99(4), 698-709, propose; G* is here Kish's base² / Σ base_m², in
the year where it is least, and G itself where all are of one size. Below
`MINIMUM_MUNICIPALITIES`, or `MINIMUM_EFFECTIVE`, no interval is given. Both are our rules;
docs/panel.md says how often the interval was right in a simulation.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

from brukerplan.statistics.refusals import (
    NoSpreadError,
    TooFewMunicipalitiesError,
    UnevenMunicipalitiesError,
    require_base,
)

MINIMUM_MUNICIPALITIES = 10
MINIMUM_EFFECTIVE = 3

Counts = NDArray[np.int64]


class NotCountsError(ValueError):
    """Counts and bases that do not belong together."""


@dataclass(frozen=True, slots=True)
class ClusteredChange:
    """The change of a share and its interval, all between −1 and 1.

    ``municipalities`` is how many had persons in at least one of the years, ``effective`` how
    many of one size would weigh as evenly.
    """

    change: float
    low: float
    high: float
    standard_error: float
    municipalities: int
    effective: float


def clustered_change(
    count_before: ArrayLike,
    base_before: ArrayLike,
    count_after: ArrayLike,
    base_after: ArrayLike,
    *,
    confidence: float = 0.95,
) -> ClusteredChange:
    """Return the change of a share with an interval clustered by municipality.

    For a trend, all persons of each year; for a panel, those who stayed, by the municipality
    of the first year (`transitions` with ``by_first``, then `stayer_counts`).

    Parameters
    ----------
    count_before, base_before, count_after, base_after
        By municipality in one order, whole numbers of shape (n_municipalities,). Across a
        merger summed as it is today.
    confidence
        Between 0 and 1, both excluded.

    Raises
    ------
    BaseTooSmallError
        A year has fewer than `MINIMUM_BASE` persons.
    TooFewMunicipalitiesError
        Too few municipalities.
    UnevenMunicipalitiesError
        Some outweigh the rest so much that they are too few in effect.
    NoSpreadError
        The municipalities are so alike that the interval would have no width.
    NotCountsError
        Arrays of different length, counts outside 0..base.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    years = [_year(count_before, base_before), _year(count_after, base_after)]
    if len({count.shape for count, _ in years}) != 1:
        raise NotCountsError("both years must have the same municipalities in the same order")
    for _, base in years:
        require_base(int(base.sum()))
    (count1, base1), (count2, base2) = years
    number = int(((base1 + base2) > 0).sum())
    if number < MINIMUM_MUNICIPALITIES:
        raise TooFewMunicipalitiesError(base=number, minimum=MINIMUM_MUNICIPALITIES)
    effective = min(effective_number(base) for _, base in years)
    if effective < MINIMUM_EFFECTIVE:
        raise UnevenMunicipalitiesError(base=int(effective), minimum=MINIMUM_EFFECTIVE)
    n1, n2 = int(base1.sum()), int(base2.sum())
    c1, c2 = int(count1.sum()), int(count2.sum())
    # Whole numbers over one denominator, so that likeness is seen exactly.
    share1 = (count1 * n1 - c1 * base1) / (n1 * n1)
    share2 = (count2 * n2 - c2 * base2) / (n2 * n2)
    departure = share2 - share1
    error = sqrt(number / (number - 1) * float((departure**2).sum()))
    if error < 1e-12:
        raise NoSpreadError
    change = c2 / n2 - c1 / n1
    reach = float(student.ppf((1 + confidence) / 2, effective - 1)) * error
    return ClusteredChange(
        change=change,
        low=max(-1.0, change - reach),
        high=min(1.0, change + reach),
        standard_error=error,
        municipalities=number,
        effective=effective,
    )


def effective_number(base: Counts) -> float:
    """Return how many municipalities of one size would weigh as evenly (Kish).

    >>> effective_number(np.array([10, 10, 10])), effective_number(np.array([100, 0, 0]))
    (3.0, 1.0)
    """
    return float(base.sum()) ** 2 / float((base.astype(np.float64) ** 2).sum())


def _year(count: ArrayLike, base: ArrayLike) -> tuple[Counts, Counts]:
    counts, bases = np.asarray(count), np.asarray(base)
    whole = all(np.issubdtype(each.dtype, np.integer) for each in (counts, bases))
    if counts.ndim != 1 or counts.shape != bases.shape or not whole:
        raise NotCountsError("counts and bases must be whole numbers, one a municipality")
    if (counts < 0).any() or (counts > bases).any():
        raise NotCountsError("a count must be from 0 to its base")
    return counts.astype(np.int64), bases.astype(np.int64)
