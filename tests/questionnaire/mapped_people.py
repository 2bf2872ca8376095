"""Fictive answers for property tests: anything at all, and what a careful registrar gives."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from brukerplan.questionnaire.answers import MAXIMUM_AGE, Answers, Value, holds
from brukerplan.questionnaire.registry import EDITIONS
from brukerplan.questionnaire.schema import UNKNOWN, Kind, Questionnaire, Variable

editions = st.sampled_from(EDITIONS)


def round_year(questionnaire: Questionnaire) -> int:
    """A year in which the edition is used."""
    return questionnaire.last_year or questionnaire.first_year


def optional_variables(questionnaire: Questionnaire) -> frozenset[str]:
    """The ids of all variables a municipality can turn on."""
    return frozenset(variable.id for variable in questionnaire.variables if variable.optional)


def possible_answers(variable: Variable) -> st.SearchStrategy[Value]:
    """Any answer the variable has, alone."""
    codes = st.sampled_from(sorted(code.id for code in variable.codes) or [""])
    if variable.kind is Kind.ONE:
        return codes
    if variable.kind is Kind.MANY:
        return st.frozensets(codes)
    return st.integers(variable.minimum, variable.maximum)


@st.composite
def any_answers(draw: st.DrawFn, questionnaire: Questionnaire) -> dict[str, Value]:
    """Some variables answered, without regard to routing or rules."""
    answers: dict[str, Value] = {}
    for variable in questionnaire.variables:
        if draw(st.booleans()):
            answers[variable.id] = draw(possible_answers(variable))
    return answers


@st.composite
def complete_answers(draw: st.DrawFn, questionnaire: Questionnaire) -> dict[str, Value]:
    """Every question that applies answered, optional ones too, and nothing impossible."""
    year = round_year(questionnaire)
    answers: dict[str, Value] = {}
    for variable in questionnaire.variables:
        show_if = variable.show_if
        if show_if and not any(holds(condition, answers) for condition in show_if.any_of):
            continue
        answers[variable.id] = draw(_possible_for_a_person(variable, answers, year))
    return answers


def _possible_for_a_person(
    variable: Variable, answers: Answers, year: int
) -> st.SearchStrategy[Value]:
    if variable.id == "birth_year":
        return st.integers(year - MAXIMUM_AGE, year - 16)
    if variable.id == "first_year_known":
        born = answers["birth_year"]
        assert isinstance(born, int)
        return st.integers(born, year)
    if variable.id == "mental_problem" and answers["substance_problem"] == "none":
        return st.sampled_from(["less_serious", "serious"])
    if variable.chosen_among is not None:
        chosen = answers[variable.chosen_among]
        assert isinstance(chosen, frozenset)
        return st.sampled_from([*sorted(chosen), UNKNOWN])
    return possible_answers(variable)


def as_typed(answers: Answers) -> Mapping[str, list[str]]:
    """The answers as a form sends them."""
    return {
        variable: sorted(value) if isinstance(value, frozenset) else [str(value)]
        for variable, value in answers.items()
    }
