"""Only verified cells become safe tables, and nothing else does."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mypy import api

from brukerplan.disclosure import release as door
from brukerplan.disclosure.digest import VerifiedCells, area_digests, digest_of
from brukerplan.disclosure.internal import InternalTable, internal_tables
from brukerplan.disclosure.release import (
    Release,
    ReleaseChangedError,
    ReleasedCell,
    SafeTable,
    Status,
    safe_table,
    safe_tables,
    verify,
)
from tests.disclosure.worlds import build, municipality, nation, one_part, table

COUNTS = {"a": [40, 50, 9], "b": [30, 41, 3], "c": [5, 3, 1]}
CATEGORIES = ("c0", "c1", "c2")


def small_release() -> Release:
    areas = [*map(municipality, "abc"), nation("a", "b", "c")]
    return build([one_part("housing", COUNTS)], areas)


RELEASE = small_release()
VERIFIED = verify(RELEASE.cells, RELEASE.digest)


def housing(area: str, level: str = "municipality") -> SafeTable:
    return safe_table(
        [VERIFIED],
        table="housing",
        categories=CATEGORIES,
        population="all",
        level=level,
        area_keys={2025: area},
    )


def test_a_safe_table_tells_counts_bases_and_shares() -> None:
    table_a = housing("a")
    assert table_a.years == (2025,)
    assert table_a.cell(2025, "c1").count == 50
    assert table_a.base(2025) == 99
    assert table_a.share(2025, "c1") == 51
    assert table_a.reason(2025, "c1") is None


def test_a_hidden_number_gives_a_reason_and_no_share() -> None:
    table_c = housing("c")
    assert table_c.cell(2025, "c0").status is Status.BASE_TOO_SMALL
    assert (table_c.base(2025), table_c.share(2025, "c0")) == (None, None)
    assert table_c.reason(2025, "c0") == "Skjult: tallene gjelder for få personer til å vises."


@pytest.mark.parametrize(("base", "share"), [(19, None), (20, 50)])
def test_a_share_needs_a_base_of_twenty(base: int, share: int | None) -> None:
    counts = [base // 2, base - base // 2]
    release = build([one_part("housing", {"a": counts})], [municipality("a")])
    found = safe_table(
        [verify(release.cells, release.digest)],
        table="housing",
        categories=("c0", "c1"),
        population="all",
        level="municipality",
        area_keys={2025: "a"},
    )
    assert found.cell(2025, "c0").count == base // 2
    assert found.share(2025, "c0") == share
    assert (found.reason(2025, "c0") is None) == (share is not None)


def test_shares_are_rounded_half_up() -> None:
    release = build([one_part("housing", {"a": [25, 175]})], [municipality("a")])
    found = safe_table(
        [verify(release.cells, release.digest)],
        table="housing",
        categories=("c0", "c1"),
        population="all",
        level="municipality",
        area_keys={2025: "a"},
    )
    assert found.share(2025, "c0") == 13  # 12.5


def test_a_series_crosses_a_merger_and_tells_why_years_are_missing() -> None:
    old = table("housing", {"1103": [[30, 40]], "1141": [[20, 25]]}, parts=["all"], year=2019)
    new = table("housing", {"1103": [[50, 60]]}, parts=["all"], year=2020)
    other = table("income", {"1103": [[50, 60]]}, parts=["all"], year=2021)
    releases = [
        build([old], [municipality("1103+1141")]),
        build([new], [municipality("1103")]),
        build([other], [municipality("1103")]),
    ]
    series = safe_table(
        [verify(release.cells, release.digest) for release in releases],
        table="housing",
        categories=("c0", "c1", "c9"),
        population="all",
        level="municipality",
        area_keys={2018: "1103+1141", 2021: "1103", 2020: "1103", 2019: "1103+1141"},
    )
    assert series.years == (2018, 2019, 2020, 2021)
    assert [series.base(year) for year in series.years] == [None, 115, 110, None]
    assert series.cell(2018, "c0").status is Status.NOT_PUBLISHED
    assert series.cell(2021, "c0").status is Status.NOT_ASKED
    assert series.cell(2020, "c9").status is Status.NOT_ASKED
    assert all(series.reason(year, "c0") for year in (2018, 2021))


def test_every_table_of_an_area_is_found() -> None:
    found = safe_tables(
        [VERIFIED], categories={"housing": CATEGORIES}, level="nation", area_keys={2025: "norge"}
    )
    assert list(found) == [("housing", "all"), ("housing", "substance")]
    assert repr(found["housing", "all"]) == "<SafeTable housing all nation norge>"


def test_a_category_that_the_table_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        housing("a").cell(2025, "c7")


def test_nobody_else_can_make_a_safe_table() -> None:
    with pytest.raises(TypeError):
        SafeTable()  # type: ignore[call-arg]  # the attempt is the point
    with pytest.raises(TypeError, match="comes out of"):
        SafeTable(
            table="housing",
            population="all",
            level="municipality",
            area_keys={2025: "a"},
            categories=CATEGORIES,
            cells={(2025, "c0"): door.SafeCell(Status.PUBLISHED, 3)},
            share_base=0,
            door=object(),  # type: ignore[arg-type]  # the attempt is the point
        )


def test_a_safe_table_cannot_be_changed_copied_or_subclassed() -> None:
    found = housing("a")
    attempts: list[Callable[[], object]] = [
        lambda: setattr(found, "table", "gender"),
        lambda: setattr(found, "new", 1),
        lambda: delattr(found, "table"),
        lambda: copy.copy(found),
        lambda: pickle.dumps(found),
        lambda: type("Fake", (SafeTable,), {}),
    ]
    for attempt in attempts:
        with pytest.raises((TypeError, AttributeError)):
            attempt()


def test_verified_cells_come_from_verify_only() -> None:
    with pytest.raises(TypeError):
        VerifiedCells(RELEASE.cells, RELEASE.digest, key=object())  # type: ignore[arg-type]  # same


@pytest.mark.slow
def test_the_type_checker_refuses_a_faked_safe_table(tmp_path: Path) -> None:
    program = (
        "from brukerplan.disclosure.release import SafeTable, VerifiedCells, safe_table\n"
        "from brukerplan.disclosure.internal import InternalTable\n"
        "def report(table: SafeTable) -> None: ...\n"
        "def internal(table: InternalTable) -> None:\n"
        "    report(table)\n"
        "SafeTable(table='', population='', level='', area_keys={}, categories=(),"
        " cells={}, share_base=0, door=None)\n"
        "VerifiedCells((), '', key=None)\n"
    )
    cache = f"--cache-dir={tmp_path}"
    output, _, code = api.run(["--config-file=", "--strict", cache, "-c", program])
    assert code == 1
    refused = {line.split(":")[1] for line in output.splitlines() if ": error:" in line}
    assert refused == {"5", "6", "7"}


@given(st.data())
def test_a_store_that_changed_in_any_way_is_not_believed(data: st.DataObject) -> None:
    cells = list(RELEASE.cells)
    place = data.draw(st.integers(0, len(cells) - 1))
    found = cells[place]
    count = 7 if found.count is None else found.count + 1
    other = data.draw(st.sampled_from(["changed", "removed", "moved"]))
    if other == "changed":
        cells[place] = ReleasedCell(found.key, Status.PUBLISHED, count)
    elif other == "removed":
        del cells[place]
    else:
        cells[place] = replace(found, key=replace(found.key, category="c8"))
    with pytest.raises(ReleaseChangedError):
        verify(cells, RELEASE.digest)


@given(st.permutations(RELEASE.cells))
def test_the_order_in_a_store_does_not_matter(cells: list[ReleasedCell]) -> None:
    assert digest_of(area_digests(cells)) == RELEASE.digest


def test_some_areas_can_be_verified_by_themselves() -> None:
    own = [c for c in RELEASE.cells if c.key.area == "a"]
    digests = dict(RELEASE.area_digests)
    verified = verify(own, RELEASE.digest, digests=digests)
    assert verified.has(2025, "municipality", "a")
    assert not verified.has(2025, "municipality", "b")
    with pytest.raises(ReleaseChangedError):
        verify(own[1:], RELEASE.digest, digests=digests)
    with pytest.raises(ReleaseChangedError):
        verify(own, RELEASE.digest, digests=digests | {("municipality", "b"): "0" * 64})
    with pytest.raises(ReleaseChangedError):
        verify(
            [replace(own[0], key=replace(own[0].key, area="z"))], RELEASE.digest, digests=digests
        )


def test_a_count_belongs_to_a_published_cell_only() -> None:
    with pytest.raises(ValueError, match="count"):
        ReleasedCell(RELEASE.cells[0].key, Status.PRIMARY, 3)


def test_the_internal_report_has_exact_figures_and_its_marking() -> None:
    counted = table("housing", {"a": [[3, 40], [1, 0]]})
    everybody, substance, mental_only = internal_tables([counted], municipality="a")
    assert everybody.counts == (("c0", 4), ("c1", 40))
    assert (substance.base, mental_only.base) == (43, 1)
    assert InternalTable.marking == "Unntatt offentlighet"
    with pytest.raises(KeyError):
        internal_tables([counted], municipality="z")
