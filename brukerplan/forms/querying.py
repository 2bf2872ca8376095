"""The forms that ask about a registration and answer: choices only, no free text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Form, RadioField, SelectField
from wtforms.validators import AnyOf, InputRequired

from brukerplan.questionnaire.schema import Questionnaire
from brukerplan.translation import Translator


class AskForm(Form):
    """What is asked, about which question of the form, and of whom."""

    question: RadioField
    variable: SelectField
    assignee: SelectField


class AnswerForm(Form):
    """One of the answers."""

    answer: RadioField


def ask_form(
    translator: Translator,
    *,
    questions: Mapping[str, str],
    questionnaire: Questionnaire,
    writers: Sequence[tuple[int, str]],
) -> type[AskForm]:
    """Return the form that asks, in the translator's language.

    Parameters
    ----------
    questions
        What may be asked: code and words.
    writers
        Id and name of those in the unit who can answer.
    """
    t = translator
    other = t.gettext("Velg ett av valgene i listen.")
    asked_about: Any = {"": t.gettext("Hele registreringen")}
    for section in questionnaire.sections:
        asked_about[t.pgettext(f"section.{section.id}", section.title)] = {
            variable.id: t.pgettext(variable.id, variable.label) for variable in section.variables
        }
    people: Any = {"": t.gettext("Den som sist endret registreringen")}
    people |= {str(user_id): name for user_id, name in writers}
    what: Any = dict(questions)

    class Translated(AskForm):
        question = RadioField(
            t.gettext("Hva vil du spørre om?"),
            [InputRequired(t.gettext("Velg hva du vil spørre om.")), AnyOf(list(what), other)],
            choices=what,
            # By the validator beside, which says it in the reader's language.
            validate_choice=False,
        )
        variable = SelectField(
            t.gettext("Hvilket svar gjelder det?"),
            [AnyOf(["", *(variable.id for variable in questionnaire.variables)], other)],
            choices=asked_about,
            validate_choice=False,
        )
        assignee = SelectField(
            t.gettext("Hvem skal svare?"),
            [AnyOf(list(people), other)],
            choices=people,
            validate_choice=False,
        )

    return Translated


def answer_form(translator: Translator, *, answers: Mapping[str, str]) -> type[AnswerForm]:
    """Return the form that answers, in the translator's language."""
    t = translator
    choices: Any = dict(answers)

    class Translated(AnswerForm):
        answer = RadioField(
            t.gettext("Svar"),
            [
                InputRequired(t.gettext("Velg et svar.")),
                AnyOf(list(choices), t.gettext("Velg ett av valgene i listen.")),
            ],
            choices=choices,
            validate_choice=False,
        )

    return Translated
