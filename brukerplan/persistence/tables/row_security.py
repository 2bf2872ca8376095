"""Which rows of every table a transaction reaches, and what the application may do with them.

PostgreSQL holds the application to this, whatever its queries ask for. A table that is not
here does not get in. How a transaction says whose it is, stands in `reach`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from brukerplan.persistence.reach import Door
from brukerplan.persistence.rights import APPLICATION
from brukerplan.persistence.tables.base import Base


class UndeclaredTableError(ValueError):
    """A table says nothing of whose its rows are, or something is said of no table."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Whose a table's rows are.

    Parameters
    ----------
    policies
        By command (``ALL``, or one of SQL's four), the condition a row must meet. A command that
        none names is refused. Empty for a table of which every row may be reached: the
        reason stands beside it.
    rights
        What the application may do with the table at all.
    """

    policies: Mapping[str, str]
    rights: str = "SELECT, INSERT, UPDATE, DELETE"


# Each is asked once a statement, not once a row: therefore the SELECT around it.
FUNCTIONS = (
    # What the transaction has said; NULL where it has said nothing, which equals nothing.
    """\
CREATE OR REPLACE FUNCTION reached(named text) RETURNS integer[] LANGUAGE sql STABLE AS $$
    SELECT string_to_array(
        nullif(current_setting('brukerplan.' || named, true), ''), ',')::integer[]
$$""",
    # Those organisations and everything below them.
    """\
CREATE OR REPLACE FUNCTION reached_below(named text) RETURNS integer[] LANGUAGE sql STABLE AS $$
    WITH RECURSIVE tree AS (
        SELECT id FROM organisation WHERE id = ANY (reached(named))
        UNION SELECT organisation.id FROM organisation JOIN tree ON parent_id = tree.id
    ) SELECT array_agg(id) FROM tree
$$""",
    # The municipalities of the units one works in, and those one sees to.
    """\
CREATE OR REPLACE FUNCTION reached_around() RETURNS integer[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(parent_id) FROM organisation WHERE id = ANY (reached('units'))
$$""",
    """\
CREATE OR REPLACE FUNCTION opened(VARIADIC doors text[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        string_to_array(nullif(current_setting('brukerplan.doors', true), ''), ',') && doors, false)
$$""",
)


def _within(column: str, ids: str) -> str:
    return f"{column} = ANY ((SELECT {ids})::integer[])"


def _opened(*doors: Door) -> str:
    named = ", ".join(f"'{door}'" for door in doors)
    return f"(SELECT opened({named}))"


def _any(*conditions: str) -> str:
    return " OR ".join(conditions)


def _both(one: str, other: str) -> str:
    return f"({one} AND {other})"


def _seen(parent: str, column: str) -> str:
    """Whoever reaches the parent reaches the row: the parent's own policy is asked."""
    return f"EXISTS (SELECT FROM {parent} WHERE {parent}.id = {column})"


def _municipality(column: str) -> str:
    return _any(_within(column, "reached_around()"), _within(column, "reached_below('persons')"))


_EVERY = Rows({})

ROWS: Mapping[str, Rows] = {
    # Names and codes of public bodies.
    "organisation": _EVERY,
    # Those who work here. Signing in asks before anybody is known, and histories name whoever
    # wrote, wherever they work now.
    "user_account": _EVERY,
    # Read at every request, before it is known who asks. Granted, never taken.
    "membership": Rows(
        {
            "SELECT": "true",
            "ALL": _any(
                _within("organisation_id", "reached_below('persons')"),
                _opened(Door.INVITATION, Door.MACHINE),
            ),
        }
    ),
    "invitation": Rows(
        {
            "ALL": _any(
                _within("organisation_id", "reached_below('persons')"),
                _opened(Door.INVITATION, Door.MACHINE),
            )
        }
    ),
    # About no person: which years are mapped, and by which edition.
    "mapping_round": _EVERY,
    # On which terms a municipality took part stands in its published report.
    "round_municipality": Rows(
        {
            "SELECT": "true",
            "ALL": _any(
                _municipality("municipality_id"),
                _within("municipality_id", "reached_below('rounds')"),
                _opened(Door.MACHINE),
            ),
        }
    ),
    "round_optional_variable": Rows(
        {
            "SELECT": "true",
            "ALL": _any(
                _within("municipality_id", "reached_below('persons')"),
                _within("municipality_id", "reached_below('rounds')"),
                _opened(Door.MACHINE),
            ),
        }
    ),
    "round_unit": Rows(
        {
            "ALL": _any(
                _within("unit_id", "reached('units')"),
                _within("unit_id", "reached_below('persons')"),
                _within("unit_id", "reached_below('rounds')"),
                _opened(Door.MACHINE),
            )
        }
    ),
    # A unit's own, and the municipality's coordinator's. No trust reads a registration.
    "registration": Rows(
        {
            "SELECT": _opened(Door.PROGRESS),
            "ALL": _any(
                _within("unit_id", "reached('units')"),
                _within("municipality_id", "reached_below('persons')"),
                _both(_opened(Door.MUNICIPALITY), _within("municipality_id", "reached_around()")),
                _opened(Door.TRAINING, Door.FREEZE, Door.KEYS, Door.MACHINE),
            ),
        }
    ),
    "registration_change": Rows({"ALL": _seen("registration", "registration_id")}),
    "registration_conflict": Rows({"ALL": _seen("registration", "registration_id")}),
    "conflict_answer": Rows({"ALL": _seen("registration_conflict", "conflict_id")}),
    "registration_query": Rows({"ALL": _seen("registration", "registration_id")}),
    # Pseudonyms alone: every unit must know who has said no.
    "opt_out": Rows(
        {
            "ALL": _any(
                _municipality("municipality_id"),
                _opened(Door.TRAINING, Door.KEYS, Door.MACHINE),
            )
        }
    ),
    "number_change": Rows(
        {"ALL": _any(_municipality("municipality_id"), _opened(Door.KEYS, Door.MACHINE))}
    ),
    "transfer_link": Rows(
        {
            "ALL": _any(
                _seen("registration", "registration_id"),
                _seen("number_change", "number_change_id"),
                _opened(Door.FREEZE, Door.KEYS),
            )
        }
    ),
    # A municipality's own, and the transfer key for whoever registers. The trust key opens at
    # the freeze's door and where keys are replaced.
    "pseudonym_key": Rows(
        {
            "ALL": _any(
                _both("purpose = 'municipality'", f"({_municipality('organisation_id')})"),
                "(purpose = 'transfer' AND (reached('units') IS NOT NULL "
                "OR reached('persons') IS NOT NULL))",
                _both("purpose != 'trust'", _opened(Door.MACHINE)),
                _opened(Door.FREEZE, Door.KEYS),
            )
        }
    ),
    "frozen_registration": Rows(
        {
            "SELECT": _opened(Door.RELEASE),
            "ALL": _opened(Door.FREEZE, Door.KEYS),
        },
        rights="SELECT, INSERT, UPDATE (trust_pseudonym, trust_key_id)",
    ),
    # Past both doors.
    "release": _EVERY,
    "released_area": _EVERY,
    "released_cell": _EVERY,
    # Whoever does something adds a row in their own name. Nobody changes or removes one.
    "access_log": Rows(
        {
            "SELECT": _any(
                _within("organisation_id", "reached_below('logs')"),
                _both(_opened(Door.HISTORY), _within("organisation_id", "reached('units')")),
                _opened(Door.MACHINE),
            ),
            "INSERT": "user_id IS NULL OR user_id = ANY ("
            "coalesce((SELECT reached('user_id'))::integer[], ARRAY[user_id]))",
        },
        rights="SELECT, INSERT",
    ),
}


def statements() -> Iterator[str]:
    """Return what lays the policies upon the tables.

    Raises
    ------
    UndeclaredTableError
        Names the tables without a declaration, and the declarations without a table.
    """
    if apart := ROWS.keys() ^ Base.metadata.tables.keys():
        raise UndeclaredTableError(f"whose are the rows of {', '.join(sorted(apart))}?")
    yield from FUNCTIONS
    for table, rows in ROWS.items():
        if rows.policies:
            yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        for command, condition in rows.policies.items():
            kind = "WITH CHECK" if command == "INSERT" else "USING"
            name = f"{table}_{command.lower()}"
            yield f"CREATE POLICY {name} ON {table} FOR {command} {kind} ({condition})"


def grants() -> Iterator[str]:
    """Return what gives the application its rights."""
    yield f"GRANT SELECT ON alembic_version TO {APPLICATION}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}"
    for table, rows in ROWS.items():
        yield f"GRANT {rows.rights} ON {table} TO {APPLICATION}"


def attach() -> None:
    """Let ``create_all`` lay the policies too, as the migrations do. Rights are the migrations'."""

    def lay(_metadata: sa.MetaData, connection: sa.Connection, **_options: object) -> None:
        if connection.dialect.name == "postgresql":
            for statement in statements():
                connection.exec_driver_sql(statement.replace("%", "%%"))

    sa.event.listen(Base.metadata, "after_create", lay)
