"""What the columns of an extract are called, and what their numbers mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from brukerplan.disclosure.extract import PERSON, YEAR, Definition, Place
from brukerplan.geography import municipality
from brukerplan.questionnaire import codebook_texts as texts
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.questionnaire.schema import Kind, Missing, Questionnaire, Variable
from brukerplan.translation import Translator, mark

PERSON_LABEL = mark("Person, med et pseudonym som bare gjelder dette prosjektet")
YEAR_LABEL = mark("Kartleggingsår")
PLACE_LABELS: Mapping[Place, str] = {
    Place.MUNICIPALITY: mark("Kommune, med nummeret som gjaldt i året"),
    Place.TRUST: mark("Helseforetaksområde"),
    Place.REGION: mark("Helseregion"),
}
_NO, _YES = mark("Nei"), mark("Ja")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, its codes by number, and its kinds of missing by number."""

    name: str
    label: str
    help: str = ""
    codes: Mapping[int, str] = field(default_factory=dict)
    missing: Mapping[int, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[int, str]:
        """Every number that means something."""
        return {**self.codes, **self.missing}


def columns_of(
    definition: Definition, municipalities: Iterable[tuple[int, int]], translator: Translator
) -> tuple[Column, ...]:
    """Return the columns of an extract, in the order of the file.

    A variable is called what the newest of the years' editions that asks it calls it; codes
    that only an older one has are there too.

    Parameters
    ----------
    municipalities
        The number and year of those in the file, to be named.
    """
    t = translator
    placed = []
    if definition.place is not Place.NOWHERE:
        names = {number: _municipality(number, year) for number, year in municipalities}
        label = t.gettext(PLACE_LABELS[definition.place])
        placed.append(Column(str(definition.place), label, codes=dict(sorted(names.items()))))
    editions = {edition_for_year(year).edition: edition_for_year(year) for year in definition.years}
    newest_first = tuple(editions[name] for name in sorted(editions, reverse=True))
    return (
        Column(PERSON, t.gettext(PERSON_LABEL)),
        Column(YEAR, t.gettext(YEAR_LABEL)),
        *placed,
        *(
            column
            for variable in definition.asked()
            for column in _columns(_as_asked(variable, newest_first), t)
        ),
    )


def _municipality(number: int, year: int) -> str:
    code = f"{number:04}"
    return f"{code} {municipality(code, year).name}"


def _as_asked(variable: Variable, editions: tuple[Questionnaire, ...]) -> list[Variable]:
    """The variable in each edition that asks it, newest first; as it is where none does."""
    found = [each for edition in editions for each in edition.variables if each.id == variable.id]
    return found or [variable]


def _columns(asked: list[Variable], t: Translator) -> Iterator[Column]:
    newest = asked[0]

    def say(text: str) -> str:
        return t.pgettext(newest.id, text) if text else ""

    missing = {
        int(each): t.pgettext(texts.CONTEXT, texts.MISSING_NUMBERS[each.name]) for each in Missing
    }
    label, help_ = say(newest.label), say(newest.help)
    if newest.kind is Kind.MANY:
        chosen = {0: t.gettext(_NO), 1: t.gettext(_YES)}
        for name, code in zip(newest.columns, newest.codes, strict=True):
            yield Column(name, f"{label}: {say(code.label)}", help_, chosen, missing)
        return
    codes = {code.number: say(code.label) for each in reversed(asked) for code in each.codes}
    yield Column(newest.id, label, help_, dict(sorted(codes.items())), missing)
