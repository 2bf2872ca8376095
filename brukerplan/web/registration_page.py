"""What the registration page shows, worked out from stored or typed answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from brukerplan.forms.registration import NONE_OF_THESE
from brukerplan.persistence.queries.previous import Previous
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.questionnaire.answers import (
    Answers,
    Finding,
    Value,
    applicable,
)
from brukerplan.questionnaire.levels import (
    OVERALL_LEVEL,
    OverallLevel,
    overall_level,
    ratings,
)
from brukerplan.questionnaire.schema import LevelRule, Questionnaire, Variable
from brukerplan.questionnaire.words import value_in_words
from brukerplan.translation import Translator


@dataclass(frozen=True, slots=True)
class ShownLevel:
    """The overall level with its word and the reason for it."""

    level: str
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a registration has come: sections with nothing left are ``finished``."""

    level: ShownLevel
    finished: frozenset[str]


def standing(
    questionnaire: Questionnaire,
    answers: Answers,
    translator: Translator,
    *,
    optional: frozenset[str],
    unconfirmed: frozenset[str] = frozenset(),
    level: OverallLevel | None = None,
) -> Standing:
    """Work out the level and which sections have nothing left to answer or confirm.

    Parameters
    ----------
    level
        The level of these answers where it is known already.
    """
    rule = questionnaire.level_rule
    asked = applicable(questionnaire, answers)
    return Standing(
        level=_shown_level(
            rule, level or overall_level(rule, ratings(questionnaire, answers)), translator
        ),
        finished=frozenset(
            section.id
            for section in questionnaire.sections
            if section.id not in unconfirmed
            and all(
                variable.id in answers
                for variable in _on_form(section.variables, optional)
                if variable.id in asked
            )
        ),
    )


@dataclass(frozen=True, slots=True)
class Before:
    """What was answered when the person was last registered, as the form's own choices."""

    year: int
    chosen: Mapping[str, frozenset[str]]
    sections: frozenset[str]


def before(previous: Previous | None, questionnaire: Questionnaire) -> Before | None:
    """Prepare earlier answers for being shown beside the form's choices."""
    if previous is None:
        return None
    return Before(
        year=previous.year,
        chosen={name: _as_choices(value) for name, value in previous.answers.items()},
        sections=frozenset(
            section.id
            for section in questionnaire.sections
            if any(variable.id in previous.answers for variable in section.variables)
        ),
    )


def problems(
    findings: Iterable[Finding], questionnaire: Questionnaire, translator: Translator
) -> list[tuple[str, str]]:
    """Return the error summary: where to go, and the question with what is wrong with it."""
    return [
        (
            f"q-{finding.variable}",
            f"{_label(questionnaire, finding.variable, translator)}: {finding.text(translator)}",
        )
        for finding in findings
    ]


def review(
    found: RegistrationView,
    questionnaire: Questionnaire,
    translator: Translator,
    *,
    optional: frozenset[str],
) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Return section id, title and, by question, id, label and answer in words.

    Questions that do not apply are left out, and so are services without need: thirty
    lines of «no need» would hide the ones that matter.
    """
    asked = applicable(questionnaire, found.answers)
    sections = []
    for section in questionnaire.sections:
        lines = [
            (
                variable.id,
                translator.pgettext(variable.id, variable.label),
                answer_in_words(variable, found.answers, translator),
            )
            for variable in _on_form(section.variables, optional)
            if variable.id in asked
            and not (variable.default and found.answers.get(variable.id) == variable.default)
        ]
        title = translator.pgettext(f"section.{section.id}", section.title)
        sections.append((section.id, title, lines))
    return sections


def answer_in_words(variable: Variable, answers: Answers, translator: Translator) -> str:
    """Return the answer as its labels; the empty string when there is none."""
    value = answers.get(variable.id)
    return "" if value is None else value_in_words(variable, value, translator)


def _shown_level(rule: LevelRule, result: OverallLevel, t: Translator) -> ShownLevel:
    code = OVERALL_LEVEL.code(result.level)
    return ShownLevel(
        level=result.level,
        label=t.pgettext(OVERALL_LEVEL.id, code.label),
        why=_why(result, len(rule.areas) * max(weight for _, weight in rule.weights), t),
    )


def _as_choices(value: Value) -> frozenset[str]:
    if isinstance(value, frozenset):
        return value or frozenset({NONE_OF_THESE})
    return frozenset({str(value)})


def _why(result: OverallLevel, most: int, t: Translator) -> str:
    if result.sum_min == result.sum_max:
        return t.gettext("sum %(sum)s av %(most)s", sum=result.sum_min, most=most)
    return t.gettext(
        "sum %(least)s–%(greatest)s av %(most)s",
        least=result.sum_min,
        greatest=result.sum_max,
        most=most,
    )


def _on_form(variables: Iterable[Variable], optional: frozenset[str]) -> Iterable[Variable]:
    return (variable for variable in variables if not variable.optional or variable.id in optional)


def _label(questionnaire: Questionnaire, variable_id: str, translator: Translator) -> str:
    return translator.pgettext(variable_id, questionnaire.variable(variable_id).label)
