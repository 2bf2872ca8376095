"""What a question means in an edition: what must not change under one id, and what may.

The codes, whom the question is put to and what a derived variable is made of are its meaning.
Labels and help are its wording: a better word for the same thing is the same question.
"""

from __future__ import annotations

from brukerplan.questionnaire import levels
from brukerplan.questionnaire import questions_background as background
from brukerplan.questionnaire.schema import Questionnaire, Variable
from brukerplan.statistics.derived import AGE_GROUP, OVERALL_LEVEL, ROP_GROUP, USER_GROUP


def meaning(q: Questionnaire, table_id: str) -> list[object]:
    """Return what must be the same for two years to mean the same, down the routing."""
    told: list[object] = []
    waiting = _variables(q, table_id)
    while waiting:
        variable = waiting.pop()
        codes = [(code.id, code.number) for code in variable.codes]
        told.append(
            (variable.id, variable.kind, codes, variable.minimum, variable.maximum,
             variable.show_if, variable.chosen_among)
        )  # fmt: skip
        if variable.show_if is not None:
            waiting += [q.variable(condition.variable) for condition in variable.show_if.any_of]
    return told


def wording(q: Questionnaire, table_id: str) -> str:
    """Return the words of a question, its help and its answers."""
    variables = (*_variables(q, table_id), *(v for v in levels.DERIVED if v.id == table_id))
    return "\n".join(
        text
        for variable in variables
        for text in (
            variable.label,
            variable.help,
            *(part for code in variable.codes for part in (code.label, code.help)),
        )
    )


def _variables(q: Questionnaire, table_id: str) -> list[Variable]:
    """Return what a table rests on: its question, or those a derived variable is made of."""
    problems = [background.SUBSTANCE_PROBLEM.id, background.MENTAL_PROBLEM.id]
    areas = list(q.level_rule.areas)
    made_of = {
        OVERALL_LEVEL: areas,
        USER_GROUP: problems,
        ROP_GROUP: [*problems, *areas],
        AGE_GROUP: [background.BIRTH_YEAR.id],
    }
    ids = made_of.get(table_id)
    if ids is not None:
        return [q.variable(variable_id) for variable_id in ids]
    return [variable for variable in q.variables if table_id in variable.columns]
