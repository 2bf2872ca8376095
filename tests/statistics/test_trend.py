from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from brukerplan.statistics.describe import CountTable
from brukerplan.statistics.tables import PARTS, TableSpec
from brukerplan.statistics.trend import Gap, series

LEVEL = TableSpec("level", "level", (("green", 1), ("red", 3)), PARTS)
OTHER = TableSpec("other", "other", (("no", 0), ("yes", 1)), PARTS)
LAR = TableSpec("lar", "lar", (("no", 0), ("yes", 1)), ("substance",))


def counted(year: int, rows: dict[str, list[list[int]]], spec: TableSpec = LEVEL) -> CountTable:
    counts = np.array(list(rows.values()), dtype=np.int64)
    return CountTable(spec, year, tuple(rows), counts)


# Finnøy 1141 became part of Stavanger 1103 in 2020.
BEFORE = counted(2019, {"1103": [[10, 20], [1, 2]], "1141": [[3, 4], [0, 0]]})
AFTER = counted(2020, {"1103": [[15, 25], [2, 2]]})
STAVANGER = {2019: frozenset({"1103", "1141"}), 2020: frozenset({"1103"})}


def test_a_series_crosses_a_merger_by_summing_what_became_one() -> None:
    found = series([BEFORE, AFTER], table="level", population="all", areas=STAVANGER)
    assert [dict(point.counts) for point in found.points] == [
        {"green": 14, "red": 26},
        {"green": 17, "red": 27},
    ]
    assert [point.base for point in found.points] == [40, 44]
    assert found.point(2019).share("green") == Decimal(35)
    assert found.point(2020).share("green", 1) == Decimal("38.6")
    assert found.stopped_at is None


def test_populations_are_sums_of_parts() -> None:
    tables = [BEFORE, AFTER]
    whole = series(tables, table="level", population="all", areas=STAVANGER)
    parts = [series(tables, table="level", population=p, areas=STAVANGER) for p in PARTS]
    for year in (2019, 2020):
        bases = [part.point(year).base or 0 for part in parts]
        assert whole.point(year).base == sum(bases)


def test_a_series_stops_at_a_split_and_says_where() -> None:
    areas = {2018: frozenset({"1103"}), 2019: None, 2020: frozenset({"1103"})}
    older = counted(2018, {"1103": [[1, 1], [1, 1]]})
    found = series([older, BEFORE, AFTER], table="level", population="all", areas=areas)
    assert [point.year for point in found.points] == [2020]
    assert found.stopped_at == 2019
    with pytest.raises(KeyError, match="2018"):
        found.point(2018)


def test_a_year_in_which_the_area_did_not_take_part_is_a_gap() -> None:
    elsewhere = counted(2019, {"1108": [[1, 1], [1, 1]]})
    found = series([elsewhere, AFTER], table="level", population="all", areas=STAVANGER)
    point = found.point(2019)
    assert point.gap is Gap.DID_NOT_TAKE_PART
    assert (point.base, point.share("green"), point.absent) == (None, None, ("1103", "1141"))


def test_a_year_in_which_a_part_of_the_area_took_part_names_the_absent() -> None:
    half = counted(2019, {"1103": [[10, 20], [1, 2]]})
    found = series([half, AFTER], table="level", population="all", areas=STAVANGER)
    point = found.point(2019)
    assert (point.took_part, point.absent, point.base) == (("1103",), ("1141",), 33)
    assert point.gap is None


def test_a_year_without_the_question_differs_from_a_year_without_a_round() -> None:
    areas = {year: frozenset({"1103"}) for year in (2018, 2019, 2020)}
    without = counted(2019, {"1103": [[1, 1], [1, 1]]}, OTHER)
    found = series([without, AFTER], table="level", population="all", areas=areas)
    assert [point.gap for point in found.points] == [Gap.NO_ROUND, Gap.NOT_ASKED, None]


def test_a_question_not_asked_of_a_population_is_a_gap() -> None:
    lar = counted(2020, {"1103": [[5, 6]]}, LAR)
    areas = {2020: frozenset({"1103"})}
    of_mental = series([lar], table="lar", population="mental_only", areas=areas)
    assert of_mental.point(2020).gap is Gap.NOT_ASKED
    of_all = series([lar], table="lar", population="all", areas=areas)
    assert of_all.point(2020).base == 11


def test_an_area_that_took_part_with_nobody_has_a_base_of_zero_and_no_share() -> None:
    nobody = counted(2020, {"1103": [[0, 0], [0, 0]]})
    point = series(
        [nobody], table="level", population="all", areas={2020: frozenset({"1103"})}
    ).point(2020)
    assert (point.base, point.share("green"), point.gap) == (0, None, None)


def test_a_category_the_year_did_not_have_gives_no_share() -> None:
    found = series([AFTER], table="level", population="all", areas={2020: frozenset({"1103"})})
    assert found.point(2020).share("blue") is None


def test_an_unknown_population_and_a_table_given_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="not a population"):
        series([AFTER], table="level", population="everyone", areas=STAVANGER)
    with pytest.raises(ValueError, match="twice for 2020"):
        series([AFTER, AFTER], table="level", population="all", areas=STAVANGER)
