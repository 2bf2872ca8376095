"""The data protection officer's form: what a unit's registrations rest on."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, Form, RadioField, StringField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from brukerplan.access.services import LEGAL_GROUNDS
from brukerplan.forms.rounds import day_field
from brukerplan.translation import Translator


class BasisForm(Form):
    """Ground, the municipality's own decision, and from when until when it holds."""

    ground: RadioField
    reference: StringField
    first_day: DateField
    last_day: DateField


def basis_form(translator: Translator, *, longest: int) -> type[BasisForm]:
    """Return the form in the translator's language.

    Parameters
    ----------
    longest
        How many characters a reference may have.
    """
    t = translator
    grounds: Any = {ground.id: t.gettext(ground.label) for ground in LEGAL_GROUNDS.values()}

    class Translated(BasisForm):
        ground = RadioField(
            t.gettext("Grunnlag"),
            [AnyOf(list(grounds), message=t.gettext("Velg grunnlaget."))],
            choices=grounds,
            validate_choice=False,
        )
        reference = StringField(
            t.gettext("Kommunens vedtak, saksnummer"),
            [
                DataRequired(t.gettext("Skriv saksnummeret til kommunens vedtak.")),
                Length(
                    max=longest,
                    message=t.gettext(
                        "Saksnummeret kan ha høyst %(longest)s tegn.", longest=longest
                    ),
                ),
            ],
            filters=[lambda text: text.strip() if text else text],
            description=t.gettext("For eksempel 2026/1234. Skriv aldri noe om en person."),
        )
        first_day = day_field(
            t,
            t.gettext("Gjelder fra og med"),
            [InputRequired(t.gettext("Skriv første dag grunnlaget gjelder."))],
        )
        last_day = day_field(
            t,
            t.gettext("Gjelder til og med"),
            [Optional()],
            t.gettext("La feltet stå tomt når grunnlaget gjelder inntil videre."),
        )

    return Translated
