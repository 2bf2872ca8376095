"""An invitation from the command line: no account invites."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# SQLite cannot change a column: the table is made anew. Nothing refers to it.
SQLITE_INVITATION = """
CREATE TABLE moved_invitation (
    id CHAR(32) NOT NULL,
    email VARCHAR(254) NOT NULL,
    organisation_id INTEGER NOT NULL,
    role VARCHAR(30) NOT NULL,
    token_digest BLOB NOT NULL,
    invited_by INTEGER{required},
    invited_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    accepted_at DATETIME,
    accepted_by INTEGER,
    withdrawn_at DATETIME,
    CONSTRAINT ck_invitation_role CHECK (role IN ('registrar', 'unit_lead', 'coordinator', 'data_protection_officer', 'trust_analyst', 'trust_administrator', 'system_administrator')),
    CONSTRAINT ck_invitation_accepted CHECK ((accepted_at IS NULL) = (accepted_by IS NULL)),
    CONSTRAINT ck_invitation_one_end CHECK (accepted_at IS NULL OR withdrawn_at IS NULL),
    CONSTRAINT ck_invitation_email_lower_case CHECK (email = lower(email)),
    CONSTRAINT ck_invitation_token_digest CHECK (length(token_digest) = 32),
    CONSTRAINT fk_invitation_accepted_by FOREIGN KEY(accepted_by) REFERENCES user_account (id),
    CONSTRAINT fk_invitation_invited_by FOREIGN KEY(invited_by) REFERENCES user_account (id),
    CONSTRAINT fk_invitation_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT uq_invitation_token_digest UNIQUE (token_digest)
)
"""


def upgrade() -> None:
    """Let an invitation be without an inviter: whoever runs the machine made it."""
    _required(False)


def downgrade() -> None:
    """Remove the invitations that have none: earlier versions cannot let anybody in by them."""
    op.execute("DELETE FROM invitation WHERE invited_by IS NULL")
    _required(True)


def _required(required: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("invitation", "invited_by", nullable=not required)
        return
    op.execute(SQLITE_INVITATION.format(required=" NOT NULL" if required else ""))
    op.execute(
        "INSERT INTO moved_invitation "
        "SELECT id, email, organisation_id, role, token_digest, invited_by, invited_at, "
        "expires_at, accepted_at, accepted_by, withdrawn_at FROM invitation"
    )
    op.execute("DROP TABLE invitation")
    op.execute("ALTER TABLE moved_invitation RENAME TO invitation")
    op.execute("CREATE INDEX ix_invitation_organisation_id ON invitation (organisation_id)")
