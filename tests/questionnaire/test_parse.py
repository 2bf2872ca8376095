"""What was typed becomes answers, or a finding that says how to mend it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.questionnaire.answers import Value, parse
from brukerplan.questionnaire.edition_2026 import EDITION_2026
from brukerplan.questionnaire.schema import Kind, Questionnaire
from tests.questionnaire.mapped_people import any_answers, as_typed, editions

ids = st.sampled_from([variable.id for variable in EDITION_2026.variables])
typed_things = st.one_of(
    st.text(),
    st.sampled_from(["red", "unknown", "alcohol", "yes", "0", "2", "1985", "-1", " ", "٣", "²"]),
)


def read_one(variable: str, *texts: str) -> Value | None:
    return parse(EDITION_2026, {variable: texts}).answers.get(variable)


def rule_for(variable: str, *texts: str) -> str:
    parsed = parse(EDITION_2026, {variable: texts})
    assert variable not in parsed.answers
    [found] = parsed.findings
    assert found.variable == variable
    return found.rule


@given(st.data(), editions)
def test_answers_sent_by_a_form_are_read_back_unchanged(
    data: st.DataObject, edition: Questionnaire
) -> None:
    answers = data.draw(any_answers(edition))
    parsed = parse(edition, as_typed(answers))
    assert parsed.answers == answers
    assert parsed.findings == ()


@given(st.dictionaries(ids | st.text(), st.lists(typed_things)))
def test_nothing_that_can_be_typed_breaks_reading_or_gives_an_answer_that_cannot_be_stored(
    raw: dict[str, list[str]],
) -> None:
    parsed = parse(EDITION_2026, raw)
    assert parsed.answers.keys() <= raw.keys()
    for variable_id, value in parsed.answers.items():
        variable = EDITION_2026.variable(variable_id)
        codes = {code.id for code in variable.codes}
        if isinstance(value, int):
            assert variable.kind in (Kind.COUNT, Kind.YEAR)
            assert variable.minimum is not None
            assert variable.maximum is not None
            assert variable.minimum <= value <= variable.maximum
        elif isinstance(value, frozenset):
            assert variable.kind is Kind.MANY
            assert value <= codes
        else:
            assert variable.kind is Kind.ONE
            assert value in codes
    assert not parsed.answers.keys() & {found.variable for found in parsed.findings}


def test_an_empty_field_is_no_answer() -> None:
    assert parse(EDITION_2026, {"gender": [""], "birth_year": [" "], "lar": []}).answers == {}


def test_none_of_these_is_an_answer_and_silence_is_not() -> None:
    assert read_one("substances") == read_one("substances", "") == frozenset()
    assert "substances" not in parse(EDITION_2026, {}).answers


def test_an_empty_text_beside_the_boxes_ticked_changes_nothing() -> None:
    assert read_one("substances", "", "alcohol", "ghb") == frozenset({"alcohol", "ghb"})


def test_spaces_around_an_answer_do_not_matter() -> None:
    assert read_one("children_under_18", " 2 ") == 2
    assert read_one("housing", " red ") == "red"


def test_no_children_is_a_number_too() -> None:
    assert read_one("children_under_18", "0") == 0


@pytest.mark.parametrize(
    ("variable", "texts", "rule"),
    [
        ("housing", ["blood_red"], "unknown_code"),
        ("housing", ["3"], "unknown_code"),
        ("substances", ["alcohol", "coffee"], "unknown_code"),
        ("housing", ["red", "green"], "several_answers"),
        ("children_under_18", ["to"], "not_a_number"),
        ("children_under_18", ["1.5"], "not_a_number"),
        ("children_under_18", ["-1"], "not_a_number"),
        ("children_under_18", ["21"], "too_high"),
        ("district", ["0"], "too_low"),
        ("birth_year", ["85"], "too_low"),
        ("birth_year", ["1.1.1985"], "not_a_year"),
        ("birth_year", ["19850"], "not_a_year"),
        ("birth_year", ["2101"], "too_high"),
    ],
)
def test_what_cannot_be_read_is_a_finding_and_not_an_answer(
    variable: str, texts: list[str], rule: str
) -> None:
    assert rule_for(variable, *texts) == rule


def test_a_national_number_typed_in_the_wrong_field_is_not_repeated() -> None:
    [found] = parse(EDITION_2026, {"birth_year": ["41858012345"]}).findings
    assert "41858012345" not in repr(found)


def test_fields_that_are_not_questions_are_ignored() -> None:
    parsed = parse(EDITION_2026, {"csrf_token": ["x"], "version": ["3"]})
    assert parsed.answers == {}
    assert parsed.findings == ()
