"""A few things a database keeps ready for its sessions."""

from __future__ import annotations

import threading

KEPT = "brukerplan_kept"
"""Where a session finds what its database keeps ready; only what can never be outdated."""
KEPT_AREAS = 64
"""Protected tables of so many areas; a page shows three."""


class Kept:
    """A few things kept ready, the oldest given up first. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: dict[object, object] = {}
        self._lock = threading.Lock()

    def get(self, name: object) -> object | None:
        """Return what is kept under the name, or ``None``."""
        with self._lock:
            return self._things.get(name)

    def keep(self, name: object, thing: object) -> None:
        """Keep it, and give up the oldest where there are too many."""
        with self._lock:
            while len(self._things) >= self._most:
                del self._things[next(iter(self._things))]
            self._things[name] = thing
