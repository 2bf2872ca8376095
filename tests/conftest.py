"""Fixtures every room may use: a database on each engine, migrated the way production is."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import upgrade
from brukerplan.persistence.reach import Door, Reach
from tests.fuzzing.figures import pytest_addoption as pytest_addoption
from tests.fuzzing.figures import pytest_terminal_summary as pytest_terminal_summary
from tests.log_key import LOG_KEY
from tests.postgresql import Server

EVERYTHING = Reach(doors=frozenset(Door))
"""Of a test that looks at the rows themselves. What it does through a page is its person's."""

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """One PostgreSQL server for the whole session (one for each parallel worker)."""
    with Server() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Server) -> str:
    """Name of a database migrated to head, from which the others are copied."""
    postgresql_server.sql("CREATE DATABASE template_head")
    database = Database(postgresql_server.url("template_head"))
    upgrade(database)
    database.dispose()
    return "template_head"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file migrated to head, from which the others are copied."""
    path = tmp_path_factory.mktemp("sqlite") / "head.sqlite"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.dispose()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database without any table, on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = f"empty_{next(_numbers)}"
    server.sql(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database migrated to head, on each engine in turn."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "brukerplan.sqlite"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    source: str = request.getfixturevalue("postgresql_template")
    name = f"test_{next(_numbers)}"
    server.sql(f"CREATE DATABASE {name} TEMPLATE {source}")
    yield server.url(name)
    server.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def service_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """The same address, as the login that docs/operations.md has made for the service."""
    address = sa.make_url(database_url)
    if address.get_backend_name() == "sqlite":
        return database_url
    server: Server = request.getfixturevalue("postgresql_server")
    return server.service_url(str(address.database))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database migrated to head, on each engine in turn."""
    opened = Database(database_url, log_key=LOG_KEY, reach=EVERYTHING)
    yield opened
    opened.dispose()
