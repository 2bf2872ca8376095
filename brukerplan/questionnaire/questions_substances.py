"""Section D, substances and gambling."""

from __future__ import annotations

from brukerplan.questionnaire.codelists import (
    SUBSTANCES as SUBSTANCE_CODES,
)
from brukerplan.questionnaire.codelists import (
    UNKNOWN_CODE,
    YES_NO,
    answer_in,
    any_of,
    colours,
)
from brukerplan.questionnaire.questions_background import SUBSTANCE_PROBLEM
from brukerplan.questionnaire.schema import Code, Kind, Variable

HAS_SUBSTANCE_PROBLEM = any_of(answer_in(SUBSTANCE_PROBLEM, "less_serious", "serious"))

SUBSTANCES = Variable(
    id="substances",
    kind=Kind.MANY,
    label="Rusmidler siste tolv måneder",
    help="Velg alle rusmidler som har vært til skade for personen.",
    codes=SUBSTANCE_CODES,
    show_if=HAS_SUBSTANCE_PROBLEM,
)
MAIN_SUBSTANCE = Variable(
    id="main_substance",
    kind=Kind.ONE,
    label="Hovedrusmiddel",
    help="Det av rusmidlene som har vært til størst skade.",
    codes=(*SUBSTANCE_CODES, UNKNOWN_CODE),
    show_if=HAS_SUBSTANCE_PROBLEM,
    chosen_among=SUBSTANCES.id,
)
INJECTING = Variable(
    id="injecting",
    kind=Kind.ONE,
    label="Injisering av rusmidler",
    help="Når personen sist injiserte, så langt tjenesten vet.",
    codes=(
        Code("last_4_weeks", 1, "Siste fire uker"),
        Code("last_12_months", 2, "Siste tolv måneder"),
        Code("earlier", 3, "Tidligere"),
        Code("never", 4, "Aldri"),
        UNKNOWN_CODE,
    ),
    show_if=HAS_SUBSTANCE_PROBLEM,
)
OVERDOSE_LAST_YEAR = Variable(
    id="overdose_last_year",
    kind=Kind.ONE,
    label="Overdose siste tolv måneder",
    help="En overdose som krevde helsehjelp, eller som personen selv eller andre har fortalt om.",
    codes=YES_NO,
    show_if=HAS_SUBSTANCE_PROBLEM,
)
LAR = Variable(
    id="lar",
    kind=Kind.ONE,
    label="Legemiddelassistert rehabilitering (LAR)",
    codes=(
        Code("in_lar", 1, "I LAR"),
        Code("wants_or_waiting", 2, "Ønsker LAR eller venter på plass"),
        Code("not_in_lar", 3, "Ikke i LAR"),
        UNKNOWN_CODE,
    ),
    show_if=HAS_SUBSTANCE_PROBLEM,
)
LAR_FOLLOW_UP = Variable(
    id="lar_follow_up",
    kind=Kind.ONE,
    label="Oppfølging i LAR",
    codes=colours(
        "Velfungerende, lite behov for oppfølging.",
        "Behov for hyppigere behandling og oppfølging.",
        "Bare skadereduksjon.",
    ),
    show_if=any_of(answer_in(LAR, "in_lar")),
)
GAMBLING_PROBLEM = Variable(
    id="gambling_problem",
    kind=Kind.ONE,
    label="Problem med pengespill",
    help="Spill om penger som går ut over økonomien, hverdagen eller forholdet til andre.",
    codes=YES_NO,
)
