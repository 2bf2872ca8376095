"""Section A, background."""

from __future__ import annotations

from brukerplan.questionnaire.codelists import PROBLEM, UNKNOWN_CODE, YES_NO
from brukerplan.questionnaire.schema import Code, Kind, Variable

# The widest span the database holds; the round's year decides what is a possible age.
FIRST_POSSIBLE_YEAR, LAST_POSSIBLE_YEAR = 1900, 2100

BIRTH_YEAR = Variable(
    id="birth_year",
    kind=Kind.YEAR,
    label="Fødselsår",
    help="Årstall med fire sifre. Foreslått fra fødselsnummeret der det viser året.",
    minimum=FIRST_POSSIBLE_YEAR,
    maximum=LAST_POSSIBLE_YEAR,
)
GENDER = Variable(
    id="gender",
    kind=Kind.ONE,
    label="Kjønn",
    help="Foreslått fra fødselsnummeret der det viser kjønn. Rett forslaget hvis det er feil.",
    codes=(
        Code("female", 1, "Kvinne"),
        Code("male", 2, "Mann"),
        Code("other", 3, "Annet"),
        UNKNOWN_CODE,
    ),
)
DISTRICT = Variable(
    id="district",
    kind=Kind.COUNT,
    label="Bydel",
    help="Nummeret bydelen har i kommunens liste.",
    optional=True,
    minimum=1,
    maximum=99,
)
SUBSTANCE_PROBLEM = Variable(
    id="substance_problem",
    kind=Kind.ONE,
    label="Rusproblem",
    help=(
        "Bruk av rusmidler som går ut over hverdagen eller forholdet til andre. "
        "Velg alvorlig når problemet preger det meste av personens liv."
    ),
    codes=PROBLEM,
)
MENTAL_PROBLEM = Variable(
    id="mental_problem",
    kind=Kind.ONE,
    label="Psykisk helseproblem",
    help=(
        "Psykiske vansker som går ut over hverdagen eller forholdet til andre. Diagnose er "
        "ikke nødvendig. Velg alvorlig når problemet preger det meste av personens liv."
    ),
    codes=PROBLEM,
)
BORN_ABROAD = Variable(
    id="born_abroad", kind=Kind.ONE, label="Født i utlandet", codes=YES_NO, optional=True
)
INTELLECTUAL_DISABILITY = Variable(
    id="intellectual_disability",
    kind=Kind.ONE,
    label="Utviklingshemming",
    help="Svar ja bare når det er utredet og kjent for tjenesten.",
    codes=YES_NO,
    optional=True,
)
FIRST_YEAR_KNOWN = Variable(
    id="first_year_known",
    kind=Kind.YEAR,
    label="Første år kjent for tjenestene",
    help="Det første året personen fikk en kommunal tjeneste for rus eller psykisk helse.",
    optional=True,
    minimum=FIRST_POSSIBLE_YEAR,
    maximum=LAST_POSSIBLE_YEAR,
)
