"""Changing a registration's answers, and what they were before: the history by field."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.answers import as_text, from_text, variable_by_id
from brukerplan.persistence.tables import (
    REGISTRATION,
    AccessLog,
    Base,
    RegistrationChange,
    UserAccount,
)
from brukerplan.persistence.tables.states import ChangeSource
from brukerplan.questionnaire.answers import Answers, Value

_VERSION = re.compile(r"\bversion=(\d+)")
_CHANGES = Base.metadata.tables[RegistrationChange.__tablename__]
# Made once: statements over these columns take longer to write down than to run.
_ADD = sa.insert(_CHANGES)
_UPDATE = (
    sa.update(REGISTRATION)
    .where(
        REGISTRATION.c.id == sa.bindparam("known_id"),
        REGISTRATION.c.version == sa.bindparam("known_version"),
    )
    .values(version=sa.bindparam("known_version") + 1)
)


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that changes. The answers stay out of ``repr``."""

    variable: str
    source: ChangeSource
    before: Value | None = field(repr=False)
    after: Value | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change as it was recorded; ``None`` is no answer."""

    id: int
    version: int
    at: datetime
    user_name: str
    source: str
    variable: str
    before: Value | None = field(repr=False)
    after: Value | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class EventLine:
    """An act on a registration, from the access log. ``version`` is 0 if it made none."""

    id: int
    version: int
    at: datetime
    user_name: str | None
    action: str


def changes_between(before: Answers, after: Answers, source: ChangeSource) -> list[Change]:
    """Return exactly the answers that differ, in the order they are given."""
    return [
        Change(name, source, before.get(name), after.get(name))
        for name in dict.fromkeys((*after, *before))
        if before.get(name) != after.get(name)
    ]


def change_registration(
    session: Session,
    registration_id: uuid.UUID,
    *,
    version: int,
    user_id: int,
    at: datetime,
    values: Mapping[str, Any],
    saved_from: str | None = None,
) -> bool:
    """Write columns of a registration and make it the next version, verified no more.

    The version stands in the condition, not in a comparison before it: two who save in the
    same moment cannot both find it unchanged.

    Parameters
    ----------
    saved_from
        The open page that saves. ``None`` for whatever is not such a page: it makes every
        page that is open older than what is stored, also the one that saved last.

    Returns
    -------
    bool
        False when ``version`` is not the stored one any more; nothing is then written.
    """
    changed = session.execute(
        _UPDATE,
        {
            "known_id": registration_id,
            "known_version": version,
            "updated_by": user_id,
            "updated_at": at,
            "saved_from": saved_from,
            # Whoever verified it verified what it said.
            "verified_at": None,
            "verified_by": None,
            **values,
        },
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # of a cursor's result


def record_changes(
    session: Session,
    registration_id: uuid.UUID,
    changes: Iterable[Change],
    *,
    version: int,
    user_id: int,
    at: datetime,
) -> None:
    """Write the history of the answers; ``version`` is the one they became part of."""
    rows = [
        {
            "registration_id": registration_id,
            "version": version,
            "at": at,
            "user_id": user_id,
            "source": change.source,
            "variable": change.variable,
            "before": None if change.before is None else as_text(change.before),
            "after": None if change.after is None else as_text(change.after),
        }
        for change in changes
    ]
    if rows:
        session.execute(_ADD, rows)


def answers_at(
    session: Session, registration_id: uuid.UUID, *, stored: Answers, version: int
) -> Answers:
    """Return the answers as they were in an earlier version, by undoing what came after."""
    rows = session.execute(
        sa.select(_CHANGES.c.variable, _CHANGES.c.before)
        .where(_CHANGES.c.registration_id == registration_id, _CHANGES.c.version > version)
        .order_by(_CHANGES.c.id.desc())
    )
    answers = dict(stored)
    for name, before in rows:
        if before is None:
            answers.pop(name, None)
        else:
            answers[name] = from_text(variable_by_id(name), before)
    return answers


def changes_of(session: Session, registration_id: uuid.UUID) -> tuple[ChangeLine, ...]:
    """Return every change of the registration, newest first."""
    table = _CHANGES.c
    rows = session.execute(
        sa.select(
            table.id,
            table.version,
            table.at,
            UserAccount.name,
            table.source,
            table.variable,
            table.before,
            table.after,
        )
        .join(UserAccount, UserAccount.id == table.user_id)
        .where(table.registration_id == registration_id)
        .order_by(table.id.desc())
    )
    return tuple(
        ChangeLine(
            id=row.id,
            version=row.version,
            at=row.at,
            user_name=row.name,
            source=row.source,
            variable=row.variable,
            before=_value(row.variable, row.before),
            after=_value(row.variable, row.after),
        )
        for row in rows
    )


def events_of(
    session: Session, registration_id: uuid.UUID, actions: Iterable[str]
) -> tuple[EventLine, ...]:
    """Return these acts on the registration, newest first."""
    rows = session.execute(
        sa.select(AccessLog.id, AccessLog.at, UserAccount.name, AccessLog.action, AccessLog.detail)
        .outerjoin(UserAccount, UserAccount.id == AccessLog.user_id)
        .where(AccessLog.subject == str(registration_id), AccessLog.action.in_(tuple(actions)))
        .order_by(AccessLog.id.desc())
    )
    return tuple(
        EventLine(row.id, _version(row.detail), row.at, row.name, row.action) for row in rows
    )


def _version(detail: str) -> int:
    found = _VERSION.search(detail)
    return int(found[1]) if found else 0


def _value(variable_id: str, text: str | None) -> Value | None:
    return None if text is None else from_text(variable_by_id(variable_id), text)
