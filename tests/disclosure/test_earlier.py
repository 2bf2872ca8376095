"""What was published stays published, and what was secret stays secret."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brukerplan.disclosure.cube import Area, UnknownAreaError
from brukerplan.disclosure.policy import PROPOSED, Rule
from brukerplan.disclosure.release import (
    EarlierReleaseDiffersError,
    ExposesEarlierSecretError,
    ReleasedCell,
    Status,
)
from tests.disclosure.worlds import (
    Oracle,
    build,
    cell,
    echelon,
    follows,
    municipality,
    nation,
    one_part,
    status,
)

OLD = [municipality(code) for code in ("1103", "1141", "1142", "1160", "1102", "1129")]
MERGED = municipality("1103+1141+1142")
COUNTS = {
    "1102": [50, 60, 4],
    "1103": [400, 500, 60],
    "1129": [40, 44, 47],
    "1141": [20, 33, 3],
    "1142": [4, 4, 1],
    "1160": [41, 42, 9],
}
TABLES = [one_part("housing", COUNTS)]
COUNTRY = nation(*COUNTS)


def test_published_cells_stay_published_when_areas_are_added() -> None:
    before = build(TABLES, [*OLD, COUNTRY])
    after = build(TABLES, [*OLD, MERGED, COUNTRY], earlier=before.cells)
    kept = {c.key: c for c in after.cells}
    assert all(kept[c.key] == c for c in before.cells if c.status is Status.PUBLISHED)


def test_a_merged_municipality_is_added_without_telling_the_small_one_in_it() -> None:
    before = build(TABLES, OLD)
    after = build(TABLES, [MERGED], earlier=before.cells)
    assert {c.key.area for c in after.cells} == {MERGED.key}
    oracle = Oracle(TABLES, [], [*OLD, MERGED])
    known = echelon(oracle.known((*before.cells, *after.cells)))
    small = [c for c in before.cells if c.status in (Status.PRIMARY, Status.BASE_TOO_SMALL)]
    assert small
    assert not any(follows(known, oracle.vector(c.key)) for c in small)
    assert status(after, MERGED.key, "total", population="all") is Status.SECONDARY


def test_a_small_municipality_is_told_by_its_merger_if_nothing_earlier_is_considered() -> None:
    """The control: without the earlier cells the same new cell is shown."""
    alone = build(TABLES, [MERGED])
    assert status(alone, MERGED.key, "total", population="all") is Status.PUBLISHED


def test_a_cell_secret_before_stays_secret_under_a_looser_policy() -> None:
    looser = replace(PROPOSED, greatest_small_count=Rule(2, "prøve"))
    tables = [one_part("housing", {"1103": [3, 3, 40, 50]})]
    before = build(tables, [municipality("1103")])
    fresh = build(tables, [municipality("1103")], policy=looser)
    after = build(tables, [municipality("1103")], policy=looser, earlier=before.cells)
    assert status(fresh, "1103", "c0", population="all") is Status.PUBLISHED
    assert status(after, "1103", "c0", population="all") is Status.PRIMARY


def test_a_cell_hidden_for_others_may_be_shown_when_that_is_safe() -> None:
    tables = [one_part("housing", {"1103": [30, 40, 50]})]
    before = [
        replace(c, status=Status.SECONDARY, count=None) if c.key.category == "c0" else c
        for c in build(tables, [municipality("1103")]).cells
    ]
    after = build(tables, [municipality("1103")], earlier=before)
    assert status(after, "1103", "c0", population="all") is Status.PUBLISHED


def test_a_secret_that_earlier_cells_tell_is_named() -> None:
    stricter = replace(PROPOSED, greatest_small_count=Rule(6, "prøve"))
    tables = [one_part("housing", {"1103": [6, 40, 50]})]
    before = build(tables, [municipality("1103")])
    with pytest.raises(ExposesEarlierSecretError) as raised:
        build(tables, [municipality("1103")], policy=stricter, earlier=before.cells)
    assert {key.category for key in raised.value.cells} == {"c0"}
    assert "1103 housing all c0" in str(raised.value)


def test_an_earlier_cell_of_another_count_is_refused() -> None:
    before = build(TABLES, [*OLD, COUNTRY])
    changed = [
        replace(c, count=c.count + 1) if c.count is not None and c.count > 100 else c
        for c in before.cells
    ]
    with pytest.raises(EarlierReleaseDiffersError, match="stemmer ikke"):
        build(TABLES, [MERGED], earlier=[c for c in changed if c.key.level == "municipality"])


def test_an_earlier_cell_that_is_not_counted_is_refused() -> None:
    first = cell(build(TABLES, OLD), "1103", "c0", population="all")
    other = ReleasedCell(replace(first.key, table="gender"), Status.PUBLISHED, 400)
    with pytest.raises(EarlierReleaseDiffersError):
        build(TABLES, OLD, earlier=[other])


def test_an_earlier_trust_must_be_given_again() -> None:
    trust = Area("trust", "stavanger", frozenset(COUNTS))
    before = build(TABLES, [*OLD, trust])
    with pytest.raises(UnknownAreaError, match="given again"):
        build(TABLES, [MERGED], earlier=before.cells)
