"""Derived variables for all rows at once.

The rules live in `brukerplan.questionnaire.levels`, which says them for one person. Few
different cases occur (165 ways to rate eight areas, nine pairs of problems), so each
case is put to that one rule and the answer is spread over the rows: array work without a
second version of a rule that an owner may replace.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from brukerplan.questionnaire import levels
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.questions_background import (
    BIRTH_YEAR,
    MENTAL_PROBLEM,
    SUBSTANCE_PROBLEM,
)
from brukerplan.questionnaire.schema import UNKNOWN, Missing, Questionnaire

Codes = NDArray[np.int16]

OVERALL_LEVEL = levels.OVERALL_LEVEL.id
USER_GROUP = levels.USER_GROUP.id
ROP_GROUP = levels.ROP_GROUP.id
AGE_GROUP = levels.AGE_GROUP.id


def derive(q: Questionnaire, data: Mapping[str, Codes], *, year: int) -> dict[str, Codes]:
    """Compute the derived columns.

    Parameters
    ----------
    data
        By column, int16 codes of shape (n_rows,) with `Missing` already decided.

    Returns
    -------
    dict
        ``overall_level``, ``user_group``, ``rop_group`` and ``age_group``, int16 codes of
        shape (n_rows,). ``NOT_ANSWERED`` where an answer that the rule needs is missing;
        ``rop_group`` is ``NOT_APPLICABLE`` unless both problems are known, and
        ``user_group`` if neither is.
    """
    level = overall_level(q, data)
    return {
        OVERALL_LEVEL: level,
        USER_GROUP: user_group(q, data),
        ROP_GROUP: rop_group(q, data, level),
        AGE_GROUP: age_group(data[BIRTH_YEAR.id], year),
    }


def overall_level(q: Questionnaire, data: Mapping[str, Codes]) -> Codes:
    """Give the level of each row; ``NOT_ANSWERED`` if an area is neither rated nor unknown.

    The areas weigh alike, so a row's case is how many areas got each rating.
    """
    rule = q.level_rule
    ratings = (*dict(rule.weights), UNKNOWN)
    areas = np.stack([data[area] for area in rule.areas])
    # All areas share one code list.
    first = q.variable(rule.areas[0])
    case = np.zeros(areas.shape[1], dtype=np.int64)
    for rating in ratings:
        many = (areas == first.code(rating).number).sum(axis=0)
        case = case * (len(rule.areas) + 1) + many
    cases, row_case = np.unique(case, return_inverse=True)
    found = np.array([_level_of_case(q, ratings, int(one)) for one in cases], dtype=np.int16)
    answered = (areas >= 0).all(axis=0)
    rows = np.full(len(case), Missing.NOT_ANSWERED, dtype=np.int16)
    rows[answered] = found[row_case[answered]]
    return rows


def user_group(q: Questionnaire, data: Mapping[str, Codes]) -> Codes:
    """Tell which problems are known: substance, mental health or both."""
    rows = _start(data)
    for where, answers in _pairs_of_problems(q, data):
        if (group := levels.user_group(answers)) is not None:
            rows[where] = levels.USER_GROUP.code(group).number
    return rows


def rop_group(q: Questionnaire, data: Mapping[str, Codes], level: Codes) -> Codes:
    """Group those with both problems by how serious each is; others are not applicable."""
    rows = _start(data)
    for where, answers in _pairs_of_problems(q, data):
        if levels.user_group(answers) == "substance_and_mental":
            rows[where] = Missing.NOT_ANSWERED
        for code in levels.OVERALL_LEVEL.codes:
            if (group := levels.rop_group(answers, code.id)) is not None:
                here = where & (level == code.number)
                rows[here] = levels.ROP_GROUP.code(group).number
    return rows


def age_group(birth_year: Codes, year: int) -> Codes:
    """Group by age reached in the round's year; ``NOT_ANSWERED`` if too young for any."""
    years, row_year = np.unique(birth_year, return_inverse=True)
    groups = [levels.age_group(int(born), year) if born > 0 else None for born in years]
    numbers = [
        Missing.NOT_ANSWERED if group is None else levels.AGE_GROUP.code(group).number
        for group in groups
    ]
    rows: Codes = np.array(numbers, dtype=np.int16)[row_year]
    return rows


def _level_of_case(q: Questionnaire, ratings: tuple[str, ...], case: int) -> int:
    areas = iter(q.level_rule.areas)
    rated: dict[str, str] = {}
    for rating in reversed(ratings):
        case, many = divmod(case, len(q.level_rule.areas) + 1)
        rated.update((next(areas), rating) for _ in range(many))
    return levels.OVERALL_LEVEL.code(levels.overall_level(q.level_rule, rated).level).number


def _start(data: Mapping[str, Codes]) -> Codes:
    answered = (data[SUBSTANCE_PROBLEM.id] >= 0) & (data[MENTAL_PROBLEM.id] >= 0)
    rows: Codes = np.where(answered, Missing.NOT_APPLICABLE, Missing.NOT_ANSWERED).astype(np.int16)
    return rows


def _pairs_of_problems(
    q: Questionnaire, data: Mapping[str, Codes]
) -> list[tuple[NDArray[np.bool_], dict[str, Value]]]:
    """Return every pair of answers about the two problems, with the rows that gave it."""
    return [
        (
            (data[SUBSTANCE_PROBLEM.id] == substance.number)
            & (data[MENTAL_PROBLEM.id] == mental.number),
            {SUBSTANCE_PROBLEM.id: substance.id, MENTAL_PROBLEM.id: mental.id},
        )
        for substance in q.variable(SUBSTANCE_PROBLEM.id).codes
        for mental in q.variable(MENTAL_PROBLEM.id).codes
    ]
