"""The checks across registrations and where each begins to ask, as data with their reasons.

All of them are this project's own rules. They only ask: whoever looks at a finding decides,
and a finding never stops anything by itself. The sentences are read by a coordinator who
sees no answers, so they say what is odd and never what was answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from brukerplan.questionnaire.questions_background import (
    BIRTH_YEAR,
    BORN_ABROAD,
    FIRST_YEAR_KNOWN,
    GENDER,
    INTELLECTUAL_DISABILITY,
)
from brukerplan.questionnaire.questions_substances import INJECTING
from brukerplan.translation import mark


class Reach(StrEnum):
    """What a check looks at."""

    MUNICIPALITY = "municipality"
    UNIT = "unit"
    REGISTRATION = "registration"


class Doubt(StrEnum):
    """Whether it cannot be right, or can be but seldom is."""

    IMPOSSIBLE = "impossible"
    UNLIKELY = "unlikely"


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where a check begins to ask, and why there."""

    value: int
    reason: str


FEWER_THAN_PERCENT = Threshold(
    50,
    mark(
        "Antallet personer endrer seg fra år til år. At mer enn halvparten er borte, kommer "
        "oftere av at noen er glemt enn av at de ikke lenger får tjenester."
    ),
)
PERSONS_LAST_YEAR = Threshold(
    10,
    mark("Når det var færre enn ti personer året før, er en halvering ofte tilfeldig."),
)
GREENS_AT_LEAST = Threshold(
    5,
    mark(
        "De som kartlegges, har problemer som går ut over hverdagen. Noen få kan alle fungere "
        "godt; fem eller flere uten unntak er uvanlig."
    ),
)
ALIKE_AT_LEAST = Threshold(
    5,
    mark("To eller tre personer kan være like på alle åtte områder. Fem er sjelden tilfeldig."),
)
ALIKE_PERCENT = Threshold(
    50,
    mark(
        "I en stor tjeneste blir noen registreringer tilfeldig like. Er minst halvparten like, "
        "kan svarene være satt likt for alle."
    ),
)
UNKNOWN_PERCENT = Threshold(
    50,
    mark(
        "Er mer enn halvparten ukjent, sier registreringen lite om personen. Tjenester med «ikke "
        "behov» telles ikke med, for det er det skjemaet begynner med."
    ),
)
LEAPS = frozenset({frozenset({"green", "blood_red"})})
"""Overall levels that are not expected of the same person in two years on end."""

HAS_INJECTED = frozenset({"last_4_weeks", "last_12_months", "earlier"})


@dataclass(frozen=True, slots=True)
class Check:
    """A check: what it looks at, what it says, what to do, and where it begins.

    Parameters
    ----------
    variable
        The question to ask the unit about; ``None`` for the registration as a whole.
    """

    id: str
    name: str
    reach: Reach
    doubt: Doubt
    sentence: str
    to_do: str
    thresholds: tuple[Threshold, ...] = ()
    variable: str | None = None


_ASK_ABOUT_THE_CHANGE = mark(
    "Spør tjenesten hvilket av årene som er riktig. Stemmer årets svar, svarer tjenesten at det "
    "er riktig."
)

FEWER_IN_MUNICIPALITY = Check(
    "fewer_in_municipality",
    mark("Langt færre personer i kommunen enn sist"),
    Reach.MUNICIPALITY,
    Doubt.UNLIKELY,
    mark("Personer registrert i kommunen i år: %(now)s, i %(year)s: %(before)s."),
    mark(
        "Spør tjenestene om noen er glemt, eller om tilbudet er lagt om. Stemmer tallet, kan "
        "kartleggingen godkjennes."
    ),
    (FEWER_THAN_PERCENT, PERSONS_LAST_YEAR),
)
FEWER_IN_UNIT = Check(
    "fewer_in_unit",
    mark("Langt færre personer i tjenesten enn sist"),
    Reach.UNIT,
    Doubt.UNLIKELY,
    mark("Personer registrert i tjenesten i år: %(now)s, i %(year)s: %(before)s."),
    mark(
        "Spør enhetslederen om noen er glemt. Tjenestens egen liste viser hvem som var med sist "
        "og ikke er registrert i år."
    ),
    (FEWER_THAN_PERCENT, PERSONS_LAST_YEAR),
)
ONLY_GREENS = Check(
    "only_greens",
    mark("Bare grønt samlet funksjonsnivå"),
    Reach.UNIT,
    Doubt.UNLIKELY,
    mark("Alle de %(number)s registreringene har grønt samlet funksjonsnivå."),
    mark("Spør om personene er vurdert hver for seg, og om noen med større vansker er glemt."),
    (GREENS_AT_LEAST,),
)
ALL_ALIKE = Check(
    "all_alike",
    mark("Mange helt like vurderinger"),
    Reach.UNIT,
    Doubt.UNLIKELY,
    mark("%(alike)s av %(number)s registreringer er helt like på de åtte funksjonsområdene."),
    mark("Spør om personene er vurdert hver for seg."),
    (ALIKE_AT_LEAST, ALIKE_PERCENT),
)
MUCH_UNKNOWN = Check(
    "much_unknown",
    mark("Mye er ukjent"),
    Reach.REGISTRATION,
    Doubt.UNLIKELY,
    mark("Mer enn halvparten av spørsmålene er besvart med «ukjent»."),
    mark("Spør om tjenesten vet mer, eller om en annen tjeneste kjenner personen bedre."),
    (UNKNOWN_PERCENT,),
)
BIRTH_YEAR_CHANGED = Check(
    "birth_year_changed",
    mark("Endret fødselsår"),
    Reach.REGISTRATION,
    Doubt.IMPOSSIBLE,
    mark("Fødselsåret er et annet enn i %(year)s."),
    _ASK_ABOUT_THE_CHANGE,
    variable=BIRTH_YEAR.id,
)
GENDER_CHANGED = Check(
    "gender_changed",
    mark("Endret kjønn"),
    Reach.REGISTRATION,
    Doubt.UNLIKELY,
    mark("Kjønn er et annet enn i %(year)s."),
    mark("Spør tjenesten om det er riktig. Juridisk kjønn kan endres."),
    variable=GENDER.id,
)
BORN_ABROAD_CHANGED = Check(
    "born_abroad_changed",
    mark("Endret svar om fødeland"),
    Reach.REGISTRATION,
    Doubt.IMPOSSIBLE,
    mark("Svaret på om personen er født i utlandet, er et annet enn i %(year)s."),
    _ASK_ABOUT_THE_CHANGE,
    variable=BORN_ABROAD.id,
)
DISABILITY_GONE = Check(
    "disability_gone",
    mark("Utviklingshemming passer ikke med sist"),
    Reach.REGISTRATION,
    Doubt.UNLIKELY,
    mark("Svaret om utviklingshemming passer ikke med svaret i %(year)s."),
    _ASK_ABOUT_THE_CHANGE,
    variable=INTELLECTUAL_DISABILITY.id,
)
INJECTING_FORGOTTEN = Check(
    "injecting_forgotten",
    mark("Injisering passer ikke med sist"),
    Reach.REGISTRATION,
    Doubt.IMPOSSIBLE,
    mark("Svaret om injisering kan ikke stemme sammen med svaret i %(year)s."),
    _ASK_ABOUT_THE_CHANGE,
    variable=INJECTING.id,
)
KNOWN_LATER = Check(
    "known_later",
    mark("Første kjente år er senere enn sist"),
    Reach.REGISTRATION,
    Doubt.IMPOSSIBLE,
    mark("Første år kjent for tjenestene er senere enn det som ble svart i %(year)s."),
    _ASK_ABOUT_THE_CHANGE,
    variable=FIRST_YEAR_KNOWN.id,
)
LEVEL_LEAP = Check(
    "level_leap",
    mark("Stort sprang i samlet funksjonsnivå"),
    Reach.REGISTRATION,
    Doubt.UNLIKELY,
    mark("Samlet funksjonsnivå er svært annerledes enn i %(year)s."),
    mark("Spør tjenesten om begge årenes vurderinger stemmer. Så store endringer finnes."),
)

CHECKS: Mapping[str, Check] = {
    check.id: check
    for check in (
        FEWER_IN_MUNICIPALITY,
        FEWER_IN_UNIT,
        ONLY_GREENS,
        ALL_ALIKE,
        BIRTH_YEAR_CHANGED,
        BORN_ABROAD_CHANGED,
        INJECTING_FORGOTTEN,
        KNOWN_LATER,
        GENDER_CHANGED,
        DISABILITY_GONE,
        LEVEL_LEAP,
        MUCH_UNKNOWN,
    )
}
"""Every check by id, in the order findings are shown."""
