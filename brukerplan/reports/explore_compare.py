"""Which years and areas of an explored view can be compared, and what to know before doing so."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from brukerplan.questionnaire.levels import DERIVED
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Questionnaire, Variable
from brukerplan.reports.data import MUNICIPALITY
from brukerplan.reports.explore import Setting
from brukerplan.reports.explored import ExploredArea, Gap
from brukerplan.reports.labels import variable_of

_MOST_NAMES = 12
V = TypeVar("V", bound=Hashable)


def warnings(setting: Setting) -> tuple[str, ...]:
    """What the reader must know before comparing years or areas."""
    t, found = setting.translator, []
    if len({_form(setting, year) for year in setting.explored.editions} - {None}) > 1:
        found.append(
            t.gettext("Spørsmålet er ikke stilt likt i alle årene. Se «Hva som kan sammenliknes».")
        )
    for area in setting.explored.areas:
        rules = {known.rules for known in area.years.values() if known.gap is None}
        if len(rules - {None}) > 1:
            found.append(
                t.gettext(
                    "%(area)s: Reglene for hvem som skulle kartlegges, var ikke de samme i alle "
                    "årene.",
                    area=setting.area_name(area),
                )
            )
        if area.level != MUNICIPALITY and len(_came(area)) > 1:
            found.append(
                t.gettext(
                    "%(area)s: Det er ikke de samme kommunene som deltok i alle årene.",
                    area=setting.area_name(area),
                )
            )
    return tuple(found)


def comparable(setting: Setting) -> tuple[str, ...]:
    """Say by which edition each year was mapped, and what each area was made of."""
    t, numbers, explored = setting.translator, setting.numbers, setting.explored
    sentences = []
    for name, years in _runs(explored.editions).items():
        sentences.append(
            t.gettext(
                "%(years)s: utgave %(edition)s av skjemaet.",
                years=numbers.years(years),
                edition=name,
            )
        )
    forms = _runs({year: _form(setting, year) for year in explored.editions})
    if len([one for one in forms if one is not None]) > 1:
        sentences.append(
            t.gettext(
                "Ordlyden, svarene eller hvem spørsmålet stilles til, er ulikt i utgavene. "
                "Sammenlikn med varsomhet."
            )
        )
    for area in explored.areas:
        sentences += _made_of(setting, area)
    return tuple(sentences)


def _made_of(setting: Setting, area: ExploredArea) -> list[str]:
    t, numbers, name = setting.translator, setting.numbers, setting.area_name(area)
    found = []
    known = {year: one for year, one in area.years.items() if one.key}
    if area.level == MUNICIPALITY:
        joined = {
            year: tuple(sorted((*one.took_part, *one.absent)))
            for year, one in known.items()
            if "+" in one.key
        }
        for names, years in _runs(joined).items():
            found.append(
                t.gettext(
                    "%(area)s i %(years)s er %(names)s til sammen.",
                    area=name,
                    years=numbers.years(years),
                    names=numbers.listed(names),
                )
            )
        split = [year for year, one in area.years.items() if one.gap is Gap.SPLIT]
        if split:
            found.append(
                t.gettext(
                    "%(area)s er skilt ut ved en deling. Serien begynner derfor etter %(year)s.",
                    area=name,
                    year=max(split),
                )
            )
    absent = {
        year: (len(one.took_part), one.absent)
        for year, one in known.items()
        # Of a municipality that stayed away the table says so itself.
        if one.absent and (one.took_part or area.level != MUNICIPALITY)
    }
    for (came, names), years in _runs(absent).items():
        listed = (
            numbers.listed(names)
            if len(names) <= _MOST_NAMES
            else t.gettext("%(count)s kommuner", count=numbers.count(len(names)))
        )
        found.append(
            t.gettext(
                "%(area)s i %(years)s: %(came)s av %(all)s kommuner deltok. Uten %(names)s.",
                area=name,
                years=numbers.years(years),
                came=numbers.count(came),
                all=numbers.count(came + len(names)),
                names=listed,
            )
        )
    return found


def derived_variable(table: str) -> Variable | None:
    """The variable that follows from the answers, where the table counts one."""
    return next((each for each in DERIVED if each.id == table), None)


def asked_variable(questionnaire: Questionnaire, table: str) -> Variable | None:
    """The question that the table counts, where an edition asks it."""
    wanted = variable_of(table)
    return next((each for each in questionnaire.variables if each.id == wanted), None)


def _form(setting: Setting, year: int) -> Hashable | None:
    """What makes a question the same question: its words, its answers and whom it is put to.

    Of a derived one, the rule it follows from; ``None`` where the question was not asked.
    """
    questionnaire = edition(setting.explored.editions[year])
    if derived_variable(setting.explored.table) is not None:
        return questionnaire.level_rule
    variable = asked_variable(questionnaire, setting.explored.table)
    if variable is None:
        return None
    codes = tuple((code.id, code.label, code.help) for code in variable.codes)
    return (variable.label, variable.help, codes, variable.show_if)


def _came(area: ExploredArea) -> set[tuple[str, ...]]:
    """Which municipalities an aggregate was made of, by those that stayed away."""
    return {one.absent for one in area.years.values() if one.gap is None}


def _runs(by_year: Mapping[int, V]) -> dict[V, list[int]]:
    """Gather the years that have the same."""
    found: dict[V, list[int]] = {}
    for year, thing in sorted(by_year.items()):
        found.setdefault(thing, []).append(year)
    return found
