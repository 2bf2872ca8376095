"""The commands: what they print, and how they refuse."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from brukerplan.cli import main

AREAS = (
    "housing",
    "work_activity",
    "economy",
    "physical_health",
    "mental_health",
    "substance_use",
    "social_functioning",
    "network",
)


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(main, list(arguments), input=given)


def rated(**colours: str) -> str:
    return json.dumps(dict.fromkeys(AREAS, "green") | colours)


@pytest.mark.parametrize(
    ("colours", "expected"),
    [
        ({}, {"sum_min": 0, "sum_max": 0, "overall": "green"}),
        (
            {"housing": "red", "work_activity": "red"},
            {"sum_min": 4, "sum_max": 4, "overall": "yellow"},
        ),
        (
            dict.fromkeys(AREAS, "red"),
            {"sum_min": 16, "sum_max": 16, "overall": "blood_red"},
        ),
        (
            {"housing": "unknown"},
            {"sum_min": 0, "sum_max": 2, "overall": "green"},
        ),
        (
            {"housing": "unknown", "network": "red"},
            {"sum_min": 2, "sum_max": 4, "overall": "not_computable"},
        ),
    ],
)
def test_the_overall_level_is_printed_for_each_line(
    colours: dict[str, str], expected: dict[str, object]
) -> None:
    result = run("level", given=rated(**colours) + "\n")

    assert json.loads(result.output) == expected


def test_lines_are_answered_in_their_order() -> None:
    given = rated() + "\n\n" + rated(**dict.fromkeys(AREAS, "yellow")) + "\n"

    levels = [json.loads(line)["overall"] for line in run("level", given=given).output.splitlines()]

    assert levels == ["green", "red"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("not json", "line 1: not JSON"),
        ("[]", "line 1: expected an object"),
        ('{"bolig": "green"}', "'bolig' is not one of housing"),
        (rated(housing="purple"), "housing is 'purple', expected one of green"),
        ('{"housing": "green"}', 'write "unknown" if it is not known'),
    ],
)
def test_a_wrong_line_is_named_and_explained(line: str, says: str) -> None:
    result = run("level", given=line)

    assert result.exit_code != 0
    assert says in result.output
    assert "Traceback" not in result.output


def test_the_codebook_names_every_area_in_both_formats() -> None:
    written = run("codebook", "--edition", "2026", "--format", "md").output
    machine = json.loads(run("codebook", "--edition", "2026", "--format", "json").output)

    assert all(area in written for area in AREAS)
    assert machine["edition"] == "2026"


def test_an_edition_that_does_not_exist_is_refused_in_one_line() -> None:
    result = run("codebook", "--edition", "1999")

    assert result.exit_code != 0
    assert "Traceback" not in result.output
    assert "2026" in result.output


def test_a_port_in_use_is_said_with_a_way_out() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]

        result = run("serve", "--port", str(port))

    assert result.exit_code != 0
    assert f"--port {port + 1}" in result.output


def test_a_database_that_is_not_one_is_said_without_a_traceback(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_text("this is not a database, but it is long enough to be looked at" * 20)

    result = run(
        "report", "municipality", "1103", "--year", "2025",
        "--output", str(tmp_path / "out.pdf"), "--database", f"sqlite:///{broken}",
    )  # fmt: skip

    assert result.exit_code != 0
    assert isinstance(result.exception, SystemExit)
    assert not (tmp_path / "out.pdf").exists()
