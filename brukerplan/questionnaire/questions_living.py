"""Section C, living conditions."""

from __future__ import annotations

from brukerplan.questionnaire.codelists import UNKNOWN_CODE, YES_NO
from brukerplan.questionnaire.schema import Code, Kind, Variable

HOUSING_SITUATION = Variable(
    id="housing_situation",
    kind=Kind.ONE,
    label="Boforhold",
    help="Hvordan personen bor nå. Den som er innlagt for en kort tid, bor der hjemmet er.",
    codes=(
        Code("owns", 1, "Eier bolig"),
        Code("rents_private", 2, "Leier privat"),
        Code("rents_municipal", 3, "Leier av kommunen"),
        Code("staffed_housing", 4, "Bolig med personale"),
        Code("institution", 5, "Institusjon eller døgnbehandling"),
        Code("prison", 6, "Fengsel"),
        Code("family_friends", 7, "Midlertidig hos familie eller venner"),
        Code(
            "temporary",
            8,
            "Midlertidig botilbud",
            "For eksempel hospits, hybelhus eller rom på korttidsavtale.",
        ),
        Code("without_housing", 9, "Uten bolig", "Bor ute, på natthjem eller fra natt til natt."),
        UNKNOWN_CODE,
    ),
)
MAIN_ACTIVITY = Variable(
    id="main_activity",
    kind=Kind.ONE,
    label="Hovedaktivitet",
    help="Det personen bruker mest av uken til.",
    codes=(
        Code("work_full_time", 1, "Ordinært arbeid, heltid"),
        Code("work_part_time", 2, "Ordinært arbeid, deltid"),
        Code("pupil_student", 3, "Elev eller student"),
        Code("labour_market_measure", 4, "Arbeidsmarkedstiltak"),
        Code(
            "adapted_work",
            5,
            "Varig tilrettelagt arbeid eller lavterskel aktivitet",
            "Også dagsverk og aktivitetssenter.",
        ),
        Code("none", 6, "Ingen"),
        UNKNOWN_CODE,
    ),
)
MAIN_INCOME = Variable(
    id="main_income",
    kind=Kind.ONE,
    label="Hovedinntekt",
    help="Det personen fikk mest av siste måned.",
    codes=(
        Code("wages", 1, "Lønn"),
        Code("aap", 2, "Arbeidsavklaringspenger (AAP)"),
        Code("disability_benefit", 3, "Uføretrygd"),
        Code("social_assistance", 4, "Økonomisk sosialhjelp"),
        Code("sickness_unemployment", 5, "Sykepenger eller dagpenger"),
        Code("pension", 6, "Pensjon"),
        Code("other", 7, "Annen inntekt"),
        Code("none", 8, "Ingen inntekt"),
        UNKNOWN_CODE,
    ),
)
PARTNER = Variable(
    id="partner",
    kind=Kind.ONE,
    label="Lever sammen med partner",
    help="Ektefelle eller samboer i samme husholdning.",
    codes=YES_NO,
)
