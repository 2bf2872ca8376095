"""Who works where, who is invited, and what a board shows beside a unit's progress."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from brukerplan.access.roles import Role
from brukerplan.persistence.tables import (
    Invitation,
    Membership,
    Organisation,
    Registration,
    RegistrationQuery,
    RoundUnit,
    UserAccount,
)
from brukerplan.persistence.tables.states import OrganisationKind, QueryState

WORKS_IN_A_UNIT = (Role.REGISTRAR, Role.UNIT_LEAD)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a role in an organisation. ``granted_by`` is ``None`` for the machine's
    owner.
    """

    user_id: int
    organisation_id: int
    role: str
    name: str
    email: str
    since: datetime
    granted_by: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An invitation nobody has accepted or withdrawn; it may have expired."""

    id: uuid.UUID
    organisation_id: int
    role: str
    email: str
    invited_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UnitOfMunicipality:
    """A unit, in the round or not; ``expected``, ``state`` and ``started`` only when in it."""

    id: int
    name: str
    members: int
    expected: int | None
    state: str | None
    started: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where to write to somebody, and in which language."""

    user_id: int
    name: str
    language: str
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnitMarks:
    """What stands beside a unit's progress on the coordinator's board."""

    members: int = 0
    open_queries: int = 0
    letters_not_sent: int = 0


def members(session: Session, organisation_ids: Iterable[int]) -> tuple[Member, ...]:
    """Return who has a role in these organisations themselves, by name and role."""
    giver = aliased(UserAccount)
    rows = session.execute(
        sa.select(
            Membership.user_id,
            Membership.organisation_id,
            Membership.role,
            UserAccount.name,
            UserAccount.email,
            Membership.granted_at,
            giver.name,
            UserAccount.active,
        )
        .join(UserAccount, UserAccount.id == Membership.user_id)
        .outerjoin(giver, giver.id == Membership.granted_by)
        .where(Membership.organisation_id.in_(tuple(organisation_ids)))
        .order_by(UserAccount.name, Membership.role)
    )
    return tuple(Member(*row) for row in rows)


def waiting_invitations(
    session: Session, organisation_ids: Iterable[int]
) -> tuple[InvitationLine, ...]:
    """Return the invitations that are neither accepted nor withdrawn, newest first."""
    rows = session.execute(
        sa.select(
            Invitation.id,
            Invitation.organisation_id,
            Invitation.role,
            Invitation.email,
            Invitation.invited_at,
            Invitation.expires_at,
        )
        .where(
            Invitation.organisation_id.in_(tuple(organisation_ids)),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.invited_at.desc(), Invitation.email)
    )
    return tuple(InvitationLine(*row) for row in rows)


def units_of_municipality(
    session: Session, municipality_id: int, round_id: int
) -> tuple[UnitOfMunicipality, ...]:
    """Return every unit of the municipality by name, with how it takes part in the round."""
    persons = (
        sa.select(sa.func.count(sa.distinct(Membership.user_id)))
        .where(
            Membership.organisation_id == Organisation.id,
            Membership.role.in_(WORKS_IN_A_UNIT),
        )
        .scalar_subquery()
    )
    started = (
        sa.select(sa.func.count())
        .select_from(Registration)
        .where(Registration.round_id == round_id, Registration.unit_id == Organisation.id)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Organisation.id,
            Organisation.name,
            persons,
            RoundUnit.expected,
            RoundUnit.state,
            started,
        )
        .outerjoin(
            RoundUnit,
            sa.and_(RoundUnit.unit_id == Organisation.id, RoundUnit.round_id == round_id),
        )
        .where(
            Organisation.parent_id == municipality_id,
            Organisation.kind == OrganisationKind.UNIT,
        )
        .order_by(Organisation.name)
    )
    return tuple(UnitOfMunicipality(*row) for row in rows)


def recipients(session: Session, unit_id: int) -> tuple[Recipient, ...]:
    """Return the unit's leads and registrars with an open account, each once, by name."""
    rows = session.execute(
        sa.select(UserAccount.id, UserAccount.name, UserAccount.language, UserAccount.email)
        .where(
            UserAccount.active,
            UserAccount.id.in_(
                sa.select(Membership.user_id).where(
                    Membership.organisation_id == unit_id,
                    Membership.role.in_(WORKS_IN_A_UNIT),
                )
            ),
        )
        .order_by(UserAccount.name, UserAccount.id)
    )
    return tuple(Recipient(*row) for row in rows)


def unit_marks(session: Session, municipality_id: int, round_id: int) -> dict[int, UnitMarks]:
    """Return what the board shows beside the progress, by unit; a unit without any is left out.

    A question is open until it is closed: an answer nobody has read settles nothing.
    """
    members_of = _counts(
        session,
        sa.select(Membership.organisation_id, sa.func.count(sa.distinct(Membership.user_id)))
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(UserAccount, UserAccount.id == Membership.user_id)
        .where(
            Organisation.parent_id == municipality_id,
            Membership.role.in_(WORKS_IN_A_UNIT),
            UserAccount.active,
        )
        .group_by(Membership.organisation_id),
    )
    here = (
        Registration.municipality_id == municipality_id,
        Registration.round_id == round_id,
    )
    queries = _counts(
        session,
        sa.select(Registration.unit_id, sa.func.count())
        .join(RegistrationQuery, RegistrationQuery.registration_id == Registration.id)
        .where(*here, RegistrationQuery.state != QueryState.CLOSED)
        .group_by(Registration.unit_id),
    )
    letters = _counts(
        session,
        sa.select(Registration.unit_id, sa.func.count())
        .where(*here, Registration.informed_at.is_(None))
        .group_by(Registration.unit_id),
    )
    return {
        unit_id: UnitMarks(
            members_of.get(unit_id, 0), queries.get(unit_id, 0), letters.get(unit_id, 0)
        )
        for unit_id in members_of.keys() | queries.keys() | letters.keys()
    }


def _counts(session: Session, query: sa.Select[int, int]) -> dict[int, int]:
    rows = session.execute(query)
    return {unit_id: count for unit_id, count in rows}  # noqa: C416 - rows are not pairs to dict
