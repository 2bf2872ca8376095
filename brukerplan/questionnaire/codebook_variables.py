"""What the codebook says of any variable, asked or derived."""

from __future__ import annotations

from typing import Any

from brukerplan.questionnaire import codebook_texts as texts
from brukerplan.questionnaire.codebook_words import Words
from brukerplan.questionnaire.questions_function import PUBLISHED_ANCHORS
from brukerplan.questionnaire.schema import UNKNOWN_NUMBER, Code, Variable, Widget


def described(words: Words, variable: Variable) -> dict[str, Any]:
    """Id, type, label, help and codes of a variable."""
    return {
        "id": variable.id,
        "type": variable.kind.value,
        "type_label": words.say(texts.KINDS[variable.kind]),
        "label": words.of(variable, variable.label),
        "help": words.of(variable, variable.help),
        "codes": [_code(words, variable, code) for code in variable.codes],
    }


def _code(words: Words, variable: Variable, code: Code) -> dict[str, Any]:
    source = None
    # Only criteria need a source: an anchor decides what the colour means.
    if variable.widget is Widget.FUNCTION_AREA and code.number != UNKNOWN_NUMBER:
        published = (variable.id, code.id) in PUBLISHED_ANCHORS
        source = words.say(texts.PUBLISHED if published else texts.OWN_WORDING)
    return {
        "id": code.id,
        "number": code.number,
        "label": words.of(variable, code.label),
        "help": words.of(variable, code.help),
        "source": source,
    }
