"""Figures of 2015 published for the health trust area Stavanger.

Most have no national counterpart; the national population then follows them too.
"""

from __future__ import annotations

from brukerplan.demo.targets import AREAS, SUBSTANCE_USERS, Area, Target

HELSE_STAVANGER = "Helse Stavanger plan 2017"
BOTH: tuple[Area, ...] = AREAS
_NO_NATIONAL_FIGURE = "no national figure is published: both populations follow it"


def _stavanger(
    id: str,
    measure: str,
    value: float,
    tolerance: float = 1.0,
    *,
    population: str = SUBSTANCE_USERS,
    areas: tuple[Area, ...] = ("stavanger",),
    unit: str = "percent",
    note: str = "",
) -> Target:
    return Target(
        id, areas, 2015, population, measure, value, unit, tolerance, HELSE_STAVANGER, note
    )


STAVANGER_FIGURES: tuple[Target, ...] = (
    _stavanger("substance_users", "mapped persons", 2000, 20, unit="persons", note="about"),
    _stavanger(
        "substance_only",
        "substance problem only",
        25,
        note="national 2019: 18 percent; each population follows the figure of its own area",
    ),
    _stavanger(
        "rop",
        "serious substance and mental-health problem (ROP)",
        22,
        note="the same sentence says about 300 persons; the share was followed",
    ),
    _stavanger(
        "rop_persons",
        "ROP, persons",
        300,
        0,
        areas=(),
        unit="persons",
        note="contradicts 22 percent of about 2,000 (440 persons); not followed",
    ),
    _stavanger(
        "rop_red_or_blood_red",
        "overall red or blood-red",
        92,
        3.0,
        population="ROP",
        areas=BOTH,
        note="published in words, «nearly all»; 92 percent is our reading of it",
    ),
    _stavanger("rop_receives_tsb", "receives TSB", 46, population="ROP", areas=BOTH),
    _stavanger(
        "rop_receives_mental", "receives specialist mental care", 52, population="ROP", areas=BOTH
    ),
    _stavanger("without_housing", "homeless", 9, areas=BOTH),
    _stavanger("overall_red", "overall level red", 44, 2.0, areas=BOTH, note=_NO_NATIONAL_FIGURE),
    _stavanger(
        "overall_blood_red",
        "overall level blood-red",
        12,
        2.0,
        note="national 2018: 9, 2019: 10 percent; each population follows its own area",
    ),
    _stavanger("in_work", "full or part-time work", 10, areas=BOTH, note=_NO_NATIONAL_FIGURE),
    _stavanger("pupil_student", "student or pupil", 4, areas=BOTH, note=_NO_NATIONAL_FIGURE),
    _stavanger("responsibility_group", "responsibility group", 42, areas=BOTH),
    _stavanger("no_plan_no_group", "no plan and no responsibility group", 38, areas=BOTH),
    _stavanger(
        "care_red", "overall level red", 25, 2.0, population="with care of children", areas=BOTH
    ),
    _stavanger(
        "care_blood_red",
        "overall level blood-red",
        2,
        1.0,
        population="with care of children",
        areas=BOTH,
    ),
    _stavanger(
        "contact",
        "contact with children",
        14,
        areas=BOTH,
        note="read as contact with children who live elsewhere, beside those with daily care",
    ),
    _stavanger("substance_use_red", "substance use red", 15),
    _stavanger("substances_each", "substances a user", 1.8, 0.05, areas=BOTH, unit="mean"),
    _stavanger("uses_alcohol", "uses alcohol", 57, areas=BOTH),
    _stavanger("uses_heroin", "uses heroin", 8, areas=BOTH),
    _stavanger("uses_illegal_lar_medicines", "uses illegal LAR medicines", 8, areas=BOTH),
    _stavanger("uses_other_medicines", "uses other medicines illegally", 27, areas=BOTH),
    _stavanger("uses_cannabis", "uses cannabis", 38, areas=BOTH),
    _stavanger("uses_central_stimulants", "uses central stimulants", 30, areas=BOTH),
    _stavanger("in_lar", "in LAR", 22, areas=BOTH),
    _stavanger(
        "lar_red_or_blood_red", "overall red or blood-red", 55, 2.0, population="LAR", areas=BOTH
    ),
    _stavanger(
        "tsb_individual_plan", "individual plan", 26, 1.5, population="receives TSB", areas=BOTH
    ),
    _stavanger("tsb_crisis_plan", "crisis plan", 21, 1.5, population="receives TSB", areas=BOTH),
    _stavanger(
        "tsb_action_plan",
        "other plans (action plan)",
        43,
        1.5,
        population="receives TSB",
        areas=BOTH,
    ),
    _stavanger(
        "tsb_responsibility_group",
        "responsibility group",
        70,
        1.5,
        population="receives TSB",
        areas=BOTH,
    ),
)
