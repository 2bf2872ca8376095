"""How long until a person first does better than when they were first seen.

The share improved after so many years is one minus the product-limit estimate of Kaplan,
E. L. and Meier, P. (1958), Nonparametric estimation from incomplete observations, Journal
of the American Statistical Association 53(282), 457-481, over whole years.

A person is followed from the first year with a state that has a rank, for as long as they
are there every year with such a state. Whoever is away or has an unranked state a year is
followed no further, even if they come back. The estimate takes those no longer followed to
be like those who are: where people leave *because* they are better it says too little.
Whoever was in the best rank from the start cannot improve and is counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from brukerplan.questionnaire.schema import Variable
from brukerplan.statistics.orders import Order, ranks
from brukerplan.statistics.panel import (
    ABSENT,
    Groups,
    Indices,
    Panel,
    PanelError,
    groups_or_all,
)
from brukerplan.statistics.refusals import require_base
from brukerplan.statistics.tables import ALL
from brukerplan.statistics.transitions import NO_ANSWER, state_indices


@dataclass(frozen=True, slots=True)
class FirstImprovement:
    """Life table of the first improvement.

    Parameters
    ----------
    followed
        Persons with a rank that is not the best when first seen.
    best_from_start, never_ranked
        Those who could not improve, and those whose state never had a rank.
    at_risk, improved
        By number of years since first seen, from 1: how many are still followed and had not
        improved before, and how many of them then did.
    """

    variable: str
    followed: int
    best_from_start: int
    never_ranked: int
    at_risk: tuple[int, ...]
    improved: tuple[int, ...]

    def share(self, years: int) -> Fraction:
        """Return the estimated share that has improved within so many years, exactly.

        Raises
        ------
        BaseTooSmallError
            Fewer than `MINIMUM_BASE` were followed for so long.
        ValueError
            A number of years that the panel does not cover.
        """
        if not 1 <= years <= len(self.at_risk):
            raise ValueError(f"the panel covers 1 to {len(self.at_risk)} years, not {years}")
        require_base(self.at_risk[years - 1])
        not_yet = Fraction(1)
        for at_risk, improved in zip(self.at_risk[:years], self.improved, strict=False):
            not_yet *= 1 - Fraction(improved, at_risk)
        return 1 - not_yet


def first_improvement(
    panel: Panel,
    variable: Variable,
    order: Order,
    *,
    groups: Groups | None = None,
    group: str = ALL,
) -> FirstImprovement:
    """Follow everybody from when they are first seen to their first better rank.

    Parameters
    ----------
    order
        Ranks, the best first.
    groups, group
        Only those who are in this group in the year they are followed from; whoever never
        has a rank, in the first year they are there.

    Raises
    ------
    PanelError
        The years of the panel do not follow each other.
    """
    years, inside = panel.years, groups_or_all(panel, groups)
    if years[-1] - years[0] != len(years) - 1:
        raise PanelError(f"years must follow each other, not {', '.join(map(str, years))}")
    rank = _rank_by_year(panel, variable, order)
    known = rank != ABSENT
    ranked = known.any(axis=1)
    start = np.where(ranked, known.argmax(axis=1), panel.there.argmax(axis=1))
    by_year = np.stack([panel.spread(inside.by_year[year], year) for year in years], axis=1)
    everybody = np.arange(len(rank))
    chosen = by_year[everybody, start] == inside.names.index(group)
    at_start = rank[everybody, start]
    followed = np.flatnonzero(chosen & (at_start > 0))
    at_risk, improved = _life_table(rank, start, followed)
    return FirstImprovement(
        variable=variable.id,
        followed=len(followed),
        best_from_start=int((chosen & (at_start == 0)).sum()),
        never_ranked=int((chosen & ~ranked).sum()),
        at_risk=at_risk,
        improved=improved,
    )


def _life_table(
    rank: Indices, start: Indices, person: Indices
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Count by years since the start who is still followed and who is then better."""
    at_risk, improved = [], []
    n_years = rank.shape[1]
    for step in range(1, n_years):
        person = person[start[person] + step < n_years]
        now = rank[person, start[person] + step]
        person, now = person[now != ABSENT], now[now != ABSENT]
        better = now < rank[person, start[person]]
        at_risk.append(len(person))
        improved.append(int(better.sum()))
        person = person[~better]
    return tuple(at_risk), tuple(improved)


def _rank_by_year(panel: Panel, variable: Variable, order: Order) -> Indices:
    """Rank of each person in each year, int64 of shape (n_persons, n_years)."""
    states = (*(code.id for code in variable.codes), NO_ANSWER)
    # Whoever is not there has state -1, the last place.
    rank = np.append(ranks(states, order), ABSENT)
    return np.stack([rank[state_indices(panel, variable, year)] for year in panel.years], axis=1)
