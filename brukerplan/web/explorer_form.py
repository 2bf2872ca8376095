"""The explorer's form: everything there is to choose, with what is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from brukerplan.actions.exploring import Offer, Place
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.reports.explore_lines import GROUPS
from brukerplan.reports.explored import MOST_AREAS
from brukerplan.reports.labels import Labels, variable_of
from brukerplan.translation import Translator, mark
from brukerplan.web.explorer_choice import POPULATIONS, Choice, area_value, category_value, in_year
from brukerplan.web.results_page import LEVELS, area_name

_LEVEL_NAMES = {
    "nation": mark("Landet"),
    "region": mark("Helseregioner"),
    "trust": mark("Helseforetaksområder"),
    "municipality": mark("Kommuner"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Options under a heading."""

    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ExplorerForm:
    """The fields. ``chosen_areas`` has a value for each place, empty where none is chosen."""

    tables: tuple[OptionGroup, ...]
    categories: tuple[Option, ...]
    groups: tuple[Option, ...]
    areas: tuple[OptionGroup, ...]
    chosen_areas: tuple[str, ...]
    first: tuple[Option, ...]
    last: tuple[Option, ...]


def form_of(choice: Choice, offer: Offer, t: Translator) -> ExplorerForm:
    """Return the form with what the choice says."""
    labels = Labels(edition_for_year(offer.years[-1]).edition, t)
    wanted = choice.wanted
    chosen = tuple(map(area_value, wanted.areas))
    return ExplorerForm(
        tables=_tables(wanted.table, offer, labels, t),
        categories=tuple(
            Option(
                category_value(wanted.table, one),
                labels.category(wanted.table, one),
                one in wanted.chosen,
            )
            for one in offer.tables[wanted.table]
        ),
        groups=tuple(
            Option(slug, t.gettext(GROUPS[population]), population == wanted.population)
            for slug, population in POPULATIONS.items()
        ),
        areas=area_options(offer, wanted.last, t),
        chosen_areas=(*chosen, *("" for _ in range(MOST_AREAS - len(chosen)))),
        first=tuple(Option(str(year), str(year), year == wanted.first) for year in offer.years),
        last=tuple(Option(str(year), str(year), year == wanted.last) for year in offer.years),
    )


def _tables(chosen: str, offer: Offer, labels: Labels, t: Translator) -> tuple[OptionGroup, ...]:
    """The tables by section of the newest form; first those that are derived."""
    section_of: dict[str, str] = {}
    for year in sorted(offer.years):
        for section in edition_for_year(year).sections:
            title = t.pgettext(f"section.{section.id}", section.title)
            section_of |= dict.fromkeys((variable.id for variable in section.variables), title)
    grouped: dict[str, list[Option]] = {}
    for table in offer.tables:
        title = section_of.get(variable_of(table), t.gettext("Regnet ut av svarene"))
        grouped.setdefault(title, []).append(Option(table, labels.table(table), table == chosen))
    return tuple(OptionGroup(title, tuple(options)) for title, options in grouped.items())


def area_options(offer: Offer, last: int, t: Translator) -> tuple[OptionGroup, ...]:
    """Return every area there is to choose in a year, the widest first."""
    groups = []
    for level in reversed(LEVELS.values()):
        found = [
            Option(area_value(place), _name(place, last, t))
            for place in offer.areas
            if place[0] == level and in_year(place, last)
        ]
        if found:
            found.sort(key=lambda option: option.label.casefold())
            groups.append(OptionGroup(t.gettext(_LEVEL_NAMES[level]), tuple(found)))
    return tuple(groups)


def _name(place: Place, year: int, t: Translator) -> str:
    """Name of an area as it stands without its heading, in a list that is closed."""
    name = area_name(*place, year, t)
    # A trust's area often bears the name of one of its municipalities.
    return t.gettext("%(name)s (helseforetak)", name=name) if place[0] == "trust" else name
