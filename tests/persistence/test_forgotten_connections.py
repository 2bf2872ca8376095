"""A PostgreSQL server that was restarted has forgotten our connections; nobody notices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from brukerplan.persistence import connections
from brukerplan.persistence.engine import Database, DatabaseUnavailableError
from tests.conftest import EVERYTHING
from tests.postgresql import Server


@pytest.fixture
def database(postgresql_server: Server, postgresql_template: str) -> Iterator[Database]:
    """A database of its own on the server."""
    postgresql_server.sql(f"CREATE DATABASE forgotten TEMPLATE {postgresql_template}")
    opened = Database(postgresql_server.url("forgotten"), reach=EVERYTHING)
    yield opened
    opened.dispose()
    postgresql_server.sql("DROP DATABASE forgotten WITH (FORCE)")


def ask(database: Database) -> object:
    with database.read() as session:
        return session.scalar(sa.text("SELECT 1"))


def forget(server: Server) -> None:
    server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'forgotten'")


def test_a_connection_that_has_rested_is_asked_and_made_anew(
    database: Database, postgresql_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(database) == 1
    forget(postgresql_server)
    monkeypatch.setattr(connections, "REST_SECONDS", 0.0)
    assert ask(database) == 1


def test_one_that_was_used_a_moment_ago_is_not_and_the_next_try_is_well(
    database: Database, postgresql_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REST_SECONDS", 60.0)
    assert ask(database) == 1
    forget(postgresql_server)
    with pytest.raises(DatabaseUnavailableError):
        ask(database)
    assert ask(database) == 1
