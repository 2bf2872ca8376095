"""The round's whole life, carry-over, history, conflicts, questions, opt-outs, invitations.

Four tables change their columns and checks. PostgreSQL alters them; SQLite cannot change a
check, so there the table's own text is edited, and the rows move over (foreign keys are off
while migrating, and checked at the end).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REASONS = (
    "('person_missing', 'answer_wrong', 'duplicate', 'asked_by_trust', "
    "'submitted_too_early', 'training_over')"
)

# Table, then (clause before, clause after). An empty «before» is a new clause, an empty
# «after» one that goes.
CLAUSES: dict[str, tuple[tuple[str, str], ...]] = {
    "mapping_round": (
        (
            "CONSTRAINT ck_mapping_round_state CHECK (state IN ('open', 'frozen', 'released'))",
            "CONSTRAINT ck_mapping_round_state CHECK "
            "(state IN ('training', 'open', 'correction', 'frozen', 'released'))",
        ),
        (
            "CONSTRAINT ck_mapping_round_open_until_frozen CHECK "
            "((state = 'open') = (frozen_at IS NULL))",
            "CONSTRAINT ck_mapping_round_frozen_at CHECK "
            "((state IN ('frozen', 'released')) = (frozen_at IS NOT NULL))",
        ),
    ),
    "round_municipality": (
        ("", "deadline DATE"),
        ("", "identity_mode VARCHAR(12) NOT NULL"),
        ("", "reopened_reason VARCHAR(20)"),
        (
            "",
            "CONSTRAINT ck_round_municipality_identity_mode CHECK "
            "(identity_mode IN ('pseudonymous', 'anonymous'))",
        ),
        (
            "",
            "CONSTRAINT ck_round_municipality_reopened_reason CHECK "
            f"(reopened_reason IN {REASONS})",
        ),
    ),
    "round_unit": (
        ("", "reopened_reason VARCHAR(20)"),
        ("", "reminded_at DATETIME"),
        (
            "",
            f"CONSTRAINT ck_round_unit_reopened_reason CHECK (reopened_reason IN {REASONS})",
        ),
    ),
    "registration": (
        ("municipal_pseudonym BLOB NOT NULL", "municipal_pseudonym BLOB"),
        ("municipal_key_id VARCHAR(64) NOT NULL", "municipal_key_id VARCHAR(64)"),
        ("", "carried_from SMALLINT"),
        ("", "unconfirmed_sections VARCHAR(200) NOT NULL"),
        ("", "saved_from VARCHAR(32)"),
        ("", "letter_language VARCHAR(2) NOT NULL"),
        ("", "informed_at DATETIME"),
        ("", "informed_by INTEGER"),
        ("", "verified_at DATETIME"),
        ("", "verified_by INTEGER"),
        ("", "merged_at DATETIME"),
        (
            "CONSTRAINT uq_registration_round_id_municipality_id_municipal_pseudonym UNIQUE "
            "(round_id, municipality_id, municipal_pseudonym)",
            "CONSTRAINT uq_registration_round_id_unit_id_municipal_pseudonym UNIQUE "
            "(round_id, unit_id, municipal_pseudonym)",
        ),
        (
            "",
            "CONSTRAINT ck_registration_municipal_key CHECK "
            "((municipal_pseudonym IS NULL) = (municipal_key_id IS NULL))",
        ),
        (
            "",
            "CONSTRAINT ck_registration_letter_language CHECK "
            "(letter_language IN ('nb', 'nn', 'en'))",
        ),
        (
            "",
            "CONSTRAINT ck_registration_informed CHECK "
            "((informed_at IS NULL) = (informed_by IS NULL))",
        ),
        (
            "",
            "CONSTRAINT ck_registration_verified CHECK "
            "((verified_at IS NULL) = (verified_by IS NULL))",
        ),
        (
            "",
            "CONSTRAINT fk_registration_informed_by FOREIGN KEY(informed_by) "
            "REFERENCES user_account (id)",
        ),
        (
            "",
            "CONSTRAINT fk_registration_verified_by FOREIGN KEY(verified_by) "
            "REFERENCES user_account (id)",
        ),
    ),
}
# What the rows that are there hold in a new column that must have a value.
FILLED = {
    "round_municipality": {"identity_mode": "pseudonymous"},
    "registration": {"unconfirmed_sections": "", "letter_language": "nb"},
}

SQLITE_MOVES = (
    "CREATE TRIGGER mapping_round_begins BEFORE INSERT ON mapping_round WHEN NEW.state NOT IN ('open', 'training') BEGIN SELECT RAISE(ABORT, 'a round begins in training or open'); END",
    "CREATE TRIGGER mapping_round_moves BEFORE UPDATE OF state ON mapping_round WHEN OLD.state != NEW.state AND OLD.state || '>' || NEW.state NOT IN ('correction>frozen', 'correction>open', 'frozen>released', 'open>correction', 'open>frozen', 'training>open') BEGIN SELECT RAISE(ABORT, 'a round does not move like this'); END",
    "CREATE TRIGGER mapping_round_opens_empty BEFORE UPDATE OF state ON mapping_round WHEN OLD.state = 'training' AND NEW.state = 'open' AND EXISTS (SELECT 1 FROM registration WHERE round_id = NEW.id) BEGIN SELECT RAISE(ABORT, 'what was practised on is wiped before the round opens'); END",
    "CREATE TRIGGER round_municipality_moves BEFORE UPDATE OF state ON round_municipality WHEN OLD.state != NEW.state AND ((SELECT state FROM mapping_round WHERE id = NEW.round_id) NOT IN ('correction', 'open', 'training') OR (NEW.state = 'open' AND NEW.reopened_reason IS NULL) OR (NEW.state = 'approved' AND EXISTS (SELECT 1 FROM round_unit JOIN organisation ON organisation.id = round_unit.unit_id WHERE round_unit.round_id = NEW.round_id AND round_unit.state = 'open' AND organisation.parent_id = NEW.municipality_id))) BEGIN SELECT RAISE(ABORT, 'a municipality does not move like this'); END",
    "CREATE TRIGGER round_unit_joins BEFORE INSERT ON round_unit WHEN (SELECT state FROM mapping_round WHERE id = NEW.round_id) NOT IN ('correction', 'open', 'training') OR (SELECT state FROM round_municipality WHERE round_id = NEW.round_id AND municipality_id = (SELECT parent_id FROM organisation WHERE id = NEW.unit_id)) = 'approved' BEGIN SELECT RAISE(ABORT, 'a closed round or an approved municipality takes no unit'); END",
    "CREATE TRIGGER round_unit_moves BEFORE UPDATE OF state ON round_unit WHEN OLD.state != NEW.state AND ((SELECT state FROM mapping_round WHERE id = NEW.round_id) NOT IN ('correction', 'open', 'training') OR (SELECT state FROM round_municipality WHERE round_id = NEW.round_id AND municipality_id = (SELECT parent_id FROM organisation WHERE id = NEW.unit_id)) = 'approved' OR (NEW.state = 'open' AND NEW.reopened_reason IS NULL) OR (NEW.state = 'submitted' AND EXISTS (SELECT 1 FROM registration WHERE round_id = NEW.round_id AND unit_id = NEW.unit_id AND state = 'draft')) OR (NEW.state = 'nothing_to_report' AND EXISTS (SELECT 1 FROM registration WHERE round_id = NEW.round_id AND unit_id = NEW.unit_id))) BEGIN SELECT RAISE(ABORT, 'a unit does not move like this'); END",
    "CREATE TRIGGER registration_starts BEFORE INSERT ON registration WHEN (SELECT state FROM mapping_round WHERE id = NEW.round_id) NOT IN ('open', 'training') OR (SELECT state FROM round_municipality WHERE round_id = NEW.round_id AND municipality_id = NEW.municipality_id) != 'open' OR (SELECT state FROM round_unit WHERE round_id = NEW.round_id AND unit_id = NEW.unit_id) != 'open' BEGIN SELECT RAISE(ABORT, 'a closed round, municipality or unit takes no registration'); END",
    "CREATE TRIGGER registration_changes BEFORE UPDATE OF state, version ON registration WHEN (SELECT state FROM mapping_round WHERE id = NEW.round_id) NOT IN ('correction', 'open', 'training') OR (SELECT state FROM round_municipality WHERE round_id = NEW.round_id AND municipality_id = NEW.municipality_id) != 'open' OR ((SELECT state FROM round_unit WHERE round_id = NEW.round_id AND unit_id = NEW.unit_id) != 'open' AND NEW.merged_at IS NOT DISTINCT FROM OLD.merged_at) BEGIN SELECT RAISE(ABORT, 'a closed round, municipality or unit takes no change'); END",
)

POSTGRESQL_MOVES = (
    """CREATE OR REPLACE FUNCTION mapping_round_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state NOT IN ('open', 'training') THEN
        RAISE EXCEPTION USING MESSAGE = 'a round begins in training or open',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$""",
    "CREATE TRIGGER mapping_round_begins BEFORE INSERT ON mapping_round FOR EACH ROW EXECUTE FUNCTION mapping_round_begins()",
    """CREATE OR REPLACE FUNCTION mapping_round_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state != NEW.state AND OLD.state || '>' || NEW.state NOT IN ('correction>frozen', 'correction>open', 'frozen>released', 'open>correction', 'open>frozen', 'training>open') THEN
        RAISE EXCEPTION USING MESSAGE = 'a round does not move like this',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$""",
    "CREATE TRIGGER mapping_round_moves BEFORE UPDATE OF state ON mapping_round FOR EACH ROW EXECUTE FUNCTION mapping_round_moves()",
    """CREATE OR REPLACE FUNCTION mapping_round_opens_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'training' AND NEW.state = 'open' AND EXISTS (SELECT 1 FROM registration WHERE round_id = NEW.id) THEN
        RAISE EXCEPTION USING MESSAGE = 'what was practised on is wiped before the round opens',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$""",
    "CREATE TRIGGER mapping_round_opens_empty BEFORE UPDATE OF state ON mapping_round FOR EACH ROW EXECUTE FUNCTION mapping_round_opens_empty()",
    """CREATE OR REPLACE FUNCTION round_municipality_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state != NEW.state AND ((SELECT state FROM mapping_round WHERE id = NEW.round_id) NOT IN ('correction', 'open', 'training') OR (NEW.state = 'open' AND NEW.reopened_reason IS NULL) OR (NEW.state = 'approved' AND EXISTS (SELECT 1 FROM round_unit JOIN organisation ON organisation.id = round_unit.unit_id WHERE round_unit.round_id = NEW.round_id AND round_unit.state = 'open' AND organisation.parent_id = NEW.municipality_id))) THEN
        RAISE EXCEPTION USING MESSAGE = 'a municipality does not move like this',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$""",
    "CREATE TRIGGER round_municipality_moves BEFORE UPDATE OF state ON round_municipality FOR EACH ROW EXECUTE FUNCTION round_municipality_moves()",
    """CREATE OR REPLACE FUNCTION round_unit_joins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM mapping_round WHERE id = NEW.round_id) NOT IN ('correction', 'open', 'training') OR (SELECT state FROM round_municipality WHERE round_id = NEW.round_id AND municipality_id = (SELECT parent_id FROM organisation WHERE id = NEW.unit_id)) = 'approved' THEN
        RAISE EXCEPTION USING MESSAGE = 'a closed round or an approved municipality takes no unit',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$""",
    "CREATE TRIGGER round_unit_joins BEFORE INSERT ON round_unit FOR EACH ROW EXECUTE FUNCTION round_unit_joins()",
    """CREATE OR REPLACE FUNCTION round_unit_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state != NEW.state AND ((SELECT state FROM mapping_round WHERE id = NEW.round_id) NOT IN ('correction', 'open', 'training') OR (SELECT state FROM round_municipality WHERE round_id = NEW.round_id AND municipality_id = (SELECT parent_id FROM organisation WHERE id = NEW.unit_id)) = 'approved' OR (NEW.state = 'open' AND NEW.reopened_reason IS NULL) OR (NEW.state = 'submitted' AND EXISTS (SELECT 1 FROM registration WHERE round_id = NEW.round_id AND unit_id = NEW.unit_id AND state = 'draft')) OR (NEW.state = 'nothing_to_report' AND EXISTS (SELECT 1 FROM registration WHERE round_id = NEW.round_id AND unit_id = NEW.unit_id))) THEN
        RAISE EXCEPTION USING MESSAGE = 'a unit does not move like this',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$""",
    "CREATE TRIGGER round_unit_moves BEFORE UPDATE OF state ON round_unit FOR EACH ROW EXECUTE FUNCTION round_unit_moves()",
    """CREATE OR REPLACE FUNCTION registration_starts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM mapping_round WHERE id = NEW.round_id) NOT IN ('open', 'training') OR (SELECT state FROM round_municipality WHERE round_id = NEW.round_id AND municipality_id = NEW.municipality_id) != 'open' OR (SELECT state FROM round_unit WHERE round_id = NEW.round_id AND unit_id = NEW.unit_id) != 'open' THEN
        RAISE EXCEPTION USING MESSAGE = 'a closed round, municipality or unit takes no registration',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$""",
    "CREATE TRIGGER registration_starts BEFORE INSERT ON registration FOR EACH ROW EXECUTE FUNCTION registration_starts()",
    """CREATE OR REPLACE FUNCTION registration_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM mapping_round WHERE id = NEW.round_id) NOT IN ('correction', 'open', 'training') OR (SELECT state FROM round_municipality WHERE round_id = NEW.round_id AND municipality_id = NEW.municipality_id) != 'open' OR ((SELECT state FROM round_unit WHERE round_id = NEW.round_id AND unit_id = NEW.unit_id) != 'open' AND NEW.merged_at IS NOT DISTINCT FROM OLD.merged_at) THEN
        RAISE EXCEPTION USING MESSAGE = 'a closed round, municipality or unit takes no change',
            ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$""",
    "CREATE TRIGGER registration_changes BEFORE UPDATE OF state, version ON registration FOR EACH ROW EXECUTE FUNCTION registration_changes()",
)

MOVES = (
    ("mapping_round", "mapping_round_begins"),
    ("mapping_round", "mapping_round_moves"),
    ("mapping_round", "mapping_round_opens_empty"),
    ("round_municipality", "round_municipality_moves"),
    ("round_unit", "round_unit_joins"),
    ("round_unit", "round_unit_moves"),
    ("registration", "registration_starts"),
    ("registration", "registration_changes"),
)


def upgrade() -> None:
    """Change the four tables, make the six new ones, then the triggers."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, clauses in CLAUSES.items():
        if sqlite:
            _rebuild(table, clauses)
        else:
            _alter(table, clauses)
    op.create_index(
        op.f("ix_registration_round_id_municipality_id_municipal_pseudonym"),
        "registration",
        ["round_id", "municipality_id", "municipal_pseudonym"],
        unique=False,
    )
    _invitation()
    _registration_change()
    _registration_conflict()
    _conflict_answer()
    _registration_query()
    _opt_out()
    for statement in SQLITE_MOVES if sqlite else POSTGRESQL_MOVES:
        op.execute(sa.text(statement.replace(":", "\\:")))
    _refuse_broken_references()


def downgrade() -> None:
    """Go back. What the first tables have no room for is refused by their own checks."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, name in MOVES:
        op.execute(f"DROP TRIGGER {name}" + ("" if sqlite else f" ON {table}"))
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    for table in (
        "opt_out",
        "registration_query",
        "conflict_answer",
        "registration_conflict",
        "registration_change",
        "invitation",
    ):
        op.drop_table(table)
    op.drop_index(op.f("ix_registration_round_id_municipality_id_municipal_pseudonym"))
    for table, clauses in reversed(CLAUSES.items()):
        back = tuple((after, before) for before, after in clauses)
        if sqlite:
            _rebuild(table, back)
        else:
            _alter(table, tuple(reversed(back)))
    _refuse_broken_references()


def _rebuild(table: str, clauses: tuple[tuple[str, str], ...]) -> None:
    """Make the table anew from its own edited text, and move the rows over (SQLite)."""
    bind = op.get_bind()
    text = bind.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"),
        {"table": table},
    ).scalar_one()
    kept = [
        row.sql
        for row in bind.execute(
            sa.text(
                "SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger') "
                "AND tbl_name = :table AND sql IS NOT NULL"
            ),
            {"table": table},
        )
    ]
    before = _columns(table)
    inside = " ".join(text.partition("(")[2].rpartition(")")[0].split())
    for old, new in clauses:
        if old and new:
            inside = _replaced(inside, old, new)
        elif new:
            # Columns stand before the constraints.
            at = -1 if new.startswith("CONSTRAINT") else inside.index("CONSTRAINT ")
            inside = f"{inside}, {new}" if at < 0 else f"{inside[:at]}{new}, {inside[at:]}"
        else:
            inside = _replaced(f"{inside},", f"{old},", "").rstrip(", ")
    bind.exec_driver_sql(f"CREATE TABLE moved_{table} ({inside})")
    filled = {
        column: value
        for column, value in FILLED.get(table, {}).items()
        if column in _columns(f"moved_{table}") and column not in before
    }
    both = [column for column in before if column in _columns(f"moved_{table}")]
    values = [*both, *(f"'{value}'" for value in filled.values())]
    bind.exec_driver_sql(
        f"INSERT INTO moved_{table} ({', '.join([*both, *filled])}) "  # noqa: S608
        f"SELECT {', '.join(values)} FROM {table}"
    )
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE moved_{table} RENAME TO {table}")
    for statement in kept:
        bind.exec_driver_sql(statement)


def _replaced(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise RuntimeError(f"the table does not say {old!r} once")
    return text.replace(old, new)


def _columns(table: str) -> list[str]:
    return [row.name for row in op.get_bind().execute(sa.text(f"PRAGMA table_info({table})"))]


def _alter(table: str, clauses: tuple[tuple[str, str], ...]) -> None:
    """Change the table in place (PostgreSQL): constraints go first and come last."""
    for old, _ in clauses:
        if old.startswith("CONSTRAINT"):
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {old.split()[1]}")
    for old, new in clauses:
        if old.startswith("CONSTRAINT") or new.startswith("CONSTRAINT"):
            continue
        if old and new:
            act = "SET" if new.endswith("NOT NULL") else "DROP"
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {new.split()[0]} {act} NOT NULL")
        elif old:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {old.split()[0]}")
        else:
            _add_column(table, new.replace("DATETIME", "TIMESTAMP WITH TIME ZONE"))
    for _, new in clauses:
        if new.startswith("CONSTRAINT"):
            op.execute(f"ALTER TABLE {table} ADD {new}")


def _add_column(table: str, clause: str) -> None:
    column = clause.split()[0]
    value = FILLED.get(table, {}).get(column)
    if value is None:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {clause}")
        return
    op.execute(f"ALTER TABLE {table} ADD COLUMN {clause} DEFAULT '{value}'")
    op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT")


def _refuse_broken_references() -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        broken = bind.execute(sa.text("PRAGMA foreign_key_check")).all()
        if broken:
            raise RuntimeError(f"{len(broken)} rows refer to nothing after the migration")


def _invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('registrar', 'unit_lead', 'coordinator', 'data_protection_officer', 'trust_analyst', 'trust_administrator', 'system_administrator')",
            name=op.f("ck_invitation_role"),
        ),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by IS NULL)", name=op.f("ck_invitation_accepted")
        ),
        sa.CheckConstraint(
            "accepted_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_invitation_one_end")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitation_email_lower_case")),
        sa.CheckConstraint("length(token_digest) = 32", name=op.f("ck_invitation_token_digest")),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["user_account.id"], name=op.f("fk_invitation_accepted_by")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["user_account.id"], name=op.f("fk_invitation_invited_by")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitation_token_digest")),
    )
    op.create_index(
        op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"], unique=False
    )


def _registration_change() -> None:
    op.create_table(
        "registration_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("variable", sa.String(length=40), nullable=False),
        sa.Column("before", sa.String(length=200), nullable=True),
        sa.Column("after", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "source IN ('form', 'number', 'carried_over', 'imported', 'merged', 'chosen', 'routed')",
            name=op.f("ck_registration_change_source"),
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_registration_change_registration_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_registration_change_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_change")),
    )
    op.create_index(
        op.f("ix_registration_change_registration_id_id"),
        "registration_change",
        ["registration_id", "id"],
        unique=False,
    )


def _registration_conflict() -> None:
    op.create_table(
        "registration_conflict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_registration_conflict_registration_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_registration_conflict_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_conflict")),
        sa.UniqueConstraint(
            "registration_id", "page", name=op.f("uq_registration_conflict_registration_id_page")
        ),
    )


def _conflict_answer() -> None:
    op.create_table(
        "conflict_answer",
        sa.Column("conflict_id", sa.Uuid(), nullable=False),
        sa.Column("variable", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["conflict_id"],
            ["registration_conflict.id"],
            name=op.f("fk_conflict_answer_conflict_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conflict_id", "variable", name=op.f("pk_conflict_answer")),
    )


def _registration_query() -> None:
    op.create_table(
        "registration_query",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("variable", sa.String(length=40), nullable=True),
        sa.Column("question", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_registration_query_closed"),
        ),
        sa.CheckConstraint(
            "answer IN ('right_as_it_is', 'corrected', 'not_known')",
            name=op.f("ck_registration_query_answer"),
        ),
        sa.CheckConstraint(
            "question IN ('is_the_answer_right', 'large_change', 'much_unknown', 'same_as_others', 'still_a_user')",
            name=op.f("ck_registration_query_question"),
        ),
        sa.CheckConstraint(
            "state != 'answered' OR answer IS NOT NULL",
            name=op.f("ck_registration_query_answer_given"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'closed')", name=op.f("ck_registration_query_state")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_registration_query_answered")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["user_account.id"], name=op.f("fk_registration_query_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_registration_query_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["user_account.id"], name=op.f("fk_registration_query_assignee_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["user_account.id"], name=op.f("fk_registration_query_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_registration_query_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_query")),
    )
    op.create_index(
        op.f("ix_registration_query_registration_id"),
        "registration_query",
        ["registration_id"],
        unique=False,
    )


def _opt_out() -> None:
    op.create_table(
        "opt_out",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("municipality_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("municipal_pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("municipal_key_id", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(municipal_pseudonym) = 32", name=op.f("ck_opt_out_municipal_pseudonym")
        ),
        sa.ForeignKeyConstraint(
            ["municipal_key_id"], ["pseudonym_key.id"], name=op.f("fk_opt_out_municipal_key_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "municipality_id"],
            ["round_municipality.round_id", "round_municipality.municipality_id"],
            name=op.f("fk_opt_out_round_id_municipality_id"),
        ),
        sa.PrimaryKeyConstraint(
            "round_id", "municipality_id", "municipal_pseudonym", name=op.f("pk_opt_out")
        ),
    )
