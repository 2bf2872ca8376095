"""Routing, and what is wrong or odd with answers."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.questionnaire.answers import (
    Answers,
    Value,
    applicable,
    check,
    holds,
    progress,
    route,
)
from brukerplan.questionnaire.edition_2015 import EDITION_2015
from brukerplan.questionnaire.edition_2026 import EDITION_2026
from brukerplan.questionnaire.findings import MESSAGES
from brukerplan.questionnaire.registry import EDITIONS
from brukerplan.questionnaire.schema import Condition, Kind, Questionnaire, Severity
from brukerplan.translation import translator
from tests.questionnaire.mapped_people import (
    any_answers,
    complete_answers,
    editions,
    optional_variables,
    round_year,
)

LAR_USER: Mapping[str, Value] = {
    "substance_problem": "serious",
    "substances": frozenset({"heroin"}),
    "main_substance": "heroin",
    "lar": "in_lar",
    "lar_follow_up": "green",
}


def rules_found(answers: Answers, *, year: int = 2026) -> set[str]:
    return {found.rule for found in check(EDITION_2026, answers, year=year, complete=False)}


@given(st.data(), editions)
def test_routing_twice_is_routing_once(data: st.DataObject, edition: Questionnaire) -> None:
    answers = data.draw(any_answers(edition))
    routed = route(edition, answers)
    assert route(edition, routed) == routed
    assert routed.items() <= answers.items()
    assert applicable(edition, routed) == applicable(edition, answers)
    assert routed.keys() == answers.keys() & applicable(edition, answers)


@given(st.data(), editions)
def test_a_complete_registration_has_nothing_that_must_be_corrected(
    data: st.DataObject, edition: Questionnaire
) -> None:
    answers = data.draw(complete_answers(edition))
    optional = optional_variables(edition)
    found = check(edition, answers, year=round_year(edition), optional=optional, complete=True)
    assert [f.rule for f in found if f.severity is Severity.HARD] == []
    assert route(edition, answers) == answers
    done = progress(edition, answers, optional)
    assert done.answered == done.asked == len(answers)


@given(st.data(), editions)
def test_an_answer_taken_away_is_missed_where_it_was(
    data: st.DataObject, edition: Questionnaire
) -> None:
    answers = data.draw(complete_answers(edition))
    optional = optional_variables(edition)
    taken = data.draw(st.sampled_from(sorted(answers)))
    del answers[taken]
    found = check(edition, answers, year=round_year(edition), optional=optional, complete=True)
    assert [f for f in found if f.variable == taken and f.rule.startswith("missing")]
    done = progress(edition, answers, optional)
    assert done.answered < done.asked


@given(st.data(), editions)
def test_a_draft_is_never_told_that_something_is_missing(
    data: st.DataObject, edition: Questionnaire
) -> None:
    answers = data.draw(any_answers(edition))
    draft = check(edition, answers, year=round_year(edition), complete=False)
    assert not [f for f in draft if f.rule.startswith("missing")]
    whole = check(edition, answers, year=round_year(edition), complete=True)
    assert set(draft) <= set(whole)


@given(st.data(), editions)
def test_findings_come_in_the_order_of_the_form_and_once(
    data: st.DataObject, edition: Questionnaire
) -> None:
    answers = data.draw(any_answers(edition))
    found = check(edition, answers, year=round_year(edition), complete=True)
    order = [variable.id for variable in edition.variables]
    places = [order.index(f.variable) for f in found]
    assert places == sorted(places)
    assert len({(f.variable, f.rule) for f in found}) == len(found)


def test_questions_about_substances_are_only_for_people_with_a_substance_problem() -> None:
    asked = {"substances", "main_substance", "injecting", "overdose_last_year", "lar"}
    for problem, expected in [("none", set()), ("less_serious", asked), ("serious", asked)]:
        assert applicable(EDITION_2026, {"substance_problem": problem}) & asked == expected
    assert not applicable(EDITION_2026, {}) & asked
    assert "gambling_problem" in applicable(EDITION_2026, {"substance_problem": "none"})


def test_what_hangs_on_a_dropped_answer_is_dropped_too() -> None:
    without_problem = {**LAR_USER, "substance_problem": "none"}
    assert route(EDITION_2026, without_problem) == {"substance_problem": "none"}
    assert route(EDITION_2026, LAR_USER) == LAR_USER


@pytest.mark.parametrize("source", ["daily_care", "contact"])
def test_questions_about_the_children_follow_care_or_contact(source: str) -> None:
    hanging = {"child_welfare_involved", "child_followed_up", "concern_reported"}
    assert hanging <= applicable(EDITION_2026, {source: "yes"})
    assert not hanging & applicable(EDITION_2026, {source: "no"})
    assert not hanging & applicable(EDITION_2026, {source: "unknown"})


def test_answers_to_questions_the_edition_does_not_ask_are_dropped() -> None:
    assert route(EDITION_2015, {"partner": "yes", "gender": "male"}) == {"gender": "male"}


def test_an_optional_question_is_missed_only_where_it_is_turned_on() -> None:
    def missed(optional: frozenset[str]) -> set[str]:
        found = check(EDITION_2026, {}, year=2026, optional=optional, complete=True)
        return {f.variable for f in found}

    assert "born_abroad" not in missed(frozenset())
    assert "born_abroad" in missed(frozenset({"born_abroad"}))


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: str(edition.edition))
def test_a_person_turning_sixteen_in_the_year_is_mapped_and_a_younger_one_is_not(
    edition: Questionnaire,
) -> None:
    def found(born: int) -> list[str]:
        year = round_year(edition)
        return [f.rule for f in check(edition, {"birth_year": born}, year=year, complete=False)]

    assert found(round_year(edition) - 16) == []
    assert found(round_year(edition) - 15) == ["too_young"]
    assert found(round_year(edition) + 1) == ["too_young"]
    assert found(round_year(edition) - 110) == []
    assert found(round_year(edition) - 111) == ["too_old"]


def test_a_person_cannot_be_known_before_birth_or_after_the_round() -> None:
    assert "known_before_birth" in rules_found({"birth_year": 1980, "first_year_known": 1979})
    assert "known_after_round" in rules_found({"birth_year": 1980, "first_year_known": 2027})
    assert rules_found({"birth_year": 1980, "first_year_known": 1980}) == set()
    assert rules_found({"birth_year": 1980, "first_year_known": 2026}) == set()


def test_a_person_without_any_problem_is_refused() -> None:
    neither = {"substance_problem": "none", "mental_problem": "none"}
    [found] = check(EDITION_2026, neither, year=2026, complete=False)
    assert (found.rule, found.severity) == ("no_problem", Severity.HARD)
    assert rules_found({"substance_problem": "none"}) == set()


def test_the_main_substance_is_one_of_those_chosen_or_unknown() -> None:
    assert "not_among_chosen" in rules_found({**LAR_USER, "main_substance": "alcohol"})
    assert "not_among_chosen" not in rules_found({**LAR_USER, "main_substance": "heroin"})
    assert "not_among_chosen" not in rules_found({**LAR_USER, "main_substance": "unknown"})


def test_values_that_did_not_come_through_reading_are_checked_as_well() -> None:
    assert rules_found({"children_under_18": 21}) == {"too_high"}
    assert rules_found({"birth_year": 1899}) >= {"too_low"}
    assert rules_found({"housing": "blood_red"}) == {"unknown_code"}
    assert rules_found({**LAR_USER, "substances": frozenset({"coffee"})}) >= {"unknown_code"}


ODD: Mapping[str, Mapping[str, Value]] = {
    "housing_red_but_housed": {"housing": "red", "housing_situation": "owns"},
    "without_housing_not_red": {"housing": "yellow", "housing_situation": "without_housing"},
    "full_time_work_but_red": {"main_activity": "work_full_time", "work_activity": "red"},
    "full_time_work_without_wages": {"main_activity": "work_full_time", "main_income": "aap"},
    "wages_without_activity": {"main_activity": "none", "main_income": "wages"},
    "substance_use_without_problem": {"substance_use": "red", "substance_problem": "none"},
    "mental_health_red_without_problem": {"mental_health": "red", "mental_problem": "none"},
    "in_lar_without_need": {**LAR_USER, "service_lar": "no_need"},
    "receives_lar_outside_lar": {
        "substance_problem": "serious",
        "lar": "not_in_lar",
        "service_lar": "receives_covers",
    },
    "child_welfare_measures_without_contact": {
        "daily_care": "yes",
        "child_welfare_involved": "no",
        "service_child_welfare": "receives_covers",
    },
    "care_without_children": {"children_under_18": 0, "daily_care": "yes"},
    "contact_without_children": {"children_under_18": 0, "contact": "yes"},
}


@pytest.mark.parametrize("rule", ODD)
def test_odd_answers_are_asked_about(rule: str) -> None:
    [found] = check(EDITION_2026, ODD[rule], year=2026, complete=False)
    assert (found.rule, found.severity) == (rule, Severity.SOFT)


@pytest.mark.parametrize("rule", ODD)
def test_odd_answers_are_not_odd_when_half_of_them_is_unanswered(rule: str) -> None:
    [conditions] = [known.all_of for known in EDITION_2026.rules if known.id == rule]
    for condition in conditions:
        rest = {name: value for name, value in ODD[rule].items() if name != condition.variable}
        assert rule not in rules_found(rest)


def test_every_soft_rule_has_an_example() -> None:
    soft = {rule.id for rule in EDITION_2026.rules if rule.severity is Severity.SOFT}
    assert soft == ODD.keys()


@pytest.mark.parametrize(
    "plain",
    [
        {"housing": "red", "housing_situation": "without_housing"},
        {"housing": "red", "housing_situation": "unknown"},
        {"housing": "unknown", "housing_situation": "without_housing"},
        {"main_activity": "work_full_time", "work_activity": "yellow", "main_income": "wages"},
        {**LAR_USER, "service_lar": "receives_not_covers"},
        {"children_under_18": 1, "daily_care": "yes"},
    ],
)
def test_answers_that_agree_are_not_asked_about(plain: Mapping[str, Value]) -> None:
    assert rules_found(plain) == set()


def test_a_missing_number_is_asked_about_since_it_cannot_be_called_unknown() -> None:
    found = check(EDITION_2026, {}, year=2026, complete=True)
    by_variable = {f.variable: f for f in found}
    assert by_variable["children_under_18"].severity is Severity.SOFT
    assert by_variable["birth_year"].severity is Severity.HARD
    assert by_variable["housing"].rule == "missing"
    assert by_variable["mental_problem"].rule == "missing_choice"


def test_no_substance_chosen_is_asked_about_before_submission_only() -> None:
    nothing: Mapping[str, Value] = {**LAR_USER, "substances": frozenset()}
    assert "none_chosen" not in rules_found(nothing)
    found = check(EDITION_2026, nothing, year=2026, complete=True)
    assert ("substances", "none_chosen", Severity.SOFT) in {
        (f.variable, f.rule, f.severity) for f in found
    }


def test_nothing_is_concluded_from_silence_negated_or_not() -> None:
    asked = Condition("housing", frozenset({"red"}))
    negated = Condition("housing", frozenset({"red"}), negated=True)
    assert not holds(asked, {})
    assert not holds(negated, {})
    assert holds(negated, {"housing": "green"})
    assert holds(Condition("substances", frozenset({"ghb"})), {"substances": frozenset({"ghb"})})
    assert holds(Condition("children_under_18", frozenset({"0"})), {"children_under_18": 0})


def test_every_text_can_be_said_and_tells_what_to_do() -> None:
    nobody: Mapping[str, Value] = {
        "birth_year": 2020,
        "first_year_known": 2030,
        "substance_problem": "none",
        "mental_problem": "none",
        "children_under_18": 30,
    }
    found = check(EDITION_2026, nobody, year=2026, complete=True)
    texts = [f.text(translator("nb")) for f in found]
    assert not any("%(" in text for text in texts)
    assert any("under 16 år i 2026" in text for text in texts)
    assert any("fra 0 til 20" in text for text in texts)
    asking = ("Rett", "Velg", "Skriv", "bekreft")
    messages = [*MESSAGES.values(), *(rule.message for rule in EDITION_2026.rules)]
    assert all(any(word in message for word in asking) for message in messages)


def test_services_count_as_answered_only_when_they_are() -> None:
    services = [v for v in EDITION_2026.variables if v.kind is Kind.ONE and v.default]
    answers = {service.id: "no_need" for service in services}
    assert progress(EDITION_2026, answers).answered == len(services) == 30
    assert progress(EDITION_2026, {}).answered == 0
