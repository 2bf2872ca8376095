"""Taking a backup while others work."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from brukerplan.persistence.backup.errors import BackupExistsError, BackupNotWrittenError
from brukerplan.persistence.backup.manifest import Fingerprint, Manifest
from brukerplan.persistence.backup.rows import column_names, lines_of, tables_of
from brukerplan.persistence.backup.sealed import Sealing
from brukerplan.persistence.engine import HEAD, Database, DatabaseNotMigratedError, revision


def write_backup(
    database: Database, path: Path, *, key: bytes, program: str, now: datetime
) -> Manifest:
    """Write one consistent state of the whole database to a new file.

    The file gets its name when all of it is on the disk, and not before. Also a database of
    earlier tables is backed up: that is what one does before an upgrade.

    Raises
    ------
    BackupExistsError, BackupNotWrittenError
        There is such a file, or it cannot be written.
    DatabaseUnavailableError, DatabaseNotMigratedError
        There is no database, or nothing in it.
    """
    with database.snapshot() as connection:
        found = revision(connection)
        if found is None:
            raise DatabaseNotMigratedError(found="–", needed=HEAD)
        with _new_file(path) as file:
            sealing = Sealing(
                file,
                key,
                {
                    "made_at": now.isoformat(),
                    "program": program,
                    "revision": found,
                    "engine": database.dialect,
                },
            )
            tables = {}
            for table in tables_of(connection):
                sealing.write(_line({"table": table.name, "columns": column_names(table)}))
                fingerprint = Fingerprint()
                for line in lines_of(connection, table):
                    fingerprint.add(line)
                    sealing.write(line + b"\n")
                tables[table.name] = (fingerprint.rows, fingerprint.digest)
            sealing.write(_line({"tables": tables}))
            sealing.end()
    return Manifest(now, program, found, database.dialect, tables)


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    if path.exists():
        raise BackupExistsError
    partial = path.with_name(f".{path.name}.partial")
    try:
        # For the owner alone, from the first byte.
        opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(opened, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.rename(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise BackupNotWrittenError(reason=error.strerror or type(error).__name__) from error


def _sync_folder(folder: Path) -> None:
    # Otherwise a power cut can take the name with it.
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _line(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"
