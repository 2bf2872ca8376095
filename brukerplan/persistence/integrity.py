"""Is the store whole? What the engine can tell, and what the program itself holds true.

Every finding is a sentence with counts and names of tables, never a person, an id or a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.backup.rows import tables_of
from brukerplan.persistence.engine import Database
from brukerplan.persistence.invariants import broken_invariants

_POSTGRESQL_NOT_IN_FORCE = """
SELECT 'a constraint of ' || conrelid::regclass || ' is not validated: ' || conname
  FROM pg_constraint
 WHERE connamespace = current_schema()::regnamespace AND NOT convalidated
UNION ALL
SELECT 'a trigger of ' || tgrelid::regclass || ' is turned off: ' || tgname
  FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
 WHERE relnamespace = current_schema()::regnamespace AND tgenabled = 'D'
UNION ALL
SELECT 'an index of ' || indrelid::regclass || ' is not valid: ' || indexrelid::regclass
  FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
 WHERE relnamespace = current_schema()::regnamespace AND NOT indisvalid
"""
_POSTGRESQL_CHECKS = """
SELECT conrelid::regclass::text AS owner, conname AS name,
       pg_get_expr(conbin, conrelid) AS condition
  FROM pg_constraint
 WHERE contype = 'c' AND connamespace = current_schema()::regnamespace
 ORDER BY 1, 2
"""
_POSTGRESQL_INDEXES = """
SELECT indexrelid::regclass::text AS name
  FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
 WHERE relnamespace = current_schema()::regnamespace AND amname = 'btree' AND indisvalid
 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found wrong, what was looked at, and what could not be."""

    wrong: tuple[str, ...]
    looked_at: tuple[str, ...]
    not_looked_at: tuple[str, ...]


def examine(database: Database) -> Examination:
    """Look through the whole database, in one state of it, while the system runs.

    Raises
    ------
    DatabaseUnavailableError, DatabaseNotMigratedError
        There is nothing to look through, or not by this version.
    """
    database.check()
    looked_at = ["references", "checks", "the program's own rules"]
    not_looked_at = []
    with database.snapshot() as connection:
        if connection.dialect.name == "sqlite":
            wrong = list(_sqlite(connection))
            looked_at.append("the file, page by page")
        else:
            wrong = list(_postgresql(connection))
            if _has_amcheck(connection):
                wrong += _indexes(connection)
                looked_at.append("indexes against their tables (amcheck)")
            else:
                not_looked_at.append(
                    "indexes against their tables: the extension amcheck is not installed"
                )
            if connection.scalar(sa.text("SHOW data_checksums")) != "on":
                not_looked_at.append("pages on the disk: the server keeps no checksums")
        with Session(connection) as session:
            wrong += broken_invariants(session)
    return Examination(tuple(wrong), tuple(looked_at), tuple(not_looked_at))


def _sqlite(connection: sa.Connection) -> Iterator[str]:
    # Its lines may quote what is stored; how many there are is told, and of which kind.
    lines = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    if lines != ["ok"]:
        yield f"the file is damaged: {len(lines)} faults by SQLite's integrity_check"
    broken: dict[tuple[str, str], int] = {}
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        broken[row[0], row[2]] = broken.get((row[0], row[2]), 0) + 1
    for (table, parent), rows in sorted(broken.items()):
        yield f"{rows} rows of {table} refer to a row of {parent} that is not there"


def _postgresql(connection: sa.Connection) -> Iterator[str]:
    yield from connection.execute(sa.text(_POSTGRESQL_NOT_IN_FORCE)).scalars()
    checks = connection.execute(sa.text(_POSTGRESQL_CHECKS)).all()
    for owner, same in groupby(checks, key=lambda check: check.owner):
        named = list(same)
        # All of a table's in one passage through it.
        counts = ", ".join(f"count(*) FILTER (WHERE NOT ({each.condition}))" for each in named)
        found = connection.exec_driver_sql(
            f"SELECT {counts} FROM {owner}".replace("%", "%%")  # noqa: S608
        ).one()
        for check, rows in zip(named, found, strict=True):
            if rows:
                yield f"{rows} rows of {owner} are not as {check.name} demands"
    for table in tables_of(connection):
        for reference in table.foreign_key_constraints:
            if rows := _orphans(connection, table, reference):
                parent = reference.referred_table.name
                yield f"{rows} rows of {table.name} refer to a row of {parent} that is not there"


def _orphans(connection: sa.Connection, table: sa.Table, reference: sa.ForeignKeyConstraint) -> int:
    parent = reference.referred_table.alias("parent")
    pairs = [(element.parent, parent.c[element.column.name]) for element in reference.elements]
    found = sa.exists().where(*(own == other for own, other in pairs)).correlate(table)
    return (
        connection.scalar(
            sa.select(sa.func.count())
            .select_from(table)
            .where(*(own.is_not(None) for own, _ in pairs), ~found)
        )
        or 0
    )


def _has_amcheck(connection: sa.Connection) -> bool:
    return bool(connection.scalar(sa.text("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'")))


def _indexes(connection: sa.Connection) -> Iterator[str]:
    for name in connection.execute(sa.text(_POSTGRESQL_INDEXES)).scalars().all():
        try:
            with connection.begin_nested():
                connection.execute(
                    sa.text("SELECT bt_index_check(CAST(:name AS regclass), true)"),
                    {"name": name},
                )
        except sa.exc.DBAPIError as error:
            # The message may quote a row's place; the kind of fault is enough to act on.
            yield f"the index {name} does not fit its table ({type(error.orig).__name__})"
