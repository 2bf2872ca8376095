"""The answer columns: one typed nullable column a variable ever used, checked by its codes.

A variable with many answers has one boolean column a code. Registrations and frozen
registrations have the same columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import sqlalchemy as sa

from brukerplan.questionnaire.registry import EDITIONS, all_variables
from brukerplan.questionnaire.schema import Kind, Variable, flag_column


def answer_columns() -> list[sa.Column[int] | sa.Column[bool]]:
    """New columns for the answers, in the order of the newest edition."""
    return [
        sa.Column(name, sa.Boolean() if variable.kind is Kind.MANY else sa.SmallInteger())
        for variable in all_variables()
        for name in variable.columns
    ]


def answer_checks() -> list[sa.CheckConstraint]:
    """New CHECKs: a coded answer is one of the codes, a number is within its bounds."""
    checks = []
    for variable in all_variables():
        if variable.kind is Kind.ONE:
            among = _among(variable.id, code_numbers(variable.id).values())
            checks.append(sa.CheckConstraint(among, name=variable.id))
        elif variable.kind is Kind.MANY:
            # PostgreSQL has booleans; SQLite would take any number.
            checks += [
                sa.CheckConstraint(f"{name} BETWEEN 0 AND 1", name=name).ddl_if(dialect="sqlite")
                for name in variable.columns
            ]
        else:
            low, high = bounds(variable)
            checks.append(
                sa.CheckConstraint(f"{variable.id} BETWEEN {low} AND {high}", name=variable.id)
            )
    return checks


@cache
def answer_column_names() -> tuple[str, ...]:
    """Names of all answer columns, in the order of the tables."""
    return tuple(name for variable in all_variables() for name in variable.columns)


@cache
def code_numbers(variable_id: str) -> dict[str, int]:
    """Code id → number over every edition, by number: an old edition's code stays legal."""
    found = {
        code.id: code.number
        for edition in EDITIONS
        for variable in edition.variables
        if variable.id == variable_id
        for code in variable.codes
    }
    return dict(sorted(found.items(), key=lambda item: item[1]))


@cache
def code_ids(variable_id: str) -> dict[int, str]:
    """Number → code id over every edition."""
    return {number: code_id for code_id, number in code_numbers(variable_id).items()}


def bounds(variable: Variable) -> tuple[int, int]:
    """The bounds of a count or a year, both included; those of the column where none are set."""
    low = 0 if variable.minimum is None else variable.minimum
    high = 32_767 if variable.maximum is None else variable.maximum
    return low, high


def flags(variable: Variable) -> dict[str, str]:
    """Code id → column name of a variable with many answers."""
    return {code.id: flag_column(variable.id, code.id) for code in variable.codes}


def _among(column: str, numbers: Iterable[int]) -> str:
    """SQL for ``column IN (numbers)``, ascending, as ranges.

    SQLite builds a table for every IN of every row: with these columns that made an insert
    sixty times slower.
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return " OR ".join(
        f"{column} BETWEEN {run[0]} AND {run[-1]}" if len(run) > 1 else f"{column} = {run[0]}"
        for run in runs
    )
