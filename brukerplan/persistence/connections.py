"""How each engine's connections are opened, prepared and begun."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from brukerplan.persistence.faults import DatabaseAddressError
from brukerplan.persistence.reach import NOBODY
from brukerplan.persistence.rights import APPLICATION, begin_as

# SQLite waits this long for another writer before it gives up; a freeze is the longest.
BUSY_MILLISECONDS = 30_000
# A PostgreSQL server that does not answer is told of within seconds, not minutes.
CONNECT_SECONDS = 5

# With SQLite's own 2 MB a freeze spills to disk over and over: nine tenths of its time.
CACHE_KIBIBYTES = 32_000

# A PostgreSQL connection that has rested longer is asked whether it still lives.
REST_SECONDS = 2.0

_RESTS_SINCE = "brukerplan_rests_since"
# Options of a connection: what a transaction is to begin as.
WRITES = "brukerplan_writes"
REBUILDS = "brukerplan_rebuilds"
REACH = "brukerplan_reach"


def engines(address: sa.URL) -> tuple[sa.Engine, sa.Engine, sa.Engine]:
    """Return what writes, what reads, and the owner's; with SQLite they are the same."""
    if address.get_backend_name() == "sqlite":
        engine = sa.create_engine(
            address,
            connect_args={"timeout": BUSY_MILLISECONDS / 1_000},
            hide_parameters=True,
        )
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine, engine, engine
    as_application = f"-c role={APPLICATION}"
    writing = _postgresql(address, options=as_application)
    # Connections of their own, on which the server refuses to write: each statement is
    # a transaction by itself, without asking for one and giving it back.
    reading = _postgresql(
        address,
        options=f"{as_application} -c default_transaction_read_only=on",
        isolation_level="AUTOCOMMIT",
    )
    # As whoever the address says: for migrations and backups, one at a time.
    owning = _postgresql(address, poolclass=sa.NullPool)
    sa.event.listen(writing, "begin", _begin_postgresql)
    for engine in (writing, reading):
        sa.event.listen(engine, "checkin", _note_rest)
        sa.event.listen(engine, "checkout", _ask_after_rest)
    return writing, reading, owning


def address_of(url: str) -> sa.URL:
    """Return the parts of a database's address.

    Raises
    ------
    DatabaseAddressError
        It is neither SQLite's nor PostgreSQL's.
    """
    try:
        address = sa.make_url(url)
    except ArgumentError as error:
        raise DatabaseAddressError from error
    if address.drivername in {"postgresql", "postgres"}:
        address = address.set(drivername="postgresql+psycopg")
    try:
        known = address.get_backend_name() in {"sqlite", "postgresql"}
        address.get_dialect()
    except NoSuchModuleError as error:
        raise DatabaseAddressError from error
    if not known:
        raise DatabaseAddressError
    return address


def _postgresql(address: sa.URL, *, options: str | None = None, **more: Any) -> sa.Engine:
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS}
    if options is not None:
        arguments["options"] = options
    # No error says what was about to be stored.
    return sa.create_engine(address, hide_parameters=True, connect_args=arguments, **more)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: it would leave DDL and the choice
    # of lock outside them.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    # A save that was acknowledged is on the disk, also after a power cut.
    cursor.execute("PRAGMA synchronous = FULL")
    # What is deleted is overwritten: a pseudonym that is gone is gone from the file too.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.close()


def _note_rest(_connection: Any, record: Any) -> None:
    record.info[_RESTS_SINCE] = time.monotonic()


def _ask_after_rest(connection: Any, record: Any, _proxy: object) -> None:
    # A server that was restarted has forgotten the connection. Asking before every use costs
    # a round trip each time; one that was in use a moment ago is taken at its word.
    since = record.info.get(_RESTS_SINCE)
    if since is None or time.monotonic() - since < REST_SECONDS:
        return
    try:
        connection.execute("SELECT 1").close()
        connection.rollback()
    except psycopg.Error as error:
        # The pool then makes a new connection.
        raise sa.exc.DisconnectionError from error


def _begin_postgresql(connection: sa.Connection) -> None:
    begin_as(connection, connection.get_execution_options().get(REACH, NOBODY))


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes its lock at once. One that first reads and then wants to write can be
    # refused in the middle, with the answers typed so far in its hands.
    options = connection.get_execution_options()
    writes = options.get(WRITES, True)
    if options.get(REBUILDS):
        # No effect inside a transaction, therefore before it.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
