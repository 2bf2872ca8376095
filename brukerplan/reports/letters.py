"""The letter that tells a person they are being mapped: one page, in their own language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from brukerplan.reports.html import letter_template
from brukerplan.reports.numbers import Numbers
from brukerplan.translation import Translator, translator


@dataclass(frozen=True, slots=True)
class Letter:
    """What differs from one letter to the next. Neither name, number nor answers.

    Parameters
    ----------
    language
        ``nb``, ``nn`` or ``en``.
    municipality, unit
        Who is responsible, and whom to get in touch with.
    case_label
        A small reference, by which the sender knows whom the letter is for.
    written_on, answer_by
        The letter's date, and the day by which it is best to say no.
    anonymous
        The municipality maps without numbers.
    practice
        The person is fictive: the letter says that it is not to be sent.
    """

    language: str
    municipality: str
    unit: str
    year: int
    case_label: str = field(repr=False)
    written_on: date
    answer_by: date
    anonymous: bool = False
    practice: bool = False


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter in words, for the template to lay out."""

    language: str
    sender: str
    unit: str
    date: str
    reference: str
    practice: str
    title: str
    opening: str
    chapters: tuple[tuple[str, str], ...]


def letters_document(letters: Sequence[Letter], language: str) -> str:
    """Write the letters as one HTML document, each an article in its own language.

    Parameters
    ----------
    language
        Of the document as a whole, for its title.
    """
    t = translator(language)
    year = letters[0].year if letters else ""
    return letter_template().render(
        language=language,
        title=t.gettext("Brev om kartleggingen %(year)s", year=year),
        letters=[write(letter) for letter in letters],
    )


def write(letter: Letter) -> WrittenLetter:
    """Put the letter in words. It speaks as the unit to the person."""
    t = translator(letter.language)
    numbers = Numbers(t)
    sender = _municipality(letter.municipality, t)
    return WrittenLetter(
        language=letter.language,
        sender=sender,
        unit=letter.unit,
        date=numbers.date(letter.written_on),
        reference=t.gettext("Vår referanse: %(label)s", label=letter.case_label),
        practice=(
            t.gettext("Øving: Brevet gjelder en oppdiktet person og skal ikke sendes.")
            if letter.practice
            else ""
        ),
        title=t.gettext("Du er med i kommunens kartlegging i %(year)s", year=letter.year),
        opening=t.gettext(
            "Hvert år lager kommunen en oversikt over hvordan personer med rusproblemer eller "
            "psykiske helseproblemer har det, og hvilken hjelp de får og mangler. Det kalles en "
            "kartlegging. Vi i %(unit)s har registrert opplysninger om deg, fordi du får hjelp "
            "av oss. Du bestemmer selv om du vil være med.",
            unit=letter.unit,
        ),
        chapters=(
            (t.gettext("Hva registrerer vi, og hvorfor?"), _what(letter, t)),
            (t.gettext("Vil du ikke være med?"), _saying_no(letter, t, numbers)),
            (t.gettext("Hvem ser opplysningene, og hvor lenge?"), _who_and_how_long(t)),
            (t.gettext("Rettene dine"), _rights(t)),
            (t.gettext("Hvem har ansvaret?"), _law(sender, t)),
        ),
    )


def _what(letter: Letter, t: Translator) -> str:
    return " ".join(
        (
            t.gettext(
                "Vi svarer på spørsmål om deg ut fra det vi allerede vet. Spørsmålene handler om "
                "alder og kjønn, bolig, arbeid og aktivitet, økonomi, helse, rusmidler, "
                "nettverk, barn, vold, tjenester og planer. Kommunen bruker svarene til å se om "
                "tjenestene er gode nok, og til å planlegge dem. Hjelpen du får, blir ikke "
                "påvirket av svarene."
            ),
            t.gettext("Vi bruker ikke navnet eller fødselsnummeret ditt.")
            if letter.anonymous
            else t.gettext(
                "Vi lagrer ikke navnet eller fødselsnummeret ditt. Vi lager en kode av nummeret. "
                "Koden gjør at ingen blir talt to ganger, og at vi kan se hvordan det går fra år "
                "til år."
            ),
        )
    )


def _saying_no(letter: Letter, t: Translator, numbers: Numbers) -> str:
    when = (
        t.gettext("innen %(date)s", date=numbers.date(letter.answer_by))
        if letter.answer_by >= letter.written_on
        else t.gettext("så snart du kan")
    )
    if letter.anonymous:
        return t.gettext(
            "Si det til oss, helst %(when)s. Du trenger ikke å si hvorfor. Da sletter vi det vi "
            "har registrert om deg i år. Vi bruker ikke fødselsnummer, så andre tjenester får "
            "ikke vite det. Har du fått brev fra flere, må du si det til hver av dem. Du får den "
            "samme hjelpen som før.",
            when=when,
        )
    return t.gettext(
        "Si det til oss eller til en annen tjeneste i kommunen, helst %(when)s. Det er nok å si "
        "det ett sted, og du trenger ikke å si hvorfor. Da sletter kommunen alt som er "
        "registrert om deg i år, og ingen tjeneste i kommunen kan registrere deg igjen i år. Du "
        "får den samme hjelpen som før.",
        when=when,
    )


def _who_and_how_long(t: Translator) -> str:
    return t.gettext(
        "De hos oss som har fått tilgang, og kommunens koordinator for kartleggingen, kan se "
        "svarene. De har taushetsplikt. Hver gang noen leser svarene, blir det skrevet i en "
        "logg. Kommunen sletter registreringen når kartleggingen året etter er ferdig. Svarene "
        "går videre til helseforetaket uten navn, nummer eller annet som viser hvem du er. Der "
        "blir det laget tall av dem. Bare anonyme tall blir offentlige. Ingen kan kjenne deg "
        "igjen i dem."
    )


def _rights(t: Translator) -> str:
    return t.gettext(
        "Du kan få se hva som er registrert om deg, og hvem som har lest det. Du kan få det "
        "rettet eller slettet. Du kan også be om at det ikke blir brukt mens vi undersøker om "
        "det er riktig. Spør oss eller personvernombudet i kommunen. Mener du at kommunen bryter "
        "loven, kan du klage til Datatilsynet (datatilsynet.no)."
    )


def _law(sender: str, t: Translator) -> str:
    return t.gettext(
        "%(municipality)s har ansvaret for opplysningene. Loven sier at kommunen skal planlegge "
        "og vurdere tjenestene sine (helse- og omsorgstjenesteloven § 3-1). Til det kan kommunen "
        "bruke opplysninger om helse når de blir godt vernet (personvernforordningen artikkel 6 "
        "og 9). Har du spørsmål om dette, kan du spørre personvernombudet i kommunen.",
        municipality=sender,
    )


def _municipality(name: str, t: Translator) -> str:
    return name if "kommune" in name.lower() else t.gettext("%(name)s kommune", name=name)
