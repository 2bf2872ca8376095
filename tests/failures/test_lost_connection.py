"""PostgreSQL is stopped in the middle of the work and started again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.persistence.engine import Database, DatabaseUnavailableError
from brukerplan.persistence.tables import Organisation
from tests.failures.places import Work, migrated
from tests.journey.clerk import Clerk
from tests.journey.planted import environment, plant
from tests.journey.site import Site
from tests.kill.durable import DurableServer
from tests.kill.ledger import Promise, broken

pytestmark = pytest.mark.slow
PROCESSES = 2
"""Of `brukerplan serve`."""


@pytest.fixture
def server() -> Iterator[DurableServer]:
    """A server of its own, with an empty database."""
    with DurableServer() as started:
        started.sql("CREATE DATABASE lost")
        yield started


@pytest.fixture
def database(server: DurableServer) -> Iterator[Database]:
    """Its database, with today's tables."""
    with migrated(server.url("lost")) as opened:
        yield opened


def test_what_was_typed_meanwhile_is_sent_again_from_the_page(
    server: DurableServer, database: Database, tmp_path: Path
) -> None:
    _, (planted,) = plant(database, 1)
    with Site(server.url("lost"), tmp_path, environment(tmp_path)) as site:
        clerk = Clerk(site.port)
        clerk.sign_in(planted.email)
        work = Work(clerk, clerk.open(planted.address), Promise(planted.registration_id))
        assert work.save().status == 200
        server.stop()

        refused = work.save()
        page = work.send_without_script()

        assert refused.status == page.status == 503
        assert json.loads(refused.body)["heading"] == "Databasen svarer ikke"
        assert "Send svarene på nytt" in page.text
        for name, (value, *_) in work.form.fields.items():
            assert name == "csrf_token" or f'name="{name}" value="{value}"' in page.text
        assert clerk.ask("GET", "/helse").status == 503

        server.start()
        assert work.save_again().status == 200
        # And nobody has had to sign in again, nor to start anything but the database.
        assert soon_opened(clerk, planted.address)
        assert soon_opened(clerk, "/helse")
        database.dispose()
        assert broken(database, [work.promise]) == []


def soon_opened(clerk: Clerk, address: str) -> bool:
    """Open the page; each of the server's processes has to find out by itself first."""
    return any(clerk.ask("GET", address).status == 200 for _ in range(PROCESSES + 1))


def test_half_a_transaction_is_nothing(server: DurableServer, database: Database) -> None:
    def cut_off() -> None:
        with database.begin() as session:
            session.add(Organisation(kind="nation", code="norge", name="N", parent_id=None))
            session.flush()
            server.stop()

    with pytest.raises(DatabaseUnavailableError):
        cut_off()
    server.start()

    with database.read() as session:
        assert session.scalars(sa.select(Organisation.code)).all() == []
