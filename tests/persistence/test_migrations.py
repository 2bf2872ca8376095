from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from brukerplan.persistence.engine import HEAD, Database, DatabaseNotMigratedError
from brukerplan.persistence.migration import MIGRATIONS, downgrade, upgrade
from brukerplan.persistence.tables import Base

OWN = "alembic_version"

POSTGRESQL_SCHEMA = """
SELECT 'check' AS kind, conname AS name, pg_get_constraintdef(oid) AS text
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'column', table_name || '.' || column_name,
       concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default)
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'policy', policyname,
       concat_ws(' ', tablename, permissive, roles, cmd, qual, '|', with_check)
  FROM pg_policies WHERE schemaname = 'public'
UNION ALL
SELECT 'row security', relname, concat_ws(' ', relrowsecurity, relforcerowsecurity)
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""


def schema(connection: sa.Connection) -> dict[tuple[str, str], object]:
    """Everything the database holds but rows: by kind and name, in comparable words."""
    if connection.dialect.name == "postgresql":
        rows = connection.execute(sa.text(POSTGRESQL_SCHEMA))
        return {
            (row.kind, row.name): row.text for row in rows if OWN not in f"{row.name} {row.text}"
        }
    found: dict[tuple[str, str], object] = {}
    rows = connection.execute(
        sa.text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    )
    for row in rows:
        if row.tbl_name == OWN:
            continue
        # The order of a table's columns and constraints is nobody's business.
        found[row.type, row.name] = (
            sorted(clauses(row.sql)) if row.type == "table" else words(row.sql)
        )
    return found


def words(sql: str) -> str:
    return re.sub(r"\s+", " ", sql.replace('"', "")).strip()


def clauses(create_table: str) -> Iterator[str]:
    """Split CREATE TABLE at the commas that stand outside parentheses."""
    start, end = create_table.index("("), create_table.rindex(")")
    depth, clause = 0, ""
    for sign in create_table[start + 1 : end]:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth:
            yield words(clause)
            clause = ""
        else:
            clause += sign
    yield words(clause)
    yield words(create_table[end:])


def test_the_migrations_make_what_the_program_knows(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with database.connect() as connection:
        Base.metadata.create_all(connection)
        straight = schema(connection)
        Base.metadata.drop_all(connection)
    upgrade(database)
    with database.connect() as connection:
        assert schema(connection) == straight
    assert len(straight) > 20
    database.dispose()


def test_alembic_sees_no_difference_either(database: Database) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE organisation ADD COLUMN remark TEXT",
        "DROP INDEX uq_organisation_kind_code",
        "CREATE TABLE remark (id INTEGER)",
    ],
)
def test_a_difference_would_be_seen(database: Database, statement: str) -> None:
    with database.connect() as connection:
        before = schema(connection)
        connection.execute(sa.text(statement))
        assert schema(connection) != before


def test_a_changed_check_would_be_seen(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    seen = []
    for years in ("2000 AND 2100", "2000 AND 2101"):
        with database.connect() as connection:
            connection.execute(sa.text("DROP TABLE IF EXISTS t"))
            connection.execute(
                sa.text(f"CREATE TABLE t (y INTEGER, CONSTRAINT c CHECK (y BETWEEN {years}))")
            )
            seen.append(schema(connection))
    database.dispose()
    assert seen[0] != seen[1]


def test_a_database_goes_up_and_down_and_up_again(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    upgrade(database)
    with database.connect() as connection:
        first = schema(connection)
    downgrade(database)
    with database.connect() as connection:
        assert schema(connection) == {}
    upgrade(database)
    with database.connect() as connection:
        assert schema(connection) == first
    upgrade(database)
    database.check()
    database.dispose()


def test_a_database_without_tables_says_how_to_make_them(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with (
        pytest.raises(DatabaseNotMigratedError, match="brukerplan migrate"),
        database.read() as session,
    ):
        session.execute(sa.text("SELECT 1"))
    upgrade(database)
    with database.read() as session:
        assert session.execute(sa.text("SELECT 1")).scalar() == 1
    database.dispose()


def test_a_database_of_another_version_is_refused(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseNotMigratedError, match="9999"):
        database.check()


def test_the_program_needs_the_newest_revision() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert script.get_heads() == [HEAD]
    assert MIGRATIONS.is_absolute()


def test_migrations_are_found_from_anywhere(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = Database(empty_database_url)
    upgrade(database)
    database.check()
    database.dispose()


def test_a_migration_spells_everything_out_itself() -> None:
    for path in sorted((MIGRATIONS / "versions").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) brukerplan", text, re.MULTILINE), path.name


def test_every_name_fits_in_postgresql() -> None:
    longest = 63
    for table in Base.metadata.tables.values():
        names = [str(index.name) for index in table.indexes]
        for constraint in table.constraints:
            assert constraint.name, f"{table.name} has a constraint without a name"
            names.append(str(constraint.name))
        assert not [name for name in names if len(name) > longest]
