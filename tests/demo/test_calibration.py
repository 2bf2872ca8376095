"""The population recognises the published figures."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from brukerplan.demo.calibration import TARGETS, Target, aims, targets_for
from brukerplan.demo.measures import MEASURES, Found, compare, measure
from brukerplan.demo.population import MappedYear, Population, synthetic_population
from brukerplan.questionnaire.registry import edition

STAVANGER = targets_for("stavanger")
NATIONAL = targets_for("national")


def name(target: Target) -> str:
    return f"{target.id}-{target.year}"


def found(population: Population, target: Target) -> Found:
    return next(each for each in compare(population) if each.target is target)


@pytest.mark.parametrize("target", STAVANGER, ids=name)
def test_the_stavanger_population_recognises_the_figure(
    stavanger: Population, target: Target
) -> None:
    result = found(stavanger, target)
    assert result.within, f"{target.measure}: wanted {target.value}, got {result.got:.2f}"


@pytest.mark.parametrize("target", NATIONAL, ids=name)
def test_the_national_population_recognises_the_figure(
    national: Population, target: Target
) -> None:
    result = found(national, target)
    assert result.within, f"{target.measure}: wanted {target.value}, got {result.got:.2f}"


@pytest.mark.parametrize("seed", [1, 77, 20_261_122])
def test_any_seed_recognises_the_figures_of_2015(seed: int) -> None:
    population = synthetic_population(area="stavanger", seed=seed, years=range(2015, 2016))
    assert [each for each in compare(population) if not each.within] == []


def test_a_population_with_the_figure_changed_is_not_recognised(stavanger: Population) -> None:
    mapped = stavanger.years[2015]
    target = next(each for each in STAVANGER if each.id == "work_activity_red")
    answers = dict(mapped.answers)
    red = edition(mapped.edition).variable("work_activity").code("red").number
    answers["work_activity"] = np.full_like(answers["work_activity"], red)
    spoiled = dataclasses.replace(mapped, answers=answers)
    assert not Found(target, measure(spoiled, target.id)).within


def test_work_and_activity_has_the_largest_red_share_of_the_eight_areas(
    stavanger: Population, national: Population
) -> None:
    for population in (stavanger, national):
        reds = red_shares(population.years[2015])
        assert max(reds, key=lambda area: reds[area]) == "work_activity"


def test_the_homeless_are_those_whose_housing_is_red(stavanger: Population) -> None:
    for mapped in stavanger.years.values():
        assert measure(mapped, "without_housing") == measure(mapped, "housing_red")


def test_figures_that_are_not_followed_say_why() -> None:
    left = [target for target in TARGETS if not target.followed]
    assert left
    assert all("not followed" in target.note for target in left)


def test_the_figure_not_followed_is_contradicted_by_the_one_that_is(
    stavanger: Population,
) -> None:
    persons = next(target for target in TARGETS if target.id == "rop_persons")
    assert measure(stavanger.years[2015], "rop_persons") > persons.value * 1.4


def test_every_target_has_a_source_a_tolerance_and_a_measure() -> None:
    for target in TARGETS:
        assert target.source
        assert target.tolerance >= 0
        assert target.id in MEASURES


def test_each_measure_has_at_most_one_figure_an_area_and_year() -> None:
    for area in ("stavanger", "national"):
        keys = [(target.id, target.year) for target in targets_for(area)]
        assert len(keys) == len(set(keys))


def test_aims_are_shares_of_one_and_the_earliest_figure_counts() -> None:
    aimed = aims("national")
    assert aimed["work_activity_red"] == pytest.approx(0.38)
    assert aimed["overall_blood_red"] == pytest.approx(0.09)
    assert aimed["mean_age"] == 42


def test_the_trend_is_mild_housing_and_activity_better_substance_use_worse(
    stavanger: Population,
) -> None:
    def mean(measure_id: str, years: range) -> float:
        return float(np.mean([measure(stavanger.years[year], measure_id) for year in years]))

    for measure_id, direction in (
        ("housing_red", -1),
        ("work_activity_red", -1),
        ("substance_use_red", 1),
    ):
        change = mean(measure_id, range(2023, 2026)) - mean(measure_id, range(2015, 2018))
        assert 0.2 < direction * change < 5


def red_shares(mapped: MappedYear) -> dict[str, float]:
    questionnaire = edition(mapped.edition)
    users = mapped.answers["substance_problem"] > 0
    return {
        area: float(
            (mapped.answers[area][users] == questionnaire.variable(area).code("red").number).mean()
        )
        for area in questionnaire.level_rule.areas
    }
