"""Catchments, regional authorities and the population behind a rate."""

from __future__ import annotations

import pytest

from brukerplan.geography import (
    FIRST_YEAR,
    MunicipalityNoLongerExistsError,
    Population,
    UnknownHealthTrustError,
    UnknownRegionalHealthAuthorityError,
    health_trust,
    health_trust_members,
    health_trusts,
    municipalities_in,
    nearest_population,
    population_18_plus,
    population_18_plus_of,
    population_years,
    regional_health_authorities,
    regional_health_authority_members,
    trust_key,
)
from brukerplan.geography.changes import successors, unsplit
from brukerplan.geography.register import read_rows, register

YEARS = range(FIRST_YEAR, 2028)


def test_the_stavanger_area_has_fifteen_municipalities_today() -> None:
    assert health_trust_members("stavanger", 2025) == (
        "1101", "1103", "1108", "1111", "1112", "1114", "1119", "1120", "1121", "1122",
        "1124", "1127", "1130", "1133", "1144",
    )  # fmt: skip


def test_the_stavanger_area_had_eighteen_before_the_mergers() -> None:
    then = set(health_trust_members("stavanger", 2019))
    assert len(then) == 18
    assert {"1102", "1129", "1141", "1142"} <= then


def test_a_trust_is_found_by_key_and_by_name() -> None:
    assert health_trust("more-og-romsdal", 2025) == health_trust("Møre og Romsdal", 2025)
    assert health_trust("stavanger", 2025).regional_health_authority == "Helse Vest RHF"


def test_an_unknown_trust_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownHealthTrustError, match="stavanger"):
        health_trust_members("stavangr", 2025)
    with pytest.raises(UnknownHealthTrustError, match="stavanger"):
        health_trust("", 2025)


@pytest.mark.parametrize("year", YEARS)
def test_every_municipality_is_in_one_trust_and_one_region(year: int) -> None:
    everyone = [place.code for place in municipalities_in(year)]
    by_trust = [code for t in health_trusts(year) for code in health_trust_members(t.key, year)]
    by_region = [
        code
        for region in regional_health_authorities(year)
        for code in regional_health_authority_members(region.key, year)
    ]
    assert sorted(by_trust) == sorted(by_region) == everyone


def test_there_are_four_regional_health_authorities() -> None:
    assert [region.key for region in regional_health_authorities(2025)] == [
        "helse-midt-norge",
        "helse-nord",
        "helse-sor-ost",
        "helse-vest",
    ]


def test_an_unknown_regional_authority_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownRegionalHealthAuthorityError, match="helse-vest"):
        regional_health_authority_members("helse-øst", 2025)


def test_keys_of_trusts_and_regions_are_plain_and_distinct() -> None:
    keys = [trust.key for trust in health_trusts(2025)]
    keys += [region.key for region in regional_health_authorities(2025)]
    assert len(keys) == len(set(keys))
    assert all(key.isascii() and key.replace("-", "").isalpha() for key in keys)
    assert trust_key("Østfold") == "ostfold"


def test_an_unsplit_municipality_stays_in_its_catchment_whatever_it_is_called() -> None:
    for row in read_rows("municipality_changes.csv"):
        old, year = row["old_code"], int(row["year"])
        if unsplit(old, year):
            (new,) = successors(old, year)
            assert register()[old].health_trust == register()[new].health_trust


def test_the_population_of_a_municipality_is_that_of_the_number_of_the_year() -> None:
    assert population_18_plus("1103", 2019) == 104803
    assert population_18_plus("1103", 2020) == 112176
    assert population_18_plus("1108", 2019) is None


def test_the_sum_over_an_area_counts_each_municipality_once() -> None:
    parts = ["1103", "1141", "1142"]
    total = sum(population_18_plus(code, 2019) or 0 for code in parts)
    assert population_18_plus_of([*parts, "1103"], 2019) == total


def test_a_sum_lacking_one_municipality_is_unknown_rather_than_smaller() -> None:
    assert population_18_plus("0706", 2015) is None
    assert population_18_plus_of(["0301", "0706"], 2015) is None
    assert nearest_population(["0710"], of_year=2017) is not None
    assert nearest_population(["0706"], of_year=2015) is None


def test_a_rate_uses_the_newest_population_and_says_which_year() -> None:
    assert population_years() == tuple(range(2013, 2022))
    assert nearest_population(["1103"], of_year=2025) == Population(2021, 112783)
    assert nearest_population(["1103"], of_year=2015) == Population(2015, 102752)


def test_a_rate_of_an_older_year_uses_the_oldest_population_of_its_borders() -> None:
    stavanger = population_18_plus("1103", 2013)
    assert stavanger is not None
    assert nearest_population(["1103"], of_year=2016, near=2011) == Population(2013, stavanger)


def test_municipalities_without_figures_have_those_of_what_they_became_together() -> None:
    merged = nearest_population(["0706", "0719", "0720"], of_year=2015)
    assert merged == nearest_population(["0710"], of_year=2017)


def test_a_renumbered_municipality_keeps_its_population() -> None:
    fredrikstad = population_18_plus("3004", 2021)
    assert fredrikstad is not None
    assert nearest_population(["3107"], of_year=2025) == Population(2021, fredrikstad)


def test_a_municipality_split_since_has_no_population_of_its_own() -> None:
    assert nearest_population(["1508"], of_year=2025) is None


def test_a_number_of_the_wrong_year_is_refused_also_here() -> None:
    with pytest.raises(MunicipalityNoLongerExistsError, match="1103 Stavanger"):
        nearest_population(["1141"], of_year=2025)


def test_the_population_file_names_only_municipalities_of_its_year() -> None:
    for row in read_rows("population.csv"):
        assert register()[row["code"]].valid_in(int(row["year"]))
        counts = [int(row[name]) for name in ("population", "population_16_plus")]
        assert counts == sorted(counts, reverse=True)
        assert counts[-1] >= int(row["population_18_plus"]) > 0
