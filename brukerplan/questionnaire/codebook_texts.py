"""The codebook's own words; what it says of variables comes from the editions."""

from __future__ import annotations

from collections.abc import Mapping

from brukerplan.questionnaire.schema import Kind, Severity
from brukerplan.translation import mark

CONTEXT = "codebook"

CODEBOOK = mark("Kodebok")
EDITION = mark("Utgave %(edition)s, brukt fra og med %(first_year)s.")
EDITION_CLOSED = mark("Utgave %(edition)s, brukt fra %(first_year)s til %(last_year)s.")
DIGEST = mark("Kontrollsum")
TYPE = mark("Type")
COLUMNS = mark("Kolonner")
COLUMN = mark("Kolonne")
EDITIONS = mark("Utgaver som spør")
NUMBER = mark("Tall")
CODE = mark("Kode")
ANSWER = mark("Svar")
EXPLANATION = mark("Forklaring")
BOUNDS = mark("Fra %(minimum)s til %(maximum)s.")
STARTS_AS = mark("Skjemaet begynner med «%(answer)s».")
CHOSEN_AMONG = mark("Svaret må være ett av dem som er valgt i «%(variable)s», eller ukjent.")

ASKED_ALWAYS = mark("Stilles alltid.")
ASKED_WHEN = mark("Stilles når %(conditions)s.")
OPTIONAL = mark("Stilles bare i kommuner som har slått spørsmålet på.")
IS = mark("«%(variable)s» er %(answers)s")
IS_NOT = mark("«%(variable)s» er besvart med noe annet enn %(answers)s")
QUOTED = mark("«%(answer)s»")
OR = mark("eller")
AND = mark("og")

KINDS: Mapping[Kind, str] = {
    Kind.ONE: mark("Ett svar"),
    Kind.MANY: mark("Flere svar"),
    Kind.COUNT: mark("Antall eller nummer"),
    Kind.YEAR: mark("Årstall"),
}
SEVERITIES: Mapping[Severity, str] = {
    Severity.HARD: mark("Må rettes"),
    Severity.SOFT: mark("Må rettes eller bekreftes"),
}

SOURCE = mark("Kilde")
PUBLISHED = mark("Offentliggjort kriterium, med prosjektets ord")
OWN_WORDING = mark("Prosjektets egen formulering")
OWN_RULE = mark("Prosjektets egen regel")

RULES = mark("Kontroller")
RULE = mark("Regel")
WHEN = mark("Slår ut når")
CONSEQUENCE = mark("Følge")
RULE_COMPLETE = mark(
    "Alle spørsmål som gjelder personen, må besvares før registreringen sendes inn. Er svaret "
    "ikke kjent, velges «ukjent». Et antall som ikke er kjent, kan stå åpent når det bekreftes."
)
RULE_AGE = mark(
    "Personen fyller minst %(minimum_age)s og høyst %(maximum_age)s år i kartleggingsåret."
)
RULE_FIRST_YEAR_KNOWN = mark(
    "Første år kjent er ikke før fødselsåret og ikke etter kartleggingsåret."
)

MISSING = mark("Når det ikke er noe svar")
MISSING_NUMBERS: Mapping[str, str] = {
    "NOT_ASKED": mark("Ikke spurt: utgaven eller kommunen stiller ikke spørsmålet."),
    "NOT_ANSWERED": mark("Ikke besvart."),
    "NOT_APPLICABLE": mark("Ikke aktuelt: spørsmålet gjelder ikke denne personen."),
    "UNKNOWN": mark("Ukjent: et svar noen har valgt, og som telles for seg."),
}

DERIVED = mark("Avledede variabler")
LEVEL_SUM = mark(
    "Hvert av de %(areas)s funksjonsområdene gir poeng: %(weights)s. Summen gir nivået: %(levels)s."
)
LEVEL_UNKNOWN = mark(
    "Er noen områder ukjent, gis nivået når alle mulige vurderinger av dem gir samme nivå. "
    "Ellers kan det ikke beregnes, og personen telles og vises for seg."
)
LEVEL_MINIMUM_RED = mark("%(level)s krever også minst %(count)s røde områder.")
LEVEL_OWN_RULE = mark(
    "Offentlig er det bare kjent at nivået bygger på summen av de åtte områdene. Grensene er "
    "prosjektets egne og kan byttes ut med de offisielle."
)
ROP_FOR = mark("Gjelder bare personer med både rusproblem og psykisk helseproblem.")
ROP_ANY_LEVEL = mark("alle")
OVERALL_LEVEL_FROM = mark("Følger av svarene på funksjonsområdene.")
ROP_GROUP_FROM = mark("Følger av rusproblem, psykisk helseproblem og samlet funksjonsnivå.")
USER_GROUP_FROM = mark("Følger av svarene på «%(substance)s» og «%(mental)s».")
AGE_GROUP_FROM = mark("Kartleggingsåret minus fødselsåret.")
UNMET_NEED = mark("Udekket behov for en tjeneste er svarene %(answers)s.")

LIMITS = mark("Det kodeboken ikke kan si")
LIMIT_KNOWN = mark("Kartleggingen viser kjente brukere av tjenestene, ikke alle som har problemer.")
LIMIT_LAR = mark("Personer i LAR uten kommunale tjenester eller tjenester fra NAV er ikke med.")
LIMIT_EFFECT = mark("En kartlegging viser sammenheng, aldri virkning av tiltak.")
LIMIT_WORDING = mark(
    "Hjelpetekster uten oppgitt kilde er prosjektets egen formulering og kan byttes ut i en ny "
    "utgave."
)


def _texts() -> tuple[str, ...]:
    found: list[str] = []
    for name, value in globals().items():
        if not name.isupper() or name == "CONTEXT":
            continue
        found += [value] if isinstance(value, str) else list(value.values())
    return tuple(found)


TEXTS = _texts()
