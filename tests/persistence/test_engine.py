from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.persistence.engine import (
    Database,
    DatabaseAddressError,
    DatabaseUnavailableError,
)
from brukerplan.persistence.kept import Kept
from brukerplan.persistence.log import log
from brukerplan.persistence.migration import upgrade
from brukerplan.persistence.tables import AccessLog, Organisation
from brukerplan.persistence.types import NaiveTimeError

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def nation(code: str) -> Organisation:
    return Organisation(kind="nation", code=code, name=code, parent_id=None)


def codes(database: Database) -> list[str]:
    with database.read() as session:
        return sorted(session.scalars(sa.select(Organisation.code)))


def test_a_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    with database.begin() as session:
        session.add(nation("norge"))

    def break_off() -> None:
        with database.begin() as session:
            session.add(nation("sverige"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert codes(database) == ["norge"]


def test_what_is_done_while_reading_is_not_kept(database: Database) -> None:
    with database.read() as session:
        session.add(nation("norge"))
    assert codes(database) == []


def test_two_writers_wait_for_each_other(database: Database) -> None:
    with database.begin() as session:
        session.add(Organisation(kind="nation", code="0", name="0", parent_id=None))

    def add_one() -> None:
        for _ in range(10):
            with database.begin() as session:
                row = session.scalars(sa.select(Organisation).with_for_update()).one()
                row.name = str(int(row.name) + 1)

    workers = [threading.Thread(target=add_one) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with database.read() as session:
        assert session.scalars(sa.select(Organisation.name)).one() == "40"


def test_a_moment_comes_back_in_utc_wherever_it_was_said(database: Database) -> None:
    oslo = NOW.astimezone(timezone(timedelta(hours=1)))
    with database.begin() as session:
        log(session, at=oslo, user_id=None, action="round.opened")
    with database.read() as session:
        read = session.scalars(sa.select(AccessLog.at)).one()
    assert read == NOW
    assert read.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(NaiveTimeError), database.begin() as session:
        log(session, at=NOW.replace(tzinfo=None), user_id=None, action="round.opened")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_server_that_does_not_answer_is_said_so_without_the_address(scheme: str) -> None:
    database = Database(f"{scheme}://user:secret-word@/base?host=/nowhere/at/all")
    with pytest.raises(DatabaseUnavailableError) as refused, database.read():
        pass
    assert "BRUKERPLAN_DATABASE_URL" in str(refused.value)
    assert "secret-word" not in str(refused.value) + repr(database)


def test_a_fault_of_the_callers_is_not_called_the_databases(database: Database) -> None:
    with pytest.raises(FileNotFoundError), database.begin():
        Path("/nowhere/at/all").read_bytes()


def test_a_damaged_file_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite"
    path.write_bytes(b"this is not a database " * 500)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(DatabaseUnavailableError), database.read():
        pass
    database.dispose()


def test_a_file_damaged_in_use_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.begin() as session:
        session.add(nation("norge"))
    database.dispose()
    for left in tmp_path.glob("broken.sqlite-*"):
        left.unlink()
    content = bytearray(path.read_bytes())
    content[1024:] = b"\xff" * (len(content) - 1024)
    path.write_bytes(bytes(content))
    with pytest.raises(DatabaseUnavailableError), database.read() as session:
        session.scalars(sa.select(Organisation)).all()
    database.dispose()


def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    database = Database(f"sqlite:///{tmp_path / 'file' / 'brukerplan.sqlite'}")
    with pytest.raises(DatabaseUnavailableError), database.read():
        pass


@pytest.mark.parametrize("url", ["mysql://host/base", "not an address", "", "oracle+x://h/b"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(DatabaseAddressError, match="sqlite:///"):
        Database(url)


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'folder' / 'brukerplan.sqlite'}")
    upgrade(database)
    assert codes(database) == []
    database.dispose()


def test_sqlite_overwrites_what_is_deleted(tmp_path: Path) -> None:
    path = tmp_path / "brukerplan.sqlite"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.begin() as session:
        session.add(nation("a-word-to-look-for"))
    with database.begin() as session:
        session.execute(sa.delete(Organisation))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.dispose()
    assert b"a-word-to-look-for" not in path.read_bytes()


def test_what_is_kept_ready_is_limited_and_the_oldest_goes_first() -> None:
    kept = Kept(2)
    for name in ("one", "two", "three"):
        kept.keep(name, name.upper())
    assert [kept.get(name) for name in ("one", "two", "three")] == [None, "TWO", "THREE"]


def test_nothing_is_written_while_reading_even_if_it_is_tried(database: Database) -> None:
    write = sa.text(
        "INSERT INTO user_account (email, name, password_hash, language, active) "
        "VALUES ('a@eksempel.no', 'A', 'x', 'nb', true)"
    )
    # PostgreSQL refuses; SQLite forgets.
    with suppress(sa.exc.DBAPIError, DatabaseUnavailableError), database.read() as session:
        session.execute(write)
    with database.read() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM user_account")) == 0
