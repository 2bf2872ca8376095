"""Last year's answers as a proposal for this year's: carried over, not yet stood by."""

from __future__ import annotations

from brukerplan.questionnaire.answers import Answers, Value, route
from brukerplan.questionnaire.schema import Kind, Questionnaire, Variable


def carried_over(
    questionnaire: Questionnaire,
    earlier: Answers,
    *,
    proposed: Answers,
    optional: frozenset[str],
) -> dict[str, Value]:
    """Return the earlier answers that this edition asks and can still be given.

    Parameters
    ----------
    earlier
        Answers of the same person in an earlier round, of whatever edition.
    proposed
        What the national number tells. It is newer than last year's answer.
    optional
        The optional variables that are asked this year.
    """
    known: dict[str, Value] = {}
    for variable in questionnaire.variables:
        value = earlier.get(variable.id)
        if value is None or variable.id in proposed:
            continue
        if variable.optional and variable.id not in optional:
            continue
        still = _still_known(variable, value)
        if still is not None:
            known[variable.id] = still
    # Asked of this person in this edition: an answer nobody is shown is not carried over.
    kept = route(questionnaire, {**known, **proposed})
    return {name: value for name, value in known.items() if name in kept}


def sections_with(questionnaire: Questionnaire, answers: Answers) -> frozenset[str]:
    """Return the ids of the sections that ask for any of these answers."""
    return frozenset(
        section.id
        for section in questionnaire.sections
        if any(variable.id in answers for variable in section.variables)
    )


def _still_known(variable: Variable, value: Value) -> Value | None:
    codes = {code.id for code in variable.codes}
    if variable.kind is Kind.ONE:
        return value if value in codes else None
    if variable.kind is Kind.MANY:
        # Not what is left of it: the rest would read as «and nothing else».
        return value if isinstance(value, frozenset) and value <= codes else None
    if not isinstance(value, int):
        return None
    too_low = variable.minimum is not None and value < variable.minimum
    too_high = variable.maximum is not None and value > variable.maximum
    return None if too_low or too_high else value
