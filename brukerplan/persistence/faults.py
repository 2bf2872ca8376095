"""What can be the matter with a database, said to whoever works on it."""

from __future__ import annotations

import sqlite3
from typing import ClassVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from brukerplan.translation import UserError, mark

# PostgreSQL's own codes.
_DISK_FULL = "53100"
_READ_ONLY = "25006"


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


class DatabaseOwnerError(DatabaseUnavailableError):
    """All of the database was to be read, by a login that the policies hold back from it."""

    message: ClassVar[str] = mark(
        "Dette må lese hele databasen, og det får bare den databasebrukeren som eier tabellene. "
        "Kjør kommandoen med adressen til den brukeren."
    )


class DatabaseAddressError(UserError):
    """The address is neither SQLite nor PostgreSQL."""

    message: ClassVar[str] = mark(
        "Databaseadressen kan ikke brukes. Skriv sqlite:///sti/til/fil.sqlite eller "
        "postgresql://bruker@tjener/base."
    )


def fault(error: DBAPIError, *, writes: bool) -> type[DatabaseUnavailableError] | None:
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
