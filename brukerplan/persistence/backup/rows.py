"""Rows to lines and back, the same on either engine.

A line is a JSON list of the row's values, its columns by name. Moments are UTC, bytes are
base64, ids that are UUIDs their 32 digits. Tables are read from the database itself, not
from today's models: a backup may be of earlier tables.
"""

from __future__ import annotations

import base64
import json
import uuid
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

OWN = "alembic_version"
_ROWS_AT_ONCE = 1_000
# The kinds of column there are. Of two that fit, the first.
_PLAIN = (sa.Boolean, sa.Integer, sa.Float, sa.String)


class UnknownColumnKindError(TypeError):
    """A column of a kind that no backup has held before: teach `rows` to write it."""


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    """Return every table there is, by name, except the migrations' own."""
    found = sa.MetaData()
    with warnings.catch_warnings():
        # Of a constraint that is not validated, which is nothing to the rows.
        warnings.filterwarnings("ignore", "Can't validate argument", sa.exc.SAWarning)
        found.reflect(connection)
    return [table for name, table in sorted(found.tables.items()) if name != OWN]


def column_names(table: sa.Table) -> list[str]:
    """Return the names in the order of a line: that of the columns differs between engines."""
    return sorted(table.columns.keys())


def lines_of(connection: sa.Connection, table: sa.Table) -> Iterator[bytes]:
    """Give every row of the table as a line, without holding them all."""
    names = column_names(table)
    writers = _converters(table, names, _writer)
    rows = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(
        sa.select(*(table.c[name] for name in names))
    )
    for row in rows:
        values = list(row)
        for place, write in writers:
            if values[place] is not None:
                values[place] = write(values[place])
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


class LineReader:
    """Lines of one table to rows for an insert."""

    def __init__(self, table: sa.Table) -> None:
        self._names = column_names(table)
        self._readers = _converters(table, self._names, _reader)

    def read(self, line: bytes) -> dict[str, Any]:
        """Return the row of a line."""
        values = json.loads(line)
        for place, read in self._readers:
            if values[place] is not None:
                values[place] = read(values[place])
        return dict(zip(self._names, values, strict=True))


Converter = Callable[[Any], Any]


def _converters(
    table: sa.Table,
    names: Sequence[str],
    choose: Callable[[sa.types.TypeEngine[Any]], Converter | None],
) -> list[tuple[int, Converter]]:
    chosen = [(place, choose(table.c[name].type)) for place, name in enumerate(names)]
    return [(place, convert) for place, convert in chosen if convert is not None]


def _writer(kind: sa.types.TypeEngine[Any]) -> Converter | None:
    if isinstance(kind, sa.DateTime):
        return _moment
    if isinstance(kind, sa.Date):
        return date.isoformat
    if isinstance(kind, sa.LargeBinary):
        return lambda content: base64.b64encode(content).decode("ascii")
    if isinstance(kind, sa.Uuid):
        return lambda value: uuid.UUID(str(value)).hex
    if isinstance(kind, _PLAIN):
        return None
    raise UnknownColumnKindError(f"no backup can hold a column of the kind {kind!r}")


def _reader(kind: sa.types.TypeEngine[Any]) -> Converter | None:
    if isinstance(kind, sa.DateTime):
        zone = UTC if kind.timezone else None
        return lambda text: datetime.fromisoformat(text).replace(tzinfo=zone)
    if isinstance(kind, sa.Date):
        return date.fromisoformat
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode
    if isinstance(kind, sa.Uuid):
        return uuid.UUID
    if isinstance(kind, _PLAIN):
        return None
    raise UnknownColumnKindError(f"no backup can hold a column of the kind {kind!r}")


def _moment(value: datetime) -> str:
    # SQLite's moments are UTC without saying so.
    utc = value if value.tzinfo is None else value.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds")
