"""What time it is; tests and the tour of the README set their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from flask import current_app

CLOCK = "BRUKERPLAN_CLOCK"


def now() -> datetime:
    """Return the moment in UTC."""
    clock = current_app.config.get(CLOCK)
    return datetime.now(UTC) if clock is None else cast("Callable[[], datetime]", clock)()
