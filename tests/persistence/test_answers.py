from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.persistence.answers import (
    UnstorableAnswerError,
    as_text,
    decode,
    encode,
    encode_only,
    from_text,
    read_confirmed,
    variable_by_id,
    write_confirmed,
)
from brukerplan.persistence.tables.answers import (
    answer_column_names,
    bounds,
    code_ids,
    code_numbers,
)
from brukerplan.persistence.tables.registration_parts import ANSWER_LENGTH, RegistrationChange
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.registry import EDITIONS, all_variables
from brukerplan.questionnaire.schema import Kind, Variable

VARIABLE_LENGTH = RegistrationChange.variable.type.length


def values(variable: Variable) -> st.SearchStrategy[Any]:
    if variable.kind is Kind.ONE:
        return st.sampled_from(sorted(code_numbers(variable.id)))
    if variable.kind is Kind.MANY:
        return st.frozensets(st.sampled_from([code.id for code in variable.codes]))
    low, high = bounds(variable)
    return st.integers(low, high)


ANSWERS = st.fixed_dictionaries(
    {}, optional={variable.id: values(variable) for variable in all_variables()}
)


@given(ANSWERS)
def test_what_is_stored_is_what_was_answered(answers: dict[str, Value]) -> None:
    stored = encode(answers)
    assert tuple(sorted(stored)) == tuple(sorted(answer_column_names()))
    assert decode(stored) == answers


@given(ANSWERS)
def test_what_the_history_writes_of_an_answer_can_be_read_again(
    answers: dict[str, Value],
) -> None:
    for name, value in answers.items():
        text = as_text(value)
        assert from_text(variable_by_id(name), text) == value
        assert len(text) <= ANSWER_LENGTH


def test_every_code_chosen_at_once_fits_in_the_history() -> None:
    for variable in all_variables():
        assert len(as_text(frozenset(code.id for code in variable.codes))) <= ANSWER_LENGTH
        assert len(variable.id) <= VARIABLE_LENGTH


def test_no_code_could_be_read_as_two() -> None:
    assert not [
        code.id
        for edition in EDITIONS
        for variable in edition.variables
        for code in variable.codes
        if len(code.id.split()) != 1
    ]


def test_what_was_confirmed_is_read_with_its_reason_also_from_before_there_were_reasons() -> None:
    confirmed = {"missing_number": "not_sure", "none_chosen": "situation"}
    assert read_confirmed(write_confirmed(confirmed)) == confirmed
    assert read_confirmed("missing_number none_chosen") == dict.fromkeys(confirmed, "")
    assert read_confirmed("") == {}


@given(ANSWERS, st.sets(st.sampled_from([variable.id for variable in all_variables()])))
def test_a_few_answers_can_be_read_from_a_row(answers: dict[str, Value], only: set[str]) -> None:
    kept = {name: value for name, value in answers.items() if name in only}
    assert decode(encode(answers), only=only) == kept


@given(ANSWERS, st.sets(st.sampled_from([variable.id for variable in all_variables()])))
def test_a_few_answers_can_be_written_to_a_row(answers: dict[str, Value], only: set[str]) -> None:
    whole, part = encode(answers), encode_only(answers, only)
    assert part == {name: whole[name] for name in part}
    kept = {name: value for name, value in answers.items() if name in only}
    assert decode(encode({}) | part) == kept


@pytest.mark.parametrize(
    "answers",
    [
        {"housing": "purple"},
        {"housing": frozenset({"red"})},
        {"substances": "alcohol"},
        {"substances": frozenset({"tea"})},
        {"birth_year": "1980"},
        {"birth_year": True},
        {"children_under_18": 10_000},
        {"shoe_size": 43},
    ],
)
def test_what_no_edition_allows_is_not_stored(answers: dict[str, Value]) -> None:
    with pytest.raises(UnstorableAnswerError) as refused:
        encode(answers)
    with pytest.raises(UnstorableAnswerError):
        encode_only(answers, answers)
    # Never the value: anything can have been typed.
    assert not [value for value in answers.values() if f"{value}" in str(refused.value)]


def test_a_code_of_an_old_edition_stays_legal() -> None:
    for edition in EDITIONS:
        for variable in edition.variables:
            for code in variable.codes:
                assert code_numbers(variable.id)[code.id] == code.number
                assert code_ids(variable.id)[code.number] == code.id
