"""The first tables: every column and every check spelled out.

A migration tells what was true when it was written; it never imports the questionnaire.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


SQLITE_GUARDS = (
    "CREATE TRIGGER access_log_refuses_update BEFORE UPDATE ON access_log BEGIN SELECT "
    "RAISE(ABORT, 'access_log does not change'); END",
    "CREATE TRIGGER access_log_refuses_delete BEFORE DELETE ON access_log BEGIN SELECT "
    "RAISE(ABORT, 'access_log does not change'); END",
    "CREATE TRIGGER frozen_registration_refuses_update BEFORE UPDATE ON frozen_registration "
    "BEGIN SELECT RAISE(ABORT, 'frozen_registration does not change'); END",
    "CREATE TRIGGER frozen_registration_refuses_delete BEFORE DELETE ON frozen_registration "
    "BEGIN SELECT RAISE(ABORT, 'frozen_registration does not change'); END",
    "CREATE TRIGGER release_refuses_update BEFORE UPDATE ON release WHEN OLD.state = "
    "'published' BEGIN SELECT RAISE(ABORT, 'a published release does not change'); END",
    "CREATE TRIGGER release_refuses_delete BEFORE DELETE ON release WHEN OLD.state = "
    "'published' BEGIN SELECT RAISE(ABORT, 'a published release does not change'); END",
    "CREATE TRIGGER released_area_refuses_update BEFORE UPDATE ON released_area WHEN (SELECT "
    "state FROM release WHERE id = OLD.release_id) = 'published' BEGIN SELECT RAISE(ABORT, "
    "'a published area does not change'); END",
    "CREATE TRIGGER released_area_refuses_delete BEFORE DELETE ON released_area WHEN (SELECT "
    "state FROM release WHERE id = OLD.release_id) = 'published' BEGIN SELECT RAISE(ABORT, "
    "'a published area does not change'); END",
    "CREATE TRIGGER released_cell_refuses_update BEFORE UPDATE ON released_cell WHEN (SELECT "
    "state FROM release WHERE id = OLD.release_id) = 'published' BEGIN SELECT RAISE(ABORT, "
    "'a published cell does not change'); END",
    "CREATE TRIGGER released_cell_refuses_delete BEFORE DELETE ON released_cell WHEN (SELECT "
    "state FROM release WHERE id = OLD.release_id) = 'published' BEGIN SELECT RAISE(ABORT, "
    "'a published cell does not change'); END",
)

POSTGRESQL_GUARDS = (
    """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' does not change',
        ERRCODE = 'restrict_violation';
END $$""",
    "CREATE TRIGGER access_log_refuses_change BEFORE UPDATE OR DELETE ON access_log FOR EACH "
    "ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER access_log_refuses_truncate BEFORE TRUNCATE ON access_log FOR EACH "
    "STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER frozen_registration_refuses_change BEFORE UPDATE OR DELETE ON "
    "frozen_registration FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER frozen_registration_refuses_truncate BEFORE TRUNCATE ON "
    "frozen_registration FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER release_refuses_change BEFORE UPDATE OR DELETE ON release FOR EACH ROW "
    "WHEN (OLD.state = 'published') EXECUTE FUNCTION refuse_change()",
    """CREATE OR REPLACE FUNCTION refuse_change_of_published_cell() RETURNS trigger
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
END $$""",
    "CREATE TRIGGER released_area_refuses_change BEFORE UPDATE OR DELETE ON released_area "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_cell()",
    "CREATE TRIGGER released_cell_refuses_change BEFORE UPDATE OR DELETE ON released_cell "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_published_cell()",
)


def upgrade() -> None:
    """Make every table, then what the tables refuse."""
    _organisation()
    _user_account()
    _access_log()
    _mapping_round()
    _membership()
    _pseudonym_key()
    _frozen_registration()
    _release()
    _round_municipality()
    _round_unit()
    _registration()
    _released_area()
    _round_optional_variable()
    _released_cell()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_GUARDS if sqlite else POSTGRESQL_GUARDS:
        op.execute(statement)


def downgrade() -> None:
    """Remove everything. Triggers go with their tables."""
    op.drop_table("released_cell")
    op.drop_table("round_optional_variable")
    op.drop_table("released_area")
    op.drop_table("registration")
    op.drop_table("round_unit")
    op.drop_table("round_municipality")
    op.drop_table("release")
    op.drop_table("frozen_registration")
    op.drop_table("pseudonym_key")
    op.drop_table("membership")
    op.drop_table("mapping_round")
    op.drop_table("access_log")
    op.drop_table("user_account")
    op.drop_table("organisation")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
        op.execute("DROP FUNCTION refuse_change_of_published_cell()")


def _organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.CheckConstraint(
            "(kind = 'nation') = (parent_id IS NULL)",
            name=op.f("ck_organisation_only_a_nation_is_top"),
        ),
        sa.CheckConstraint(
            "kind IN ('nation', 'region', 'trust', 'municipality', 'unit')",
            name=op.f("ck_organisation_kind"),
        ),
        sa.CheckConstraint("language IN ('nb', 'nn')", name=op.f("ck_organisation_language")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint(
            "parent_id", "kind", "code", name=op.f("uq_organisation_parent_id_kind_code")
        ),
    )
    op.create_index(
        "uq_organisation_kind_code",
        "organisation",
        ["kind", "code"],
        unique=True,
        sqlite_where=sa.text("kind != 'unit'"),
        postgresql_where=sa.text("kind != 'unit'"),
    )


def _user_account() -> None:
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("language IN ('nb', 'nn', 'en')", name=op.f("ck_user_account_language")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_account_email_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )


def _access_log() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(action) BETWEEN 1 AND 40", name=op.f("ck_access_log_action")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_access_log_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_access_log_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    op.create_index(
        op.f("ix_access_log_organisation_id_at"),
        "access_log",
        ["organisation_id", "at"],
        unique=False,
    )
    op.create_index(op.f("ix_access_log_subject"), "access_log", ["subject"], unique=False)


def _mapping_round() -> None:
    op.create_table(
        "mapping_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("edition", sa.String(length=10), nullable=False),
        sa.Column("owner_organisation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("frozen_by", sa.Integer(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (frozen_at IS NULL)",
            name=op.f("ck_mapping_round_open_until_frozen"),
        ),
        sa.CheckConstraint(
            "(state = 'released') = (released_at IS NOT NULL)",
            name=op.f("ck_mapping_round_released_at"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'frozen', 'released')", name=op.f("ck_mapping_round_state")
        ),
        sa.CheckConstraint(
            "deadline >= opens_on", name=op.f("ck_mapping_round_deadline_after_opening")
        ),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_mapping_round_year")),
        sa.ForeignKeyConstraint(
            ["frozen_by"], ["user_account.id"], name=op.f("fk_mapping_round_frozen_by")
        ),
        sa.ForeignKeyConstraint(
            ["owner_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_mapping_round_owner_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mapping_round")),
        sa.UniqueConstraint("year", name=op.f("uq_mapping_round_year")),
    )


def _membership() -> None:
    op.create_table(
        "membership",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('registrar', 'unit_lead', 'coordinator', 'data_protection_officer', "
            "'trust_analyst', 'trust_administrator', 'system_administrator')",
            name=op.f("ck_membership_role"),
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["user_account.id"], name=op.f("fk_membership_granted_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "organisation_id", "role", name=op.f("pk_membership")),
    )


def _pseudonym_key() -> None:
    op.create_table(
        "pseudonym_key",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('municipality', 'transfer', 'trust')",
            name=op.f("ck_pseudonym_key_purpose"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_pseudonym_key_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pseudonym_key")),
    )
    op.create_index(
        "uq_pseudonym_key_in_use",
        "pseudonym_key",
        ["purpose", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )


def _frozen_registration() -> None:
    op.create_table(
        "frozen_registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("trust_pseudonym", sa.LargeBinary(), nullable=True),
        sa.Column("trust_key_id", sa.String(length=64), nullable=True),
        sa.Column("birth_year", sa.SmallInteger(), nullable=True),
        sa.Column("gender", sa.SmallInteger(), nullable=True),
        sa.Column("district", sa.SmallInteger(), nullable=True),
        sa.Column("substance_problem", sa.SmallInteger(), nullable=True),
        sa.Column("mental_problem", sa.SmallInteger(), nullable=True),
        sa.Column("born_abroad", sa.SmallInteger(), nullable=True),
        sa.Column("intellectual_disability", sa.SmallInteger(), nullable=True),
        sa.Column("first_year_known", sa.SmallInteger(), nullable=True),
        sa.Column("housing", sa.SmallInteger(), nullable=True),
        sa.Column("work_activity", sa.SmallInteger(), nullable=True),
        sa.Column("economy", sa.SmallInteger(), nullable=True),
        sa.Column("physical_health", sa.SmallInteger(), nullable=True),
        sa.Column("mental_health", sa.SmallInteger(), nullable=True),
        sa.Column("substance_use", sa.SmallInteger(), nullable=True),
        sa.Column("social_functioning", sa.SmallInteger(), nullable=True),
        sa.Column("network", sa.SmallInteger(), nullable=True),
        sa.Column("housing_situation", sa.SmallInteger(), nullable=True),
        sa.Column("main_activity", sa.SmallInteger(), nullable=True),
        sa.Column("main_income", sa.SmallInteger(), nullable=True),
        sa.Column("partner", sa.SmallInteger(), nullable=True),
        sa.Column("substances__alcohol", sa.Boolean(), nullable=True),
        sa.Column("substances__cannabis", sa.Boolean(), nullable=True),
        sa.Column("substances__central_stimulants", sa.Boolean(), nullable=True),
        sa.Column("substances__heroin", sa.Boolean(), nullable=True),
        sa.Column("substances__other_opioids", sa.Boolean(), nullable=True),
        sa.Column("substances__illegal_lar_medicines", sa.Boolean(), nullable=True),
        sa.Column("substances__other_medicines", sa.Boolean(), nullable=True),
        sa.Column("substances__ghb", sa.Boolean(), nullable=True),
        sa.Column("substances__hallucinogens_nps", sa.Boolean(), nullable=True),
        sa.Column("substances__solvents", sa.Boolean(), nullable=True),
        sa.Column("substances__anabolic_steroids", sa.Boolean(), nullable=True),
        sa.Column("substances__other", sa.Boolean(), nullable=True),
        sa.Column("main_substance", sa.SmallInteger(), nullable=True),
        sa.Column("injecting", sa.SmallInteger(), nullable=True),
        sa.Column("overdose_last_year", sa.SmallInteger(), nullable=True),
        sa.Column("lar", sa.SmallInteger(), nullable=True),
        sa.Column("lar_follow_up", sa.SmallInteger(), nullable=True),
        sa.Column("gambling_problem", sa.SmallInteger(), nullable=True),
        sa.Column("children_under_18", sa.SmallInteger(), nullable=True),
        sa.Column("daily_care", sa.SmallInteger(), nullable=True),
        sa.Column("contact", sa.SmallInteger(), nullable=True),
        sa.Column("child_welfare_involved", sa.SmallInteger(), nullable=True),
        sa.Column("child_followed_up", sa.SmallInteger(), nullable=True),
        sa.Column("concern_reported", sa.SmallInteger(), nullable=True),
        sa.Column("violence_exposed", sa.SmallInteger(), nullable=True),
        sa.Column("violence_exposes_others", sa.SmallInteger(), nullable=True),
        sa.Column("service_gp", sa.SmallInteger(), nullable=True),
        sa.Column("service_home_help", sa.SmallInteger(), nullable=True),
        sa.Column("service_support_contact", sa.SmallInteger(), nullable=True),
        sa.Column("service_nursing_care", sa.SmallInteger(), nullable=True),
        sa.Column("service_low_threshold", sa.SmallInteger(), nullable=True),
        sa.Column("service_municipal_follow_up", sa.SmallInteger(), nullable=True),
        sa.Column("service_housing_follow_up", sa.SmallInteger(), nullable=True),
        sa.Column("service_activity", sa.SmallInteger(), nullable=True),
        sa.Column("service_nav_social_assistance", sa.SmallInteger(), nullable=True),
        sa.Column("service_nav_work_measures", sa.SmallInteger(), nullable=True),
        sa.Column("service_financial_counselling", sa.SmallInteger(), nullable=True),
        sa.Column("service_education", sa.SmallInteger(), nullable=True),
        sa.Column("service_child_welfare", sa.SmallInteger(), nullable=True),
        sa.Column("service_health_centre", sa.SmallInteger(), nullable=True),
        sa.Column("service_aftercare", sa.SmallInteger(), nullable=True),
        sa.Column("service_outreach", sa.SmallInteger(), nullable=True),
        sa.Column("service_ips", sa.SmallInteger(), nullable=True),
        sa.Column("service_tsb_outpatient", sa.SmallInteger(), nullable=True),
        sa.Column("service_tsb_day", sa.SmallInteger(), nullable=True),
        sa.Column("service_tsb_inpatient", sa.SmallInteger(), nullable=True),
        sa.Column("service_detoxification", sa.SmallInteger(), nullable=True),
        sa.Column("service_lar", sa.SmallInteger(), nullable=True),
        sa.Column("service_mental_outpatient", sa.SmallInteger(), nullable=True),
        sa.Column("service_mental_day", sa.SmallInteger(), nullable=True),
        sa.Column("service_mental_inpatient", sa.SmallInteger(), nullable=True),
        sa.Column("service_ambulatory_team", sa.SmallInteger(), nullable=True),
        sa.Column("service_act_fact", sa.SmallInteger(), nullable=True),
        sa.Column("service_somatic_assessment", sa.SmallInteger(), nullable=True),
        sa.Column("service_somatic_hospital", sa.SmallInteger(), nullable=True),
        sa.Column("service_involuntary", sa.SmallInteger(), nullable=True),
        sa.Column("individual_plan", sa.SmallInteger(), nullable=True),
        sa.Column("coordinator", sa.SmallInteger(), nullable=True),
        sa.Column("responsibility_group", sa.SmallInteger(), nullable=True),
        sa.Column("crisis_plan", sa.SmallInteger(), nullable=True),
        sa.Column("action_plan", sa.SmallInteger(), nullable=True),
        sa.Column("plan_after_discharge", sa.SmallInteger(), nullable=True),
        sa.Column("cooperation_level", sa.SmallInteger(), nullable=True),
        sa.Column("user_took_part", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint(
            "(trust_pseudonym IS NULL) = (trust_key_id IS NULL)",
            name=op.f("ck_frozen_registration_trust_key"),
        ),
        sa.CheckConstraint(
            "action_plan BETWEEN 0 AND 1 OR action_plan = 99",
            name=op.f("ck_frozen_registration_action_plan"),
        ),
        sa.CheckConstraint(
            "birth_year BETWEEN 1900 AND 2100", name=op.f("ck_frozen_registration_birth_year")
        ),
        sa.CheckConstraint(
            "born_abroad BETWEEN 0 AND 1 OR born_abroad = 99",
            name=op.f("ck_frozen_registration_born_abroad"),
        ),
        sa.CheckConstraint(
            "child_followed_up BETWEEN 0 AND 1 OR child_followed_up = 99",
            name=op.f("ck_frozen_registration_child_followed_up"),
        ),
        sa.CheckConstraint(
            "child_welfare_involved BETWEEN 0 AND 1 OR child_welfare_involved = 99",
            name=op.f("ck_frozen_registration_child_welfare_involved"),
        ),
        sa.CheckConstraint(
            "children_under_18 BETWEEN 0 AND 20",
            name=op.f("ck_frozen_registration_children_under_18"),
        ),
        sa.CheckConstraint(
            "concern_reported BETWEEN 0 AND 1 OR concern_reported = 99",
            name=op.f("ck_frozen_registration_concern_reported"),
        ),
        sa.CheckConstraint(
            "contact BETWEEN 0 AND 1 OR contact = 99", name=op.f("ck_frozen_registration_contact")
        ),
        sa.CheckConstraint(
            "cooperation_level BETWEEN 1 AND 3 OR cooperation_level = 99",
            name=op.f("ck_frozen_registration_cooperation_level"),
        ),
        sa.CheckConstraint(
            "coordinator BETWEEN 0 AND 1 OR coordinator = 99",
            name=op.f("ck_frozen_registration_coordinator"),
        ),
        sa.CheckConstraint(
            "crisis_plan BETWEEN 0 AND 1 OR crisis_plan = 99",
            name=op.f("ck_frozen_registration_crisis_plan"),
        ),
        sa.CheckConstraint(
            "daily_care BETWEEN 0 AND 1 OR daily_care = 99",
            name=op.f("ck_frozen_registration_daily_care"),
        ),
        sa.CheckConstraint(
            "district BETWEEN 1 AND 99", name=op.f("ck_frozen_registration_district")
        ),
        sa.CheckConstraint(
            "economy BETWEEN 1 AND 3 OR economy = 99", name=op.f("ck_frozen_registration_economy")
        ),
        sa.CheckConstraint(
            "first_year_known BETWEEN 1900 AND 2100",
            name=op.f("ck_frozen_registration_first_year_known"),
        ),
        sa.CheckConstraint(
            "gambling_problem BETWEEN 0 AND 1 OR gambling_problem = 99",
            name=op.f("ck_frozen_registration_gambling_problem"),
        ),
        sa.CheckConstraint(
            "gender BETWEEN 1 AND 3 OR gender = 99", name=op.f("ck_frozen_registration_gender")
        ),
        sa.CheckConstraint(
            "housing BETWEEN 1 AND 3 OR housing = 99", name=op.f("ck_frozen_registration_housing")
        ),
        sa.CheckConstraint(
            "housing_situation BETWEEN 1 AND 9 OR housing_situation = 99",
            name=op.f("ck_frozen_registration_housing_situation"),
        ),
        sa.CheckConstraint(
            "individual_plan BETWEEN 1 AND 4 OR individual_plan = 99",
            name=op.f("ck_frozen_registration_individual_plan"),
        ),
        sa.CheckConstraint(
            "injecting BETWEEN 1 AND 4 OR injecting = 99",
            name=op.f("ck_frozen_registration_injecting"),
        ),
        sa.CheckConstraint(
            "intellectual_disability BETWEEN 0 AND 1 OR intellectual_disability = 99",
            name=op.f("ck_frozen_registration_intellectual_disability"),
        ),
        sa.CheckConstraint(
            "lar BETWEEN 1 AND 3 OR lar = 99", name=op.f("ck_frozen_registration_lar")
        ),
        sa.CheckConstraint(
            "lar_follow_up BETWEEN 1 AND 3 OR lar_follow_up = 99",
            name=op.f("ck_frozen_registration_lar_follow_up"),
        ),
        sa.CheckConstraint(
            "length(municipality_code) = 4", name=op.f("ck_frozen_registration_municipality_code")
        ),
        sa.CheckConstraint(
            "length(trust_pseudonym) = 32", name=op.f("ck_frozen_registration_trust_pseudonym")
        ),
        sa.CheckConstraint(
            "main_activity BETWEEN 1 AND 6 OR main_activity = 99",
            name=op.f("ck_frozen_registration_main_activity"),
        ),
        sa.CheckConstraint(
            "main_income BETWEEN 1 AND 8 OR main_income = 99",
            name=op.f("ck_frozen_registration_main_income"),
        ),
        sa.CheckConstraint(
            "main_substance BETWEEN 1 AND 12 OR main_substance = 99",
            name=op.f("ck_frozen_registration_main_substance"),
        ),
        sa.CheckConstraint(
            "mental_health BETWEEN 1 AND 3 OR mental_health = 99",
            name=op.f("ck_frozen_registration_mental_health"),
        ),
        sa.CheckConstraint(
            "mental_problem BETWEEN 0 AND 2", name=op.f("ck_frozen_registration_mental_problem")
        ),
        sa.CheckConstraint(
            "network BETWEEN 1 AND 3 OR network = 99", name=op.f("ck_frozen_registration_network")
        ),
        sa.CheckConstraint(
            "overdose_last_year BETWEEN 0 AND 1 OR overdose_last_year = 99",
            name=op.f("ck_frozen_registration_overdose_last_year"),
        ),
        sa.CheckConstraint(
            "partner BETWEEN 0 AND 1 OR partner = 99", name=op.f("ck_frozen_registration_partner")
        ),
        sa.CheckConstraint(
            "physical_health BETWEEN 1 AND 3 OR physical_health = 99",
            name=op.f("ck_frozen_registration_physical_health"),
        ),
        sa.CheckConstraint(
            "plan_after_discharge BETWEEN 0 AND 1 OR plan_after_discharge = 99",
            name=op.f("ck_frozen_registration_plan_after_discharge"),
        ),
        sa.CheckConstraint(
            "responsibility_group BETWEEN 0 AND 1 OR responsibility_group = 99",
            name=op.f("ck_frozen_registration_responsibility_group"),
        ),
        sa.CheckConstraint(
            "service_act_fact BETWEEN 1 AND 4 OR service_act_fact = 99",
            name=op.f("ck_frozen_registration_service_act_fact"),
        ),
        sa.CheckConstraint(
            "service_activity BETWEEN 1 AND 4 OR service_activity = 99",
            name=op.f("ck_frozen_registration_service_activity"),
        ),
        sa.CheckConstraint(
            "service_aftercare BETWEEN 1 AND 4 OR service_aftercare = 99",
            name=op.f("ck_frozen_registration_service_aftercare"),
        ),
        sa.CheckConstraint(
            "service_ambulatory_team BETWEEN 1 AND 4 OR service_ambulatory_team = 99",
            name=op.f("ck_frozen_registration_service_ambulatory_team"),
        ),
        sa.CheckConstraint(
            "service_child_welfare BETWEEN 1 AND 4 OR service_child_welfare = 99",
            name=op.f("ck_frozen_registration_service_child_welfare"),
        ),
        sa.CheckConstraint(
            "service_detoxification BETWEEN 1 AND 4 OR service_detoxification = 99",
            name=op.f("ck_frozen_registration_service_detoxification"),
        ),
        sa.CheckConstraint(
            "service_education BETWEEN 1 AND 4 OR service_education = 99",
            name=op.f("ck_frozen_registration_service_education"),
        ),
        sa.CheckConstraint(
            "service_financial_counselling BETWEEN 1 AND 4 OR service_financial_counselling = 99",
            name=op.f("ck_frozen_registration_service_financial_counselling"),
        ),
        sa.CheckConstraint(
            "service_gp BETWEEN 1 AND 4 OR service_gp = 99",
            name=op.f("ck_frozen_registration_service_gp"),
        ),
        sa.CheckConstraint(
            "service_health_centre BETWEEN 1 AND 4 OR service_health_centre = 99",
            name=op.f("ck_frozen_registration_service_health_centre"),
        ),
        sa.CheckConstraint(
            "service_home_help BETWEEN 1 AND 4 OR service_home_help = 99",
            name=op.f("ck_frozen_registration_service_home_help"),
        ),
        sa.CheckConstraint(
            "service_housing_follow_up BETWEEN 1 AND 4 OR service_housing_follow_up = 99",
            name=op.f("ck_frozen_registration_service_housing_follow_up"),
        ),
        sa.CheckConstraint(
            "service_involuntary BETWEEN 1 AND 4 OR service_involuntary = 99",
            name=op.f("ck_frozen_registration_service_involuntary"),
        ),
        sa.CheckConstraint(
            "service_ips BETWEEN 1 AND 4 OR service_ips = 99",
            name=op.f("ck_frozen_registration_service_ips"),
        ),
        sa.CheckConstraint(
            "service_lar BETWEEN 1 AND 4 OR service_lar = 99",
            name=op.f("ck_frozen_registration_service_lar"),
        ),
        sa.CheckConstraint(
            "service_low_threshold BETWEEN 1 AND 4 OR service_low_threshold = 99",
            name=op.f("ck_frozen_registration_service_low_threshold"),
        ),
        sa.CheckConstraint(
            "service_mental_day BETWEEN 1 AND 4 OR service_mental_day = 99",
            name=op.f("ck_frozen_registration_service_mental_day"),
        ),
        sa.CheckConstraint(
            "service_mental_inpatient BETWEEN 1 AND 4 OR service_mental_inpatient = 99",
            name=op.f("ck_frozen_registration_service_mental_inpatient"),
        ),
        sa.CheckConstraint(
            "service_mental_outpatient BETWEEN 1 AND 4 OR service_mental_outpatient = 99",
            name=op.f("ck_frozen_registration_service_mental_outpatient"),
        ),
        sa.CheckConstraint(
            "service_municipal_follow_up BETWEEN 1 AND 4 OR service_municipal_follow_up = 99",
            name=op.f("ck_frozen_registration_service_municipal_follow_up"),
        ),
        sa.CheckConstraint(
            "service_nav_social_assistance BETWEEN 1 AND 4 OR service_nav_social_assistance = 99",
            name=op.f("ck_frozen_registration_service_nav_social_assistance"),
        ),
        sa.CheckConstraint(
            "service_nav_work_measures BETWEEN 1 AND 4 OR service_nav_work_measures = 99",
            name=op.f("ck_frozen_registration_service_nav_work_measures"),
        ),
        sa.CheckConstraint(
            "service_nursing_care BETWEEN 1 AND 4 OR service_nursing_care = 99",
            name=op.f("ck_frozen_registration_service_nursing_care"),
        ),
        sa.CheckConstraint(
            "service_outreach BETWEEN 1 AND 4 OR service_outreach = 99",
            name=op.f("ck_frozen_registration_service_outreach"),
        ),
        sa.CheckConstraint(
            "service_somatic_assessment BETWEEN 1 AND 4 OR service_somatic_assessment = 99",
            name=op.f("ck_frozen_registration_service_somatic_assessment"),
        ),
        sa.CheckConstraint(
            "service_somatic_hospital BETWEEN 1 AND 4 OR service_somatic_hospital = 99",
            name=op.f("ck_frozen_registration_service_somatic_hospital"),
        ),
        sa.CheckConstraint(
            "service_support_contact BETWEEN 1 AND 4 OR service_support_contact = 99",
            name=op.f("ck_frozen_registration_service_support_contact"),
        ),
        sa.CheckConstraint(
            "service_tsb_day BETWEEN 1 AND 4 OR service_tsb_day = 99",
            name=op.f("ck_frozen_registration_service_tsb_day"),
        ),
        sa.CheckConstraint(
            "service_tsb_inpatient BETWEEN 1 AND 4 OR service_tsb_inpatient = 99",
            name=op.f("ck_frozen_registration_service_tsb_inpatient"),
        ),
        sa.CheckConstraint(
            "service_tsb_outpatient BETWEEN 1 AND 4 OR service_tsb_outpatient = 99",
            name=op.f("ck_frozen_registration_service_tsb_outpatient"),
        ),
        sa.CheckConstraint(
            "social_functioning BETWEEN 1 AND 3 OR social_functioning = 99",
            name=op.f("ck_frozen_registration_social_functioning"),
        ),
        sa.CheckConstraint(
            "substance_problem BETWEEN 0 AND 2",
            name=op.f("ck_frozen_registration_substance_problem"),
        ),
        sa.CheckConstraint(
            "substance_use BETWEEN 1 AND 3 OR substance_use = 99",
            name=op.f("ck_frozen_registration_substance_use"),
        ),
        sa.CheckConstraint(
            "substances__alcohol BETWEEN 0 AND 1",
            name=op.f("ck_frozen_registration_substances__alcohol"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__anabolic_steroids BETWEEN 0 AND 1",
            name=op.f("ck_frozen_registration_substances__anabolic_steroids"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__cannabis BETWEEN 0 AND 1",
            name=op.f("ck_frozen_registration_substances__cannabis"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__central_stimulants BETWEEN 0 AND 1",
            name=op.f("ck_frozen_registration_substances__central_stimulants"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__ghb BETWEEN 0 AND 1", name=op.f("ck_frozen_registration_substances__ghb")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__hallucinogens_nps BETWEEN 0 AND 1",
            name=op.f("ck_frozen_registration_substances__hallucinogens_nps"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__heroin BETWEEN 0 AND 1",
            name=op.f("ck_frozen_registration_substances__heroin"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__illegal_lar_medicines BETWEEN 0 AND 1",
            name=op.f("ck_frozen_registration_substances__illegal_lar_medicines"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__other BETWEEN 0 AND 1",
            name=op.f("ck_frozen_registration_substances__other"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__other_medicines BETWEEN 0 AND 1",
            name=op.f("ck_frozen_registration_substances__other_medicines"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__other_opioids BETWEEN 0 AND 1",
            name=op.f("ck_frozen_registration_substances__other_opioids"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__solvents BETWEEN 0 AND 1",
            name=op.f("ck_frozen_registration_substances__solvents"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "user_took_part BETWEEN 0 AND 1 OR user_took_part = 99",
            name=op.f("ck_frozen_registration_user_took_part"),
        ),
        sa.CheckConstraint(
            "violence_exposed BETWEEN 0 AND 1 OR violence_exposed = 99",
            name=op.f("ck_frozen_registration_violence_exposed"),
        ),
        sa.CheckConstraint(
            "violence_exposes_others BETWEEN 0 AND 1 OR violence_exposes_others = 99",
            name=op.f("ck_frozen_registration_violence_exposes_others"),
        ),
        sa.CheckConstraint(
            "work_activity BETWEEN 1 AND 3 OR work_activity = 99",
            name=op.f("ck_frozen_registration_work_activity"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["mapping_round.id"], name=op.f("fk_frozen_registration_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["trust_key_id"], ["pseudonym_key.id"], name=op.f("fk_frozen_registration_trust_key_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_registration")),
    )
    op.create_index(
        op.f("ix_frozen_registration_round_id_municipality_code"),
        "frozen_registration",
        ["round_id", "municipality_code"],
        unique=False,
    )


def _release() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("built_by", sa.Integer(), nullable=True),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("policy_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_release_published_at"),
        ),
        sa.CheckConstraint("state IN ('built', 'published')", name=op.f("ck_release_state")),
        sa.ForeignKeyConstraint(
            ["built_by"], ["user_account.id"], name=op.f("fk_release_built_by")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["user_account.id"], name=op.f("fk_release_published_by")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["mapping_round.id"], name=op.f("fk_release_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
    )
    op.create_index(
        "uq_release_published",
        "release",
        ["round_id"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )


def _round_municipality() -> None:
    op.create_table(
        "round_municipality",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("takes_part", sa.Boolean(), nullable=False),
        sa.Column("inclusion_rule", sa.String(length=20), nullable=False),
        sa.Column("mental_only_included", sa.Boolean(), nullable=False),
        sa.Column("milder_included", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL)",
            name=op.f("ck_round_municipality_approved_at"),
        ),
        sa.CheckConstraint(
            "inclusion_rule IN ('at_registration', 'last_12_months')",
            name=op.f("ck_round_municipality_inclusion_rule"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'approved')", name=op.f("ck_round_municipality_state")
        ),
        sa.CheckConstraint(
            "takes_part OR state = 'open'",
            name=op.f("ck_round_municipality_approved_only_if_taking_part"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["user_account.id"], name=op.f("fk_round_municipality_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["organisation.id"],
            name=op.f("fk_round_municipality_municipality_id"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["mapping_round.id"], name=op.f("fk_round_municipality_round_id")
        ),
        sa.PrimaryKeyConstraint("round_id", "municipality_id", name=op.f("pk_round_municipality")),
    )


def _round_unit() -> None:
    op.create_table(
        "round_unit",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("expected", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (submitted_at IS NULL)", name=op.f("ck_round_unit_submitted_at")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'submitted', 'nothing_to_report')", name=op.f("ck_round_unit_state")
        ),
        sa.CheckConstraint("expected >= 0", name=op.f("ck_round_unit_expected")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["mapping_round.id"], name=op.f("fk_round_unit_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["user_account.id"], name=op.f("fk_round_unit_submitted_by")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["organisation.id"], name=op.f("fk_round_unit_unit_id")
        ),
        sa.PrimaryKeyConstraint("round_id", "unit_id", name=op.f("pk_round_unit")),
    )


def _registration() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("municipal_pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("municipal_key_id", sa.String(length=64), nullable=False),
        sa.Column("transfer_pseudonym", sa.LargeBinary(), nullable=True),
        sa.Column("transfer_key_id", sa.String(length=64), nullable=True),
        sa.Column("case_label", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_soft", sa.Text(), nullable=False),
        sa.Column("answered", sa.SmallInteger(), nullable=False),
        sa.Column("asked", sa.SmallInteger(), nullable=False),
        sa.Column("birth_year", sa.SmallInteger(), nullable=True),
        sa.Column("gender", sa.SmallInteger(), nullable=True),
        sa.Column("district", sa.SmallInteger(), nullable=True),
        sa.Column("substance_problem", sa.SmallInteger(), nullable=True),
        sa.Column("mental_problem", sa.SmallInteger(), nullable=True),
        sa.Column("born_abroad", sa.SmallInteger(), nullable=True),
        sa.Column("intellectual_disability", sa.SmallInteger(), nullable=True),
        sa.Column("first_year_known", sa.SmallInteger(), nullable=True),
        sa.Column("housing", sa.SmallInteger(), nullable=True),
        sa.Column("work_activity", sa.SmallInteger(), nullable=True),
        sa.Column("economy", sa.SmallInteger(), nullable=True),
        sa.Column("physical_health", sa.SmallInteger(), nullable=True),
        sa.Column("mental_health", sa.SmallInteger(), nullable=True),
        sa.Column("substance_use", sa.SmallInteger(), nullable=True),
        sa.Column("social_functioning", sa.SmallInteger(), nullable=True),
        sa.Column("network", sa.SmallInteger(), nullable=True),
        sa.Column("housing_situation", sa.SmallInteger(), nullable=True),
        sa.Column("main_activity", sa.SmallInteger(), nullable=True),
        sa.Column("main_income", sa.SmallInteger(), nullable=True),
        sa.Column("partner", sa.SmallInteger(), nullable=True),
        sa.Column("substances__alcohol", sa.Boolean(), nullable=True),
        sa.Column("substances__cannabis", sa.Boolean(), nullable=True),
        sa.Column("substances__central_stimulants", sa.Boolean(), nullable=True),
        sa.Column("substances__heroin", sa.Boolean(), nullable=True),
        sa.Column("substances__other_opioids", sa.Boolean(), nullable=True),
        sa.Column("substances__illegal_lar_medicines", sa.Boolean(), nullable=True),
        sa.Column("substances__other_medicines", sa.Boolean(), nullable=True),
        sa.Column("substances__ghb", sa.Boolean(), nullable=True),
        sa.Column("substances__hallucinogens_nps", sa.Boolean(), nullable=True),
        sa.Column("substances__solvents", sa.Boolean(), nullable=True),
        sa.Column("substances__anabolic_steroids", sa.Boolean(), nullable=True),
        sa.Column("substances__other", sa.Boolean(), nullable=True),
        sa.Column("main_substance", sa.SmallInteger(), nullable=True),
        sa.Column("injecting", sa.SmallInteger(), nullable=True),
        sa.Column("overdose_last_year", sa.SmallInteger(), nullable=True),
        sa.Column("lar", sa.SmallInteger(), nullable=True),
        sa.Column("lar_follow_up", sa.SmallInteger(), nullable=True),
        sa.Column("gambling_problem", sa.SmallInteger(), nullable=True),
        sa.Column("children_under_18", sa.SmallInteger(), nullable=True),
        sa.Column("daily_care", sa.SmallInteger(), nullable=True),
        sa.Column("contact", sa.SmallInteger(), nullable=True),
        sa.Column("child_welfare_involved", sa.SmallInteger(), nullable=True),
        sa.Column("child_followed_up", sa.SmallInteger(), nullable=True),
        sa.Column("concern_reported", sa.SmallInteger(), nullable=True),
        sa.Column("violence_exposed", sa.SmallInteger(), nullable=True),
        sa.Column("violence_exposes_others", sa.SmallInteger(), nullable=True),
        sa.Column("service_gp", sa.SmallInteger(), nullable=True),
        sa.Column("service_home_help", sa.SmallInteger(), nullable=True),
        sa.Column("service_support_contact", sa.SmallInteger(), nullable=True),
        sa.Column("service_nursing_care", sa.SmallInteger(), nullable=True),
        sa.Column("service_low_threshold", sa.SmallInteger(), nullable=True),
        sa.Column("service_municipal_follow_up", sa.SmallInteger(), nullable=True),
        sa.Column("service_housing_follow_up", sa.SmallInteger(), nullable=True),
        sa.Column("service_activity", sa.SmallInteger(), nullable=True),
        sa.Column("service_nav_social_assistance", sa.SmallInteger(), nullable=True),
        sa.Column("service_nav_work_measures", sa.SmallInteger(), nullable=True),
        sa.Column("service_financial_counselling", sa.SmallInteger(), nullable=True),
        sa.Column("service_education", sa.SmallInteger(), nullable=True),
        sa.Column("service_child_welfare", sa.SmallInteger(), nullable=True),
        sa.Column("service_health_centre", sa.SmallInteger(), nullable=True),
        sa.Column("service_aftercare", sa.SmallInteger(), nullable=True),
        sa.Column("service_outreach", sa.SmallInteger(), nullable=True),
        sa.Column("service_ips", sa.SmallInteger(), nullable=True),
        sa.Column("service_tsb_outpatient", sa.SmallInteger(), nullable=True),
        sa.Column("service_tsb_day", sa.SmallInteger(), nullable=True),
        sa.Column("service_tsb_inpatient", sa.SmallInteger(), nullable=True),
        sa.Column("service_detoxification", sa.SmallInteger(), nullable=True),
        sa.Column("service_lar", sa.SmallInteger(), nullable=True),
        sa.Column("service_mental_outpatient", sa.SmallInteger(), nullable=True),
        sa.Column("service_mental_day", sa.SmallInteger(), nullable=True),
        sa.Column("service_mental_inpatient", sa.SmallInteger(), nullable=True),
        sa.Column("service_ambulatory_team", sa.SmallInteger(), nullable=True),
        sa.Column("service_act_fact", sa.SmallInteger(), nullable=True),
        sa.Column("service_somatic_assessment", sa.SmallInteger(), nullable=True),
        sa.Column("service_somatic_hospital", sa.SmallInteger(), nullable=True),
        sa.Column("service_involuntary", sa.SmallInteger(), nullable=True),
        sa.Column("individual_plan", sa.SmallInteger(), nullable=True),
        sa.Column("coordinator", sa.SmallInteger(), nullable=True),
        sa.Column("responsibility_group", sa.SmallInteger(), nullable=True),
        sa.Column("crisis_plan", sa.SmallInteger(), nullable=True),
        sa.Column("action_plan", sa.SmallInteger(), nullable=True),
        sa.Column("plan_after_discharge", sa.SmallInteger(), nullable=True),
        sa.Column("cooperation_level", sa.SmallInteger(), nullable=True),
        sa.Column("user_took_part", sa.SmallInteger(), nullable=True),
        sa.CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)",
            name=op.f("ck_registration_submitted_at"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR (birth_year IS NOT NULL AND gender IS NOT NULL AND "
            "substance_problem IS NOT NULL AND mental_problem IS NOT NULL AND "
            "substance_problem + mental_problem > 0)",
            name=op.f("ck_registration_submitted_says_who_is_mapped"),
        ),
        sa.CheckConstraint("state IN ('draft', 'submitted')", name=op.f("ck_registration_state")),
        sa.CheckConstraint(
            "(transfer_pseudonym IS NULL) = (transfer_key_id IS NULL)",
            name=op.f("ck_registration_transfer_key"),
        ),
        sa.CheckConstraint(
            "action_plan BETWEEN 0 AND 1 OR action_plan = 99",
            name=op.f("ck_registration_action_plan"),
        ),
        sa.CheckConstraint("answered BETWEEN 0 AND asked", name=op.f("ck_registration_answered")),
        sa.CheckConstraint(
            "birth_year BETWEEN 1900 AND 2100", name=op.f("ck_registration_birth_year")
        ),
        sa.CheckConstraint(
            "born_abroad BETWEEN 0 AND 1 OR born_abroad = 99",
            name=op.f("ck_registration_born_abroad"),
        ),
        sa.CheckConstraint(
            "child_followed_up BETWEEN 0 AND 1 OR child_followed_up = 99",
            name=op.f("ck_registration_child_followed_up"),
        ),
        sa.CheckConstraint(
            "child_welfare_involved BETWEEN 0 AND 1 OR child_welfare_involved = 99",
            name=op.f("ck_registration_child_welfare_involved"),
        ),
        sa.CheckConstraint(
            "children_under_18 BETWEEN 0 AND 20", name=op.f("ck_registration_children_under_18")
        ),
        sa.CheckConstraint(
            "concern_reported BETWEEN 0 AND 1 OR concern_reported = 99",
            name=op.f("ck_registration_concern_reported"),
        ),
        sa.CheckConstraint(
            "contact BETWEEN 0 AND 1 OR contact = 99", name=op.f("ck_registration_contact")
        ),
        sa.CheckConstraint(
            "cooperation_level BETWEEN 1 AND 3 OR cooperation_level = 99",
            name=op.f("ck_registration_cooperation_level"),
        ),
        sa.CheckConstraint(
            "coordinator BETWEEN 0 AND 1 OR coordinator = 99",
            name=op.f("ck_registration_coordinator"),
        ),
        sa.CheckConstraint(
            "crisis_plan BETWEEN 0 AND 1 OR crisis_plan = 99",
            name=op.f("ck_registration_crisis_plan"),
        ),
        sa.CheckConstraint(
            "daily_care BETWEEN 0 AND 1 OR daily_care = 99", name=op.f("ck_registration_daily_care")
        ),
        sa.CheckConstraint("district BETWEEN 1 AND 99", name=op.f("ck_registration_district")),
        sa.CheckConstraint(
            "economy BETWEEN 1 AND 3 OR economy = 99", name=op.f("ck_registration_economy")
        ),
        sa.CheckConstraint(
            "first_year_known BETWEEN 1900 AND 2100", name=op.f("ck_registration_first_year_known")
        ),
        sa.CheckConstraint(
            "gambling_problem BETWEEN 0 AND 1 OR gambling_problem = 99",
            name=op.f("ck_registration_gambling_problem"),
        ),
        sa.CheckConstraint(
            "gender BETWEEN 1 AND 3 OR gender = 99", name=op.f("ck_registration_gender")
        ),
        sa.CheckConstraint(
            "housing BETWEEN 1 AND 3 OR housing = 99", name=op.f("ck_registration_housing")
        ),
        sa.CheckConstraint(
            "housing_situation BETWEEN 1 AND 9 OR housing_situation = 99",
            name=op.f("ck_registration_housing_situation"),
        ),
        sa.CheckConstraint(
            "individual_plan BETWEEN 1 AND 4 OR individual_plan = 99",
            name=op.f("ck_registration_individual_plan"),
        ),
        sa.CheckConstraint(
            "injecting BETWEEN 1 AND 4 OR injecting = 99", name=op.f("ck_registration_injecting")
        ),
        sa.CheckConstraint(
            "intellectual_disability BETWEEN 0 AND 1 OR intellectual_disability = 99",
            name=op.f("ck_registration_intellectual_disability"),
        ),
        sa.CheckConstraint("lar BETWEEN 1 AND 3 OR lar = 99", name=op.f("ck_registration_lar")),
        sa.CheckConstraint(
            "lar_follow_up BETWEEN 1 AND 3 OR lar_follow_up = 99",
            name=op.f("ck_registration_lar_follow_up"),
        ),
        sa.CheckConstraint(
            "length(case_label) BETWEEN 1 AND 20", name=op.f("ck_registration_case_label")
        ),
        sa.CheckConstraint(
            "length(municipal_pseudonym) = 32", name=op.f("ck_registration_municipal_pseudonym")
        ),
        sa.CheckConstraint(
            "length(transfer_pseudonym) = 32", name=op.f("ck_registration_transfer_pseudonym")
        ),
        sa.CheckConstraint(
            "main_activity BETWEEN 1 AND 6 OR main_activity = 99",
            name=op.f("ck_registration_main_activity"),
        ),
        sa.CheckConstraint(
            "main_income BETWEEN 1 AND 8 OR main_income = 99",
            name=op.f("ck_registration_main_income"),
        ),
        sa.CheckConstraint(
            "main_substance BETWEEN 1 AND 12 OR main_substance = 99",
            name=op.f("ck_registration_main_substance"),
        ),
        sa.CheckConstraint(
            "mental_health BETWEEN 1 AND 3 OR mental_health = 99",
            name=op.f("ck_registration_mental_health"),
        ),
        sa.CheckConstraint(
            "mental_problem BETWEEN 0 AND 2", name=op.f("ck_registration_mental_problem")
        ),
        sa.CheckConstraint(
            "network BETWEEN 1 AND 3 OR network = 99", name=op.f("ck_registration_network")
        ),
        sa.CheckConstraint(
            "overdose_last_year BETWEEN 0 AND 1 OR overdose_last_year = 99",
            name=op.f("ck_registration_overdose_last_year"),
        ),
        sa.CheckConstraint(
            "partner BETWEEN 0 AND 1 OR partner = 99", name=op.f("ck_registration_partner")
        ),
        sa.CheckConstraint(
            "physical_health BETWEEN 1 AND 3 OR physical_health = 99",
            name=op.f("ck_registration_physical_health"),
        ),
        sa.CheckConstraint(
            "plan_after_discharge BETWEEN 0 AND 1 OR plan_after_discharge = 99",
            name=op.f("ck_registration_plan_after_discharge"),
        ),
        sa.CheckConstraint(
            "responsibility_group BETWEEN 0 AND 1 OR responsibility_group = 99",
            name=op.f("ck_registration_responsibility_group"),
        ),
        sa.CheckConstraint(
            "service_act_fact BETWEEN 1 AND 4 OR service_act_fact = 99",
            name=op.f("ck_registration_service_act_fact"),
        ),
        sa.CheckConstraint(
            "service_activity BETWEEN 1 AND 4 OR service_activity = 99",
            name=op.f("ck_registration_service_activity"),
        ),
        sa.CheckConstraint(
            "service_aftercare BETWEEN 1 AND 4 OR service_aftercare = 99",
            name=op.f("ck_registration_service_aftercare"),
        ),
        sa.CheckConstraint(
            "service_ambulatory_team BETWEEN 1 AND 4 OR service_ambulatory_team = 99",
            name=op.f("ck_registration_service_ambulatory_team"),
        ),
        sa.CheckConstraint(
            "service_child_welfare BETWEEN 1 AND 4 OR service_child_welfare = 99",
            name=op.f("ck_registration_service_child_welfare"),
        ),
        sa.CheckConstraint(
            "service_detoxification BETWEEN 1 AND 4 OR service_detoxification = 99",
            name=op.f("ck_registration_service_detoxification"),
        ),
        sa.CheckConstraint(
            "service_education BETWEEN 1 AND 4 OR service_education = 99",
            name=op.f("ck_registration_service_education"),
        ),
        sa.CheckConstraint(
            "service_financial_counselling BETWEEN 1 AND 4 OR service_financial_counselling = 99",
            name=op.f("ck_registration_service_financial_counselling"),
        ),
        sa.CheckConstraint(
            "service_gp BETWEEN 1 AND 4 OR service_gp = 99", name=op.f("ck_registration_service_gp")
        ),
        sa.CheckConstraint(
            "service_health_centre BETWEEN 1 AND 4 OR service_health_centre = 99",
            name=op.f("ck_registration_service_health_centre"),
        ),
        sa.CheckConstraint(
            "service_home_help BETWEEN 1 AND 4 OR service_home_help = 99",
            name=op.f("ck_registration_service_home_help"),
        ),
        sa.CheckConstraint(
            "service_housing_follow_up BETWEEN 1 AND 4 OR service_housing_follow_up = 99",
            name=op.f("ck_registration_service_housing_follow_up"),
        ),
        sa.CheckConstraint(
            "service_involuntary BETWEEN 1 AND 4 OR service_involuntary = 99",
            name=op.f("ck_registration_service_involuntary"),
        ),
        sa.CheckConstraint(
            "service_ips BETWEEN 1 AND 4 OR service_ips = 99",
            name=op.f("ck_registration_service_ips"),
        ),
        sa.CheckConstraint(
            "service_lar BETWEEN 1 AND 4 OR service_lar = 99",
            name=op.f("ck_registration_service_lar"),
        ),
        sa.CheckConstraint(
            "service_low_threshold BETWEEN 1 AND 4 OR service_low_threshold = 99",
            name=op.f("ck_registration_service_low_threshold"),
        ),
        sa.CheckConstraint(
            "service_mental_day BETWEEN 1 AND 4 OR service_mental_day = 99",
            name=op.f("ck_registration_service_mental_day"),
        ),
        sa.CheckConstraint(
            "service_mental_inpatient BETWEEN 1 AND 4 OR service_mental_inpatient = 99",
            name=op.f("ck_registration_service_mental_inpatient"),
        ),
        sa.CheckConstraint(
            "service_mental_outpatient BETWEEN 1 AND 4 OR service_mental_outpatient = 99",
            name=op.f("ck_registration_service_mental_outpatient"),
        ),
        sa.CheckConstraint(
            "service_municipal_follow_up BETWEEN 1 AND 4 OR service_municipal_follow_up = 99",
            name=op.f("ck_registration_service_municipal_follow_up"),
        ),
        sa.CheckConstraint(
            "service_nav_social_assistance BETWEEN 1 AND 4 OR service_nav_social_assistance = 99",
            name=op.f("ck_registration_service_nav_social_assistance"),
        ),
        sa.CheckConstraint(
            "service_nav_work_measures BETWEEN 1 AND 4 OR service_nav_work_measures = 99",
            name=op.f("ck_registration_service_nav_work_measures"),
        ),
        sa.CheckConstraint(
            "service_nursing_care BETWEEN 1 AND 4 OR service_nursing_care = 99",
            name=op.f("ck_registration_service_nursing_care"),
        ),
        sa.CheckConstraint(
            "service_outreach BETWEEN 1 AND 4 OR service_outreach = 99",
            name=op.f("ck_registration_service_outreach"),
        ),
        sa.CheckConstraint(
            "service_somatic_assessment BETWEEN 1 AND 4 OR service_somatic_assessment = 99",
            name=op.f("ck_registration_service_somatic_assessment"),
        ),
        sa.CheckConstraint(
            "service_somatic_hospital BETWEEN 1 AND 4 OR service_somatic_hospital = 99",
            name=op.f("ck_registration_service_somatic_hospital"),
        ),
        sa.CheckConstraint(
            "service_support_contact BETWEEN 1 AND 4 OR service_support_contact = 99",
            name=op.f("ck_registration_service_support_contact"),
        ),
        sa.CheckConstraint(
            "service_tsb_day BETWEEN 1 AND 4 OR service_tsb_day = 99",
            name=op.f("ck_registration_service_tsb_day"),
        ),
        sa.CheckConstraint(
            "service_tsb_inpatient BETWEEN 1 AND 4 OR service_tsb_inpatient = 99",
            name=op.f("ck_registration_service_tsb_inpatient"),
        ),
        sa.CheckConstraint(
            "service_tsb_outpatient BETWEEN 1 AND 4 OR service_tsb_outpatient = 99",
            name=op.f("ck_registration_service_tsb_outpatient"),
        ),
        sa.CheckConstraint(
            "social_functioning BETWEEN 1 AND 3 OR social_functioning = 99",
            name=op.f("ck_registration_social_functioning"),
        ),
        sa.CheckConstraint(
            "substance_problem BETWEEN 0 AND 2", name=op.f("ck_registration_substance_problem")
        ),
        sa.CheckConstraint(
            "substance_use BETWEEN 1 AND 3 OR substance_use = 99",
            name=op.f("ck_registration_substance_use"),
        ),
        sa.CheckConstraint(
            "substances__alcohol BETWEEN 0 AND 1", name=op.f("ck_registration_substances__alcohol")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__anabolic_steroids BETWEEN 0 AND 1",
            name=op.f("ck_registration_substances__anabolic_steroids"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__cannabis BETWEEN 0 AND 1",
            name=op.f("ck_registration_substances__cannabis"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__central_stimulants BETWEEN 0 AND 1",
            name=op.f("ck_registration_substances__central_stimulants"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__ghb BETWEEN 0 AND 1", name=op.f("ck_registration_substances__ghb")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__hallucinogens_nps BETWEEN 0 AND 1",
            name=op.f("ck_registration_substances__hallucinogens_nps"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__heroin BETWEEN 0 AND 1", name=op.f("ck_registration_substances__heroin")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__illegal_lar_medicines BETWEEN 0 AND 1",
            name=op.f("ck_registration_substances__illegal_lar_medicines"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__other BETWEEN 0 AND 1", name=op.f("ck_registration_substances__other")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__other_medicines BETWEEN 0 AND 1",
            name=op.f("ck_registration_substances__other_medicines"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__other_opioids BETWEEN 0 AND 1",
            name=op.f("ck_registration_substances__other_opioids"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "substances__solvents BETWEEN 0 AND 1",
            name=op.f("ck_registration_substances__solvents"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "user_took_part BETWEEN 0 AND 1 OR user_took_part = 99",
            name=op.f("ck_registration_user_took_part"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_registration_version")),
        sa.CheckConstraint(
            "violence_exposed BETWEEN 0 AND 1 OR violence_exposed = 99",
            name=op.f("ck_registration_violence_exposed"),
        ),
        sa.CheckConstraint(
            "violence_exposes_others BETWEEN 0 AND 1 OR violence_exposes_others = 99",
            name=op.f("ck_registration_violence_exposes_others"),
        ),
        sa.CheckConstraint(
            "work_activity BETWEEN 1 AND 3 OR work_activity = 99",
            name=op.f("ck_registration_work_activity"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_registration_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["municipal_key_id"],
            ["pseudonym_key.id"],
            name=op.f("fk_registration_municipal_key_id"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality_id"],
            ["round_municipality.round_id", "round_municipality.municipality_id"],
            name=op.f("fk_registration_round_id_municipality_id"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "unit_id"],
            ["round_unit.round_id", "round_unit.unit_id"],
            name=op.f("fk_registration_round_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["user_account.id"], name=op.f("fk_registration_submitted_by")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_key_id"], ["pseudonym_key.id"], name=op.f("fk_registration_transfer_key_id")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["user_account.id"], name=op.f("fk_registration_updated_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint(
            "round_id",
            "municipality_id",
            "municipal_pseudonym",
            name=op.f("uq_registration_round_id_municipality_id_municipal_pseudonym"),
        ),
    )
    op.create_index(
        op.f("ix_registration_round_id_unit_id"),
        "registration",
        ["round_id", "unit_id"],
        unique=False,
    )


def _released_area() -> None:
    op.create_table(
        "released_area",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "level IN ('nation', 'region', 'trust', 'municipality')",
            name=op.f("ck_released_area_level"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_released_area_release_id")
        ),
        sa.PrimaryKeyConstraint("release_id", "level", "area", name=op.f("pk_released_area")),
    )


def _round_optional_variable() -> None:
    op.create_table(
        "round_optional_variable",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("municipality_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("variable", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality_id"],
            ["round_municipality.round_id", "round_municipality.municipality_id"],
            name=op.f("fk_round_optional_variable_round_id_municipality_id"),
        ),
        sa.PrimaryKeyConstraint(
            "round_id", "municipality_id", "variable", name=op.f("pk_round_optional_variable")
        ),
    )


def _released_cell() -> None:
    op.create_table(
        "released_cell",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("table_id", sa.String(length=60), nullable=False),
        sa.Column("population", sa.String(length=12), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(status = 'published') = (count IS NOT NULL)", name=op.f("ck_released_cell_count")
        ),
        sa.CheckConstraint(
            "level IN ('nation', 'region', 'trust', 'municipality')",
            name=op.f("ck_released_cell_level"),
        ),
        sa.CheckConstraint(
            "population IN ('all', 'substance', 'mental_only')",
            name=op.f("ck_released_cell_population"),
        ),
        sa.CheckConstraint(
            "status IN ('published', 'primary', 'complement', 'base_too_small', "
            "'not_enough_contributors', 'secondary', 'not_asked', 'not_published')",
            name=op.f("ck_released_cell_status"),
        ),
        sa.CheckConstraint("count >= 0", name=op.f("ck_released_cell_count_not_negative")),
        sa.ForeignKeyConstraint(
            ["release_id", "level", "area"],
            ["released_area.release_id", "released_area.level", "released_area.area"],
            name=op.f("fk_released_cell_release_id_level_area"),
        ),
        sa.PrimaryKeyConstraint(
            "release_id",
            "level",
            "area",
            "table_id",
            "population",
            "year",
            "category",
            name=op.f("pk_released_cell"),
        ),
        sqlite_with_rowid=False,
    )
