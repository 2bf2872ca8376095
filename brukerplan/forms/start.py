"""The form that starts a registration: a national number that is never shown again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from wtforms import Field, Form, PasswordField, RadioField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from brukerplan.identity import may_hold_number
from brukerplan.translation import Translator

LONGEST_CASE_LABEL = 20
_ALLOWED_IN_A_LABEL = re.compile(r"[\w .\-/]+")


class StartForm(Form):
    """National number, case label and unit.

    Where the municipality maps anonymously there is no number at all. The number is a
    :class:`~wtforms.PasswordField`: WTForms then never writes what was typed back into the
    page, also when something else in the form is wrong.
    """

    number: PasswordField | None = None
    case_label: StringField
    unit: RadioField


def start_form(
    translator: Translator, *, units: Sequence[tuple[int, str]], anonymous: bool = False
) -> type[StartForm]:
    """Return the start form in the translator's language.

    Parameters
    ----------
    units
        Id and name of the units the registrar may register for; with only one it is
        chosen beforehand.
    anonymous
        Ask for no number. The case label is then the only mark of the case, and demanded;
        otherwise a person known from last year brings theirs along.
    """
    t = translator

    choices: Any = {str(unit_id): name for unit_id, name in units}

    def free_of_identity(_form: Form, field: Field) -> None:
        text = str(field.data or "")
        if may_hold_number(text):
            # Taken out of the form at once, so that no template can show it again.
            field.data = ""
            raise ValidationError(
                t.gettext(
                    "Saksmerket ser ut som et fødselsnummer. Skriv saksnummer eller initialer."
                )
            )
        if text and not _ALLOWED_IN_A_LABEL.fullmatch(text):
            raise ValidationError(
                t.gettext(
                    "Saksmerket kan ha bokstaver, sifre, mellomrom, punktum, bindestrek "
                    "og skråstrek."
                )
            )

    demanded = [DataRequired(t.gettext("Skriv et saksmerke, så du kjenner igjen saken."))]
    described = t.gettext(
        "Saksnummer eller initialer, ikke navn. Det blir i kommunen og slettes med registreringen."
    )
    carried = t.gettext(
        "Kan stå tomt for en person dere har registrert før: saksmerket følger med."
    )

    class Translated(StartForm):
        number = (
            None
            if anonymous
            else PasswordField(
                t.gettext("Fødselsnummer eller D-nummer"),
                [
                    DataRequired(t.gettext("Skriv fødselsnummeret eller D-nummeret, 11 sifre.")),
                    Length(
                        max=40, message=t.gettext("Nummeret er for langt. Det skal ha 11 sifre.")
                    ),
                ],
                description=t.gettext("11 sifre. Nummeret lagres ikke og vises ikke igjen."),
            )
        )
        case_label = StringField(
            t.gettext("Saksmerke"),
            [
                *(demanded if anonymous else ()),
                Length(
                    max=LONGEST_CASE_LABEL,
                    message=t.gettext(
                        "Saksmerket kan ha høyst %(longest)s tegn.", longest=LONGEST_CASE_LABEL
                    ),
                ),
                free_of_identity,
            ],
            filters=[lambda text: text.strip() if text else text],
            description=described if anonymous else f"{described} {carried}",
        )
        unit = RadioField(
            t.gettext("Tjeneste"),
            [DataRequired(t.gettext("Velg hvilken tjeneste du registrerer for."))],
            choices=choices,
            default=str(units[0][0]) if len(units) == 1 else None,
            validate_choice=True,
        )

        class Meta(StartForm.Meta):  # type: ignore[misc]  # its stubs leave it untyped
            def get_translations(self, form: object) -> _InOurLanguage:  # noqa: ARG002
                return _InOurLanguage(t)

    return Translated


class _InOurLanguage:
    """What WTForms itself may say, which is only that a unit is not on the list."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator

    def gettext(self, _text: str) -> str:
        return self._translator.gettext("Velg en av tjenestene på listen.")

    def ngettext(self, _singular: str, _plural: str, _number: int) -> str:
        return self.gettext(_singular)
