"""Sign-in at a provider: whose account somebody there has.

On the way back the links are lost: who has a password signs in with it, and an account that
never had one (its hash is «!») has no way in until it is given one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "provider_link",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject_digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(subject_digest) = 32", name=op.f("ck_provider_link_subject_digest")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_provider_link_user_id")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject_digest", name=op.f("pk_provider_link")),
        sa.UniqueConstraint("user_id", "issuer", name=op.f("uq_provider_link_user_id_issuer")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("provider_link")
