"""Municipalities of similar size."""

from __future__ import annotations

import pytest

from brukerplan.geography import (
    SIZE_GROUPS,
    MunicipalityNoLongerExistsError,
    municipalities_in,
    size_group,
    size_group_members,
    size_group_of,
)


def test_the_groups_ascend_from_nobody() -> None:
    limits = [group.least for group in SIZE_GROUPS]
    assert limits == sorted(set(limits))
    assert limits[0] == 0
    assert [size_group(group.least) for group in SIZE_GROUPS] == list(SIZE_GROUPS)
    assert [size_group(group.least - 1) for group in SIZE_GROUPS[1:]] == list(SIZE_GROUPS[:-1])


@pytest.mark.parametrize("year", [2015, 2021, 2026])
def test_every_municipality_of_known_population_is_in_one_group(year: int) -> None:
    members = [code for group in SIZE_GROUPS for code in size_group_members(group.key, year)]
    known = [p.code for p in municipalities_in(year) if size_group_of(p.code, year) is not None]
    assert sorted(members) == known


def test_a_city_and_an_island_are_not_of_similar_size() -> None:
    largest, small = size_group_of("1103", 2026), size_group_of("1144", 2026)
    assert largest is not None
    assert small is not None
    assert (largest.key, small.key) == ("largest", "small")


def test_a_municipality_of_unknown_population_is_in_no_group() -> None:
    assert size_group_of("1508", 2025) is None
    assert all("1508" not in size_group_members(group.key, 2025) for group in SIZE_GROUPS)


def test_a_number_of_the_wrong_year_is_refused() -> None:
    with pytest.raises(MunicipalityNoLongerExistsError):
        size_group_of("1141", 2025)
