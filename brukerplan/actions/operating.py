"""Letting people in and keeping them out, for whoever runs the machine.

For the first of an installation, and where nobody within reach can. As in
`brukerplan.actions.accounts` nobody's permission is asked for: no page may call these.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.roles import Role
from brukerplan.actions.accounts import OrganisationNotFoundError, UserNotFoundError
from brukerplan.actions.changing_password import make_link
from brukerplan.actions.invitations import (
    LIFETIME,
    AlreadyMemberError,
    Invited,
    invitation_link,
    offer,
)
from brukerplan.actions.mail_addresses import clean_address
from brukerplan.actions.oslo import oslo_day
from brukerplan.actions.people import hold
from brukerplan.actions.resetting_factor import take_factors
from brukerplan.actions.sessions import end_all
from brukerplan.actions.written import factor_reset_letter, invitation_letter
from brukerplan.mail import MailServer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.organisations import organisation
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import Membership, PasswordReset, UserAccount
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.translation import UserError, mark

_ABOVE = (OrganisationKind.TRUST, OrganisationKind.REGION, OrganisationKind.NATION)
HELD_AT: Mapping[Role, tuple[OrganisationKind, ...]] = MappingProxyType(
    {
        Role.COORDINATOR: (OrganisationKind.MUNICIPALITY,),
        Role.DATA_PROTECTION_OFFICER: (OrganisationKind.MUNICIPALITY,),
        Role.TRUST_ANALYST: _ABOVE,
        Role.TRUST_ADMINISTRATOR: _ABOVE,
        Role.SYSTEM_ADMINISTRATOR: _ABOVE,
    }
)
"""The roles that are given from here, and where. Those in a unit are the coordinator's to give."""


class RoleNotHeldHereError(UserError):
    """The role belongs to another kind of organisation."""

    message: ClassVar[str] = mark(
        "Denne rollen gis ikke her. Roller i en tjeneste gir koordinatoren."
    )


class AccountClosedError(UserError):
    """The account of the address is closed."""

    message: ClassVar[str] = mark("Brukeren er stengt. Åpne den først.")


def invite_first(
    database: Database,
    *,
    mail: MailServer | None,
    public_url: str,
    organisation_id: int,
    email: str,
    role: Role,
    now: datetime,
) -> Invited:
    """Offer somebody a role above the units; an earlier offer of the same that waits is replaced.

    Whoever has an account already accepts with its password.

    Returns
    -------
    Invited
        ``sent``, or ``hand_over`` with the link's secret where no e-mail went out.

    Raises
    ------
    OrganisationNotFoundError, RoleNotHeldHereError
        There is no such place, or the role is not given there.
    MailAddressError, AccountClosedError, AlreadyMemberError
        It cannot be given to this address.
    """
    email = clean_address(email)
    token = secrets.token_urlsafe(32)
    with database.begin() as session:
        where = organisation(session, organisation_id)
        if where is None:
            raise OrganisationNotFoundError
        if where.kind not in HELD_AT.get(role, ()):
            raise RoleNotHeldHereError
        hold(session, where.id)
        account = session.scalar(sa.select(UserAccount).where(UserAccount.email == email))
        if account is not None and not account.active:
            raise AccountClosedError
        held = account and session.get(Membership, (account.id, where.id, role))
        if held is not None:
            raise AlreadyMemberError
        invitation_id = offer(session, None, where.id, email, role, token, now)
    letter = invitation_letter(
        to=email,
        language=where.language,
        role=role,
        place=where.name,
        inviter=None,
        link=invitation_link(public_url, token),
        last_day=oslo_day(now + LIFETIME),
    )
    # After the transaction: a mail server that is slow or gone must not hold the database.
    if mail is not None and not mail.send_all((letter,)):
        return Invited("sent", invitation_id)
    return Invited("hand_over", invitation_id, token)


def reset_factor_of(
    database: Database, *, email: str, mail: MailServer | None, now: datetime
) -> None:
    """Take away every second factor of an account, end its sessions, and tell its owner.

    Raises
    ------
    MailAddressError, UserNotFoundError, AccountClosedError
        Nothing is done.
    """
    with database.begin(Door.SIGN_IN) as session:
        account = _account(session, email)
        if not account.active:
            raise AccountClosedError
        take_factors(session, account.id, now)
        _log(session, account.id, "user.factor_reset", now)
    if mail is not None:
        letter = factor_reset_letter(to=account.email, language=account.language, helper=None)
        mail.send_all((letter,))


def new_password_link(database: Database, *, email: str, now: datetime) -> str:
    """Return the token of a link that chooses a new password: it works once, for an hour.

    For where no e-mail is set up. The second factor stays as it is.

    Raises
    ------
    MailAddressError, UserNotFoundError, AccountClosedError
        There is no link.
    """
    with database.begin(Door.SIGN_IN) as session:
        account = _account(session, email)
        if not account.active:
            raise AccountClosedError
        token = make_link(session, account.id, now)
        _log(session, account.id, "user.link_handed_over", now)
        return token


def close_account(database: Database, *, email: str, now: datetime) -> None:
    """Close an account: it opens nothing, its sessions end, its links and invitations are void.

    Its roles stay, for the day it is opened again; what it has done stays its own. Closing a
    closed one changes nothing.

    Raises
    ------
    MailAddressError, UserNotFoundError
        There is no such account.
    """
    with database.begin(Door.SIGN_IN) as session:
        account = _account(session, email)
        if not account.active:
            return
        account.active = False
        end_all(session, account.id, now)
        session.execute(sa.delete(PasswordReset).where(PasswordReset.user_id == account.id))
        _log(session, account.id, "user.closed", now)


def open_account(database: Database, *, email: str, now: datetime) -> None:
    """Open a closed account again, with the roles it had; an open one stays as it is.

    Raises
    ------
    MailAddressError, UserNotFoundError
        There is no such account.
    """
    with database.begin() as session:
        account = _account(session, email)
        if account.active:
            return
        account.active = True
        _log(session, account.id, "user.opened", now)


def _account(session: Session, email: str) -> UserAccount:
    found = session.scalar(
        sa.select(UserAccount).where(UserAccount.email == clean_address(email)).with_for_update()
    )
    if found is None:
        raise UserNotFoundError
    return found


def _log(session: Session, user_id: int, action: str, now: datetime) -> None:
    """Write the act down where the person works, so that whoever reviews the log there sees it."""
    places = session.scalars(
        sa.select(Membership.organisation_id)
        .where(Membership.user_id == user_id)
        .distinct()
        .order_by(Membership.organisation_id)
    ).all()
    for place in places or (None,):
        log(
            session,
            at=now,
            user_id=None,
            action=action,
            organisation_id=place,
            subject=user_id,
            detail="command_line",
        )
