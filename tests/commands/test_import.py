"""The import from the command line: five hundred fictive persons, and forty planted errors."""

from __future__ import annotations

import base64
import io
import re
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from brukerplan.actions.accounts import grant
from brukerplan.cli import main
from brukerplan.files.columns import columns
from brukerplan.files.sheets import column_letters
from brukerplan.identity.national_number import synthetic_number
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import MappingRound, Registration
from brukerplan.translation import LANGUAGES, translator
from tests.actions.world import NOW, World, build
from tests.files.sheets import EDITION, FIRST_ROW, born, filled, number, row

PERSONS = 500
PLACES = {column.id: place for place, column in enumerate(columns(EDITION, frozenset()))}
HEADINGS = {column.id: column.heading(translator("nb")) for column in columns(EDITION, frozenset())}


def young(serial: int, year: int) -> str:
    """A number of somebody born so late."""
    return synthetic_number(born(serial).replace(year=year), "male", 3)


def mistyped(serial: int) -> str:
    """A number with its last control digit wrong."""
    right = number(serial)
    return right[:-1] + str((int(right[-1]) + 1) % 10)


def swapped(serial: int) -> str:
    """A number with two digits that have changed places: it looks right, and is not."""
    right = number(serial)
    at = next(at for at in range(6, 10) if right[at] != right[at + 1])
    return right[:at] + right[at + 1] + right[at] + right[at + 2 :]


# (serial, column, what is written there, other columns changed so that this is the one error)
# Serials with remainder 0 have a serious substance problem, 1 a less serious one and a serious
# mental one, 2 a mental problem alone.
PLANTED: list[tuple[int, str, str, dict[str, str]]] = [
    (3, "number", mistyped(3), {}),
    (16, "number", swapped(16), {}),
    (29, "number", number(29)[:-1], {}),
    (42, "number", number(42) + "1", {}),
    (55, "number", "ukjent", {}),
    (68, "number", "", {}),
    (81, "number", "1,01702E+10", {}),
    (94, "number", "99" + number(94)[2:], {}),
    (107, "number", number(108), {"birth_year": str(born(108).year)}),
    (120, "number", young(120, 2014), {"birth_year": "2014"}),
    (133, "number", young(133, 2011), {"birth_year": ""}),
    (146, "case_label", "", {}),
    (159, "case_label", "S" * 21, {}),
    (172, "case_label", number(172), {}),
    (185, "case_label", "Sak #185", {}),
    (198, "birth_year", str(born(198).year + 1), {}),
    (211, "birth_year", "nittenseksti", {}),
    (224, "birth_year", "1850", {}),
    (237, "gender", "Mannlig", {}),
    (250, "gender", "7", {}),
    (263, "substance_problem", "", {}),
    (276, "mental_problem", "Veldig alvorlig", {}),
    (2, "substance_problem", "Ingen kjente", {"mental_problem": "Ingen kjente"}),
    (289, "housing", "", {}),
    (302, "economy", "Blå", {}),
    (315, "network", "4", {}),
    (328, "housing_situation", "", {}),
    (341, "main_activity", "Jobb", {}),
    (354, "partner", "", {}),
    (363, "main_substance", "Heroin", {}),
    (366, "main_substance", "", {}),
    (369, "substances__alcohol", "", {"substances__cannabis": "", "main_substance": "Ukjent"}),
    (372, "substances__ghb", "kanskje", {}),
    (375, "injecting", "", {}),
    (378, "lar_follow_up", "", {"lar": "I LAR"}),
    (391, "children_under_18", "25", {}),
    (404, "children_under_18", "to", {}),
    (417, "service_gp", "Trenger", {}),
    (430, "individual_plan", "", {}),
    (443, "child_welfare_involved", "", {"daily_care": "Ja", "children_under_18": "2",
                                         "child_followed_up": "Nei", "concern_reported": "Nei"}),
]  # fmt: skip


def persons() -> list[dict[str, str]]:
    return [row(serial) for serial in range(PERSONS)]


def with_errors() -> list[dict[str, str]]:
    rows = persons()
    for serial, column, text, others in PLANTED:
        # A number that somebody else has before: the later row is the one to go.
        rows[serial] |= {**others, column: text}
    return rows


def expected() -> set[str]:
    """Where the planted errors stand: row, cell and heading."""
    found = set()
    for serial, column, _, _ in PLANTED:
        # The number of row 108 is written on row 107 too; the later of the two is named.
        at = serial + FIRST_ROW + (serial == 107)
        found.add(f"Rad {at} ({column_letters(PLACES[column])}{at}), {HEADINGS[column]}")
    return found


def run(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["import", str(path), "--round", "2026", *arguments])


def named(result: Result) -> list[str]:
    """Row, cell and heading of each problem that was printed."""
    # A heading can be the beginning of another.
    headings = sorted(HEADINGS.values(), key=len, reverse=True)
    found = []
    for line in result.output.splitlines():
        if where := re.match(r"Rad \d+ \([A-Z]+\d+\), ", line):
            rest = line[where.end() :]
            heading = next(each for each in headings if rest.startswith(f"{each}: "))
            found.append(where[0] + heading)
    return found


@pytest.fixture(autouse=True)
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's own secrets stay in the test's folder."""
    monkeypatch.setenv("BRUKERPLAN_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("BRUKERPLAN_MODE", "demo")


def test_forty_planted_errors_among_five_hundred_persons_are_named_and_no_other(
    tmp_path: Path,
) -> None:
    assert len(PLANTED) == len(expected()) == 40
    path = tmp_path / "planted.xlsx"
    path.write_bytes(filled(with_errors()))

    result = run(path, "--dry-run")

    assert result.exit_code == 1, result.output
    assert sorted(named(result)) == sorted(expected()), result.output
    assert "500 rows only checked: 460 new" in result.output
    assert "40 problems, 0 notes" in result.output


def test_a_file_without_errors_gives_none(tmp_path: Path) -> None:
    path = tmp_path / "clean.xlsx"
    path.write_bytes(filled(persons()))

    result = run(path, "--dry-run")

    assert result.exit_code == 0, result.output
    assert result.output == (
        "500 rows only checked: 500 new (0 to be confirmed), 0 changed, 0 unchanged, "
        "0 problems, 0 notes\n"
    )


def test_no_problem_repeats_a_number_nor_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "planted.xlsx"
    path.write_bytes(filled(with_errors()))

    printed = run(path, "--dry-run").output

    assert "40 problems" in printed
    assert not re.search(r"\d{10}", printed)
    for text in ("nittenseksti", "Mannlig", "Jobb", "Trenger", "kanskje", "#185"):
        assert text in {each.split()[-1] for _, _, each, _ in PLANTED if each}
        assert text not in printed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_problems_are_told_in_the_language_asked_for(tmp_path: Path, language: str) -> None:
    path = tmp_path / "one.xlsx"
    path.write_bytes(filled([row(1, housing="")]))

    printed = run(path, "--dry-run", "--language", language).output

    column = next(each for each in columns(EDITION, frozenset()) if each.id == "housing")
    assert column.heading(translator(language)) in printed


def test_the_template_of_the_command_is_read_when_it_is_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    made = CliRunner().invoke(
        main, ["import-template", "--round", "2026", "--language", "en", "--output", str(path)]
    )
    assert made.exit_code == 0, made.output
    workbook = load_workbook(io.BytesIO(path.read_bytes()))
    for column, text in row(7, "en").items():
        workbook.worksheets[0].cell(FIRST_ROW, PLACES[column] + 1, text)
    workbook.save(path)

    result = run(path, "--dry-run")

    assert result.exit_code == 0, result.output
    assert "1 rows only checked: 1 new" in result.output


def test_an_empty_template_and_what_is_no_spreadsheet_are_refused_in_one_line(
    tmp_path: Path,
) -> None:
    empty, picture = tmp_path / "empty.csv", tmp_path / "picture.xlsx"
    CliRunner().invoke(
        main, ["import-template", "--round", "2026", "--format", "csv", "--output", str(empty)]
    )
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")

    for path, says in ((empty, "Filen er tom"), (picture, "verken en Excel-fil")):
        result = run(path, "--dry-run")

        assert result.exit_code == 1
        assert says in result.output
        assert "Traceback" not in result.output


def test_reading_in_needs_to_know_where_and_as_whom(tmp_path: Path) -> None:
    path = tmp_path / "clean.xlsx"
    path.write_bytes(filled([row(1)]))

    for arguments in ((), ("--unit", "rus", "--dry-run"), ("--municipality", "1103")):
        result = run(path, *arguments)

        assert result.exit_code == 2
        assert "--municipality, --unit and --as" in result.output


@pytest.fixture
def world(database: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """A small world whose registrar is really a member, with the keys the command opens."""
    monkeypatch.setenv("BRUKERPLAN_MASTER_KEY", base64.b64encode(b"m" * 32).decode())
    monkeypatch.setenv("BRUKERPLAN_SECRET_KEY", "a secret of the tests and of nothing else")
    made = build(database)
    with database.begin() as session:
        session.execute(sa.update(MappingRound).values(opens_on=date(2020, 1, 1)))
    for actor in (made.registrar, made.coordinator):
        (held,) = actor.memberships
        grant(
            database,
            user_id=actor.user_id,
            organisation_id=held.organisation_id,
            role=held.role,
            now=NOW,
        )
    return made


def registered(world: World) -> int:
    with world.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Registration)) or 0


def test_a_file_is_read_into_a_unit_as_somebody_who_works_there(
    world: World, database_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "two.xlsx"
    path.write_bytes(filled([row(1), row(2)]))
    there = ("--municipality", "1103", "--unit", "rus", "--database", database_url)

    dry = run(path, *there, "--as", "rita@eksempel.no", "--dry-run")
    assert (dry.exit_code, registered(world)) == (0, 0), dry.output
    done = run(path, *there, "--as", "Rita@eksempel.no", "--whole")
    again = run(path, *there, "--as", "rita@eksempel.no")

    assert done.exit_code == again.exit_code == 0
    assert "2 rows read in: 2 new" in done.output
    assert "0 new (0 to be confirmed), 0 changed, 2 unchanged" in again.output
    assert registered(world) == 2


def test_whoever_may_not_register_there_reads_nothing_in(
    world: World, database_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "one.xlsx"
    path.write_bytes(filled([row(1)]))
    for unit, email, says in (
        ("rus", "kari@eksempel.no", "ikke tilgang"),
        ("hjemme", "rita@eksempel.no", "ikke tilgang"),
        ("rus", "nobody@eksempel.no", "Ingen aktiv bruker"),
        ("nav", "rita@eksempel.no", "ingen tjeneste med koden nav"),
    ):
        result = run(
            path, "--municipality", "1103", "--unit", unit, "--as", email,
            "--database", database_url,
        )  # fmt: skip

        assert result.exit_code == 1
        assert says in result.output
        assert "Traceback" not in result.output
    assert registered(world) == 0
