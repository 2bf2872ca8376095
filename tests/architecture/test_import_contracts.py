"""The walls of the house hold, and would be seen to fall."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package's code, in which a wall may be broken."""
    shutil.copytree(
        ROOT / "brukerplan",
        tmp_path / "brukerplan",
        ignore=shutil.ignore_patterns("vendor", "__pycache__", "static", "templates", "data"),
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(house: Path) -> list[str]:
    """Names of the contracts that import-linter finds broken."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache", "--config", "pyproject.toml"],
        cwd=house,
        env=os.environ | {"PYTHONPATH": str(house), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = [
        line.removesuffix(" BROKEN").strip()
        for line in done.stdout.splitlines()
        if line.endswith(" BROKEN")
    ]
    assert bool(found) == (done.returncode != 0), done.stdout + done.stderr
    return found


def plant(house: Path, module: str, line: str) -> None:
    path = house / "brukerplan" / module
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")


def test_every_import_keeps_to_the_contracts(house: Path) -> None:
    assert broken_contracts(house) == []


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        (
            "questionnaire/schema.py",
            "import brukerplan.persistence.engine",
            "Data walk through the house in one direction",
        ),
        ("statistics/frames.py", "import flask", "Flask stays in the web"),
        (
            "reports/html.py",
            "import sqlalchemy",
            "SQLAlchemy stays in persistence and actions",
        ),
        (
            "web/my_list.py",
            "import sqlalchemy",
            "Pages speak to the database through queries and use cases",
        ),
        (
            "identity/pseudonyms.py",
            "import pandas",
            "Persons' frames stay out of form, identity and access",
        ),
        ("reports/charts.py", "import weasyprint", "Only reports.pdf makes PDF"),
        ("actions/keys.py", "import brukerplan.config", "Settings come in at the top"),
    ],
)
def test_a_broken_wall_is_seen(house: Path, module: str, line: str, contract: str) -> None:
    plant(house, module, line)

    assert contract in broken_contracts(house)


def test_a_room_that_is_not_in_the_plan_is_seen(house: Path) -> None:
    (house / "brukerplan" / "utils.py").write_text('"""Anything."""\n', encoding="utf-8")

    assert broken_contracts(house) != []
