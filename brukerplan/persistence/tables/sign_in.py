"""Signing in: sessions, second factors, what has been tried, and links for a new password.

Of every secret only a digest is kept, or the secret sealed under a key that is not here.
"""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from brukerplan.persistence.tables.base import Base, one_of
from brukerplan.persistence.tables.states import Assurance, FactorState


class UserSession(Base):
    """Somebody signed in with one browser. Ended ones are deleted; there is no address here."""

    __tablename__ = "user_session"
    __table_args__ = (
        sa.UniqueConstraint("token_digest"),
        sa.CheckConstraint("length(token_digest) = 32", name="token_digest"),
        sa.CheckConstraint("length(agent_digest) = 32", name="agent_digest"),
        one_of("assurance", Assurance),
        # One who has shown enough waits for nothing.
        sa.CheckConstraint("NOT (strong AND waits_for_factor)", name="waits_for_factor"),
        sa.Index(None, "user_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    token_digest: Mapped[bytes]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    begun_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    browser: Mapped[str] = mapped_column(sa.String(60))
    agent_digest: Mapped[bytes]
    assurance: Mapped[str] = mapped_column(sa.String(20))
    # What a federated sign-in said of its own level; empty for our own.
    acr: Mapped[str] = mapped_column(sa.String(100), default="")
    # Two factors have been shown, whoever asked for them.
    strong: Mapped[bool]
    waits_for_factor: Mapped[bool]


class TotpFactor(Base):
    """An authenticator app. A new one waits beside the old until its first code has come."""

    __tablename__ = "totp_factor"
    __table_args__ = (one_of("state", FactorState),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    sealed_secret: Mapped[bytes]
    made_at: Mapped[datetime]
    # The time step of the newest code that was taken: no code is taken twice.
    last_step: Mapped[int | None] = mapped_column(sa.BigInteger)


class RecoveryCode(Base):
    """One of the codes to have on paper; each works once."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.CheckConstraint("length(code_digest) = 32", name="code_digest"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    code_digest: Mapped[bytes] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey: its public half, and how often it says it has been used."""

    __tablename__ = "passkey"
    __table_args__ = (
        sa.UniqueConstraint("credential_id"),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name="name"),
        sa.CheckConstraint("sign_count >= 0", name="sign_count"),
        sa.Index(None, "user_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.String(60))
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class UsedChallenge(Base):
    """A challenge a passkey has answered; kept until it would have expired, so that it is
    answered once."""

    __tablename__ = "used_challenge"
    __table_args__ = (sa.CheckConstraint("length(challenge_digest) = 32", name="challenge_digest"),)

    challenge_digest: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


class SignInAttempts(Base):
    """How often something was tried lately: an account, an address, both together."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        sa.CheckConstraint("length(subject_digest) = 32", name="subject_digest"),
        sa.CheckConstraint("tries >= 0", name="tries"),
        sa.Index(None, "last_at"),
    )

    subject_digest: Mapped[bytes] = mapped_column(primary_key=True)
    tries: Mapped[int]
    last_at: Mapped[datetime]


class PasswordReset(Base):
    """A link to choose a new password with; works once, for an hour."""

    __tablename__ = "password_reset"
    __table_args__ = (
        sa.CheckConstraint("length(token_digest) = 32", name="token_digest"),
        sa.Index(None, "user_id"),
    )

    token_digest: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    expires_at: Mapped[datetime]
