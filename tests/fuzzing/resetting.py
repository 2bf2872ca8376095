"""Putting a database back as it was, fast enough to do it between two requests."""

from __future__ import annotations

import sqlite3
from typing import Protocol

import psycopg
import sqlalchemy as sa

from brukerplan.persistence.tables import Base


class Reset(Protocol):
    """What was there when it was made, to come back to."""

    @property
    def changed(self) -> bool:
        """Whether anybody has written since."""

    def back(self) -> None:
        """Put everything back, if anybody has written since."""

    def close(self) -> None:
        """Let go of the database."""


class SqliteReset:
    """Keeps the whole file in memory, and copies its pages back."""

    def __init__(self, path: str) -> None:
        self._live = sqlite3.connect(path)
        self._kept = sqlite3.connect(":memory:")
        self._live.backup(self._kept)
        self._seen = self._version()

    @property
    def changed(self) -> bool:
        """Whether another connection has committed anything."""
        return self._version() != self._seen

    def back(self) -> None:
        """Copy the pages back."""
        if self.changed:
            self._kept.backup(self._live)
            self._seen = self._version()

    def close(self) -> None:
        """Close both."""
        self._live.close()
        self._kept.close()

    def _version(self) -> int:
        # Changes whenever another connection has committed something.
        return int(self._live.execute("PRAGMA data_version").fetchone()[0])


class PostgresqlReset:
    """Keeps a copy of every table in a schema beside, and puts the rows back."""

    def __init__(self, url: str) -> None:
        address = sa.make_url(url).set(drivername="postgresql")
        self._live = psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)
        tables = [table.name for table in Base.metadata.sorted_tables]
        self._live.execute(
            "CREATE SCHEMA kept; "
            + "; ".join(f"CREATE TABLE kept.{name} AS TABLE public.{name}" for name in tables)
        )
        # A superuser's connection of its own, on which triggers and references rest.
        self._live.execute("SET session_replication_role = replica")
        self._put_back = "BEGIN; " + "".join(
            f"DELETE FROM public.{name}; INSERT INTO public.{name} SELECT * FROM kept.{name}; "
            for name in tables
        )
        self._seen = self._version()

    @property
    def changed(self) -> bool:
        """Whether anybody has written anything."""
        return self._version() != self._seen

    def back(self) -> None:
        """Put every row back."""
        if self.changed:
            self._live.execute(f"{self._put_back} COMMIT")
            self._seen = self._version()

    def close(self) -> None:
        """Close the connection."""
        self._live.close()

    def _version(self) -> int:
        # Grows whenever anybody has written anything.
        row = self._live.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
        assert row is not None
        return int(row[0])


def reset_of(url: str) -> Reset:
    """Remember what the database at this address holds."""
    if url.startswith("sqlite:///"):
        return SqliteReset(url.removeprefix("sqlite:///"))
    return PostgresqlReset(url)
