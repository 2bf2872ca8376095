"""The measures that published figures are stated in, computed from a synthetic population."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from brukerplan.demo.areas import LEVELS, overall_levels
from brukerplan.demo.calibration import Target, targets_for
from brukerplan.demo.lives import PUBLISHED_SUBSTANCES
from brukerplan.demo.population import MappedYear, Population
from brukerplan.demo.quotas import Codes, Mask
from brukerplan.demo.support import RECEIVED, SPECIALIST_MENTAL, TSB
from brukerplan.geography import municipalities_in, population_18_plus
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import flag_column


@dataclass(frozen=True, slots=True)
class Found:
    """A target and what the population has, in the target's unit."""

    target: Target
    got: float

    @property
    def within(self) -> bool:
        """Whether the difference is within the tolerance."""
        return abs(self.got - self.target.value) <= self.target.tolerance + 1e-9


def compare(population: Population) -> tuple[Found, ...]:
    """Measure every target the population follows, in the year that can be measured.

    A figure from before 2015 is held against 2015.
    """
    return tuple(
        Found(target, measure(population.years[max(target.year, 2015)], target.id))
        for target in targets_for(population.area)
        if max(target.year, 2015) in population.years
    )


def measure(mapped: MappedYear, measure_id: str) -> float:
    """Return one measure: percent, or persons, years, municipalities or a mean.

    Raises
    ------
    KeyError
        No measure has this id.
    """
    return MEASURES[measure_id](_Answers(mapped))


class _Answers:
    def __init__(self, mapped: MappedYear) -> None:
        self.mapped = mapped
        self.questionnaire = edition(mapped.edition)
        self.users = ~self.has("substance_problem", "none")

    def has(self, variable_id: str, *codes: str) -> Mask:
        variable = self.questionnaire.variable(variable_id)
        return np.isin(
            self.mapped.answers[variable_id], [variable.code(code).number for code in codes]
        )

    def uses(self, substance: str) -> Mask:
        found: Mask = self.mapped.answers[flag_column("substances", substance)] == 1
        return found

    def receives(self, services: tuple[str, ...]) -> Mask:
        found: Mask = np.any([self.has(service, *RECEIVED) for service in services], axis=0)
        return found

    def level(self, *levels: str) -> Mask:
        return np.isin(level_column(self.mapped), [LEVELS.index(level) for level in levels])

    @property
    def rop(self) -> Mask:
        return self.has("substance_problem", "serious") & self.has("mental_problem", "serious")

    def percent(self, part: Mask, base: Mask) -> float:
        return 100 * float((part & base).sum()) / max(float(base.sum()), 1.0)


def level_column(mapped: MappedYear) -> Codes:
    """Return the overall level of every row, as index into ``areas.LEVELS``."""
    questionnaire = edition(mapped.edition)
    rule = questionnaire.level_rule
    colours = questionnaire.variable(rule.areas[0])
    number = {colour: colours.code(colour).number for colour, _ in rule.weights}
    return overall_levels(rule, mapped.answers, number)


def _of_users(part: Callable[[_Answers], Mask]) -> Callable[[_Answers], float]:
    return lambda a: a.percent(part(a), a.users)


def _within(
    base: Callable[[_Answers], Mask], part: Callable[[_Answers], Mask]
) -> Callable[[_Answers], float]:
    return lambda a: a.percent(part(a), base(a) & a.users)


def _no_plan_no_group(a: _Answers) -> Mask:
    return ~(
        a.has("individual_plan", "has")
        | a.has("crisis_plan", "yes")
        | a.has("action_plan", "yes")
        | a.has("responsibility_group", "yes")
    )


def _substances_each(a: _Answers) -> float:
    codes = a.questionnaire.variable("substances").codes
    return float(np.sum([a.uses(code.id) for code in codes], axis=0)[a.users].mean())


def _coverage(a: _Answers) -> float:
    year = a.mapped.year
    known = {m.code: population_18_plus(m.code, year) or 0 for m in municipalities_in(year)}
    return 100 * sum(known[code] for code in a.mapped.took_part) / sum(known.values())


def _mean_age(a: _Answers) -> float:
    return float((a.mapped.year - a.mapped.answers["birth_year"].astype(int))[a.users].mean())


_SEVERE = ("red", "blood_red")


def _tsb(a: _Answers) -> Mask:
    return a.receives(TSB)


def _care(a: _Answers) -> Mask:
    return a.has("daily_care", "yes")


def _lar(a: _Answers) -> Mask:
    return a.has("lar", "in_lar")


MEASURES: Mapping[str, Callable[[_Answers], float]] = {
    "mapped": lambda a: float(len(a.mapped)),
    "municipalities": lambda a: float(len(a.mapped.took_part)),
    "coverage": _coverage,
    "substance_users": lambda a: float(a.users.sum()),
    "mental_only": lambda a: float((~a.users).sum()),
    "women": _of_users(lambda a: a.has("gender", "female")),
    "mean_age": _mean_age,
    "substance_only": _of_users(lambda a: a.has("mental_problem", "none")),
    "mental_less_serious": _of_users(lambda a: a.has("mental_problem", "less_serious")),
    "mental_serious": _of_users(lambda a: a.has("mental_problem", "serious")),
    "rop": _of_users(lambda a: a.rop),
    "rop_persons": lambda a: float(a.rop.sum()),
    "rop_red_or_blood_red": _within(lambda a: a.rop, lambda a: a.level(*_SEVERE)),
    "rop_receives_tsb": _within(lambda a: a.rop, _tsb),
    "rop_receives_mental": _within(lambda a: a.rop, lambda a: a.receives(SPECIALIST_MENTAL)),
    "without_housing": _of_users(lambda a: a.has("housing_situation", "without_housing")),
    "housing_red": _of_users(lambda a: a.has("housing", "red")),
    "work_activity_red": _of_users(lambda a: a.has("work_activity", "red")),
    "substance_use_red": _of_users(lambda a: a.has("substance_use", "red")),
    "overall_red": _of_users(lambda a: a.level("red")),
    "overall_blood_red": _of_users(lambda a: a.level("blood_red")),
    "in_work": _of_users(lambda a: a.has("main_activity", "work_full_time", "work_part_time")),
    "pupil_student": _of_users(lambda a: a.has("main_activity", "pupil_student")),
    "individual_plan": _of_users(lambda a: a.has("individual_plan", "has")),
    "responsibility_group": _of_users(lambda a: a.has("responsibility_group", "yes")),
    "no_plan_no_group": _of_users(_no_plan_no_group),
    "daily_care": _of_users(_care),
    "contact": _of_users(lambda a: a.has("contact", "yes")),
    "care_or_contact": _of_users(lambda a: _care(a) | a.has("contact", "yes")),
    "care_red": _within(_care, lambda a: a.level("red")),
    "care_blood_red": _within(_care, lambda a: a.level("blood_red")),
    "substances_each": _substances_each,
    "uses_alcohol": _of_users(lambda a: a.uses("alcohol")),
    **{
        f"uses_{name}": _of_users(lambda a, name=name: a.uses(name))  # type: ignore[misc]
        for name in PUBLISHED_SUBSTANCES
    },
    "in_lar": _of_users(_lar),
    "lar_red_or_blood_red": _within(_lar, lambda a: a.level(*_SEVERE)),
    "tsb_individual_plan": _within(_tsb, lambda a: a.has("individual_plan", "has")),
    "tsb_crisis_plan": _within(_tsb, lambda a: a.has("crisis_plan", "yes")),
    "tsb_action_plan": _within(_tsb, lambda a: a.has("action_plan", "yes")),
    "tsb_responsibility_group": _within(_tsb, lambda a: a.has("responsibility_group", "yes")),
}


def calibration_table(found: Sequence[Found]) -> str:
    """Return the comparison as a Markdown table, one row a figure, as in ``docs/demo.md``."""
    lines = [
        "| year | of whom | figure | published | tolerance | got | source |",
        "|---|---|---|---:|---:|---:|---|",
    ]
    for each in found:
        target = each.target
        numbers = (_shown(value, target) for value in (target.value, target.tolerance, each.got))
        cells = (str(target.year), target.population, target.measure, *numbers, target.source)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _shown(value: float, target: Target) -> str:
    if target.unit in ("persons", "municipalities"):
        return f"{value:,.0f}"
    decimals = 2 if target.unit == "mean" else 1
    return f"{value:.{decimals}f}" + (" %" if target.unit == "percent" else "")
