"""Municipalities over time: what is valid, what became of what, and where a series stops."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.geography import (
    FIRST_YEAR,
    LAST_YEAR,
    MunicipalityDoesNotExistYetError,
    MunicipalityNoLongerExistsError,
    MunicipalityWasSplitError,
    UnknownMunicipalityError,
    YearNotCoveredError,
    YearTooFarAheadError,
    area_key,
    constituents,
    health_trust_members,
    municipalities_in,
    municipality,
    same_area,
)
from brukerplan.geography.changes import predecessors, successors
from brukerplan.geography.register import read_rows, register
from brukerplan.translation import translator

YEARS = range(FIRST_YEAR, 2028)
NB = translator("nb")
years = st.sampled_from(YEARS)


def codes_in(year: int) -> frozenset[str]:
    return frozenset(place.code for place in municipalities_in(year))


@pytest.mark.parametrize(
    ("year", "count"), [(2013, 428), (2017, 426), (2018, 422), (2020, 356), (2024, 357)]
)
def test_a_year_has_as_many_municipalities_as_the_classification_says(
    year: int, count: int
) -> None:
    assert len(municipalities_in(year)) == count


def test_sandnes_has_a_new_number_from_2020() -> None:
    assert municipality("1102", 2019).name == "Sandnes"
    assert municipality("1108", 2020).name == "Sandnes"


def test_a_municipality_belongs_to_a_trust_and_a_regional_authority() -> None:
    sandnes = municipality("1108", 2026)
    assert (sandnes.health_trust, sandnes.health_trust_key) == ("Stavanger", "stavanger")
    assert sandnes.regional_health_authority == "Helse Vest RHF"


def test_asking_for_a_merged_municipality_names_the_one_to_use() -> None:
    with pytest.raises(MunicipalityNoLongerExistsError) as caught:
        municipality("1141", 2025)
    assert caught.value.text(NB) == "1141 Finnøy finnes ikke etter 2019. Bruk 1103 Stavanger."


def test_the_one_to_use_is_valid_in_the_year_asked_for() -> None:
    with pytest.raises(MunicipalityNoLongerExistsError, match="Bruk 3107 Fredrikstad"):
        municipality("0106", 2025)
    with pytest.raises(MunicipalityNoLongerExistsError, match="Bruk 3004 Fredrikstad"):
        municipality("0106", 2022)


def test_asking_for_a_split_municipality_names_all_that_it_became() -> None:
    with pytest.raises(MunicipalityWasSplitError) as caught:
        municipality("1507", 2024)
    assert caught.value.text(NB) == (
        "1507 Ålesund finnes ikke etter 2023. Området ble delt. "
        "Bruk den det gjelder av: 1508 Ålesund, 1580 Haram."
    )


def test_asking_for_a_municipality_before_it_came_names_what_it_was_made_of() -> None:
    with pytest.raises(MunicipalityDoesNotExistYetError) as caught:
        municipality("1108", 2019)
    assert caught.value.text(NB) == (
        "1108 Sandnes finnes først fra og med 2020. Området hørte i 2019 til: "
        "1102 Sandnes, 1129 Forsand. Bruk nummeret som gjaldt det året."
    )


@pytest.mark.parametrize("code", ["9999", "", "1103 ", "Stavanger", "<script>alert(1)</script>"])
def test_an_unknown_number_is_refused_with_what_a_number_looks_like(code: str) -> None:
    with pytest.raises(UnknownMunicipalityError, match="fire sifre") as caught:
        municipality(code, 2025)
    assert "<script>" not in caught.value.text(NB)


def test_a_national_number_typed_as_a_municipality_is_not_said_back() -> None:
    with pytest.raises(UnknownMunicipalityError) as caught:
        municipality("17859012345", 2025)
    assert "178590" not in str(caught.value)
    with pytest.raises(UnknownMunicipalityError, match="9999"):
        municipality("9999", 2025)


def test_a_year_before_the_lists_is_refused() -> None:
    with pytest.raises(YearNotCoveredError, match="fra og med 2013"):
        municipality("1103", 2012)
    with pytest.raises(YearNotCoveredError, match="fra og med 2013"):
        municipalities_in(2012)
    with pytest.raises(YearNotCoveredError, match="fra og med 2013"):
        constituents("1103", of_year=2025, in_year=2012)


@pytest.mark.parametrize("year", [LAST_YEAR + 1, 20255, 10**12])
def test_a_year_far_ahead_is_refused_at_once(year: int) -> None:
    with pytest.raises(YearTooFarAheadError, match="sist kontrollert i 2026"):
        municipality("1141", year)
    with pytest.raises(YearTooFarAheadError, match=f"til og med {LAST_YEAR}"):
        constituents("1103", of_year=2025, in_year=year)
    with pytest.raises(YearTooFarAheadError):
        municipalities_in(year)


@pytest.mark.parametrize(
    ("code", "of_year", "in_year", "expected"),
    [
        # The same number, a larger area.
        ("1103", 2025, 2015, {"1103", "1141", "1142"}),
        ("5001", 2025, 2019, {"5001", "5030"}),
        ("5001", 2025, 2017, {"1601", "1662"}),
        # A new number.
        ("4228", 2025, 2015, {"1046"}),
        ("1108", 2025, 2015, {"1102", "1129"}),
        ("5061", 2025, 2018, {"1567"}),
        # Renumbered in 2018, merged in 2020.
        ("5006", 2025, 2017, {"1702", "1724"}),
        # Merged in 2018 across two counties and left alone since.
        ("5054", 2025, 2013, {"1624", "1718"}),
        # Merged in 2017 and 2020, renumbered in 2024.
        ("3907", 2025, 2015, {"0706", "0719", "0720"}),
        ("3907", 2025, 2019, {"0710"}),
        ("3903", 2025, 2017, {"0702", "0713", "0714"}),
        ("3107", 2024, 2023, {"3004"}),
        ("5503", 2025, 2013, {"1903"}),
        # Ålesund as it was from 2020 to 2023.
        ("1507", 2023, 2019, {"1504", "1523", "1529", "1534", "1546"}),
        # Nothing happened.
        ("0301", 2025, 2013, {"0301"}),
        # Forwards.
        ("1046", 2015, 2025, {"4228"}),
        ("0106", 2015, 2025, {"3107"}),
    ],
)
def test_a_municipality_is_made_of(
    code: str, of_year: int, in_year: int, expected: set[str]
) -> None:
    assert constituents(code, of_year=of_year, in_year=in_year) == frozenset(expected)


@pytest.mark.parametrize(
    ("code", "of_year", "in_year"),
    [
        ("1508", 2024, 2023),  # Ålesund and Haram were one
        ("1580", 2025, 2019),  # today's Haram and the old one are not proven the same
        ("1507", 2023, 2024),
        ("1806", 2020, 2019),  # Narvik got a part of Tysfjord
        ("1875", 2025, 2015),  # Hamarøy the other
        ("5055", 2025, 2019),  # Heim, Hitra and Orkland share Snillfjord
        ("5056", 2025, 2017),
        ("5059", 2020, 2018),
    ],
)
def test_a_series_stops_at_a_split(code: str, of_year: int, in_year: int) -> None:
    assert constituents(code, of_year=of_year, in_year=in_year) is None


@pytest.mark.parametrize(("code", "of_year"), [("1141", 2019), ("1103", 2019), ("5030", 2019)])
def test_what_became_part_of_something_larger_cannot_be_followed_forwards(
    code: str, of_year: int
) -> None:
    assert constituents(code, of_year=of_year, in_year=2020) is None


def test_a_split_elsewhere_or_on_the_far_side_does_not_stop_a_series() -> None:
    assert constituents("1806", of_year=2025, in_year=2020) == frozenset({"1806"})
    assert constituents("5012", of_year=2019, in_year=2017) == frozenset({"1613"})


def test_constituents_are_asked_for_the_number_of_that_year() -> None:
    with pytest.raises(MunicipalityNoLongerExistsError, match="Bruk 1108 Sandnes"):
        constituents("1102", of_year=2025, in_year=2015)


@pytest.mark.parametrize(("of_year", "in_year"), list(itertools.product(YEARS, YEARS)))
def test_no_municipality_is_counted_in_two_areas_and_none_is_lost(
    of_year: int, in_year: int
) -> None:
    counted: list[str] = []
    unknown = set[str]()
    for code in codes_in(of_year):
        found = constituents(code, of_year=of_year, in_year=in_year)
        if found is None:
            unknown.add(code)
        else:
            assert found
            counted += found
    assert len(counted) == len(set(counted))
    assert set(counted) <= codes_in(in_year)
    if of_year == in_year:
        assert unknown == set()
    if in_year <= of_year:
        # Going back, only splits hide anything; what is not counted flows into the unknown.
        for old in codes_in(in_year) - set(counted):
            reached = {old}
            for year in range(in_year + 1, of_year + 1):
                reached = {new for code in reached for new in successors(code, year)}
            assert reached & unknown


def test_following_borders_without_minding_splits_would_count_people_twice() -> None:
    naive = [old for code in sorted(codes_in(2020)) for old in sorted(predecessors(code, 2020))]
    twice = {old for old in naive if naive.count(old) > 1}
    assert twice == {"1850", "5012"}


@given(data=st.data(), span=st.lists(years, min_size=3, max_size=3))
def test_two_steps_back_lead_where_one_long_step_leads(
    data: st.DataObject, span: list[int]
) -> None:
    early, middle, late = sorted(span)
    code = data.draw(st.sampled_from(sorted(codes_in(late))))
    halfway = constituents(code, of_year=late, in_year=middle)
    direct = constituents(code, of_year=late, in_year=early)
    if halfway is None:
        assert direct is None
        return
    steps = [constituents(part, of_year=middle, in_year=early) for part in halfway]
    if direct is not None:
        assert frozenset[str]().union(*(step for step in steps if step is not None)) == direct
        assert None not in steps


@given(data=st.data(), span=st.tuples(years, years))
def test_every_known_number_is_found_or_refused_with_what_to_use(
    data: st.DataObject, span: tuple[int, int]
) -> None:
    code = data.draw(st.sampled_from(sorted(register())))
    year = span[0]
    if code in codes_in(year):
        assert municipality(code, year).code == code
        return
    with pytest.raises(
        (MunicipalityNoLongerExistsError, MunicipalityDoesNotExistYetError)
    ) as caught:
        municipality(code, year)
    named = caught.value.values.get("successors") or caught.value.values["predecessors"]
    assert {part.split()[0] for part in str(named).split(", ")} <= codes_in(year)


def test_only_known_splits_are_in_the_data() -> None:
    split = {
        (int(row["year"]), row["old_code"])
        for row in read_rows("municipality_changes.csv")
        if len(successors(row["old_code"], int(row["year"]))) > 1
    }
    assert split == {(2020, "1850"), (2020, "5012"), (2024, "1507")}


@pytest.mark.parametrize("year", YEARS[1:])
def test_every_change_leads_from_a_valid_number_to_a_valid_number(year: int) -> None:
    reached = {new for old in codes_in(year - 1) for new in successors(old, year)}
    assert reached == codes_in(year)


def test_names_are_whole() -> None:
    for place in register().values():
        assert place.name
        assert "?" not in place.name
        assert "\ufffd" not in place.name


@given(codes=st.lists(st.sampled_from(sorted(register())), min_size=1, max_size=5))
def test_an_area_has_one_key_whatever_the_order(codes: list[str]) -> None:
    assert area_key(codes) == area_key(reversed(codes)) == area_key(frozenset(codes))
    assert set(area_key(codes).split("+")) == set(codes)


def test_an_area_that_has_both_halves_of_a_split_is_followed_across_it() -> None:
    both = frozenset({"1508", "1580"})
    assert same_area(both, of_year=2025, in_year=2023) == frozenset({"1507"})
    assert same_area(frozenset({"1507"}), of_year=2023, in_year=2025) == both
    assert same_area(frozenset({"1508"}), of_year=2025, in_year=2023) is None


def test_an_area_that_got_a_part_of_a_split_municipality_is_not_followed_beyond() -> None:
    # Tysfjord 1850 went to Narvik 1806 and Hamarøy 1875.
    nordland = frozenset(health_trust_members("nordland", 2020))
    assert same_area(nordland, of_year=2020, in_year=2019) is None
    both = nordland | frozenset(health_trust_members("unn", 2020))
    assert same_area(both, of_year=2020, in_year=2019) is not None


@given(year=years)
def test_the_whole_country_is_the_same_area_in_every_year(year: int) -> None:
    today, then = codes_in(2026), codes_in(year)
    assert same_area(today, of_year=2026, in_year=year) == then
    assert same_area(then, of_year=year, in_year=2026) == today
