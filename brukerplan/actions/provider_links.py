"""Signing in at a provider, and whose account that opens here.

A link is made by the person alone, signed in or with an invitation in hand; never by what
the provider tells of somebody's e-mail address, which anyone there might have chosen.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor
from brukerplan.actions.accepting import (
    InvitationNotUsableError,
    account_of,
    clean_name,
    make_account,
    spend,
    usable,
)
from brukerplan.actions.passwords import NO_PASSWORD
from brukerplan.actions.sessions import changes_own_access
from brukerplan.actions.ways_in import OnlyWayInError, WayIn, ways_left
from brukerplan.openid import Identified
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.organisations import actor
from brukerplan.persistence.queries.provider_links import linked_since, linked_user
from brukerplan.persistence.queries.sessions import BegunSession
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import ProviderLink
from brukerplan.translation import UserError, mark


class ProviderLinkError(UserError):
    """The sign-in opens no account, or not this one. ``code`` is what is logged."""

    code: ClassVar[str]


class UnknownSubjectError(ProviderLinkError):
    """Somebody signed in at the provider whom nobody has let in here."""

    code = "subject_unknown"
    message: ClassVar[str] = mark(
        "Innloggingen din er ikke koblet til noen bruker her, så du har ikke tilgang."
    )


class AccountClosedError(ProviderLinkError):
    """The account is closed."""

    code = "account_closed"
    message: ClassVar[str] = mark("Brukeren din er stengt. Be koordinatoren om hjelp.")


class SubjectTakenError(ProviderLinkError):
    """The sign-in opens another account."""

    code = "subject_taken"
    message: ClassVar[str] = mark(
        "Innloggingen er koblet til en annen bruker her. Logg inn med den, eller fjern koblingen "
        "der først."
    )


class AlreadyLinkedError(ProviderLinkError):
    """The account is opened by another sign-in."""

    code = "account_linked"
    message: ClassVar[str] = mark(
        "Brukeren din er koblet til en innlogging fra før. Fjern den først."
    )


class PasswordFirstError(ProviderLinkError):
    """The invited person has an account, which this sign-in does not open."""

    code = "password_first"
    message: ClassVar[str] = mark(
        "Du har en bruker fra før, og den er ikke koblet til denne innloggingen. Ta imot "
        "invitasjonen med passordet ditt."
    )


class NotLinkedError(UserError):
    """There is no link to remove."""

    message: ClassVar[str] = mark("Koblingen er fjernet allerede.")


def sign_in_as(database: Database, *, who: Identified, now: datetime) -> Actor:
    """Return the user this subject is, with all roles.

    Raises
    ------
    UnknownSubjectError, AccountClosedError
        It opens no account.
    """
    with database.read() as session:
        user_id = linked_user(session, who.issuer, who.subject_digest)
        found = None if user_id is None else actor(session, user_id)
    if user_id is None:
        raise UnknownSubjectError
    if found is None:
        with database.begin(Door.SIGN_IN) as session:
            log(session, at=now, user_id=user_id, action="user.refused", detail="provider")
        raise AccountClosedError
    return found


def link(
    database: Database, *, by: Actor, begun: BegunSession, who: Identified, now: datetime
) -> None:
    """Let this subject open the actor's own account from now on; every other session ends.

    Linking what is linked already changes nothing.

    Raises
    ------
    SubjectTakenError, AlreadyLinkedError
        It opens another, or another opens this one.
    """
    with database.read() as session:
        if linked_user(session, who.issuer, who.subject_digest) == by.user_id:
            return
    changes_own_access(
        database,
        lambda session: _link(session, by.user_id, who, now),
        by=by,
        kept=begun.id,
        action="user.linked",
        now=now,
    )


def unlink(
    database: Database, *, by: Actor, begun: BegunSession, issuer: str, now: datetime
) -> None:
    """Take the actor's own link away; every other session ends.

    Raises
    ------
    NotLinkedError
        There is none.
    OnlyWayInError
        The account has neither a password nor a passkey.
    """

    def change(session: Session) -> None:
        gone = session.scalar(
            sa.delete(ProviderLink)
            .where(ProviderLink.user_id == by.user_id, ProviderLink.issuer == issuer)
            .returning(ProviderLink.user_id)
        )
        if gone is None:
            raise NotLinkedError
        # A link to a provider that was used here before opens nothing any more.
        if not ways_left(session, by.user_id) - {WayIn.PROVIDER}:
            raise OnlyWayInError

    changes_own_access(database, change, by=by, kept=begun.id, action="user.unlinked", now=now)


def accept_invitation_as(
    database: Database, *, token: str, who: Identified, name: str, language: str, now: datetime
) -> Actor:
    """Take the role by signing in at the provider: with the account that opens, or one made
    now, without a password.

    Raises
    ------
    InvitationNotUsableError
        The link offers nothing (any more).
    PasswordFirstError
        There is an account of the address that this sign-in does not open.
    SubjectTakenError, PersonNameError, AccountMadeMeanwhileError
        No account can be made like this; the invitation is not spent.
    """
    with database.begin(Door.INVITATION) as session:
        found = usable(session, token, now, held=True)
        account = account_of(session, found.email)
        if account is None:
            user_id = make_account(
                session, found.email, clean_name(name), NO_PASSWORD, language, now
            )
            _link(session, user_id, who, now)
            log(session, at=now, user_id=user_id, action="user.linked")
        elif account.id == linked_user(session, who.issuer, who.subject_digest):
            user_id = account.id
        else:
            # The link of an invitation may go astray. It must not open an account there is.
            raise PasswordFirstError
        spend(session, found, user_id, now)
        taken = actor(session, user_id)
    if taken is None:
        raise InvitationNotUsableError
    return taken


def _link(session: Session, user_id: int, who: Identified, now: datetime) -> None:
    if linked_user(session, who.issuer, who.subject_digest) is not None:
        raise SubjectTakenError
    if linked_since(session, user_id, who.issuer) is not None:
        raise AlreadyLinkedError
    made = ProviderLink(
        issuer=who.issuer, subject_digest=who.subject_digest, user_id=user_id, linked_at=now
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        # Linked in the meantime, by another page.
        raise AlreadyLinkedError from error
