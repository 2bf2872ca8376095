"""Reading a backup: every line genuine, every table as its manifest says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from brukerplan.persistence.backup.errors import BackupDamagedError, BackupUnreadableError
from brukerplan.persistence.backup.manifest import Fingerprint, Manifest
from brukerplan.persistence.backup.sealed import open_lines, read_heading

Item = tuple[str, list[str], bytes | None]
"""Table, its columns, and a row as a line; ``None`` where the table begins."""


def heading_of(path: Path) -> Manifest:
    """Read what stands in clear: no table, and nothing that needs the key.

    Raises
    ------
    BackupUnreadableError, NotABackupError, BackupDamagedError
        It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return _manifest(read_heading(file)[0])
    except OSError as error:
        raise BackupUnreadableError(reason=error.strerror) from error


def check_backup(path: Path, *, key: bytes) -> Manifest:
    """Read the whole file and return its manifest; nothing is restored.

    Raises
    ------
    WrongBackupKeyError
        Another key sealed it.
    BackupUnreadableError, NotABackupError, BackupDamagedError
        It is not a whole and unchanged backup.
    """
    reading = BackupReading(path, key)
    for _ in reading:
        pass
    return reading.manifest


class BackupReading:
    """One passage through a backup; ``manifest`` is complete when it has come to the end."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.manifest = heading_of(path)
        self._path = path
        self._key = key

    def __iter__(self) -> Iterator[Item]:
        """Give every table and row; raises as `check_backup` does."""
        found: dict[str, Fingerprint] = {}
        told: dict[str, tuple[int, str]] | None = None
        table, columns = "", list[str]()
        with self._path.open("rb") as file:
            heading, lines = read_heading(file)
            for line in open_lines(file, self._key, heading, lines):
                if told is not None:
                    raise BackupDamagedError
                if line.startswith(b"["):
                    found[table].add(line)
                    yield table, columns, line
                    continue
                content = json.loads(line)
                if "tables" in content:
                    told = {
                        name: (rows, digest) for name, (rows, digest) in content["tables"].items()
                    }
                    continue
                table, columns = content["table"], content["columns"]
                found[table] = Fingerprint()
                yield table, columns, None
        if told != {name: (each.rows, each.digest) for name, each in found.items()}:
            raise BackupDamagedError
        self.manifest = replace(self.manifest, tables=told)


def _manifest(heading: dict[str, str]) -> Manifest:
    return Manifest(
        datetime.fromisoformat(heading["made_at"]),
        heading["program"],
        heading["revision"],
        heading["engine"],
    )
