"""The edition used for the rounds 2015 to 2025."""

from __future__ import annotations

from brukerplan.questionnaire import questions_background as background
from brukerplan.questionnaire import questions_children as children
from brukerplan.questionnaire import questions_function as function
from brukerplan.questionnaire import questions_living as living
from brukerplan.questionnaire import questions_plans as plans
from brukerplan.questionnaire import questions_services as services
from brukerplan.questionnaire import questions_substances as substances
from brukerplan.questionnaire.rules import RULES_2015, SUM_OF_EIGHT_2026
from brukerplan.questionnaire.schema import Questionnaire, Section

EDITION_2015 = Questionnaire(
    edition="2015",
    title="Kartlegging 2015–2025",
    first_year=2015,
    last_year=2025,
    minimum_age=16,
    sections=(
        Section(
            "background",
            "Bakgrunn",
            (
                background.BIRTH_YEAR,
                background.GENDER,
                background.SUBSTANCE_PROBLEM,
                background.MENTAL_PROBLEM,
            ),
            "Svar ut fra det tjenesten allerede vet. Personen skal ikke intervjues.",
        ),
        Section(
            "function",
            "Funksjon",
            function.AREAS_BEFORE_2018,
            "Vurder hvordan det er nå. Velg den fargen som ligger nærmest.",
        ),
        Section(
            "living",
            "Bolig, aktivitet og inntekt",
            (living.HOUSING_SITUATION, living.MAIN_ACTIVITY, living.MAIN_INCOME),
        ),
        Section(
            "substances",
            "Rusmidler",
            (substances.SUBSTANCES, substances.MAIN_SUBSTANCE, substances.LAR),
            "Spørsmålene gjelder bare personer med et kjent rusproblem.",
        ),
        Section("children_violence", "Barn", (children.DAILY_CARE, children.CONTACT)),
        Section(
            "services",
            "Tjenester",
            (
                services.MUNICIPAL_FOLLOW_UP,
                services.TSB_OUTPATIENT,
                services.TSB_INPATIENT,
                services.MENTAL_OUTPATIENT,
                services.MENTAL_INPATIENT,
            ),
            "Alle tjenester står som «ikke behov». Endre dem personen trenger eller mottar.",
        ),
        Section(
            "plans",
            "Planer",
            (
                plans.INDIVIDUAL_PLAN,
                plans.RESPONSIBILITY_GROUP,
                plans.CRISIS_PLAN,
                plans.ACTION_PLAN,
            ),
        ),
    ),
    rules=RULES_2015,
    level_rule=SUM_OF_EIGHT_2026,
)
