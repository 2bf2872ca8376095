"""A plan is data: the two that ship say what they should, and a broken one is refused."""

from __future__ import annotations

import pytest

from brukerplan.statistics.plan import (
    Measure,
    PlanFileError,
    Wanted,
    parse_plan,
    plans,
)

TEXT = """
id = "plan"
first_year = 2016
last_year = 2020
baseline_year = 2015
source = "Et dokument"
title = { nb = "Plan", nn = "Plan", en = "Plan" }

[[goals]]
id = "goal"
title = { nb = "Mål", nn = "Mål", en = "Goal" }

[[goals.indicators]]
id = "indicator"
wanted = "down"
target = "12.5"
counted = { table = "housing", categories = ["red"] }
among = [{ table = "housing", categories = ["green", "yellow", "red"] }]
title = { nb = "Rødt", nn = "Raudt", en = "Red" }
definition = { nb = "Av alle.", nn = "Av alle.", en = "Of all." }
"""


def test_the_two_plans_come_with_the_program_the_newest_first() -> None:
    assert [(plan.id, plan.baseline_year, plan.first_year, plan.last_year) for plan in plans()] == [
        ("psykisk-helse-2023-2033", 2022, 2023, 2033),
        ("rusfeltet-2016-2020", 2015, 2016, 2020),
    ]


def test_what_the_domain_wants_followed_from_2016_to_2020_is_followed() -> None:
    plan = plans()[-1]

    assert [goal.id for goal in plan.goals] == [
        "function", "work", "housing", "services", "reached", "children",
    ]  # fmt: skip
    assert {one.id for one in plan.indicators} >= {
        "overall_low", "ordinary_work", "no_activity", "without_housing", "individual_plan",
        "follow_up_unmet", "lar_green", "rop_both_services", "reached_young",
        "reached_young_women", "reached_steroids", "reached_gambling", "reached_older_alcohol",
        "children_followed_up",
    }  # fmt: skip


def test_a_plan_file_is_read_as_it_is_written() -> None:
    plan = parse_plan(TEXT)

    (indicator,) = plan.indicators
    assert indicator.wanted is Wanted.DOWN
    assert indicator.measure is Measure.SHARE
    assert str(indicator.target) == "12.5"
    assert indicator.counted.categories == ("red",)
    assert indicator.title["en"] == "Red"


@pytest.mark.parametrize(
    ("said", "instead", "told"),
    [
        ('id = "plan"', 'id = "plan', "no TOML"),
        ('source = "Et dokument"', "", "the plan: source is missing"),
        ("first_year = 2016", 'first_year = "2016"', "first_year must be a year"),
        ("first_year = 2016", "first_year = true", "first_year must be a year"),
        ("baseline_year = 2015", "baseline_year = 2017", "not in order"),
        (', en = "Red"', "", "'indicator', title: en is missing"),
        (', en = "Red"', ', en = "Red", se = "Ruksat"', "what is 'se'"),
        ('wanted = "down"', 'wanted = "away"', "'away' is not a valid Wanted"),
        ('target = "12.5"', 'target = "tolv"', "target must be a number"),
        ('target = "12.5"', "target = 12.5", "target must be a text"),
        ('counted = { table = "housing"', 'counted = { table = "garage"', "the table 'garage'"),
        ('["red"]', '["purple"]', "housing has no category 'purple'"),
        ('["red"]', "[]", "categories must be a list of texts"),
        ('["green", "yellow", "red"]', '["green"]', "its own base leaves out"),
        ('among = [{', 'among = [{ table = "housing", categories = ["red"] }, {', "a table twice"),
        ("[[goals]]", "[goals]", "goals must be a list of tables"),
        ('id = "indicator"\n', 'id = "indicator"\ncolour = "red"\n', "what is 'colour'"),
    ],
)  # fmt: skip
def test_a_plan_that_says_what_cannot_be_is_refused_with_the_place(
    said: str, instead: str, told: str
) -> None:
    assert said in TEXT
    with pytest.raises(PlanFileError, match=told):
        parse_plan(TEXT.replace(said, instead, 1))


def test_an_indicator_twice_is_refused() -> None:
    twice = TEXT + TEXT[TEXT.index("[[goals.indicators]]") :]

    with pytest.raises(PlanFileError, match="the indicator 'indicator' is there twice"):
        parse_plan(twice)
