"""Consistency rules and the level rule, shared by the editions that ask their variables.

A hard rule says what cannot be; a soft rule says what is odd, and asks. Rules that need
the round's year, or hold for every variable of a kind, are in ``answers.py``.
"""

from __future__ import annotations

from brukerplan.questionnaire import questions_services as services
from brukerplan.questionnaire.codelists import answer_in, answer_not_in
from brukerplan.questionnaire.questions_background import MENTAL_PROBLEM, SUBSTANCE_PROBLEM
from brukerplan.questionnaire.questions_children import (
    CHILD_WELFARE_INVOLVED,
    CHILDREN_UNDER_18,
    CONTACT,
    DAILY_CARE,
)
from brukerplan.questionnaire.questions_function import (
    AREAS,
    HOUSING,
    MENTAL_HEALTH,
    SUBSTANCE_USE,
    WORK_ACTIVITY,
)
from brukerplan.questionnaire.questions_living import (
    HOUSING_SITUATION,
    MAIN_ACTIVITY,
    MAIN_INCOME,
)
from brukerplan.questionnaire.questions_substances import LAR
from brukerplan.questionnaire.schema import UNKNOWN, LevelRule, Rule, Severity

NO_PROBLEM = Rule(
    id="no_problem",
    severity=Severity.HARD,
    variable=SUBSTANCE_PROBLEM.id,
    all_of=(answer_in(SUBSTANCE_PROBLEM, "none"), answer_in(MENTAL_PROBLEM, "none")),
    message=(
        "Kartleggingen gjelder personer med et kjent rusproblem eller psykisk helseproblem. "
        "Rett svaret som er feil. En person uten kjente problemer skal ikke registreres."
    ),
)

HOUSING_RED_BUT_HOUSED = Rule(
    id="housing_red_but_housed",
    severity=Severity.SOFT,
    variable=HOUSING.id,
    all_of=(
        answer_in(HOUSING, "red"),
        answer_not_in(HOUSING_SITUATION, "without_housing", UNKNOWN),
    ),
    message=(
        "Bosituasjon er rød, som betyr bostedsløs, men boforholdet er ikke «uten bolig». "
        "Rett ett av svarene, eller bekreft at begge stemmer."
    ),
)
WITHOUT_HOUSING_NOT_RED = Rule(
    id="without_housing_not_red",
    severity=Severity.SOFT,
    variable=HOUSING.id,
    all_of=(
        answer_in(HOUSING_SITUATION, "without_housing"),
        answer_in(HOUSING, "green", "yellow"),
    ),
    message=(
        "Personen er uten bolig, men bosituasjon er ikke rød. "
        "Rett ett av svarene, eller bekreft at begge stemmer."
    ),
)
FULL_TIME_WORK_BUT_RED = Rule(
    id="full_time_work_but_red",
    severity=Severity.SOFT,
    variable=WORK_ACTIVITY.id,
    all_of=(answer_in(MAIN_ACTIVITY, "work_full_time"), answer_in(WORK_ACTIVITY, "red")),
    message=(
        "Personen er i ordinært arbeid på heltid, men arbeid og aktivitet er rød. "
        "Rett ett av svarene, eller bekreft at begge stemmer."
    ),
)
FULL_TIME_WORK_WITHOUT_WAGES = Rule(
    id="full_time_work_without_wages",
    severity=Severity.SOFT,
    variable=MAIN_INCOME.id,
    all_of=(
        answer_in(MAIN_ACTIVITY, "work_full_time"),
        answer_in(MAIN_INCOME, "aap", "disability_benefit", "social_assistance", "none"),
    ),
    message=(
        "Personen er i ordinært arbeid på heltid, men lønn er ikke hovedinntekten. "
        "Rett ett av svarene, eller bekreft at begge stemmer."
    ),
)
WAGES_WITHOUT_ACTIVITY = Rule(
    id="wages_without_activity",
    severity=Severity.SOFT,
    variable=MAIN_INCOME.id,
    all_of=(answer_in(MAIN_INCOME, "wages"), answer_in(MAIN_ACTIVITY, "none")),
    message=(
        "Lønn er hovedinntekten, men personen har ingen hovedaktivitet. "
        "Rett ett av svarene, eller bekreft at begge stemmer."
    ),
)
SUBSTANCE_USE_WITHOUT_PROBLEM = Rule(
    id="substance_use_without_problem",
    severity=Severity.SOFT,
    variable=SUBSTANCE_USE.id,
    all_of=(answer_in(SUBSTANCE_USE, "yellow", "red"), answer_in(SUBSTANCE_PROBLEM, "none")),
    message=(
        "Rusmiddelbruk er gul eller rød, men personen har ikke noe kjent rusproblem. "
        "Rett ett av svarene, eller bekreft at begge stemmer."
    ),
)
MENTAL_HEALTH_RED_WITHOUT_PROBLEM = Rule(
    id="mental_health_red_without_problem",
    severity=Severity.SOFT,
    variable=MENTAL_HEALTH.id,
    all_of=(answer_in(MENTAL_HEALTH, "red"), answer_in(MENTAL_PROBLEM, "none")),
    message=(
        "Psykisk helse er rød, men personen har ikke noe kjent psykisk helseproblem. "
        "Rett ett av svarene, eller bekreft at begge stemmer."
    ),
)
IN_LAR_WITHOUT_NEED = Rule(
    id="in_lar_without_need",
    severity=Severity.SOFT,
    variable=services.LAR_TREATMENT.id,
    all_of=(answer_in(LAR, "in_lar"), answer_in(services.LAR_TREATMENT, "no_need")),
    message=(
        "Personen er i LAR, men LAR-behandling står som «ikke behov». "
        "Rett ett av svarene, eller bekreft at begge stemmer."
    ),
)
RECEIVES_LAR_OUTSIDE_LAR = Rule(
    id="receives_lar_outside_lar",
    severity=Severity.SOFT,
    variable=services.LAR_TREATMENT.id,
    all_of=(
        answer_in(LAR, "wants_or_waiting", "not_in_lar"),
        answer_in(services.LAR_TREATMENT, "receives_covers", "receives_not_covers"),
    ),
    message=(
        "Personen mottar LAR-behandling, men er ikke registrert i LAR. "
        "Rett ett av svarene, eller bekreft at begge stemmer."
    ),
)
CHILD_WELFARE_MEASURES_WITHOUT_CONTACT = Rule(
    id="child_welfare_measures_without_contact",
    severity=Severity.SOFT,
    variable=CHILD_WELFARE_INVOLVED.id,
    all_of=(
        answer_in(CHILD_WELFARE_INVOLVED, "no"),
        answer_in(services.CHILD_WELFARE, "receives_covers", "receives_not_covers"),
    ),
    message=(
        "Personen mottar tiltak fra barnevernet, men barnevernet er ikke i kontakt med familien. "
        "Rett ett av svarene, eller bekreft at begge stemmer."
    ),
)
CARE_WITHOUT_CHILDREN = Rule(
    id="care_without_children",
    severity=Severity.SOFT,
    variable=DAILY_CARE.id,
    all_of=(answer_in(DAILY_CARE, "yes"), answer_in(CHILDREN_UNDER_18, "0")),
    message=(
        "Personen har daglig omsorg for barn, men antall barn er 0. Rett ett av svarene, eller "
        "bekreft at begge stemmer, for eksempel fordi barna er partnerens."
    ),
)
CONTACT_WITHOUT_CHILDREN = Rule(
    id="contact_without_children",
    severity=Severity.SOFT,
    variable=CONTACT.id,
    all_of=(answer_in(CONTACT, "yes"), answer_in(CHILDREN_UNDER_18, "0")),
    message=(
        "Personen har samvær med barn, men antall barn er 0. "
        "Rett ett av svarene, eller bekreft at begge stemmer."
    ),
)

RULES_2015 = (
    NO_PROBLEM,
    HOUSING_RED_BUT_HOUSED,
    WITHOUT_HOUSING_NOT_RED,
    FULL_TIME_WORK_BUT_RED,
    FULL_TIME_WORK_WITHOUT_WAGES,
    WAGES_WITHOUT_ACTIVITY,
    SUBSTANCE_USE_WITHOUT_PROBLEM,
    MENTAL_HEALTH_RED_WITHOUT_PROBLEM,
)
RULES_2026 = (
    *RULES_2015,
    IN_LAR_WITHOUT_NEED,
    RECEIVES_LAR_OUTSIDE_LAR,
    CHILD_WELFARE_MEASURES_WITHOUT_CONTACT,
    CARE_WITHOUT_CHILDREN,
    CONTACT_WITHOUT_CHILDREN,
)

# The project's own rule: publicly the level is only said to build on the sum of the eight
# areas. Both editions use it, so that one series has one rule; an owner's official rule
# gets an id of its own. Twelve of sixteen needs four red areas, hence no minimum_red.
SUM_OF_EIGHT_2026 = LevelRule(
    id="sum_of_eight_2026",
    areas=tuple(area.id for area in AREAS),
    weights=(("green", 0), ("yellow", 1), ("red", 2)),
    cut_points=(("green", 3), ("yellow", 6), ("red", 11), ("blood_red", 16)),
)
