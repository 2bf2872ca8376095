"""The method note of an explored view: what is counted, of whom, which years can be compared,
what is hidden, and what the numbers cannot say."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from brukerplan.disclosure.policy import PROPOSED
from brukerplan.questionnaire import codebook_texts
from brukerplan.questionnaire.codebook import asked
from brukerplan.questionnaire.codebook_rules import derived_variables, overall_level_rule
from brukerplan.questionnaire.codebook_words import Words
from brukerplan.questionnaire.levels import DERIVED, OVERALL_LEVEL
from brukerplan.questionnaire.registry import EDITIONS, edition
from brukerplan.questionnaire.schema import Kind, Questionnaire, Variable, flag_column
from brukerplan.reports.data import MUNICIPALITY
from brukerplan.reports.explore import Setting
from brukerplan.reports.explored import ExploredArea, Gap
from brukerplan.reports.labels import variable_of

_MOST_NAMES = 12
V = TypeVar("V", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Note:
    """A part of the method note: a heading, sentences, and codes with their meanings."""

    id: str
    title: str
    sentences: tuple[str, ...]
    codes: tuple[tuple[str, str], ...] = ()


def method(setting: Setting) -> tuple[Note, ...]:
    """Return the parts of the note in the order to read them."""
    return (
        _meaning(setting),
        _base(setting),
        _comparable(setting),
        _hidden(setting),
        _limits(setting),
    )


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


def _meaning(setting: Setting) -> Note:
    t, words, explored = setting.translator, _words(setting), setting.explored
    variable = _variable(setting)
    sentences = [words.of(variable, variable.help)] if variable.help else []
    for derived in derived_variables(words):
        if derived["id"] == explored.table:
            sentences.append(derived["derived_from"])
    if explored.table == OVERALL_LEVEL.id:
        sentences.append(overall_level_rule(words)["text"])
    helps = {code.id: words.of(variable, code.help) for code in variable.codes}
    if variable.kind is Kind.MANY:
        # The table counts one of the answers: yes or no to it.
        sentences += [
            helps[code.id]
            for code in variable.codes
            if flag_column(variable.id, code.id) == explored.table and code.help
        ]
    codes = tuple(
        (setting.labels.category(explored.table, one), helps[one])
        for one in explored.categories
        if helps.get(one)
    )
    if not codes:
        names = [setting.labels.category(explored.table, one) for one in explored.categories]
        sentences.append(t.gettext("Kategorier: %(names)s.", names=setting.numbers.listed(names)))
    title = t.gettext("Hva tallene viser: %(what)s", what=setting.title)
    return Note("viser", title, tuple(sentences), codes)


def _base(setting: Setting) -> Note:
    t, words = setting.translator, _words(setting)
    variable = _variable(setting)
    sentences = [
        {
            "all": t.gettext("Alle kartlagte er med."),
            "substance": t.gettext("Bare personer med rusproblemer er med."),
            "mental_only": t.gettext("Bare personer med psykiske helseproblemer alene er med."),
        }[setting.explored.population]
    ]
    if _derived(setting) is None:
        sentences.append(
            t.gettext(
                "Grunnlaget er de som spørsmålet gjelder. %(asked)s", asked=asked(words, variable)
            )
        )
    sentences += [
        t.gettext("«Ukjent» er et svar og regnes med i grunnlaget. Andeler er i hele prosent."),
        t.gettext(
            "Intervallet er et 95 prosent Wilson-intervall. Det viser hvor mye andelen kan svinge "
            "ved tilfeldigheter når få personer ligger til grunn. Det sier ingenting om personer "
            "som tjenestene ikke kjenner."
        ),
    ]
    return Note("grunnlag", t.gettext("Hva andelene er andeler av"), tuple(sentences))


def _comparable(setting: Setting) -> Note:
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
    return Note("sammenlikne", t.gettext("Hva som kan sammenliknes"), tuple(sentences))


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


def _hidden(setting: Setting) -> Note:
    t = setting.translator
    return Note(
        "skjult",
        t.gettext("Hva er skjult, og hvorfor"),
        (
            t.gettext("Et skjult tall er ikke null: nuller vises."),
            *(t.gettext(rule.reason) for _, rule in PROPOSED.rules()),
        ),
    )


def _limits(setting: Setting) -> Note:
    words = _words(setting)
    limits = (
        codebook_texts.LIMIT_EFFECT,
        codebook_texts.LIMIT_KNOWN,
        codebook_texts.LIMIT_LAR,
    )
    title = setting.translator.gettext("Hva tallene ikke kan si")
    return Note("grenser", title, tuple(map(words.say, limits)))


def _words(setting: Setting) -> Words:
    return Words(_newest_that_asks(setting), setting.translator)


def _newest_that_asks(setting: Setting) -> Questionnaire:
    """The newest edition of the view that asks the question, or of all where none of them does."""
    wanted = variable_of(setting.explored.table)
    of_view = sorted(set(setting.explored.editions.values()), reverse=True)
    for known in (*map(edition, of_view), *reversed(EDITIONS)):
        if _asked_there(known, wanted) is not None:
            return known
    return edition(of_view[0])


def _asked_there(questionnaire: Questionnaire, variable_id: str) -> Variable | None:
    return next((each for each in questionnaire.variables if each.id == variable_id), None)


def _derived(setting: Setting) -> Variable | None:
    return next((each for each in DERIVED if each.id == setting.explored.table), None)


def _variable(setting: Setting) -> Variable:
    """The derived variable, or the question as the newest edition that asks it has it."""
    wanted = variable_of(setting.explored.table)
    return _derived(setting) or _newest_that_asks(setting).variable(wanted)


def _form(setting: Setting, year: int) -> Hashable | None:
    """What makes a question the same question: its words, its answers and whom it is put to.

    Of a derived one, the rule it follows from; ``None`` where the question was not asked.
    """
    questionnaire = edition(setting.explored.editions[year])
    if _derived(setting) is not None:
        return questionnaire.level_rule
    variable = _asked_there(questionnaire, variable_of(setting.explored.table))
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
