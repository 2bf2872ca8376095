"""The demo command: never in production, and not stuck after a stop."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from click.testing import CliRunner

from brukerplan.actions.keys import Keys
from brukerplan.cli import main
from brukerplan.config import load_settings
from brukerplan.demo.fill import fill
from brukerplan.identity.keyring import MasterKey
from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import upgrade
from tests.conftest import EVERYTHING


class StoppedError(Exception):
    """Somebody pressed Ctrl+C."""


def test_production_is_never_filled_with_fictive_persons(tmp_path: Path) -> None:
    database = tmp_path / "real.sqlite"
    result = CliRunner().invoke(
        main,
        ["demo", "--replace", "--database", f"sqlite:///{database}"],
        env={
            "BRUKERPLAN_MODE": "production",
            "BRUKERPLAN_SECRET_KEY": "s" * 32,
            "BRUKERPLAN_MASTER_KEY": base64.b64encode(b"m" * 32).decode(),
            "BRUKERPLAN_PUBLIC_URL": "https://brukerplan.example",
        },
    )

    assert result.exit_code == 1
    assert "production" in result.output
    assert not database.exists()


@pytest.mark.slow
def test_a_demo_that_was_stopped_is_begun_again_and_a_whole_one_is_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.sqlite'}"
    environment = {"BRUKERPLAN_INSTANCE": str(tmp_path)}
    stop_half_way(url, environment)

    def run(*options: str) -> tuple[int, str]:
        arguments = ["demo", "--database", url, *options]
        result = CliRunner().invoke(main, arguments, env=environment)
        return result.exit_code, result.output

    refused, says = run()
    assert refused == 1
    assert "--replace" in says
    again, says = run("--keep")
    assert again == 0
    assert "started anew" in says
    kept, says = run("--keep")
    assert kept == 0
    assert "kept as it is" in says


def stop_half_way(url: str, environment: dict[str, str]) -> None:
    """Leave what a fill leaves that was stopped once the organisations were there."""

    def stop(line: str) -> None:
        if "units" in line:
            raise StoppedError

    settings = load_settings(environment, database_url=url)
    master_key = MasterKey.from_base64(settings.master_key)
    database = Database(url, log_key=master_key.log_key(), reach=EVERYTHING)
    upgrade(database)
    keys = Keys(database, master_key)
    with pytest.raises(StoppedError):
        fill(database, keys, progress=stop)
    database.dispose()
