"""Counting what may stand out in the access log, by person and hour, and what is seen of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.queries.accesses import members
from brukerplan.persistence.tables import AccessLog, AccessLogSeen, Membership, UserAccount

_HOUR = "%Y-%m-%d %H"


@dataclass(frozen=True, slots=True)
class HourOfActs:
    """What one person did within one hour, UTC: acts, and registrations opened."""

    user_id: int
    hour: datetime
    acts: int
    opened: int


@dataclass(frozen=True, slots=True)
class ReadOutside:
    """How often a person read within an hour in a unit they are no member of."""

    user_id: int
    organisation_id: int
    hour: datetime
    acts: int


@dataclass(frozen=True, slots=True)
class SignIn:
    """One attempt to sign in."""

    user_id: int
    at: datetime
    action: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Who has looked at something that stood out, and when."""

    by_name: str
    at: datetime


def acts_by_hour(
    session: Session,
    organisation_ids: tuple[int, ...],
    *,
    actions: Iterable[str],
    reads: Iterable[str],
    since: datetime,
    until: datetime,
) -> tuple[HourOfActs, ...]:
    """Count each person's acts in these organisations, hour by hour."""
    hour = _hour(session)
    opened = sa.case((AccessLog.action.in_(sorted(reads)), AccessLog.subject))
    rows = session.execute(
        sa.select(
            AccessLog.user_id,
            hour,
            sa.func.count(),
            sa.func.count(sa.distinct(opened)),
        )
        .where(*_within(organisation_ids, actions, since, until))
        .group_by(AccessLog.user_id, hour)
    )
    return tuple(HourOfActs(user, _moment(text), acts, n) for user, text, acts, n in rows)


def reads_outside(
    session: Session,
    organisation_ids: tuple[int, ...],
    above: tuple[int, ...],
    *,
    reads: Iterable[str],
    since: datetime,
    until: datetime,
) -> tuple[ReadOutside, ...]:
    """Count reads by those who are members neither of the unit nor of anything ``above`` it."""
    hour = _hour(session)
    belongs = sa.exists().where(
        Membership.user_id == AccessLog.user_id,
        sa.or_(
            Membership.organisation_id == AccessLog.organisation_id,
            Membership.organisation_id.in_(above),
        ),
    )
    rows = session.execute(
        sa.select(AccessLog.user_id, AccessLog.organisation_id, hour, sa.func.count())
        .where(*_within(organisation_ids, reads, since, until), sa.not_(belongs))
        .group_by(AccessLog.user_id, AccessLog.organisation_id, hour)
    )
    return tuple(ReadOutside(user, place, _moment(text), n) for user, place, text, n in rows)


def sign_ins(
    session: Session,
    organisation_ids: tuple[int, ...],
    *,
    actions: Iterable[str],
    since: datetime,
    until: datetime,
) -> tuple[SignIn, ...]:
    """Return the attempts of these organisations' members to sign in, each person's in order."""
    rows = session.execute(
        sa.select(AccessLog.user_id, AccessLog.at, AccessLog.action)
        .where(
            AccessLog.organisation_id.is_(None),
            AccessLog.user_id.in_(members(organisation_ids)),
            AccessLog.action.in_(sorted(actions)),
            AccessLog.at >= since,
            AccessLog.at < until,
        )
        .order_by(AccessLog.user_id, AccessLog.at, AccessLog.id)
    )
    # The members alone: nobody of them is nobody.
    return tuple(SignIn(user, at, act) for user, at, act in rows if user is not None)


def names(session: Session, user_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of these users."""
    rows = session.execute(
        sa.select(UserAccount.id, UserAccount.name).where(UserAccount.id.in_(set(user_ids)))
    )
    return {row.id: row.name for row in rows}


def seen(session: Session, municipality_id: int) -> dict[tuple[str, int, date, int], Seen]:
    """Return what has been looked at, by kind, person, day and number of acts."""
    rows = session.execute(
        sa.select(
            AccessLogSeen.kind,
            AccessLogSeen.user_id,
            AccessLogSeen.day,
            AccessLogSeen.acts,
            UserAccount.name,
            AccessLogSeen.seen_at,
        )
        .join(UserAccount, UserAccount.id == AccessLogSeen.seen_by)
        .where(AccessLogSeen.municipality_id == municipality_id)
    )
    return {(row.kind, row.user_id, row.day, row.acts): Seen(row.name, row.seen_at) for row in rows}


def _within(
    organisation_ids: tuple[int, ...], actions: Iterable[str], since: datetime, until: datetime
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        AccessLog.organisation_id.in_(organisation_ids),
        AccessLog.user_id.is_not(None),
        AccessLog.action.in_(sorted(actions)),
        AccessLog.at >= since,
        AccessLog.at < until,
    )


def _hour(session: Session) -> sa.ColumnElement[Any]:
    """The hour of an act in UTC as text: the engines have no function in common for it."""
    if session.get_bind().dialect.name == "postgresql":
        return sa.func.to_char(
            sa.func.timezone("UTC", AccessLog.at), sa.literal_column("'YYYY-MM-DD HH24'")
        )
    return sa.func.strftime(sa.literal_column(f"'{_HOUR}'"), AccessLog.at)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _HOUR).replace(tzinfo=UTC)
