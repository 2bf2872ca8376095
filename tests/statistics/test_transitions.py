from __future__ import annotations

import doctest
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brukerplan.questionnaire.levels import OVERALL_LEVEL, USER_GROUP
from brukerplan.questionnaire.registry import EDITIONS
from brukerplan.questionnaire.schema import Questionnaire
from brukerplan.statistics import orders
from brukerplan.statistics.describe import count
from brukerplan.statistics.orders import LEVELS, Changes, changes, followed_variables, ranks
from brukerplan.statistics.panel import (
    PanelError,
    follow,
    groups_by_municipality,
    groups_by_variable,
)
from brukerplan.statistics.tables import tables_for
from brukerplan.statistics.transitions import (
    UnknownStateError,
    cross_sections,
    stayer_counts,
    transitions,
)

from .panels import MUNICIPALITIES, NUMBER_OF, Courses, Mapped, frame, frames, years_of_rows
from .people import people

COURSES: Courses = {
    1: ["red", "green"],
    2: ["red", "blood_red"],
    3: ["yellow", "yellow"],
    4: ["green", None],
    5: [None, "red"],
    6: ["red", "not_computable"],
    7: ["no_answer", "red"],
}
BOTH = (2015, 2016)


def test_the_matrix_says_who_went_where_came_and_left() -> None:
    found = transitions(follow(frames(COURSES)), OVERALL_LEVEL, years=BOTH)

    assert found.states == ("green", "yellow", "red", "blood_red", "not_computable", "no_answer")
    assert found.of().tolist() == [
        [0, 0, 0, 0, 0, 0, 1],
        [0, 1, 0, 0, 0, 0, 0],
        [1, 0, 0, 1, 1, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
        [0, 0, 1, 0, 0, 0, 0],
        [0, 0, 1, 0, 0, 0, 0],
    ]


def test_better_the_same_and_worse_are_told_of_those_with_a_level_both_years() -> None:
    found = transitions(follow(frames(COURSES)), OVERALL_LEVEL, years=BOTH)

    told = changes(found.stayers(), found.states, LEVELS)

    assert told == Changes(improved=1, unchanged=1, worsened=1, left_out=2)
    assert told.base == 3


@given(years=years_of_rows(3))
@settings(max_examples=60, deadline=None)
def test_counts_equal_following_person_by_person(years: list[list[Mapped]]) -> None:
    made = [frame(2015 + place, rows) for place, rows in enumerate(years)]
    panel = follow(made)
    for first, second in ((0, 1), (0, 2), (1, 2)):
        found = transitions(panel, OVERALL_LEVEL, years=(2015 + first, 2015 + second))
        before, after = (
            {row.who: row.level for row in years[at] if row.who is not None}
            for at in (first, second)
        )
        by_hand = Counter(
            (before.get(who, "entered"), after.get(who, "left")) for who in before | after
        )
        for i, row in enumerate((*found.states, "entered")):
            for j, column in enumerate((*found.states, "left")):
                assert found.of()[i, j] == by_hand[row, column]


@given(years=years_of_rows(2), by_place=st.booleans())
@settings(max_examples=60, deadline=None)
def test_margins_and_the_unfollowed_are_the_cross_sections_of_every_group(
    years: list[list[Mapped]], by_place: bool
) -> None:
    made = [frame(2015 + place, rows) for place, rows in enumerate(years)]
    panel = follow(made)
    groups = (
        groups_by_municipality(made, {year: {c: c for c in MUNICIPALITIES} for year in BOTH})
        if by_place
        else groups_by_variable(made, USER_GROUP)
    )
    found = transitions(panel, OVERALL_LEVEL, years=BOTH, groups=groups)
    for place, name in enumerate(found.groups):
        for at, margin in enumerate(found.margins(name)):
            of_group = [r for r in years[at] if name in (r.municipality, r.group)]
            followed = Counter(row.level for row in of_group if row.who is not None)
            assert margin.tolist() == [followed[state] for state in found.states]
            assert margin.sum() + found.unfollowed[place, at] == len(of_group)


@given(years=years_of_rows(2), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_changes_nothing(years: list[list[Mapped]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    shuffled = [[rows[i] for i in rng.permutation(len(rows))] for rows in years]
    found, again = (
        transitions(
            follow([frame(2015 + place, rows) for place, rows in enumerate(each)]),
            OVERALL_LEVEL,
            years=BOTH,
        )
        for each in (years, shuffled)
    )
    assert np.array_equal(found.counts, again.counts)


@given(years=years_of_rows(2))
@settings(max_examples=40, deadline=None)
def test_counting_merged_municipalities_as_one_conserves_every_cross_section(
    years: list[list[Mapped]],
) -> None:
    made = [frame(2015 + place, rows) for place, rows in enumerate(years)]
    panel = follow(made)
    apart = {year: {code: code for code in MUNICIPALITIES} for year in BOTH}
    # Finnøy 1141 and Rennesøy 1142 became part of Stavanger 1103.
    merged = {year: {**apart[year], "1141": "1103", "1142": "1103"} for year in BOTH}
    before, after = (
        transitions(panel, OVERALL_LEVEL, years=BOTH, groups=groups_by_municipality(made, areas))
        for areas in (apart, merged)
    )
    for at in (0, 1):
        one_by_one = sum(before.margins(code)[at] for code in ("1103", "1141", "1142"))
        assert np.array_equal(after.margins("1103")[at], one_by_one)
        assert np.array_equal(after.margins("1108")[at], before.margins("1108")[at])
    assert np.array_equal(after.unfollowed.sum(axis=0), before.unfollowed.sum(axis=0))
    # Whoever moved between them has stayed in what they became.
    assert after.stayers("1103").sum() >= sum(
        before.stayers(code).sum() for code in ("1103", "1141", "1142")
    )


def test_whoever_changes_group_has_left_one_and_entered_the_other() -> None:
    made = [
        frame(2015, [Mapped(1, "red", "substance_only")]),
        frame(2016, [Mapped(1, "green", "mental_only")]),
    ]
    panel, groups = follow(made), groups_by_variable(made, USER_GROUP)

    apart = transitions(panel, OVERALL_LEVEL, years=BOTH, groups=groups)
    by_first = transitions(panel, OVERALL_LEVEL, years=BOTH, groups=groups, by_first=True)

    red, green = apart.states.index("red"), apart.states.index("green")
    assert apart.of("substance_only")[red, -1] == 1
    assert apart.of("mental_only")[-1, green] == 1
    assert by_first.of("substance_only")[red, green] == 1
    assert by_first.counts.sum() == 1


def test_whoever_comes_into_the_groups_is_counted_where_they_came() -> None:
    made = [
        frame(2015, [Mapped(1, "red", municipality="1142")]),
        frame(2016, [Mapped(1, "green", municipality="1103")]),
    ]
    areas = {year: {"1103": "stavanger"} for year in BOTH}
    groups = groups_by_municipality(made, areas)

    found = transitions(follow(made), OVERALL_LEVEL, years=BOTH, groups=groups, by_first=True)

    assert found.of("stavanger")[-1, found.states.index("green")] == 1


def test_in_a_fixed_panel_nobody_enters_or_leaves() -> None:
    courses: Courses = {
        1: ["red", "red", "green"],
        2: ["red", None, "red"],
        3: ["green", "red", "red"],
    }
    fixed = follow(frames(courses)).fixed()

    found = transitions(fixed, OVERALL_LEVEL, years=(2015, 2017))
    through = cross_sections(fixed, OVERALL_LEVEL)

    assert found.of()[-1].sum() == found.of()[:, -1].sum() == 0
    assert found.stayers().sum() == 2
    assert through[0, :, :3].tolist() == [[1, 0, 1], [0, 0, 2], [1, 0, 1]]


@pytest.mark.parametrize("q", EDITIONS, ids=lambda q: q.edition)
def test_margins_are_what_the_tables_count(q: Questionnaire) -> None:
    drawn = people(q, seed=3, number=80)
    one = drawn.frame()
    one.data["person"] = [i.to_bytes(32, "big") for i in range(80)]
    other = frame(one.year - 1, [])
    for name in one.data.columns.difference(other.data.columns):
        other.data[name] = np.zeros(0, dtype=np.int16)
    panel = follow([other, one])
    specs = {spec.id: spec for spec in tables_for(q)}
    for variable, order in followed_variables(q):
        found = transitions(panel, variable, years=(other.year, one.year))
        counted = count(one, specs[variable.id]).counts.sum(axis=(0, 1))
        assert found.margins()[1][:-1].tolist() == counted.tolist()
        # Everything followed has an order, and the order names its states.
        assert (ranks(found.states, order) >= 0).any()


def test_level_areas_work_and_housing_are_followed() -> None:
    ids = [variable.id for variable, _ in followed_variables(EDITIONS[-1])]

    assert len(ids) == 11
    assert {"overall_level", "housing", "main_activity", "housing_situation"} <= set(ids)


def test_those_in_the_base_both_years_are_counted_by_group() -> None:
    found = transitions(follow(frames(COURSES)), OVERALL_LEVEL, years=BOTH)
    levels = ("green", "yellow", "red", "blood_red")

    before, after, base = stayer_counts(found, ("red", "blood_red"), levels)

    assert (before.tolist(), after.tolist(), base.tolist()) == ([2], [1], [3])


def test_a_state_a_group_a_code_or_a_year_that_is_not_there_is_refused() -> None:
    panel = follow(frames(COURSES))
    found = transitions(panel, OVERALL_LEVEL, years=BOTH)
    with pytest.raises(UnknownStateError, match="no state"):
        found.places(("blue",))
    with pytest.raises(UnknownStateError, match="no group"):
        found.of("nobody")
    with pytest.raises(UnknownStateError, match="no state, or"):
        changes(found.stayers(), found.states, (("green",), ("blue",)))
    with pytest.raises(UnknownStateError, match="twice"):
        changes(found.stayers(), found.states, (("green",), ("green", "red")))
    with pytest.raises(PanelError, match="earlier year first"):
        transitions(panel, OVERALL_LEVEL, years=(2016, 2015))
    with pytest.raises(PanelError, match="not 2017"):
        transitions(panel, OVERALL_LEVEL, years=(2015, 2017))


def test_a_code_that_the_variable_does_not_have_is_refused_not_dropped() -> None:
    made = frames(COURSES)
    made[1].data.loc[0, "overall_level"] = max(NUMBER_OF.values()) + 1

    with pytest.raises(UnknownStateError, match=r"no code \[6\], found in 2016"):
        transitions(follow(made), OVERALL_LEVEL, years=BOTH)


def test_the_examples_in_the_documentation_are_true() -> None:
    tried = doctest.testmod(orders)
    assert tried.attempted > 0
    assert tried.failed == 0
