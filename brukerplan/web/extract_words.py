"""An extract's definition and classes in words."""

from __future__ import annotations

from dataclasses import dataclass

from brukerplan.actions.extract_counting import Counted
from brukerplan.disclosure.classes import Classes
from brukerplan.disclosure.extract import Age, Definition, ExtractPolicy, Place, choosable
from brukerplan.questionnaire.levels import DERIVED
from brukerplan.questionnaire.registry import EDITIONS
from brukerplan.translation import Translator, mark

PLACES = {
    Place.MUNICIPALITY: mark("Kommune"),
    Place.TRUST: mark("Helseforetaksområde"),
    Place.REGION: mark("Helseregion"),
    Place.NOWHERE: mark("Ikke noe sted"),
}
AGES = {
    Age.BIRTH_YEAR: mark("Fødselsår"),
    Age.AGE_GROUP: mark("Aldersgruppe"),
    Age.UNTOLD: mark("Ikke alder"),
}


@dataclass(frozen=True, slots=True)
class CountLine:
    """One line of the table: the choice in words, and its classes."""

    what: str
    classes: Classes
    share: int
    allowed: bool


@dataclass(frozen=True, slots=True)
class ShownCount:
    """The table, and what others may know in words."""

    lines: tuple[CountLine, ...]
    known_by: str
    allowed: bool


def shown_definition(definition: Definition, t: Translator) -> list[tuple[str, str]]:
    """Say what is in an extract, a heading and a text a line."""
    followed = t.gettext("Ja") if definition.follows_persons else t.gettext("Nei")
    return [
        (t.gettext("År"), ", ".join(map(str, definition.years))),
        (t.gettext("Sted"), t.gettext(PLACES[definition.place])),
        (t.gettext("Alder"), t.gettext(AGES[definition.age])),
        (t.gettext("Personer følges fra år til år"), followed),
        (
            t.gettext("Opplysninger"),
            ", ".join(_label(name, t) for name in choosable() if name in definition.variables),
        ),
    ]


def shown_count(counted: Counted, policy: ExtractPolicy, t: Translator) -> ShownCount:
    """Say how many are alike: as it is asked for, and with each step that is coarser."""
    lines = [_line(t.gettext("Som valgt"), counted.classes, policy)]
    for step, definition, classes in counted.coarser:
        lines.append(_line(_step(step, definition, t), classes, policy))
    known = [t.gettext("år")]
    if counted.definition.place is not Place.NOWHERE:
        known.append(t.gettext(PLACES[counted.definition.place]).lower())
    if counted.definition.age is not Age.UNTOLD:
        known.append(t.gettext(AGES[counted.definition.age]).lower())
    known += [
        _label(name, t).lower()
        for name in policy.quasi_identifiers.value
        if name in counted.definition.variables
    ]
    return ShownCount(tuple(lines), ", ".join(known), counted.allowed)


def sections(t: Translator) -> list[tuple[str, list[str]]]:
    """Return the variables that can be chosen, by section of the newest edition."""
    can = choosable()
    newest = EDITIONS[-1]
    found = [
        (
            t.pgettext(f"section.{section.id}", section.title),
            [each.id for each in section.variables if each.id in can],
        )
        for section in newest.sections
    ]
    own = (t.gettext("Beregnet av svarene"), [each.id for each in DERIVED if each.id in can])
    placed = {name for _, names in (*found, own) for name in names}
    gone = (t.gettext("Bare i eldre skjema"), [name for name in can if name not in placed])
    return [each for each in (own, *found, gone) if each[1]]


def labels(t: Translator) -> dict[str, str]:
    """Return the label of each variable that can be chosen."""
    return {name: _label(name, t) for name in choosable()}


def _label(name: str, t: Translator) -> str:
    return t.pgettext(name, choosable()[name].label)


def _step(step: str, definition: Definition, t: Translator) -> str:
    if step == "place":
        return t.gettext("Sted: %(choice)s", choice=t.gettext(PLACES[definition.place]).lower())
    if step == "age":
        return t.gettext("Alder: %(choice)s", choice=t.gettext(AGES[definition.age]).lower())
    if step == "follows":
        return t.gettext("Uten å følge personer fra år til år")
    return t.gettext("Uten «%(variable)s»", variable=_label(step, t))


def _line(what: str, classes: Classes, policy: ExtractPolicy) -> CountLine:
    # Rounded up: what is above the limit is never shown as on it.
    share = -(-100 * classes.left_out // classes.persons) if classes.persons else 0
    return CountLine(what, classes, share, classes.allowed(policy))
