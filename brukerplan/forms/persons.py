"""The coordinator's forms for a person who asks: a number that is never shown again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, Form, PasswordField, RadioField, SelectField
from wtforms.validators import AnyOf, DataRequired, Length

from brukerplan.translation import LANGUAGES, Translator

KEEP, FORGET = "keep", "forget"
NAMES, SERVICES = "names", "services"


class PersonForm(Form):
    """The number, and on whose word it is looked up."""

    number: PasswordField
    purpose: RadioField


class PrintoutForm(PersonForm):
    """Which language, and whether staff are named."""

    language: RadioField
    staff: RadioField


class CorrectionForm(PersonForm):
    """Which answer is said to be wrong."""

    variable: SelectField


class ErasureForm(PersonForm):
    """What becomes of the person's no, and that it is known to be final."""

    opt_outs: RadioField
    understood: BooleanField


def printout_form(translator: Translator, *, language: str) -> type[PrintoutForm]:
    """Return the form in the translator's language.

    Parameters
    ----------
    language
        Of the printout, chosen beforehand.
    """
    t = translator
    # Within the class the name means the field.
    first = language
    names = ("Bokmål", "Nynorsk", "English")
    languages: Any = dict(zip(LANGUAGES, names, strict=True))
    shown: Any = {
        NAMES: t.gettext("Med navn på ansatte"),
        SERVICES: t.gettext("Bare tjenesten de ansatte arbeider i"),
    }

    class Translated(PrintoutForm):
        number = _number(t)
        purpose = _purpose(t)
        language = RadioField(
            t.gettext("Språk i utskriften"),
            [AnyOf(list(languages), message=t.gettext("Velg språk."))],
            choices=languages,
            default=first,
            validate_choice=False,
        )
        staff = RadioField(
            t.gettext("Hvem som har lest og endret"),
            [AnyOf(list(shown), message=t.gettext("Velg hvordan ansatte skal vises."))],
            choices=shown,
            default=NAMES,
            validate_choice=False,
            description=t.gettext(
                "Vis bare tjenesten når det kan være farlig for en ansatt at navnet blir kjent."
            ),
        )

    return Translated


def correction_form(
    translator: Translator, *, questions: Sequence[tuple[str, str]]
) -> type[CorrectionForm]:
    """Return the form in the translator's language.

    Parameters
    ----------
    questions
        Id and label of those the person can have been asked about.
    """
    t = translator
    about: Any = {"": t.gettext("Registreringen som helhet"), **dict(questions)}

    class Translated(CorrectionForm):
        number = _number(t)
        purpose = _purpose(t)
        variable = SelectField(
            t.gettext("Hvilket svar er feil?"),
            choices=about,
            description=t.gettext("Tjenesten ser hvilket spørsmål det gjelder."),
        )

    return Translated


def erasure_form(translator: Translator) -> type[ErasureForm]:
    """Return the form in the translator's language."""
    t = translator
    kept: Any = {
        KEEP: t.gettext("Behold reservasjonen, så ingen registrerer personen på nytt i år"),
        FORGET: t.gettext("Slett også reservasjonen. Da kan personen bli registrert igjen"),
    }

    class Translated(ErasureForm):
        number = _number(t)
        purpose = _purpose(t)
        opt_outs = RadioField(
            t.gettext("Hvis personen har reservert seg"),
            [AnyOf(list(kept), message=t.gettext("Velg hva som skal skje med reservasjonen."))],
            choices=kept,
            default=KEEP,
            validate_choice=False,
            description=t.gettext("En reservasjon er bare en kode som gjør at ingen registrerer."),
        )
        understood = BooleanField(
            t.gettext("Jeg vet at det som slettes, ikke kan hentes tilbake."),
            [DataRequired(t.gettext("Kryss av for at du vet hva dette gjør."))],
        )

    return Translated


def _number(t: Translator) -> PasswordField:
    return PasswordField(
        t.gettext("Fødselsnummer eller D-nummer"),
        [
            DataRequired(t.gettext("Skriv fødselsnummeret eller D-nummeret, 11 sifre.")),
            Length(max=40, message=t.gettext("Nummeret er for langt. Det skal ha 11 sifre.")),
        ],
        description=t.gettext("11 sifre. Nummeret lagres ikke og vises ikke igjen."),
    )


def _purpose(t: Translator) -> RadioField:
    purposes: Any = {
        "person_asked": t.gettext("Personen selv har bedt om det"),
        "representative_asked": t.gettext("Verge eller fullmektig har bedt om det"),
        "authority_decided": t.gettext("Kommunen eller Datatilsynet har bestemt det"),
    }
    return RadioField(
        t.gettext("Hvorfor gjøres dette?"),
        [AnyOf(list(purposes), message=t.gettext("Velg hvorfor dette gjøres."))],
        choices=purposes,
        validate_choice=False,
        description=t.gettext("Skrives i tilgangsloggen."),
    )
