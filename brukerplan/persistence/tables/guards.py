"""Triggers: what the database itself refuses, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from brukerplan.persistence.tables.base import Base
from brukerplan.persistence.tables.moves import REFUSALS

# IntegrityError on either engine.
_POSTGRESQL_FUNCTION = """\
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' does not change',
        ERRCODE = 'restrict_violation';
END $$"""

_POSTGRESQL_CELL_FUNCTION = """\
CREATE OR REPLACE FUNCTION refuse_change_of_published_cell() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM release WHERE id = OLD.release_id) = 'published' THEN
        RAISE EXCEPTION USING MESSAGE = 'a published cell does not change',
            ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$"""


_POSTGRESQL_SEAL_FUNCTION = """\
CREATE OR REPLACE FUNCTION refuse_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = 'a row of the access log is sealed',
        ERRCODE = 'restrict_violation';
END $$"""


@dataclass(frozen=True, slots=True)
class Guard:
    """Statements that make a table refuse, one set an engine."""

    table: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]


def _never_changes(table: str) -> Guard:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} does not change'); END"
    return Guard(
        table,
        sqlite=tuple(
            f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} {refuse}"
            for act in ("UPDATE", "DELETE")
        ),
        postgresql=(
            _POSTGRESQL_FUNCTION,
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        ),
    )


def _changes_only(table: str, changing: frozenset[str]) -> Guard:
    """Let these columns change, and nothing else; rows are not deleted either."""
    columns = ", ".join(
        sorted({column.name for column in Base.metadata.tables[table].c} - changing)
    )
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} does not change'); END"
    return Guard(
        table,
        sqlite=(
            f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE OF {columns} ON {table} {refuse}",
            f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} {refuse}",
        ),
        postgresql=(
            _POSTGRESQL_FUNCTION,
            f"CREATE TRIGGER {table}_refuses_change BEFORE DELETE OR UPDATE OF {columns} "
            f"ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        ),
    )


_PUBLISHED_RELEASE = Guard(
    "release",
    sqlite=tuple(
        f"CREATE TRIGGER release_refuses_{act.lower()} BEFORE {act} ON release "
        "WHEN OLD.state = 'published' "
        "BEGIN SELECT RAISE(ABORT, 'a published release does not change'); END"
        for act in ("UPDATE", "DELETE")
    ),
    postgresql=(
        _POSTGRESQL_FUNCTION,
        "CREATE TRIGGER release_refuses_change BEFORE UPDATE OR DELETE ON release "
        "FOR EACH ROW WHEN (OLD.state = 'published') EXECUTE FUNCTION refuse_change()",
    ),
)

_PUBLISHED_CELL = Guard(
    "released_cell",
    sqlite=(
        "CREATE TRIGGER released_cell_refuses_update BEFORE UPDATE ON released_cell "
        "WHEN (SELECT state FROM release WHERE id = OLD.release_id) = 'published' "
        "BEGIN SELECT RAISE(ABORT, 'a published cell does not change'); END",
        "CREATE TRIGGER released_cell_refuses_delete BEFORE DELETE ON released_cell "
        "WHEN (SELECT state FROM release WHERE id = OLD.release_id) = 'published' "
        "BEGIN SELECT RAISE(ABORT, 'a published cell does not change'); END",
    ),
    postgresql=(
        _POSTGRESQL_CELL_FUNCTION,
        "CREATE TRIGGER released_cell_refuses_change BEFORE UPDATE OR DELETE ON released_cell "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_cell()",
    ),
)

# The fingerprints stand as long as their cells do; PostgreSQL's function serves both.
_PUBLISHED_AREA = Guard(
    "released_area",
    sqlite=(
        "CREATE TRIGGER released_area_refuses_update BEFORE UPDATE ON released_area "
        "WHEN (SELECT state FROM release WHERE id = OLD.release_id) = 'published' "
        "BEGIN SELECT RAISE(ABORT, 'a published area does not change'); END",
        "CREATE TRIGGER released_area_refuses_delete BEFORE DELETE ON released_area "
        "WHEN (SELECT state FROM release WHERE id = OLD.release_id) = 'published' "
        "BEGIN SELECT RAISE(ABORT, 'a published area does not change'); END",
    ),
    postgresql=(
        _POSTGRESQL_CELL_FUNCTION,
        "CREATE TRIGGER released_area_refuses_change BEFORE UPDATE OR DELETE ON released_area "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_cell()",
    ),
)

# Not a CHECK: rows from before the chains have no seal.
_UNSEALED = "NEW.chain IS NULL OR NEW.number IS NULL OR NEW.seal IS NULL"
_SEALED_LOG = Guard(
    "access_log",
    sqlite=(
        "CREATE TRIGGER access_log_refuses_unsealed BEFORE INSERT ON access_log "
        f"WHEN {_UNSEALED} "
        "BEGIN SELECT RAISE(ABORT, 'a row of the access log is sealed'); END",
    ),
    postgresql=(
        _POSTGRESQL_SEAL_FUNCTION,
        "CREATE TRIGGER access_log_refuses_unsealed BEFORE INSERT ON access_log "
        f"FOR EACH ROW WHEN ({_UNSEALED}) EXECUTE FUNCTION refuse_unsealed()",
    ),
)


_AFTER_THE_ASKING = frozenset(
    {
        "state",
        "decided_by",
        "decided_at",
        "rejected_because",
        "smallest_allowed",
        "smallest_kept",
        "persons",
        "left_out",
        "key_id",
        "wrapped",
        "ended_by",
        "ended_at",
    }
)


def guards() -> tuple[Guard, ...]:
    """Return every guard. To be called once the tables are known: some name their columns."""
    return (
        _never_changes("access_log"),
        _SEALED_LOG,
        _changes_only("frozen_registration", frozenset({"trust_pseudonym", "trust_key_id"})),
        _changes_only("extract", _AFTER_THE_ASKING),
        _never_changes("extract_year"),
        _never_changes("extract_variable"),
        _PUBLISHED_RELEASE,
        _PUBLISHED_AREA,
        _PUBLISHED_CELL,
        *(
            Guard(refusal.table, sqlite=(refusal.sqlite(),), postgresql=refusal.postgresql())
            for refusal in REFUSALS
        ),
    )


def attach() -> None:
    """Let ``create_all`` make the triggers too, as the migrations do."""
    for guard in guards():
        sa.event.listen(Base.metadata.tables[guard.table], "after_create", _maker(guard))


def _maker(guard: Guard) -> Callable[..., None]:
    def make(_table: sa.Table, connection: sa.Connection, **_options: object) -> None:
        sqlite = connection.dialect.name == "sqlite"
        for statement in guard.sqlite if sqlite else guard.postgresql:
            connection.exec_driver_sql(statement)

    return make
