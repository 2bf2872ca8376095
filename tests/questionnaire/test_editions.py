"""The editions as data: ids, numbers, routing and rules are in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from brukerplan.questionnaire.codelists import answer_in
from brukerplan.questionnaire.edition_2015 import EDITION_2015
from brukerplan.questionnaire.edition_2026 import EDITION_2026
from brukerplan.questionnaire.levels import DERIVED
from brukerplan.questionnaire.questions_function import PUBLISHED_ANCHORS
from brukerplan.questionnaire.questions_living import HOUSING_SITUATION
from brukerplan.questionnaire.registry import EDITIONS
from brukerplan.questionnaire.schema import (
    UNKNOWN,
    UNKNOWN_NUMBER,
    Condition,
    Kind,
    Questionnaire,
    ShowIf,
    Variable,
    Widget,
)

each_edition = pytest.mark.parametrize(
    "edition", EDITIONS, ids=[edition.edition for edition in EDITIONS]
)

# Written out here and not derived: these ids and numbers are in databases and files.
IDS_OF_2015 = """
birth_year gender substance_problem mental_problem
housing work_activity economy physical_health mental_health substance_use social_functioning
network
housing_situation main_activity main_income
substances main_substance lar
daily_care contact
service_municipal_follow_up service_tsb_outpatient service_tsb_inpatient
service_mental_outpatient service_mental_inpatient
individual_plan responsibility_group crisis_plan action_plan
"""
IDS_OF_2026 = """
birth_year gender district substance_problem mental_problem born_abroad intellectual_disability
first_year_known
housing work_activity economy physical_health mental_health substance_use social_functioning
network
housing_situation main_activity main_income partner
substances main_substance injecting overdose_last_year lar lar_follow_up gambling_problem
children_under_18 daily_care contact child_welfare_involved child_followed_up concern_reported
violence_exposed violence_exposes_others
service_gp service_home_help service_support_contact service_nursing_care service_low_threshold
service_municipal_follow_up service_housing_follow_up service_activity
service_nav_social_assistance service_nav_work_measures service_financial_counselling
service_education service_child_welfare service_health_centre service_aftercare service_outreach
service_ips
service_tsb_outpatient service_tsb_day service_tsb_inpatient service_detoxification service_lar
service_mental_outpatient service_mental_day service_mental_inpatient service_ambulatory_team
service_act_fact service_somatic_assessment service_somatic_hospital service_involuntary
individual_plan coordinator responsibility_group crisis_plan action_plan plan_after_discharge
cooperation_level user_took_part
"""
YES_NO = "no:0 yes:1 unknown:99"
COLOURS = "green:1 yellow:2 red:3 unknown:99"
PROBLEM = "none:0 less_serious:1 serious:2"
SUBSTANCES = (
    "alcohol:1 cannabis:2 central_stimulants:3 heroin:4 other_opioids:5 illegal_lar_medicines:6 "
    "other_medicines:7 ghb:8 hallucinogens_nps:9 solvents:10 anabolic_steroids:11 other:12"
)
NUMBERS = {
    "gender": "female:1 male:2 other:3 unknown:99",
    "substance_problem": PROBLEM,
    "mental_problem": PROBLEM,
    "housing": COLOURS,
    "network": COLOURS,
    "housing_situation": (
        "owns:1 rents_private:2 rents_municipal:3 staffed_housing:4 institution:5 prison:6 "
        "family_friends:7 temporary:8 without_housing:9 unknown:99"
    ),
    "main_activity": (
        "work_full_time:1 work_part_time:2 pupil_student:3 labour_market_measure:4 "
        "adapted_work:5 none:6 unknown:99"
    ),
    "main_income": (
        "wages:1 aap:2 disability_benefit:3 social_assistance:4 sickness_unemployment:5 "
        "pension:6 other:7 none:8 unknown:99"
    ),
    "partner": YES_NO,
    "substances": SUBSTANCES,
    "main_substance": f"{SUBSTANCES} unknown:99",
    "injecting": "last_4_weeks:1 last_12_months:2 earlier:3 never:4 unknown:99",
    "lar": "in_lar:1 wants_or_waiting:2 not_in_lar:3 unknown:99",
    "lar_follow_up": COLOURS,
    "gambling_problem": YES_NO,
    "service_gp": (
        "no_need:1 needs_not_received:2 receives_covers:3 receives_not_covers:4 unknown:99"
    ),
    "individual_plan": "has:1 offered_declined:2 not_offered:3 not_entitled:4 unknown:99",
    "cooperation_level": "referral:1 coordination:2 integrated:3 unknown:99",
    "user_took_part": YES_NO,
}
DERIVED_NUMBERS = {
    "overall_level": "green:1 yellow:2 red:3 blood_red:4 not_computable:5",
    "user_group": "substance_only:1 substance_and_mental:2 mental_only:3",
    "rop_group": "group_1:1 group_2:2 group_3:3 group_4:4 group_5:5 not_computable:6",
    "age_group": "16_17:1 18_25:2 26_35:3 36_45:4 46_55:5 56_65:6 66_plus:7",
}


def numbers(variable: Variable) -> str:
    return " ".join(f"{code.id}:{code.number}" for code in variable.codes)


def repeated(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def backward_references(edition: Questionnaire) -> list[str]:
    """Variables whose routing names one that is not asked before them."""
    asked: set[str] = set()
    wrong = []
    for variable in edition.variables:
        needed = {condition.variable for condition in conditions_of(variable)}
        if variable.chosen_among:
            needed.add(variable.chosen_among)
        if not needed <= asked:
            wrong.append(variable.id)
        asked.add(variable.id)
    return wrong


def conditions_of(variable: Variable) -> tuple[Condition, ...]:
    return variable.show_if.any_of if variable.show_if else ()


def is_meaningful(edition: Questionnaire, condition: Condition) -> bool:
    variable = edition.variable(condition.variable)
    if variable.kind in (Kind.ONE, Kind.MANY):
        return condition.codes <= {code.id for code in variable.codes}
    assert variable.minimum is not None
    assert variable.maximum is not None
    return all(variable.minimum <= int(code) <= variable.maximum for code in condition.codes)


def test_the_ids_of_each_edition_are_those_that_files_and_databases_hold() -> None:
    assert [variable.id for variable in EDITION_2015.variables] == IDS_OF_2015.split()
    assert [variable.id for variable in EDITION_2026.variables] == IDS_OF_2026.split()


@pytest.mark.parametrize("variable_id", NUMBERS)
def test_code_numbers_are_those_that_files_and_databases_hold(variable_id: str) -> None:
    assert numbers(EDITION_2026.variable(variable_id)) == NUMBERS[variable_id]


def test_derived_numbers_are_those_that_frames_hold() -> None:
    assert {variable.id: numbers(variable) for variable in DERIVED} == DERIVED_NUMBERS


def test_the_older_edition_is_a_part_of_the_newer_with_the_same_codes() -> None:
    for variable in EDITION_2015.variables:
        assert numbers(variable) == numbers(EDITION_2026.variable(variable.id))
        assert variable.kind is EDITION_2026.variable(variable.id).kind


def test_the_older_edition_has_the_older_name_of_one_area() -> None:
    assert EDITION_2015.variable("social_functioning").label == "Sosial kompetanse"
    assert EDITION_2026.variable("social_functioning").label == "Sosial fungering"


@each_edition
def test_ids_columns_labels_and_numbers_are_unique(edition: Questionnaire) -> None:
    variables = [*edition.variables, *DERIVED]
    assert not repeated([variable.id for variable in variables])
    assert not repeated([column for variable in variables for column in variable.columns])
    assert not repeated([variable.label for variable in variables])
    assert not repeated([section.id for section in edition.sections])
    assert not repeated([rule.id for rule in edition.rules])
    for variable in variables:
        assert not repeated([code.id for code in variable.codes]), variable.id
        assert not repeated([str(code.number) for code in variable.codes]), variable.id
        assert not repeated([code.label for code in variable.codes]), variable.id


def test_a_repeated_name_is_noticed() -> None:
    assert repeated(["housing", "network", "housing"]) == ["housing"]


@each_edition
def test_routing_only_looks_back(edition: Questionnaire) -> None:
    assert backward_references(edition) == []


def test_routing_that_looks_forward_is_noticed() -> None:
    first, *others = EDITION_2015.sections
    forward = ShowIf((answer_in(HOUSING_SITUATION, "owns"),))
    gender = replace(EDITION_2015.variable("gender"), show_if=forward)
    broken = replace(
        EDITION_2015,
        sections=(
            replace(first, variables=(first.variables[0], gender, *first.variables[2:])),
            *others,
        ),
    )
    assert backward_references(broken) == ["gender"]


@each_edition
def test_conditions_name_variables_and_codes_that_the_edition_has(edition: Questionnaire) -> None:
    routing = [condition for variable in edition.variables for condition in conditions_of(variable)]
    rules = [condition for rule in edition.rules for condition in rule.all_of]
    assert all(is_meaningful(edition, condition) for condition in [*routing, *rules])
    for rule in edition.rules:
        assert rule.variable in {condition.variable for condition in rule.all_of}


def test_a_condition_on_a_code_that_does_not_exist_cannot_be_written() -> None:
    with pytest.raises(KeyError, match="castle"):
        answer_in(HOUSING_SITUATION, "castle")


@each_edition
def test_every_single_choice_can_be_unknown_except_the_two_problems(edition: Questionnaire) -> None:
    without_unknown = {
        variable.id
        for variable in edition.variables
        if variable.kind is Kind.ONE
        and (UNKNOWN, UNKNOWN_NUMBER) not in {(code.id, code.number) for code in variable.codes}
    }
    assert without_unknown == {"substance_problem", "mental_problem"}


@each_edition
def test_numbers_have_bounds_that_a_small_integer_holds(edition: Questionnaire) -> None:
    for variable in edition.variables:
        if variable.kind in (Kind.COUNT, Kind.YEAR):
            assert variable.minimum is not None
            assert variable.maximum is not None
            assert 0 <= variable.minimum < variable.maximum < 2**15
            assert variable.codes == ()
        else:
            assert variable.codes


@each_edition
def test_each_function_area_has_one_sentence_for_each_colour(edition: Questionnaire) -> None:
    areas = [edition.variable(area) for area in edition.level_rule.areas]
    assert len(areas) == 8
    assert [v.id for v in edition.variables if v.widget is Widget.FUNCTION_AREA] == [
        area.id for area in areas
    ]
    sentences = [area.code(colour).help for area in areas for colour in ("green", "yellow", "red")]
    assert not repeated(sentences)
    for sentence in sentences:
        assert sentence.endswith(".")
        assert sentence.count(".") == 1
        assert 5 <= len(sentence.split()) <= 26, sentence


def test_the_published_anchors_are_kept() -> None:
    areas = {"housing", "substance_use", "work_activity"}
    assert {(area, "red") for area in areas} == PUBLISHED_ANCHORS
    assert "bostedsløs" in EDITION_2026.variable("housing").code("red").help
    assert "svært omfattende bruk" in EDITION_2026.variable("substance_use").code("red").help
    assert (
        EDITION_2026.variable("work_activity").code("red").help
        == "Har svært lite eller ingen meningsfull aktivitet."
    )


@each_edition
def test_only_services_start_with_an_answer(edition: Questionnaire) -> None:
    for variable in edition.variables:
        is_service = variable.id.startswith("service_")
        assert (variable.default == "no_need") is is_service
        assert (variable.widget is Widget.SERVICE) is is_service


def test_the_editions_follow_each_other_without_gap_or_overlap() -> None:
    for earlier, later in pairwise(EDITIONS):
        assert earlier.last_year == later.first_year - 1
    assert EDITIONS[-1].last_year is None
