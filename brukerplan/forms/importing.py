"""The forms that send a file in: to be checked, and then to be carried out."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FileField, Form, RadioField

from brukerplan.translation import Translator

WHOLE, ROWS = "whole", "rows"


class ImportForm(Form):
    """The file, whether those registered elsewhere are to be taken too, and how much."""

    file: FileField
    also_elsewhere: BooleanField
    extent: RadioField


def import_form(translator: Translator) -> type[ImportForm]:
    """Return the form in the translator's language."""
    t = translator
    choices: Any = {
        WHOLE: t.gettext("Alle radene, eller ingen hvis noe er feil"),
        ROWS: t.gettext("Bare radene uten feil"),
    }

    class Translated(ImportForm):
        file = FileField(
            t.gettext("Fil"),
            description=t.gettext("Excel (.xlsx) eller CSV, høyst 5 MB. Filen lagres aldri."),
        )
        also_elsewhere = BooleanField(
            t.gettext("Registrer også dem som en annen tjeneste har registrert"),
            description=t.gettext(
                "Velg dette bare hvis dere kartlegger sammen. Da slår koordinatoren sammen de to "
                "registreringene."
            ),
        )
        extent = RadioField(
            t.gettext("Hva skal leses inn?"),
            choices=choices,
            default=WHOLE,
            validate_choice=True,
        )

    return Translated
