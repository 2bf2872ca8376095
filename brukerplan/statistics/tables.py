"""Which one-way tables an edition gives.

A table counts one column of the frame. The persons it counts are kept in two parts that
never overlap, ``substance`` and ``mental_only``, so that every population that is ever
published is a sum of parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from brukerplan.questionnaire import questions_background as background
from brukerplan.questionnaire.levels import DERIVED
from brukerplan.questionnaire.schema import (
    UNKNOWN,
    Condition,
    Kind,
    Missing,
    Questionnaire,
    Variable,
)
from brukerplan.statistics.derived import ROP_GROUP

SUBSTANCE = "substance"
MENTAL_ONLY = "mental_only"
PARTS = (SUBSTANCE, MENTAL_ONLY)
ALL = "all"
"""Everybody: a population that is no part, a group without a condition."""

SUBSTANCE_PROBLEM = background.SUBSTANCE_PROBLEM.id
MENTAL_PROBLEM = background.MENTAL_PROBLEM.id
NO_PROBLEM = "none"

# Which user groups make up each part.
USER_GROUPS_OF_PART: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {SUBSTANCE: ("substance_only", "substance_and_mental"), MENTAL_ONLY: ("mental_only",)}
)
# A number may be left open after a question whether that is meant, which is how "unknown"
# is said of a number. It is a category of its own, so that the base stays everybody asked.
NONE_OR_MORE = (("none", 0), ("one_or_more", 1), (UNKNOWN, int(Missing.NOT_ANSWERED)))
NO_OR_YES = (("no", 0), ("yes", 1))


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A one-way table.

    Parameters
    ----------
    id
        Name of the table; the same as ``column``.
    column
        Column of the frame.
    categories
        Pairs of code id and code number, in the order of the questionnaire.
    parts
        Parts of the population to which the question can apply.
    top
        Greater numbers count as this one: 1 for "one or more"; ``None`` where none occur.
    """

    id: str
    column: str
    categories: tuple[tuple[str, int], ...]
    parts: tuple[str, ...]
    top: int | None = None

    @property
    def category_ids(self) -> tuple[str, ...]:
        """Ids of the categories in order."""
        return tuple(code_id for code_id, _ in self.categories)


def tables_for(q: Questionnaire) -> tuple[TableSpec, ...]:
    """Return the one-way tables of an edition, derived ones first, then as in the form.

    A single choice gives one table, a multiple choice one per code (no, yes), a count one
    of "none", "one or more" and "unknown". Optional variables and years give none: the
    first are not asked everywhere, and a birth year is published as age group only.
    """
    derived = (_choice(variable, _derived_parts(variable.id)) for variable in DERIVED)
    asked = (spec for variable in q.variables for spec in _specs(q, variable))
    return (*derived, *asked)


def possible_codes(q: Questionnaire, variable_id: str, part: str) -> frozenset[str]:
    """Codes of a single choice that a person of the part can have, "unknown" included.

    The parts are made from the two problems, so these are limited; all others are not.
    """
    if variable_id == SUBSTANCE_PROBLEM and part == MENTAL_ONLY:
        return frozenset({NO_PROBLEM})
    codes = frozenset(code.id for code in q.variable(variable_id).codes)
    if (variable_id, part) in ((SUBSTANCE_PROBLEM, SUBSTANCE), (MENTAL_PROBLEM, MENTAL_ONLY)):
        return codes - {NO_PROBLEM}
    return codes


def _specs(q: Questionnaire, variable: Variable) -> tuple[TableSpec, ...]:
    if variable.optional or variable.kind is Kind.YEAR:
        return ()
    parts = tuple(part for part in PARTS if _can_apply(q, variable, part))
    if variable.kind is Kind.ONE:
        return (_choice(variable, parts),)
    if variable.kind is Kind.COUNT:
        return (TableSpec(variable.id, variable.id, NONE_OR_MORE, parts, top=1),)
    return tuple(TableSpec(column, column, NO_OR_YES, parts) for column in variable.columns)


def _choice(variable: Variable, parts: tuple[str, ...]) -> TableSpec:
    categories = tuple((code.id, code.number) for code in variable.codes)
    return TableSpec(variable.id, variable.id, categories, parts)


def _derived_parts(variable_id: str) -> tuple[str, ...]:
    # Both problems at once is what a ROP group groups.
    return (SUBSTANCE,) if variable_id == ROP_GROUP else PARTS


def _can_apply(q: Questionnaire, variable: Variable, part: str) -> bool:
    if variable.show_if is None:
        return True
    return any(_can_hold(q, condition, part) for condition in variable.show_if.any_of)


def _can_hold(q: Questionnaire, condition: Condition, part: str) -> bool:
    variable = q.variable(condition.variable)
    if not _can_apply(q, variable, part):
        return False
    if variable.kind is not Kind.ONE:
        return True
    possible = possible_codes(q, variable.id, part)
    return bool(possible - condition.codes if condition.negated else possible & condition.codes)
