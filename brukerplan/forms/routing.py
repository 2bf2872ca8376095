"""When a question is asked, as a sentence for people and as data for the page's script."""

from __future__ import annotations

from brukerplan.questionnaire.schema import Condition, Questionnaire, Variable
from brukerplan.translation import Translator


def condition_text(questionnaire: Questionnaire, variable: Variable, translator: Translator) -> str:
    """Say when ``variable`` is asked; the empty string when it always is.

    Pages without JavaScript show every routed question with this sentence above it.
    """
    if variable.show_if is None:
        return ""
    either = translator.gettext(" eller ")
    cases = either.join(
        _case(questionnaire, condition, translator) for condition in variable.show_if.any_of
    )
    return translator.gettext("Svar bare hvis %(cases)s.", cases=cases)


def routing_data(variable: Variable) -> list[dict[str, object]] | None:
    """Return the conditions as plain data (any one suffices), ``None`` when always asked."""
    if variable.show_if is None:
        return None
    return [
        {
            "variable": condition.variable,
            "codes": sorted(condition.codes),
            "negated": condition.negated,
        }
        for condition in variable.show_if.any_of
    ]


def _case(questionnaire: Questionnaire, condition: Condition, translator: Translator) -> str:
    asked = questionnaire.variable(condition.variable)
    either = translator.gettext(" eller ")
    codes = either.join(
        f"«{translator.pgettext(asked.id, code.label)}»"
        for code in asked.codes
        if code.id in condition.codes
    )
    label = translator.pgettext(asked.id, asked.label)
    if condition.negated:
        return translator.gettext(
            "«%(question)s» ikke er %(answers)s", question=label, answers=codes
        )
    return translator.gettext("«%(question)s» er %(answers)s", question=label, answers=codes)
