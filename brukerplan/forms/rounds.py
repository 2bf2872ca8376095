"""Planning a round, and a municipality's terms in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import (
    DateField,
    Field,
    Form,
    IntegerField,
    RadioField,
    SelectMultipleField,
)
from wtforms.validators import InputRequired, Optional, ValidationError

from brukerplan.translation import Translator

_YES, _NO = "yes", "no"


class PlanForm(Form):
    """Year, dates and who takes part."""

    year: IntegerField
    opens_on: DateField
    deadline: DateField
    owner: RadioField
    municipalities: SelectMultipleField


class DeadlineForm(Form):
    """A round's deadline."""

    deadline: DateField


class PurgeForm(Form):
    """The day a round's registrations are deleted."""

    purge_on: DateField


class TermsForm(Form):
    """How a municipality takes part. The choices of two are radios: nothing is implied."""

    takes_part: RadioField
    inclusion_rule: RadioField
    mental_only: RadioField
    milder: RadioField
    deadline: DateField
    identity_mode: RadioField
    optional: SelectMultipleField


def plan_form(
    translator: Translator,
    *,
    owners: Sequence[tuple[int, str]],
    municipalities: Sequence[tuple[int, str]],
) -> type[PlanForm]:
    """Return the form that plans a round, in the translator's language.

    Parameters
    ----------
    owners
        Id and name of the organisations the round may belong to; with only one it is chosen.
    municipalities
        Id and name of the municipalities that can take part.
    """
    t = translator

    def after_opening(form: Form, field: Field) -> None:
        opens_on = form["opens_on"].data
        if isinstance(opens_on, date) and isinstance(field.data, date) and field.data < opens_on:
            raise ValidationError(
                t.gettext("Fristen må være samme dag som åpningen eller senere. Rett datoene.")
            )

    def somebody(_form: Form, field: Field) -> None:
        if not field.data:
            raise ValidationError(t.gettext("Velg minst én kommune som skal være med."))

    own: Any = {str(known): name for known, name in owners}
    places: Any = {str(known): name for known, name in municipalities}

    class Translated(PlanForm):
        year = IntegerField(  # type: ignore[call-arg]  # newer than its stubs
            t.gettext("År"),
            [InputRequired(t.gettext("Skriv året det kartlegges for."))],
            description=t.gettext("Fire sifre, for eksempel 2026."),
            invalid_value_message=t.gettext("Skriv året med fire sifre."),
        )
        opens_on = day_field(
            t,
            t.gettext("Registreringen begynner"),
            [InputRequired(t.gettext("Skriv datoen registreringen begynner."))],
            t.gettext("Fram til da kan alle øve."),
        )
        deadline = day_field(
            t,
            t.gettext("Frist"),
            [InputRequired(t.gettext("Skriv fristen.")), after_opening],
            t.gettext("Kommunene kan sette en egen frist, men ikke en senere."),
        )
        owner = RadioField(
            t.gettext("Hvem som har ansvaret for runden"),
            [InputRequired(t.gettext("Velg hvem som har ansvaret for runden."))],
            choices=own,
            default=next(iter(own)) if len(own) == 1 else None,
        )
        municipalities = SelectMultipleField(
            t.gettext("Kommuner som er med"),
            [somebody],
            choices=places,
        )

        class Meta(PlanForm.Meta):  # type: ignore[misc]  # its stubs leave it untyped
            def get_translations(self, form: object) -> _InOurLanguage:  # noqa: ARG002
                return in_our_language(t)

    return Translated


def deadline_form(translator: Translator, *, opens_on: date) -> type[DeadlineForm]:
    """Return the form that moves a round's deadline, in the translator's language."""
    t = translator

    def after_opening(_form: Form, field: Field) -> None:
        if isinstance(field.data, date) and field.data < opens_on:
            raise ValidationError(
                t.gettext("Fristen må være samme dag som åpningen eller senere. Rett datoene.")
            )

    class Translated(DeadlineForm):
        deadline = day_field(
            t, t.gettext("Ny frist"), [InputRequired(t.gettext("Skriv fristen.")), after_opening]
        )

    return Translated


def purge_form(translator: Translator) -> type[PurgeForm]:
    """Return the form that sets the day a round's registrations are deleted."""
    t = translator

    class Translated(PurgeForm):
        purge_on = day_field(
            t,
            t.gettext("Slettes denne dagen"),
            [InputRequired(t.gettext("Skriv dagen registreringene skal slettes."))],
        )

    return Translated


def terms_form(
    translator: Translator, *, opens_on: date, deadline: date, optional: Sequence[tuple[str, str]]
) -> type[TermsForm]:
    """Return the form of a municipality's terms, in the translator's language.

    Parameters
    ----------
    opens_on, deadline
        The round's own; a municipality's deadline lies between them.
    optional
        Id and label of the questions that can be turned on.
    """
    t = translator

    def within(_form: Form, field: Field) -> None:
        if isinstance(field.data, date) and not opens_on <= field.data <= deadline:
            raise ValidationError(
                t.gettext(
                    "Kommunens egen frist må være fra og med åpningen %(opens_on)s til og med "
                    "rundens frist %(deadline)s.",
                    opens_on=f"{opens_on:%d.%m.%Y}",
                    deadline=f"{deadline:%d.%m.%Y}",
                )
            )

    def either(label: str, help_: str, yes: str, no: str) -> RadioField:
        answers: Any = {_YES: yes, _NO: no}
        return RadioField(
            label,
            [InputRequired(t.gettext("Velg ett av svarene."))],
            choices=answers,
            description=help_,
        )

    questions: Any = dict(optional)
    rules: Any = {
        "last_12_months": t.gettext("I løpet av de siste 12 månedene"),
        "at_registration": t.gettext("Når registreringen gjøres"),
    }
    modes: Any = {
        "pseudonymous": t.gettext("Med pseudonym: samme person kan følges fra år til år"),
        "anonymous": t.gettext("Anonymt: uten fødselsnummer, ingen kan følges eller finnes igjen"),
    }

    class Translated(TermsForm):
        takes_part = either(
            t.gettext("Deltar kommunen?"),
            t.gettext("Kan bare endres mens ingen er registrert."),
            t.gettext("Ja, kommunen er med i kartleggingen"),
            t.gettext("Nei, kommunen er ikke med i år"),
        )
        inclusion_rule = RadioField(
            t.gettext("Når må personen ha hatt en kommunal tjeneste?"),
            [InputRequired(t.gettext("Velg ett av svarene."))],
            choices=rules,
            description=t.gettext("Velg det samme som i fjor. Ellers kan ikke årene sammenlignes."),
        )
        mental_only = either(
            t.gettext("Personer som bare har psykiske helseproblemer"),
            "",
            t.gettext("Er med"),
            t.gettext("Er ikke med"),
        )
        milder = either(
            t.gettext("Personer uten noe alvorlig problem"),
            t.gettext("Verken rusproblemet eller det psykiske helseproblemet er alvorlig."),
            t.gettext("Er med"),
            t.gettext("Er ikke med"),
        )
        deadline = day_field(
            t,
            t.gettext("Kommunens egen frist"),
            [Optional(), within],
            t.gettext("La feltet stå tomt for å følge rundens frist."),
        )
        identity_mode = RadioField(
            t.gettext("Hvordan kjennes personene igjen?"),
            [InputRequired(t.gettext("Velg ett av svarene."))],
            choices=modes,
            description=t.gettext("Kan bare endres mens ingen er registrert."),
        )
        optional = SelectMultipleField(t.gettext("Valgfrie spørsmål"), choices=questions)

        class Meta(TermsForm.Meta):  # type: ignore[misc]  # its stubs leave it untyped
            def get_translations(self, form: object) -> _InOurLanguage:  # noqa: ARG002
                return in_our_language(t)

    return Translated


def said_yes(field: RadioField) -> bool:
    """Tell whether a choice of two was answered by the first."""
    return bool(field.data == _YES)


def yes_or_no(value: bool) -> str:
    """Return the choice that says this."""
    return _YES if value else _NO


def day_field(t: Translator, label: str, validators: list[Any], help_: str = "") -> DateField:
    """Return a field for a day, written as one writes it here."""
    return DateField(  # type: ignore[call-arg]  # newer than its stubs
        label,
        validators,
        # As one writes it here, and as machines do. A browser's own calendar would follow the
        # browser's language, where the 12th of November can be the 11th of December.
        format=["%d.%m.%Y", "%Y-%m-%d"],
        invalid_value_message=t.gettext(
            "Skriv datoen som dag, måned og år, for eksempel 15.12.2026."
        ),
        description=" ".join(
            filter(None, (help_, t.gettext("Dag, måned og år, for eksempel 15.12.2026.")))
        ),
    )


def in_our_language(t: Translator) -> _InOurLanguage:
    """Return what WTForms itself may say in a form of choices."""
    return _InOurLanguage(t)


class _InOurLanguage:
    """What WTForms itself may say, which is only that a choice is not on the list."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator

    def gettext(self, _text: str) -> str:
        return self._not_on_the_list()

    def ngettext(self, _singular: str, _plural: str, _number: int) -> str:
        return self._not_on_the_list()

    def _not_on_the_list(self) -> str:
        return self._translator.gettext("Velg blant svarene i listen.")
