"""Section B, the eight function areas, each colour with one sentence of what one can see.

Three sentences keep a published anchor (``PUBLISHED_ANCHORS``). The others are this
project's own wording, and the codebook says so.
"""

from __future__ import annotations

from dataclasses import replace

from brukerplan.questionnaire.codelists import colours
from brukerplan.questionnaire.schema import Kind, Variable, Widget


def _area(area_id: str, label: str, *, green: str, yellow: str, red: str, help: str) -> Variable:
    return Variable(
        id=area_id,
        kind=Kind.ONE,
        label=label,
        help=help,
        codes=colours(green, yellow, red),
        widget=Widget.FUNCTION_AREA,
    )


HOUSING = _area(
    "housing",
    "Bosituasjon",
    help="Hvor trygt og stabilt personen bor.",
    green="Har en trygg og stabil bolig og klarer å bo der.",
    yellow=(
        "Har et sted å bo, men bor utrygt eller midlertidig, står i fare for å miste boligen "
        "eller klarer ikke å bo der uten mye hjelp."
    ),
    red="Er bostedsløs: har ikke noe eget sted å bo, og vet ofte ikke hvor neste natt blir.",
)
WORK_ACTIVITY = _area(
    "work_activity",
    "Arbeid og meningsfull aktivitet",
    help="Arbeid, utdanning, tiltak, dagtilbud og annet som gir hverdagen innhold.",
    green="Er i arbeid, utdanning eller annen aktivitet som gir mening, de fleste ukedager.",
    yellow="Har noe aktivitet, men faller ofte ut av den eller mangler innhold i mye av uken.",
    red="Har svært lite eller ingen meningsfull aktivitet.",
)
ECONOMY = _area(
    "economy",
    "Økonomi",
    help="Om pengene strekker til og personen har oversikt over dem.",
    green="Betaler regninger i tide og har penger til mat, bolig og strøm hele måneden.",
    yellow=(
        "Går ofte tom for penger før neste utbetaling, eller har gjeld som går ut over hverdagen."
    ),
    red=(
        "Mangler stadig penger til mat, bolig eller medisiner, eller har gjeld uten utsikt til "
        "å kunne betale."
    ),
)
PHYSICAL_HEALTH = _area(
    "physical_health",
    "Fysisk helse",
    help="Sykdom, skade, smerter, tenner og ernæring.",
    green="Er frisk, eller har sykdom som behandles og i liten grad hindrer hverdagen.",
    yellow=(
        "Har sykdom, skade eller smerter som tydelig hindrer hverdagen, eller som ikke blir "
        "fulgt opp godt nok."
    ),
    red=(
        "Har alvorlig eller ubehandlet sykdom som truer livet eller gjør at personen ikke "
        "klarer daglige gjøremål."
    ),
)
MENTAL_HEALTH = _area(
    "mental_health",
    "Psykisk helse",
    help="Hvordan plager og symptomer virker inn på hverdagen nå, uansett diagnose.",
    green="Har få eller milde psykiske plager og klarer hverdagen godt.",
    yellow=(
        "Har plager, for eksempel angst, nedstemthet eller uro, som ofte hindrer søvn, "
        "gjøremål eller samvær med andre."
    ),
    red=(
        "Har alvorlige symptomer, for eksempel psykose, dyp depresjon eller selvmordsfare, som "
        "gjør at hverdagen ikke fungerer."
    ),
)
SUBSTANCE_USE = _area(
    "substance_use",
    "Rusmiddelbruk",
    help=(
        "Hvordan bruken virker inn på hverdagen nå. Legemidler brukt slik de er forskrevet, "
        "regnes ikke med."
    ),
    green="Bruker ikke rusmidler, eller så lite at det ikke går ut over hverdagen.",
    yellow="Bruken av rusmidler går ofte ut over avtaler, helse, penger eller forholdet til andre.",
    red="Har en svært omfattende bruk av rusmidler, som styrer det meste av hverdagen.",
)
SOCIAL_FUNCTIONING = _area(
    "social_functioning",
    "Sosial fungering",
    help="Hvordan personen klarer samvær og samarbeid med andre.",
    green="Holder avtaler, samarbeider med andre og løser uenighet uten større vansker.",
    yellow=(
        "Misforstår ofte andre, trekker seg unna eller kommer i konflikt, og trenger støtte i "
        "møte med andre."
    ),
    red=(
        "Har så store vansker med samvær og samarbeid at kontakten med andre og med tjenestene "
        "stadig blir brutt."
    ),
)
NETWORK = _area(
    "network",
    "Sosialt nettverk",
    help="Familie, venner og andre utenom ansatte i tjenestene.",
    green="Har familie, venner eller andre å støtte seg på og treffer dem jevnlig.",
    yellow="Har få å støtte seg på, eller har mest kontakt med noen som gjør vanskene større.",
    red=(
        "Har ingen å støtte seg på utenom tjenestene, eller har bare kontakt med noen som skader "
        "eller utnytter personen."
    ),
)

AREAS = (
    HOUSING,
    WORK_ACTIVITY,
    ECONOMY,
    PHYSICAL_HEALTH,
    MENTAL_HEALTH,
    SUBSTANCE_USE,
    SOCIAL_FUNCTIONING,
    NETWORK,
)

# The area's name before 2018. The meaning is the same, hence the same id.
SOCIAL_FUNCTIONING_BEFORE_2018 = replace(SOCIAL_FUNCTIONING, label="Sosial kompetanse")
AREAS_BEFORE_2018 = tuple(
    SOCIAL_FUNCTIONING_BEFORE_2018 if area is SOCIAL_FUNCTIONING else area for area in AREAS
)

PUBLISHED_ANCHORS = frozenset((area.id, "red") for area in (HOUSING, SUBSTANCE_USE, WORK_ACTIVITY))
