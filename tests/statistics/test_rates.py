"""Persons per 1,000 inhabitants, and what an area's numbers cover."""

from __future__ import annotations

from decimal import Decimal

import pytest

from brukerplan.geography import population_18_plus, population_18_plus_of
from brukerplan.statistics.areas import Area, municipality_area, nation_area, trust_area
from brukerplan.statistics.harmonise import harmonise
from brukerplan.statistics.rates import (
    Coverage,
    Rate,
    coverage,
    rate,
    with_population,
)
from brukerplan.statistics.refusals import PopulationUnknownError
from brukerplan.statistics.rounding import ShareNotPossibleError
from brukerplan.statistics.trend import GapError, Point, count_years

from .histories import AFTER, round_of


def point_of(area: Area, year: int, *codes: str, number: int = 150) -> Point:
    """Everybody in an area in a year in which these took part."""
    history = harmonise([round_of(year, codes, number=number)])
    return count_years(history, "gender").series(area).point(year)


def test_a_rate_is_of_the_inhabitants_of_those_who_took_part_and_names_their_year() -> None:
    point = point_of(trust_area("stavanger", 2021), 2021, "1103", "1108")
    inhabitants = population_18_plus_of(["1103", "1108"], 2021)
    assert inhabitants is not None
    assert rate(point) == Rate(150, inhabitants, 2021)
    assert rate(point).per_thousand(2) == Decimal("0.86")
    assert rate(point, "female").count == point.counts["female"]


def test_a_year_without_figures_uses_the_nearest_that_has_them() -> None:
    point = point_of(municipality_area("1103", 2025), 2025, "1103")
    assert rate(point).population_year == 2021
    assert rate(point).inhabitants_18_plus == population_18_plus("1103", 2021)


def test_a_population_that_is_missing_is_found_by_the_same_borders_of_another_year() -> None:
    # Sandefjord, Andebu and Stokke, one municipality from 2017, have no figures before.
    before = ("0706", "0719", "0720")
    sandefjord = municipality_area("0710", 2018)
    history = harmonise([round_of(2016, before), round_of(2018, ("0710",))])
    point = count_years(history, "gender").series(sandefjord).point(2016)
    assert rate(point).population_year == 2017
    assert rate(point).inhabitants_18_plus == population_18_plus("0710", 2017)


def test_a_population_that_no_figures_have_is_refused_and_named() -> None:
    point = point_of(municipality_area("1508", 2025), 2025, "1508")
    with pytest.raises(PopulationUnknownError, match="inhabitants of 1508 as in 2025"):
        rate(point)
    together = point_of(nation_area(2025), 2025, "1508", "1101")
    with pytest.raises(PopulationUnknownError, match="inhabitants of 1508 as in 2025"):
        rate(together)


def test_the_two_halves_of_a_split_together_have_the_population_of_the_whole() -> None:
    point = point_of(trust_area("more-og-romsdal", 2025), 2025, "1508", "1580")
    assert rate(point).inhabitants_18_plus == population_18_plus("1507", 2021)


def test_a_rate_can_be_had_of_those_whose_population_is_known() -> None:
    nation = nation_area(2025)
    known = with_population(nation)
    assert nation.members - known.members == {"1508", "1580"}
    history = harmonise([round_of(2025, ("1508", "1101"))])
    point = count_years(history, "gender").series(known).point(2025)
    assert point.took_part == ("1101",)
    assert rate(point).inhabitants_18_plus == population_18_plus("1101", 2021)
    with pytest.raises(PopulationUnknownError, match="any of 1508"):
        with_population(municipality_area("1508", 2025))


def test_the_share_of_the_population_covered_is_that_of_those_who_took_part() -> None:
    point = point_of(trust_area("stavanger", 2021), 2021, "1103", "1108")
    covered = coverage(point)
    every = (*point.took_part, *point.absent)
    assert covered.whole == population_18_plus_of(every, 2021)
    assert covered.took_part == population_18_plus_of(["1103", "1108"], 2021)
    assert covered.share() == Decimal(61)
    assert coverage(point_of(nation_area(2021), 2021, "1103")).share(1) == Decimal("2.6")


def test_a_year_without_counts_has_no_rate_and_covers_nothing() -> None:
    point = point_of(municipality_area("1103", 2021), 2021, "1108")
    with pytest.raises(GapError, match="2021 has no counts"):
        rate(point)
    assert coverage(point).share() == 0
    assert isinstance(coverage(point), Coverage)


def test_coverage_is_refused_where_the_part_has_no_figures_of_the_year() -> None:
    point = point_of(nation_area(2025), 2025, "1508", "1101")
    with pytest.raises(PopulationUnknownError, match="1508"):
        coverage(point)


def test_more_persons_than_inhabitants_are_refused() -> None:
    point = point_of(municipality_area("1144", 2021), 2021, "1144", number=500)
    with pytest.raises(ShareNotPossibleError):
        rate(point).per_thousand()
    assert rate(point_of(municipality_area("1144", 2021), 2021, "1144", number=9)).per_thousand()


def test_a_municipality_of_nobody_has_a_rate_of_nought() -> None:
    assert rate(point_of(trust_area("stavanger", 2021), 2021, *AFTER, number=0)).per_thousand() == 0
