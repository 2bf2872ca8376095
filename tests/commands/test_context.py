"""Figures of other sources, as whoever runs the machine lays them in and looks at them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from brukerplan.cli import main
from tests.figures import TSB_EPISODES

SOURCE = "Lokal plan for rusbehandling, Helse Stavanger, 2017"


@pytest.fixture
def url(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database; the demo's own secrets stay in the test's folder."""
    monkeypatch.setenv("BRUKERPLAN_INSTANCE", str(tmp_path / "instance"))
    return database_url


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["context", *arguments, "--database", url])


def imported(url: str, path: Path, *more: str) -> Result:
    return run(
        url, "import", str(path), "--id", "tsb-episodes", "--title", "Episoder i TSB",
        "--source", SOURCE, "--unit", "episoder", *more,
    )  # fmt: skip


def lines(result: Result) -> list[dict[str, str]]:
    """The rows of what was shown, by heading."""
    rows = [line.split("\t") for line in result.output.splitlines() if "\t" in line]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize("more", [(), ("--borders-of", "2016")])
def test_the_trusts_episodes_are_shown_with_shares_of_each_year(
    url: str, more: tuple[str, ...]
) -> None:
    result = imported(url, TSB_EPISODES, *more)
    assert (result.exit_code, result.output) == (
        0,
        "Kept 126 figures as tsb-episodes, 2011 to 2016.\n",
    )
    shown = run(url, "show", "tsb-episodes", "--year", "2016")
    assert shown.exit_code == 0, shown.output
    assert SOURCE in shown.output
    rows = lines(shown)
    stavanger = next(row for row in rows if row["code"] == "1103")
    assert (stavanger["municipality"], stavanger["value"]) == ("Stavanger", "17148")
    assert (stavanger["% of total"], stavanger["per 1,000 18+"]) == ("55.3", "166.0")
    assert rows[-1]["municipality"] == "all others"
    assert rows[-1]["per 1,000 18+"] == "–"
    assert sum(Decimal(row["% of total"]) for row in rows) == pytest.approx(100, abs=1)


def test_without_a_year_every_year_is_shown_and_a_year_without_figures_is_refused(
    url: str,
) -> None:
    imported(url, TSB_EPISODES)
    assert len(lines(run(url, "show", "tsb-episodes"))) == 126
    refused = run(url, "show", "tsb-episodes", "--year", "2019")
    assert refused.exit_code == 1
    assert refused.output == (
        "Error: tsb-episodes has no figures of 2019, only 2011, 2012, 2013, 2014, 2015, 2016\n"
    )


def test_shares_of_a_denominator_are_shown(url: str, tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("code;year;value;denominator\n1103;2020;1;8\n1108;2020;1;\n", encoding="utf-8")
    assert imported(url, path).exit_code == 0
    rows = lines(run(url, "show", "tsb-episodes"))
    assert [row["% of denominator"] for row in rows] == ["12.5", "–"]


def test_every_wrong_cell_is_printed_in_the_language_asked_for_and_nothing_kept(
    url: str, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("code;year;value\n1102;2020;5\n1103;2020;-5\n1108;2020;7\n", encoding="utf-8")
    result = imported(url, path, "--language", "en")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "Row 2 (A2), code: 1102 Sandnes does not exist after 2019. Use 1108 Sandnes.",
        "Row 3 (C3), value: The number is negative. Type a whole number from 0 upwards.",
        "Error: Errors in the file: 2. Nothing has been read in.",
    ]
    assert "tsb-episodes" in run(url, "show", "tsb-episodes").output
    assert run(url, "show", "tsb-episodes").exit_code == 1


def test_a_series_is_replaced_only_when_asked(url: str) -> None:
    imported(url, TSB_EPISODES)
    again = imported(url, TSB_EPISODES)
    assert again.exit_code == 1
    assert "finnes fra før" in again.output
    assert imported(url, TSB_EPISODES, "--replace").exit_code == 0
