"""Backups in tests: a key, a way to take one, and what is in a database table by table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from brukerplan.persistence.backup import Manifest, restore_backup, write_backup
from brukerplan.persistence.engine import Database
from tests.actions.world import NOW
from tests.conftest import EVERYTHING
from tests.log_key import LOG_KEY

KEY = b"k" * 32
OTHER_KEY = b"o" * 32


def backed_up(database: Database, path: Path) -> Manifest:
    """Take a backup."""
    return write_backup(database, path, key=KEY, program="0.1.0", now=NOW)


def restored(url: str, path: Path, *, verify: bool = False) -> Database:
    """Restore a backup into the empty database at the address, and leave it open."""
    database = Database(url, log_key=LOG_KEY, reach=EVERYTHING)
    restore_backup(database, path, key=KEY, verify=verify)
    return database


def contents(database: Database) -> Mapping[str, list[str]]:
    """Every row of every table as the database itself gives it, without the program's tables.

    By columns' names, and in words that both engines share; rows in no order.
    """
    with database.connect(writes=False) as connection:
        known = sa.MetaData()
        known.reflect(connection)
        return {
            name: sorted(
                repr({key: _shared(row[key]) for key in sorted(map(str, row.keys()))})
                for row in connection.execute(sa.select(table)).mappings()
            )
            for name, table in known.tables.items()
        }


def _shared(value: object) -> object:
    text = str(value)
    # A UUID has dashes on one of them, a moment a zone.
    return text.replace("-", "").removesuffix("+00:00")
