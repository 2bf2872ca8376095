"""Counts what is asked of the database: a save is quick because it asks little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from brukerplan.persistence.engine import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect every statement but those that begin and end a transaction."""
    asked: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            asked.append(statement)

    # One and the same on SQLite; on PostgreSQL reads have connections of their own.
    engines = {database.engine, database.reading}
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", listen)
