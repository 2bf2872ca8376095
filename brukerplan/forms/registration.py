"""The registration form, built from an edition of the questionnaire.

WTForms carries what was typed from the request to the page and back. What it means is
decided by :mod:`brukerplan.questionnaire.answers` alone, so that a form, an imported file
and the database can never disagree on a rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import ascii_lowercase, digits
from typing import Any, ClassVar

from wtforms import Field, Form, RadioField, SelectMultipleField, StringField

from brukerplan.forms.routing import condition_text, routing_data
from brukerplan.questionnaire.answers import Answers, Finding, Parsed, parse
from brukerplan.questionnaire.schema import UNKNOWN, Code, Kind, Questionnaire, Variable
from brukerplan.translation import Translator

NONE_OF_THESE = "none_of_these"
_FORMS: dict[tuple[int, Translator, frozenset[str]], type[RegistrationForm]] = {}
_KEYS = digits[1:] + ascii_lowercase


@dataclass(frozen=True, slots=True)
class FormSection:
    """A section of the page with its questions, translated."""

    id: str
    title: str
    intro: str
    fields: tuple[Field, ...]


class RegistrationForm(Form):
    """What is on the registration page; made by :func:`registration_form`.

    Each field has ``variable`` (its :class:`Variable`), ``condition`` (the sentence that
    says when it is asked), ``routing`` (the same as data) and, by code id, ``code_help``
    and ``keys`` (the key that chooses it).
    """

    questionnaire: ClassVar[Questionnaire]
    translator: ClassVar[Translator]
    asked: ClassVar[tuple[Variable, ...]]

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> Parsed:
        """Return the typed answers in what a browser sent, without making a form of it.

        It is what :meth:`parsed` of the form would be, many times faster.

        Parameters
        ----------
        sent
            Has ``getlist(name)``, as werkzeug's request forms do.
        """
        raw: dict[str, list[str]] = {}
        for variable in cls.asked:
            values: list[str] = sent.getlist(variable.id)  # type: ignore[attr-defined]
            if variable.kind is not Kind.MANY:
                values = values[:1]
            if not values and variable.default:
                values = [variable.default]
            _add(raw, variable, values)
        return parse(cls.questionnaire, raw)

    def raw(self) -> dict[str, list[str]]:
        """Return what was typed or chosen, as :func:`questionnaire.answers.parse` wants it.

        A question nobody touched is left out; «none of these» is an answer and stays in
        as an empty list.
        """
        raw: dict[str, list[str]] = {}
        for variable in self.asked:
            data = self[variable.id].data
            if variable.kind is Kind.MANY:
                _add(raw, variable, [str(value) for value in data or ()])
            else:
                _add(raw, variable, [] if data is None else [str(data)])
        return raw

    def parsed(self) -> Parsed:
        """Return typed answers and what could not be understood."""
        return parse(self.questionnaire, self.raw())

    def show(self, findings: Iterable[Finding]) -> None:
        """Put each finding's text at the question it concerns."""
        for finding in findings:
            if finding.variable in self._fields:
                field = self[finding.variable]
                text = finding.text(self.translator)
                if text not in field.errors:
                    field.errors = (*field.errors, text)

    def sections(self) -> tuple[FormSection, ...]:
        """Return the sections that ask anything, in the order of the edition."""
        asked = {variable.id for variable in self.asked}
        return tuple(
            FormSection(
                id=section.id,
                title=self.translator.pgettext(f"section.{section.id}", section.title),
                intro=(
                    self.translator.pgettext(f"section.{section.id}", section.intro)
                    if section.intro
                    else ""
                ),
                fields=tuple(
                    self[variable.id] for variable in section.variables if variable.id in asked
                ),
            )
            for section in self.questionnaire.sections
            if any(variable.id in asked for variable in section.variables)
        )

    @classmethod
    def filled_from(cls, answers: Answers) -> RegistrationForm:
        """Return the form showing stored answers; services not answered start at their default."""
        return cls(data=_shown(cls.asked, answers))


def _add(raw: dict[str, list[str]], variable: Variable, values: list[str]) -> None:
    if variable.kind is Kind.MANY:
        if values:
            raw[variable.id] = [value for value in values if value != NONE_OF_THESE]
    elif values and values[0] != "":
        raw[variable.id] = values


def registration_form(
    questionnaire: Questionnaire,
    translator: Translator,
    *,
    optional: frozenset[str] = frozenset(),
) -> type[RegistrationForm]:
    """Return the form class of an edition in one language.

    Parameters
    ----------
    optional
        Ids of the optional variables that the municipality has turned on; the other
        optional ones are not on the form.
    """
    # By identity: an edition is one object, and its hash goes through all it holds.
    key = (id(questionnaire), translator, optional)
    found = _FORMS.get(key)
    if found is None or found.questionnaire is not questionnaire:
        found = _FORMS[key] = _form_class(questionnaire, translator, optional)
    return found


def _form_class(
    questionnaire: Questionnaire, translator: Translator, optional: frozenset[str]
) -> type[RegistrationForm]:
    asked = tuple(
        variable
        for variable in questionnaire.variables
        if not variable.optional or variable.id in optional
    )
    namespace: dict[str, Any] = {
        "questionnaire": questionnaire,
        "translator": translator,
        "asked": asked,
    }
    for variable in asked:
        namespace[variable.id] = _unbound(questionnaire, variable, translator)
    return type("TranslatedRegistrationForm", (RegistrationForm,), namespace)


def keys_of(variable: Variable) -> dict[str, str]:
    """Give each choice the key that chooses it: 1-9, then letters; 0 says unknown, or none.

    A code keeps its key also when others are not shown, so that a hand can learn it.

    >>> from brukerplan.questionnaire.questions_function import HOUSING
    >>> keys_of(HOUSING)
    {'green': '1', 'yellow': '2', 'red': '3', 'unknown': '0'}
    """
    codes = [code.id for code in variable.codes if code.id != UNKNOWN]
    keys = dict(zip(codes, _KEYS, strict=False))
    if variable.kind is Kind.MANY:
        return keys | {NONE_OF_THESE: "0"}
    return keys | {code.id: "0" for code in variable.codes if code.id == UNKNOWN}


class _Question:
    """What our templates need beyond WTForms."""

    variable: Variable
    condition: str
    routing: list[dict[str, object]] | None
    code_help: Mapping[str, str]
    keys: Mapping[str, str]

    def asks(
        self,
        variable: Variable,
        condition: str,
        routing: list[dict[str, object]] | None,
        code_help: Mapping[str, str],
    ) -> None:
        self.variable = variable
        self.condition = condition
        self.routing = routing
        self.code_help = code_help
        self.keys = keys_of(variable)


class OneField(_Question, RadioField):
    """A single choice."""

    def __init__(self, *args: Any, question: tuple[Any, ...], **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        # What is not on the list is told by the questionnaire's own check.
        self.validate_choice = False
        self.asks(*question)


class ManyField(_Question, SelectMultipleField):
    """Several choices, or «none of these»."""

    def __init__(self, *args: Any, question: tuple[Any, ...], **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        # What is not on the list is told by the questionnaire's own check.
        self.validate_choice = False
        self.asks(*question)


class NumberField(_Question, StringField):
    """A count or a year, kept as typed: what cannot be understood stays on the page."""

    def __init__(self, *args: Any, question: tuple[Any, ...], **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.asks(*question)


def _unbound(questionnaire: Questionnaire, variable: Variable, t: Translator) -> Any:
    def say(text: str) -> str:
        return t.pgettext(variable.id, text) if text else ""

    question = (
        variable,
        condition_text(questionnaire, variable, t),
        routing_data(variable),
        {code.id: say(code.help) for code in variable.codes if code.help},
    )
    label, description = say(variable.label), say(variable.help)
    choices: Any = {code.id: say(code.label) for code in variable.codes}
    if variable.kind is Kind.ONE:
        return OneField(
            label,
            choices=choices,
            default=variable.default,
            description=description,
            question=question,
        )
    if variable.kind is Kind.MANY:
        return ManyField(
            label,
            choices=choices | {NONE_OF_THESE: t.gettext("Ingen av disse")},
            description=description,
            question=question,
        )
    return NumberField(label, description=description, question=question)


def _shown(asked: Iterable[Variable], answers: Answers) -> dict[str, object]:
    shown: dict[str, object] = {}
    for variable in asked:
        if variable.id not in answers:
            continue
        value = answers[variable.id]
        if isinstance(value, frozenset):
            shown[variable.id] = [*_in_order(variable.codes, value)] or [NONE_OF_THESE]
        else:
            shown[variable.id] = str(value)
    return shown


def _in_order(codes: Iterable[Code], chosen: frozenset[str]) -> Iterable[str]:
    return (code.id for code in codes if code.id in chosen)
