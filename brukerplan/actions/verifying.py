"""The unit lead's mark that a submitted registration has been looked over."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, require
from brukerplan.actions.registering import NotSubmittedError
from brukerplan.actions.scope import RegistrationNotFoundError, require_open
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.registrations import RegistrationView, registration
from brukerplan.persistence.tables import REGISTRATION
from brukerplan.persistence.tables.states import RegistrationState
from brukerplan.translation import UserError, mark


class ChangedSinceReadError(UserError):
    """The registration is another than the one that was looked over."""

    message: ClassVar[str] = mark(
        "Registreringen er endret etter at du åpnet den. Se over den på nytt før du merker den "
        "som kontrollert."
    )


@dataclass(frozen=True, slots=True)
class Verified:
    """A registration's mark, ``None`` when it has none."""

    registration_id: uuid.UUID
    verified_at: datetime | None


def verify(
    database: Database,
    *,
    by: Actor,
    registration_id: uuid.UUID,
    version: int | None = None,
    now: datetime,
) -> Verified:
    """Mark a submitted registration as looked over by the unit's lead.

    The mark falls when the registration is changed. The unit may have submitted: the mark
    changes no answer.

    Parameters
    ----------
    version
        The one that was looked over; ``None`` for whichever is stored.

    Raises
    ------
    RegistrationNotFoundError, NotAllowedError
        There is no such registration for this actor.
    NotSubmittedError, ChangedSinceReadError
        It is a draft, or another than the one that was read.
    RoundNotOpenError, MunicipalityApprovedError
        It is too late.
    """
    with database.begin() as session:
        found = _markable(session, by, registration_id)
        if found.state != RegistrationState.SUBMITTED:
            raise NotSubmittedError
        if version not in (None, found.version):
            raise ChangedSinceReadError
        _mark(session, found, by, now, verified=True)
    return Verified(registration_id, now)


def unverify(
    database: Database, *, by: Actor, registration_id: uuid.UUID, now: datetime
) -> Verified:
    """Take the mark away.

    Raises
    ------
    RegistrationNotFoundError, NotAllowedError, RoundNotOpenError, MunicipalityApprovedError
        As for `verify`.
    """
    with database.begin() as session:
        found = _markable(session, by, registration_id)
        _mark(session, found, by, now, verified=False)
    return Verified(registration_id, None)


def _markable(session: Session, by: Actor, registration_id: uuid.UUID) -> RegistrationView:
    found = registration(session, registration_id, for_change=True)
    if found is None:
        raise RegistrationNotFoundError
    require(by, Permission.REGISTRATION_VERIFY, found.organisation_path)
    require_open(
        year=found.round_year,
        round_state=found.round_state,
        municipality_state=found.municipality_state,
    )
    return found


def _mark(
    session: Session, found: RegistrationView, by: Actor, now: datetime, *, verified: bool
) -> None:
    # The version stays: the mark is about the answers and no part of them. It stands in the
    # condition, so that nobody marks what somebody else is changing in the same moment.
    marked = session.scalar(
        sa.update(REGISTRATION)
        .where(REGISTRATION.c.id == found.id, REGISTRATION.c.version == found.version)
        .values(verified_by=by.user_id if verified else None, verified_at=now if verified else None)
        .returning(REGISTRATION.c.id)
    )
    if marked is None:
        raise ChangedSinceReadError
    log(
        session,
        at=now,
        user_id=by.user_id,
        action="registration.verified" if verified else "registration.unverified",
        organisation_id=found.unit_id,
        subject=found.id,
        detail=f"version={found.version}",
    )
