"""Keys that are rotated and destroyed, changed numbers, and transfer links until the freeze.

A frozen registration's answers never change; what the person is called in it does, when the
trust key is rotated or a number is changed: the guard says which columns those are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Everything but the two columns that say who the person is.
FROZEN_COLUMNS = (
    "action_plan, birth_year, born_abroad, child_followed_up, child_welfare_involved, "
    "children_under_18, concern_reported, contact, cooperation_level, coordinator, "
    "crisis_plan, daily_care, district, economy, first_year_known, gambling_problem, gender, "
    "housing, housing_situation, id, individual_plan, injecting, intellectual_disability, "
    "lar, lar_follow_up, main_activity, main_income, main_substance, mental_health, "
    "mental_problem, municipality_code, network, overdose_last_year, partner, "
    "physical_health, plan_after_discharge, responsibility_group, round_id, service_act_fact, "
    "service_activity, service_aftercare, service_ambulatory_team, service_child_welfare, "
    "service_detoxification, service_education, service_financial_counselling, service_gp, "
    "service_health_centre, service_home_help, service_housing_follow_up, "
    "service_involuntary, service_ips, service_lar, service_low_threshold, "
    "service_mental_day, service_mental_inpatient, service_mental_outpatient, "
    "service_municipal_follow_up, service_nav_social_assistance, service_nav_work_measures, "
    "service_nursing_care, service_outreach, service_somatic_assessment, "
    "service_somatic_hospital, service_support_contact, service_tsb_day, "
    "service_tsb_inpatient, service_tsb_outpatient, social_functioning, substance_problem, "
    "substance_use, substances__alcohol, substances__anabolic_steroids, substances__cannabis, "
    "substances__central_stimulants, substances__ghb, substances__hallucinogens_nps, "
    "substances__heroin, substances__illegal_lar_medicines, substances__other, "
    "substances__other_medicines, substances__other_opioids, substances__solvents, "
    "user_took_part, violence_exposed, violence_exposes_others, work_activity"
)

SQLITE_NEVER = "CREATE TRIGGER frozen_registration_refuses_update BEFORE UPDATE ON frozen_registration BEGIN SELECT RAISE(ABORT, 'frozen_registration does not change'); END"
SQLITE_PERSON = (
    f"CREATE TRIGGER frozen_registration_refuses_update BEFORE UPDATE OF {FROZEN_COLUMNS} ON frozen_registration BEGIN SELECT RAISE(ABORT, 'frozen_registration does not change'); END",
    "CREATE TRIGGER frozen_registration_person BEFORE UPDATE OF trust_pseudonym, trust_key_id ON frozen_registration WHEN OLD.trust_pseudonym IS NULL OR NEW.trust_pseudonym IS NULL OR NOT EXISTS (SELECT 1 FROM pseudonym_key WHERE id = NEW.trust_key_id AND purpose = 'trust' AND retired_at IS NULL) BEGIN SELECT RAISE(ABORT, 'a frozen person is known under the trust key that is in use'); END",
)
POSTGRESQL_NEVER = "CREATE TRIGGER frozen_registration_refuses_change BEFORE UPDATE OR DELETE ON frozen_registration FOR EACH ROW EXECUTE FUNCTION refuse_change()"
POSTGRESQL_PERSON = (
    f"CREATE TRIGGER frozen_registration_refuses_change BEFORE DELETE OR UPDATE OF {FROZEN_COLUMNS} ON frozen_registration FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    """CREATE OR REPLACE FUNCTION frozen_registration_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.trust_pseudonym IS NULL OR NEW.trust_pseudonym IS NULL OR NOT EXISTS (SELECT 1 FROM pseudonym_key WHERE id = NEW.trust_key_id AND purpose = 'trust' AND retired_at IS NULL) THEN
        RAISE EXCEPTION USING MESSAGE = 'a frozen person is known under the trust key that is in use',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$""",
    "CREATE TRIGGER frozen_registration_person BEFORE UPDATE OF trust_pseudonym, trust_key_id ON frozen_registration FOR EACH ROW EXECUTE FUNCTION frozen_registration_person()",
)

# SQLite changes no check in place: the table is made anew. «wrapped» is filled in.
SQLITE_KEYS = """CREATE TABLE moved_pseudonym_key (
id VARCHAR(64) NOT NULL, purpose VARCHAR(20) NOT NULL, organisation_id INTEGER NOT NULL, {wrapped}, created_at DATETIME NOT NULL, retired_at DATETIME,
CONSTRAINT pk_pseudonym_key PRIMARY KEY (id),
CONSTRAINT ck_pseudonym_key_purpose CHECK (purpose IN ('municipality', 'transfer', 'trust')),
CONSTRAINT fk_pseudonym_key_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id){check})"""
IN_USE = "CREATE UNIQUE INDEX uq_pseudonym_key_in_use ON pseudonym_key (purpose, organisation_id) WHERE retired_at IS NULL"
DESTROYED = (
    "CONSTRAINT ck_pseudonym_key_destroyed CHECK (wrapped IS NOT NULL OR retired_at IS NOT NULL)"
)
BY_KEY = ("registration", "opt_out")


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        _keys_anew("wrapped BLOB", f", {DESTROYED}", "NULLIF(wrapped, x'')")
    else:
        op.alter_column("pseudonym_key", "wrapped", nullable=True)
        op.execute("UPDATE pseudonym_key SET wrapped = NULL WHERE length(wrapped) = 0")
        op.execute(f"ALTER TABLE pseudonym_key ADD {DESTROYED}")
    for table in BY_KEY:
        op.create_index(
            op.f(f"ix_{table}_municipal_key_id_municipal_pseudonym"),
            table,
            ["municipal_key_id", "municipal_pseudonym"],
            unique=False,
        )
    _number_change()
    _transfer_link()
    _unguard(sqlite)
    for statement in SQLITE_PERSON if sqlite else POSTGRESQL_PERSON:
        op.execute(statement)
    _refuse_broken_references()


def downgrade() -> None:
    """Go back. Of a destroyed key nothing is left; what links two numbers is forgotten."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(
        "DROP TRIGGER frozen_registration_person" + ("" if sqlite else " ON frozen_registration")
    )
    if not sqlite:
        op.execute("DROP FUNCTION frozen_registration_person()")
    _unguard(sqlite)
    op.execute(SQLITE_NEVER if sqlite else POSTGRESQL_NEVER)
    op.drop_table("transfer_link")
    op.drop_table("number_change")
    for table in BY_KEY:
        op.drop_index(op.f(f"ix_{table}_municipal_key_id_municipal_pseudonym"), table)
    if sqlite:
        _keys_anew("wrapped BLOB NOT NULL", "", "COALESCE(wrapped, x'')")
    else:
        op.execute("ALTER TABLE pseudonym_key DROP CONSTRAINT ck_pseudonym_key_destroyed")
        op.execute("UPDATE pseudonym_key SET wrapped = ''::bytea WHERE wrapped IS NULL")
        op.alter_column("pseudonym_key", "wrapped", nullable=False)
    _refuse_broken_references()


def _unguard(sqlite: bool) -> None:
    op.execute(
        "DROP TRIGGER frozen_registration_refuses_update"
        if sqlite
        else "DROP TRIGGER frozen_registration_refuses_change ON frozen_registration"
    )


def _keys_anew(wrapped: str, check: str, value: str) -> None:
    op.execute(SQLITE_KEYS.format(wrapped=wrapped, check=check))
    op.execute(
        "INSERT INTO moved_pseudonym_key "
        "SELECT id, purpose, organisation_id, " + value + ", created_at, retired_at "
        "FROM pseudonym_key"
    )
    op.execute("DROP TABLE pseudonym_key")
    op.execute("ALTER TABLE moved_pseudonym_key RENAME TO pseudonym_key")
    op.execute(IN_USE)


def _refuse_broken_references() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        broken = bind.execute(sa.text("PRAGMA foreign_key_check")).all()
        if broken:
            raise RuntimeError(f"{len(broken)} rows refer to nothing after the migration")


def _number_change() -> None:
    op.create_table(
        "number_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("earlier_municipal_pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("earlier_municipal_key_id", sa.String(length=64), nullable=False),
        sa.Column("municipal_pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("municipal_key_id", sa.String(length=64), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(earlier_municipal_pseudonym) = 32",
            name=op.f("ck_number_change_earlier_municipal_pseudonym"),
        ),
        sa.CheckConstraint(
            "length(municipal_pseudonym) = 32", name=op.f("ck_number_change_municipal_pseudonym")
        ),
        sa.CheckConstraint(
            "earlier_municipal_pseudonym != municipal_pseudonym",
            name=op.f("ck_number_change_to_another"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["organisation.id"], name=op.f("fk_number_change_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["earlier_municipal_key_id"],
            ["pseudonym_key.id"],
            name=op.f("fk_number_change_earlier_municipal_key_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipal_key_id"],
            ["pseudonym_key.id"],
            name=op.f("fk_number_change_municipal_key_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name=op.f("fk_number_change_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_change")),
        sa.UniqueConstraint(
            "municipality_id",
            "earlier_municipal_pseudonym",
            name=op.f("uq_number_change_municipality_id_earlier_municipal_pseudonym"),
        ),
    )
    op.create_index(
        "ix_number_change_earlier",
        "number_change",
        ["earlier_municipal_key_id", "earlier_municipal_pseudonym"],
        unique=False,
    )
    op.create_index(
        op.f("ix_number_change_municipal_key_id_municipal_pseudonym"),
        "number_change",
        ["municipal_key_id", "municipal_pseudonym"],
        unique=False,
    )


def _transfer_link() -> None:
    op.create_table(
        "transfer_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("number_change_id", sa.Integer(), nullable=True),
        sa.Column("earlier_transfer_pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("earlier_transfer_key_id", sa.String(length=64), nullable=False),
        sa.Column("transfer_pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("transfer_key_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(registration_id IS NULL) != (number_change_id IS NULL)",
            name=op.f("ck_transfer_link_of_one_of_them"),
        ),
        sa.CheckConstraint(
            "length(earlier_transfer_pseudonym) = 32",
            name=op.f("ck_transfer_link_earlier_transfer_pseudonym"),
        ),
        sa.CheckConstraint(
            "length(transfer_pseudonym) = 32", name=op.f("ck_transfer_link_transfer_pseudonym")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["mapping_round.id"], name=op.f("fk_transfer_link_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_transfer_link_registration_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["number_change_id"],
            ["number_change.id"],
            name=op.f("fk_transfer_link_number_change_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["earlier_transfer_key_id"],
            ["pseudonym_key.id"],
            name=op.f("fk_transfer_link_earlier_transfer_key_id"),
        ),
        sa.ForeignKeyConstraint(
            ["transfer_key_id"], ["pseudonym_key.id"], name=op.f("fk_transfer_link_transfer_key_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_link")),
    )
    for column in ("registration_id", "number_change_id"):
        op.create_index(op.f(f"ix_transfer_link_{column}"), "transfer_link", [column], unique=False)
