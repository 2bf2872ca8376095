"""The sheet that says how the template is filled in."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from brukerplan.files.codes_sheet import CODES
from brukerplan.files.columns import REGISTRATIONS
from brukerplan.files.sheets import MOST_ROWS
from brukerplan.questionnaire.schema import Questionnaire
from brukerplan.translation import Translator, mark

GUIDE = mark("Slik gjør du")
_TITLE = mark("Kartlegging %(year)s: slik fyller du ut")
_WITH_NUMBERS = mark(
    "Skriv fødselsnummer eller D-nummer med elleve sifre. Nummeret blir til et pseudonym når "
    "filen leses inn. Det lagres ikke, og filen lagres ikke."
)
_WITHOUT_NUMBERS = mark(
    "Kommunen kartlegger uten fødselsnummer. Hver rad kjennes igjen på saksmerket, så hver "
    "person må ha sitt eget."
)
_STEPS = (
    mark(
        "Skriv én person på hver rad i arket «%(registrations)s», fra rad 3 og nedover. Høyst "
        "%(rows)s personer i én fil."
    ),
    mark(
        "Saksmerket er saksnummer eller initialer, så du kjenner igjen saken. Skriv aldri navn "
        "eller annen fritekst om personer."
    ),
    mark("Velg svar fra listen i hver celle. Alle svarene er forklart i arket «%(codes)s»."),
    mark("Vet du ikke svaret, så velg «ukjent». En tom celle er ikke et svar."),
    mark("En tjeneste som står tom, betyr «ikke behov», som i skjemaet."),
    mark(
        "Skriv ja ved rusmidlene som gjelder. De andre kan stå tomme. Gjelder ingen, så skriv "
        "nei ved ett av dem."
    ),
    mark("La spørsmål som ikke gjelder personen, stå tomme."),
    mark(
        "Fødselsår og kjønn kan stå tomme når nummeret viser dem. Står de der, må fødselsåret "
        "stemme med nummeret."
    ),
    mark(
        "Bruk ikke formler, og slett ikke de to øverste radene. Lim inn som verdier når du "
        "kopierer fra et annet ark."
    ),
    mark(
        "Last opp filen under «Les inn fra fil». Den blir alltid kontrollert først, og du får se "
        "hver feil med rad og kolonne."
    ),
    mark("Filen inneholder opplysninger om personer. Slett den når den er lest inn."),
)


def add_guide(
    workbook: Workbook,
    questionnaire: Questionnaire,
    translator: Translator,
    *,
    year: int,
    anonymous: bool,
) -> None:
    """Add the sheet."""
    t = translator
    sheet = workbook.create_sheet(t.gettext(GUIDE))
    values = {
        "registrations": t.gettext(REGISTRATIONS),
        "codes": t.gettext(CODES),
        "rows": MOST_ROWS,
    }
    lines = [t.gettext(_WITHOUT_NUMBERS if anonymous else _WITH_NUMBERS)]
    lines += [_filled(t, step, values) for step in _STEPS]
    sheet.append([t.gettext(_TITLE, year=year)])
    sheet.append([t.pgettext(f"edition.{questionnaire.edition}", questionnaire.title)])
    sheet.append([])
    for number, line in enumerate(lines, start=1):
        sheet.append([f"{number}. {line}"])
    sheet.column_dimensions["A"].width = 100
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet["A1"].font = Font(bold=True, size=14)


def _filled(t: Translator, text: str, values: dict[str, object]) -> str:
    return t.gettext(text, **values) if "%(" in text else t.gettext(text)
