"""Who has read or changed these registrations: the access log, seen from the person."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.log import LogLine
from brukerplan.persistence.tables import AccessLog, Organisation, UserAccount


def accesses_of(session: Session, registration_ids: Iterable[uuid.UUID]) -> tuple[LogLine, ...]:
    """Return every act on these registrations, oldest first."""
    rows = session.execute(
        sa.select(
            AccessLog.at,
            UserAccount.name,
            AccessLog.action,
            Organisation.name,
            AccessLog.subject,
            AccessLog.detail,
        )
        .outerjoin(UserAccount, UserAccount.id == AccessLog.user_id)
        .outerjoin(Organisation, Organisation.id == AccessLog.organisation_id)
        .where(AccessLog.subject.in_([str(each) for each in registration_ids]))
        .order_by(AccessLog.at, AccessLog.id)
    )
    return tuple(LogLine(*row) for row in rows)
