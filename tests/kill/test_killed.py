"""The server is killed in the middle of autosaves: nothing it has acknowledged is lost."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.actions.registering import save_draft
from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import upgrade
from brukerplan.persistence.tables import REGISTRATION
from tests.actions.world import NOW
from tests.conftest import EVERYTHING
from tests.journey.planted import environment, plant
from tests.journey.site import Site
from tests.kill.clients import Client, stand_still
from tests.kill.durable import DurableServer
from tests.kill.ledger import Promise, answers_of, broken
from tests.log_key import LOG_KEY

CLIENTS = 6
KILLS = 5
LONGEST_SECONDS = 1.5


def all_go_on(clients: Sequence[Client]) -> bool:
    """Wait until every client has had another save acknowledged, or was refused."""
    before = [client.promise.saves for client in clients]
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if all(
            client.promise.saves > saves or client.refused
            for client, saves in zip(clients, before, strict=True)
        ):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.slow
def test_every_acknowledged_save_is_there_after_the_server_was_killed(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    draw = random.Random(20261215)
    _, planted = plant(database, CLIENTS)
    with Site(database_url, tmp_path, environment(tmp_path)) as site:
        clients = [Client(site.port, each) for each in planted]
        for client in clients:
            client.start()
        for _ in range(KILLS):
            assert all_go_on(clients), "everybody goes on after a restart"
            time.sleep(draw.uniform(0, LONGEST_SECONDS))
            site.kill()
            stand_still(clients)
            assert [client.refused for client in clients] == [[]] * CLIENTS
            assert broken(database, [client.promise for client in clients]) == []
            site.start()
            for client in clients:
                client.go_on()
        assert all_go_on(clients)
        for client in clients:
            client.end()
    assert [client.refused for client in clients] == [[]] * CLIENTS
    assert broken(database, [client.promise for client in clients]) == []
    # Otherwise nobody was saving when the server was killed, and this showed nothing.
    assert sum(client.lost for client in clients) >= KILLS


def saved(database: Database) -> Promise:
    """A registration saved twice, and what was promised."""
    world, (planted,) = plant(database, 1)
    promise = Promise(planted.registration_id)
    for serial in range(2):
        promise.sending(serial)
        done = save_draft(
            database,
            by=world.registrar,
            registration_id=planted.registration_id,
            version=promise.version,
            page="",
            answers=answers_of(serial),
            now=NOW,
        )
        promise.told(done.version)
    assert broken(database, [promise]) == []
    return promise


def alter(database: Database, promise: Promise, **values: object) -> None:
    """Change the row behind the program's back."""
    with database.begin() as session:
        session.execute(
            sa.update(REGISTRATION)
            .where(REGISTRATION.c.id == promise.registration_id)
            .values(**values)
        )


def test_a_lost_save_would_be_noticed(database: Database) -> None:
    promise = saved(database)

    alter(database, promise, version=promise.version - 1)

    assert "was acknowledged" in broken(database, [promise])[0]


def test_half_a_save_would_be_noticed(database: Database) -> None:
    promise = saved(database)
    promise.sending(3)

    alter(database, promise, version=promise.version + 1, children_under_18=3)

    assert any("birth_year of save 3" in what for what in broken(database, [promise]))


def test_a_save_nobody_sent_would_be_noticed(database: Database) -> None:
    promise = saved(database)

    alter(database, promise, version=promise.version + 1)

    assert "nobody sent it" in broken(database, [promise])[0]


@pytest.mark.slow
def test_every_acknowledged_save_survives_that_postgresql_is_killed_too(tmp_path: Path) -> None:
    with DurableServer() as server:
        server.sql("CREATE DATABASE killed")
        database = Database(server.url("killed"), log_key=LOG_KEY, reach=EVERYTHING)
        upgrade(database)
        _, planted = plant(database, CLIENTS)
        with Site(server.url("killed"), tmp_path, environment(tmp_path)) as site:
            clients = [Client(site.port, each) for each in planted]
            for client in clients:
                client.start()
            assert all_go_on(clients)
            # The database first: the server is asked to save, and cannot.
            server.kill()
            site.kill()
            stand_still(clients)
            server.start()
            database.dispose()
            assert broken(database, [client.promise for client in clients]) == []
            site.start()
            for client in clients:
                client.go_on()
            assert all_go_on(clients)
            for client in clients:
                client.end()
        assert [client.refused for client in clients] == [[]] * CLIENTS
        assert broken(database, [client.promise for client in clients]) == []
        database.dispose()
