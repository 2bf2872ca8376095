"""Signing in: sessions, second factors, attempts, and links for a new password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; everybody signs in anew."""
    op.create_table(
        "sign_in_attempts",
        sa.Column("subject_digest", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(subject_digest) = 32", name=op.f("ck_sign_in_attempts_subject_digest")
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_sign_in_attempts_tries")),
        sa.PrimaryKeyConstraint("subject_digest", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index(
        op.f("ix_sign_in_attempts_last_at"), "sign_in_attempts", ["last_at"], unique=False
    )
    op.create_table(
        "used_challenge",
        sa.Column("challenge_digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(challenge_digest) = 32", name=op.f("ck_used_challenge_challenge_digest")
        ),
        sa.PrimaryKeyConstraint("challenge_digest", name=op.f("pk_used_challenge")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name=op.f("ck_passkey_name")),
        sa.CheckConstraint("sign_count >= 0", name=op.f("ck_passkey_sign_count")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_passkey_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_user_id"), "passkey", ["user_id"], unique=False)
    op.create_table(
        "password_reset",
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(token_digest) = 32", name=op.f("ck_password_reset_token_digest")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_password_reset_user_id")
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_password_reset")),
    )
    op.create_index(op.f("ix_password_reset_user_id"), "password_reset", ["user_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(code_digest) = 32", name=op.f("ck_recovery_code_code_digest")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "code_digest", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "totp_factor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'in_use')", name=op.f("ck_totp_factor_state")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_totp_factor_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "state", name=op.f("pk_totp_factor")),
    )
    op.create_table(
        "user_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("agent_digest", sa.LargeBinary(), nullable=False),
        sa.Column("assurance", sa.String(length=20), nullable=False),
        sa.Column("acr", sa.String(length=100), nullable=False),
        sa.Column("strong", sa.Boolean(), nullable=False),
        sa.Column("waits_for_factor", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "assurance IN ('password', 'second_factor', 'passkey', 'federated')",
            name=op.f("ck_user_session_assurance"),
        ),
        sa.CheckConstraint(
            "NOT (strong AND waits_for_factor)", name=op.f("ck_user_session_waits_for_factor")
        ),
        sa.CheckConstraint("length(agent_digest) = 32", name=op.f("ck_user_session_agent_digest")),
        sa.CheckConstraint("length(token_digest) = 32", name=op.f("ck_user_session_token_digest")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_user_session_token_digest")),
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"], unique=False)


def downgrade() -> None:
    """Take the tables away; second factors are gone with them."""
    for table in (
        "user_session",
        "totp_factor",
        "recovery_code",
        "passkey",
        "used_challenge",
        "sign_in_attempts",
        "password_reset",
    ):
        op.drop_table(table)
