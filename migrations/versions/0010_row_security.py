"""Policies that hold the application to the rows of whoever acts, and its rights.

PostgreSQL only. ``migrate`` has made the role ``brukerplan_app`` before this is run.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FUNCTIONS = (
    """CREATE OR REPLACE FUNCTION reached(named text) RETURNS integer[] LANGUAGE sql STABLE AS $$
    SELECT string_to_array(
        nullif(current_setting('brukerplan.' || named, true), ''), ',')::integer[]
$$""",
    """CREATE OR REPLACE FUNCTION reached_below(named text) RETURNS integer[] LANGUAGE sql STABLE AS $$
    WITH RECURSIVE tree AS (
        SELECT id FROM organisation WHERE id = ANY (reached(named))
        UNION SELECT organisation.id FROM organisation JOIN tree ON parent_id = tree.id
    ) SELECT array_agg(id) FROM tree
$$""",
    """CREATE OR REPLACE FUNCTION reached_members(named text) RETURNS integer[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(user_id) FROM membership
     WHERE organisation_id = ANY ((SELECT reached_below(named))::integer[])
$$""",
    """CREATE OR REPLACE FUNCTION reached_around() RETURNS integer[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(parent_id) FROM organisation WHERE id = ANY (reached('units'))
$$""",
    """CREATE OR REPLACE FUNCTION opened(VARIADIC doors text[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        string_to_array(nullif(current_setting('brukerplan.doors', true), ''), ',') && doors, false)
$$""",
)

# Table, command, condition.
POLICIES = (
    ("membership", "SELECT", "true"),
    (
        "membership",
        "ALL",
        "organisation_id = ANY ((SELECT reached_below('persons'))::integer[]) OR (SELECT opened('invitation', 'machine'))",
    ),
    (
        "invitation",
        "ALL",
        "organisation_id = ANY ((SELECT reached_below('persons'))::integer[]) OR (SELECT opened('invitation', 'machine'))",
    ),
    ("user_session", "SELECT", "true"),
    (
        "user_session",
        "ALL",
        "user_id = ANY ((SELECT reached('user_id'))::integer[]) OR (SELECT opened('sign_in'))",
    ),
    ("provider_link", "SELECT", "true"),
    (
        "provider_link",
        "ALL",
        "user_id = ANY ((SELECT reached('user_id'))::integer[]) OR (SELECT opened('invitation'))",
    ),
    (
        "totp_factor",
        "ALL",
        "user_id = ANY ((SELECT reached('user_id'))::integer[]) OR (SELECT opened('sign_in', 'keys'))",
    ),
    (
        "recovery_code",
        "ALL",
        "user_id = ANY ((SELECT reached('user_id'))::integer[]) OR (SELECT opened('sign_in', 'keys'))",
    ),
    (
        "passkey",
        "ALL",
        "user_id = ANY ((SELECT reached('user_id'))::integer[]) OR (SELECT opened('sign_in'))",
    ),
    (
        "password_reset",
        "ALL",
        "user_id = ANY ((SELECT reached('user_id'))::integer[]) OR (SELECT opened('sign_in'))",
    ),
    ("round_municipality", "SELECT", "true"),
    (
        "round_municipality",
        "ALL",
        "municipality_id = ANY ((SELECT reached_around())::integer[]) OR municipality_id = ANY ((SELECT reached_below('persons'))::integer[]) OR municipality_id = ANY ((SELECT reached_below('rounds'))::integer[]) OR (SELECT opened('machine'))",
    ),
    ("round_optional_variable", "SELECT", "true"),
    (
        "round_optional_variable",
        "ALL",
        "municipality_id = ANY ((SELECT reached_below('persons'))::integer[]) OR municipality_id = ANY ((SELECT reached_below('rounds'))::integer[]) OR (SELECT opened('machine'))",
    ),
    (
        "round_unit",
        "ALL",
        "unit_id = ANY ((SELECT reached('units'))::integer[]) OR unit_id = ANY ((SELECT reached_below('persons'))::integer[]) OR unit_id = ANY ((SELECT reached_below('rounds'))::integer[]) OR (SELECT opened('machine'))",
    ),
    ("unit_service", "SELECT", "true"),
    (
        "unit_service",
        "ALL",
        "unit_id = ANY ((SELECT reached_below('persons'))::integer[]) OR (SELECT opened('machine'))",
    ),
    ("legal_basis", "SELECT", "true"),
    (
        "legal_basis",
        "ALL",
        "unit_id = ANY ((SELECT reached_below('persons'))::integer[]) OR unit_id = ANY ((SELECT reached_below('bases'))::integer[]) OR (SELECT opened('machine'))",
    ),
    ("registration", "SELECT", "(SELECT opened('progress'))"),
    (
        "registration",
        "ALL",
        "unit_id = ANY ((SELECT reached('units'))::integer[]) OR municipality_id = ANY ((SELECT reached_below('persons'))::integer[]) OR ((SELECT opened('municipality')) AND municipality_id = ANY ((SELECT reached_around())::integer[])) OR (SELECT opened('training', 'freeze', 'keys', 'machine'))",
    ),
    (
        "registration_change",
        "ALL",
        "EXISTS (SELECT FROM registration WHERE registration.id = registration_id)",
    ),
    (
        "registration_conflict",
        "ALL",
        "EXISTS (SELECT FROM registration WHERE registration.id = registration_id)",
    ),
    (
        "conflict_answer",
        "ALL",
        "EXISTS (SELECT FROM registration_conflict WHERE registration_conflict.id = conflict_id)",
    ),
    (
        "registration_query",
        "ALL",
        "EXISTS (SELECT FROM registration WHERE registration.id = registration_id)",
    ),
    (
        "opt_out",
        "ALL",
        "municipality_id = ANY ((SELECT reached_around())::integer[]) OR municipality_id = ANY ((SELECT reached_below('persons'))::integer[]) OR (SELECT opened('training', 'keys', 'machine'))",
    ),
    (
        "number_change",
        "ALL",
        "municipality_id = ANY ((SELECT reached_around())::integer[]) OR municipality_id = ANY ((SELECT reached_below('persons'))::integer[]) OR (SELECT opened('keys', 'machine'))",
    ),
    (
        "transfer_link",
        "ALL",
        "EXISTS (SELECT FROM registration WHERE registration.id = registration_id) OR EXISTS (SELECT FROM number_change WHERE number_change.id = number_change_id) OR (SELECT opened('freeze', 'keys'))",
    ),
    (
        "pseudonym_key",
        "ALL",
        "(purpose = 'municipality' AND (organisation_id = ANY ((SELECT reached_around())::integer[]) OR organisation_id = ANY ((SELECT reached_below('persons'))::integer[]))) OR (purpose = 'transfer' AND (reached('units') IS NOT NULL OR reached('persons') IS NOT NULL)) OR (purpose != 'trust' AND (SELECT opened('machine'))) OR (SELECT opened('freeze', 'keys'))",
    ),
    ("frozen_registration", "SELECT", "(SELECT opened('release', 'extract'))"),
    ("frozen_registration", "ALL", "(SELECT opened('freeze', 'keys'))"),
    ("deletion_receipt", "SELECT", "municipality_id IS NULL"),
    (
        "deletion_receipt",
        "ALL",
        "municipality_id = ANY ((SELECT reached_below('persons'))::integer[]) OR (SELECT opened('machine'))",
    ),
    (
        "extract",
        "ALL",
        "organisation_id = ANY ((SELECT reached_below('extracts'))::integer[]) OR (SELECT opened('keys', 'machine'))",
    ),
    ("extract_year", "ALL", "EXISTS (SELECT FROM extract WHERE extract.id = extract_id)"),
    ("extract_variable", "ALL", "EXISTS (SELECT FROM extract WHERE extract.id = extract_id)"),
    (
        "access_log",
        "SELECT",
        "organisation_id = ANY ((SELECT reached_below('logs'))::integer[]) OR (organisation_id IS NULL AND user_id = ANY ((SELECT reached_members('logs'))::integer[])) OR ((SELECT opened('history')) AND organisation_id = ANY ((SELECT reached('units'))::integer[])) OR (starts_with(action, 'extract.') AND organisation_id = ANY ((SELECT reached_below('extracts'))::integer[])) OR (SELECT opened('machine'))",
    ),
    (
        "access_log",
        "INSERT",
        "user_id IS NULL OR user_id = ANY (coalesce((SELECT reached('user_id'))::integer[], ARRAY[user_id])) OR (SELECT opened('sign_in', 'invitation'))",
    ),
    (
        "access_log_seen",
        "ALL",
        "municipality_id = ANY ((SELECT reached_below('logs'))::integer[]) OR (SELECT opened('machine'))",
    ),
    ("earlier_log_key", "ALL", "(SELECT opened('keys'))"),
)

# Table, rights.
RIGHTS = (
    ("organisation", "SELECT, INSERT, UPDATE, DELETE"),
    ("user_account", "SELECT, INSERT, UPDATE, DELETE"),
    ("membership", "SELECT, INSERT, UPDATE, DELETE"),
    ("invitation", "SELECT, INSERT, UPDATE, DELETE"),
    ("user_session", "SELECT, INSERT, UPDATE, DELETE"),
    ("provider_link", "SELECT, INSERT, UPDATE, DELETE"),
    ("totp_factor", "SELECT, INSERT, UPDATE, DELETE"),
    ("recovery_code", "SELECT, INSERT, UPDATE, DELETE"),
    ("passkey", "SELECT, INSERT, UPDATE, DELETE"),
    ("password_reset", "SELECT, INSERT, UPDATE, DELETE"),
    ("sign_in_attempts", "SELECT, INSERT, UPDATE, DELETE"),
    ("used_challenge", "SELECT, INSERT, UPDATE, DELETE"),
    ("mapping_round", "SELECT, INSERT, UPDATE, DELETE"),
    ("round_retention", "SELECT, INSERT, UPDATE, DELETE"),
    ("round_municipality", "SELECT, INSERT, UPDATE, DELETE"),
    ("round_optional_variable", "SELECT, INSERT, UPDATE, DELETE"),
    ("round_unit", "SELECT, INSERT, UPDATE, DELETE"),
    ("unit_service", "SELECT, INSERT, UPDATE, DELETE"),
    ("legal_basis", "SELECT, INSERT, UPDATE, DELETE"),
    ("registration", "SELECT, INSERT, UPDATE, DELETE"),
    ("registration_change", "SELECT, INSERT, UPDATE, DELETE"),
    ("registration_conflict", "SELECT, INSERT, UPDATE, DELETE"),
    ("conflict_answer", "SELECT, INSERT, UPDATE, DELETE"),
    ("registration_query", "SELECT, INSERT, UPDATE, DELETE"),
    ("opt_out", "SELECT, INSERT, UPDATE, DELETE"),
    ("number_change", "SELECT, INSERT, UPDATE, DELETE"),
    ("transfer_link", "SELECT, INSERT, UPDATE, DELETE"),
    ("pseudonym_key", "SELECT, INSERT, UPDATE, DELETE"),
    ("frozen_registration", "SELECT, INSERT, UPDATE (trust_pseudonym, trust_key_id)"),
    ("deletion_receipt", "SELECT, INSERT"),
    ("extract", "SELECT, INSERT, UPDATE, DELETE"),
    ("extract_year", "SELECT, INSERT, UPDATE, DELETE"),
    ("extract_variable", "SELECT, INSERT, UPDATE, DELETE"),
    ("release", "SELECT, INSERT, UPDATE, DELETE"),
    ("released_area", "SELECT, INSERT, UPDATE, DELETE"),
    ("released_cell", "SELECT, INSERT, UPDATE, DELETE"),
    ("access_log", "SELECT, INSERT"),
    ("access_log_head", "SELECT, INSERT, UPDATE"),
    ("access_log_seen", "SELECT, INSERT"),
    ("earlier_log_key", "SELECT, INSERT, UPDATE"),
)

APPLICATION = "brukerplan_app"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for function in FUNCTIONS:
        op.execute(function)
    for table in dict.fromkeys(table for table, _, _ in POLICIES):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for table, command, condition in POLICIES:
        kind = "WITH CHECK" if command == "INSERT" else "USING"
        op.execute(
            f"CREATE POLICY {table}_{command.lower()} ON {table} FOR {command} {kind} ({condition})"
        )
    op.execute(f"GRANT SELECT ON alembic_version TO {APPLICATION}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}")
    for table, rights in RIGHTS:
        op.execute(f"GRANT {rights} ON {table} TO {APPLICATION}")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    # The role is the whole server's, and other databases may use it.
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APPLICATION}")
    op.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {APPLICATION}")
    for table, command, _ in POLICIES:
        op.execute(f"DROP POLICY {table}_{command.lower()} ON {table}")
    for table in dict.fromkeys(table for table, _, _ in POLICIES):
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for function in (
        "opened(text[])",
        "reached_around()",
        "reached_members(text)",
        "reached_below(text)",
        "reached(text)",
    ):
        op.execute(f"DROP FUNCTION {function}")
