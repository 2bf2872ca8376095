"""From where to where, how sure, and whether that is the way the plan wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from brukerplan.questionnaire.levels import DERIVED
from brukerplan.questionnaire.registry import EDITIONS, edition
from brukerplan.questionnaire.schema import Code, Questionnaire
from brukerplan.statistics.describe import count_tables
from brukerplan.statistics.frames import Frame
from brukerplan.statistics.intervals import newcombe
from brukerplan.statistics.monitor import (
    Footing,
    Lack,
    Mark,
    Moved,
    Observed,
    Reading,
    observe,
    read,
    released_form,
)
from brukerplan.statistics.plan import Cells, Indicator, Measure, Plan, Wanted, plans
from brukerplan.statistics.rounding import half_up
from brukerplan.statistics.tables import USER_GROUPS_OF_PART
from tests.statistics.people import people

PLAN = plans()[-1]
FEWER = next(one for one in PLAN.indicators if one.id == "without_housing")
MORE = next(one for one in PLAN.indicators if one.id == "ordinary_work")
HOW_MANY = next(one for one in PLAN.indicators if one.id == "reached_young")
SAME = Footing("2015", frozenset({"1103"}), frozenset({"last_12_months"}), "rule")
BY_TERMS = replace(SAME, inclusion=frozenset({"at_registration"}))
MIXED = replace(SAME, inclusion=frozenset({"at_registration", "last_12_months"}))
ELSEWHERE = replace(SAME, municipalities=frozenset({"1103", "1106"}))


def reading(
    indicator: Indicator,
    observed: Mapping[int, Observed | Lack],
    *,
    footing: Mapping[int, Footing] | None = None,
    plan: Plan = PLAN,
) -> Reading:
    known = footing or dict.fromkeys(observed, SAME)
    return read(plan, indicator, observed, footing=known, minimum_base=20)


# The change


@pytest.mark.parametrize(
    ("indicator", "now", "moved"),
    [
        (FEWER, 100, Moved.WANTED),
        (FEWER, 400, Moved.UNWANTED),
        (FEWER, 206, Moved.UNCERTAIN),
        (FEWER, 200, Moved.SAME),
        (MORE, 400, Moved.WANTED),
        (MORE, 100, Moved.UNWANTED),
    ],
)
def test_a_change_is_judged_by_what_the_plan_wants_and_by_how_sure_it_is(
    indicator: Indicator, now: int, moved: Moved
) -> None:
    found = reading(indicator, {2015: Observed(200, 1000), 2020: Observed(now, 1000)})

    assert found.moved is moved
    assert found.change == half_up(Decimal(now - 200) / 10)
    assert found.interval is not None
    assert 100 * found.interval.low <= found.change <= 100 * found.interval.high


@pytest.mark.parametrize(
    ("now", "moved"),
    [
        (60, Moved.WANTED),
        (21, Moved.UNCERTAIN),
        (20, Moved.SAME),
        (19, Moved.UNCERTAIN),
        (4, Moved.UNWANTED),
    ],
)
def test_a_number_has_moved_when_chance_would_not_do_it(now: int, moved: Moved) -> None:
    found = reading(HOW_MANY, {2015: Observed(20, 1000), 2020: Observed(now, 2000)})

    assert (found.moved, found.change, found.interval) == (moved, Decimal(now - 20), None)


@pytest.mark.parametrize(
    ("indicator", "now", "moved"),
    [
        (HOW_MANY, SAME, Moved.WANTED),
        (HOW_MANY, ELSEWHERE, Moved.UNKNOWN),
        (HOW_MANY, BY_TERMS, Moved.UNKNOWN),
        (MORE, SAME, Moved.WANTED),
        (MORE, ELSEWHERE, Moved.WANTED),
        (MORE, BY_TERMS, Moved.UNKNOWN),
    ],
)
def test_nothing_is_judged_that_only_tells_who_was_mapped(
    indicator: Indicator, now: Footing, moved: Moved
) -> None:
    observed = {2015: Observed(200, 1000), 2020: Observed(400, 1000)}

    assert reading(indicator, observed, footing={2015: SAME, 2020: now}).moved is moved


def test_a_change_that_no_reader_sees_is_none() -> None:
    # 26.48 and 25.52 percent are both read as 26; the interval is all below 0.
    found = reading(FEWER, {2015: Observed(13_240, 50_000), 2020: Observed(12_760, 50_000)})

    assert found.interval is not None
    assert found.interval.high < 0
    assert (found.change, found.moved) == (Decimal(0), Moved.SAME)


def test_a_level_by_another_rule_has_no_change() -> None:
    level = next(one for one in PLAN.indicators if one.id == "overall_low")
    observed = {2015: Observed(200, 1000), 2020: Observed(400, 1000)}
    footing = {2015: SAME, 2020: replace(SAME, level_rule="another")}

    found = reading(level, observed, footing=footing)

    assert (found.change, found.interval, found.moved) == (None, None, Moved.UNKNOWN)
    assert found.marks == frozenset({Mark.OTHER_LEVEL_RULE})
    assert reading(MORE, observed, footing=footing).moved is Moved.WANTED


def test_the_change_is_between_the_shares_a_reader_sees() -> None:
    # 33.49 and 34.51 percent are read as 33 and 35.
    found = reading(MORE, {2015: Observed(3349, 10_000), 2020: Observed(3451, 10_000)})

    assert found.change == 2


@given(
    base=st.integers(1, 3_000),
    earlier_base=st.integers(1, 3_000),
    share=st.floats(0, 1),
    earlier=st.floats(0, 1),
)
@settings(max_examples=60, deadline=None)
def test_the_interval_of_a_change_is_that_of_statsmodels_and_holds_it(
    base: int, earlier_base: int, share: float, earlier: float
) -> None:
    count, before = round(share * base), round(earlier * earlier_base)

    found = newcombe(count, base, before, earlier_base)
    low, high = confint_proportions_2indep(
        count, base, before, earlier_base, compare="diff", method="newcomb"
    )

    assert found.low == pytest.approx(low, abs=1e-9)
    assert found.high == pytest.approx(high, abs=1e-9)
    assert found.low - 1e-12 <= count / base - before / earlier_base <= found.high + 1e-12


# The years compared


def test_years_outside_the_plan_are_left_out() -> None:
    found = reading(MORE, {year: Observed(200 + year % 100, 1000) for year in range(2013, 2024)})

    assert (found.first, found.last) == (2015, 2020)
    assert list(found.years) == [2015, 2016, 2017, 2018, 2019, 2020]


def test_a_later_year_stands_in_for_a_baseline_that_is_not_there_and_is_marked() -> None:
    found = reading(MORE, {2015: Lack.HIDDEN, 2016: Observed(200, 1000), 2020: Observed(300, 1000)})

    assert (found.first, found.marks) == (2016, frozenset({Mark.LATER_BASELINE}))
    assert found.years[2015] is Lack.HIDDEN


@pytest.mark.parametrize(
    ("now", "mark"),
    [
        (replace(SAME, edition="2026"), Mark.OTHER_EDITION),
        (ELSEWHERE, Mark.OTHER_MUNICIPALITIES),
        (BY_TERMS, Mark.OTHER_TERMS),
        (MIXED, Mark.OTHER_TERMS),
    ],
)
def test_years_that_are_not_alike_are_marked(now: Footing, mark: Mark) -> None:
    observed = {2015: Observed(200, 1000), 2020: Observed(300, 1000)}

    assert reading(MORE, observed, footing={2015: SAME, 2020: now}).marks == {mark}
    assert reading(MORE, observed, footing={2015: SAME, 2020: SAME}).marks == frozenset()


@pytest.mark.parametrize(
    "observed",
    [
        {},
        {2015: Observed(200, 1000)},
        {2015: Observed(200, 1000), 2020: Lack.NOT_RELEASED},
        {2015: Observed(200, 1000), 2020: Observed(9, 19)},
        {2015: Observed(2, 19), 2020: Observed(200, 1000)},
    ],
)
def test_with_fewer_than_two_years_nothing_is_said_of_a_change(
    observed: dict[int, Observed | Lack],
) -> None:
    found = reading(MORE, observed)

    assert (found.change, found.interval, found.moved) == (None, None, Moved.UNKNOWN)
    assert found.first is None


def test_a_share_of_too_few_is_no_number_and_a_number_of_few_is_one() -> None:
    few = {2015: Observed(10, 19), 2020: Observed(10, 20)}

    assert reading(MORE, few).years == {2015: Lack.TOO_FEW, 2020: Observed(10, 20)}
    assert reading(HOW_MANY, few).years == few


# The target


@pytest.mark.parametrize(
    ("wanted", "target", "count", "reached"),
    [
        (Wanted.UP, "33.4", 334, True),
        (Wanted.UP, "33.4", 333, False),
        (Wanted.DOWN, "33.4", 334, True),
        (Wanted.DOWN, "33.4", 335, False),
        (Wanted.UP, None, 335, None),
    ],
)
def test_a_target_is_reached_or_not_to_the_person(
    wanted: Wanted, target: str | None, count: int, reached: bool | None
) -> None:
    goal = None if target is None else Decimal(target)
    indicator = replace(MORE, wanted=wanted, target=goal)

    found = reading(indicator, {2015: Observed(1, 1000), 2020: Observed(count, 1000)})

    assert found.reached is reached


def test_a_number_has_a_target_in_persons() -> None:
    indicator = replace(HOW_MANY, target=Decimal(21))

    assert reading(indicator, {2020: Observed(21, 1000)}).reached is True
    assert reading(indicator, {2020: Observed(20, 1000)}).reached is False


# From persons, and from published cells


def seed_frame(q: Questionnaire, seed: int) -> Frame:
    return people(q, seed=seed, number=300).frame()


@pytest.mark.parametrize("q", EDITIONS, ids=lambda q: q.edition)
@pytest.mark.parametrize("plan", plans(), ids=lambda plan: plan.id)
def test_what_is_counted_from_persons_is_what_the_tables_say(plan: Plan, q: Questionnaire) -> None:
    frame = seed_frame(q, 7)
    tables = {table.spec.id: table for table in count_tables(frame, q)}
    compared = 0
    for indicator in plan.indicators:
        form = released_form(indicator)
        if form is None or form.table not in tables:
            continue
        table = tables[form.table]
        parts = [p for p in table.spec.parts if form.population in ("all", p)]
        count = np.sum([table.of(part, form.counted) for part in parts], axis=0)
        base = np.sum([table.of(part, form.base) for part in parts], axis=0)
        seen = observe(frame, q, indicator)
        assert seen is not None
        for at, code in enumerate(table.municipalities):
            assert seen[code] == Observed(int(count[at]), int(base[at])), indicator.id
        compared += 1
    assert compared >= 8


def _codes(name: str) -> tuple[Code, ...]:
    return next(each for each in DERIVED if each.id == name).codes


def test_what_crosses_two_tables_is_counted_from_persons_alone() -> None:
    young_women = next(one for one in PLAN.indicators if one.id == "reached_young_women")
    q = edition("2026")
    frame = seed_frame(q, 3)

    seen = observe(frame, q, young_women)

    assert released_form(young_women) is None
    assert seen is not None
    data = frame.data
    group = {code.id: code.number for code in _codes("user_group")}
    age = {code.id: code.number for code in _codes("age_group")}
    wanted = (
        data["user_group"].isin([group[g] for g in USER_GROUPS_OF_PART["substance"]])
        & data["age_group"].isin([age["16_17"], age["18_25"]])
        & (data["gender"] == q.variable("gender").code("female").number)
    )
    assert sum(each.count for each in seen.values()) == int(wanted.sum()) > 0


def test_what_an_edition_does_not_ask_is_not_counted() -> None:
    gambling = next(one for one in PLAN.indicators if one.id == "reached_gambling")
    q = edition("2015")

    assert observe(seed_frame(q, 1), q, gambling) is None


def test_the_order_of_the_persons_changes_nothing() -> None:
    q = edition("2026")
    frame = seed_frame(q, 5)
    order = np.random.default_rng(1).permutation(len(frame.data))
    turned = replace(frame, data=frame.data.iloc[order].reset_index(drop=True))

    for indicator in PLAN.indicators:
        assert observe(frame, q, indicator) == observe(turned, q, indicator)


def test_a_part_of_the_user_groups_is_no_published_population() -> None:
    both = replace(MORE, among=(Cells("user_group", ("substance_and_mental",)),))

    assert released_form(both) is None
    assert released_form(MORE) is not None
    assert MORE.measure is Measure.SHARE
