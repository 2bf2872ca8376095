"""Aggregate figures of other sources, beside the mapping."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ("context_series", "context_value")
APPLICATION = "brukerplan_app"


def upgrade() -> None:
    op.create_table(
        "context_series",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("borders_of", sa.SmallInteger(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(id) BETWEEN 1 AND 40", name=op.f("ck_context_series_id")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 200", name=op.f("ck_context_series_title")),
        sa.CheckConstraint(
            "length(source) BETWEEN 1 AND 500", name=op.f("ck_context_series_source")
        ),
        sa.CheckConstraint("length(unit) BETWEEN 1 AND 40", name=op.f("ck_context_series_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_context_series")),
    )
    op.create_table(
        "context_value",
        sa.Column("series_id", sa.String(length=40), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("denominator", sa.Integer(), nullable=True),
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name=op.f("ck_context_value_year")),
        sa.CheckConstraint("length(code) = 4", name=op.f("ck_context_value_code")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_context_value_value")),
        sa.CheckConstraint("denominator > 0", name=op.f("ck_context_value_denominator")),
        sa.CheckConstraint(
            "value <= denominator", name=op.f("ck_context_value_part_of_denominator")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["context_series.id"], name=op.f("fk_context_value_series_id")
        ),
        sa.PrimaryKeyConstraint("series_id", "year", "code", name=op.f("pk_context_value")),
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_select ON {table} FOR SELECT USING (true)")
        op.execute(
            f"CREATE POLICY {table}_all ON {table} FOR ALL USING ((SELECT opened('machine')))"
        )
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APPLICATION}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
