"""Opening a database: SQLite embedded, PostgreSQL by address; one transaction at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from brukerplan.identity.log_key import LogKey
from brukerplan.persistence.connections import REACH, REBUILDS, WRITES, address_of, engines
from brukerplan.persistence.faults import (
    DatabaseAddressError,
    DatabaseFullError,
    DatabaseNotMigratedError,
    DatabaseOwnerError,
    DatabaseReadOnlyError,
    DatabaseRoleError,
    DatabaseUnavailableError,
    fault,
)
from brukerplan.persistence.kept import KEPT, KEPT_AREAS, Kept
from brukerplan.persistence.log_chain import LEDGER, Ledger
from brukerplan.persistence.reach import NOBODY, Door, Reach, acting
from brukerplan.persistence.rights import APPLICATION, may_step_over, read_as

__all__ = [
    "HEAD",
    "Database",
    "DatabaseAddressError",
    "DatabaseFullError",
    "DatabaseNotMigratedError",
    "DatabaseOwnerError",
    "DatabaseReadOnlyError",
    "DatabaseRoleError",
    "DatabaseUnavailableError",
    "revision",
]

HEAD = "0011"
"""The revision this program needs; a test holds it equal to the last migration."""


class Database:
    """A database and its connections.

    Parameters
    ----------
    url
        ``sqlite:///path``, or ``postgresql://``, ``postgres://`` or
        ``postgresql+psycopg://``.
    log_key
        Seals the access log. Without it the database can be migrated, read and checked, but
        no act can be logged, and therefore none done: an unsealed log cannot come about.
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

    def __init__(
        self,
        url: str,
        *,
        log_key: LogKey | None = None,
        reach: Reach = NOBODY,
        held: bool = False,
    ) -> None:
        address = address_of(url)
        self.log_key = log_key
        self.reach = reach
        self._held = held
        self.dialect = address.get_backend_name()
        self._path = address.database if self.dialect == "sqlite" else None
        self._ready = False
        self._kept = Kept(KEPT_AREAS)
        self._here = threading.local()
        self.engine, self.reading, self.owning = engines(address)

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
        options: dict[str, object] = {WRITES: writes, REBUILDS: rebuilds}
        if self.dialect == "postgresql":
            options["postgresql_readonly"] = not writes
        with self._connected(self.owning, options, writes=writes) as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """One state of everything, to be read for as long as it takes, while others write.

        Raises
        ------
        DatabaseOwnerError
            The login is not the owner's, and would be shown some of it.
        """
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
            if revision(connection) is not None and not may_step_over(connection):
                raise DatabaseOwnerError
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
    def _connected(
        self, engine: sa.Engine, options: dict[str, object], *, writes: bool
    ) -> Iterator[sa.Connection]:
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
            self._connected(engine, {WRITES: writes, REACH: reach}, writes=writes) as connection,
            Session(connection, expire_on_commit=False, info={KEPT: self._kept}) as session,
        ):
            if not writes:
                yield session
                return
            ledger = session.info[LEDGER] = Ledger(self.log_key)
            yield session
            session.flush()
            ledger.write(session)

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
            kind = fault(error, writes=writes)
            if kind is None:
                raise
            raise kind from error


def revision(connection: sa.Connection) -> str | None:
    """Return the revision of the tables there are, ``None`` where there are none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)
