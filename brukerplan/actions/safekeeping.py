"""Restoring a backup, so that nobody who was deleted comes back unnoticed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from brukerplan.persistence.backup import Manifest, restore_backup
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log


def restore(database: Database, path: Path, *, key: bytes, verify: bool, now: datetime) -> Manifest:
    """Restore a backup into an empty database and write in its access log that it is one.

    Raises as `restore_backup` does.
    """
    manifest = restore_backup(database, path, key=key, verify=verify)
    with database.begin() as session:
        log(
            session,
            at=now,
            user_id=None,
            action="backup.restored",
            # Whoever reads the log sees from when on acts are missing.
            detail=f"made={manifest.made_at:%Y-%m-%dt%H:%M}",
        )
    return manifest
