"""A new password: one's own choice, or by a link to one's e-mail when the old is forgotten."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor
from brukerplan.actions.invitations import digest
from brukerplan.actions.passwords import hash_password, require_good, verify
from brukerplan.actions.sessions import changes_own_access, end_all
from brukerplan.actions.written import new_password_letter, password_changed_letter
from brukerplan.mail import MailServer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.sessions import BegunSession
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import PasswordReset, UserAccount
from brukerplan.translation import UserError, mark

LIFETIME = timedelta(hours=1)
"""How long a link works."""


class OldPasswordError(UserError):
    """The password that is to be changed is another."""

    message: ClassVar[str] = mark("Passordet du har nå, er et annet. Skriv det på nytt.")


class LinkNotUsableError(UserError):
    """The link does not work: not told why."""

    message: ClassVar[str] = mark(
        "Lenken kan ikke brukes. Den kan være brukt eller for gammel, eller den er ikke hel. "
        "Be om en ny."
    )


def change_password(
    database: Database,
    *,
    by: Actor,
    begun: BegunSession,
    old: str,
    new: str,
    mail: MailServer | None,
    now: datetime,
) -> None:
    """Change one's own password; every other session ends, and an e-mail tells of it.

    Raises
    ------
    OldPasswordError, PasswordTooShortError, PasswordTooCommonError, PasswordHoldsNameError
        Nothing is changed.
    """
    account = _account(database, by.user_id)
    if not verify(account.password_hash, old):
        raise OldPasswordError
    require_good(new, email=account.email)
    password_hash = hash_password(new)
    changes_own_access(
        database,
        lambda session: _set_password(session, by.user_id, password_hash),
        by=by,
        kept=begun.id,
        action="user.password_changed",
        now=now,
    )
    _tell(mail, account)


def send_link(
    database: Database, *, email: str, mail: MailServer, public_url: str, now: datetime
) -> None:
    """Send a link to choose a new password with, if an open account has the address.

    Says nothing of whether it has: neither to the caller nor by failing.
    """
    with database.begin(Door.SIGN_IN) as session:
        account = session.scalar(
            sa.select(UserAccount).where(
                UserAccount.email == email.strip().lower(), UserAccount.active
            )
        )
        session.execute(sa.delete(PasswordReset).where(PasswordReset.expires_at <= now))
        if account is None:
            return
        token = make_link(session, account.id, now)
        log(session, at=now, user_id=account.id, action="user.link_sent")
    mail.send_all(
        (
            new_password_letter(
                to=account.email,
                language=account.language,
                link=password_link(public_url, token),
            ),
        )
    )


def make_link(session: Session, user_id: int, now: datetime) -> str:
    """Let a new link choose the account's password, and return its token; it alone works."""
    token = secrets.token_urlsafe(32)
    session.execute(sa.delete(PasswordReset).where(PasswordReset.user_id == user_id))
    session.add(
        PasswordReset(token_digest=digest(token), user_id=user_id, expires_at=now + LIFETIME)
    )
    return token


def password_link(public_url: str, token: str) -> str:
    """Return the address at which a new password is chosen."""
    return f"{public_url}/nytt-passord/{token}"


def open_link(database: Database, *, token: str, now: datetime) -> str:
    """Return the address of the account the link is for; nothing is spent.

    Raises
    ------
    LinkNotUsableError
        It is for none.
    """
    with database.read(Door.SIGN_IN) as session:
        user_id = _user_of(session, token, now)
    return _account(database, user_id).email


def choose_password(
    database: Database, *, token: str, new: str, mail: MailServer | None, now: datetime
) -> None:
    """Give the link's account a new password; the link is spent and every session ends.

    The second factor stays as it is: who reads somebody's e-mail is not signed in by it.

    Raises
    ------
    LinkNotUsableError
        It is for no account (any more).
    PasswordTooShortError, PasswordTooCommonError, PasswordHoldsNameError
        The link is not spent.
    """
    with database.read(Door.SIGN_IN) as session:
        user_id = _user_of(session, token, now)
    account = _account(database, user_id)
    require_good(new, email=account.email)
    password_hash = hash_password(new)
    with database.begin(Door.SIGN_IN) as session:
        spent = session.scalar(
            sa.delete(PasswordReset)
            .where(PasswordReset.token_digest == digest(token), PasswordReset.expires_at > now)
            .returning(PasswordReset.user_id)
        )
        if spent is None:
            raise LinkNotUsableError
        _set_password(session, user_id, password_hash)
        end_all(session, user_id, now)
        log(session, at=now, user_id=user_id, action="user.password_chosen")
    _tell(mail, account)


def _user_of(session: Session, token: str, now: datetime) -> int:
    user_id = session.scalar(
        sa.select(PasswordReset.user_id)
        .join(UserAccount, UserAccount.id == PasswordReset.user_id)
        .where(
            PasswordReset.token_digest == digest(token),
            PasswordReset.expires_at > now,
            UserAccount.active,
        )
    )
    if user_id is None:
        raise LinkNotUsableError
    return user_id


def _account(database: Database, user_id: int) -> UserAccount:
    with database.read() as session:
        return session.scalars(sa.select(UserAccount).where(UserAccount.id == user_id)).one()


def _set_password(session: Session, user_id: int, password_hash: str) -> None:
    session.execute(
        sa.update(UserAccount).where(UserAccount.id == user_id).values(password_hash=password_hash)
    )
    # A link that was asked for before changes nothing any more.
    session.execute(sa.delete(PasswordReset).where(PasswordReset.user_id == user_id))


def _tell(mail: MailServer | None, account: UserAccount) -> None:
    if mail is not None:
        mail.send_all((password_changed_letter(to=account.email, language=account.language),))
