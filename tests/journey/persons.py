"""Fictive persons as a professional would answer about them."""

from __future__ import annotations

from brukerplan.questionnaire.answers import Answers, Value, applicable
from brukerplan.questionnaire.registry import edition

NO_NEED = "no_need"
# Of working age, in LAR, with children living elsewhere; four services needed.
IN_LAR: dict[str, Value] = {
    "substance_problem": "serious",
    "mental_problem": "less_serious",
    "housing": "yellow",
    "work_activity": "red",
    "economy": "red",
    "physical_health": "yellow",
    "mental_health": "yellow",
    "substance_use": "yellow",
    "social_functioning": "green",
    "network": "yellow",
    "housing_situation": "rents_municipal",
    "main_activity": "none",
    "main_income": "aap",
    "partner": "no",
    "substances": frozenset({"other_opioids", "cannabis"}),
    "main_substance": "other_opioids",
    "injecting": "earlier",
    "overdose_last_year": "no",
    "lar": "in_lar",
    "lar_follow_up": "yellow",
    "gambling_problem": "no",
    "children_under_18": 2,
    "daily_care": "no",
    "contact": "yes",
    "child_welfare_involved": "yes",
    "child_followed_up": "no",
    "concern_reported": "unknown",
    "violence_exposed": "yes",
    "violence_exposes_others": "no",
    "service_gp": "receives_covers",
    "service_municipal_follow_up": "receives_not_covers",
    "service_activity": "needs_not_received",
    "service_lar": "receives_covers",
    "individual_plan": "has",
    "coordinator": "yes",
    "responsibility_group": "yes",
    "crisis_plan": "no",
    "action_plan": "yes",
    "plan_after_discharge": "unknown",
    "cooperation_level": "coordination",
    "user_took_part": "yes",
}

# Young, with a mental-health problem only, and no children.
MENTAL_ONLY: dict[str, Value] = {
    "substance_problem": "none",
    "mental_problem": "serious",
    "housing": "green",
    "work_activity": "red",
    "economy": "yellow",
    "physical_health": "green",
    "mental_health": "red",
    "substance_use": "green",
    "social_functioning": "yellow",
    "network": "yellow",
    "housing_situation": "rents_private",
    "main_activity": "labour_market_measure",
    "main_income": "aap",
    "partner": "no",
    "gambling_problem": "no",
    "children_under_18": 0,
    "daily_care": "no",
    "contact": "no",
    "violence_exposed": "unknown",
    "violence_exposes_others": "no",
    "service_municipal_follow_up": "receives_covers",
    "service_nav_work_measures": "receives_covers",
    "service_ips": "needs_not_received",
    "service_mental_outpatient": "receives_not_covers",
    "individual_plan": "offered_declined",
    "coordinator": "no",
    "responsibility_group": "no",
    "crisis_plan": "yes",
    "action_plan": "no",
    "plan_after_discharge": "unknown",
    "cooperation_level": "referral",
    "user_took_part": "yes",
}


def everything(answers: Answers, **told_by_the_number: Value) -> dict[str, Value]:
    """Give the whole registration: every service without need, and nothing that is not asked."""
    q = edition("2026")
    whole = {**told_by_the_number, **answers}
    for variable in q.variables:
        if variable.default:
            whole.setdefault(variable.id, variable.default)
    assert whole.keys() <= applicable(q, whole), "an answer that is not asked for"
    return whole


def number_of_answers(answers: Answers) -> int:
    """Count the answers of the registration that differ from «no need»."""
    whole = everything(answers, birth_year=1987, gender="male")
    return sum(value != NO_NEED for value in whole.values())
