"""What an explorer's address asks for, read into a choice; and the choice back into an address.

An address may be typed, kept for years or sent by anybody. Whatever is wrong with it is said
at its place, replaced by what stands by default, and the rest of it is kept. What was typed
is never repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from brukerplan.actions.exploring import Offer, Place, Wanted
from brukerplan.disclosure.cube import ALL
from brukerplan.geography import municipality
from brukerplan.reports.explored import MOST_AREAS
from brukerplan.statistics.tables import MENTAL_ONLY, SUBSTANCE
from brukerplan.translation import UserError, mark
from brukerplan.web.results_page import LEVELS, SLUGS

TABLE, CATEGORY, GROUP, AREA, FIRST, LAST = "tabell", "kategori", "gruppe", "omrade", "fra", "til"
POPULATIONS = {"alle": ALL, "rus": SUBSTANCE, "bare-psykisk": MENTAL_ONLY}
_POPULATION_SLUGS = {population: slug for slug, population in POPULATIONS.items()}
DEFAULT_TABLE = "overall_level"
_WIDEST_FIRST = tuple(reversed(LEVELS.values()))


class UnknownTableError(UserError):
    """The address names a table that there is not."""

    message: ClassVar[str] = mark(
        "Tabellen i adressen finnes ikke. Samlet funksjonsnivå vises i stedet. Velg i listen."
    )


class UnknownCategoryError(UserError):
    """The address names a category that the table does not have."""

    message: ClassVar[str] = mark(
        "En kategori i adressen finnes ikke i tabellen og er ikke tatt med. Kryss av dem du vil se."
    )


class UnknownGroupError(UserError):
    """The address names a group that there is not."""

    message: ClassVar[str] = mark(
        "Gruppen i adressen finnes ikke. Alle kartlagte vises i stedet. Velg i listen."
    )


class UnknownAreaError(UserError):
    """The address names an area without numbers."""

    message: ClassVar[str] = mark(
        "Et område i adressen har ingen tall som vises, og er ikke tatt med. Velg i listen."
    )


class TooManyAreasError(UserError):
    """More areas than stand side by side."""

    message: ClassVar[str] = mark(
        "Høyst %(most)s områder vises side om side. De første er tatt med."
    )


class UnknownYearError(UserError):
    """The address names a year without numbers."""

    message: ClassVar[str] = mark(
        "Et år i adressen har ingen tall som vises. Du kan velge fra %(first)s til %(last)s."
    )


class YearsTurnedError(UserError):
    """The first year comes after the last."""

    message: ClassVar[str] = mark("Det første året er etter det siste. De er byttet om.")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the address, and the field it is about."""

    field: str
    error: UserError


@dataclass(frozen=True, slots=True)
class Choice:
    """What to show, and what of the address could not be."""

    wanted: Wanted
    problems: tuple[Problem, ...] = ()

    @property
    def query(self) -> str:
        """The query string that reproduces the view: everything is spelled out in it."""
        wanted = self.wanted
        pairs = [
            (TABLE, wanted.table),
            *((CATEGORY, category_value(wanted.table, one)) for one in wanted.chosen),
            (GROUP, _POPULATION_SLUGS[wanted.population]),
            *((AREA, area_value(place)) for place in wanted.areas),
            (FIRST, str(wanted.first)),
            (LAST, str(wanted.last)),
        ]
        return urlencode(pairs, safe=":")

    def problems_of(self, field: str) -> tuple[UserError, ...]:
        """What is wrong with one field."""
        return tuple(each.error for each in self.problems if each.field == field)


def category_value(table: str, category: str) -> str:
    """Write a category as it stands in addresses: ``housing:red``.

    It names its table, so that what was ticked for one table is not taken for another's.
    """
    return f"{table}:{category}"


def area_value(place: Place) -> str:
    """Write an area as it stands in addresses: ``kommune:1103``."""
    level, key = place
    return f"{SLUGS[level]}:{key}"


def read_choice(arguments: MultiDict[str, str], offer: Offer) -> Choice:
    """Read an address; what it does not say stands by default.

    The default is the overall level of all mapped persons in the reader's own area, or the
    widest there is, over all years. ``offer`` has at least one year and one area.
    """
    problems: list[Problem] = []
    tables = offer.tables
    table = arguments.get(TABLE) or DEFAULT_TABLE
    if table not in tables:
        problems.append(Problem(TABLE, UnknownTableError()))
        table = DEFAULT_TABLE
    slug = arguments.get(GROUP) or _POPULATION_SLUGS[ALL]
    if slug not in POPULATIONS:
        problems.append(Problem(GROUP, UnknownGroupError()))
    first, last = _years(arguments, offer, problems)
    wanted = Wanted(
        table=table,
        chosen=_categories(arguments.getlist(CATEGORY), table, tables, problems),
        population=POPULATIONS.get(slug, ALL),
        areas=read_areas(arguments.getlist(AREA), offer, last, problems),
        first=first,
        last=last,
    )
    return Choice(wanted, tuple(problems))


def in_year(place: Place, year: int) -> bool:
    """Whether the area is there to choose in a year: a municipality may be gone, or to come."""
    level, key = place
    if level != LEVELS["kommune"]:
        return True
    try:
        municipality(key, year)
    except UserError:
        return False
    return True


def _categories(
    values: list[str], table: str, tables: Mapping[str, tuple[str, ...]], problems: list[Problem]
) -> tuple[str, ...]:
    """Those of the table. What was ticked for another table falls away with that table."""
    chosen = set()
    for value in values:
        of, _, category = value.partition(":")
        if category not in tables.get(of, ()):
            problems.append(Problem(CATEGORY, UnknownCategoryError()))
        elif of == table:
            chosen.add(category)
    every = tables[table]
    return () if chosen == set(every) else tuple(one for one in every if one in chosen)


def _years(
    arguments: MultiDict[str, str], offer: Offer, problems: list[Problem]
) -> tuple[int, int]:
    years = {str(year): year for year in offer.years}
    found = []
    for field, default in ((FIRST, offer.years[0]), (LAST, offer.years[-1])):
        value = arguments.get(field) or str(default)
        if value not in years:
            limits = {"first": offer.years[0], "last": offer.years[-1]}
            problems.append(Problem(field, UnknownYearError(**limits)))
        found.append(years.get(value, default))
    first, last = found
    if first > last:
        problems.append(Problem(FIRST, YearsTurnedError()))
        first, last = last, first
    return first, last


def read_areas(
    values: list[str], offer: Offer, last: int, problems: list[Problem]
) -> tuple[Place, ...]:
    """Return the areas an address names, or the reader's own, and note what is wrong."""
    found: dict[Place, None] = {}
    for value in filter(None, values):
        slug, _, key = value.partition(":")
        place = (LEVELS.get(slug, ""), key)
        if place not in offer.areas:
            problems.append(Problem(AREA, UnknownAreaError()))
            continue
        try:
            if place[0] == LEVELS["kommune"]:
                municipality(key, last)
        except UserError as error:
            # It names what the municipality has become, or was before.
            problems.append(Problem(AREA, error))
            continue
        found[place] = None
    if len(found) > MOST_AREAS:
        problems.append(Problem(AREA, TooManyAreasError(most=MOST_AREAS)))
    return tuple(found)[:MOST_AREAS] or (_default_area(offer, last),)


def _default_area(offer: Offer, last: int) -> Place:
    here = [place for place in sorted(offer.areas) if in_year(place, last)]
    widest = sorted(here, key=lambda place: _WIDEST_FIRST.index(place[0]))
    return next((place for place in offer.own if place in here), widest[0])
