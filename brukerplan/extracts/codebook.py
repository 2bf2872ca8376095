"""The extract's codebook, as text that can be read without any program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from brukerplan.extracts.labels import Column
from brukerplan.translation import Translator, mark

HEADING = mark("Kodebok for uttrekket «%(project)s»")
SYNTHETIC = mark("Fiktive personer: dataene er laget for øving og demonstrasjon.")
TERMS = mark(
    "Filen er til dette formålet alene. Personene er pseudonymisert, ikke anonyme: ikke prøv å "
    "kjenne igjen noen, og ikke koble filen til andre data uten hjemmel. Slett den når "
    "prosjektet ikke trenger den mer."
)
LEFT_OUT = mark(
    "%(left_out)s av %(persons)s personer er utelatt, fordi færre enn %(smallest)s var like dem i "
    "det andre kan vite. Den minste gruppen i filen har %(kept)s personer."
)
FOLLOWED = mark(
    "En person har samme pseudonym hvert år. I kommuner som kartlegger anonymt, kan ingen følges: "
    "der er det nytt for hver rad, og nytt hver gang filen hentes."
)
NOT_FOLLOWED = mark("En person har nytt pseudonym hvert år, så ingen kan følges.")
OTHER_PROJECTS = mark(
    "Pseudonymet finnes ikke andre steder, heller ikke i andre prosjekters filer, og nøkkelen "
    "bak det slettes når tilgangen er slutt."
)
STATA = mark(
    "I Stata-filen er «__» i navn skrevet «_», navn har høyst 29 tegn, og −1, −2 og −3 er .a, .b "
    "og .c."
)
LIMITS = mark(
    "Kartleggingen viser kjente brukere av tjenestene, og sammenheng, aldri virkning av tiltak."
)
_FACTS = {
    "recipient": mark("Mottaker"),
    "purpose": mark("Formål"),
    "legal_reference": mark("Hjemmel"),
}
_FETCHED = mark("Hentet")
_EXPIRES = mark("Kan hentes til og med")
_COLUMNS = mark("Kolonner")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the codebook says of the extract as a whole."""

    project: str
    recipient: str
    purpose: str
    legal_reference: str
    fetched_on: date
    expires_on: date
    follows_persons: bool
    persons: int
    left_out: int
    smallest_allowed: int
    smallest_kept: int
    synthetic: bool


def codebook(facts: Facts, columns: Sequence[Column], translator: Translator) -> str:
    """Return the codebook as Markdown, ending in a newline."""
    return "\n".join(_lines(facts, columns, translator)) + "\n"


def _lines(facts: Facts, columns: Sequence[Column], t: Translator) -> Iterator[str]:
    yield f"# {t.gettext(HEADING, project=_one_line(facts.project))}"
    yield ""
    if facts.synthetic:
        yield from (f"**{t.gettext(SYNTHETIC)}**", "")
    for name, word in _FACTS.items():
        yield f"- {t.gettext(word)}: {_one_line(getattr(facts, name))}"
    yield f"- {t.gettext(_FETCHED)}: {facts.fetched_on.isoformat()}"
    yield f"- {t.gettext(_EXPIRES)}: {facts.expires_on.isoformat()}"
    yield from ("", t.gettext(TERMS), "")
    yield t.gettext(
        LEFT_OUT,
        left_out=facts.left_out,
        persons=facts.persons,
        smallest=facts.smallest_allowed,
        kept=facts.smallest_kept,
    )
    followed = FOLLOWED if facts.follows_persons else NOT_FOLLOWED
    yield from ("", f"{t.gettext(followed)} {t.gettext(OTHER_PROJECTS)}")
    yield from ("", t.gettext(STATA), "", t.gettext(LIMITS), "", f"## {t.gettext(_COLUMNS)}")
    for column in columns:
        yield from ("", f"### `{column.name}`", "", f"{column.label}. {column.help}".rstrip())
        if column.values:
            yield ""
        yield from (f"- `{number}` {text}" for number, text in column.values.items())


def _one_line(text: str) -> str:
    return " ".join(text.split())
