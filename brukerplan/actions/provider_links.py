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
from brukerplan.openid import Identified
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.organisations import actor
from brukerplan.persistence.queries.provider_links import linked_since, linked_user
from brukerplan.persistence.tables import ProviderLink, UserAccount
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


class OnlyWayInError(UserError):
    """Without the link nobody could sign in to the account."""

    message: ClassVar[str] = mark(
        "Dette er den eneste måten du kan logge inn på. Koblingen kan ikke fjernes."
    )


def sign_in_as(database: Database, *, who: Identified, now: datetime) -> Actor:
    """Return the user this subject is, with all roles.

    Raises
    ------
    UnknownSubjectError, AccountClosedError
        It opens no account.
    """
    with database.begin() as session:
        user_id = linked_user(session, who.issuer, who.subject_digest)
        found = None if user_id is None else actor(session, user_id)
        if user_id is not None:
            log(
                session,
                at=now,
                user_id=user_id,
                action="user.signed_in" if found else "user.refused",
                detail="provider",
            )
    if user_id is None:
        raise UnknownSubjectError
    if found is None:
        raise AccountClosedError
    return found


def link(database: Database, *, by: Actor, who: Identified, now: datetime) -> None:
    """Let this subject open the actor's own account from now on.

    Raises
    ------
    SubjectTakenError, AlreadyLinkedError
        It opens another, or another opens this one.
    """
    with database.begin() as session:
        _link(session, by.user_id, who, now)


def unlink(database: Database, *, by: Actor, issuer: str, now: datetime) -> None:
    """Take the actor's own link away; none is no error.

    Raises
    ------
    OnlyWayInError
        The account has no password.
    """
    with database.begin() as session:
        if not has_password(session, by.user_id):
            raise OnlyWayInError
        gone = session.scalar(
            sa.delete(ProviderLink)
            .where(ProviderLink.user_id == by.user_id, ProviderLink.issuer == issuer)
            .returning(ProviderLink.user_id)
        )
        if gone is not None:
            log(session, at=now, user_id=by.user_id, action="user.unlinked")


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
    with database.begin() as session:
        found = usable(session, token, now, held=True)
        account = account_of(session, found.email)
        if account is None:
            user_id = make_account(
                session, found.email, clean_name(name), NO_PASSWORD, language, now
            )
            _link(session, user_id, who, now)
        elif account.id == linked_user(session, who.issuer, who.subject_digest):
            user_id = account.id
        else:
            # The link of an invitation may go astray. It must not open an account there is.
            raise PasswordFirstError
        spend(session, found, user_id, now)
        log(session, at=now, user_id=user_id, action="user.signed_in", detail="provider")
        taken = actor(session, user_id)
    if taken is None:
        raise InvitationNotUsableError
    return taken


def has_password(session: Session, user_id: int) -> bool:
    """Tell whether the account can be opened by a password."""
    kept = session.scalar(sa.select(UserAccount.password_hash).where(UserAccount.id == user_id))
    return kept not in (None, NO_PASSWORD)


def _link(session: Session, user_id: int, who: Identified, now: datetime) -> None:
    holder = linked_user(session, who.issuer, who.subject_digest)
    if holder == user_id:
        return
    if holder is not None:
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
    log(session, at=now, user_id=user_id, action="user.linked")
