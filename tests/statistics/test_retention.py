from __future__ import annotations

from decimal import Decimal
from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings

from brukerplan.questionnaire.levels import USER_GROUP
from brukerplan.statistics.panel import follow, groups_by_variable
from brukerplan.statistics.refusals import MINIMUM_BASE, BaseTooSmallError
from brukerplan.statistics.retention import arrivals, retention

from .panels import Courses, Mapped, frame, frames, years_of_rows

COURSES: Courses = {
    1: ["red", "red", "red", "red"],
    2: ["red", None, "red", "red"],
    3: ["red", "red", None, None],
    4: [None, "red", None, "red"],
}


def test_retention_counts_the_present_and_the_unbroken() -> None:
    found = retention(follow(frames(COURSES)))

    assert found.present[0].tolist() == [[3, 2, 2, 2], [0, 3, 1, 2], [0, 0, 2, 2], [0, 0, 0, 3]]
    assert found.unbroken[0].tolist() == [[3, 2, 1, 1], [0, 3, 1, 1], [0, 0, 2, 2], [0, 0, 0, 3]]


def test_arrivals_tell_who_stayed_who_came_back_and_who_is_new() -> None:
    found = arrivals(follow(frames(COURSES)))

    assert found.stayed[0].tolist() == [0, 2, 1, 2]
    assert found.returned[0].tolist() == [0, 0, 1, 1]
    assert found.new[0].tolist() == [3, 1, 0, 0]


@given(years=years_of_rows(4))
@settings(max_examples=40, deadline=None)
def test_presence_equals_following_person_by_person(years: list[list[Mapped]]) -> None:
    made = [frame(2015 + place, rows) for place, rows in enumerate(years)]
    panel = follow(made)
    who = [{row.who for row in rows if row.who is not None} for rows in years]
    kept, came = retention(panel), arrivals(panel)
    for i, j in combinations_with_replacement(range(4), 2):
        assert kept.present[0, i, j] == len(who[i] & who[j])
        assert kept.unbroken[0, i, j] == len(set.intersection(*who[i : j + 1]))
    for j in range(4):
        earlier = set[int | None]().union(*who[:j])
        before = who[j - 1] if j else set()
        assert came.stayed[0, j] == len(who[j] & before)
        assert came.returned[0, j] == len((who[j] & earlier) - before)
        assert came.new[0, j] == len(who[j] - earlier)


@given(years=years_of_rows(3))
@settings(max_examples=40, deadline=None)
def test_groups_sum_to_everybody(years: list[list[Mapped]]) -> None:
    made = [frame(2015 + place, rows) for place, rows in enumerate(years)]
    panel, groups = follow(made), groups_by_variable(made, USER_GROUP)

    kept, of_groups = retention(panel), retention(panel, groups)
    came, by_groups = arrivals(panel), arrivals(panel, groups)

    assert (of_groups.present.sum(axis=0) == kept.present[0]).all()
    assert (of_groups.unbroken.sum(axis=0) == kept.unbroken[0]).all()
    assert (by_groups.returned.sum(axis=0) == came.returned[0]).all()


def test_the_share_of_a_small_cohort_is_refused_and_of_a_large_one_told() -> None:
    least: Courses = {who: ["red", "red" if who % 2 else None] for who in range(MINIMUM_BASE)}
    too_few = dict(list(least.items())[1:])

    assert retention(follow(frames(least))).share(2015, 2016) == Decimal(50)
    with pytest.raises(BaseTooSmallError) as refused:
        retention(follow(frames(too_few))).share(2015, 2016)
    assert (refused.value.base, refused.value.minimum) == (MINIMUM_BASE - 1, MINIMUM_BASE)
