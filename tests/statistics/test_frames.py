from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brukerplan.questionnaire import answers as one_by_one
from brukerplan.questionnaire import levels
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.registry import EDITIONS, all_variables, edition
from brukerplan.questionnaire.schema import (
    Condition,
    Kind,
    LevelRule,
    Missing,
    Questionnaire,
    ShowIf,
)
from brukerplan.statistics.frames import (
    NULL,
    IncompleteFrameError,
    InvalidAnswerError,
    build_frame,
    require_complete,
    unanswered,
)

from .people import People, people

SEEDS = st.integers(0, 2**32 - 1)
Q2026 = edition("2026")


def answers_of(drawn: People, row: int) -> dict[str, Value]:
    """The same person as the questionnaire's own functions take it."""
    found: dict[str, Value] = {}
    for variable in drawn.edition.variables:
        values = [int(drawn.answers[column][row]) for column in variable.columns]
        if values[0] == NULL:
            continue
        if variable.kind is Kind.MANY:
            chosen = zip(variable.codes, values, strict=True)
            found[variable.id] = frozenset(code.id for code, flag in chosen if flag)
        elif variable.kind is Kind.ONE:
            found[variable.id] = next(c.id for c in variable.codes if c.number == values[0])
        else:
            found[variable.id] = values[0]
    return found


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """A condition on any question that comes before the last."""
    variable = draw(st.sampled_from([*Q2026.variables][:-1]))
    codes = [code.id for code in variable.codes] or [str(number) for number in range(21)]
    chosen = draw(st.frozensets(st.sampled_from(codes), min_size=1, max_size=4))
    return Condition(variable.id, chosen, negated=draw(st.booleans()))


@st.composite
def editions(draw: st.DrawFn) -> Questionnaire:
    """A published edition, or the newest with its last question routed in some way."""
    if draw(st.booleans()):
        return draw(st.sampled_from(EDITIONS))
    show_if = ShowIf(tuple(draw(st.lists(conditions(), min_size=1, max_size=3))))
    *sections, plans = Q2026.sections
    *variables, last = plans.variables
    routed = (*variables, replace(last, show_if=show_if))
    return replace(Q2026, sections=(*sections, replace(plans, variables=routed)))


@given(
    q=editions(),
    seed=SEEDS,
    number=st.integers(1, 25),
    unanswered=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
)
@settings(max_examples=100, deadline=None)
def test_routing_of_all_rows_equals_routing_of_each(
    q: Questionnaire, seed: int, number: int, unanswered: float
) -> None:
    drawn = people(q, seed=seed, number=number, unanswered=unanswered)
    frame = drawn.frame()
    for row in range(number):
        applies = one_by_one.applicable(q, answers_of(drawn, row))
        kept = one_by_one.route(q, answers_of(drawn, row))
        for variable in q.variables:
            values = [int(frame.column(column)[row]) for column in variable.columns]
            if variable.optional and all(value == Missing.NOT_ASKED for value in values):
                continue
            routed_away = all(value == Missing.NOT_APPLICABLE for value in values)
            assert routed_away == (variable.id not in applies)
            assert all(value >= 0 for value in values) == (variable.id in kept)


@given(
    q=st.sampled_from(EDITIONS),
    seed=SEEDS,
    number=st.integers(1, 25),
    share=st.sampled_from([0.0, 0.1, 0.5]),
)
@settings(max_examples=60, deadline=None)
def test_derived_columns_of_all_rows_equal_the_rules_for_each(
    q: Questionnaire, seed: int, number: int, share: float
) -> None:
    drawn = people(q, seed=seed, number=number, unanswered=share)
    _require_derived_equal(drawn)


@given(
    seed=SEEDS,
    weights=st.lists(st.integers(0, 5), min_size=3, max_size=3).map(sorted),
    cuts=st.sets(st.integers(0, 39), min_size=3, max_size=3).map(sorted),
    reds=st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 8)),
)
@settings(max_examples=60, deadline=None)
def test_derived_columns_follow_a_rule_that_an_owner_puts_in_place(
    seed: int, weights: list[int], cuts: list[int], reds: tuple[int, int, int]
) -> None:
    rule = LevelRule(
        "owner",
        Q2026.level_rule.areas,
        tuple(zip(("green", "yellow", "red"), weights, strict=True)),
        tuple(zip(("green", "yellow", "red", "blood_red"), (*cuts, 40), strict=True)),
        tuple(zip(("yellow", "red", "blood_red"), reds, strict=True)),
    )
    _require_derived_equal(people(replace(Q2026, level_rule=rule), seed=seed, number=25))


def _require_derived_equal(drawn: People) -> None:
    q, frame = drawn.edition, drawn.frame()
    problems = ("substance_problem", "mental_problem")
    for row in range(len(drawn.municipality)):
        answers = answers_of(drawn, row)
        derived = {variable.id: int(frame.column(variable.id)[row]) for variable in levels.DERIVED}
        ratings = levels.ratings(q, answers)
        level = levels.overall_level(q.level_rule, ratings).level
        rated = len(ratings) == len(q.level_rule.areas)
        number = levels.OVERALL_LEVEL.code(level).number
        assert derived["overall_level"] == (number if rated else Missing.NOT_ANSWERED)

        both_answered = all(problem in answers for problem in problems)
        nobody = Missing.NOT_APPLICABLE if both_answered else Missing.NOT_ANSWERED
        group = levels.user_group(answers)
        assert derived["user_group"] == (
            nobody if group is None else levels.USER_GROUP.code(group).number
        )
        if rated or not both_answered:
            rop = levels.rop_group(answers, level)
            assert derived["rop_group"] == (
                nobody if rop is None else levels.ROP_GROUP.code(rop).number
            )
        if "birth_year" not in answers:
            assert derived["age_group"] == Missing.NOT_ANSWERED
        else:
            age = levels.age_group(int(str(answers["birth_year"])), drawn.year)
            assert age is not None
            assert derived["age_group"] == levels.AGE_GROUP.code(age).number


def test_rop_group_is_unanswered_where_it_needs_a_level_that_is() -> None:
    drawn = people(Q2026, seed=1, number=3)
    for row, degrees in enumerate([(1, 1), (2, 1), (1, 0)]):
        drawn = drawn.with_value("substance_problem", row, degrees[0])
        drawn = drawn.with_value("mental_problem", row, degrees[1])
        drawn = drawn.with_value("housing", row, NULL)
    assert drawn.frame().column("rop_group").tolist() == [
        Missing.NOT_ANSWERED,
        Missing.NOT_ANSWERED,
        Missing.NOT_APPLICABLE,
    ]


def test_unknown_areas_leave_the_level_where_every_value_gives_the_same() -> None:
    drawn = people(Q2026, seed=1, number=2)
    for area in Q2026.level_rule.areas:
        drawn = drawn.with_value(area, 0, 3).with_value(area, 1, 99)
    drawn = drawn.with_value("network", 0, 99)
    assert drawn.frame().column("overall_level").tolist() == [4, 5]


def test_variables_of_other_editions_are_not_asked() -> None:
    frame = people(edition("2015"), seed=1, number=5).frame()
    assert set(frame.column("partner")) == {Missing.NOT_ASKED}
    assert set(frame.data) >= {c for v in all_variables() for c in v.columns}


def test_an_optional_question_is_not_asked_where_the_municipality_has_no_answer() -> None:
    drawn = people(Q2026, seed=1, number=4)
    drawn.municipality[:] = ["1101", "1101", "1103", "1103"]
    for row in (0, 1, 2):
        drawn = drawn.with_value("born_abroad", row, NULL)
    drawn = drawn.with_value("born_abroad", 3, 1)
    assert drawn.frame().column("born_abroad").tolist() == [
        Missing.NOT_ASKED,
        Missing.NOT_ASKED,
        Missing.NOT_ANSWERED,
        1,
    ]


def test_what_is_stored_of_a_question_that_did_not_apply_is_passed_over() -> None:
    drawn = people(Q2026, seed=1, number=1)
    drawn = drawn.with_value("substance_problem", 0, 0).with_value("lar", 0, 1)
    frame = drawn.frame()
    assert frame.column("lar")[0] == Missing.NOT_APPLICABLE
    # What hangs on it goes with it.
    assert frame.column("lar_follow_up")[0] == Missing.NOT_APPLICABLE


def test_unknown_is_an_answer_and_not_missing() -> None:
    drawn = people(Q2026, seed=1, number=1).with_value("gender", 0, 99)
    assert drawn.frame().column("gender")[0] == 99


@pytest.mark.parametrize(
    ("column", "value"),
    [("gender", 7), ("substances__ghb", 2), ("children_under_18", 21), ("housing", -2)],
)
def test_an_unknown_code_is_refused_by_column_and_value(column: str, value: int) -> None:
    drawn = people(Q2026, seed=1, number=3).with_value(column, 1, value)
    with pytest.raises(InvalidAnswerError, match=f"^{column} has no code {value}$"):
        drawn.frame()


def test_a_person_under_sixteen_is_refused() -> None:
    drawn = people(Q2026, seed=1, number=2)
    drawn.with_value("birth_year", 0, 2010).frame()
    with pytest.raises(InvalidAnswerError, match="birth_year 2011 is after 2010"):
        drawn.with_value("birth_year", 0, 2011).frame()


def test_a_multiple_choice_with_holes_is_refused() -> None:
    drawn = people(Q2026, seed=1, number=2).with_value("substances__ghb", 0, NULL)
    with pytest.raises(InvalidAnswerError, match="substances is stored for some"):
        drawn.frame()


def test_an_answer_to_a_question_the_edition_does_not_ask_is_refused() -> None:
    drawn = people(edition("2015"), seed=1, number=2).with_value("partner", 0, 1)
    with pytest.raises(InvalidAnswerError, match="partner has answers, but edition 2015"):
        drawn.frame()


def test_columns_that_do_not_fit_the_edition_are_refused() -> None:
    drawn = people(Q2026, seed=1, number=2)
    with pytest.raises(InvalidAnswerError, match="no edition has the columns shoe_size"):
        replace(drawn, answers={**drawn.answers, "shoe_size": drawn.answers["gender"]}).frame()
    without = {column: values for column, values in drawn.answers.items() if column != "gender"}
    with pytest.raises(InvalidAnswerError, match="needs the columns gender"):
        replace(drawn, answers=without).frame()
    long = {**drawn.answers, "gender": np.zeros(3, dtype=np.int16)}
    with pytest.raises(InvalidAnswerError, match=r"gender must be int16 of shape \(2,\)"):
        replace(drawn, answers=long).frame()
    with pytest.raises(InvalidAnswerError, match="person has 1 rows"):
        build_frame(
            Q2026,
            year=2026,
            municipality=drawn.municipality,
            person=[None],
            answers=drawn.answers,
        )


def test_a_frame_of_nobody_has_all_columns() -> None:
    frame = people(Q2026, seed=1, number=0).frame()
    assert len(frame.data) == 0
    assert frame.column("overall_level").dtype == np.int16


def test_pseudonyms_and_municipalities_come_with_the_rows() -> None:
    drawn = people(Q2026, seed=1, number=2)
    frame = build_frame(
        Q2026,
        year=2026,
        municipality=["1144", "1103"],
        person=[b"\x01" * 32, None],
        answers=drawn.answers,
    )
    assert list(frame.data["municipality"]) == ["1144", "1103"]
    assert list(frame.data["person"]) == [b"\x01" * 32, None]
    assert set(frame.data["year"]) == {2026}


def test_complete_answers_are_complete_even_with_a_number_left_open() -> None:
    drawn = people(Q2026, seed=1, number=3).with_value("children_under_18", 0, NULL)
    assert unanswered(drawn.frame(), Q2026) == {}


def test_a_person_without_any_known_problem_makes_the_frame_incomplete() -> None:
    drawn = people(Q2026, seed=1, number=3)
    drawn = drawn.with_value("substance_problem", 0, 0).with_value("mental_problem", 0, 0)
    with pytest.raises(IncompleteFrameError, match=r"user_group \(1\)"):
        require_complete(drawn.frame(), Q2026)
