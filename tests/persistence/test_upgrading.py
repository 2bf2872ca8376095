"""A database that is in use is migrated with everything in it, and back again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import downgrade, upgrade

FIRST = "0001"
REGISTRATION = uuid.UUID(int=7)
ROWS: dict[str, list[dict[str, object]]] = {
    "organisation": [
        {"id": 1, "kind": "nation", "code": "norge", "name": "Norge", "language": "nb"},
        {"id": 2, "kind": "municipality", "code": "1103", "name": "S", "language": "nb",
         "parent_id": 1},
        {"id": 3, "kind": "unit", "code": "rus", "name": "Rus", "language": "nb", "parent_id": 2},
    ],
    "user_account": [
        {"id": 1, "email": "a@eksempel.no", "name": "A", "password_hash": "x", "language": "nb",
         "active": True},
    ],
    "pseudonym_key": [
        {"id": key, "purpose": key, "organisation_id": 2, "wrapped": b"wrapped",
         "created_at": "2026-12-01 08:00:00"}
        for key in ("municipality", "transfer")
    ],
    "mapping_round": [
        {"id": 1, "year": 2026, "edition": "2026", "owner_organisation_id": 1, "state": "open",
         "synthetic": True, "opens_on": "2026-11-01", "deadline": "2026-12-15"},
    ],
    "round_municipality": [
        {"round_id": 1, "municipality_id": 2, "takes_part": True,
         "inclusion_rule": "last_12_months", "mental_only_included": True,
         "milder_included": False, "state": "open"},
    ],
    "round_unit": [{"round_id": 1, "unit_id": 3, "expected": 4, "state": "open"}],
    "registration": [
        {"id": REGISTRATION, "round_id": 1, "unit_id": 3, "municipality_id": 2,
         "municipal_pseudonym": b"p" * 32, "municipal_key_id": "municipality",
         "transfer_pseudonym": b"t" * 32, "transfer_key_id": "transfer", "case_label": "S-1",
         "state": "draft", "version": 3, "created_by": 1, "created_at": "2026-12-01 08:00:00",
         "updated_by": 1, "updated_at": "2026-12-01 08:05:00", "confirmed_soft": "",
         "answered": 2, "asked": 70, "housing": 3, "birth_year": 1980},
    ],
}  # fmt: skip


@pytest.fixture
def used(empty_database_url: str) -> Iterator[Database]:
    """A database of the first revision with a round and a draft in it."""
    database = Database(empty_database_url)
    upgrade(database, FIRST)
    with database.connect() as connection:
        known = sa.MetaData()
        known.reflect(connection)
        for name, rows in ROWS.items():
            table = known.tables[name]
            for row in rows:
                values = {key: _as_stored(table.c[key], value) for key, value in row.items()}
                connection.execute(sa.insert(table).values(**values))
    yield database
    database.dispose()


def _as_stored(column: sa.Column[object], value: object) -> object:
    if isinstance(value, uuid.UUID):
        return value.hex if isinstance(column.type, sa.CHAR) else value
    if isinstance(value, str) and isinstance(column.type, sa.Date | sa.DateTime):
        return sa.text(f"'{value}'")
    return value


def rows(database: Database, table: str) -> list[dict[str, object]]:
    with database.connect() as connection:
        found = connection.execute(sa.text(f"SELECT * FROM {table}")).mappings()
        return [dict(row) for row in found]


def test_everything_in_a_database_in_use_is_there_after_the_upgrade(used: Database) -> None:
    before = {table: rows(used, table) for table in ROWS}
    upgrade(used)
    used.check()
    for table, kept in before.items():
        after = rows(used, table)
        assert len(after) == len(kept) > 0
        for old, new in zip(kept, after, strict=True):
            assert old.items() <= new.items(), table
    draft = rows(used, "registration")[0]
    assert (draft["unconfirmed_sections"], draft["letter_language"]) == ("", "nb")
    assert rows(used, "round_municipality")[0]["identity_mode"] == "pseudonymous"


def test_going_back_leaves_what_the_first_tables_had(used: Database) -> None:
    before = {table: rows(used, table) for table in ROWS}
    upgrade(used)
    downgrade(used, FIRST)
    assert {table: rows(used, table) for table in ROWS} == before


def test_references_are_looked_after_again_after_the_upgrade(used: Database) -> None:
    upgrade(used)
    with used.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text("DELETE FROM round_unit"))
