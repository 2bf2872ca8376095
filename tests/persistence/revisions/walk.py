"""A database from its oldest tables to today's and back, with rows in every table.

Each revision has a file of SQL beside this one, ``NNNN.sql``, written in the terms of its own
day: it fills what the revision brought, and is never changed by a later one. Written for both
engines: moments are UTC, ``X'00ff'`` is bytes, a UUID is its 32 digits, booleans are TRUE and
FALSE. What stands below the line ``-- before going back`` takes away what the tables before
have no room for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory

from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import MIGRATIONS

FOLDER = Path(__file__).parent
BEFORE_GOING_BACK = "-- before going back"
OWN = "alembic_version"

# By revision, the tables («table») and columns («table.column») whose rows it changes on
# purpose, up or down. Say beside each why.
CHANGES_ON_PURPOSE: Mapping[str, frozenset[str]] = {}

Row = Mapping[str, object]
Rows = Mapping[str, list[Row]]


def revisions() -> list[str]:
    """Every revision, the oldest first."""
    script = ScriptDirectory(str(MIGRATIONS))
    return [each.revision for each in script.walk_revisions()][::-1]


def statements(revision: str, *, going_back: bool = False) -> list[str]:
    """The statements of a revision's file, as SQLite takes them; none where there is no file."""
    path = FOLDER / f"{revision}.sql"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    there, _, back = text.partition(BEFORE_GOING_BACK)
    without_comments = re.sub(r"^\s*--.*$", "", back if going_back else there, flags=re.MULTILINE)
    return [each.strip() for each in re.split(r";\s*$", without_comments, flags=re.MULTILINE)
            if each.strip()]  # fmt: skip


def run(database: Database, revision: str, *, going_back: bool = False) -> None:
    """Run them."""
    with database.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        for statement in statements(revision, going_back=going_back):
            if connection.dialect.name == "postgresql":
                statement = re.sub(r"X'([0-9a-f]*)'", r"'\\x\1'", statement)
            connection.exec_driver_sql(statement)


def columns(database: Database) -> dict[str, set[str]]:
    """Names of the columns by table, as they are in the database."""
    with database.connect(writes=False) as connection:
        seen = sa.inspect(connection)
        return {
            table: {column["name"] for column in seen.get_columns(table)}
            for table in seen.get_table_names()
            if table != OWN
        }


def rows(database: Database) -> Rows:
    """Every row of every table."""
    tables = columns(database)
    with database.connect(writes=False) as connection:
        return {
            table: [
                dict(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}").mappings()
            ]
            for table in tables
        }


def lost(before: Rows, after: Rows, on_purpose: frozenset[str] = frozenset()) -> list[str]:
    """What is not in both as it was: of the columns that both have, in every table of both."""
    found = []
    for table in sorted(before.keys() & after.keys() - on_purpose):
        names = [
            name
            for name in _names(before[table]) & _names(after[table])
            if f"{table}.{name}" not in on_purpose
        ]
        if _of(before[table], names) != _of(after[table], names):
            found.append(f"rows of {table} are not as they were")
    return found


def lacking(revision: str, before: Mapping[str, set[str]], filled: Rows) -> list[str]:
    """What a revision brought that its file puts nothing into, each with what to write."""
    file = f"tests/persistence/revisions/{revision}.sql"
    found = []
    for table, there in sorted(filled.items()):
        if not there:
            found.append(f"{table} has no row: write an INSERT in {file}")
        empty = {
            name
            for name in _names(there) - before.get(table, set())
            if all(row[name] is None for row in there)
        }
        found += [
            f"{table}.{name} is empty in every row: write an INSERT or an UPDATE in {file}"
            for name in sorted(empty)
        ]
    return found


def _names(there: list[Row]) -> set[str]:
    return set(there[0]) if there else set()


def _of(there: list[Row], names: list[str]) -> list[str]:
    return sorted(repr([(name, row[name]) for name in sorted(names)]) for row in there)
