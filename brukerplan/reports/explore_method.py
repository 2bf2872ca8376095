"""The method note of an explored view: what is counted, of whom, which years can be compared,
what is hidden, and what the numbers cannot say."""

from __future__ import annotations

from dataclasses import dataclass

from brukerplan.disclosure.policy import PROPOSED
from brukerplan.questionnaire import codebook_texts
from brukerplan.questionnaire.codebook import asked
from brukerplan.questionnaire.codebook_rules import derived_variables, overall_level_rule
from brukerplan.questionnaire.codebook_words import Words
from brukerplan.questionnaire.levels import OVERALL_LEVEL
from brukerplan.questionnaire.registry import EDITIONS, edition
from brukerplan.questionnaire.schema import Kind, Questionnaire, Variable, flag_column
from brukerplan.reports.explore import Setting
from brukerplan.reports.explore_compare import asked_variable, comparable, derived_variable
from brukerplan.reports.explore_lines import short


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
        Note(
            "sammenlikne",
            setting.translator.gettext("Hva som kan sammenliknes"),
            comparable(setting),
        ),
        _hidden(setting),
        _limits(setting),
        _source(setting),
    )


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
    if derived_variable(setting.explored.table) is None:
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


def _source(setting: Setting) -> Note:
    t, numbers = setting.translator, setting.numbers
    codes = []
    for one in setting.explored.releases:
        when = (
            t.gettext("ikke publisert")
            if one.published_on is None
            else t.gettext("publisert %(day)s", day=numbers.date(one.published_on))
        )
        digest = t.gettext("kontrollsum %(digest)s", digest=short(one.digest))
        codes.append((str(one.year), f"{when}, {digest}"))
    return Note(
        "kilde",
        t.gettext("Hvor tallene kommer fra"),
        (
            t.gettext(
                "Alle tall er hentet fra disse publiseringene. Er kontrollsummen den samme, er "
                "tallene de samme."
            ),
        ),
        tuple(codes),
    )


def _words(setting: Setting) -> Words:
    return Words(_newest_that_asks(setting), setting.translator)


def _newest_that_asks(setting: Setting) -> Questionnaire:
    """The newest edition of the view that asks the question, or of all where none of them does."""
    of_view = sorted(set(setting.explored.editions.values()), reverse=True)
    for known in (*map(edition, of_view), *reversed(EDITIONS)):
        if asked_variable(known, setting.explored.table) is not None:
            return known
    return edition(of_view[0])


def _variable(setting: Setting) -> Variable:
    """The derived variable, or the question as the newest edition that asks it has it."""
    table = setting.explored.table
    found = derived_variable(table) or asked_variable(_newest_that_asks(setting), table)
    assert found is not None  # a table counts one or the other
    return found
