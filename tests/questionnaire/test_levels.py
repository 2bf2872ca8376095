"""The overall level, and the groups that follow from the answers."""

from __future__ import annotations

import doctest
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.questionnaire import levels
from brukerplan.questionnaire.answers import Answers
from brukerplan.questionnaire.edition_2015 import EDITION_2015
from brukerplan.questionnaire.edition_2026 import EDITION_2026
from brukerplan.questionnaire.levels import (
    UnknownFunctionAreaError,
    UnknownRatingError,
    age_group,
    overall_level,
    ratings,
    rop_group,
    user_group,
)
from brukerplan.questionnaire.schema import LevelRule

RULE = EDITION_2026.level_rule
COLOURS = ("green", "yellow", "red")
ORDER = ("green", "yellow", "red", "blood_red")

some_ratings = st.fixed_dictionaries(
    dict.fromkeys(RULE.areas, st.sampled_from([*COLOURS, "unknown"]))
)
known_ratings = st.fixed_dictionaries(dict.fromkeys(RULE.areas, st.sampled_from(COLOURS)))


@st.composite
def level_rules(draw: st.DrawFn) -> LevelRule:
    """Any rule an owner might enter for four areas, with minimum numbers of red areas."""
    areas = ("housing", "economy", "network", "mental_health")
    weights = draw(st.lists(st.integers(0, 5), min_size=3, max_size=3))
    cuts = sorted(draw(st.lists(st.integers(0, 20), min_size=3, max_size=3, unique=True)))
    minimum_red = draw(st.dictionaries(st.sampled_from(ORDER[1:]), st.integers(0, 4)))
    return LevelRule(
        id="other",
        areas=areas,
        weights=tuple(zip(COLOURS, weights, strict=True)),
        cut_points=tuple(zip(ORDER, [*cuts, 21], strict=True)),
        minimum_red=tuple(minimum_red.items()),
    )


def level_by_the_book(rule: LevelRule, known: dict[str, str]) -> str:
    """The level of eight known areas, as the rule's documentation words it."""
    total = sum(dict(rule.weights)[known[area]] for area in rule.areas)
    level = next(level for level, greatest in rule.cut_points if total <= greatest)
    while level != ORDER[0]:
        needed = dict(rule.minimum_red).get(level, 0)
        if list(known.values()).count("red") >= needed:
            break
        level = ORDER[ORDER.index(level) - 1]
    return level


def every_possibility(rule: LevelRule, given_ratings: dict[str, str]) -> list[dict[str, str]]:
    choices = [
        COLOURS if given_ratings.get(area, "unknown") == "unknown" else (given_ratings[area],)
        for area in rule.areas
    ]
    return [dict(zip(rule.areas, chosen, strict=True)) for chosen in itertools.product(*choices)]


@pytest.mark.parametrize(
    ("reds", "yellows", "total", "level"),
    [
        (0, 0, 0, "green"),
        (1, 1, 3, "green"),
        (0, 4, 4, "yellow"),
        (3, 0, 6, "yellow"),
        (2, 3, 7, "red"),
        (3, 5, 11, "red"),
        (4, 4, 12, "blood_red"),
        (8, 0, 16, "blood_red"),
    ],
)
def test_the_sum_of_the_eight_areas_gives_the_level(
    reds: int, yellows: int, total: int, level: str
) -> None:
    colours = ["red"] * reds + ["yellow"] * yellows + ["green"] * (8 - reds - yellows)
    result = overall_level(RULE, dict(zip(RULE.areas, colours, strict=True)))
    assert (result.sum_min, result.sum_max, result.level) == (total, total, level)


@given(some_ratings)
def test_an_unknown_area_is_given_every_possible_value(given_ratings: dict[str, str]) -> None:
    possible = {level_by_the_book(RULE, known) for known in every_possibility(RULE, given_ratings)}
    expected = possible.pop() if len(possible) == 1 else "not_computable"
    assert overall_level(RULE, given_ratings).level == expected


@given(
    level_rules(),
    st.lists(st.sampled_from([*COLOURS, "unknown"]), min_size=4, max_size=4),
)
def test_another_rule_with_minimum_reds_is_followed_too(rule: LevelRule, chosen: list[str]) -> None:
    given_ratings = dict(zip(rule.areas, chosen, strict=True))
    possibilities = every_possibility(rule, given_ratings)
    sums = [sum(dict(rule.weights)[colour] for colour in p.values()) for p in possibilities]
    possible = {level_by_the_book(rule, known) for known in possibilities}
    result = overall_level(rule, given_ratings)
    assert (result.sum_min, result.sum_max) == (min(sums), max(sums))
    assert result.level == (possible.pop() if len(possible) == 1 else "not_computable")


@given(some_ratings, st.data())
def test_an_area_left_out_counts_as_unknown(
    given_ratings: dict[str, str], data: st.DataObject
) -> None:
    unknown = [area for area, rating in given_ratings.items() if rating == "unknown"]
    left_out = data.draw(st.sets(st.sampled_from(unknown))) if unknown else set()
    shorter = {area: given_ratings[area] for area in given_ratings if area not in left_out}
    assert overall_level(RULE, shorter) == overall_level(RULE, given_ratings)


@given(known_ratings, st.sampled_from(RULE.areas))
def test_a_worse_area_never_gives_a_better_level(given_ratings: dict[str, str], area: str) -> None:
    before = overall_level(RULE, given_ratings | {area: "green"})
    after = overall_level(RULE, given_ratings | {area: "red"})
    assert ORDER.index(before.level) <= ORDER.index(after.level)
    assert after.sum_max == before.sum_max + 2


@given(some_ratings, st.sampled_from(RULE.areas), st.sampled_from(COLOURS))
def test_learning_more_never_takes_a_level_away(
    given_ratings: dict[str, str], area: str, learnt: str
) -> None:
    before = overall_level(RULE, given_ratings | {area: "unknown"})
    after = overall_level(RULE, given_ratings | {area: learnt})
    assert before.sum_min <= after.sum_min <= after.sum_max <= before.sum_max
    assert before.level in ("not_computable", after.level)


@given(known_ratings)
def test_blood_red_needs_at_least_four_red_areas(given_ratings: dict[str, str]) -> None:
    if overall_level(RULE, given_ratings).level == "blood_red":
        assert list(given_ratings.values()).count("red") >= 4


def test_nothing_known_cannot_be_computed() -> None:
    result = overall_level(RULE, {})
    assert (result.sum_min, result.sum_max, result.level) == (0, 16, "not_computable")


def test_a_level_can_be_sure_in_spite_of_unknown_areas() -> None:
    six_red = dict.fromkeys(RULE.areas[:6], "red")
    assert overall_level(RULE, six_red).level == "blood_red"


def test_the_cut_points_cover_every_sum() -> None:
    highest = len(RULE.areas) * max(dict(RULE.weights).values())
    limits = [greatest for _, greatest in RULE.cut_points]
    assert limits == sorted(set(limits))
    assert limits[-1] == highest


def test_both_editions_follow_one_rule_so_that_a_series_never_mixes_two() -> None:
    assert EDITION_2015.level_rule == EDITION_2026.level_rule


def test_a_misspelt_area_is_refused() -> None:
    with pytest.raises(UnknownFunctionAreaError, match=r"hosing.*housing"):
        overall_level(RULE, {"hosing": "red"})


@pytest.mark.parametrize("rating", ["blood_red", "grønn", "", "RED"])
def test_a_rating_that_is_no_colour_is_refused(rating: str) -> None:
    with pytest.raises(UnknownRatingError, match="green, yellow, red, unknown"):
        overall_level(RULE, {"housing": rating})


def test_the_ratings_are_picked_out_of_all_answers() -> None:
    answers: Answers = {"housing": "red", "lar_follow_up": "red", "birth_year": 1980}
    assert ratings(EDITION_2026, answers) == {"housing": "red"}


PROBLEMS = ("none", "less_serious", "serious")
USER_GROUPS = {
    ("less_serious", "none"): "substance_only",
    ("serious", "none"): "substance_only",
    ("none", "less_serious"): "mental_only",
    ("none", "serious"): "mental_only",
    ("none", "none"): None,
}


@pytest.mark.parametrize(("substance", "mental"), list(itertools.product(PROBLEMS, PROBLEMS)))
def test_the_user_group_tells_which_problems_a_person_has(substance: str, mental: str) -> None:
    answers = {"substance_problem": substance, "mental_problem": mental}
    expected = USER_GROUPS.get((substance, mental), "substance_and_mental")
    assert user_group(answers) == expected


def test_no_group_is_concluded_from_silence() -> None:
    assert user_group({"substance_problem": "serious"}) is None
    assert user_group({}) is None
    assert rop_group({"substance_problem": "serious"}, "red") is None


ROP = {
    ("less_serious", "less_serious", "green"): "group_1",
    ("less_serious", "less_serious", "yellow"): "group_1",
    ("less_serious", "less_serious", "red"): "group_2",
    ("less_serious", "less_serious", "blood_red"): "group_2",
    ("less_serious", "less_serious", "not_computable"): "not_computable",
} | {
    (substance, mental, level): group
    for substance, mental, group in [
        ("serious", "less_serious", "group_3"),
        ("less_serious", "serious", "group_4"),
        ("serious", "serious", "group_5"),
    ]
    for level in (*ORDER, "not_computable")
}


@pytest.mark.parametrize(
    ("substance", "mental", "level"),
    list(itertools.product(PROBLEMS, PROBLEMS, (*ORDER, "not_computable"))),
)
def test_the_rop_group_follows_the_rule_for_people_with_both_problems(
    substance: str, mental: str, level: str
) -> None:
    answers = {"substance_problem": substance, "mental_problem": mental}
    assert rop_group(answers, level) == ROP.get((substance, mental, level))


@pytest.mark.parametrize(
    ("age", "group"),
    [
        (15, None),
        (16, "16_17"),
        (17, "16_17"),
        (18, "18_25"),
        (25, "18_25"),
        (26, "26_35"),
        (36, "36_45"),
        (46, "46_55"),
        (56, "56_65"),
        (65, "56_65"),
        (66, "66_plus"),
        (110, "66_plus"),
    ],
)
def test_the_age_group_is_by_the_age_reached_in_the_year(age: int, group: str | None) -> None:
    assert age_group(2026 - age, 2026) == group


def test_the_examples_in_the_documentation_are_true() -> None:
    results = doctest.testmod(levels)
    assert results.attempted > 0
    assert results.failed == 0
