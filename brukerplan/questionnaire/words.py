"""An answer in words, as pages and printouts show it."""

from __future__ import annotations

from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.schema import Variable
from brukerplan.translation import Translator


def value_in_words(variable: Variable, value: Value, translator: Translator) -> str:
    """Return one answer as its labels."""
    if isinstance(value, int):
        return str(value)
    chosen = value if isinstance(value, frozenset) else frozenset({value})
    words = [
        translator.pgettext(variable.id, code.label) for code in variable.codes if code.id in chosen
    ]
    return ", ".join(words) or translator.gettext("Ingen av disse")
