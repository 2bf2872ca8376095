"""A demo is never served on a database with real persons."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.actions.mode import RealRoundError, require_fictive
from brukerplan.config import Mode
from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import upgrade
from brukerplan.persistence.tables import MappingRound
from brukerplan.web.services import services
from tests.actions.world import YEAR, World, build
from tests.conftest import EVERYTHING
from tests.journey.planted import environment
from tests.log_key import LOG_KEY
from tests.mail.server import free_port
from tests.web.conftest import application


@pytest.fixture
def real(world: World) -> World:
    """The world, with a round that is not marked as fictive."""
    with world.database.begin() as session:
        session.execute(sa.update(MappingRound).values(synthetic=False))
    return world


def test_it_does_not_start_and_says_what_to_set(real: World, database_url: str) -> None:
    with pytest.raises(RealRoundError, match=rf"{YEAR}.*BRUKERPLAN_MODE"):
        application(database_url)


@pytest.mark.parametrize("filled", [False, True])
def test_fictive_rounds_and_none_at_all_are_served(
    database: Database, database_url: str, filled: bool
) -> None:
    if filled:
        build(database)
    app = application(database_url)

    assert app.test_client().get("/helse").status_code == 200
    with app.app_context():
        services().database.dispose()


def test_production_is_what_real_persons_are_for(real: World, service_url: str) -> None:
    app = application(service_url, Mode.PRODUCTION)

    assert app.test_client().get("/helse").status_code == 200
    with app.app_context():
        services().database.dispose()


def test_one_that_was_started_before_its_tables_were_there_looks_again(
    empty_database_url: str,
) -> None:
    app = application(empty_database_url)
    client = app.test_client()
    assert client.get("/helse").status_code == 503
    database = Database(empty_database_url, log_key=LOG_KEY, reach=EVERYTHING)
    upgrade(database)
    build(database)
    with database.begin() as session:
        session.execute(sa.update(MappingRound).values(synthetic=False))
    with pytest.raises(RealRoundError):
        require_fictive(database)

    for address in ("/helse", "/logg-inn", "/"):
        refused = client.get(address)
        assert refused.status_code == 503
        assert "BRUKERPLAN_MODE" in refused.get_data(as_text=True)

    with database.begin() as session:
        session.execute(sa.update(MappingRound).values(synthetic=True))
    assert client.get("/logg-inn").status_code == 200
    database.dispose()
    with app.app_context():
        services().database.dispose()


def test_the_command_says_it_in_one_line(real: World, database_url: str, tmp_path: Path) -> None:
    # A process of its own: what would be served otherwise would not come back.
    done = subprocess.run(
        [Path(sys.executable).with_name("brukerplan"), "serve", "--port", str(free_port())],
        env={
            **os.environ,
            **environment(tmp_path),
            "BRUKERPLAN_DATABASE_URL": database_url,
        },
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 1
    assert "BRUKERPLAN_MODE" in done.stderr
    assert len(done.stderr.splitlines()) == 1
