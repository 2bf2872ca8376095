"""What a backup says of itself: when, by what, of what; rows and fingerprint of every table."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_WIDTH = 1 << 256


@dataclass(slots=True)
class Fingerprint:
    """Rows of one table, whatever their order: how many, and the sum of their SHA-256.

    Against accidents only; that nobody has meddled is what the seal is for.
    """

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """Count a row in."""
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(line).digest(), "big")) % _WIDTH

    @property
    def digest(self) -> str:
        """64 hexadecimal digits."""
        return f"{self.total:064x}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup. ``tables`` gives rows and digest by name."""

    made_at: datetime
    program: str
    revision: str
    engine: str
    tables: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(rows for rows, _ in self.tables.values())
