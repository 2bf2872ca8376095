"""Which areas a release is about."""

from __future__ import annotations

from brukerplan.actions.areas import areas_of, merged_later

STAVANGER_2019 = ("1103", "1141", "1142")


def keys(codes: tuple[str, ...], year: int) -> set[str]:
    return {area.key for area in merged_later(codes, year)}


def test_a_year_before_a_merger_is_counted_on_the_borders_to_come_too() -> None:
    assert keys(STAVANGER_2019, 2019) == {"1103+1141+1142"}


def test_borders_to_come_need_everyone_who_became_the_new_municipality() -> None:
    assert keys(("1103", "1142"), 2019) == set()


def test_after_the_merger_there_is_only_one_stavanger() -> None:
    assert keys(("1103",), 2020) == set()


def test_a_new_number_alone_is_not_a_new_area() -> None:
    assert keys(("1046",), 2019) == set()


def test_one_trust_alone_makes_no_region_and_no_nation() -> None:
    assert {area.level for area in areas_of(STAVANGER_2019, 2019)} == {"municipality", "trust"}
