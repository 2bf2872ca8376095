"""`brukerplan migrate` is killed in the middle: the database is whole, and migrating goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.persistence.engine import HEAD, Database, revision
from brukerplan.persistence.migration import upgrade
from tests.failures.places import opened
from tests.journey.planted import environment
from tests.persistence.revisions.walk import columns, lost, rows, run
from tests.postgresql import Server

pytestmark = pytest.mark.slow
FIRST = "0001"
KILLS = 4
WAIT_SECONDS = 60
MIGRATE = (str(Path(sys.executable).with_name("brukerplan")), "migrate", "--database")


def migrate(url: str, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*MIGRATE, url], env=os.environ | environment(folder), stdout=subprocess.DEVNULL
    )


def kill_when(process: subprocess.Popen[bytes], in_the_middle: Callable[[], bool]) -> None:
    """Kill it as soon as it is in the middle of its work."""
    end = time.monotonic() + WAIT_SECONDS
    while not in_the_middle():
        assert process.poll() is None, "it was done before it could be killed"
        assert time.monotonic() < end
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)


def found_revision(database: Database) -> str | None:
    with database.connect(writes=False) as connection:
        return revision(connection)


@pytest.fixture
def on_postgresql(postgresql_server: Server) -> Iterator[str]:
    """Address of an empty database."""
    postgresql_server.sql("CREATE DATABASE killed_migration")
    yield postgresql_server.url("killed_migration")
    postgresql_server.sql("DROP DATABASE killed_migration WITH (FORCE)")


def test_on_postgresql(on_postgresql: str, tmp_path: Path) -> None:
    with opened(on_postgresql) as database, opened(on_postgresql) as other:
        upgrade(database, FIRST)
        run(database, FIRST)
        before, tables = rows(database), columns(database)

        def waits_for_a_lock() -> bool:
            with database.connect(writes=False) as connection:
                return bool(
                    connection.scalar(
                        sa.text(
                            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                            "AND datname = current_database()"
                        )
                    )
                )

        with other.connect() as reader:
            # Whoever reads the registrations holds the migration up after its first tables.
            reader.execute(sa.text("SELECT count(*) FROM registration"))
            kill_when(migrate(on_postgresql, tmp_path), waits_for_a_lock)

        assert found_revision(database) == FIRST
        assert columns(database) == tables
        assert rows(database) == before
        assert migrate(on_postgresql, tmp_path).wait(timeout=WAIT_SECONDS) == 0
        database.check()
        assert lost(before, rows(database)) == []


def test_on_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "killed.sqlite"
    url = f"sqlite:///{path}"

    def writes() -> bool:
        asking = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            asking.execute("BEGIN IMMEDIATE")
            asking.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
        finally:
            asking.close()
        return False

    with opened(url) as database:
        upgrade(database, FIRST)
        run(database, FIRST)
        before, tables = rows(database), columns(database)
        database.dispose()
        undone = 0
        for _ in range(KILLS):
            kill_when(migrate(url, tmp_path), writes)
            found = found_revision(database)
            assert found in {FIRST, HEAD}
            assert lost(before, rows(database)) == []
            database.dispose()
            if found == HEAD:
                break
            undone += 1
            assert columns(database) == tables
            database.dispose()
        # Otherwise it was never killed in the middle, and this showed nothing.
        assert undone
        assert migrate(url, tmp_path).wait(timeout=WAIT_SECONDS) == 0
        database.check()
        assert lost(before, rows(database)) == []
