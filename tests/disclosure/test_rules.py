"""Which cells are secret for their own sake."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.disclosure.policy import PROPOSED, Policy, PolicyNotSupportedError, Rule
from brukerplan.disclosure.release import Status
from brukerplan.disclosure.status import REASONS
from tests.disclosure.worlds import build, cell, municipality, nation, one_part, status, table

LARGE = [30, 40, 50]


def alone(counts: list[int], category: str) -> Status:
    """Status in a municipality that is the only area, so that only its own row matters."""
    release = build([one_part("housing", {"1103": counts})], [municipality("1103")])
    return status(release, "1103", category, population="all")


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_count_from_one_to_four_is_hidden(count: int) -> None:
    assert alone([count, 30, 40], "c0") is Status.PRIMARY


@pytest.mark.parametrize("count", [0, 5, 6])
def test_zero_and_five_are_shown(count: int) -> None:
    assert alone([count, 30, 40], "c0") is Status.PUBLISHED


@pytest.mark.parametrize("others", [1, 4])
def test_nearly_everybody_is_hidden_too(others: int) -> None:
    assert alone([others, 40, 0], "c1") is Status.COMPLEMENT


def test_everybody_is_shown() -> None:
    assert alone([0, 40, 0], "c1") is Status.PUBLISHED


@pytest.mark.parametrize("category", ["total", "c0", "c1", "c2"])
def test_a_municipality_row_below_ten_is_hidden_zeros_and_total_included(category: str) -> None:
    assert alone([9, 0, 0], category) is Status.BASE_TOO_SMALL


def test_a_municipality_row_of_ten_is_shown() -> None:
    assert alone([10, 0, 0], "total") is Status.PUBLISHED


def test_a_larger_area_needs_a_base_of_five() -> None:
    counts = {"a": [3, 0], "b": [1, 0], "c": [0, 0]}
    few = build([one_part("housing", counts)], [nation("a", "b", "c")])
    enough = build([one_part("housing", counts | {"c": [1, 0]})], [nation("a", "b", "c")])
    assert status(few, "norge", "c1", population="all") is Status.BASE_TOO_SMALL
    assert status(enough, "norge", "c1", population="all") is Status.PUBLISHED


def test_an_aggregate_needs_three_municipalities_with_persons_in_the_row() -> None:
    counts = {"a": [20, 20], "b": [20, 20], "c": [0, 0]}
    two = build([one_part("housing", counts)], [nation("a", "b", "c")])
    three = build([one_part("housing", counts | {"c": [20, 20]})], [nation("a", "b", "c")])
    assert status(two, "norge", "total", population="all") is Status.NOT_ENOUGH_CONTRIBUTORS
    assert status(two, "norge", "c0", population="all") is Status.NOT_ENOUGH_CONTRIBUTORS
    assert status(three, "norge", "total", population="all") is Status.PUBLISHED


def test_municipalities_are_shown_for_everybody_together_only() -> None:
    counts = {code: [LARGE, LARGE] for code in "abc"}
    release = build([table("housing", counts)], [*map(municipality, "abc"), nation("a", "b", "c")])
    shown = {(c.key.level, c.key.population) for c in release.cells}
    assert shown == {
        ("municipality", "all"),
        ("nation", "all"),
        ("nation", "substance"),
        ("nation", "mental_only"),
    }


def test_a_hidden_cell_keeps_no_count() -> None:
    release = build([one_part("housing", {"1103": [3, 30, 40]})], [municipality("1103")])
    assert cell(release, "1103", "c0", population="all").count is None


def test_an_area_without_a_municipality_that_took_part_has_no_cells() -> None:
    release = build(
        [one_part("housing", {"1103": LARGE})], [municipality("1103"), municipality("1144")]
    )
    assert {c.key.area for c in release.cells} == {"1103"}


def test_every_rule_and_every_hidden_status_has_a_reason() -> None:
    assert all(rule.reason for _, rule in PROPOSED.rules())
    assert set(REASONS) == set(Status) - {Status.PUBLISHED}


def test_the_policy_digest_tells_two_policies_apart() -> None:
    looser = replace(PROPOSED, greatest_small_count=Rule(3, "prøve"))
    assert PROPOSED.digest() == replace(PROPOSED).digest() != looser.digest()


def test_a_policy_that_hides_zeros_is_refused() -> None:
    with pytest.raises(PolicyNotSupportedError):
        replace(PROPOSED, zeros_shown=Rule(False, "prøve"))


def test_a_policy_that_shows_single_persons_is_refused() -> None:
    with pytest.raises(PolicyNotSupportedError):
        replace(PROPOSED, greatest_small_count=Rule(0, "prøve"))


@given(
    small=st.integers(1, 9),
    counts=st.lists(st.integers(0, 60), min_size=2, max_size=5),
)
def test_the_thresholds_are_the_policys(small: int, counts: list[int]) -> None:
    policy: Policy = replace(PROPOSED, greatest_small_count=Rule(small, "prøve"))
    release = build([one_part("housing", {"1103": counts})], [municipality("1103")], policy=policy)
    for place, count in enumerate(counts):
        found = status(release, "1103", f"c{place}", population="all")
        if sum(counts) < 10:
            assert found is Status.BASE_TOO_SMALL
        elif 1 <= count <= small:
            assert found is Status.PRIMARY
        elif 1 <= sum(counts) - count <= small:
            assert found is Status.COMPLEMENT
        else:
            assert found in (Status.PUBLISHED, Status.SECONDARY)
