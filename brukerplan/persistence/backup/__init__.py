"""Backups: one consistent state of the database in one sealed file, and back (ADR 0021).

Rows as text, not an engine's own format: what was taken on SQLite can be restored on
PostgreSQL and the other way, by whatever version of either is in use then.
"""

from __future__ import annotations

from brukerplan.persistence.backup.manifest import Manifest
from brukerplan.persistence.backup.reading import check_backup
from brukerplan.persistence.backup.restoring import differences, restore_backup
from brukerplan.persistence.backup.writing import write_backup

__all__ = ["Manifest", "check_backup", "differences", "restore_backup", "write_backup"]
