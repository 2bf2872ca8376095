"""Writing the access log and reading it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.tables import AccessLog, Base, Organisation, UserAccount

# An action, a code, a number, a percentage, an id; several with spaces or commas between.
# Anything that could be a sentence about a person does not fit.
_CODES = re.compile(r"[a-z0-9_.:=,+\- ]{0,200}")
# Not the stricter rule for what people type: several counts have many digits together.
_AS_ONE_NUMBER = re.compile(r"\d(?:\W*\d){9,}")
_ACTION = re.compile(r"[a-z_]+\.[a-z_]+")

# Made once: every act ends with it, and making it takes longer than running it. Without asking
# for the new id: most who write a row may not read it.
_ADD = sa.insert(Base.metadata.tables[AccessLog.__tablename__]).inline()


class NotACodeError(ValueError):
    """Something that is not a code was about to be written in the log."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One act as the data protection officer reads it."""

    at: datetime
    user_name: str | None
    action: str
    organisation_name: str | None
    subject: str
    detail: str


def log(
    session: Session,
    *,
    at: datetime,
    user_id: int | None,
    action: str,
    organisation_id: int | None = None,
    subject: object = "",
    detail: str = "",
) -> None:
    """Add a row in the caller's transaction: what is not logged has not happened.

    Raises
    ------
    NotACodeError
        When the detail is more than codes, or could be a national number.
    """
    if not _ACTION.fullmatch(action) or not _CODES.fullmatch(detail):
        raise NotACodeError("the log holds codes only")
    if _AS_ONE_NUMBER.search(detail):
        raise NotACodeError("the log never holds what could be a national number")
    session.execute(
        _ADD,
        {
            "at": at,
            "user_id": user_id,
            "action": action,
            "organisation_id": organisation_id,
            "subject": str(subject),
            "detail": detail,
        },
    )


def log_lines(
    session: Session, organisation_ids: tuple[int, ...], *, limit: int = 200
) -> tuple[LogLine, ...]:
    """Read the newest acts in these organisations, newest first.

    In the order they were written: acts from before a clock that was ahead was set right would
    otherwise hide what has been done since.
    """
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
        .where(AccessLog.organisation_id.in_(organisation_ids))
        .order_by(AccessLog.id.desc())
        .limit(limit)
    )
    return tuple(LogLine(*row) for row in rows)
