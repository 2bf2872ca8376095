"""A backup is one consistent state, and what is restored is equal to it."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.actions.registering import save_draft
from brukerplan.persistence.backup import check_backup, differences, restore_backup, write_backup
from brukerplan.persistence.backup.errors import (
    BackupDamagedError,
    BackupExistsError,
    BackupNotWrittenError,
    BackupOfUnknownVersionError,
    BackupUnreadableError,
    DatabaseNotEmptyError,
    RestoredOtherwiseError,
    WrongBackupKeyError,
)
from brukerplan.persistence.engine import HEAD, Database, DatabaseNotMigratedError
from brukerplan.persistence.migration import downgrade, upgrade
from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.tables import (
    AccessLog,
    Organisation,
    Registration,
    RegistrationChange,
)
from tests.actions.world import NOW, World, build
from tests.backup.places import KEY, OTHER_KEY, backed_up, contents, restored
from tests.conftest import EVERYTHING
from tests.kill.ledger import answers_of
from tests.log_key import LOG_KEY
from tests.postgresql import Server

SAVES_AT_LEAST = 5


@pytest.fixture
def world(database: Database) -> World:
    """A frozen round: its rows are legal, and none of them could be put in today."""
    made = build(database)
    made.approve(("1103",))
    made.freeze()
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the backup goes."""
    return tmp_path / "kopi.bpb"


def test_what_is_restored_is_equal_to_what_was_backed_up_on_either_engine(
    world: World, path: Path, empty_database_url: str
) -> None:
    before = contents(world.database)
    manifest = backed_up(world.database, path)

    there = restored(empty_database_url, path, verify=True)

    after = contents(there)
    assert after == before
    assert {name: rows for name, (rows, _) in manifest.tables.items() if rows} == {
        name: len(rows) for name, rows in before.items() if rows and name != "alembic_version"
    }
    assert sum(map(bool, before.values())) >= 10
    there.dispose()


def test_a_restored_database_is_worked_on_as_before(
    database: Database, path: Path, empty_database_url: str
) -> None:
    world = build(database)
    world.start(1)
    backed_up(database, path)
    there = restored(empty_database_url, path)

    # New rows are numbered after those that came, and every guard stands.
    with there.begin() as session:
        session.add(Organisation(kind="nation", code="sverige", name="S", parent_id=None))
    with there.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text("DELETE FROM access_log"))
    with there.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text("DELETE FROM round_unit"))
    with there.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text("UPDATE mapping_round SET state = 'released'"))
    there.dispose()


def test_a_table_that_differs_from_the_backup_is_named(database: Database, path: Path) -> None:
    build(database)
    manifest = backed_up(database, path)
    assert differences(database, manifest) == []

    for change in (
        "UPDATE round_unit SET expected = expected + 1",
        "INSERT INTO organisation (kind, code, name, language) VALUES ('nation', 's', 'S', 'nb')",
    ):
        with database.connect() as connection:
            connection.execute(sa.text(change))

    assert differences(database, manifest) == ["organisation", "round_unit"]


def test_verifying_refuses_what_was_restored_otherwise(
    database: Database, path: Path, postgresql_server: Server
) -> None:
    build(database)
    backed_up(database, path)
    postgresql_server.sql("CREATE DATABASE faulty")
    there = Database(postgresql_server.url("faulty"), reach=EVERYTHING)
    upgrade(there)
    with there.connect() as connection:
        connection.exec_driver_sql(
            "CREATE RULE forgets AS ON INSERT TO round_unit DO INSTEAD NOTHING"
        )

    with pytest.raises(RestoredOtherwiseError, match="round_unit"):
        restore_backup(there, path, key=KEY, verify=True)

    there.dispose()
    postgresql_server.sql("DROP DATABASE faulty WITH (FORCE)")


class Writer(threading.Thread):
    """Somebody who saves one registration all the time."""

    def __init__(self, world: World, serial: int) -> None:
        super().__init__(daemon=True)
        self.saves = 0
        self._world = world
        self._id = world.start(serial, label=f"S-{serial}")
        self._over = threading.Event()

    def run(self) -> None:
        """Save until told to stop."""
        while not self._over.is_set():
            with self._world.database.read() as session:
                found = registration(session, self._id)
            assert found is not None
            save_draft(
                self._world.database,
                by=self._world.registrar,
                registration_id=self._id,
                version=found.version,
                page="",
                answers=answers_of(found.version),
                now=NOW,
            )
            self.saves += 1

    def end(self) -> None:
        """Stop after the save under way."""
        self._over.set()
        self.join(timeout=60)


def unlike_their_history(database: Database) -> int:
    """Count registrations whose version is not that of their history and of the log."""
    unlike = 0
    with database.read() as session:
        for found, version in session.execute(sa.select(Registration.id, Registration.version)):
            history = session.scalar(
                sa.select(sa.func.max(RegistrationChange.version)).where(
                    RegistrationChange.registration_id == found
                )
            )
            logged = session.scalar(
                sa.select(sa.func.count()).where(
                    AccessLog.action == "registration.saved", AccessLog.subject == str(found)
                )
            )
            unlike += not version == history == (logged or 0) + 1
    return unlike


def test_a_backup_taken_while_others_save_is_one_consistent_state(
    database: Database, tmp_path: Path, empty_database_url: str
) -> None:
    world = build(database)
    writers = [Writer(world, serial) for serial in range(3)]
    for writer in writers:
        writer.start()
    during, serial = 0, 0
    while during < SAVES_AT_LEAST:
        serial += 1
        path = tmp_path / f"{serial}.bpb"
        before = sum(writer.saves for writer in writers)
        backed_up(database, path)
        during = sum(writer.saves for writer in writers) - before
    for writer in writers:
        writer.end()

    there = restored(empty_database_url, path, verify=True)

    assert unlike_their_history(there) == 0
    # The system went on meanwhile: it is not the state at the end that was backed up.
    assert contents(there) != contents(database)
    there.dispose()


def test_a_state_that_is_not_one_would_be_noticed(database: Database) -> None:
    world = build(database)
    started = world.start()
    with database.begin() as session:
        session.execute(sa.update(Registration).where(Registration.id == started).values(version=2))

    assert unlike_their_history(database) == 1


def test_a_database_with_anything_in_it_is_not_restored_over(
    database: Database, path: Path
) -> None:
    build(database)
    backed_up(database, path)
    before = contents(database)

    with pytest.raises(DatabaseNotEmptyError):
        restore_backup(database, path, key=KEY, verify=False)

    assert contents(database) == before


def test_a_migrated_database_without_rows_is_empty(
    database: Database, tmp_path: Path, path: Path
) -> None:
    backed_up(database, path)

    restore_backup(database, path, key=KEY, verify=True)

    database.check()


@pytest.fixture
def taken(tmp_path: Path, sqlite_template: Path) -> Path:
    """A backup of a small world, taken on SQLite."""
    here = tmp_path / "world.sqlite"
    shutil.copy(sqlite_template, here)
    database = Database(f"sqlite:///{here}", log_key=LOG_KEY, reach=EVERYTHING)
    build(database).start()
    backed_up(database, tmp_path / "taken.bpb")
    database.dispose()
    return tmp_path / "taken.bpb"


def damage(content: bytes, where: str) -> bytes:
    if where == "truncated":
        return content[:-100]
    place = {"heading": 40, "beginning": 700, "middle": len(content) // 2, "end": -1}[where]
    changed = bytearray(content)
    changed[place] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("where", ["truncated", "heading", "beginning", "middle", "end"])
def test_a_damaged_file_leaves_the_database_as_it_was(
    taken: Path, empty_database_url: str, where: str
) -> None:
    whole = taken.read_bytes()
    taken.write_bytes(damage(whole, where))
    there = Database(empty_database_url, reach=EVERYTHING)

    with pytest.raises(BackupDamagedError):
        check_backup(taken, key=KEY)
    with pytest.raises(BackupDamagedError):
        restore_backup(there, taken, key=KEY, verify=True)
    with there.connect(writes=False) as connection:
        assert sa.inspect(connection).get_table_names() == []

    # It was the damage: mended, the same file is restored into the same database.
    taken.write_bytes(whole)
    restore_backup(there, taken, key=KEY, verify=True)
    there.dispose()


def test_another_key_is_said_to_be_another_key(taken: Path, empty_database_url: str) -> None:
    there = Database(empty_database_url, reach=EVERYTHING)

    with pytest.raises(WrongBackupKeyError):
        check_backup(taken, key=OTHER_KEY)
    with pytest.raises(WrongBackupKeyError):
        restore_backup(there, taken, key=OTHER_KEY, verify=False)

    assert check_backup(taken, key=KEY).revision == HEAD
    there.dispose()


def test_a_backup_of_a_later_version_is_refused_by_its_name(
    database: Database, path: Path, empty_database_url: str
) -> None:
    with database.connect() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    write_backup(database, path, key=KEY, program="9.1.0", now=NOW)
    there = Database(empty_database_url, reach=EVERYTHING)

    with pytest.raises(BackupOfUnknownVersionError, match=r"9\.1\.0.*9999"):
        restore_backup(there, path, key=KEY, verify=False)

    there.dispose()


def test_a_backup_of_earlier_tables_is_restored_and_brought_up(
    empty_database_url: str, path: Path, tmp_path: Path
) -> None:
    first = Database(empty_database_url, reach=EVERYTHING)
    upgrade(first, "0001")
    with first.connect() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO organisation (id, kind, code, name, language) "
                "VALUES (1, 'nation', 'norge', 'Norge', 'nb')"
            )
        )
    assert backed_up(first, path).revision == "0001"
    downgrade(first)

    # A database of today without rows gives way to the tables the backup had.
    upgrade(first)
    restore_backup(first, path, key=KEY, verify=True)

    first.check()
    with first.read() as session:
        assert session.scalars(sa.select(Organisation.code)).all() == ["norge"]
    first.dispose()


def test_a_backup_is_never_written_over_another(database: Database, path: Path) -> None:
    path.write_bytes(b"an older one")

    with pytest.raises(BackupExistsError):
        backed_up(database, path)

    assert path.read_bytes() == b"an older one"


def test_no_file_has_the_name_before_all_of_it_is_there(database: Database, path: Path) -> None:
    with pytest.raises(BackupNotWrittenError):
        backed_up(database, path.parent / "no such folder" / path.name)

    with database.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE strange (at TIME)")
    with pytest.raises(TypeError, match="no backup can hold"):
        backed_up(database, path)

    assert [each.name for each in path.parent.iterdir() if "kopi" in each.name] == []


def test_only_its_owner_can_read_it(database: Database, path: Path) -> None:
    backed_up(database, path)

    assert path.stat().st_mode & 0o077 == 0


def test_there_is_nothing_to_back_up_where_there_are_no_tables(
    empty_database_url: str, path: Path
) -> None:
    empty = Database(empty_database_url, reach=EVERYTHING)

    with pytest.raises(DatabaseNotMigratedError):
        backed_up(empty, path)

    assert not path.exists()
    empty.dispose()


def test_a_file_that_is_not_there_is_said_so(path: Path) -> None:
    with pytest.raises(BackupUnreadableError):
        check_backup(path, key=KEY)
