"""Organisations, user accounts and who is a member where."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.access.roles import Role
from brukerplan.persistence.tables.base import Base, exactly_when, one_of
from brukerplan.persistence.tables.states import OrganisationKind

CODE_LENGTH = 40


class Organisation(Base):
    """A node of the tree nation → region → trust → municipality → unit."""

    __tablename__ = "organisation"
    __table_args__ = (
        one_of("kind", OrganisationKind),
        one_of("language", ("nb", "nn")),
        sa.CheckConstraint("(kind = 'nation') = (parent_id IS NULL)", name="only_a_nation_is_top"),
        sa.UniqueConstraint("parent_id", "kind", "code"),
        # Units repeat their codes from one municipality to the next; nothing else does.
        sa.Index(
            "uq_organisation_kind_code",
            "kind",
            "code",
            unique=True,
            sqlite_where=sa.text("kind != 'unit'"),
            postgresql_where=sa.text("kind != 'unit'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    code: Mapped[str] = mapped_column(sa.String(CODE_LENGTH))
    name: Mapped[str] = mapped_column(sa.String(120))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    language: Mapped[str] = mapped_column(sa.String(2), default="nb")


class UserAccount(Base):
    """A person who works here. The address is kept in lower case, so that it is one."""

    __tablename__ = "user_account"
    __table_args__ = (
        sa.UniqueConstraint("email"),
        sa.CheckConstraint("email = lower(email)", name="email_lower_case"),
        one_of("language", ("nb", "nn", "en")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    name: Mapped[str] = mapped_column(sa.String(120))
    # «!» where there is no password: the person signs in at the provider.
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(2), default="nb")
    active: Mapped[bool] = mapped_column(default=True)


class ProviderLink(Base):
    """Whose account somebody at a sign-in provider has. Of who they are there, a digest."""

    __tablename__ = "provider_link"
    __table_args__ = (
        # One sign-in there opens one account here, and an account is opened by one.
        sa.UniqueConstraint("user_id", "issuer"),
        sa.CheckConstraint("length(subject_digest) = 32", name="subject_digest"),
    )

    issuer: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    subject_digest: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    linked_at: Mapped[datetime]


class Membership(Base):
    """A role in an organisation: granted, never taken."""

    __tablename__ = "membership"
    __table_args__ = (one_of("role", Role),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    # NULL: granted on the command line, by whoever runs the machine.
    granted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    granted_at: Mapped[datetime]


class Invitation(Base):
    """A role offered to somebody by e-mail. Only a digest of the link's secret is kept."""

    __tablename__ = "invitation"
    __table_args__ = (
        one_of("role", Role),
        sa.UniqueConstraint("token_digest"),
        sa.CheckConstraint("email = lower(email)", name="email_lower_case"),
        sa.CheckConstraint("length(token_digest) = 32", name="token_digest"),
        exactly_when("accepted", "accepted_at IS NULL", "accepted_by IS NULL"),
        sa.CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        sa.Index(None, "organisation_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[str] = mapped_column(sa.String(254))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    role: Mapped[str] = mapped_column(sa.String(30))
    token_digest: Mapped[bytes]
    # NULL: invited on the command line, by whoever runs the machine.
    invited_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
