"""A full disk and one that takes no writing: said plainly, nothing half stored, work goes on."""

from __future__ import annotations

import json
import pwd
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.persistence.backup.errors import BackupNotWrittenError
from brukerplan.persistence.engine import Database, DatabaseReadOnlyError
from brukerplan.persistence.integrity import examine
from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.tables import Registration
from tests.actions.world import build
from tests.backup.places import backed_up
from tests.failures.places import Work, fill_up, migrated, opened, small_disk, unwritable
from tests.journey.clerk import Clerk
from tests.journey.planted import environment, plant
from tests.journey.site import Site
from tests.kill.durable import DurableServer
from tests.kill.ledger import Promise, broken

FULL = "Det er ikke plass til mer"
READ_ONLY = "Databasen tar ikke imot endringer"


def fills_up_and_goes_on(url: str, disk: Path, folder: Path) -> None:
    """Work until the disk is full, look at what is said and stored, make room, and go on."""
    with migrated(url) as database, Site(url, folder, environment(folder)) as site:
        _, (planted,) = plant(database, 1)
        clerk = Clerk(site.port)
        clerk.sign_in(planted.email)
        work = Work(clerk, clerk.open(planted.address), Promise(planted.registration_id))
        assert work.save().status == 200
        filler = fill_up(disk)

        refused = work.save_until_refused()
        page = work.send_without_script()

        assert refused.status == page.status == 503
        assert json.loads(refused.body)["heading"] == FULL
        # What was typed stands in the page, to be sent again from there.
        assert FULL in page.text
        assert "Send svarene på nytt" in page.text
        for name, (value, *_) in work.form.fields.items():
            assert name == "csrf_token" or f'name="{name}" value="{value}"' in page.text
        clerk.ask("GET", "/?sprak=en")
        assert "There is no room for more" in work.send_without_script().text

        filler.unlink()
        assert work.save().status == 200
        assert broken(database, [work.promise]) == []
        assert examine(database).wrong == ()
        # It was said to whoever runs the machine, and without what was typed.
        assert "DatabaseFullError" in site.log.read_text()


@pytest.mark.slow
def test_a_full_disk_under_sqlite(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "8m") as disk:
        fills_up_and_goes_on(f"sqlite:///{disk / 'brukerplan.sqlite'}", disk, tmp_path)


@pytest.mark.slow
def test_a_full_disk_under_postgresql(tmp_path: Path) -> None:
    owner = pwd.getpwnam("postgres").pw_uid
    with (
        DurableServer() as server,
        small_disk(server.directory / "disk", "40m", owner=owner) as disk,
    ):
        server.sql(f"CREATE TABLESPACE small LOCATION '{disk}'")
        server.sql("CREATE DATABASE filled TABLESPACE small")
        fills_up_and_goes_on(server.url("filled"), disk, tmp_path)


def test_a_backup_that_finds_no_room_leaves_no_file(database: Database, tmp_path: Path) -> None:
    build(database)
    with small_disk(tmp_path / "disk", "64k") as disk:
        filler = fill_up(disk)
        with pytest.raises(BackupNotWrittenError):
            backed_up(database, disk / "kopi.bpb")
        assert [each.name for each in disk.iterdir()] == ["filler"]

        filler.unlink()
        assert backed_up(database, disk / "kopi.bpb").rows > 0


@pytest.mark.slow
def test_a_sqlite_file_on_a_disk_that_takes_no_writing(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    name = "brukerplan.sqlite"
    with migrated(f"sqlite:///{folder / name}") as database:
        _, (planted,) = plant(database, 1)
        with (
            # Open, so that its side files are there, as in the middle of the work.
            database.read() as session,
            unwritable(folder, tmp_path / "locked") as locked,
        ):
            session.connection()
            url = f"sqlite:///{locked / name}"
            with opened(url) as there:
                with there.read() as reading:
                    assert registration(reading, planted.registration_id) is not None
                with pytest.raises(DatabaseReadOnlyError), there.begin() as writing:
                    writing.execute(sa.delete(Registration))
            with Site(url, tmp_path, environment(tmp_path)) as site:
                clerk = Clerk(site.port)
                assert clerk.ask("GET", "/resultater").status == 200
                said = clerk.try_to_sign_in(planted.email)
                assert said.status >= 400
                assert READ_ONLY in said.text
        assert examine(database).wrong == ()


@pytest.mark.slow
def test_a_postgresql_server_that_takes_no_changes(tmp_path: Path) -> None:
    with DurableServer() as server:
        server.sql("CREATE DATABASE copy")
        url = server.url("copy")
        with migrated(url) as database, Site(url, tmp_path, environment(tmp_path)) as site:
            _, (planted,) = plant(database, 1)
            clerk = Clerk(site.port)
            clerk.sign_in(planted.email)
            work = Work(clerk, clerk.open(planted.address), Promise(planted.registration_id))
            assert work.save().status == 200
            read_only(server, "on")

            # The first to meet a connection that was cut off hears of that instead.
            refused = work.save_until_refused()
            while json.loads(refused.body)["heading"] != READ_ONLY:
                refused = work.save_until_refused()
            page = work.send_without_script()

            assert refused.status == page.status == 503
            assert "Send svarene på nytt" in page.text
            # What needs no writing is there all the while.
            assert clerk.ask("GET", "/resultater").status == 200
            assert clerk.ask("GET", "/helse").status == 200

            read_only(server, "off")
            assert work.save_again().status == 200
            database.dispose()
            assert broken(database, [work.promise]) == []


def read_only(server: DurableServer, on: str) -> None:
    """Let the database take changes or not, as when another server has taken over."""
    server.sql(f"ALTER DATABASE copy SET default_transaction_read_only = {on}")
    server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'copy'")


def test_a_disk_of_the_tests_can_be_filled_and_cleared(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "1m") as disk:
        filler = fill_up(disk)
        assert shutil.disk_usage(disk).free == 0
        filler.unlink()
        assert shutil.disk_usage(disk).free > 1_000_000
