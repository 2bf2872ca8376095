"""Shares nobody has published: our own, plausible, and the same for every seed.

What is published stands in ``calibration``. Shares are of one; where a pair is given the
first is for users with substance problems, the second for users with mental-health problems
only.
"""

from __future__ import annotations

# Change a year in shares that are published more than once, or said to move.
YEARLY_CHANGE = {
    "housing_red": -0.0030,
    "work_activity_red": -0.0060,
    "substance_use_red": 0.0040,
    "mental_health_red": 0.0030,
    "in_work": 0.0030,
    "adapted_work": 0.0050,
    "individual_plan": 0.0050,
    "daily_care": -0.0020,
    "in_lar": 0.0010,
}

# A year is a little off the line; the calibrated first year is not. Standard deviation.
YEARLY_UNEVENNESS = 0.004

# Area: (red, yellow). Published reds replace the first number; the yellows are raised or
# lowered together until the published overall levels come out.
AREAS_SUBSTANCE = {
    "housing": (0.09, 0.29),
    "work_activity": (0.38, 0.36),
    "economy": (0.27, 0.44),
    "physical_health": (0.14, 0.49),
    "mental_health": (0.22, 0.52),
    "substance_use": (0.15, 0.62),
    "social_functioning": (0.17, 0.51),
    "network": (0.26, 0.48),
}
AREAS_MENTAL_ONLY = {
    "housing": (0.01, 0.12),
    "work_activity": (0.27, 0.41),
    "economy": (0.07, 0.30),
    "physical_health": (0.08, 0.42),
    "mental_health": (0.23, 0.60),
    "substance_use": (0.0, 0.0),
    "social_functioning": (0.11, 0.47),
    "network": (0.14, 0.46),
}
AREA_UNKNOWN = {
    "housing": 0.004,
    "work_activity": 0.006,
    "economy": 0.022,
    "physical_health": 0.013,
    "mental_health": 0.008,
    "substance_use": 0.008,
    "social_functioning": 0.008,
    "network": 0.018,
}
AREA_LOADING_MENTAL_ONLY = 0.68

# Of users with substance problems: serious mental-health problems beyond ROP, and serious
# substance problems beyond ROP.
SERIOUS_MENTAL_BEYOND_ROP = 0.035
SERIOUS_SUBSTANCE_BEYOND_ROP = 0.33
SERIOUS_MENTAL_ONLY = 0.28

WOMEN_MENTAL_ONLY = 0.57
AGE_FIRST_YEAR = ((42.0, 13.2), (42.5, 15.5))
AGE_NEWCOMERS = ((36.5, 13.0), (37.5, 15.5))
OTHER_GENDER = 0.002

# By housing colour; the last takes the rest. Red is without housing, by the soft rule.
HOUSING_SITUATION = {
    "green": {
        "owns": (0.24, 0.40),
        "rents_private": (0.30, 0.29),
        "rents_municipal": (0.30, 0.20),
        "staffed_housing": (0.13, 0.10),
        "institution": (0.03, 0.01),
    },
    "yellow": {
        "owns": (0.05, 0.14),
        "rents_private": (0.27, 0.34),
        "rents_municipal": (0.31, 0.24),
        "staffed_housing": (0.07, 0.12),
        "institution": (0.04, 0.03),
        "prison": (0.035, 0.005),
        "family_friends": (0.135, 0.10),
        "temporary": (0.09, 0.025),
    },
}

FULL_TIME_OF_WORKERS = 0.36
MAIN_ACTIVITY = {
    "work_full_time": (0.0, 0.08),
    "work_part_time": (0.0, 0.11),
    "pupil_student": (0.0, 0.10),
    "labour_market_measure": (0.055, 0.06),
    "adapted_work": (0.135, 0.14),
}
MAIN_INCOME = {
    "pension": (0.05, 0.09),
    "disability_benefit": (0.37, 0.38),
    "aap": (0.20, 0.27),
    "social_assistance": (0.25, 0.11),
}

SUBSTANCES_UNPUBLISHED = {
    "other_opioids": 0.035,
    "ghb": 0.020,
    "hallucinogens_nps": 0.015,
    "solvents": 0.004,
    "anabolic_steroids": 0.020,
}
WAITING_FOR_LAR = 0.02
LAR_FOLLOW_UP = {"green": 0.45, "yellow": 0.37, "red": 0.18}
INJECTING = {"last_4_weeks": 0.13, "last_12_months": 0.06, "earlier": 0.21}

CARE_MENTAL_ONLY = 0.17
CONTACT_MENTAL_ONLY = 0.09

# Yes-shares with how much of each follows severity (-1 to 1).
YES_SHARES = {
    "partner": ((0.17, 0.30), -0.3),
    "overdose_last_year": ((0.07, 0.0), 0.6),
    "gambling_problem": ((0.06, 0.015), 0.1),
    "child_welfare_involved": ((0.48, 0.22), 0.4),
    "child_followed_up": ((0.34, 0.31), 0.0),
    "concern_reported": ((0.15, 0.06), 0.4),
    "violence_exposed": ((0.16, 0.09), 0.5),
    "violence_exposes_others": ((0.09, 0.03), 0.5),
    "coordinator": ((0.30, 0.27), 0.3),
    "plan_after_discharge": ((0.15, 0.09), 0.4),
    "user_took_part": ((0.72, 0.76), -0.3),
}

# Of those who receive TSB, and of the others, with substance problems; then of mental only.
TSB_SHARE = 0.28
PLAN_OR_GROUP_IN_TSB = 0.82
CRISIS_PLAN_OUTSIDE_TSB = 0.07
ACTION_PLAN_OUTSIDE_TSB = 0.30
PLANS_MENTAL_ONLY = {
    "individual_plan": 0.0050,
    "responsibility_group": 0.19,
    "crisis_plan": 0.15,
    "action_plan": 0.34,
}
RECEIVES_MENTAL = {"other_serious": 0.34, "less_serious": 0.23, "substance_only": 0.05}
RECEIVES_MENTAL_ONLY = {"serious": 0.58, "less_serious": 0.29}

# Service: received, needed but not received (each for the two groups), share of the
# received that does not cover the need, and how much the need follows severity.
SERVICES = {
    "service_municipal_follow_up": ((0.70, 0.78), (0.07, 0.05), 0.27, 0.2),
    "service_gp": ((0.62, 0.66), (0.09, 0.05), 0.20, 0.1),
    "service_home_help": ((0.17, 0.19), (0.06, 0.04), 0.25, 0.4),
    "service_support_contact": ((0.07, 0.12), (0.10, 0.10), 0.25, 0.3),
    "service_nursing_care": ((0.10, 0.10), (0.03, 0.02), 0.22, 0.5),
    "service_low_threshold": ((0.29, 0.21), (0.08, 0.08), 0.25, 0.3),
    "service_housing_follow_up": ((0.27, 0.18), (0.12, 0.06), 0.33, 0.5),
    "service_activity": ((0.23, 0.25), (0.20, 0.15), 0.31, 0.3),
    "service_nav_social_assistance": ((0.40, 0.17), (0.03, 0.02), 0.31, 0.4),
    "service_nav_work_measures": ((0.16, 0.18), (0.12, 0.10), 0.37, -0.2),
    "service_financial_counselling": ((0.21, 0.13), (0.12, 0.08), 0.32, 0.4),
    "service_education": ((0.05, 0.08), (0.09, 0.08), 0.30, -0.3),
    "service_health_centre": ((0.03, 0.05), (0.01, 0.01), 0.20, -0.2),
    "service_aftercare": ((0.12, 0.04), (0.07, 0.02), 0.33, 0.3),
    "service_outreach": ((0.13, 0.05), (0.05, 0.03), 0.30, 0.6),
    "service_ips": ((0.03, 0.04), (0.06, 0.07), 0.25, -0.2),
    "service_tsb_day": ((0.02, 0.0), (0.03, 0.0), 0.30, 0.2),
    "service_detoxification": ((0.06, 0.0), (0.05, 0.0), 0.35, 0.6),
    "service_mental_day": ((0.02, 0.04), (0.04, 0.05), 0.30, 0.3),
    "service_ambulatory_team": ((0.07, 0.08), (0.06, 0.04), 0.29, 0.5),
    "service_act_fact": ((0.06, 0.05), (0.05, 0.03), 0.27, 0.7),
    "service_somatic_assessment": ((0.09, 0.07), (0.12, 0.07), 0.30, 0.4),
    "service_somatic_hospital": ((0.08, 0.07), (0.03, 0.02), 0.25, 0.4),
    "service_involuntary": ((0.008, 0.0), (0.012, 0.0), 0.30, 0.9),
}
COOPERATION_LEVEL = {"integrated": 0.24, "coordination": 0.45, "referral": 0.27}
