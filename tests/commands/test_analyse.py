"""An analyst's commands: what they print of a file, and how they refuse it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from statsmodels.stats.contingency_tables import SquareTable
from statsmodels.stats.proportion import proportion_confint

from brukerplan.cli import main

PANEL = ("--person", "id", "--year", "year", "--state", "level", "--from", "2019", "--to", "2020")
MEAN = ("--person", "id", "--year", "year", "--indicator", "x", "--from", "2019", "--to", "2020")
# A person's id must not come back in anything that is printed.
SECRET = "person-5d1c"
SMALL = [
    (f"{SECRET}-1", 2019, "green", 0),
    (f"{SECRET}-1", 2020, "red", 1),
    (f"{SECRET}-2", 2019, "red", 1),
    (f"{SECRET}-2", 2020, "yellow", "0.1"),
    (f"{SECRET}-3", 2019, "yellow", 1),
    (f"{SECRET}-4", 2020, "yellow", 1),
    (f"{SECRET}-5", 2018, "blue", 1),
]
HEADINGS = ("id", "year", "level", "x")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["analyse", *arguments])


def written(
    path: Path, rows: Iterable[Sequence[object]], headings: Sequence[str] = HEADINGS
) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return str(path)


@pytest.fixture
def small(tmp_path: Path) -> str:
    return written(tmp_path / "small.csv", SMALL)


def printed(*arguments: str) -> dict[str, Any]:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert SECRET not in result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def refused(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.output.count("\n") <= 3
    assert SECRET not in result.output
    return result.output


def from_table(table: Sequence[Sequence[int]], states: Sequence[str]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for i, before in enumerate(states):
        for j, after in enumerate(states):
            for _ in range(table[i][j]):
                who = f"p{len(rows)}"
                rows += [(who, 2019, before, 0), (who, 2020, after, 1)]
    return rows


def test_the_matrix_tells_who_went_where_entered_and_left(small: str) -> None:
    found = printed("panel", small, *PANEL)

    assert found["marking"] == "Unntatt offentlighet"
    assert found["matrix"] == {
        "green": {"green": 0, "red": 1, "yellow": 0, "left": 0},
        "red": {"green": 0, "red": 0, "yellow": 1, "left": 0},
        "yellow": {"green": 0, "red": 0, "yellow": 0, "left": 1},
        "entered": {"green": 0, "red": 0, "yellow": 1, "left": 0},
    }
    assert (found["stayers"], found["left"], found["entered"]) == (2, 1, 1)
    assert "improved" not in found


def test_with_an_order_from_best_to_worst_the_direction_is_told(small: str) -> None:
    found = printed("panel", small, *PANEL, "--order", "green,yellow,red")

    assert list(found["matrix"]) == ["green", "yellow", "red", "entered"]
    assert (found["best"], found["worst"]) == ("green", "red")
    assert (found["improved"], found["unchanged"], found["worsened"]) == (1, 0, 1)


def test_a_state_without_a_place_stays_in_the_matrix_and_out_of_the_direction(
    tmp_path: Path,
) -> None:
    rows = [
        (1, 2019, "red", 0),
        (1, 2020, "unknown", 0),
        (2, 2019, "red", 0),
        (2, 2020, "green", 0),
    ]
    file = written(tmp_path / "a.csv", rows)

    found = printed("panel", file, *PANEL, "--order", "green,red", "--missing", "unknown")

    assert found["matrix"]["red"]["unknown"] == 1
    assert (found["improved"], found["left_out"]) == (1, 1)
    assert found["mcnemar"] == {"statistic": 0.0, "p": 1.0}


def test_two_states_are_tested_by_mcnemar_and_more_by_stuart_maxwell_and_bhapkar(
    tmp_path: Path,
) -> None:
    two, three = [[20, 15], [4, 30]], [[20, 9, 3], [4, 30, 8], [1, 2, 25]]
    of_two = written(tmp_path / "two.csv", from_table(two, ("good", "bad")))
    of_three = written(tmp_path / "three.csv", from_table(three, ("a", "b", "c")))

    mcnemar = printed("panel", of_two, *PANEL, "--order", "good,bad")["mcnemar"]
    found = printed("panel", of_three, *PANEL, "--order", "a,b,c")

    assert mcnemar["p"] == pytest.approx(binomtest(4, 19).pvalue, abs=1e-9)
    assert mcnemar["statistic"] == 4
    theirs = SquareTable(np.array(three), shift_zeros=False)
    for name in ("stuart_maxwell", "bhapkar"):
        expected = theirs.homogeneity(method=name)
        assert found[name]["statistic"] == pytest.approx(expected.statistic, abs=1e-9)
        assert found[name]["df"] == expected.df == 2
        assert found[name]["p"] == pytest.approx(expected.pvalue, abs=1e-9)
    assert "mcnemar" not in found


def test_a_test_of_too_few_is_refused_and_the_counts_are_told(small: str) -> None:
    found = printed("panel", small, *PANEL, "--order", "green,yellow,red")

    for name in ("stuart_maxwell", "bhapkar"):
        assert "2. Det trengs minst 10." in found[name]["refused"]
        assert "p" not in found[name]


def test_a_file_of_another_program_is_read(tmp_path: Path) -> None:
    text = "sep=;\r\nid;year;level;x\r\n1;2019;rød;0,5\r\n\r\n1;2020;grønn;1\r\n"
    file = tmp_path / "excel.csv"
    file.write_bytes(text.encode("cp1252"))

    assert printed("panel", str(file), *PANEL)["matrix"]["rød"]["grønn"] == 1
    assert printed("decompose", str(file), *MEAN)["exact"]["total"] == "1/2"


def test_a_line_that_names_the_separator_is_a_line_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "excel.csv"
    file.write_text("sep=;\nid;year;level;x\n;2019;red;0\n", encoding="utf-8")

    assert "line 3: id is empty" in refused("panel", str(file), *PANEL)


def test_the_parts_of_a_change_sum_exactly_as_fractions_and_as_printed_decimals(
    small: str,
) -> None:
    result = run("decompose", small, *MEAN)
    found = json.loads(result.output, parse_float=Decimal)

    assert found["marking"] == "Unntatt offentlighet"
    names = ("stayers", "leavers", "entrants")
    assert found["total"] == sum(found[name] for name in names)
    exact = {name: Fraction(text) for name, text in found["exact"].items()}
    assert exact["total"] == sum(exact[name] for name in names) == Fraction(1, 30)
    assert exact["stayers"] == Fraction(1, 20)
    for name, value in exact.items():
        assert abs(Fraction(found[name]) - value) <= Fraction(1, 10**12)
    assert found["persons"] == {"stayers": 2, "leavers": 1, "entrants": 1}
    assert found["means"] == {"from": "2/3", "to": "7/10"}


@given(
    courses=st.lists(
        st.tuples(*[st.none() | st.decimals(-(10**9), 10**9, places=3)] * 2),
        min_size=1,
        max_size=20,
    )
)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_printed_parts_sum_to_the_printed_change_whatever_the_numbers(
    tmp_path: Path, courses: list[tuple[Decimal | None, Decimal | None]]
) -> None:
    assume(any(None not in course for course in courses))
    rows = [
        (who, year, "", f"{value:f}")
        for who, course in enumerate(courses)
        for year, value in zip((2019, 2020), course, strict=True)
        if value is not None
    ]
    found = json.loads(
        run("decompose", written(tmp_path / "drawn.csv", rows), *MEAN).output, parse_float=Decimal
    )

    assert found["total"] == found["stayers"] + found["leavers"] + found["entrants"]
    first, second = (
        [Fraction(value) for value in column if value is not None]
        for column in zip(*courses, strict=True)
    )
    change = sum(second) / len(second) - sum(first) / len(first)
    assert Fraction(found["exact"]["total"]) == change


def test_numbers_that_are_no_answer_are_outside_and_told(tmp_path: Path) -> None:
    rows = [(1, 2019, "", 1), (1, 2020, "", 0), (2, 2019, "", -3), (2, 2020, "", 1)]
    file = written(tmp_path / "a.csv", rows)

    found = printed("decompose", file, *MEAN, "--missing", "-1,-2,-3")

    assert found["persons"] == {"stayers": 1, "leavers": 0, "entrants": 1}
    assert found["without_answer"] == 1
    assert printed("decompose", file, *MEAN)["without_answer"] == 0


def test_shares_are_described_with_base_and_wilson_interval(tmp_path: Path) -> None:
    rows = [(i, 2019 + i % 2, "abc"[i % 3], "ny"[i % 5 == 0]) for i in range(47)]
    file = written(tmp_path / "a.csv", rows, ("id", "year", "area", "x"))

    found = printed("describe", file, "--variable", "x", "--by", "year,area")

    assert found["marking"] == "Unntatt offentlighet"
    assert len(found["rows"]) == 2 * 3 * 2
    for row in found["rows"]:
        of_group = [r for r in rows if (str(r[1]), r[2]) == (row["year"], row["area"])]
        assert row["base"] == len(of_group)
        assert row["count"] == sum(r[3] == row["x"] for r in of_group)
        low, high = proportion_confint(row["count"], row["base"], method="wilson")
        assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-9)
        assert row["low"] <= row["share"] <= row["high"]


def test_everybody_is_described_where_nothing_is_counted_by(small: str) -> None:
    found = printed("describe", small, "--variable", "level", "--missing", "blue")

    assert {row["level"]: (row["count"], row["base"]) for row in found["rows"]} == {
        "green": (1, 6),
        "red": (2, 6),
        "yellow": (3, 6),
    }
    assert found["without_answer"] == 1


def test_a_group_without_any_answer_has_no_share(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [(1, 2019, "unknown", 0), (2, 2020, "red", 0)])

    found = printed("describe", file, "--variable", "level", "--by", "year", "--missing", "unknown")

    assert [row["year"] for row in found["rows"]] == ["2020"]


CASES = {
    "twice in a year": ([*SMALL, SMALL[1]], "lines 3, 9: the same person more than once in a year"),
    "no person": ([("", 2019, "red", 0), *SMALL], "line 2: id is empty"),
    "no state": ([*SMALL, (f"{SECRET}-9", 2020, "", 0)], "line 9: level is empty"),
    "no year": ([(f"{SECRET}-9", "i fjor", "red", 0), *SMALL], "line 2: year is not a year"),
    "half a year": ([(f"{SECRET}-9", "2019.5", "red", 0), *SMALL], "line 2: year is not a year"),
    "a year too late": (
        [row for row in SMALL if row[1] != 2020],
        "nobody is in 2020: no row from line 2 to line 5",
    ),
    "nobody stayed": (SMALL[4:], "is empty: nobody is in both 2019 (line 2) and 2020 (line 3)"),
    "a reserved state": ([*SMALL, (f"{SECRET}-9", 2020, "left", 0)], "line 9: level cannot be"),
    "a short row": ([*SMALL, (f"{SECRET}-9", 2020)], "line 9: not as many cells"),
    "no rows": ([], "no rows below its headings"),
}


@pytest.mark.parametrize(("rows", "says"), CASES.values(), ids=CASES)
def test_rows_that_make_no_panel_are_named_by_line_and_never_by_person(
    tmp_path: Path, rows: list[tuple[object, ...]], says: str
) -> None:
    assert says in refused("panel", written(tmp_path / "a.csv", rows), *PANEL)


def test_states_outside_the_order_are_named_by_line(small: str) -> None:
    said = refused("panel", small, *PANEL, "--order", "green,red")

    # The blue one is of another year.
    assert "lines 5, 6, 7: level is neither in --order nor in --missing" in said


@pytest.mark.parametrize(
    "value", ["many", "", "1e999", "1234567890123", "nan", "inf", "1,2,3", "1/3", "٣"]
)
def test_indicators_that_are_no_numbers_are_named_by_line(tmp_path: Path, value: str) -> None:
    file = written(tmp_path / "a.csv", [*SMALL, (f"{SECRET}-9", 2020, "red", value)])

    assert "line 9: x is " in refused("decompose", file, *MEAN)


def test_what_is_wrong_with_another_year_does_not_matter(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [*SMALL, (f"{SECRET}-9", 2017, "", "many")])

    assert printed("panel", file, *PANEL)["stayers"] == 2
    assert printed("decompose", file, *MEAN)["persons"]["stayers"] == 2


def test_many_lines_are_named_by_the_first_ten(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [("", 2019, "red", 0)] * 12)

    assert "lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more: id" in refused("panel", file, *PANEL)


def test_a_cell_over_several_lines_does_not_shift_the_numbers(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('id,year,level,x\n1,2019,"red\nor so",0\n\n,2020,red,0\n', encoding="utf-8")

    assert "line 5: id is empty" in refused("panel", str(file), *PANEL)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\x00\x01\x02", "not a text file with columns"),
        (b"PK\x03\x04\x00\x00", "not a text file with columns"),
        (b'id,year,level,x\n"1,2019,red,0\n', "line 2: cannot be read as CSV"),
        (b"id,year,level,level,x\n1,2019,red,red,0\n", "has 2 columns 'level'"),
        (b"id,year,x\n1,2019,0\n", "has no column 'level'"),
    ],
    ids=["nothing", "blank", "bytes", "workbook", "open quote", "column twice", "no column"],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(content)

    assert says in refused("panel", str(file), *PANEL)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "no.csv", tmp_path):
        assert "cannot read" in refused("panel", str(path), *PANEL)
        assert "cannot read" in refused("describe", str(path), "--variable", "x")


def test_headings_of_the_file_are_not_repeated(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", SMALL[1:], headings=[str(cell) for cell in SMALL[0]])

    assert "no column 'id'" in refused("panel", file, *PANEL)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("panel", *PANEL[:-4], "--from", "2020", "--to", "2020"), "must be before"),
        (("panel", *PANEL, "--order", "green"), "two different states or more"),
        (("panel", *PANEL, "--order", "green,green"), "two different states or more"),
        (("panel", *PANEL, "--order", "green,red", "--missing", "red"), "not in both"),
        (("panel", *PANEL[:4], "--state", "id", *PANEL[-4:]), "a different column each time"),
        (("decompose", *MEAN[:4], "--indicator", "id", *MEAN[-4:]), "a different column each time"),
        (("describe", "--variable", "level", "--by", "year,level"), "a different column each time"),
        (("describe", "--variable", "level", "--by", "year,base"), "rename the column base"),
    ],
)
def test_what_cannot_be_asked_is_said(small: str, arguments: tuple[str, ...], says: str) -> None:
    command, *options = arguments

    assert says in refused(command, small, *options)


def test_a_column_of_persons_is_not_printed_as_states(tmp_path: Path) -> None:
    rows = [(n, 2019 + n % 2, f"{SECRET}-{n}", f"{SECRET}-{n}") for n in range(101)]
    rows += [(0, 2020, "a", "a")]
    file = written(tmp_path / "a.csv", rows)

    assert "is it the right column?" in refused("panel", file, *PANEL)
    assert "is it the right column?" in refused("describe", file, "--variable", "x")


def test_where_no_person_has_numbers_both_years_nothing_is_decomposed(tmp_path: Path) -> None:
    rows = [(1, 2019, "", -1), (1, 2020, "", 0), (2, 2019, "", 1), (2, 2020, "", -1)]
    file = written(tmp_path / "a.csv", rows)

    assert "Ingen personer er med begge årene" in refused(
        "decompose", file, *MEAN, "--missing", "-1"
    )


@given(order=st.permutations(range(len(SMALL))))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_order_of_rows_changes_nothing(tmp_path: Path, order: list[int]) -> None:
    file = written(tmp_path / "turned.csv", [SMALL[place] for place in order])
    first = written(tmp_path / "first.csv", SMALL)

    for command in (("panel", *PANEL), ("decompose", *MEAN), ("describe", "--variable", "level")):
        assert printed(command[0], file, *command[1:]) == printed(command[0], first, *command[1:])


def test_the_example_prints_what_the_document_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    example = re.search(
        r"\$ cat (\S+)\n(.+?)\$ brukerplan analyse (.+?)\n(\{.+?\n\})\n```", document, re.DOTALL
    )
    assert example is not None
    monkeypatch.chdir(tmp_path)
    (tmp_path / example[1]).write_text(example[2], encoding="utf-8")

    assert run(*example[3].split()).output == example[4] + "\n"
