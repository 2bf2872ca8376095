"""Sessions: begun, used, listed to their owner and ended. The row is the session; the cookie
only names it by a random token of which the row has a digest."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor
from brukerplan.actions.invitations import digest
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.sessions import (
    BegunSession,
    SessionLine,
    begun_session,
    sessions_of,
)
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import UserSession
from brukerplan.persistence.tables.states import Assurance
from brukerplan.translation import UserError, mark

IDLE_LIMIT = timedelta(hours=2)
"""Long enough for a lunch, short enough for a shared PC."""
ABSOLUTE_LIMIT = timedelta(hours=12)
"""A working day, however busy."""
FACTOR_LIMIT = timedelta(minutes=10)
"""How long a password that was right waits for its second factor."""
# Every request would be a write, and a keystroke is a request.
NOTED_EVERY = timedelta(minutes=1)


class SessionNotFoundError(UserError):
    """There is no such session of one's own."""

    message: ClassVar[str] = mark("Økten er avsluttet allerede.")


def begin(
    database: Database,
    *,
    user_id: int,
    assurance: Assurance,
    acr: str = "",
    strong: bool,
    waits_for_factor: bool = False,
    browser: str,
    user_agent: str,
    instead_of: str = "",
    now: datetime,
) -> str:
    """Begin a session and return its token, which is nowhere else.

    Parameters
    ----------
    strong
        Whether two factors have been shown.
    waits_for_factor
        The password was right and a second factor is due: the session opens nothing else.
    browser, user_agent
        Words for its owner, and what the session is bound to.
    instead_of
        Token of the session this browser had before, which ends.
    """
    token = secrets.token_urlsafe(32)
    with database.begin(Door.SIGN_IN) as session:
        _forget_ended(session, now)
        if instead_of:
            session.execute(
                sa.delete(UserSession).where(UserSession.token_digest == digest(instead_of))
            )
        session.add(
            UserSession(
                token_digest=digest(token),
                user_id=user_id,
                begun_at=now,
                last_used_at=now,
                browser=browser,
                agent_digest=digest(user_agent),
                assurance=assurance,
                acr=acr[:100],
                strong=strong,
                waits_for_factor=waits_for_factor,
            )
        )
        if not waits_for_factor:
            log(session, at=now, user_id=user_id, action="user.signed_in", detail=assurance)
    return token


def renew(database: Database, *, session_id: uuid.UUID) -> str:
    """Give a session a new token and return it: one that has come to open more is named anew."""
    token = secrets.token_urlsafe(32)
    with database.begin() as session:
        session.execute(
            sa.update(UserSession)
            .where(UserSession.id == session_id)
            .values(token_digest=digest(token))
        )
    return token


def session_for_request(
    database: Database, *, token: str, user_agent: str, now: datetime
) -> BegunSession | None:
    """Return the session with its owner as the roles are now, and note that it is used.

    ``None`` for a session that has ended, run out, or comes from another browser than it was
    begun in, and for a closed account. Read at every request: what is taken away is gone at
    once.
    """
    with database.read() as session:
        found = begun_session(session, digest(token))
    if found is None or now >= _end_of(found) or found.agent_digest != digest(user_agent):
        return None
    if now - found.last_used_at >= NOTED_EVERY:
        with database.begin(Door.SIGN_IN) as session:
            session.execute(
                sa.update(UserSession).where(UserSession.id == found.id).values(last_used_at=now)
            )
    return found


def own_sessions(database: Database, *, by: Actor, now: datetime) -> tuple[SessionLine, ...]:
    """Return the actor's sessions that still work, the newest used first."""
    with database.read() as session:
        lines = sessions_of(session, by.user_id)
    return tuple(
        line
        for line in lines
        if now < min(line.begun_at + ABSOLUTE_LIMIT, line.last_used_at + IDLE_LIMIT)
    )


def sign_out(database: Database, *, token: str, now: datetime) -> None:
    """End the session of this token, if there is one: whoever has the cookie has nothing."""
    with database.begin(Door.SIGN_IN) as session:
        user_id = session.scalar(
            sa.delete(UserSession)
            .where(UserSession.token_digest == digest(token))
            .returning(UserSession.user_id)
        )
        if user_id is not None:
            log(session, at=now, user_id=user_id, action="user.signed_out")


def end_session(database: Database, *, by: Actor, session_id: uuid.UUID, now: datetime) -> None:
    """End one of one's own sessions.

    Raises
    ------
    SessionNotFoundError
        It has ended, or is somebody else's.
    """
    with database.begin() as session:
        if not end_all(session, by.user_id, now, only=session_id):
            raise SessionNotFoundError


def end_others(database: Database, *, by: Actor, kept: uuid.UUID | None, now: datetime) -> int:
    """End all of one's own sessions but one, and return how many ended."""
    with database.begin() as session:
        return end_all(session, by.user_id, now, kept=kept)


def end_all(
    session: Session,
    user_id: int,
    now: datetime,
    *,
    kept: uuid.UUID | None = None,
    only: uuid.UUID | None = None,
) -> int:
    """End a user's sessions in the caller's transaction and return how many ended."""
    query = sa.delete(UserSession).where(UserSession.user_id == user_id)
    if kept is not None:
        query = query.where(UserSession.id != kept)
    if only is not None:
        query = query.where(UserSession.id == only)
    ended = len(session.scalars(query.returning(UserSession.id)).all())
    if ended:
        log(session, at=now, user_id=user_id, action="user.sessions_ended", detail=str(ended))
    return ended


def changes_own_access(
    database: Database,
    change: Callable[[Session], None],
    *,
    by: Actor,
    kept: uuid.UUID,
    action: str,
    strong: bool = False,
    now: datetime,
) -> None:
    """Change a password or a factor, log it, and end every other session: one transaction.

    With ``strong`` the session that is kept has just shown a second factor.
    """
    with database.begin() as session:
        change(session)
        end_all(session, by.user_id, now, kept=kept)
        if strong:
            session.execute(
                sa.update(UserSession)
                .where(UserSession.id == kept)
                .values(strong=True, waits_for_factor=False, assurance=Assurance.SECOND_FACTOR)
            )
        log(session, at=now, user_id=by.user_id, action=action)


def _end_of(found: BegunSession) -> datetime:
    if found.waits_for_factor:
        return found.begun_at + FACTOR_LIMIT
    return min(found.begun_at + ABSOLUTE_LIMIT, found.last_used_at + IDLE_LIMIT)


def _forget_ended(session: Session, now: datetime) -> None:
    session.execute(
        sa.delete(UserSession).where(
            sa.or_(
                UserSession.begun_at <= now - ABSOLUTE_LIMIT,
                UserSession.last_used_at <= now - IDLE_LIMIT,
            )
        )
    )
