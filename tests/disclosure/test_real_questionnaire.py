"""The whole of an edition, with its own links, over a trust area of synthetic persons."""

from __future__ import annotations

from collections import Counter

import pytest

from brukerplan.demo.population import synthetic_population
from brukerplan.disclosure.cube import Area
from brukerplan.disclosure.release import Release, Status, protect, safe_tables, verify
from brukerplan.questionnaire.registry import edition
from brukerplan.statistics.describe import CountTable, count_tables
from brukerplan.statistics.frames import build_frame
from brukerplan.statistics.links import links, structural_zeros
from tests.disclosure.worlds import municipality

Q = edition("2015")
MERGED = municipality("1103+1141+1142")


@pytest.fixture(scope="module")
def counted() -> tuple[CountTable, ...]:
    year = synthetic_population(area="stavanger", seed=1, years=range(2015, 2016)).years[2015]
    frame = build_frame(
        Q,
        year=2015,
        municipality=[str(code) for code in year.municipality],
        person=[None] * len(year),
        answers=year.answers,
    )
    return count_tables(frame, Q, year.took_part)


@pytest.fixture(scope="module")
def release(counted: tuple[CountTable, ...]) -> Release:
    codes = counted[0].municipalities
    trust = Area("trust", "stavanger", frozenset(codes))
    areas = [*map(municipality, codes), MERGED, trust]
    return protect(
        tables=counted, links=links(Q), structural_zeros=structural_zeros(Q), areas=areas
    )


def test_a_year_is_protected_and_most_of_it_is_shown(release: Release) -> None:
    found = Counter(cell.status for cell in release.cells)
    assert found[Status.PUBLISHED] > 0.6 * len(release.cells)
    assert found[Status.PRIMARY] > found[Status.SECONDARY] > 0


def test_every_shown_count_is_the_count(release: Release, counted: tuple[CountTable, ...]) -> None:
    by_id = {table.spec.id: table for table in counted}
    for cell in release.cells:
        if cell.key.level != "municipality" or cell.count is None:
            continue
        table = by_id[cell.key.table]
        codes = cell.key.area.split("+")
        rows = table.counts[[table.municipalities.index(code) for code in codes]].sum(axis=(0, 1))
        wanted = dict(zip(table.spec.category_ids, rows, strict=True))
        assert cell.count == wanted.get(cell.key.category, rows.sum())


def test_a_base_is_hidden_in_all_tables_where_everybody_is_asked_or_in_none(
    release: Release,
) -> None:
    parts_linked = Counter(link.table for link in links(Q) if link.of_table == "user_group")
    shown: dict[str, set[bool]] = {}
    for cell in release.cells:
        key = cell.key
        everybody = parts_linked[key.table] == 2
        if key.level == "municipality" and key.category == "total" and everybody:
            shown.setdefault(key.area, set()).add(cell.count is not None)
    assert shown
    assert all(len(answers) == 1 for answers in shown.values())


def test_the_merged_municipality_has_a_safe_table_of_everything(
    release: Release, counted: tuple[CountTable, ...]
) -> None:
    tables = safe_tables(
        [verify(release.cells, release.digest)],
        categories={table.spec.id: table.spec.category_ids for table in counted},
        level="municipality",
        area_keys={2015: MERGED.key},
    )
    assert set(tables) == {(table.spec.id, "all") for table in counted}
    assert tables["housing", "all"].base(2015)
