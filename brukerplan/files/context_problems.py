"""What can be wrong with a file of aggregate figures, by cell or as a whole.

No text repeats what a cell holds but for a code that is short enough to be one: the wrong file
can hold anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from brukerplan.translation import Translator, UserError, mark

MESSAGES: Mapping[str, str] = {
    "formula": mark("Cellen inneholder en formel, eller begynner med =, +, - eller @. Skriv tallet "
                    "selv, eller lim det inn som verdi."),
    "wide": mark("Raden har flere celler enn det er overskrifter. Tallene kan ha kommet i feil "
                 "kolonne."),
    "no_code": mark("Kommunenummeret mangler. Bare en rad for andre kommuner samlet kan være uten, "
                    "og da med et navn i kolonnen for kommune."),
    "year": mark("Årstallet må ha fire sifre, fra %(first)s til %(last)s."),
    "missing": mark("Tallet mangler. Skriv 0 der det er null, og slett rader der tallet er "
                    "ukjent."),
    "negative": mark("Tallet er negativt. Skriv et helt tall fra 0 og oppover."),
    "not_whole": mark("Tallet har desimaler. Skriv hele tall, og andeler som verdi og nevner."),
    "not_a_number": mark("Dette er ikke et tall. Skriv bare sifre."),
    "too_large": mark("Tallet er for stort. Det største som kan leses inn, er %(most)s."),
    "no_base": mark("Nevneren er null. La den stå tom hvis verdien ikke er en del av noe."),
    "above": mark("Verdien er større enn nevneren den er en del av. Rett det av dem som er feil."),
    "twice": mark("Kommunen og året står også på rad %(row_before)s. Slett den ene raden."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContextProblem:
    """What is wrong with a cell, and what to do."""

    row: int
    letters: str
    heading: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def text(self, translator: Translator) -> str:
        """Say where and what in the translator's language."""
        where = translator.gettext(
            "Rad %(row)s (%(cell)s), %(heading)s",
            row=self.row,
            cell=f"{self.letters}{self.row}",
            heading=self.heading,
        )
        return f"{where}: {translator.gettext(self.message, **self.values)}"


class ContextFileError(UserError):
    """The whole file is refused."""

    message: ClassVar[str] = mark(
        "Filen kan ikke leses. Lagre den som CSV med semikolon eller komma mellom kolonnene."
    )


class ContextFileTooLargeError(ContextFileError):
    """More bytes or rows than are taken."""

    message: ClassVar[str] = mark(
        "Filen er for stor: høyst %(megabytes)s MB og %(rows)s rader kan leses inn om gangen."
    )


class ContextColumnsError(ContextFileError):
    """A column is missing, twice there, or cannot be told from another."""

    message: ClassVar[str] = mark(
        "Kolonnene må være kommunenummer (code), år (year) og én med tallene (value), og kan være "
        "nevner (denominator) og kommunens navn (municipality). Hver kolonne kan stå én gang, og "
        "ingen andre kan være med."
    )


class NoFiguresError(ContextFileError):
    """Nothing below the headings."""

    message: ClassVar[str] = mark("Filen er tom. Det må stå minst én rad under overskriftene.")


class ContextProblemsError(ContextFileError):
    """Cells are wrong, and nothing is read."""

    message: ClassVar[str] = mark("%(number)s feil i filen. Ingenting er lest inn.")

    def __init__(self, problems: Iterable[ContextProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(number=len(self.problems))
