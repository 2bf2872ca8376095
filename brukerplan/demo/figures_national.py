"""Figures published for the country, 2013 to 2020."""

from __future__ import annotations

from brukerplan.demo.targets import AREAS, SUBSTANCE_USERS, Area, Target

NATIONAL_2015 = "national report 2015"
NATIONAL_PLAN = "national report 2015 and Helse Stavanger plan"
RUSFELTET = "rusfeltet.no"
BOTH: tuple[Area, ...] = AREAS


def _national(
    id: str,
    year: int,
    measure: str,
    value: float,
    tolerance: float = 1.0,
    *,
    population: str = SUBSTANCE_USERS,
    areas: tuple[Area, ...] = ("national",),
    unit: str = "percent",
    source: str = NATIONAL_2015,
    note: str = "",
) -> Target:
    return Target(id, areas, year, population, measure, value, unit, tolerance, source, note)


NATIONAL_FIGURES: tuple[Target, ...] = (
    _national("municipalities", 2015, "municipalities taking part", 222, 0, unit="municipalities"),
    _national(
        "coverage",
        2015,
        "population 18+ in municipalities taking part",
        68,
        1.0,
        population="population 18+",
    ),
    _national("substance_users", 2015, "mapped persons", 18913, 10, unit="persons"),
    _national("women", 2015, "women", 30, areas=BOTH),
    _national("mean_age", 2015, "mean age", 42, 1.0, areas=BOTH, unit="years"),
    _national("housing_red", 2015, "housing red (homeless)", 9, areas=BOTH, source=NATIONAL_PLAN),
    _national(
        "work_activity_red", 2015, "work and activity red (largest of the eight)", 38, areas=BOTH
    ),
    _national("individual_plan", 2015, "individual plan", 14, areas=BOTH, source=NATIONAL_PLAN),
    _national(
        "daily_care",
        2015,
        "care of children",
        6,
        areas=BOTH,
        source=NATIONAL_PLAN,
        note="2019: a fourth of 19 percent, just below 5; both followed, each in its year",
    ),
    _national(
        "substance_use_red",
        2016,
        "substance use red",
        16,
        source="KORFOR note on 2016",
        note="Helse Stavanger 2015: 15 percent; each population follows its own area",
    ),
    _national("without_housing", 2016, "homeless", 9, source="KORFOR note on 2016"),
    _national(
        "mapped",
        2018,
        "mapped persons",
        59225,
        600,
        population="all mapped",
        unit="persons",
        source="KORUS Oslo",
        note="with those under 18; the figure of 2019 is 18+: nearly the same size in both years",
    ),
    _national("overall_blood_red", 2018, "overall level blood-red", 9, 1.5, source=RUSFELTET),
    _national(
        "municipalities",
        2019,
        "municipalities taking part",
        257,
        0,
        unit="municipalities",
        source="rusfeltet.no / KORFOR",
    ),
    _national(
        "mapped",
        2019,
        "mapped persons",
        58790,
        100,
        population="all mapped 18+",
        unit="persons",
        source="rusfeltet.no / KORFOR",
        note="ours has some aged 16 and 17 among them",
    ),
    _national(
        "substance_users", 2019, "mapped persons", 22404, 10, unit="persons", source=RUSFELTET
    ),
    _national(
        "mental_only",
        2019,
        "mapped persons",
        36386,
        100,
        unit="persons",
        population="mental-health problems only",
        source=RUSFELTET,
        note="the ratio to substance users is used for every year and area",
    ),
    _national(
        "substance_only",
        2019,
        "substance problem only",
        18.1,
        source=RUSFELTET,
        note="4,053 of 22,404",
    ),
    _national(
        "mental_less_serious",
        2019,
        "less serious mental-health problem",
        58.4,
        source=RUSFELTET,
        note="13,089 of 22,404",
    ),
    _national(
        "mental_serious",
        2019,
        "serious mental-health problem",
        23.5,
        source=RUSFELTET,
        note="5,262 of 22,404, there called ROP whatever the substance problem; our ROP also asks "
        "for a serious substance problem and follows the 20 percent of 2013",
    ),
    _national(
        "rop",
        2013,
        "ROP",
        20,
        source="national report 2013",
        note="before the first round of the demo; held for 2015",
    ),
    _national("overall_blood_red", 2019, "overall level blood-red", 10, 1.5, source=RUSFELTET),
    _national("women", 2019, "women (men: 70 percent)", 30, 2.0, source=RUSFELTET),
    _national(
        "care_or_contact",
        2019,
        "have children under 18",
        19,
        source=RUSFELTET,
        note="edition 2015 does not count children; measured as care of or contact with children",
    ),
    _national(
        "mapped",
        2020,
        "mapped persons",
        38000,
        400,
        population="all mapped",
        unit="persons",
        source="Lisbon Addictions 2024 abstract",
        note="about",
    ),
)
