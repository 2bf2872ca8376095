"""What must be hidden for others' sake, in cases a reader can do by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brukerplan.disclosure.coordinates import LinkDoesNotHoldError
from brukerplan.disclosure.cube import Area, TablesDoNotAgreeError, UnknownAreaError
from brukerplan.disclosure.release import Status, protect
from brukerplan.statistics.links import Link
from tests.disclosure.worlds import (
    Oracle,
    build,
    echelon,
    follows,
    municipality,
    nation,
    one_part,
    status,
    table,
    without_row_rules,
)

ABC = [municipality(code) for code in "abc"]


def test_one_hidden_category_hides_another_when_the_base_is_shown() -> None:
    release = build([one_part("housing", {"a": [3, 20, 30]})], [municipality("a")])
    found = [status(release, "a", f"c{place}", population="all") for place in range(3)]
    assert found == [Status.PRIMARY, Status.SECONDARY, Status.PUBLISHED]
    assert status(release, "a", "total", population="all") is Status.PUBLISHED


def test_two_hidden_categories_hide_each_other() -> None:
    release = build([one_part("housing", {"a": [3, 4, 30, 30]})], [municipality("a")])
    shown = [status(release, "a", c, population="all") for c in ("total", "c2", "c3")]
    assert shown == [Status.PUBLISHED] * 3


def test_one_hidden_municipality_hides_another_when_the_country_is_shown() -> None:
    counts = {"a": [40, 50], "b": [30, 41], "c": [5, 3]}
    release = build([one_part("housing", counts)], [*ABC, nation("a", "b", "c")])
    assert status(release, "norge", "total", population="all") is Status.PUBLISHED
    assert status(release, "c", "total", population="all") is Status.BASE_TOO_SMALL
    assert status(release, "b", "total", population="all") is Status.SECONDARY
    assert status(release, "a", "total", population="all") is Status.PUBLISHED


def test_what_municipalities_show_is_not_hidden_for_a_sum_of_too_few_of_them() -> None:
    counts = {"a": [40, 50], "b": [30, 41], "c": [44, 45]}
    areas = [*ABC, Area("trust", "two", frozenset("ab"))]
    release = build([one_part("housing", counts)], areas)
    assert {(c.key.level, c.status) for c in release.cells} == {
        ("municipality", Status.PUBLISHED),
        ("trust", Status.NOT_ENOUGH_CONTRIBUTORS),
    }


def test_a_shown_difference_between_populations_does_not_tell_the_rest() -> None:
    """All minus those with substance problems are those with mental problems only."""
    counts = {"a": [[40, 50], [1, 0]], "b": [[30, 40], [2, 0]], "c": [[20, 30], [1, 0]]}
    release = build([table("housing", counts)], [nation("a", "b", "c")])
    assert status(release, "norge", "total", population="mental_only") is Status.BASE_TOO_SMALL
    shown = [
        status(release, "norge", "total", population=population)
        for population in ("all", "substance")
    ]
    assert sorted(shown) == [Status.PUBLISHED, Status.SECONDARY]


def test_a_hidden_base_stays_hidden_in_every_linked_table() -> None:
    """Without the link each table would show what the other hides."""
    housing = one_part("housing", {"a": [20, 30], "b": [20, 20], "c": [4, 4]})
    gender = one_part("gender", {"a": [25, 25], "b": [19, 21], "c": [0, 8]})
    link = Link("gender", "substance", "housing", "substance", None)
    release = build([housing, gender], [*ABC, nation("a", "b", "c")], links=[link])
    for name in ("housing", "gender"):
        found = status(release, "b", "total", table=name, population="all")
        assert found is Status.SECONDARY
    # All categories of a hidden base must not be shown either.
    shown = [
        status(release, "b", c, table=t, population="all")
        for t, c in [("housing", "c0"), ("housing", "c1")]
    ]
    assert Status.SECONDARY in shown


def test_a_routed_base_is_the_count_it_comes_from() -> None:
    lar = one_part("lar", {"a": [4, 30, 40]})
    follow_up = one_part("lar_follow_up", {"a": [4, 0, 0]})
    link = Link("lar_follow_up", "substance", "lar", "substance", ("c0",))
    release = build([lar, follow_up], [municipality("a")], links=[link])
    total = status(release, "a", "total", table="lar_follow_up", population="all")
    assert total is Status.BASE_TOO_SMALL
    assert status(release, "a", "c0", table="lar", population="all") is Status.PRIMARY


def test_a_structural_zero_is_known_to_everybody() -> None:
    """A part that is one category by definition tells its base by that category."""
    group = table("user_group", {c: [[30, 0], [0, 12]] for c in "abc"})
    zeros = [("user_group", "substance", "c1"), ("user_group", "mental_only", "c0")]
    areas = [*ABC, nation("a", "b", "c")]
    release = protect(tables=[group], links=[], areas=areas, structural_zeros=zeros)
    assert status(release, "a", "c1", population="all") is Status.PUBLISHED
    with pytest.raises(LinkDoesNotHoldError):
        protect(
            tables=[group],
            links=[],
            areas=areas,
            structural_zeros=[("user_group", "substance", "c0")],
        )


def test_a_person_alone_in_a_cell_cannot_find_the_other_hidden_number() -> None:
    """c0 is one person. Were c2 shown, that person would know c1 = base − 1 − c2 − c3."""
    told = build([one_part("housing", {"a": [1, 3, 30, 31]})], [municipality("a")])
    quiet = build([one_part("housing", {"a": [2, 3, 30, 31]})], [municipality("a")])
    assert status(told, "a", "c2", population="all") is Status.SECONDARY
    assert status(quiet, "a", "c2", population="all") is Status.PUBLISHED


def test_a_municipality_in_two_overlapping_areas_is_not_the_difference_of_them() -> None:
    counts = {"a": [40, 50], "b": [30, 41], "c": [2, 41], "d": [44, 45]}
    areas = [
        *map(municipality, "abcd"),
        Area("trust", "north", frozenset("abc")),
        Area("trust", "south", frozenset("abd")),
        Area("region", "all", frozenset("abcd")),
    ]
    tables = [one_part("housing", counts)]
    release = build(tables, areas, policy=without_row_rules())
    secret = [c for c in release.cells if c.status in (Status.PRIMARY, Status.COMPLEMENT)]
    assert {c.key.area for c in secret} == {"c"}
    oracle = Oracle(tables, [], areas)
    known = echelon(oracle.known(release.cells))
    assert not any(follows(known, oracle.vector(c.key)) for c in secret)
    # The control: region − south = c, had both been shown.
    both = [
        replace(c, status=Status.PUBLISHED, count=1)
        for c in release.cells
        if c.key.area in ("all", "south")
    ]
    told = echelon(oracle.known([*release.cells, *both]))
    assert all(follows(told, oracle.vector(c.key)) for c in secret)


def test_a_link_that_is_not_true_of_the_counts_is_refused() -> None:
    link = Link("gender", "substance", "housing", "substance", None)
    tables = [one_part("housing", {"a": [20, 30]}), one_part("gender", {"a": [20, 31]})]
    with pytest.raises(LinkDoesNotHoldError, match="does not hold in a"):
        build(tables, [municipality("a")], links=[link])


@pytest.mark.parametrize(
    "link",
    [
        Link("gender", "substance", "housing", "substance", None),
        Link("housing", "substance", "housing", "mental_only", None),
        Link("housing", "substance", "housing", "substance", ("c7",)),
    ],
)
def test_a_link_to_something_that_is_not_counted_is_refused(link: Link) -> None:
    with pytest.raises(LinkDoesNotHoldError):
        build([one_part("housing", {"a": [20, 30]})], [municipality("a")], links=[link])


def test_tables_of_two_years_are_not_one_system() -> None:
    now = table("housing", {"a": [[20, 30]]}, parts=("substance",))
    then = table("gender", {"a": [[20, 30]]}, parts=("substance",), year=2024)
    for tables in ([now, then], [now, now], []):
        with pytest.raises(TablesDoNotAgreeError):
            build(tables, [municipality("a")])


def test_two_areas_with_one_key_are_refused() -> None:
    areas = [nation("a"), nation("a", "b")]
    with pytest.raises(UnknownAreaError):
        build([one_part("housing", {"a": [20, 30], "b": [20, 30]})], areas)


def test_a_level_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownAreaError):
        Area("county", "11", frozenset("a"))
