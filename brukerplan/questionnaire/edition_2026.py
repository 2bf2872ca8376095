"""The edition used from the round of 2026."""

from __future__ import annotations

from brukerplan.questionnaire import questions_background as background
from brukerplan.questionnaire import questions_children as children
from brukerplan.questionnaire import questions_function as function
from brukerplan.questionnaire import questions_living as living
from brukerplan.questionnaire import questions_plans as plans
from brukerplan.questionnaire import questions_services as services
from brukerplan.questionnaire import questions_substances as substances
from brukerplan.questionnaire.rules import RULES_2026, SUM_OF_EIGHT_2026
from brukerplan.questionnaire.schema import Questionnaire, Section

EDITION_2026 = Questionnaire(
    edition="2026",
    title="Kartlegging fra 2026",
    first_year=2026,
    last_year=None,
    minimum_age=16,
    sections=(
        Section(
            "background",
            "Bakgrunn",
            (
                background.BIRTH_YEAR,
                background.GENDER,
                background.DISTRICT,
                background.SUBSTANCE_PROBLEM,
                background.MENTAL_PROBLEM,
                background.BORN_ABROAD,
                background.INTELLECTUAL_DISABILITY,
                background.FIRST_YEAR_KNOWN,
            ),
            "Svar ut fra det tjenesten allerede vet. Personen skal ikke intervjues.",
        ),
        Section(
            "function",
            "Funksjon",
            function.AREAS,
            "Vurder hvordan det er nå. Velg den fargen som ligger nærmest.",
        ),
        Section(
            "living",
            "Bolig, aktivitet og inntekt",
            (
                living.HOUSING_SITUATION,
                living.MAIN_ACTIVITY,
                living.MAIN_INCOME,
                living.PARTNER,
            ),
        ),
        Section(
            "substances",
            "Rusmidler og pengespill",
            (
                substances.SUBSTANCES,
                substances.MAIN_SUBSTANCE,
                substances.INJECTING,
                substances.OVERDOSE_LAST_YEAR,
                substances.LAR,
                substances.LAR_FOLLOW_UP,
                substances.GAMBLING_PROBLEM,
            ),
            "Spørsmålene om rusmidler gjelder bare personer med et kjent rusproblem.",
        ),
        Section(
            "children_violence",
            "Barn og vold",
            (
                children.CHILDREN_UNDER_18,
                children.DAILY_CARE,
                children.CONTACT,
                children.CHILD_WELFARE_INVOLVED,
                children.CHILD_FOLLOWED_UP,
                children.CONCERN_REPORTED,
                children.VIOLENCE_EXPOSED,
                children.VIOLENCE_EXPOSES_OTHERS,
            ),
        ),
        Section(
            "services",
            "Tjenester",
            (*services.MUNICIPAL_SERVICES, *services.SPECIALIST_SERVICES),
            "Alle tjenester står som «ikke behov». Endre dem personen trenger eller mottar.",
        ),
        Section(
            "plans",
            "Planer og samarbeid",
            (
                plans.INDIVIDUAL_PLAN,
                plans.COORDINATOR,
                plans.RESPONSIBILITY_GROUP,
                plans.CRISIS_PLAN,
                plans.ACTION_PLAN,
                plans.PLAN_AFTER_DISCHARGE,
                plans.COOPERATION_LEVEL,
                plans.USER_TOOK_PART,
            ),
        ),
    ),
    rules=RULES_2026,
    level_rule=SUM_OF_EIGHT_2026,
)
