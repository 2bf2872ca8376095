"""Answers to column values and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
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


def encode_only(answers: Answers, names: Iterable[str]) -> dict[str, int | bool | None]:
    """Give the value of the columns of these variables, as `encode` does of all."""
    values: dict[str, int | bool | None] = {}
    for name in names:
        variable = variable_by_id(name)
        answer = answers.get(name)
        values |= dict.fromkeys(variable.columns) if answer is None else _encoded(variable, answer)
    return values


def decode(row: Mapping[str, Any], only: Iterable[str] | None = None) -> dict[str, Value]:
    """Give the answers that a row of answer columns holds; of these variables if ``only``."""
    answers: dict[str, Value] = {}
    for name, codes, columns in _everything() if only is None else map(_reading, only):
        if columns:
            chosen = frozenset(code_id for code_id, column in columns if row[column])
            if chosen or any(row[column] is not None for _, column in columns):
                answers[name] = chosen
        elif (stored := row[name]) is not None:
            answers[name] = int(stored) if codes is None else codes[stored]
    return answers


def as_text(value: Value) -> str:
    """Write an answer as the history and the kept versions do.

    A code id, digits, or code ids in order with spaces between: no code id holds a space.
    The empty text is «none of these».

    >>> as_text("red"), as_text(1980), as_text(frozenset({"ghb", "alcohol"}))
    ('red', '1980', 'alcohol ghb')
    """
    return " ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def from_text(variable: Variable, text: str) -> Value:
    """Read what `as_text` wrote of an answer to the variable."""
    if variable.kind is Kind.MANY:
        return frozenset(text.split())
    return text if variable.kind is Kind.ONE else int(text)


def read_confirmed(text: str) -> dict[str, str]:
    """Read the confirmed soft rules with their reasons."""
    return {rule: reason for rule, _, reason in (item.partition(":") for item in text.split())}


def write_confirmed(confirmed: Mapping[str, str]) -> str:
    """Write what `read_confirmed` reads.

    >>> write_confirmed({"missing_number": "not_sure", "housing_red": "situation"})
    'housing_red:situation missing_number:not_sure'
    """
    return " ".join(f"{rule}:{reason}" for rule, reason in sorted(confirmed.items()))


@cache
def variable_by_id(variable_id: str) -> Variable:
    """Return a variable that some edition asks.

    Raises
    ------
    UnstorableAnswerError
        None does.
    """
    for variable in all_variables():
        if variable.id == variable_id:
            return variable
    raise UnstorableAnswerError(f"no edition asks {variable_id}")


# Name; code id by number where one is chosen; code id and column where many are.
_Reading = tuple[str, Mapping[int, str] | None, tuple[tuple[str, str], ...]]


@cache
def _reading(name: str) -> _Reading:
    variable = variable_by_id(name)
    if variable.kind is Kind.MANY:
        return name, None, tuple(flags(variable).items())
    return name, code_ids(name) if variable.kind is Kind.ONE else None, ()


@cache
def _everything() -> tuple[_Reading, ...]:
    # Once: a municipality's thousands are read with it.
    return tuple(_reading(variable.id) for variable in all_variables())


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
