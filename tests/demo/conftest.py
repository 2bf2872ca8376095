"""The synthetic populations, made once for all tests that only look at them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from brukerplan.actions.keys import Keys
from brukerplan.demo.fill import fill
from brukerplan.demo.population import DEFAULT_SEED, Population, synthetic_population
from brukerplan.identity.keyring import MasterKey
from brukerplan.persistence.engine import Database
from tests.log_key import LOG_KEY

MASTER = MasterKey(bytes(range(32)))
SHORT = range(2015, 2018)


@pytest.fixture(scope="session")
def stavanger() -> Population:
    """The default demo's population, every year."""
    return synthetic_population(area="stavanger", seed=DEFAULT_SEED)


@pytest.fixture(scope="session")
def national() -> Population:
    """The national demo's population, until the last year with published figures."""
    return synthetic_population(area="national", seed=DEFAULT_SEED, years=range(2015, 2021))


@pytest.fixture(scope="session")
def short() -> Population:
    """The population of the short history."""
    return synthetic_population(area="stavanger", seed=DEFAULT_SEED, years=SHORT)


@pytest.fixture(scope="session")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file filled with two closed rounds and an open one."""
    path = tmp_path_factory.mktemp("demo") / "short.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}", log_key=LOG_KEY)
    fill(database, Keys(database, MASTER), area="stavanger", seed=DEFAULT_SEED, years=SHORT)
    database.dispose()
    return path
