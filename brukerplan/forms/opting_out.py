"""The form by which a person's no is recorded: a number that is never shown again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import Form, PasswordField, RadioField
from wtforms.validators import DataRequired, Length

from brukerplan.translation import Translator

RECORD, WITHDRAW = "record", "withdraw"


class OptOutForm(Form):
    """Number, municipality, and whether the person says no or has changed their mind."""

    what: RadioField
    number: PasswordField
    municipality: RadioField


def opt_out_form(
    translator: Translator, *, municipalities: Sequence[tuple[int, str]]
) -> type[OptOutForm]:
    """Return the form in the translator's language.

    Parameters
    ----------
    municipalities
        Id and name of those the actor works in; the only one is chosen beforehand.
    """
    t = translator
    said: Any = {
        RECORD: t.gettext("Personen vil ikke være med"),
        WITHDRAW: t.gettext("Personen har ombestemt seg og vil være med likevel"),
    }

    class Translated(OptOutForm):
        what = RadioField(
            t.gettext("Hva har personen sagt?"),
            [DataRequired(t.gettext("Velg hva personen har sagt."))],
            choices=said,
            default=RECORD,
        )
        number = number_field(t, t.gettext("Fødselsnummer eller D-nummer"))
        municipality = municipality_field(t, municipalities)

        class Meta(OptOutForm.Meta):  # type: ignore[misc]  # its stubs leave it untyped
            def get_translations(self, form: object) -> InOurLanguage:  # noqa: ARG002
                return InOurLanguage(t)

    return Translated


def number_field(t: Translator, label: str) -> Any:
    """Return a field for a national number, which is never written back in the page."""
    return PasswordField(
        label,
        [
            DataRequired(t.gettext("Skriv fødselsnummeret eller D-nummeret, 11 sifre.")),
            Length(max=40, message=t.gettext("Nummeret er for langt. Det skal ha 11 sifre.")),
        ],
        description=t.gettext("11 sifre. Nummeret lagres ikke og vises ikke igjen."),
    )


def municipality_field(t: Translator, municipalities: Sequence[tuple[int, str]]) -> Any:
    """Return a choice of municipality; the only one is chosen beforehand."""
    places: Any = {str(place_id): name for place_id, name in municipalities}
    return RadioField(
        t.gettext("Kommune"),
        [DataRequired(t.gettext("Velg hvilken kommune det gjelder."))],
        choices=places,
        default=str(municipalities[0][0]) if len(municipalities) == 1 else None,
    )


class InOurLanguage:
    """What WTForms itself may say, which is only that a choice is not on the list."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator

    def gettext(self, _text: str) -> str:
        return self._translator.gettext("Velg ett av valgene i listen.")

    def ngettext(self, _singular: str, _plural: str, _number: int) -> str:
        return self.gettext(_singular)
