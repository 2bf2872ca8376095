"""The history of a registration: every answer that changed, who changed it and when."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.scope import readable
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.changes import ChangeLine, EventLine, changes_of, events_of
from brukerplan.persistence.reach import Door
from brukerplan.questionnaire.answers import Value

BEGINNINGS = ("registration.started", "registration.imported", "registration.reopened")
EVENTS: tuple[str, ...] = (
    *BEGINNINGS,
    "registration.submitted",
    "registration.verified",
    "registration.unverified",
    "registration.merged",
)
"""Acts that are part of the history; who has read it is in the access log."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An answer that changed; or, without ``variable``, an event, whose act is ``source``.

    ``version`` is the one it became part of, 0 for events that make none. ``user_name`` is
    ``None`` for the command line.
    """

    at: datetime
    user_name: str | None
    version: int
    source: str
    variable: str | None
    before: Value | None = field(repr=False)
    after: Value | None = field(repr=False)


def registration_history(
    database: Database, *, by: Actor, registration_id: uuid.UUID, now: datetime
) -> tuple[HistoryLine, ...]:
    """Return the history, newest first. Reading it is reading the answers, and is logged.

    Raises
    ------
    RegistrationNotFoundError, NotAllowedError
        There is no such registration for this actor.
    """
    with database.begin(Door.HISTORY) as session:
        found = readable(session, by, registration_id, Permission.REGISTRATION_READ)
        lines = history_of(session, registration_id)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="registration.history_read",
            organisation_id=found.unit_id,
            subject=found.id,
            detail=f"lines={sum(line.variable is not None for line in lines)}",
        )
    return lines


def history_of(session: Session, registration_id: uuid.UUID) -> tuple[HistoryLine, ...]:
    """Return the history, newest first. The caller decides who may see it, and logs it."""
    lines: list[ChangeLine | EventLine] = [
        *events_of(session, registration_id, EVENTS),
        *changes_of(session, registration_id),
    ]
    return tuple(map(_line, sorted(lines, key=_place_in_time, reverse=True)))


def _place_in_time(each: ChangeLine | EventLine) -> tuple[datetime, int, int, int]:
    # Of one save: it was started, its answers changed, then it was submitted.
    if isinstance(each, ChangeLine):
        return each.at, each.version, 1, each.id
    begins = each.action in BEGINNINGS
    return each.at, each.version, 0 if begins else 2, each.id


def _line(each: ChangeLine | EventLine) -> HistoryLine:
    if isinstance(each, ChangeLine):
        return HistoryLine(
            at=each.at,
            user_name=each.user_name,
            version=each.version,
            source=each.source,
            variable=each.variable,
            before=each.before,
            after=each.after,
        )
    return HistoryLine(
        at=each.at,
        user_name=each.user_name,
        version=each.version,
        source=each.action,
        variable=None,
        before=None,
        after=None,
    )
