"""Reading the access log: a page of it, and every access to one person's registrations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.log import LogLine
from brukerplan.persistence.tables import (
    REGISTRATION,
    AccessLog,
    Membership,
    Organisation,
    UserAccount,
)

# Acts that show or hand out every registration of a unit or a municipality in a round.
_OF_A_UNIT = ("registration.listed", "letter.listed", "quality.read")
_OF_A_MUNICIPALITY = ("municipality.exported", "quality.read", "duplicate.listed")


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which acts are wanted; what is ``None`` is not asked for. ``until`` is not included."""

    user_id: int | None = None
    organisation_id: int | None = None
    actions: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts."""

    user_id: int
    name: str


def log_lines(
    session: Session,
    organisation_ids: tuple[int, ...],
    wanted: LogFilter | None = None,
    *,
    first: int = 0,
    limit: int = 200,
) -> tuple[LogLine, ...]:
    """Return acts in these organisations, newest first.

    In the order they were written: acts from before a clock that was ahead was set right would
    otherwise hide what has been done since.
    What has no place, such as signing in, counts where the person is a member.
    """
    wanted = wanted or LogFilter()
    query = (
        _lines()
        .where(in_scope(organisation_ids), *_conditions(wanted))
        .order_by(AccessLog.id.desc())
        .offset(first)
        .limit(limit)
    )
    return tuple(LogLine(*row) for row in session.execute(query))


def accesses_of(session: Session, registration_ids: Iterable[uuid.UUID]) -> tuple[LogLine, ...]:
    """Return every access to these registrations, oldest first, for the person's printout.

    What was done with a registration itself, a merge with another one included; and, from
    the day it was begun, every list, quality look-up and export of its unit or municipality
    in its round, where it was among many. Of one that is deleted only the former is known.
    """
    ids = tuple(registration_ids)
    found = session.execute(
        sa.select(
            REGISTRATION.c.unit_id,
            REGISTRATION.c.municipality_id,
            REGISTRATION.c.round_id,
            REGISTRATION.c.created_at,
        ).where(REGISTRATION.c.id.in_(ids))
    ).all()
    among_many = [
        sa.and_(
            AccessLog.organisation_id == place,
            AccessLog.action.in_(actions),
            AccessLog.at >= row.created_at,
            sa.or_(
                AccessLog.subject == str(row.round_id),
                sa.literal(" ")
                .concat(AccessLog.detail)
                .concat(" ")
                .contains(f" round={row.round_id} ", autoescape=True),
            ),
        )
        for row in found
        for place, actions in (
            (row.unit_id, _OF_A_UNIT),
            (row.municipality_id, _OF_A_MUNICIPALITY),
        )
    ]
    itself = AccessLog.subject.in_([str(each) for each in ids])
    query = _lines().where(sa.or_(itself, *among_many)).order_by(AccessLog.at, AccessLog.id)
    return tuple(LogLine(*row) for row in session.execute(query))


def people_in_log(
    session: Session, organisation_ids: tuple[int, ...], since: datetime
) -> tuple[Person, ...]:
    """Return who is a member in these organisations or has acted there since, by name."""
    acted = sa.select(AccessLog.user_id).where(
        AccessLog.organisation_id.in_(organisation_ids), AccessLog.at >= since
    )
    rows = session.execute(
        sa.select(UserAccount.id, UserAccount.name)
        .where(sa.or_(UserAccount.id.in_(acted), UserAccount.id.in_(members(organisation_ids))))
        .order_by(UserAccount.name, UserAccount.id)
    )
    return tuple(Person(*row) for row in rows)


def members(organisation_ids: tuple[int, ...]) -> sa.Select[int]:
    """Select the users who are members in any of these organisations."""
    return sa.select(Membership.user_id).where(Membership.organisation_id.in_(organisation_ids))


def in_scope(organisation_ids: tuple[int, ...]) -> sa.ColumnElement[bool]:
    """Whether an act is of these organisations, or of nowhere by one of their members."""
    return sa.or_(
        AccessLog.organisation_id.in_(organisation_ids),
        sa.and_(
            AccessLog.organisation_id.is_(None), AccessLog.user_id.in_(members(organisation_ids))
        ),
    )


def _conditions(wanted: LogFilter) -> Iterable[sa.ColumnElement[bool]]:
    if wanted.user_id is not None:
        yield AccessLog.user_id == wanted.user_id
    if wanted.organisation_id is not None:
        yield AccessLog.organisation_id == wanted.organisation_id
    if wanted.actions is not None:
        yield AccessLog.action.in_(sorted(wanted.actions))
    if wanted.since is not None:
        yield AccessLog.at >= wanted.since
    if wanted.until is not None:
        yield AccessLog.at < wanted.until


def _lines() -> sa.Select[datetime, str, str, str, str, str]:
    return (
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
    )
