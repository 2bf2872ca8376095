from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.persistence.answers import UnstorableAnswerError, decode, encode
from brukerplan.persistence.tables.answers import (
    answer_column_names,
    bounds,
    code_ids,
    code_numbers,
)
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.registry import EDITIONS, all_variables
from brukerplan.questionnaire.schema import Kind, Variable


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
    # Never the value: anything can have been typed.
    assert not [value for value in answers.values() if f"{value}" in str(refused.value)]


def test_a_code_of_an_old_edition_stays_legal() -> None:
    for edition in EDITIONS:
        for variable in edition.variables:
            for code in variable.codes:
                assert code_numbers(variable.id)[code.id] == code.number
                assert code_ids(variable.id)[code.number] == code.id
