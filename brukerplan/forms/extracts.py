"""Asking for an extract for research: what the project is, and what it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import (
    DateField,
    Field,
    Form,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, ValidationError

from brukerplan.forms.rounds import day_field, in_our_language
from brukerplan.translation import Translator

_YES, _NO = "yes", "no"


class ExtractForm(Form):
    """The file comes first, so that it can be counted before the project is described."""

    years: SelectMultipleField
    place: RadioField
    age: RadioField
    follows_persons: RadioField
    variables: SelectMultipleField
    project: StringField
    recipient: StringField
    purpose: TextAreaField
    legal_reference: TextAreaField
    expires_on: DateField

    OF_THE_FILE = ("years", "place", "age", "follows_persons", "variables")

    def validate_file(self) -> bool:
        """Validate only what the file is to hold: enough to count."""
        # Every field is asked, so that all that is wrong is said at once.
        wrong = [name for name in self.OF_THE_FILE if not self[name].validate(self)]
        return not wrong


def extract_form(
    translator: Translator,
    *,
    years: Iterable[int],
    variables: Mapping[str, str],
    today: date,
    last_day: date,
    longest_name: int,
    longest_text: int,
) -> type[ExtractForm]:
    """Return the form in the translator's language.

    Parameters
    ----------
    years
        Frozen years that can be chosen.
    variables
        Label by id of the variables that can be chosen.
    today, last_day
        Between which the access must end.
    longest_name, longest_text
        Letters there is room for.
    """
    t = translator

    def some(message: str) -> Any:
        def check(_form: Form, field: Field) -> None:
            if not field.data:
                raise ValidationError(message)

        return check

    def within(_form: Form, field: Field) -> None:
        if isinstance(field.data, date) and not today <= field.data <= last_day:
            raise ValidationError(
                t.gettext(
                    "Velg en dag fra og med i dag til og med %(last)s.",
                    last=f"{last_day:%d.%m.%Y}",
                )
            )

    def said(message: str, longest: int) -> list[Any]:
        too_long = t.gettext("Teksten er for lang. Skriv høyst %(longest)s tegn.", longest=longest)
        return [InputRequired(message), Length(max=longest, message=too_long)]

    def one_of(
        label: str, message: str, choices: Sequence[tuple[str, str]], help_: str = ""
    ) -> RadioField:
        pairs: Any = dict(choices)
        return RadioField(
            label,
            [InputRequired(message)],
            choices=pairs,
            description=help_,
        )

    chosen_years: Any = {str(year): str(year) for year in years}
    chosen_variables: Any = dict(variables)

    class Translated(ExtractForm):
        years = SelectMultipleField(
            t.gettext("År"),
            [some(t.gettext("Velg minst ett år."))],
            choices=chosen_years,
            description=t.gettext("Bare frosne runder. Velg ikke flere enn prosjektet trenger."),
        )
        place = one_of(
            t.gettext("Sted"),
            t.gettext("Velg hvor nøye filen skal si stedet."),
            (
                ("municipality", t.gettext("Kommune")),
                ("health_trust", t.gettext("Helseforetaksområde")),
                ("region", t.gettext("Helseregion")),
                ("nowhere", t.gettext("Ikke noe sted")),
            ),
        )
        age = one_of(
            t.gettext("Alder"),
            t.gettext("Velg hvor nøye filen skal si alderen."),
            (
                ("birth_year", t.gettext("Fødselsår")),
                ("age_group", t.gettext("Aldersgruppe")),
                ("untold", t.gettext("Ikke alder")),
            ),
        )
        follows_persons = one_of(
            t.gettext("Skal personer følges fra år til år?"),
            t.gettext("Velg om personer skal følges."),
            (
                (_YES, t.gettext("Ja, samme pseudonym hvert år")),
                (_NO, t.gettext("Nei, nytt pseudonym hvert år")),
            ),
            t.gettext(
                "Følges de, må flere være like i alle årene. Velg nei når prosjektet bare "
                "sammenligner årene."
            ),
        )
        variables = SelectMultipleField(
            t.gettext("Opplysninger"),
            [some(t.gettext("Velg minst én opplysning."))],
            choices=chosen_variables,
        )
        project = StringField(
            t.gettext("Prosjekt"), said(t.gettext("Skriv hva prosjektet heter."), longest_name)
        )
        recipient = StringField(
            t.gettext("Mottaker"),
            said(t.gettext("Skriv hvem som får filen og har ansvaret for den."), longest_name),
            description=t.gettext("Institusjonen, og den som leder prosjektet der."),
        )
        purpose = TextAreaField(
            t.gettext("Formål"),
            said(t.gettext("Skriv hva opplysningene skal brukes til."), longest_text),
            description=t.gettext("Hva prosjektet skal finne ut, og hvorfor det trenger dette."),
        )
        legal_reference = TextAreaField(
            t.gettext("Hjemmel"),
            said(t.gettext("Skriv hva som gir adgang til å bruke opplysningene."), longest_text),
            description=t.gettext("Lov og paragraf, og vedtak eller godkjenning med saksnummer."),
        )
        expires_on = day_field(
            t,
            t.gettext("Siste dag filen kan hentes"),
            [InputRequired(t.gettext("Skriv den siste dagen.")), within],
            t.gettext("Etter den slettes nøkkelen, og ingen kan hente filen mer."),
        )

        class Meta(ExtractForm.Meta):  # type: ignore[misc]  # its stubs leave it untyped
            def get_translations(self, form: object) -> object:  # noqa: ARG002
                return in_our_language(t)

    return Translated


def followed(form: ExtractForm) -> bool:
    """Tell whether persons are to be followed."""
    return bool(form.follows_persons.data == _YES)
