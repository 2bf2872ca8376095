"""Legal bases of the units, retention of the rounds, receipts for what is deleted.

A unit that is there already gets neither a kind of service nor a basis: unknown means off, and
the coordinator and the data protection officer say. Only units whose every round is of fictive
persons go on as before.
"""
# ruff: noqa: S608 - SQL made of this module's own words

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BASIS = (
    "(SELECT 1 FROM legal_basis WHERE legal_basis.unit_id = NEW.unit_id "
    "AND legal_basis.withdrawn_at IS NULL AND legal_basis.valid_from <= NEW.updated_at "
    "AND (legal_basis.valid_until IS NULL OR legal_basis.valid_until > NEW.updated_at))"
)
TRIGGERS = (
    (
        "registration_starts_lawfully",
        "INSERT",
        f"NOT EXISTS {BASIS}",
        "a unit without a legal basis takes no registration",
    ),
    (
        "registration_changes_lawfully",
        "UPDATE OF state, version",
        f"NOT (OLD.state = 'submitted' AND NEW.state = 'draft') AND NOT EXISTS {BASIS}",
        "a unit without a legal basis takes no change",
    ),
)
IN_FORCE = datetime(2012, 1, 1, tzinfo=UTC)


def upgrade() -> None:
    """Make the four tables, let what is fictive go on, then the triggers."""
    _unit_service()
    _legal_basis()
    _round_retention()
    _deletion_receipt()
    _let_fictive_units_go_on()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, event, when, message in TRIGGERS:
        for statement in (
            _on_sqlite(name, event, when, message)
            if sqlite
            else _on_postgresql(name, event, when, message)
        ):
            op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    """Go back: every unit may register again."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, *_ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else " ON registration"))
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    for table in ("deletion_receipt", "round_retention", "legal_basis", "unit_service"):
        op.drop_table(table)


def _on_sqlite(name: str, event: str, when: str, message: str) -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON registration WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
    )


def _on_postgresql(name: str, event: str, when: str, message: str) -> tuple[str, ...]:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n"
        f"    IF {when} THEN\n"
        f"        RAISE EXCEPTION USING MESSAGE = '{message}',\n"
        f"            ERRCODE = 'restrict_violation';\n"
        f"    END IF;\n"
        f"    RETURN NEW;\n"
        f"END $$",
        f"CREATE TRIGGER {name} BEFORE {event} ON registration "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()",
    )


def _let_fictive_units_go_on() -> None:
    real = (
        "SELECT 1 FROM round_unit JOIN mapping_round ON mapping_round.id = round_unit.round_id "
        "WHERE round_unit.unit_id = organisation.id AND NOT mapping_round.synthetic"
    )
    fictive = (
        "FROM organisation WHERE kind = 'unit' AND EXISTS "
        "(SELECT 1 FROM round_unit WHERE round_unit.unit_id = organisation.id) "
        f"AND NOT EXISTS ({real})"
    )
    moment = sa.bindparam("moment", IN_FORCE, sa.DateTime(timezone=True))
    op.get_bind().execute(
        sa.text(
            "INSERT INTO unit_service (unit_id, kind, stated_at) "
            f"SELECT id, 'other_health', :moment {fictive}"
        ).bindparams(moment)
    )
    op.get_bind().execute(
        sa.text(
            "INSERT INTO legal_basis (unit_id, ground, valid_from, recorded_at) "
            f"SELECT id, 'health_care_3_1', :moment, :moment {fictive}"
        ).bindparams(moment)
    )


def _unit_service() -> None:
    op.create_table(
        "unit_service",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("stated_by", sa.Integer(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(kind) BETWEEN 1 AND 40", name=op.f("ck_unit_service_kind")),
        sa.ForeignKeyConstraint(
            ["stated_by"], ["user_account.id"], name=op.f("fk_unit_service_stated_by")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["organisation.id"], name=op.f("fk_unit_service_unit_id")
        ),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_service")),
    )


def _legal_basis() -> None:
    op.create_table(
        "legal_basis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=30), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(ground) BETWEEN 1 AND 40", name=op.f("ck_legal_basis_ground")),
        sa.CheckConstraint(
            "length(reference) BETWEEN 1 AND 30", name=op.f("ck_legal_basis_reference")
        ),
        sa.CheckConstraint(
            "(recorded_by IS NULL) = (reference IS NULL)", name=op.f("ck_legal_basis_recorded")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name=op.f("ck_legal_basis_withdrawn"),
        ),
        sa.CheckConstraint("valid_until > valid_from", name=op.f("ck_legal_basis_valid_until")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name=op.f("fk_legal_basis_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["organisation.id"], name=op.f("fk_legal_basis_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["user_account.id"], name=op.f("fk_legal_basis_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_basis")),
    )
    op.create_index(op.f("ix_legal_basis_unit_id"), "legal_basis", ["unit_id"], unique=False)


def _round_retention() -> None:
    op.create_table(
        "round_retention",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("purge_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["mapping_round.id"], name=op.f("fk_round_retention_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["set_by"], ["user_account.id"], name=op.f("fk_round_retention_set_by")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_retention")),
    )


def _deletion_receipt() -> None:
    op.create_table(
        "deletion_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=30), nullable=True),
        sa.Column("by_user_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registrations", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("kept_versions", sa.Integer(), nullable=False),
        sa.Column("queries", sa.Integer(), nullable=False),
        sa.Column("opt_outs", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('erasure', 'purge')", name=op.f("ck_deletion_receipt_kind")),
        sa.CheckConstraint(
            "purpose IN ('person_asked', 'representative_asked', 'authority_decided')",
            name=op.f("ck_deletion_receipt_purpose"),
        ),
        sa.CheckConstraint(
            "(kind = 'erasure') = (municipality_id IS NOT NULL)",
            name=op.f("ck_deletion_receipt_erased"),
        ),
        sa.CheckConstraint(
            "(kind = 'purge') = (round_id IS NOT NULL)", name=op.f("ck_deletion_receipt_purged")
        ),
        sa.CheckConstraint(
            "(kind = 'erasure') = (purpose IS NOT NULL)",
            name=op.f("ck_deletion_receipt_purposeful"),
        ),
        sa.CheckConstraint(
            "registrations >= 0 AND changes >= 0 AND kept_versions >= 0 AND queries >= 0 "
            "AND opt_outs >= 0",
            name=op.f("ck_deletion_receipt_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["by_user_id"], ["user_account.id"], name=op.f("fk_deletion_receipt_by_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["organisation.id"],
            name=op.f("fk_deletion_receipt_municipality_id"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["mapping_round.id"], name=op.f("fk_deletion_receipt_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion_receipt")),
    )
    op.create_index(
        op.f("ix_deletion_receipt_round_id"), "deletion_receipt", ["round_id"], unique=False
    )
