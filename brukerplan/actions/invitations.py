"""Inviting people by e-mail.

Who works in the municipality already gets the role at once: the coordinator knows them.
Everybody else gets a link, whether they have an account elsewhere or not, so that nobody
learns who has one by inviting. Of the link's secret only a digest is stored.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor
from brukerplan.access.roles import Role
from brukerplan.actions.mail_addresses import clean_address
from brukerplan.actions.oslo import end_of_day, oslo_day
from brukerplan.actions.people import hold, require_grantable, withdraw
from brukerplan.actions.written import granted_letter, invitation_letter
from brukerplan.mail import MailServer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.organisations import (
    OrganisationLine,
    below,
    organisation,
)
from brukerplan.persistence.tables import Invitation, Membership, UserAccount
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.translation import UserError, mark

LIFETIME = timedelta(days=14)
"""How long a link works, to the end of the last day."""


class OwnAccessError(UserError):
    """A role is granted, never taken."""

    message: ClassVar[str] = mark(
        "Du kan ikke gi deg selv tilgang. Be en annen koordinator i kommunen om det, eller "
        "inviter enda en koordinator."
    )


class AlreadyMemberError(UserError):
    """The role is held."""

    message: ClassVar[str] = mark("Personen har denne rollen her fra før.")


class InvitationNotFoundError(UserError):
    """There is no such invitation that waits."""

    message: ClassVar[str] = mark(
        "Invitasjonen er allerede brukt eller trukket tilbake. Last siden på nytt."
    )


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of it.

    Parameters
    ----------
    outcome
        ``granted`` at once to somebody of the municipality; ``sent`` by e-mail; or
        ``hand_over``, when no e-mail was sent and the coordinator brings the link.
    token
        The link's secret, only when it is to be handed over. It is nowhere else.
    """

    outcome: Literal["granted", "sent", "hand_over"]
    invitation_id: uuid.UUID | None = None
    token: str | None = field(default=None, repr=False)


class _Account(NamedTuple):
    id: int
    language: str


def invite(
    database: Database,
    *,
    by: Actor,
    mail: MailServer | None,
    public_url: str,
    organisation_id: int,
    email: str,
    role: Role,
    now: datetime,
) -> Invited:
    """Offer somebody a role; an earlier offer of the same that waits is replaced.

    The message goes out after the transaction: a mail server that is slow or gone must not
    hold the database, and the invitation can then be handed over instead.

    Raises
    ------
    NotAllowedError, RoleNotGrantableError
        It is not this actor's to give.
    MailAddressError, OwnAccessError, AlreadyMemberError
        It cannot be given to this address.
    """
    email = clean_address(email)
    token = secrets.token_urlsafe(32)
    with database.begin() as session:
        where = require_grantable(session, by, organisation_id, role)
        municipality = _municipality(session, where)
        hold(session, municipality.id)
        account = _account_here(session, email, municipality.id)
        if _address_of(session, by.user_id) == email:
            raise OwnAccessError
        invitation_id: uuid.UUID | None = None
        if account is not None:
            grant_role(session, by.user_id, account.id, organisation_id, role, now)
        else:
            invitation_id = offer(session, by, organisation_id, email, role, token, now)
        place = place_words(where, municipality)
    if account is not None:
        letter = granted_letter(
            to=email,
            language=account.language,
            role=role,
            place=place,
            inviter=by.name,
            address=public_url,
        )
    else:
        letter = invitation_letter(
            to=email,
            language=municipality.language,
            role=role,
            place=place,
            inviter=by.name,
            link=invitation_link(public_url, token),
            last_day=oslo_day(now + LIFETIME),
        )
    sent = mail is not None and not mail.send_all((letter,))
    if account is not None:
        return Invited("granted")
    return Invited("sent", invitation_id) if sent else Invited("hand_over", invitation_id, token)


def invitation_link(public_url: str, token: str) -> str:
    """Return the address that opens an invitation."""
    return f"{public_url}/invitasjon/{token}"


def withdraw_invitation(
    database: Database, *, by: Actor, invitation_id: uuid.UUID, now: datetime
) -> None:
    """Take an offer back; its link stops working.

    Raises
    ------
    NotAllowedError
        It is not in a municipality the actor administers.
    InvitationNotFoundError
        It is used or withdrawn, or never was.
    """
    with database.begin() as session:
        found = session.get(Invitation, invitation_id, with_for_update=True)
        if found is None:
            raise InvitationNotFoundError
        require_grantable(session, by, found.organisation_id, Role(found.role))
        if found.accepted_at is not None or found.withdrawn_at is not None:
            raise InvitationNotFoundError
        withdraw(session, by, found, now)


def digest(token: str) -> bytes:
    """Return what is stored of a link's secret. It is random and long: no salt is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def grant_role(
    session: Session,
    granted_by: int | None,
    user_id: int,
    organisation_id: int,
    role: Role,
    now: datetime,
) -> None:
    """Give the role in the caller's transaction and log it; ``None`` gives on the command line.

    Raises
    ------
    AlreadyMemberError
        It is held.
    """
    if session.get(Membership, (user_id, organisation_id, role)) is not None:
        raise AlreadyMemberError
    session.execute(
        sa.insert(Membership).values(
            user_id=user_id,
            organisation_id=organisation_id,
            role=role,
            granted_by=granted_by,
            granted_at=now,
        )
    )
    log(
        session,
        at=now,
        user_id=granted_by,
        action="membership.granted",
        organisation_id=organisation_id,
        subject=user_id,
        detail=role if granted_by else f"{role} command_line",
    )


def offer(
    session: Session,
    by: Actor | None,
    organisation_id: int,
    email: str,
    role: Role,
    token: str,
    now: datetime,
) -> uuid.UUID:
    """Offer the role in the caller's transaction and log it; ``None`` is the command line.

    An earlier offer of the same that waits is replaced.
    """
    waiting = session.scalars(
        sa.select(Invitation).where(
            Invitation.email == email,
            Invitation.organisation_id == organisation_id,
            Invitation.role == role,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
    )
    for earlier in waiting:
        withdraw(session, by, earlier, now)
    made = Invitation(
        email=email,
        organisation_id=organisation_id,
        role=role,
        token_digest=digest(token),
        invited_by=None if by is None else by.user_id,
        invited_at=now,
        expires_at=end_of_day(oslo_day(now + LIFETIME)),
    )
    session.add(made)
    session.flush()
    log(
        session,
        at=now,
        user_id=made.invited_by,
        action="invitation.made",
        organisation_id=organisation_id,
        subject=made.id,
        detail=role if by else f"{role} command_line",
    )
    return made.id


def _municipality(session: Session, where: OrganisationLine) -> OrganisationLine:
    if where.kind == OrganisationKind.MUNICIPALITY or where.parent_id is None:
        return where
    above = organisation(session, where.parent_id)
    return where if above is None else above


def place_words(where: OrganisationLine, municipality: OrganisationLine) -> str:
    """Return what the place is called in a letter."""
    return where.name if where.id == municipality.id else f"{where.name}, {municipality.name}"


def _account_here(session: Session, email: str, municipality_id: int) -> _Account | None:
    """The open account of the address, only if it has a role in the municipality already."""
    row = session.execute(
        sa.select(UserAccount.id, UserAccount.language).where(
            UserAccount.email == email,
            UserAccount.active,
            UserAccount.id.in_(
                sa.select(Membership.user_id).where(
                    Membership.organisation_id.in_(below(session, municipality_id))
                )
            ),
        )
    ).first()
    return None if row is None else _Account(*row)


def _address_of(session: Session, user_id: int) -> str | None:
    return session.scalar(sa.select(UserAccount.email).where(UserAccount.id == user_id))
