"""The access log in sealed chains, how far each has come, and what has been looked at.

The rows that are there cannot be sealed here: the key is in the settings, never in the
database. ``audit-log verify --adopt`` seals them all at once afterwards.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE_SEALED = "CREATE TRIGGER access_log_refuses_unsealed BEFORE INSERT ON access_log WHEN NEW.chain IS NULL OR NEW.number IS NULL OR NEW.seal IS NULL BEGIN SELECT RAISE(ABORT, 'a row of the access log is sealed'); END"

POSTGRESQL_SEALED = (
    """CREATE OR REPLACE FUNCTION refuse_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = 'a row of the access log is sealed',
        ERRCODE = 'restrict_violation';
END $$""",
    "CREATE TRIGGER access_log_refuses_unsealed BEFORE INSERT ON access_log FOR EACH ROW WHEN (NEW.chain IS NULL OR NEW.number IS NULL OR NEW.seal IS NULL) EXECUTE FUNCTION refuse_unsealed()",
)


def upgrade() -> None:
    """Add the three columns, empty in older rows, and the three tables."""
    op.add_column("access_log", sa.Column("chain", sa.Integer(), nullable=True))
    op.add_column("access_log", sa.Column("number", sa.Integer(), nullable=True))
    op.add_column("access_log", sa.Column("seal", sa.LargeBinary(), nullable=True))
    op.create_index(
        op.f("ix_access_log_chain_number"), "access_log", ["chain", "number"], unique=True
    )
    op.create_table(
        "access_log_head",
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_access_log_head")),
    )
    op.create_table(
        "earlier_log_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_log_key")),
    )
    op.create_table(
        "access_log_seen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.Column("seen_by", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('outside', 'night', 'many', 'refused')",
            name=op.f("ck_access_log_seen_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["organisation.id"],
            name=op.f("fk_access_log_seen_municipality_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_access_log_seen_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["seen_by"], ["user_account.id"], name=op.f("fk_access_log_seen_seen_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log_seen")),
        sa.UniqueConstraint(
            "municipality_id",
            "kind",
            "user_id",
            "day",
            "acts",
            name=op.f("uq_access_log_seen_municipality_id_kind_user_id_day_acts"),
        ),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (SQLITE_SEALED,) if sqlite else POSTGRESQL_SEALED:
        op.execute(statement)


def downgrade() -> None:
    """Take the seals away; the rows stay."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER access_log_refuses_unsealed" + ("" if sqlite else " ON access_log"))
    if not sqlite:
        op.execute("DROP FUNCTION refuse_unsealed()")
    op.drop_table("access_log_seen")
    op.drop_table("earlier_log_key")
    op.drop_table("access_log_head")
    op.drop_index(op.f("ix_access_log_chain_number"), "access_log")
    for column in ("seal", "number", "chain"):
        op.drop_column("access_log", column)
