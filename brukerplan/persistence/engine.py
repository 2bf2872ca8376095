"""Opening a database: SQLite embedded, PostgreSQL by address; one transaction at a time."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.orm import Session

from brukerplan.persistence.kept import KEPT, KEPT_AREAS, Kept
from brukerplan.persistence.reach import NOBODY, Door, Reach, acting
from brukerplan.persistence.rights import APPLICATION, begin_as, may_step_over, read_as
from brukerplan.translation import UserError, mark

HEAD = "0009"
"""The revision this program needs; a test holds it equal to the last migration."""

# SQLite waits this long for another writer before it gives up; a freeze is the longest.
BUSY_MILLISECONDS = 30_000
# A PostgreSQL server that does not answer is told of within seconds, not minutes.
CONNECT_SECONDS = 5

# With SQLite's own 2 MB a freeze spills to disk over and over: nine tenths of its time.
CACHE_KIBIBYTES = 32_000

# A PostgreSQL connection that has rested longer is asked whether it still lives.
REST_SECONDS = 2.0

# PostgreSQL's own codes.
_DISK_FULL = "53100"
_READ_ONLY = "25006"

_RESTS_SINCE = "brukerplan_rests_since"
_WRITES = "brukerplan_writes"
_REBUILDS = "brukerplan_rebuilds"
_REACH = "brukerplan_reach"


class DatabaseUnavailableError(UserError):
    """The database cannot be reached, or is damaged. The address is not repeated."""

    message: ClassVar[str] = mark(
        "Databasen svarer ikke eller er skadet. Kontroller at databasetjeneren er i gang og at "
        "BRUKERPLAN_DATABASE_URL er riktig, og prøv igjen. Det siste som ble lagret, er trygt."
    )


class DatabaseFullError(DatabaseUnavailableError):
    """There is no room for more; what is there can still be read."""

    message: ClassVar[str] = mark(
        "Det er ikke plass til mer der databasen ligger, så det siste er ikke lagret. Det som "
        "var lagret fra før, er trygt. Gi beskjed til den som drifter løsningen."
    )


class DatabaseReadOnlyError(DatabaseUnavailableError):
    """The database takes no changes: a copy, a locked disk, or maintenance."""

    message: ClassVar[str] = mark(
        "Databasen tar ikke imot endringer nå, så det siste er ikke lagret. Det som var lagret "
        "fra før, er trygt. Gi beskjed til den som drifter løsningen."
    )


class DatabaseNotMigratedError(UserError):
    """The database has no tables, or those of another version of the program."""

    message: ClassVar[str] = mark(
        "Databasen har ikke tabellene denne versjonen av programmet trenger "
        "(den har %(found)s, programmet trenger %(needed)s). "
        "Kjør «brukerplan migrate» og start på nytt."
    )


class DatabaseRoleError(DatabaseUnavailableError):
    """The database would let this program past its own policies and out of its log."""

    message: ClassVar[str] = mark(
        "Databasebrukeren i BRUKERPLAN_DATABASE_URL eier tabellene eller er superbruker, og "
        "holdes derfor ikke av databasens egne regler om hvem som ser hva. La «brukerplan serve» "
        "logge inn med en egen bruker: createuser --pwprompt --role %(role)s brukerplan_web"
    )


class DatabaseAddressError(UserError):
    """The address is neither SQLite nor PostgreSQL."""

    message: ClassVar[str] = mark(
        "Databaseadressen kan ikke brukes. Skriv sqlite:///sti/til/fil.sqlite eller "
        "postgresql://bruker@tjener/base."
    )


class Database:
    """A database and its connections.

    Parameters
    ----------
    url
        ``sqlite:///path``, or ``postgresql://``, ``postgres://`` or
        ``postgresql+psycopg://``.
    reach
        How far transactions reach where nobody is signed in: nobody's persons, unless a
        command says that it is the machine's.
    held
        Refuse a PostgreSQL login that could step over the policies: for real persons.

    Raises
    ------
    DatabaseAddressError
        For any other address.
    """

    def __init__(self, url: str, *, reach: Reach = NOBODY, held: bool = False) -> None:
        address = _address(url)
        self.reach = reach
        self._held = held
        self.dialect = address.get_backend_name()
        self._path = address.database if self.dialect == "sqlite" else None
        self._ready = False
        self._kept = Kept(KEPT_AREAS)
        self._here = threading.local()
        if self.dialect == "sqlite":
            self.engine = sa.create_engine(
                address,
                connect_args={"timeout": BUSY_MILLISECONDS / 1_000},
                hide_parameters=True,
            )
            self.reading = self.owning = self.engine
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
        else:
            as_application = f"-c role={APPLICATION}"
            self.engine = _postgresql(address, options=as_application)
            # Connections of their own, on which the server refuses to write: each statement is
            # a transaction by itself, without asking for one and giving it back.
            self.reading = _postgresql(
                address,
                options=f"{as_application} -c default_transaction_read_only=on",
                isolation_level="AUTOCOMMIT",
            )
            # As whoever the address says: for migrations and backups, one at a time.
            self.owning = _postgresql(address, poolclass=sa.NullPool)
            sa.event.listen(self.engine, "begin", _begin_postgresql)
            for engine in (self.engine, self.reading):
                sa.event.listen(engine, "checkin", _note_rest)
                sa.event.listen(engine, "checkout", _ask_after_rest)

    def __repr__(self) -> str:
        # Never the address: it may hold a password.
        return f"Database({self.dialect})"

    @contextmanager
    def begin(self, *doors: Door) -> Iterator[Session]:
        """One writing transaction: committed at the end, rolled back by any exception.

        It is that of whoever acts, and reaches no further, but for ``doors``.

        Raises
        ------
        DatabaseUnavailableError, DatabaseNotMigratedError
            When there is no database to work on.
        """
        with self._session(self._reach(doors), writes=True) as session:
            yield session

    @contextmanager
    def read(self, *doors: Door) -> Iterator[Session]:
        """One reading transaction, of whoever acts; nothing done in it is kept.

        Inside another of the same thread it is that one: who asks, and whether they may see
        what they ask for, are read together.
        """
        reach = self._reach(doors)
        around: tuple[Session, Reach] | None = getattr(self._here, "reading", None)
        if around is not None and around[1] == reach:
            yield around[0]
            return
        with ExitStack() as opened:
            session = (
                opened.enter_context(self._session(NOBODY, writes=False))
                if around is None
                else around[0]
            )
            if self.dialect == "postgresql":
                opened.enter_context(read_as(session, reach, then=around and around[1]))
            self._here.reading = (session, reach)
            try:
                yield session
            finally:
                self._here.reading = around

    @contextmanager
    def connect(self, *, writes: bool = True, rebuilds: bool = False) -> Iterator[sa.Connection]:
        """A bare connection in a transaction, whatever the tables: for migrations and checks.

        It is the owner's, whom no policy holds. With ``rebuilds``, SQLite lets a table that
        others refer to be made anew: whoever asks for it checks the references and disposes of
        the connections afterwards.
        """
        options = {_WRITES: writes, _REBUILDS: rebuilds}
        if self.dialect == "postgresql":
            options["postgresql_readonly"] = not writes
        with self._connected(self.owning, options) as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """One state of everything, to be read for as long as it takes, while others write."""
        if self.dialect == "sqlite":
            with self.connect(writes=False) as connection:
                yield connection
            return
        with (
            self._said_plainly(writes=False),
            self.owning.connect().execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            ) as connection,
            connection.begin(),
        ):
            # Where rows would be left out because of whose they are, an error: half a backup
            # looks like a whole one.
            connection.exec_driver_sql("SET LOCAL row_security = off")
            yield connection

    def check(self) -> None:
        """Refuse a database that is missing, damaged, of another version, or ours to take apart."""
        with self.connect(writes=False) as connection:
            if self._held and may_step_over(connection):
                raise DatabaseRoleError(role=APPLICATION)
            found = revision(connection)
            if found != HEAD:
                raise DatabaseNotMigratedError(found=found or "–", needed=HEAD)
        self._ready = True

    def leave_no_copies(self) -> None:
        """Empty SQLite's write-ahead log, where what was overwritten can still be read.

        PostgreSQL does it in its own time (``VACUUM``).
        """
        if self.dialect == "sqlite":
            with self._said_plainly(writes=True):
                connection = self.engine.raw_connection()
                try:
                    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
                finally:
                    connection.close()

    def dispose(self) -> None:
        """Close every connection; the tables are looked at anew before the next use."""
        self._ready = False
        self.engine.dispose()
        self.reading.dispose()
        self.owning.dispose()

    def _reach(self, doors: tuple[Door, ...]) -> Reach:
        return (acting() or self.reach).through(*doors)

    @contextmanager
    def _connected(self, engine: sa.Engine, options: dict[str, Any]) -> Iterator[sa.Connection]:
        writes: bool = options[_WRITES]
        with self._said_plainly(writes=writes):
            if not self._ready:
                self._make_place()
            with (
                engine.connect().execution_options(**options) as connection,
                connection.begin() as transaction,
            ):
                yield connection
                if not writes:
                    transaction.rollback()

    @contextmanager
    def _session(self, reach: Reach, *, writes: bool) -> Iterator[Session]:
        if not self._ready:
            self.check()
        engine = self.engine if writes else self.reading
        with (
            self._connected(engine, {_WRITES: writes, _REACH: reach}) as connection,
            Session(connection, expire_on_commit=False, info={KEPT: self._kept}) as session,
        ):
            yield session
            if writes:
                session.flush()

    def _make_place(self) -> None:
        # SQLite says only «unable to open database file» when the folder is missing.
        if self._path and self._path != ":memory:" and not self._path.startswith("file:"):
            path = Path(self._path)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if not path.exists():
                    # For the owner alone; SQLite gives its side files the same mode.
                    path.touch(mode=0o600)
            except OSError as error:
                raise DatabaseUnavailableError from error

    @contextmanager
    def _said_plainly(self, *, writes: bool) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if error.connection_invalidated:
                # What one connection has lost, those that rest have lost too.
                self.dispose()
            kind = _fault(error, writes=writes)
            if kind is None:
                raise
            raise kind from error


def _postgresql(address: sa.URL, *, options: str | None = None, **more: Any) -> sa.Engine:
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS}
    if options is not None:
        arguments["options"] = options
    # No error says what was about to be stored.
    return sa.create_engine(address, hide_parameters=True, connect_args=arguments, **more)


def _address(url: str) -> sa.URL:
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


def _fault(error: DBAPIError, *, writes: bool) -> type[DatabaseUnavailableError] | None:
    """Return what is the matter with the database; ``None`` where the fault is the caller's."""
    original = error.orig
    # The primary code is the last byte of SQLite's extended ones.
    code = getattr(original, "sqlite_errorcode", 0) & 0xFF
    state = getattr(original, "sqlstate", None)
    if code == sqlite3.SQLITE_FULL or state == _DISK_FULL:
        return DatabaseFullError
    if writes and (code == sqlite3.SQLITE_READONLY or state == _READ_ONLY):
        return DatabaseReadOnlyError
    damaged = isinstance(original, sqlite3.DatabaseError) and not isinstance(
        original, sqlite3.IntegrityError
    )
    if isinstance(error, OperationalError | InterfaceError) or (
        damaged or error.connection_invalidated
    ):
        return DatabaseUnavailableError
    return None


def revision(connection: sa.Connection) -> str | None:
    """Return the revision of the tables there are, ``None`` where there are none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


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
    begin_as(connection, connection.get_execution_options().get(_REACH, NOBODY))


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes its lock at once. One that first reads and then wants to write can be
    # refused in the middle, with the answers typed so far in its hands.
    options = connection.get_execution_options()
    writes = options.get(_WRITES, True)
    if options.get(_REBUILDS):
        # No effect inside a transaction, therefore before it.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
