"""Restoring a backup into an empty database, and comparing the two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from brukerplan.persistence.backup.errors import (
    BackupDamagedError,
    BackupOfUnknownVersionError,
    DatabaseNotEmptyError,
    RestoredOtherwiseError,
)
from brukerplan.persistence.backup.manifest import Fingerprint, Manifest
from brukerplan.persistence.backup.reading import BackupReading, check_backup, heading_of
from brukerplan.persistence.backup.rows import LineReader, column_names, lines_of, tables_of
from brukerplan.persistence.engine import Database, revision
from brukerplan.persistence.migration import MIGRATIONS, downgrade, upgrade

_ROWS_AT_ONCE = 1_000


def restore_backup(database: Database, path: Path, *, key: bytes, verify: bool) -> Manifest:
    """Put the backup into an empty database, and bring its tables to what this version needs.

    The whole file is checked before anything is written. The rows come in one transaction:
    all of them or none.

    Parameters
    ----------
    verify
        Read everything back and compare it, table by table, with the manifest.

    Raises
    ------
    BackupUnreadableError, NotABackupError, BackupDamagedError, WrongBackupKeyError, \
BackupOfUnknownVersionError
        The file cannot be used.
    DatabaseNotEmptyError
        There is something in the database.
    RestoredOtherwiseError
        The comparison found a difference.
    """
    heading = heading_of(path)
    script = ScriptDirectory(str(MIGRATIONS))
    if heading.revision not in {each.revision for each in script.walk_revisions()}:
        raise BackupOfUnknownVersionError(program=heading.program, revision=heading.revision)
    manifest = check_backup(path, key=key)
    _make_tables(database, manifest.revision)
    with database.connect(rebuilds=True) as connection:
        tables = {table.name: table for table in tables_of(connection)}
        with _without_guards(connection, tables.values()):
            _load(connection, tables, BackupReading(path, key))
        _number_on(connection, tables.values())
    # Its connections do not look after references.
    database.dispose()
    if verify and (wrong := differences(database, manifest)):
        raise RestoredOtherwiseError(tables=", ".join(wrong))
    upgrade(database)
    return manifest


def differences(database: Database, manifest: Manifest) -> list[str]:
    """Return the tables whose rows are not those of the manifest, by name."""
    found = {}
    with database.snapshot() as connection:
        for table in tables_of(connection):
            fingerprint = Fingerprint()
            for line in lines_of(connection, table):
                fingerprint.add(line)
            found[table.name] = (fingerprint.rows, fingerprint.digest)
    names = sorted(found.keys() | manifest.tables.keys())
    return [name for name in names if found.get(name) != manifest.tables.get(name)]


def _make_tables(database: Database, wanted: str) -> None:
    """Make the tables as they were when the backup was taken."""
    with database.connect(writes=False) as connection:
        for table in tables_of(connection):
            if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
                raise DatabaseNotEmptyError
        found = revision(connection)
    if found not in {None, wanted}:
        downgrade(database)
    upgrade(database, wanted)


def _load(connection: sa.Connection, tables: dict[str, sa.Table], backup: BackupReading) -> None:
    # What a migration itself has put in is in the backup too.
    for table in tables.values():
        connection.execute(sa.delete(table))
    for (name, columns), items in groupby(backup, key=lambda item: (item[0], item[1])):
        if name not in tables or columns != column_names(tables[name]):
            raise BackupDamagedError
        _fill(connection, tables[name], (line for _, _, line in items if line is not None))


def _fill(connection: sa.Connection, table: sa.Table, lines: Iterator[bytes]) -> None:
    reader, insert = LineReader(table), sa.insert(table)
    rows: list[dict[str, Any]] = []
    for line in lines:
        rows.append(reader.read(line))
        if len(rows) == _ROWS_AT_ONCE:
            connection.execute(insert, rows)
            rows = []
    if rows:
        connection.execute(insert, rows)


@contextmanager
def _without_guards(connection: sa.Connection, tables: Iterable[sa.Table]) -> Iterator[None]:
    """Let rows in that were legal when they came: a frozen round takes no registration any more.

    References are looked at again for every row before the transaction ends.
    """
    if connection.dialect.name == "sqlite":
        triggers = connection.execute(
            sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for trigger in triggers:
            connection.exec_driver_sql(f'DROP TRIGGER "{trigger.name}"')
        yield
        for trigger in triggers:
            connection.exec_driver_sql(trigger.sql)
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise BackupDamagedError
        return
    references = connection.execute(
        sa.text(
            "SELECT conname AS name, conrelid::regclass::text AS owner, "
            "pg_get_constraintdef(oid) AS text FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for each in references:
        connection.exec_driver_sql(f'ALTER TABLE {each.owner} DROP CONSTRAINT "{each.name}"')
    for table in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
    yield
    for table in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')
    for each in references:
        connection.exec_driver_sql(
            f'ALTER TABLE {each.owner} ADD CONSTRAINT "{each.name}" {each.text}'
        )


def _number_on(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """Let new rows be numbered after those that are there; SQLite does so by itself."""
    if connection.dialect.name == "sqlite":
        return
    for table in tables:
        for column in table.primary_key.columns:
            if not isinstance(column.type, sa.Integer):
                continue
            sequence = connection.scalar(
                sa.select(sa.func.pg_get_serial_sequence(f'"{table.name}"', column.name))
            )
            highest = connection.scalar(sa.select(sa.func.max(column)))
            if sequence is not None and highest is not None:
                connection.execute(sa.select(sa.func.setval(sequence, highest)))
