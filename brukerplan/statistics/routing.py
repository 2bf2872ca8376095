"""Which questions applied to whom, for all rows at once.

The rule is that of `brukerplan.questionnaire.answers.applicable`, which says it for one
person; a property test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from brukerplan.questionnaire.schema import Condition, Kind, Questionnaire, Variable

Bools = NDArray[np.bool_]


def applicable(
    q: Questionnaire, answers: Mapping[str, NDArray[np.int16]], *, null: int
) -> dict[str, Bools]:
    """Tell for every variable of the edition and every row whether the question applied.

    A condition counts only answers to questions that themselves applied: what hangs on a
    question that was routed away is routed away with it. Routing only looks back in the
    form, so one walk in order is enough.

    Parameters
    ----------
    answers
        By column, int16 of shape (n_rows,), ``null`` where nothing is stored.

    Returns
    -------
    dict
        By variable id, bool of shape (n_rows,).
    """
    found: dict[str, Bools] = {}
    for variable in q.variables:
        n_rows = len(answers[variable.columns[0]])
        if variable.show_if is None:
            found[variable.id] = np.ones(n_rows, dtype=np.bool_)
            continue
        applies = np.zeros(n_rows, dtype=np.bool_)
        for condition in variable.show_if.any_of:
            of = q.variable(condition.variable)
            applies |= found[of.id] & _holds(of, condition, answers, null)
        found[variable.id] = applies
    return found


def _holds(
    variable: Variable,
    condition: Condition,
    answers: Mapping[str, NDArray[np.int16]],
    null: int,
) -> Bools:
    answered = answers[variable.columns[0]] != null
    chosen = _chosen(variable, condition.codes, answers)
    met: Bools = answered & (~chosen if condition.negated else chosen)
    return met


def _chosen(
    variable: Variable, codes: frozenset[str], answers: Mapping[str, NDArray[np.int16]]
) -> Bools:
    if variable.kind is Kind.MANY:
        any_chosen = np.zeros(len(answers[variable.columns[0]]), dtype=np.bool_)
        for code, column in zip(variable.codes, variable.columns, strict=True):
            if code.id in codes:
                any_chosen |= answers[column] == 1
        return any_chosen
    if variable.kind is Kind.ONE:
        numbers = [code.number for code in variable.codes if code.id in codes]
    else:
        # Conditions on counts name numbers in digits.
        numbers = [int(code) for code in codes]
    return np.isin(answers[variable.id], numbers)
