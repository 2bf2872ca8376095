"""Who is signed in, with which browsers, and what second factors an account has."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor, Membership
from brukerplan.access.roles import Role
from brukerplan.persistence.tables import (
    Base,
    Passkey,
    RecoveryCode,
    TotpFactor,
    UserAccount,
    UserSession,
)
from brukerplan.persistence.tables import Membership as MembershipRow
from brukerplan.persistence.tables.states import FactorState


@dataclass(frozen=True, slots=True)
class BegunSession:
    """A session that was begun, with who began it as their roles are now."""

    id: uuid.UUID
    begun_at: datetime
    last_used_at: datetime
    agent_digest: bytes = field(repr=False)
    strong: bool
    waits_for_factor: bool
    actor: Actor


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as its owner sees it."""

    id: uuid.UUID
    browser: str
    begun_at: datetime
    last_used_at: datetime


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """A passkey as its owner sees it."""

    id: uuid.UUID
    name: str
    made_at: datetime
    last_used_at: datetime | None
    credential_id: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Factors:
    """What second factors an account has."""

    app_since: datetime | None
    passkeys: tuple[PasskeyLine, ...]
    codes_left: int

    @property
    def any(self) -> bool:
        """Whether there is something to show a second factor with. Paper alone is none."""
        return self.app_since is not None or bool(self.passkeys)


def begun_session(session: Session, token_digest: bytes) -> BegunSession | None:
    """Return the session of this token and its owner, if the account is open: one question."""
    rows = session.execute(_session_query(), {"token_digest": token_digest}).all()
    if not rows:
        return None
    first = rows[0]
    return BegunSession(
        id=first.id,
        begun_at=first.begun_at,
        last_used_at=first.last_used_at,
        agent_digest=first.agent_digest,
        strong=first.strong,
        waits_for_factor=first.waits_for_factor,
        actor=Actor(
            user_id=first.user_id,
            name=first.name,
            memberships=frozenset(
                Membership(Role(row.role), row.organisation_id)
                for row in rows
                if row.role is not None
            ),
        ),
    )


def sessions_of(session: Session, user_id: int) -> tuple[SessionLine, ...]:
    """Return the user's sessions, the newest used first; those that wait for a factor too."""
    rows = session.execute(
        sa.select(
            UserSession.id, UserSession.browser, UserSession.begun_at, UserSession.last_used_at
        )
        .where(UserSession.user_id == user_id)
        .order_by(UserSession.last_used_at.desc(), UserSession.id)
    )
    return tuple(SessionLine(*row) for row in rows)


def factors_of(session: Session, user_id: int) -> Factors:
    """Return the second factors of an account."""
    app_since = session.scalar(
        sa.select(TotpFactor.made_at).where(
            TotpFactor.user_id == user_id, TotpFactor.state == FactorState.IN_USE
        )
    )
    passkeys = session.execute(
        sa.select(
            Passkey.id, Passkey.name, Passkey.made_at, Passkey.last_used_at, Passkey.credential_id
        )
        .where(Passkey.user_id == user_id)
        .order_by(Passkey.made_at, Passkey.name)
    )
    codes_left = session.scalar(
        sa.select(sa.func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    )
    return Factors(app_since, tuple(PasskeyLine(*row) for row in passkeys), codes_left or 0)


@cache
def _session_query() -> sa.Select[Any]:
    # Made once, of tables: every request begins with it.
    begun = Base.metadata.tables[UserSession.__tablename__]
    account = Base.metadata.tables[UserAccount.__tablename__]
    held = Base.metadata.tables[MembershipRow.__tablename__]
    return (
        sa.select(
            begun.c.id,
            begun.c.begun_at,
            begun.c.last_used_at,
            begun.c.agent_digest,
            begun.c.strong,
            begun.c.waits_for_factor,
            account.c.id.label("user_id"),
            account.c.name,
            held.c.role,
            held.c.organisation_id,
        )
        .select_from(
            begun.join(account, account.c.id == begun.c.user_id).outerjoin(
                held, held.c.user_id == account.c.id
            )
        )
        .where(begun.c.token_digest == sa.bindparam("token_digest"), account.c.active)
    )
