"""From what was typed to answers, and what is wrong or odd with them.

Answers are keyed by variable id: the code id of a ONE, the frozenset of chosen code ids
of a MANY (empty: answered, and none of these), the number of a COUNT or YEAR. A key that
is absent is a question not answered; "unknown" is an answer somebody chose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from brukerplan.questionnaire.findings import Finding, hard, soft
from brukerplan.questionnaire.questions_background import BIRTH_YEAR, FIRST_YEAR_KNOWN
from brukerplan.questionnaire.schema import (
    UNKNOWN,
    Condition,
    Kind,
    Questionnaire,
    Rule,
    Variable,
)

__all__ = [
    "MAXIMUM_AGE",
    "Answers",
    "Finding",
    "Parsed",
    "Progress",
    "Value",
    "applicable",
    "check",
    "holds",
    "parse",
    "progress",
    "route",
]

Value = str | frozenset[str] | int
Answers = Mapping[str, Value]

MAXIMUM_AGE = 110

# Longer than any bound of a COUNT or YEAR; keeps a typed novel from becoming a number.
_MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read, and findings for what could not; the latter is not in ``answers``."""

    answers: Answers
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the questions that apply have been answered."""

    answered: int
    asked: int


def parse(questionnaire: Questionnaire, raw: Mapping[str, Sequence[str]]) -> Parsed:
    """Read the strings of a form or of a file; never raises on what a user typed.

    Parameters
    ----------
    raw
        By variable id, the strings given. Other keys are ignored, and an empty string is
        no answer. A MANY whose key is present with nothing chosen is answered with none
        of its codes; leave the key out when it is not answered.
    """
    answers: dict[str, Value] = {}
    findings: list[Finding] = []
    for variable in questionnaire.variables:
        if variable.id not in raw:
            continue
        texts = [text.strip() for text in raw[variable.id]]
        result = _read(variable, [text for text in texts if text])
        if isinstance(result, Finding):
            findings.append(result)
        elif result is not None:
            answers[variable.id] = result
    return Parsed(answers, tuple(findings))


def applicable(questionnaire: Questionnaire, answers: Answers) -> frozenset[str]:
    """Return the ids of the variables that routing lets be asked, optional ones included."""
    return frozenset(variable.id for variable in _routed(questionnaire, answers)[0])


def route(questionnaire: Questionnaire, answers: Answers) -> Answers:
    """Drop answers to questions that do not apply, and to variables the edition has not.

    Conditions see only answers that are kept, so dropping one drops what hangs on it.
    """
    return _routed(questionnaire, answers)[1]


def check(
    questionnaire: Questionnaire,
    answers: Answers,
    *,
    year: int,
    optional: frozenset[str] = frozenset(),
    complete: bool,
) -> tuple[Finding, ...]:
    """Find what is wrong or odd with answers in the round of ``year``.

    Parameters
    ----------
    optional
        Ids of the optional variables that the municipality has turned on.
    complete
        False finds only what the given answers make wrong, as for a draft. True also
        finds what is missing, as before submission. A number has no "unknown" to choose,
        so a missing number is only a soft finding; a missing birth year is a hard one.

    Returns
    -------
    tuple of Finding
        In the order of the form, at most one for each variable and rule.
    """
    variables, kept = _routed(questionnaire, answers)
    findings = list(_wrong_values(variables, kept))
    findings += _wrong_years(questionnaire, kept, year)
    findings += _broken_rules(questionnaire.rules, kept)
    if complete:
        findings += _missing(variables, kept, optional)
    position = {variable.id: place for place, variable in enumerate(questionnaire.variables)}
    return tuple(sorted(findings, key=lambda found: position[found.variable]))


def progress(
    questionnaire: Questionnaire, answers: Answers, optional: frozenset[str] = frozenset()
) -> Progress:
    """Count the questions asked of this person and those answered; ``optional`` as in check."""
    variables, kept = _routed(questionnaire, answers)
    asked = [variable.id for variable in variables if _is_asked(variable, optional)]
    return Progress(answered=sum(name in kept for name in asked), asked=len(asked))


def holds(condition: Condition, answers: Answers) -> bool:
    """Tell whether a condition holds; never for an unanswered variable.

    A COUNT or YEAR is compared by its digits.
    """
    value = answers.get(condition.variable)
    if value is None:
        return False
    given = value if isinstance(value, frozenset) else {str(value)}
    return given.isdisjoint(condition.codes) if condition.negated else bool(given & condition.codes)


def _routed(
    questionnaire: Questionnaire, answers: Answers
) -> tuple[list[Variable], dict[str, Value]]:
    # Routing only looks back (a test sees to it), so one walk in order is enough.
    variables: list[Variable] = []
    kept: dict[str, Value] = {}
    for variable in questionnaire.variables:
        show_if = variable.show_if
        if show_if is None or any(holds(condition, kept) for condition in show_if.any_of):
            variables.append(variable)
            if variable.id in answers:
                kept[variable.id] = answers[variable.id]
    return variables, kept


def _is_asked(variable: Variable, optional: frozenset[str]) -> bool:
    return not variable.optional or variable.id in optional


def _read(variable: Variable, texts: list[str]) -> Value | Finding | None:
    if variable.kind is Kind.MANY:
        chosen = frozenset(texts)
        return chosen if chosen <= _code_ids(variable) else hard(variable.id, "unknown_code")
    if not texts:
        return None
    if len(set(texts)) > 1:
        return hard(variable.id, "several_answers")
    text = texts[0]
    if variable.kind is Kind.ONE:
        return text if text in _code_ids(variable) else hard(variable.id, "unknown_code")
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        not_read = "not_a_year" if variable.kind is Kind.YEAR else "not_a_number"
        return hard(variable.id, not_read)
    number = int(text)
    return _outside_bounds(variable, number) or number


def _code_ids(variable: Variable) -> frozenset[str]:
    return frozenset(code.id for code in variable.codes)


def _outside_bounds(variable: Variable, number: int) -> Finding | None:
    bounds = {"minimum": variable.minimum, "maximum": variable.maximum}
    if variable.minimum is not None and number < variable.minimum:
        return hard(variable.id, "too_low", **bounds)
    if variable.maximum is not None and number > variable.maximum:
        return hard(variable.id, "too_high", **bounds)
    return None


def _wrong_values(variables: Sequence[Variable], answers: Answers) -> Iterator[Finding]:
    for variable in variables:
        value = answers.get(variable.id)
        if value is None:
            continue
        if isinstance(value, int):
            outside = _outside_bounds(variable, value)
            if outside:
                yield outside
            continue
        chosen = value if isinstance(value, frozenset) else frozenset({value})
        if not chosen <= _code_ids(variable):
            yield hard(variable.id, "unknown_code")
        elif variable.chosen_among is not None:
            among = answers.get(variable.chosen_among)
            if isinstance(among, frozenset) and not chosen <= among | {UNKNOWN}:
                yield hard(variable.id, "not_among_chosen")


def _wrong_years(questionnaire: Questionnaire, answers: Answers, year: int) -> Iterator[Finding]:
    born, known = answers.get(BIRTH_YEAR.id), answers.get(FIRST_YEAR_KNOWN.id)
    if isinstance(born, int):
        if year - born < questionnaire.minimum_age:
            yield hard(BIRTH_YEAR.id, "too_young", minimum_age=questionnaire.minimum_age, year=year)
        if year - born > MAXIMUM_AGE:
            yield hard(BIRTH_YEAR.id, "too_old", maximum_age=MAXIMUM_AGE, year=year)
    if isinstance(known, int):
        if isinstance(born, int) and known < born:
            yield hard(FIRST_YEAR_KNOWN.id, "known_before_birth")
        if known > year:
            yield hard(FIRST_YEAR_KNOWN.id, "known_after_round", year=year)


def _broken_rules(rules: Sequence[Rule], answers: Answers) -> Iterator[Finding]:
    for rule in rules:
        if all(holds(condition, answers) for condition in rule.all_of):
            yield Finding(rule.variable, rule.id, rule.severity, rule.message)


def _missing(
    variables: Sequence[Variable], answers: Answers, optional: frozenset[str]
) -> Iterator[Finding]:
    for variable in variables:
        if not _is_asked(variable, optional):
            continue
        if variable.id in answers:
            if answers[variable.id] == frozenset():
                yield soft(variable.id, "none_chosen")
        elif variable.id == BIRTH_YEAR.id:
            yield hard(variable.id, "missing_year")
        elif variable.kind in (Kind.COUNT, Kind.YEAR):
            yield soft(variable.id, "missing_number")
        elif UNKNOWN in _code_ids(variable):
            yield hard(variable.id, "missing")
        else:
            yield hard(variable.id, "missing_choice")
