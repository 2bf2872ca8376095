"""``docs/demo.md`` tells what the population has; it may not lag behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from brukerplan.demo.calibration import TARGETS, Area, targets_for
from brukerplan.demo.measures import calibration_table, compare
from brukerplan.demo.population import Population

PAGE = Path(__file__).resolve().parents[2] / "docs" / "demo.md"


def rows_missing(table: str, page: str) -> list[str]:
    lines = set(page.splitlines())
    return [row for row in table.splitlines() if row not in lines]


@pytest.mark.parametrize("area", ["stavanger", "national"])
def test_the_page_has_every_figure_with_what_the_population_got(
    area: Area, request: pytest.FixtureRequest
) -> None:
    population: Population = request.getfixturevalue(area)
    found = compare(population)
    assert [each.target for each in found] == list(targets_for(area))
    assert rows_missing(calibration_table(found), PAGE.read_text(encoding="utf-8")) == []


def test_a_row_that_changed_is_missed(stavanger: Population) -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = calibration_table(compare(stavanger))
    assert rows_missing(table.replace("38.0 %", "39.0 %"), page) != []


def test_the_page_says_what_was_done_with_every_doubtful_figure() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [target.id for target in TARGETS if target.note and target.note not in page] == []
