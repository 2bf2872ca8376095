"""Extracts for research: asked for by one, approved by another, and ended on a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("extract", "extract_year", "extract_variable")
MOVES = "(OLD.state != NEW.state AND OLD.state || '>' || NEW.state NOT IN ('approved>ended', 'asked>approved', 'asked>rejected')) OR (OLD.decided_by IS NOT NULL AND (NEW.decided_by != OLD.decided_by OR NEW.persons IS DISTINCT FROM OLD.persons OR NEW.smallest_kept IS DISTINCT FROM OLD.smallest_kept OR NEW.smallest_allowed IS DISTINCT FROM OLD.smallest_allowed OR NEW.left_out IS DISTINCT FROM OLD.left_out))"
DECIDED = "(SELECT state FROM extract WHERE id = NEW.extract_id) != 'asked'"
NOTHING_MORE = "an extract that is decided on takes nothing more"
# Table, name, event, when, message.
REFUSALS = (
    ("extract", "begins", "INSERT", "NEW.state != 'asked'", "an extract begins by being asked for"),
    ("extract", "moves", "UPDATE", MOVES, "an extract does not move like this"),
    ("extract_year", "joins", "INSERT", DECIDED, NOTHING_MORE),
    ("extract_variable", "joins", "INSERT", DECIDED, NOTHING_MORE),
)
# What was asked for: it never changes.
ASKED = "age, asked_at, asked_by, expires_on, follows_persons, id, legal_reference, organisation_id, place, project, purpose, recipient"
# Table, and the columns that do not change: all where none is named.
UNCHANGING = (("extract", ASKED), ("extract_year", ""), ("extract_variable", ""))


def upgrade() -> None:
    _tables()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, columns in UNCHANGING:
        of = f"UPDATE OF {columns}" if columns else "UPDATE"
        if sqlite:
            refuse = f"BEGIN SELECT RAISE(ABORT, '{table} does not change'); END"
            op.execute(f"CREATE TRIGGER {table}_refuses_update BEFORE {of} ON {table} {refuse}")
            op.execute(f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} {refuse}")
            continue
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE {of} OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table, name, event, when, message in REFUSALS:
        before = f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table}"
        if sqlite:
            op.execute(f"{before} WHEN {when} BEGIN SELECT RAISE(ABORT, '{message}'); END")
            continue
        op.execute(
            f"""CREATE OR REPLACE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {when} THEN
        RAISE EXCEPTION USING MESSAGE = '{message}',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$"""
        )
        op.execute(f"{before} FOR EACH ROW EXECUTE FUNCTION {table}_{name}()")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table, name, *_ in REFUSALS:
            op.execute(f"DROP FUNCTION {table}_{name}()")


def _tables() -> None:
    op.create_table(
        "extract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("project", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("legal_reference", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("age", sa.String(length=12), nullable=False),
        sa.Column("follows_persons", sa.Boolean(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_because", sa.Text(), nullable=True),
        sa.Column("smallest_allowed", sa.SmallInteger(), nullable=True),
        sa.Column("smallest_kept", sa.Integer(), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("left_out", sa.Integer(), nullable=True),
        sa.Column("key_id", sa.String(length=64), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "place IN ('municipality', 'health_trust', 'region', 'nowhere')",
            name=op.f("ck_extract_place"),
        ),
        sa.CheckConstraint(
            "age IN ('birth_year', 'age_group', 'untold')", name=op.f("ck_extract_age")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'approved', 'rejected', 'ended')", name=op.f("ck_extract_state")
        ),
        sa.CheckConstraint("length(project) BETWEEN 1 AND 200", name=op.f("ck_extract_project")),
        sa.CheckConstraint(
            "length(recipient) BETWEEN 1 AND 200", name=op.f("ck_extract_recipient")
        ),
        sa.CheckConstraint("length(purpose) BETWEEN 1 AND 2000", name=op.f("ck_extract_purpose")),
        sa.CheckConstraint(
            "length(legal_reference) BETWEEN 1 AND 2000", name=op.f("ck_extract_legal_reference")
        ),
        sa.CheckConstraint(
            "length(rejected_because) BETWEEN 1 AND 2000", name=op.f("ck_extract_rejected_because")
        ),
        sa.CheckConstraint("decided_by != asked_by", name=op.f("ck_extract_two_persons")),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_by IS NULL)", name=op.f("ck_extract_decided_by")
        ),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL)", name=op.f("ck_extract_decided_at")
        ),
        sa.CheckConstraint(
            "(state = 'rejected') = (rejected_because IS NOT NULL)",
            name=op.f("ck_extract_rejected"),
        ),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_extract_ended_at")
        ),
        sa.CheckConstraint(
            "(state IN ('approved', 'ended')) = (smallest_kept IS NOT NULL)",
            name=op.f("ck_extract_approved"),
        ),
        sa.CheckConstraint(
            "(smallest_kept IS NULL) = (persons IS NULL OR left_out IS NULL)",
            name=op.f("ck_extract_counted"),
        ),
        sa.CheckConstraint(
            "(smallest_kept IS NULL) = (smallest_allowed IS NULL)", name=op.f("ck_extract_policy")
        ),
        sa.CheckConstraint(
            "smallest_kept >= smallest_allowed", name=op.f("ck_extract_smallest_kept")
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (key_id IS NOT NULL)", name=op.f("ck_extract_key_id")
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (wrapped IS NOT NULL)", name=op.f("ck_extract_wrapped")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_extract_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_extract_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_extract_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["user_account.id"], name=op.f("fk_extract_ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extract")),
    )
    op.create_index(
        op.f("ix_extract_organisation_id"), "extract", ["organisation_id"], unique=False
    )
    op.create_table(
        "extract_year",
        sa.Column("extract_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["extract_id"], ["extract.id"], name=op.f("fk_extract_year_extract_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["mapping_round.id"], name=op.f("fk_extract_year_round_id")
        ),
        sa.PrimaryKeyConstraint("extract_id", "round_id", name=op.f("pk_extract_year")),
    )
    op.create_table(
        "extract_variable",
        sa.Column("extract_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("variable", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["extract_id"], ["extract.id"], name=op.f("fk_extract_variable_extract_id")
        ),
        sa.PrimaryKeyConstraint("extract_id", "variable", name=op.f("pk_extract_variable")),
    )
