"""Accepting an invitation: an account of one's own, and the role that was offered.

A link that has expired, was withdrawn, is used or never was is answered alike.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import allows
from brukerplan.access.roles import Role
from brukerplan.actions.invitations import AlreadyMemberError, digest, grant_role
from brukerplan.actions.passwords import hash_password, require_good, verify
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.organisations import actor, organisation, organisation_path
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import Invitation, UserAccount
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.translation import UserError, mark

LONGEST_NAME = 120


class InvitationNotUsableError(UserError):
    """The link does not work: not told why."""

    message: ClassVar[str] = mark(
        "Invitasjonen kan ikke brukes. Den kan være brukt, trukket tilbake eller for gammel, "
        "eller lenken er ikke hel. Åpne lenken i e-posten på nytt, eller be koordinatoren om "
        "en ny invitasjon."
    )


class WrongPasswordError(UserError):
    """The invited person has an account with another password."""

    message: ClassVar[str] = mark("Passordet er feil. Skriv det du ellers logger inn med.")


class PersonNameError(UserError):
    """The name is empty or too long."""

    message: ClassVar[str] = mark("Skriv navnet ditt, med høyst %(longest)s tegn.")


class AccountMadeMeanwhileError(UserError):
    """The account was made by another invitation to the same address."""

    message: ClassVar[str] = mark(
        "Brukeren din ble laget i mellomtiden. Last siden på nytt og skriv passordet ditt."
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered to whoever holds the link. ``account_id`` when they have an account.

    ``inviter`` is ``None`` where whoever runs the machine invites.
    """

    organisation_name: str
    municipality_name: str
    role: Role
    inviter: str | None
    expires_at: datetime
    account_id: int | None
    email: str = field(repr=False)


def open_invitation(database: Database, *, token: str, now: datetime) -> Offer:
    """Return what the link offers; nothing is spent.

    Raises
    ------
    InvitationNotUsableError
        It offers nothing.
    """
    with database.read(Door.INVITATION) as session:
        found = usable(session, token, now)
        account = account_of(session, found.email)
        here = organisation(session, found.organisation_id)
        if here is None:
            raise InvitationNotUsableError
        above = None
        if here.kind == OrganisationKind.UNIT and here.parent_id is not None:
            above = organisation(session, here.parent_id)
        inviter = None if found.invited_by is None else actor(session, found.invited_by)
        return Offer(
            organisation_name=here.name,
            municipality_name=here.name if above is None else above.name,
            role=Role(found.role),
            inviter=None if inviter is None else inviter.name,
            expires_at=found.expires_at,
            account_id=None if account is None else account.id,
            email=found.email,
        )


def accept_invitation(
    database: Database,
    *,
    token: str,
    password: str,
    name: str = "",
    language: str = "nb",
    now: datetime,
) -> int:
    """Take the role with one's own account, made now where there is none; return its id.

    Parameters
    ----------
    password
        Of the account there is, or chosen for the one that is made.
    name, language
        Of the account that is made.

    Raises
    ------
    InvitationNotUsableError
        The link offers nothing (any more).
    PersonNameError, PasswordTooShortError, PasswordTooCommonError, PasswordHoldsNameError,
    WrongPasswordError, AccountMadeMeanwhileError
        The account cannot be made or used like this; the invitation is not spent.
    """
    with database.read(Door.INVITATION) as session:
        email = usable(session, token, now).email
        account = account_of(session, email)
    # Outside any transaction: hashing is slow on purpose, and nobody should wait for it.
    if account is None:
        name = clean_name(name)
        require_good(password, email=email)
        password_hash = hash_password(password)
    elif not verify(account.password_hash, password):
        with database.begin(Door.INVITATION) as session:
            log(session, at=now, user_id=account.id, action="user.refused")
        raise WrongPasswordError
    with database.begin(Door.INVITATION) as session:
        found = usable(session, token, now, held=True)
        if account is None:
            user_id = make_account(session, found.email, name, password_hash, language, now)
        else:
            user_id = account.id
        spend(session, found, user_id, now)
        return user_id


def clean_name(name: str) -> str:
    """Return the name with one space between words.

    Raises
    ------
    PersonNameError
        It is none.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise PersonNameError(longest=LONGEST_NAME)
    return name


def usable(session: Session, token: str, now: datetime, *, held: bool = False) -> Invitation:
    """Return the invitation that waits for whoever holds the link; ``held`` until it is spent.

    Raises
    ------
    InvitationNotUsableError
        There is none.
    """
    query = sa.select(Invitation).where(Invitation.token_digest == digest(token))
    found = session.scalar(query.with_for_update() if held else query)
    if found is None or found.accepted_at is not None or found.withdrawn_at is not None:
        raise InvitationNotUsableError
    if now >= found.expires_at or not _may_still_grant(session, found):
        raise InvitationNotUsableError
    account = account_of(session, found.email)
    if account is not None and not account.active:
        raise InvitationNotUsableError
    return found


def spend(session: Session, found: Invitation, user_id: int, now: datetime) -> None:
    """Give the user what was offered; the link offers nothing any more."""
    found.accepted_at, found.accepted_by = now, user_id
    # Where it was granted in the meantime, the invitation is spent, and that is all.
    with suppress(AlreadyMemberError):
        grant_role(session, found.invited_by, user_id, found.organisation_id, Role(found.role), now)
    log(
        session,
        at=now,
        user_id=user_id,
        action="invitation.accepted",
        organisation_id=found.organisation_id,
        subject=found.id,
        detail=found.role,
    )


def _may_still_grant(session: Session, found: Invitation) -> bool:
    """Granted by whoever invites, who must still be the one to grant it."""
    if found.invited_by is None:
        return True
    path = organisation_path(session, found.organisation_id)
    return allows(actor(session, found.invited_by), Permission.MUNICIPALITY_ADMINISTER, path)


def account_of(session: Session, email: str) -> UserAccount | None:
    """Return the account of an address, open or closed."""
    return session.scalar(sa.select(UserAccount).where(UserAccount.email == email))


def make_account(
    session: Session, email: str, name: str, password_hash: str, language: str, now: datetime
) -> int:
    """Make the account of an invited person and return its id.

    Raises
    ------
    AccountMadeMeanwhileError
        There is one.
    """
    made = UserAccount(email=email, name=name, password_hash=password_hash, language=language)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise AccountMadeMeanwhileError from error
    log(session, at=now, user_id=made.id, action="user.created", subject=made.id)
    return made.id
