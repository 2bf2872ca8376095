"""Better, the same or worse: which states are better than which, and who moved up or down.

States without a place in the order ("unknown", "not computable", no answer) are neither:
improved, unchanged and worsened are told among those whose state has a place in both years,
and the others are counted as left out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from brukerplan.questionnaire.levels import OVERALL_LEVEL
from brukerplan.questionnaire.questions_living import HOUSING_SITUATION, MAIN_ACTIVITY
from brukerplan.questionnaire.schema import Questionnaire, Variable
from brukerplan.statistics.panel import ABSENT, Indices
from brukerplan.statistics.transitions import Counts, UnknownStateError

Order = Sequence[Collection[str]]
"""Ranks of states, the best first; states of one rank are neither better nor worse."""

COLOURS: Order = (("green",), ("yellow",), ("red",))
LEVELS: Order = (*COLOURS, ("blood_red",))
# Our rules, as no order of these answers is public: ordinary work and school, then what is
# arranged for the person, then nothing; a dwelling of one's own or with staff, then what is
# for a while, then none. Institution and prison say nothing about the dwelling.
WORK: Order = (
    ("work_full_time", "work_part_time", "pupil_student"),
    ("labour_market_measure", "adapted_work"),
    ("none",),
)
HOUSING: Order = (
    ("owns", "rents_private", "rents_municipal", "staffed_housing"),
    ("family_friends", "temporary"),
    ("without_housing",),
)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many of those in both years did better, the same or worse.

    ``left_out`` are those in both years whose state has no place in the order in one of them.
    """

    improved: int
    unchanged: int
    worsened: int
    left_out: int

    @property
    def base(self) -> int:
        """Those whose state has a place in both years, the base of the three."""
        return self.improved + self.unchanged + self.worsened


def followed_variables(q: Questionnaire) -> tuple[tuple[Variable, Order], ...]:
    """Return what is followed, each with its order: level, areas, work and housing."""
    areas = ((q.variable(area), COLOURS) for area in q.level_rule.areas)
    return (
        (OVERALL_LEVEL, LEVELS),
        *areas,
        (q.variable(MAIN_ACTIVITY.id), WORK),
        (q.variable(HOUSING_SITUATION.id), HOUSING),
    )


def changes(stayers: Counts, states: Sequence[str], order: Order) -> Changes:
    """Tell improved, unchanged and worsened.

    Parameters
    ----------
    stayers
        Persons in both years by state, whole numbers of shape (n_states, n_states).
    order
        Ranks, the best first. States without a rank are left out.

    Raises
    ------
    UnknownStateError
        A state in the order that is not among the states, or stands in it twice.

    Examples
    --------
    >>> changes(np.array([[5, 1], [3, 2]]), ("green", "red"), (("green",), ("red",)))
    Changes(improved=3, unchanged=7, worsened=1, left_out=0)
    """
    rank = ranks(states, order)
    known = np.outer(rank != ABSENT, rank != ABSENT)
    step = rank[np.newaxis, :] - rank[:, np.newaxis]
    improved, unchanged, worsened = (
        int(stayers[known & where].sum()) for where in (step < 0, step == 0, step > 0)
    )
    return Changes(improved, unchanged, worsened, left_out=int(stayers[~known].sum()))


def ranks(states: Sequence[str], order: Order) -> Indices:
    """Return the rank of each state, 0 the best; ``ABSENT`` for states without one."""
    rank_of: dict[str, int] = {}
    for rank, alike in enumerate(order):
        for state in alike:
            if state in rank_of or state not in states:
                raise UnknownStateError(f"{state!r} is no state, or stands in the order twice")
            rank_of[state] = rank
    return np.array([rank_of.get(state, ABSENT) for state in states], dtype=np.int64)
