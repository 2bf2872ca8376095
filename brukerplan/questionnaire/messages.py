"""Every text of this room, for the translation catalogue ``questionnaire``.

The editions are data, so their texts are not found by reading source code; here they are
walked. Bokmål is the source; the context tells equal words apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from brukerplan.questionnaire import codebook_texts, findings
from brukerplan.questionnaire.levels import DERIVED, UnknownFunctionAreaError, UnknownRatingError
from brukerplan.questionnaire.registry import (
    EDITIONS,
    NoEditionForYearError,
    UnknownEditionError,
)
from brukerplan.questionnaire.schema import Questionnaire, Variable
from brukerplan.translation import UserError

ERRORS: tuple[type[UserError], ...] = (
    UnknownEditionError,
    NoEditionForYearError,
    UnknownFunctionAreaError,
    UnknownRatingError,
)


def messages() -> Iterator[tuple[str | None, str]]:
    """Yield each (context, text) once, newest edition first; ``None`` is no context.

    Contexts: ``edition.<id>``, ``section.<id>``, a variable's id for its label, help and
    codes, ``rule.<id>``, ``codebook``; errors have none.
    """
    seen: set[tuple[str | None, str]] = set()
    for entry in _all():
        if entry[1] and entry not in seen:
            seen.add(entry)
            yield entry


def _all() -> Iterator[tuple[str | None, str]]:
    for questionnaire in reversed(EDITIONS):
        yield from _of_edition(questionnaire)
    for variable in DERIVED:
        yield from _of_variable(variable)
    for rule, message in findings.MESSAGES.items():
        yield f"rule.{rule}", message
    for text in codebook_texts.TEXTS:
        yield codebook_texts.CONTEXT, text
    for error in ERRORS:
        yield None, error.message


def _of_edition(questionnaire: Questionnaire) -> Iterator[tuple[str, str]]:
    yield f"edition.{questionnaire.edition}", questionnaire.title
    for section in questionnaire.sections:
        yield f"section.{section.id}", section.title
        yield f"section.{section.id}", section.intro
    for variable in questionnaire.variables:
        yield from _of_variable(variable)
    for rule in questionnaire.rules:
        yield f"rule.{rule.id}", rule.message


def _of_variable(variable: Variable) -> Iterator[tuple[str, str]]:
    yield variable.id, variable.label
    yield variable.id, variable.help
    for code in variable.codes:
        yield variable.id, code.label
        yield variable.id, code.help
