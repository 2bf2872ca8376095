"""The codebook of an edition, made from the edition itself: dictionary, JSON, Markdown."""

from __future__ import annotations

import json
from typing import Any

from brukerplan.questionnaire import codebook_texts as texts
from brukerplan.questionnaire.codebook_markdown import markdown
from brukerplan.questionnaire.codebook_rules import (
    derived_variables,
    general_rules,
    overall_level_rule,
    rop_group_rule,
    rules,
    unmet_need,
)
from brukerplan.questionnaire.codebook_variables import described
from brukerplan.questionnaire.codebook_words import Words
from brukerplan.questionnaire.registry import EDITIONS, digest
from brukerplan.questionnaire.schema import (
    UNKNOWN_NUMBER,
    Missing,
    Questionnaire,
    Section,
    Variable,
)
from brukerplan.translation import Translator


def codebook(questionnaire: Questionnaire, translator: Translator) -> dict[str, Any]:
    """Return all there is to know of an edition, in the translator's language.

    Returns
    -------
    dict
        Only strings, numbers, booleans, ``None``, lists and dictionaries. Keys:
        ``edition``, ``title``, ``summary``, ``language``, ``first_year``, ``last_year``,
        ``minimum_age``, ``digest``; ``sections`` with their ``variables``; ``missing``
        numbers; ``general_rules`` (texts) and ``rules``; ``overall_level`` and
        ``rop_group`` (the rules, whose ``source`` says that they are the project's own);
        ``derived`` variables; ``unmet_need``; ``limits`` (texts). Texts stand beside the
        ids and numbers they explain.
    """
    words = Words(questionnaire, translator)
    return {
        "edition": questionnaire.edition,
        "title": translator.pgettext(f"edition.{questionnaire.edition}", questionnaire.title),
        "summary": words.say(
            texts.EDITION if questionnaire.last_year is None else texts.EDITION_CLOSED,
            edition=questionnaire.edition,
            first_year=questionnaire.first_year,
            last_year=questionnaire.last_year,
        ),
        "language": translator.language,
        "first_year": questionnaire.first_year,
        "last_year": questionnaire.last_year,
        "minimum_age": questionnaire.minimum_age,
        "digest": digest(questionnaire),
        "sections": [_section(words, section) for section in questionnaire.sections],
        "missing": _missing(words),
        "general_rules": general_rules(words),
        "rules": rules(words),
        "overall_level": overall_level_rule(words),
        "rop_group": rop_group_rule(words),
        "derived": derived_variables(words),
        "unmet_need": unmet_need(words),
        "limits": [words.say(limit) for limit in _LIMITS],
    }


def codebook_json(questionnaire: Questionnaire, translator: Translator) -> str:
    """Return the codebook as JSON, ending in a newline."""
    return json.dumps(codebook(questionnaire, translator), ensure_ascii=False, indent=2) + "\n"


def codebook_markdown(questionnaire: Questionnaire, translator: Translator) -> str:
    """Return the codebook as Markdown, ending in a newline."""
    words = Words(questionnaire, translator)
    return markdown(codebook(questionnaire, translator), words)


_LIMITS = (texts.LIMIT_KNOWN, texts.LIMIT_LAR, texts.LIMIT_EFFECT, texts.LIMIT_WORDING)


def _section(words: Words, section: Section) -> dict[str, Any]:
    context = f"section.{section.id}"
    return {
        "id": section.id,
        "title": words.translator.pgettext(context, section.title),
        "intro": words.translator.pgettext(context, section.intro) if section.intro else "",
        "variables": [_variable(words, variable) for variable in section.variables],
    }


def _variable(words: Words, variable: Variable) -> dict[str, Any]:
    conditions = variable.show_if.any_of if variable.show_if else ()
    return {
        **described(words, variable),
        "columns": list(variable.columns),
        "asked": asked(words, variable),
        "show_if": [
            {
                "variable": condition.variable,
                "codes": sorted(condition.codes),
                "negated": condition.negated,
            }
            for condition in conditions
        ],
        "optional": variable.optional,
        "chosen_among": variable.chosen_among,
        "minimum": variable.minimum,
        "maximum": variable.maximum,
        "default": variable.default,
        "bounds": _bounds(words, variable),
        "editions": [
            edition.edition
            for edition in EDITIONS
            if any(known.id == variable.id for known in edition.variables)
        ],
    }


def asked(words: Words, variable: Variable) -> str:
    """Say of whom a question is asked."""
    sentences = []
    if variable.show_if is not None:
        conditions = words.either(map(words.condition, variable.show_if.any_of))
        sentences.append(words.say(texts.ASKED_WHEN, conditions=conditions))
    elif not variable.optional:
        sentences.append(words.say(texts.ASKED_ALWAYS))
    if variable.optional:
        sentences.append(words.say(texts.OPTIONAL))
    return " ".join(sentences)


def _bounds(words: Words, variable: Variable) -> str:
    sentences = []
    if variable.minimum is not None:
        sentences.append(
            words.say(texts.BOUNDS, minimum=variable.minimum, maximum=variable.maximum)
        )
    if variable.chosen_among is not None:
        among = words.edition.variable(variable.chosen_among)
        sentences.append(words.say(texts.CHOSEN_AMONG, variable=words.of(among, among.label)))
    if variable.default is not None:
        answer = words.code(variable, variable.default)
        sentences.append(words.say(texts.STARTS_AS, answer=answer))
    return " ".join(sentences)


def _missing(words: Words) -> list[dict[str, Any]]:
    numbers = {missing.name: int(missing) for missing in Missing} | {"UNKNOWN": UNKNOWN_NUMBER}
    return [
        {"id": name.lower(), "number": number, "text": words.say(texts.MISSING_NUMBERS[name])}
        for name, number in numbers.items()
    ]
