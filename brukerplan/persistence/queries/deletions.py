"""Acts of deletion in the access log: what an older backup still holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.tables import AccessLog, Organisation

# By what the act is called, so that a new way of deleting is listed from its first day.
DELETION = re.compile(
    r".+\.(?:deleted|erased|merged_away|purged|wiped)|opt_out\.(?:recorded|withdrawn)"
)


@dataclass(frozen=True, slots=True)
class Deletion:
    """One act. ``subject`` is the id of what was deleted, where it had one."""

    at: datetime
    action: str
    organisation: str
    subject: str
    detail: str


def deletions_since(session: Session, moment: datetime) -> tuple[Deletion, ...]:
    """Return the acts of deletion from ``moment`` on, in the order they were done."""
    known = session.scalars(sa.select(AccessLog.action).distinct())
    rows = session.execute(
        sa.select(
            AccessLog.at,
            AccessLog.action,
            sa.func.coalesce(Organisation.name, ""),
            AccessLog.subject,
            AccessLog.detail,
        )
        .outerjoin(Organisation, Organisation.id == AccessLog.organisation_id)
        .where(
            AccessLog.at >= moment,
            AccessLog.action.in_([action for action in known if DELETION.fullmatch(action)]),
        )
        .order_by(AccessLog.id)
    )
    return tuple(Deletion(*row) for row in rows)
