"""Writing the access log."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from brukerplan.persistence.log_chain import LEDGER, Act, Ledger

# An action, a code, a number, a percentage, an id; several with spaces or commas between.
# Anything that could be a sentence about a person does not fit.
_CODES = re.compile(r"[a-z0-9_.:=,+\- ]{0,200}")
# Not the stricter rule for what people type: several counts have many digits together.
_AS_ONE_NUMBER = re.compile(r"\d(?:\W*\d){9,}")
_PURPOSE = re.compile(r"\bpurpose=([a-z_]+)")
_ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


class NotACodeError(ValueError):
    """Something that is not a code was about to be written in the log."""


class NotWritingError(RuntimeError):
    """An act was to be logged in a transaction that keeps nothing."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One act as the data protection officer reads it."""

    at: datetime
    user_name: str | None
    action: str
    organisation_name: str | None
    subject: str
    detail: str

    @property
    def purpose(self) -> str | None:
        """Why it was done, as a code; ``None`` where the act says it by itself."""
        found = _PURPOSE.search(self.detail)
        return found[1] if found else None


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

    The row is sealed and written as the last thing the transaction does.

    Raises
    ------
    NotACodeError
        When the detail is more than codes, or could be a national number.
    NotWritingError, LogKeyMissingError
        The transaction only reads, or the database was opened without its log's key.
    """
    if not _ACTION.fullmatch(action) or not _CODES.fullmatch(detail):
        raise NotACodeError("the log holds codes only")
    if _AS_ONE_NUMBER.search(detail):
        raise NotACodeError("the log never holds what could be a national number")
    ledger: Ledger | None = session.info.get(LEDGER)
    if ledger is None:
        raise NotWritingError("an act is logged where it is done, in a writing transaction")
    ledger.add(Act(at, user_id, action, organisation_id, str(subject), detail))
