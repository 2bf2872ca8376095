"""What the codebook says of rules: consistency, the overall level, the ROP group."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from brukerplan.questionnaire import codebook_texts as texts
from brukerplan.questionnaire import levels
from brukerplan.questionnaire.answers import MAXIMUM_AGE
from brukerplan.questionnaire.codebook_variables import described
from brukerplan.questionnaire.codebook_words import Words
from brukerplan.questionnaire.codelists import SERVICE_UNMET
from brukerplan.questionnaire.questions_background import (
    FIRST_YEAR_KNOWN,
    MENTAL_PROBLEM,
    SUBSTANCE_PROBLEM,
)
from brukerplan.questionnaire.questions_services import MUNICIPAL_FOLLOW_UP


def general_rules(words: Words) -> list[str]:
    """The rules that are not of one variable's codes, as sentences."""
    edition = words.edition
    sentences = [
        words.say(texts.RULE_COMPLETE),
        words.say(texts.RULE_AGE, minimum_age=edition.minimum_age, maximum_age=MAXIMUM_AGE),
    ]
    if any(variable.id == FIRST_YEAR_KNOWN.id for variable in edition.variables):
        sentences.append(words.say(texts.RULE_FIRST_YEAR_KNOWN))
    return sentences


def rules(words: Words) -> list[dict[str, Any]]:
    """The edition's consistency rules, with when each is found and what the form then says."""
    return [
        {
            "id": rule.id,
            "severity": rule.severity.value,
            "severity_label": words.say(texts.SEVERITIES[rule.severity]),
            "variable": rule.variable,
            "when": words.both(map(words.condition, rule.all_of)),
            "message": words.translator.pgettext(f"rule.{rule.id}", rule.message),
        }
        for rule in words.edition.rules
    ]


def overall_level_rule(words: Words) -> dict[str, Any]:
    """How the overall level is computed, in words and as numbers."""
    rule, level = words.edition.level_rule, levels.OVERALL_LEVEL
    area = words.edition.variable(rule.areas[0])
    weights = ", ".join(
        f"{words.code(area, rating).lower()} {weight}" for rating, weight in rule.weights
    )
    least = [0, *(greatest + 1 for _, greatest in rule.cut_points)]
    spans = [
        {"level": name, "label": words.code(level, name), "from": lowest, "to": greatest}
        for (name, greatest), (lowest, _) in zip(rule.cut_points, pairwise(least), strict=True)
    ]
    listed = ", ".join(
        f"{span['from']}–{span['to']} {str(span['label']).lower()}" for span in spans
    )
    sentences = [
        words.say(texts.LEVEL_SUM, areas=len(rule.areas), weights=weights, levels=listed),
        *(
            words.say(texts.LEVEL_MINIMUM_RED, level=words.code(level, name), count=count)
            for name, count in rule.minimum_red
        ),
        words.say(texts.LEVEL_UNKNOWN),
        words.say(texts.LEVEL_OWN_RULE),
    ]
    return {
        "rule": rule.id,
        "source": words.say(texts.OWN_RULE),
        "text": " ".join(sentences),
        "areas": list(rule.areas),
        "weights": dict(rule.weights),
        "levels": spans,
        "minimum_red": dict(rule.minimum_red),
    }


def rop_group_rule(words: Words) -> dict[str, Any]:
    """How the ROP group follows from both problems and the overall level."""
    return {
        "source": words.say(texts.OWN_RULE),
        "text": words.say(texts.ROP_FOR),
        "headings": [words.of(variable, variable.label) for variable in _ROP_COLUMNS],
        "rows": [_rop_row(words, row) for row in levels.ROP_RULE],
    }


def derived_variables(words: Words) -> list[dict[str, Any]]:
    """The variables that follow from the answers, with what they follow from."""
    origins = {
        levels.OVERALL_LEVEL.id: words.say(texts.OVERALL_LEVEL_FROM),
        levels.USER_GROUP.id: words.say(
            texts.USER_GROUP_FROM,
            substance=words.of(SUBSTANCE_PROBLEM, SUBSTANCE_PROBLEM.label),
            mental=words.of(MENTAL_PROBLEM, MENTAL_PROBLEM.label),
        ),
        levels.ROP_GROUP.id: words.say(texts.ROP_GROUP_FROM),
        levels.AGE_GROUP.id: words.say(texts.AGE_GROUP_FROM),
    }
    return [
        {**described(words, variable), "derived_from": origins[variable.id]}
        for variable in levels.DERIVED
    ]


def unmet_need(words: Words) -> dict[str, Any]:
    """Which answers about a service mean that a need is not met."""
    labels = (words.quoted(MUNICIPAL_FOLLOW_UP, code) for code in SERVICE_UNMET)
    return {
        "codes": list(SERVICE_UNMET),
        "text": words.say(texts.UNMET_NEED, answers=words.either(labels)),
    }


_ROP_COLUMNS = (SUBSTANCE_PROBLEM, MENTAL_PROBLEM, levels.OVERALL_LEVEL, levels.ROP_GROUP)


def _rop_row(words: Words, row: levels.RopRow) -> dict[str, Any]:
    named = [code.id for code in levels.OVERALL_LEVEL.codes if code.id in (row.levels or ())]
    shown = words.either(words.code(levels.OVERALL_LEVEL, level).lower() for level in named)
    return {
        "substance_problem": row.substance_problem,
        "mental_problem": row.mental_problem,
        "levels": named or None,
        "group": row.group,
        "labels": [
            words.code(SUBSTANCE_PROBLEM, row.substance_problem),
            words.code(MENTAL_PROBLEM, row.mental_problem),
            shown or words.say(texts.ROP_ANY_LEVEL),
            words.code(levels.ROP_GROUP, row.group),
        ],
    }
