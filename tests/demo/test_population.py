"""The synthetic population: who is in it, where, and how they move through the years."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from brukerplan.demo.areas import LEVELS
from brukerplan.demo.measures import level_column
from brukerplan.demo.participation import NATIONAL_YEARS, successors_of
from brukerplan.demo.population import MappedYear, Population, synthetic_population
from brukerplan.demo.units import TEAM_SIZE, UNIT_KINDS
from brukerplan.geography import municipalities_in, population_18_plus
from brukerplan.identity.national_number import parse
from brukerplan.questionnaire.answers import Value, check
from brukerplan.questionnaire.levels import overall_level, ratings
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Kind, Severity, flag_column
from brukerplan.statistics.frames import NULL

YEARS = range(2015, 2027)


def answers_of(mapped: MappedYear, at: int) -> dict[str, Value]:
    """One row as the questionnaire reads answers."""
    found: dict[str, Value] = {}
    for variable in edition(mapped.edition).variables:
        values = {column: int(mapped.answers[column][at]) for column in variable.columns}
        if NULL in values.values():
            continue
        if variable.kind is Kind.MANY:
            found[variable.id] = frozenset(
                code.id for code in variable.codes if values[flag_column(variable.id, code.id)]
            )
        elif variable.kind is Kind.ONE:
            found[variable.id] = next(
                code.id for code in variable.codes if code.number == values[variable.id]
            )
        else:
            found[variable.id] = values[variable.id]
    return found


def some(mapped: MappedYear, count: int = 250) -> list[int]:
    return [int(at) for at in np.linspace(0, len(mapped) - 1, count)]


def test_the_same_seed_gives_the_same_population() -> None:
    first, again = (
        synthetic_population(area="stavanger", seed=3, years=range(2015, 2018)) for _ in range(2)
    )
    assert (first.persons.birth_date == again.persons.birth_date).all()
    for year in first.years:
        assert (first.years[year].person == again.years[year].person).all()
        for column, values in first.years[year].answers.items():
            assert (values == again.years[year].answers[column]).all()


def test_another_seed_gives_another_population() -> None:
    first, other = (
        synthetic_population(area="stavanger", seed=seed, years=range(2015, 2016))
        for seed in (3, 4)
    )
    size = min(len(first.persons), len(other.persons))
    same = first.persons.birth_date[:size] == other.persons.birth_date[:size]
    assert same.mean() < 0.1


def test_a_shorter_history_begins_like_the_longer_one(stavanger: Population) -> None:
    short = synthetic_population(area="stavanger", seed=stavanger.seed, years=range(2015, 2017))
    for year in (2015, 2016):
        mapped, longer = short.years[year], stavanger.years[year]
        assert (mapped.municipality == longer.municipality).all()
        for column, values in mapped.answers.items():
            assert (values == longer.answers[column]).all()


@pytest.mark.parametrize("years", [range(2016, 2018), range(2015, 2028), range(2015, 2021, 2)])
def test_years_that_leave_out_the_calibrated_one_are_refused(years: range) -> None:
    with pytest.raises(ValueError, match="consecutive"):
        synthetic_population(area="stavanger", seed=1, years=years)


@pytest.mark.parametrize("year", YEARS)
def test_everyone_is_in_a_municipality_that_exists_that_year_and_takes_part(
    stavanger: Population, year: int
) -> None:
    mapped = stavanger.years[year]
    valid = {place.code for place in municipalities_in(year, health_trust="stavanger")}
    assert set(mapped.municipality.tolist()) <= set(mapped.took_part) <= valid


def test_the_mergers_of_2020_take_their_people_along(stavanger: Population) -> None:
    before, after = stavanger.years[2019], stavanger.years[2020]
    for old, new in (("1141", "1103"), ("1142", "1103"), ("1129", "1108"), ("1102", "1108")):
        here = before.person[before.municipality == old]
        stayed = np.isin(after.person, here)
        assert (after.municipality[stayed] == new).mean() > 0.8
    assert not {"1141", "1142", "1129", "1102"} & set(after.municipality.tolist())


def test_a_renumbered_municipality_keeps_its_people_and_a_split_one_divides_them() -> None:
    assert successors_of("1046", 2020) == (("4228", 1.0),)
    shares = dict(successors_of("1507", 2024))
    assert set(shares) == {"1508", "1580"}
    assert sum(shares.values()) == pytest.approx(1)


def test_a_national_population_follows_the_borders_of_each_year(national: Population) -> None:
    for year, mapped in national.years.items():
        valid = {place.code for place in municipalities_in(year)}
        assert set(mapped.took_part) <= valid
        assert len(mapped.took_part) == NATIONAL_YEARS[year][0]


def test_size_follows_the_inhabitants_and_kvitsoy_has_only_a_few(stavanger: Population) -> None:
    mapped = stavanger.years[2015]
    counts = {code: int((mapped.municipality == code).sum()) for code in mapped.took_part}
    inhabitants = {code: population_18_plus(code, 2015) or 0 for code in counts}
    assert 3 <= counts["1144"] <= 15
    assert max(counts, key=lambda code: counts[code]) == "1103"
    pairs = np.array([(inhabitants[code], counts[code]) for code in counts], dtype=float)
    assert np.corrcoef(pairs.T)[0, 1] > 0.98


def test_small_municipalities_skip_some_years_but_not_the_first_and_the_last(
    stavanger: Population,
) -> None:
    skipped = {
        year
        for year in YEARS
        if len(stavanger.years[year].took_part)
        < len(municipalities_in(year, health_trust="stavanger"))
    }
    assert skipped
    assert not skipped & {2015, 2025, 2026}


def test_todays_stavanger_has_a_whole_series_across_the_merger(stavanger: Population) -> None:
    for year in range(2015, 2020):
        assert {"1102", "1103", "1129", "1141", "1142"} <= set(stavanger.years[year].took_part)


@pytest.mark.parametrize("year", YEARS[:-1])
def test_between_55_and_85_percent_are_mapped_again_the_next_year(
    stavanger: Population, year: int
) -> None:
    now, then = stavanger.years[year], stavanger.years[year + 1]
    assert 0.55 <= np.isin(now.person, then.person).mean() <= 0.85


def test_some_return_after_a_gap(stavanger: Population) -> None:
    first, second, third = (stavanger.years[year].person for year in (2016, 2017, 2018))
    returned = np.isin(third, first) & ~np.isin(third, second)
    assert 0.01 < returned.mean() < 0.12


def test_a_few_percent_move_to_another_municipality(stavanger: Population) -> None:
    now, then = stavanger.years[2021], stavanger.years[2022]
    both, at_now, at_then = np.intersect1d(now.person, then.person, return_indices=True)
    moved = now.municipality[at_now] != then.municipality[at_then]
    assert 0.005 < moved.mean() < 0.05
    assert both.size


def test_each_person_is_mapped_once_a_year(stavanger: Population, national: Population) -> None:
    for population in (stavanger, national):
        for mapped in population.years.values():
            assert np.unique(mapped.person).size == len(mapped)


def test_every_national_number_is_synthetic_valid_and_one_persons_only(
    stavanger: Population,
) -> None:
    persons = stavanger.persons
    numbers = [persons.national_number(person) for person in range(len(persons))]
    assert len(set(numbers)) == len(persons)
    for person in range(0, len(persons), 40):
        read = parse(numbers[person], today=date(2026, 12, 31), allow_synthetic=True)
        assert read.synthetic
        assert read.birth_date == persons.birth_date[person].item()
        assert read.gender == ("female" if persons.female[person] else "male")
    assert all(int(number[2:4]) > 80 for number in numbers)


def test_national_numbers_of_the_whole_country_do_not_collide(national: Population) -> None:
    persons = national.persons
    triples = np.stack(
        [persons.birth_date.astype(np.int64), persons.female.astype(np.int64), persons.serial]
    )
    assert np.unique(triples, axis=1).shape[1] == len(persons)


def test_nobody_is_under_sixteen_even_by_date(stavanger: Population) -> None:
    for year, mapped in stavanger.years.items():
        born = stavanger.persons.birth_date[mapped.person]
        assert born.max() <= np.datetime64(date(year - 16, 11, 1))
        assert (year - mapped.answers["birth_year"].astype(int) >= 16).all()


@pytest.mark.parametrize("year", [2015, 2020, 2026])
def test_no_registration_breaks_a_hard_rule_of_its_edition(
    stavanger: Population, year: int
) -> None:
    mapped = stavanger.years[year]
    questionnaire = edition(mapped.edition)
    for at in some(mapped):
        findings = check(questionnaire, answers_of(mapped, at), year=year, complete=True)
        assert [each.rule for each in findings if each.severity is Severity.HARD] == []


@pytest.mark.parametrize("year", [2015, 2026])
def test_the_only_soft_rule_met_is_no_substance_and_that_is_rare(
    stavanger: Population, year: int
) -> None:
    mapped = stavanger.years[year]
    rules = [
        each.rule
        for at in some(mapped, 400)
        for each in check(edition(mapped.edition), answers_of(mapped, at), year=year, complete=True)
    ]
    assert set(rules) <= {"none_chosen"}
    assert len(rules) < 400 * 0.05


def test_a_rule_broken_on_purpose_is_found(stavanger: Population) -> None:
    mapped = stavanger.years[2015]
    answers = answers_of(mapped, 0) | {"substance_problem": "none", "mental_problem": "none"}
    findings = check(edition("2015"), answers, year=2015, complete=True)
    assert any(each.severity is Severity.HARD for each in findings)


@pytest.mark.parametrize("year", [2015, 2026])
def test_columns_are_those_of_the_years_edition(stavanger: Population, year: int) -> None:
    mapped = stavanger.years[year]
    assert mapped.edition == ("2026" if year == 2026 else "2015")
    expected = [c for v in edition(mapped.edition).variables for c in v.columns]
    assert list(mapped.answers) == expected
    assert {values.dtype for values in mapped.answers.values()} == {np.dtype(np.int16)}


def test_optional_questions_are_not_answered(stavanger: Population) -> None:
    mapped = stavanger.years[2026]
    for variable in edition("2026").variables:
        if variable.optional:
            assert (mapped.answers[variable.id] == NULL).all()


def test_the_fast_overall_level_is_the_questionnaires(stavanger: Population) -> None:
    mapped = stavanger.years[2019]
    questionnaire = edition(mapped.edition)
    levels = level_column(mapped)
    for at in some(mapped, 400):
        rated = ratings(questionnaire, answers_of(mapped, at))
        assert LEVELS[levels[at]] == overall_level(questionnaire.level_rule, rated).level


def test_persons_change_a_little_at_a_time(stavanger: Population) -> None:
    now, then = stavanger.years[2017], stavanger.years[2018]
    _, at_now, at_then = np.intersect1d(now.person, then.person, return_indices=True)
    before, after = level_column(now)[at_now], level_column(then)[at_then]
    known = (before < LEVELS.index("not_computable")) & (after < LEVELS.index("not_computable"))
    change = after[known] - before[known]
    assert 0.5 < (change == 0).mean() < 0.9
    assert (np.abs(change) >= 2).mean() < 0.06
    assert (change < 0).any()
    assert (change > 0).any()


def test_severity_couples_areas_and_problems(stavanger: Population) -> None:
    mapped = stavanger.years[2015]
    users = mapped.answers["substance_problem"] > 0
    known = users & (mapped.answers["economy"] < 4) & (mapped.answers["network"] < 4)
    assert np.corrcoef(mapped.answers["economy"][known], mapped.answers["network"][known])[0, 1] > (
        0.15
    )


def test_people_with_only_mental_health_problems_are_asked_nothing_about_substances(
    stavanger: Population,
) -> None:
    for mapped in stavanger.years.values():
        others = mapped.answers["substance_problem"] == 0
        for column in ("main_substance", "lar", flag_column("substances", "alcohol")):
            assert (mapped.answers[column][others] == NULL).all()
            assert (mapped.answers[column][~others] != NULL).all()


def test_everyone_with_the_main_substance_uses_it(stavanger: Population) -> None:
    mapped = stavanger.years[2015]
    for code in edition("2015").variable("substances").codes:
        main = mapped.answers["main_substance"] == code.number
        assert (mapped.answers[flag_column("substances", code.id)][main] == 1).all()


def test_a_team_follows_up_about_forty_and_small_municipalities_have_none(
    stavanger: Population,
) -> None:
    mapped = stavanger.years[2026]
    team = [kind.id for kind in UNIT_KINDS].index("follow_up_team")
    in_team = mapped.municipality[mapped.unit_kind == team]
    assert (in_team == "1103").sum() == TEAM_SIZE
    assert not (in_team == "1144").any()


def test_most_stay_in_their_unit(stavanger: Population) -> None:
    now, then = stavanger.years[2024], stavanger.years[2025]
    _, at_now, at_then = np.intersect1d(now.person, then.person, return_indices=True)
    assert (now.unit_kind[at_now] == then.unit_kind[at_then]).mean() > 0.75
