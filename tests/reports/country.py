"""A small synthetic country, counted and protected the real way: nobody's answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from brukerplan.disclosure.release import (
    Area,
    SafeTable,
    VerifiedCells,
    protect,
    safe_tables,
    verify,
)
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.questionnaire.schema import Kind, Questionnaire, Variable, Widget
from brukerplan.reports.data import Participation, ReportData
from brukerplan.statistics.describe import count_tables
from brukerplan.statistics.frames import NULL, build_frame
from brukerplan.statistics.links import links
from brukerplan.statistics.tables import tables_for

# Name and about how many are mapped in a year.
MUNICIPALITIES: Mapping[str, tuple[str, int]] = {
    "1101": ("Eigersund", 90),
    "1103": ("Stavanger", 640),
    "1108": ("Sandnes", 380),
    "1121": ("Time", 95),
    "1133": ("Hjelmeland", 14),
    "1144": ("Kvitsøy", 4),
}
TRUST, TRUST_NAME = "stavanger", "Stavanger"
YEARS = (2021, 2022, 2023, 2024, 2025, 2026)
Columns = dict[str, NDArray[np.int16]]

_LIKELY: Mapping[str, Mapping[str, float]] = {
    "gender": {"female": 0.38, "male": 0.6, "other": 0.01, "unknown": 0.01},
    "substance_problem": {"none": 0.35, "less_serious": 0.35, "serious": 0.3},
    "mental_problem": {"none": 0.14, "less_serious": 0.5, "serious": 0.36},
    "individual_plan": {
        "has": 0.14, "offered_declined": 0.1, "not_offered": 0.4, "not_entitled": 0.3,
        "unknown": 0.06,
    },
    "lar": {"in_lar": 0.22, "wants_or_waiting": 0.05, "not_in_lar": 0.7, "unknown": 0.03},
}  # fmt: skip


@cache
def releases(years: tuple[int, ...] = YEARS) -> tuple[VerifiedCells, ...]:
    """Protect each year; the same cells every time."""
    return tuple(_release(year) for year in years)


@cache
def tables(
    level: str, key: str, years: tuple[int, ...] = YEARS
) -> dict[tuple[str, str], SafeTable]:
    """Every protected table of an area."""
    categories = {
        spec.id: spec.category_ids for year in years for spec in tables_for(edition_for_year(year))
    }
    return safe_tables(
        releases(years), categories=categories, level=level, area_keys=dict.fromkeys(years, key)
    )


def report_data(code: str, year: int, *, years: tuple[int, ...] = YEARS) -> ReportData:
    """What the report of one municipality is made from."""
    shown = tuple(one for one in years if one <= year)
    rule = Participation("last_12_months", mental_only_included=True, milder_included=True)
    return ReportData(
        area_name=MUNICIPALITIES[code][0],
        area_key=code,
        level="municipality",
        year=year,
        years=shown,
        edition=edition_for_year(year).edition,
        tables=tables("municipality", code, shown),
        comparisons={"trust": tables("trust", TRUST, shown)},
        comparison_names={"trust": TRUST_NAME},
        participation=dict.fromkeys(shown, rule)
        | ({2021: replace(rule, inclusion_rule="at_registration")} if 2021 in shown else {}),
        synthetic=True,
        published_on=date(year + 1, 2, 1),
        population_18_plus=120_000,
        population_year=2025,
        policy_digest="0" * 64,
    )


@dataclass(frozen=True, slots=True)
class Draw:
    """How one variable's answers are drawn."""

    numbers: tuple[int, ...]
    chances: tuple[float, ...]


@cache
def _release(year: int) -> VerifiedCells:
    q = edition_for_year(year)
    rng = np.random.default_rng(year)
    codes = [
        code for code, (_, size) in MUNICIPALITIES.items() for _ in range(int(rng.poisson(size)))
    ]
    answers = {
        column: values
        for variable in q.variables
        if not variable.optional
        for column, values in _answers(rng, q, variable, len(codes), year).items()
    }
    neither = (answers["substance_problem"] == 0) & (answers["mental_problem"] == 0)
    answers["mental_problem"] = np.where(neither, 1, answers["mental_problem"]).astype(np.int16)
    frame = build_frame(
        q, year=year, municipality=codes, person=[None] * len(codes), answers=answers
    )
    areas = [
        Area("trust", TRUST, frozenset(MUNICIPALITIES)),
        *(Area("municipality", code, frozenset({code})) for code in MUNICIPALITIES),
    ]
    release = protect(
        tables=count_tables(frame, q, tuple(MUNICIPALITIES)),
        links=links(q),
        areas=areas,
    )
    return verify(release.cells, release.digest)


def _answers(
    rng: np.random.Generator, q: Questionnaire, variable: Variable, number: int, year: int
) -> Columns:
    if variable.kind is Kind.MANY:
        chances = np.linspace(0.5, 0.03, len(variable.codes))
        return {
            column: (rng.random(number) < chance).astype(np.int16)
            for column, chance in zip(variable.columns, chances, strict=True)
        }
    if variable.kind is Kind.YEAR:
        return {variable.id: rng.integers(year - 70, year - 16, number).astype(np.int16)}
    if variable.kind is Kind.COUNT:
        drawn = np.where(rng.random(number) < 0.7, 0, rng.integers(1, 4, number))
        return {variable.id: np.where(rng.random(number) < 0.1, NULL, drawn).astype(np.int16)}
    draw = _draw(variable)
    return {variable.id: rng.choice(draw.numbers, number, p=draw.chances).astype(np.int16)}


def _draw(variable: Variable) -> Draw:
    numbers = tuple(code.number for code in variable.codes)
    if variable.id in _LIKELY:
        return Draw(numbers, tuple(_LIKELY[variable.id][code.id] for code in variable.codes))
    if variable.widget is Widget.FUNCTION_AREA:
        return Draw(numbers, (0.3, 0.38, 0.29, 0.03))
    if variable.widget is Widget.SERVICE:
        return Draw(numbers, (0.55, 0.12, 0.22, 0.09, 0.02))
    if [code.id for code in variable.codes] == ["no", "yes", "unknown"]:
        return Draw(numbers, (0.72, 0.25, 0.03))
    weights = np.linspace(len(numbers), 1, len(numbers))
    return Draw(numbers, tuple(weights / weights.sum()))
