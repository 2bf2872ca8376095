"""Whose every row is, read from the tables themselves: one unit's, or somebody else's."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from brukerplan.persistence.engine import Database
from brukerplan.persistence.sensitivity import Sensitivity, classify
from brukerplan.persistence.tables import Base, Organisation, UserAccount

Row = tuple[object, ...]
Rows = dict[str, set[Row]]
Value = int | str | uuid.UUID

_ORGANISATION, _USER = Organisation.__tablename__, UserAccount.__tablename__
# Who asked for what is written down, whatever the answer.
_LOG = "access_log"


@dataclass(frozen=True, slots=True)
class Whose:
    """A unit and somebody who works there."""

    unit_id: int
    user_id: int


def everything(database: Database) -> Rows:
    """Return every row of every table but the access log."""
    with database.snapshot() as connection:
        return {
            table.name: {tuple(row) for row in connection.execute(sa.select(table))}
            for table in Base.metadata.sorted_tables
            if not table.name.startswith(_LOG)
        }


def of_others(rows: Rows, whose: Whose) -> Rows:
    """Return the rows that do not belong to the unit or its worker.

    A row is theirs when it refers to a row that is: a question to a registration, that to its
    unit. Who wrote a row owns it only where nothing else does, as a session. Tables that
    refer to nothing and that nothing refers to, such as counts of attempts, are nobody's.
    """
    theirs: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    others: Rows = {}
    referred = {key.column.table.name for table in _tables() for key in table.foreign_keys}
    for table in _tables():
        references = [
            (reference, reference.referred_table.name)
            for reference in table.foreign_key_constraints
            if reference.referred_table.name != table.name
        ]
        places = [each for each in references if each[1] != _USER] or references
        if table.name not in rows or not (references or table.name in referred):
            continue
        others[table.name] = set()
        for row in rows[table.name]:
            named = dict(zip(table.columns.keys(), row, strict=True))
            if _is_theirs(table.name, named, whose) or any(
                _refers(reference, named, theirs[target]) for reference, target in places
            ):
                theirs[table.name].append(named)
            else:
                others[table.name].add(row)
    return others


def identifiers(rows: Rows) -> dict[str, list[Value]]:
    """Return the values of the keys of these rows, under the columns' and the tables' names.

    ``registration_id`` and ``id`` of the table ``registration`` are the same thing.
    """
    found: dict[str, list[Value]] = defaultdict(list)
    for table in _tables():
        for row in sorted(rows.get(table.name, ()), key=repr):
            named = dict(zip(table.columns.keys(), row, strict=True))
            for column in table.columns:
                value = named[column.name]
                if isinstance(value, bool) or not isinstance(value, int | str | uuid.UUID):
                    continue
                alone = column.primary_key and len(table.primary_key) == 1
                if alone or (column.name in {"code", "year"} and value):
                    name = f"{table.name}_{column.name}" if column.name == "id" else column.name
                    if value not in found[name]:
                        found[name].append(value)
    return found


def is_public(table: str) -> bool:
    """Tell whether the existence of a table's rows is no secret: names of public bodies."""
    classes = classify(Base.metadata)
    return classes[f"{table}.id"] is Sensitivity.PUBLIC_REFERENCE


def _tables() -> list[sa.Table]:
    return Base.metadata.sorted_tables


def _is_theirs(table: str, row: Mapping[str, object], whose: Whose) -> bool:
    return (table == _ORGANISATION and row["id"] == whose.unit_id) or (
        table == _USER and row["id"] == whose.user_id
    )


def _refers(
    reference: sa.ForeignKeyConstraint,
    row: Mapping[str, object],
    targets: list[Mapping[str, object]],
) -> bool:
    pairs = [(key.parent.name, key.column.name) for key in reference.elements]
    return any(all(row[a] == target[b] is not None for a, b in pairs) for target in targets)
