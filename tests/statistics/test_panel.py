from __future__ import annotations

import pytest

from brukerplan.questionnaire.levels import USER_GROUP
from brukerplan.statistics.panel import (
    ABSENT,
    PanelError,
    PersonTwiceError,
    follow,
    groups_by_municipality,
    groups_by_variable,
)

from .panels import Courses, Mapped, frame, frames

COURSES: Courses = {
    1: ["red", "red", "green"],
    2: ["red", None, "red"],
    3: [None, "green", "green"],
}


def test_a_person_is_recognised_wherever_they_stand_in_a_year() -> None:
    panel = follow(frames(COURSES))

    assert panel.years == (2015, 2016, 2017)
    assert sorted(panel.there.tolist()) == [
        [False, True, True],
        [True, False, True],
        [True, True, True],
    ]
    assert panel.twice == 0


def test_years_may_come_in_any_order() -> None:
    panel = follow(frames(COURSES)[::-1])

    assert panel.years == (2015, 2016, 2017)
    assert panel.consecutive == ((2015, 2016), (2016, 2017))


def test_those_without_a_pseudonym_are_counted_and_followed_by_nobody() -> None:
    years = [frame(year, [Mapped(1, "red"), Mapped(None, "red")]) for year in (2015, 2016)]

    panel = follow(years)

    assert panel.rows.tolist() == [[0, 0]]
    assert [mask.tolist() for mask in panel.unfollowed] == [[False, True], [False, True]]


def test_a_year_of_nobody_is_a_year() -> None:
    panel = follow([frame(2015, [Mapped(1, "red")]), frame(2016, [])])

    assert panel.there.tolist() == [[True, False]]
    assert follow([frame(2015, []), frame(2016, [])]).rows.shape == (0, 2)


def test_a_person_twice_in_a_year_is_refused_by_number_and_never_by_name() -> None:
    twice = [Mapped(7, "red"), Mapped(7, "green"), Mapped(8, "red")]

    with pytest.raises(PersonTwiceError, match=r"rows in a year: 1 in 2016$") as refused:
        follow([frame(2015, [Mapped(7, "red")]), frame(2016, twice)])

    assert (7).to_bytes(32, "big").hex() not in str(refused.value)


def test_a_person_twice_can_be_set_aside_in_all_years_and_is_told() -> None:
    twice = [Mapped(7, "red"), Mapped(7, "green"), Mapped(8, "red")]

    panel = follow([frame(2015, [Mapped(7, "red")]), frame(2016, twice)], set_aside_twice=True)

    assert panel.twice == 1
    assert panel.rows.tolist() == [[ABSENT, 2]]
    assert [mask.sum() for mask in panel.unfollowed] == [1, 2]


def test_one_year_and_a_year_twice_are_no_panel() -> None:
    one, other = frames(COURSES)[:2]
    with pytest.raises(PanelError, match="two different years"):
        follow([one])
    with pytest.raises(PanelError, match="two different years"):
        follow([one, other, one])


def test_a_fixed_panel_has_those_who_are_in_every_year_of_it() -> None:
    panel = follow(frames(COURSES))

    assert panel.fixed().rows.shape == (1, 3)
    assert panel.fixed([2017, 2015]).years == (2015, 2017)
    assert panel.fixed([2017, 2015]).rows.shape == (2, 2)
    with pytest.raises(PanelError, match="not 2014"):
        panel.fixed([2014, 2015])


def test_rows_cannot_be_changed_afterwards() -> None:
    panel = follow(frames(COURSES))
    for rows in (panel.rows, panel.fixed().rows):
        with pytest.raises(ValueError, match="read-only"):
            rows[0, 0] = 7


def test_groups_are_told_in_each_year() -> None:
    years = [
        frame(2015, [Mapped(1, "red", "substance_only"), Mapped(2, "red", "mental_only", "1141")]),
        frame(2016, [Mapped(1, "red", "mental_only", "1108")]),
    ]

    by_group = groups_by_variable(years, USER_GROUP)
    by_place = groups_by_municipality(
        years, {2015: {"1103": "stavanger", "1141": "stavanger"}, 2016: {"1108": "sandnes"}}
    )

    assert [by_group.by_year[year].tolist() for year in (2015, 2016)] == [[0, 2], [2]]
    assert by_place.names == ("sandnes", "stavanger")
    assert [by_place.by_year[year].tolist() for year in (2015, 2016)] == [[1, 1], [0]]


def test_a_municipality_that_is_left_out_is_in_no_group() -> None:
    years = [frame(2015, [Mapped(1, "red", municipality="1142")])]

    assert groups_by_municipality(years, {}).by_year[2015].tolist() == [ABSENT]
