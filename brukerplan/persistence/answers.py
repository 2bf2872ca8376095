"""Answers to column values and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brukerplan.persistence.tables.answers import bounds, code_ids, code_numbers, flags
from brukerplan.questionnaire.answers import Answers, Value
from brukerplan.questionnaire.registry import all_variables
from brukerplan.questionnaire.schema import Kind, Variable


class UnstorableAnswerError(ValueError):
    """An answer that no form or parser should have let through. The value is not repeated."""


def encode(answers: Answers) -> dict[str, int | bool | None]:
    """Give the value of every answer column; ``None`` where there is no answer.

    Raises
    ------
    UnstorableAnswerError
        For a variable, a code or a number that no edition knows.
    """
    values: dict[str, int | bool | None] = {}
    known = 0
    for variable in all_variables():
        answer = answers.get(variable.id)
        if answer is None:
            values.update(dict.fromkeys(variable.columns))
            continue
        known += 1
        values.update(_encoded(variable, answer))
    if known != len(answers):
        unknown = sorted(set(answers) - {variable.id for variable in all_variables()})
        raise UnstorableAnswerError(f"no edition asks {', '.join(unknown)}")
    return values


def decode(row: Mapping[str, Any]) -> dict[str, Value]:
    """Give the answers that a row of answer columns holds."""
    answers: dict[str, Value] = {}
    for variable in all_variables():
        if variable.kind is Kind.MANY:
            columns = flags(variable)
            if any(row[column] is not None for column in columns.values()):
                answers[variable.id] = frozenset(
                    code_id for code_id, column in columns.items() if row[column]
                )
        elif (stored := row[variable.id]) is not None:
            answers[variable.id] = (
                code_ids(variable.id)[stored] if variable.kind is Kind.ONE else int(stored)
            )
    return answers


def _encoded(variable: Variable, answer: Value) -> dict[str, int | bool | None]:
    if variable.kind is Kind.ONE:
        number = code_numbers(variable.id).get(answer) if isinstance(answer, str) else None
        if number is None:
            raise UnstorableAnswerError(f"{variable.id} has no such code")
        return {variable.id: number}
    if variable.kind is Kind.MANY:
        columns = flags(variable)
        if not isinstance(answer, frozenset) or not answer <= columns.keys():
            raise UnstorableAnswerError(f"{variable.id} has no such codes")
        return {column: code_id in answer for code_id, column in columns.items()}
    low, high = bounds(variable)
    if not isinstance(answer, int) or isinstance(answer, bool) or not low <= answer <= high:
        raise UnstorableAnswerError(f"{variable.id} is not a whole number from {low} to {high}")
    return {variable.id: answer}
