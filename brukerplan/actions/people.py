"""The coordinator's units and members: made, named, put in the round, and let go again.

Membership is granted, never taken: only who administers the municipality gives a role in it
or in its units, never to themselves, and never another role than those of `GRANTABLE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.access.roles import Role
from brukerplan.actions.scope import require_at
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries import people
from brukerplan.persistence.queries.organisations import OrganisationLine, below, organisation
from brukerplan.persistence.queries.people import Member
from brukerplan.persistence.tables import Invitation, Membership, Organisation, UserAccount
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.translation import UserError, mark

GRANTABLE: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        OrganisationKind.UNIT: (Role.REGISTRAR, Role.UNIT_LEAD),
        OrganisationKind.MUNICIPALITY: (Role.COORDINATOR,),
    }
)
"""The roles a coordinator gives and takes, by kind of organisation. The data protection
officer watches over the coordinator, and is therefore not chosen by them.
"""


class RoleNotGrantableError(UserError):
    """A role a coordinator does not give here."""

    message: ClassVar[str] = mark(
        "Denne rollen gis ikke her. I en tjeneste kan du gi rollen registrator eller "
        "enhetsleder, i kommunen rollen koordinator."
    )


class MemberNotFoundError(UserError):
    """Nobody has this role here."""

    message: ClassVar[str] = mark(
        "Personen har ikke denne rollen her. Den kan være fjernet allerede. Last siden på nytt."
    )


class LastCoordinatorError(UserError):
    """The municipality would be without a coordinator."""

    message: ClassVar[str] = mark(
        "Kommunen må ha minst én koordinator. Inviter en ny før du fjerner den siste."
    )


def members(session: Session, organisation_id: int) -> tuple[Member, ...]:
    """Return those with a role that a coordinator gives in the organisation, by name."""
    found = organisation(session, organisation_id)
    roles = GRANTABLE.get(found.kind, ()) if found else ()
    return tuple(each for each in people.members(session, (organisation_id,)) if each.role in roles)


def remove_member(
    database: Database,
    *,
    by: Actor,
    user_id: int,
    organisation_id: int,
    role: Role,
    now: datetime,
) -> None:
    """Take a role away; it is gone at the person's next request.

    A coordinator's invitations that still wait go with the role: nobody is let in by
    someone who may not any more.

    Raises
    ------
    NotAllowedError, RoleNotGrantableError
        It is not this actor's to take.
    MemberNotFoundError, LastCoordinatorError
        There is nothing to take, or it would be the last.
    """
    with database.begin() as session:
        require_grantable(session, by, organisation_id, role)
        # Two coordinators who remove each other must not both succeed.
        hold(session, organisation_id)
        if session.get(Membership, (user_id, organisation_id, role)) is None:
            raise MemberNotFoundError
        if role is Role.COORDINATOR:
            _require_another_coordinator(session, organisation_id, user_id)
        session.execute(
            sa.delete(Membership).where(
                Membership.user_id == user_id,
                Membership.organisation_id == organisation_id,
                Membership.role == role,
            )
        )
        if role is Role.COORDINATOR:
            _withdraw_all_of(session, by, user_id, organisation_id, now)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="membership.removed",
            organisation_id=organisation_id,
            subject=user_id,
            detail=role,
        )


def require_grantable(
    session: Session, by: Actor, organisation_id: int, role: Role
) -> OrganisationLine:
    """Return the organisation where the actor may give and take the role.

    Raises
    ------
    NotAllowedError
        It is not in a municipality the actor administers.
    RoleNotGrantableError
        The role is not given there.
    """
    require_at(session, by, Permission.MUNICIPALITY_ADMINISTER, organisation_id)
    found = organisation(session, organisation_id)
    if found is None or role not in GRANTABLE.get(found.kind, ()):
        raise RoleNotGrantableError
    return found


def hold(session: Session, organisation_id: int) -> None:
    """Let nobody else change who and what belongs to the organisation until the end."""
    session.execute(
        sa.select(Organisation.id)
        .where(Organisation.id == organisation_id)
        # Not against those who only refer to it, as every registration does.
        .with_for_update(key_share=True)
    )


def withdraw(session: Session, by: Actor | None, invitation: Invitation, now: datetime) -> None:
    """Take an invitation back in the caller's transaction and log it."""
    invitation.withdrawn_at = now
    log(
        session,
        at=now,
        user_id=None if by is None else by.user_id,
        action="invitation.withdrawn",
        organisation_id=invitation.organisation_id,
        subject=invitation.id,
        detail=invitation.role if by else f"{invitation.role} command_line",
    )


def _withdraw_all_of(
    session: Session, by: Actor, user_id: int, municipality_id: int, now: datetime
) -> None:
    waiting = session.scalars(
        sa.select(Invitation).where(
            Invitation.invited_by == user_id,
            Invitation.organisation_id.in_(below(session, municipality_id)),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
    )
    for invitation in waiting:
        withdraw(session, by, invitation, now)


def _require_another_coordinator(session: Session, municipality_id: int, user_id: int) -> None:
    others = session.scalar(
        sa.select(sa.func.count())
        .select_from(Membership)
        .join(UserAccount, UserAccount.id == Membership.user_id)
        .where(
            Membership.organisation_id == municipality_id,
            Membership.role == Role.COORDINATOR,
            Membership.user_id != user_id,
            UserAccount.active,
        )
    )
    if not others:
        raise LastCoordinatorError
