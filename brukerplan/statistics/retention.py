"""Who is followed how long: retention, and who came back.

Leaving has many reasons that the mapping does not know: help that worked, a move, death, a
unit that mapped fewer. Counts of presence are therefore only that.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from brukerplan.statistics.panel import ABSENT, Groups, Indices, Panel, groups_or_all
from brukerplan.statistics.refusals import require_base
from brukerplan.statistics.rounding import percent
from brukerplan.statistics.tables import ALL


@dataclass(frozen=True, slots=True, eq=False)
class Retention:
    """How many of those in a year are there in each later one.

    Parameters
    ----------
    present
        int64 of shape (n_groups, n_years, n_years): of those in the group in year *i*, how
        many are in year *j*, wherever they are then; zero below the diagonal, the base on it.
    unbroken
        The same for those who are in every year from *i* to *j*.
    """

    years: tuple[int, ...]
    groups: tuple[str, ...]
    present: Indices
    unbroken: Indices

    def share(self, first: int, later: int, *, group: str = ALL, places: int = 0) -> Decimal:
        """Return the percent of those in ``first`` who are there in ``later``.

        Raises
        ------
        BaseTooSmallError
            Fewer than `MINIMUM_BASE` were in the group in ``first``.
        """
        place, i, j = self.groups.index(group), self.years.index(first), self.years.index(later)
        base = int(self.present[place, i, i])
        require_base(base)
        return percent(int(self.present[place, i, j]), base, places)


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Where those in a year come from, int64 of shape (n_groups, n_years) each.

    Parameters
    ----------
    stayed
        In the panel the year before.
    returned
        Not the year before, but in an earlier year.
    new
        In no earlier year of the panel; everybody in its first year. They can have been
        mapped before it began.
    """

    years: tuple[int, ...]
    groups: tuple[str, ...]
    stayed: Indices
    returned: Indices
    new: Indices


def retention(panel: Panel, groups: Groups | None = None) -> Retention:
    """Count who is still there, year by year (a cohort table of presence).

    Each group counts those who were in it in the first year of the comparison.
    """
    inside, there = groups_or_all(panel, groups), panel.there
    n_years = len(panel.years)
    present = np.zeros((len(inside.names), n_years, n_years), dtype=np.int64)
    unbroken = present.copy()
    for i, year in enumerate(panel.years):
        group = panel.spread(inside.by_year[year], year)
        still = there[:, i] & (group != ABSENT)
        in_group = still.copy()
        for j in range(i, n_years):
            still &= there[:, j]
            present[:, i, j] = _by_group(group[in_group & there[:, j]], inside)
            unbroken[:, i, j] = _by_group(group[still], inside)
    return Retention(panel.years, inside.names, present, unbroken)


def arrivals(panel: Panel, groups: Groups | None = None) -> Arrivals:
    """Count for each year who was there the year before, who came back, and who is new.

    Each group counts those who are in it in the year itself.
    """
    inside, there = groups_or_all(panel, groups), panel.there
    seen = np.zeros(len(there), dtype=np.bool_)
    year_before = seen
    counts = np.zeros((3, len(inside.names), len(panel.years)), dtype=np.int64)
    for place, year in enumerate(panel.years):
        group, here = panel.spread(inside.by_year[year], year), there[:, place]
        here_in_group = here & (group != ABSENT)
        kinds = (year_before, seen & ~year_before, ~seen)
        for kind, mask in enumerate(kinds):
            counts[kind, :, place] = _by_group(group[here_in_group & mask], inside)
        seen, year_before = seen | here, here
    stayed, returned, new = counts
    return Arrivals(panel.years, inside.names, stayed, returned, new)


def _by_group(group: Indices, groups: Groups) -> Indices:
    return np.bincount(group, minlength=len(groups.names)).astype(np.int64)
