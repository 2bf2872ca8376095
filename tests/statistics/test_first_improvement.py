from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from brukerplan.questionnaire.levels import OVERALL_LEVEL, USER_GROUP
from brukerplan.statistics.first_improvement import FirstImprovement, first_improvement
from brukerplan.statistics.orders import LEVELS
from brukerplan.statistics.panel import PanelError, follow, groups_by_variable
from brukerplan.statistics.refusals import MINIMUM_BASE, BaseTooSmallError

from .panels import Courses, Mapped, frame, frames

COURSES: Courses = {
    1: ["red", "green", "red", "red"],
    2: ["red", "red", "yellow", "green"],
    3: ["red", "blood_red", "red", "red"],
    4: ["red", None, "green", "green"],
    5: ["red", "not_computable", "green", "green"],
    6: [None, "yellow", "yellow", "green"],
    7: ["green", "red", "green", "green"],
    8: ["not_computable", "not_computable", None, None],
    9: ["not_computable", "red", "green", None],
}


def found(courses: Courses) -> FirstImprovement:
    return first_improvement(follow(frames(courses)), OVERALL_LEVEL, LEVELS)


def test_everybody_is_followed_until_they_are_better_or_lost() -> None:
    told = found(COURSES)

    # 7 cannot be better than green; 8 never had a level.
    assert (told.followed, told.best_from_start, told.never_ranked) == (7, 1, 1)
    # After one year 4 and 5 are lost, also when they come back.
    assert told.at_risk == (5, 3, 1)
    assert told.improved == (2, 2, 0)


def test_the_share_is_one_minus_the_product_of_those_not_yet_better() -> None:
    told = FirstImprovement("x", 100, 0, 0, at_risk=(80, 40), improved=(20, 10))

    assert told.share(1) == Fraction(1, 4)
    assert told.share(2) == 1 - Fraction(3, 4) * Fraction(3, 4)


def test_a_share_of_too_few_or_of_years_that_are_not_there_is_refused() -> None:
    told = FirstImprovement("x", 100, 0, 0, at_risk=(80, MINIMUM_BASE - 1), improved=(20, 10))

    with pytest.raises(BaseTooSmallError) as refused:
        told.share(2)
    assert (refused.value.base, refused.value.minimum) == (MINIMUM_BASE - 1, MINIMUM_BASE)
    for years in (0, 3):
        with pytest.raises(ValueError, match="covers 1 to 2 years"):
            told.share(years)


@given(
    courses=st.lists(
        st.lists(st.sampled_from(["green", "yellow", "red", None]), min_size=5, max_size=5),
        min_size=60,
        max_size=90,
    )
)
@settings(max_examples=20, deadline=None)
def test_the_share_equals_the_product_limit_estimate_of_statsmodels(
    courses: list[list[str | None]],
) -> None:
    rank = {"green": 0, "yellow": 1, "red": 2}
    times, events = [], []
    for course in courses:
        seen = [place for place, level in enumerate(course) if level is not None]
        if not seen or course[seen[0]] == "green":
            continue
        start, time, event = course[seen[0]], 0, 0
        assert start is not None
        for level in course[seen[0] + 1 :]:
            if level is None or event:
                break
            time, event = time + 1, int(rank[level] < rank[start])
        times.append(time)
        events.append(event)
    told = found(dict(enumerate(courses)))
    known = [years for years in range(1, 5) if told.at_risk[years - 1] >= MINIMUM_BASE]
    assume(known and any(events))
    # Somebody lost in the year they were first seen was never at risk.
    theirs = SurvfuncRight(np.array(times) + 1e-6, np.array(events))
    for years in known:
        until = theirs.surv_prob[theirs.surv_times <= years + 0.5]
        expected = 1 - (until[-1] if len(until) else 1.0)
        assert float(told.share(years)) == pytest.approx(expected, abs=1e-9)


def test_a_group_is_who_was_in_it_when_first_seen() -> None:
    made = [
        frame(2015, [Mapped(1, "red", "mental_only"), Mapped(2, "red", "substance_only")]),
        frame(
            2016,
            [
                Mapped(1, "green", "substance_only"),
                Mapped(2, "red", "substance_only"),
                Mapped(3, "not_computable", "mental_only"),
            ],
        ),
    ]
    panel, groups = follow(made), groups_by_variable(made, USER_GROUP)

    by_group = [
        first_improvement(panel, OVERALL_LEVEL, LEVELS, groups=groups, group=name)
        for name in groups.names
    ]

    assert [each.improved for each in by_group] == [(0,), (0,), (1,)]
    assert [each.followed for each in by_group] == [1, 0, 1]
    assert [each.never_ranked for each in by_group] == [0, 0, 1]


def test_years_with_a_gap_are_refused() -> None:
    panel = follow(frames(COURSES)).fixed([2015, 2017])

    with pytest.raises(PanelError, match="follow each other, not 2015, 2017"):
        first_improvement(panel, OVERALL_LEVEL, LEVELS)
