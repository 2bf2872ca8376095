"""The words that `row_security` is written in: who reaches a row, as SQL that PostgreSQL asks.

How a transaction says whose it is, stands in `reach`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brukerplan.persistence.reach import Door


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
    # Those with a role there.
    """\
CREATE OR REPLACE FUNCTION reached_members(named text) RETURNS integer[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(user_id) FROM membership
     WHERE organisation_id = ANY ((SELECT reached_below(named))::integer[])
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


def within(column: str, ids: str) -> str:
    """Return that a column is one of the ids that a function gives."""
    return f"{column} = ANY ((SELECT {ids})::integer[])"


def through(*doors: Door) -> str:
    """Return that one of these doors is open."""
    named = ", ".join(f"'{door}'" for door in doors)
    return f"(SELECT opened({named}))"


def any_of(*conditions: str) -> str:
    """Return that one of the conditions holds."""
    return " OR ".join(conditions)


def both(one: str, other: str) -> str:
    """Return that both hold."""
    return f"({one} AND {other})"


def seen_with(parent: str, column: str) -> str:
    """Return that the parent is reached: its own policy is asked."""
    return f"EXISTS (SELECT FROM {parent} WHERE {parent}.id = {column})"


def own(column: str) -> str:
    """Return that a column is whoever acts."""
    return within(column, "reached('user_id')")


def in_municipality(column: str) -> str:
    """Return that a municipality is one that is worked in, or seen to."""
    return any_of(within(column, "reached_around()"), within(column, "reached_below('persons')"))
