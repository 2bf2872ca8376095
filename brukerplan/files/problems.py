"""What is wrong with a row: where it stands, and a text that says what to do.

Never what stands there: a national number can have been typed into any cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from brukerplan.files.columns import Column
from brukerplan.questionnaire.findings import Finding
from brukerplan.translation import Translator, UserError, mark

MESSAGES: Mapping[str, str] = {
    "no_number": mark("Nummeret mangler. Skriv fødselsnummeret eller D-nummeret, 11 sifre."),
    "rounded_number": mark(
        "Nummeret er avrundet, og sifrene er tapt. Formater cellen som tekst og skriv nummeret "
        "på nytt."
    ),
    "lost_zero": mark(
        "Nummeret har ti sifre. Regneark fjerner en null foran. Formater cellen som tekst og "
        "skriv alle elleve sifrene."
    ),
    "zero_put_back": mark(
        "Nummeret hadde ti sifre. Nullen som regnearket har fjernet foran, er satt tilbake."
    ),
    "number_where_anonymous": mark(
        "Kommunen kartlegger uten fødselsnummer i år. La cellen stå tom."
    ),
    "twice": mark("Den samme personen står på rad %(row_before)s. Slett den ene raden."),
    "label_twice": mark(
        "Det samme saksmerket står på rad %(row_before)s. Gi hver person sitt eget saksmerke."
    ),
    "no_label": mark("Saksmerket mangler. Skriv saksnummer eller initialer."),
    "label": mark(
        "Saksmerket kan ha høyst %(longest)s tegn: bokstaver, sifre, mellomrom, punktum, "
        "bindestrek og skråstrek. Det kan ikke være et fødselsnummer."
    ),
    "no_answers": mark("Raden har ingen svar. Fyll den ut, eller slett den."),
    "too_young": mark(
        "Personen fyller ikke %(minimum_age)s år i %(year)s og skal ikke være med i "
        "kartleggingen. Kontroller nummeret, eller slett raden."
    ),
    "birth_year": mark(
        "Fødselsåret stemmer ikke med fødselsnummeret. Rett det av dem som er feil."
    ),
    "mental_only": mark(
        "I år kartlegger kommunen ikke personer som bare har psykiske helseproblemer. Rett "
        "svaret, eller slett raden."
    ),
    "milder": mark(
        "I år kartlegger kommunen bare personer med minst ett alvorlig problem. Rett svaret, "
        "eller slett raden."
    ),
    "yes_or_no": mark("Svaret er verken ja eller nei. Velg ja eller nei."),
    "not_asked": mark(
        "Ut fra de andre svarene gjelder ikke spørsmålet denne personen. Svaret er ikke med."
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is not read in, or as a note: what somebody should know of one that is.

    Parameters
    ----------
    row
        Number of the row in the file, as spreadsheets count.
    letters
        The letters above the column; empty where the file has no such column.
    message
        Bokmål text with ``%(name)s`` places for ``values``.
    context
        Message context in the catalogue, for texts of the questionnaire.
    """

    row: int
    column: Column
    letters: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    context: str = ""

    @property
    def cell(self) -> str:
        """The cell's name, such as ``K7``."""
        return f"{self.letters}{self.row}" if self.letters else ""

    def heading(self, translator: Translator) -> str:
        """Say which column in the translator's language."""
        return self.column.heading(translator)

    def text(self, translator: Translator) -> str:
        """Say what is wrong in the translator's language."""
        if self.context:
            return translator.pgettext(self.context, self.message, **self.values)
        return translator.gettext(self.message, **self.values)


def by_rule(
    row: int, column: Column, letters: str, rule: str, values: Mapping[str, object]
) -> Problem:
    """Make a problem by one of the rules in ``MESSAGES``."""
    return Problem(row, column, letters, MESSAGES[rule], values)


def of_error(row: int, column: Column, letters: str, error: UserError) -> Problem:
    """Make a problem of an error that says itself what is wrong."""
    return Problem(row, column, letters, error.message, error.values)


def of_finding(row: int, column: Column, letters: str, found: Finding) -> Problem:
    """Make a problem or a note of what the questionnaire's own rules found."""
    return Problem(row, column, letters, found.message, found.values, f"rule.{found.rule}")
