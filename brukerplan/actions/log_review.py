"""Reviewing the access log: what was done, and what of it somebody ought to look at.

Domain §2: the log is not only kept but reviewed. No answers are read here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.log_kinds import OF_PERSONS, READS, REFUSED, SIGNED_IN
from brukerplan.actions.oslo import OSLO, oslo_day
from brukerplan.actions.scope import require_at
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import LogLine, log
from brukerplan.persistence.queries.accesses import LogFilter, Person, log_lines, people_in_log
from brukerplan.persistence.queries.organisations import OrganisationLine, below, organisations
from brukerplan.persistence.queries.standing_out import (
    Seen,
    acts_by_hour,
    names,
    reads_outside,
    seen,
    sign_ins,
)
from brukerplan.persistence.tables import AccessLogSeen
from brukerplan.persistence.tables.states import OrganisationKind, StandsOut
from brukerplan.translation import UserError, mark

PAGE = 100

# In force from the first version, November 2026. Care at night is given by people on duty,
# but forms are filled in by day: 22 to 6 is when the night shift has begun and the evening
# shift has gone home.
NIGHT_FROM, NIGHT_TO = time(22), time(6)


@dataclass(frozen=True, slots=True)
class Limit:
    """From how many on something stands out, and why from there."""

    value: int
    reason: str


MANY_IN_AN_HOUR = Limit(
    60,
    mark(
        "Å registrere en kjent person tar i beste fall ett minutt. Flere enn én i minuttet "
        "gjennom en hel time er å bla, ikke å registrere."
    ),
)
REFUSED_IN_A_ROW = Limit(
    5,
    mark(
        "Den som husker feil, gir seg eller ber om hjelp etter noen forsøk. Fem på rad uten å "
        "komme inn kan være noen som prøver seg fram."
    ),
)


class NoLongerStandsOutError(UserError):
    """What was to be marked as seen has changed or is not there."""

    message: ClassVar[str] = mark(
        "Det har kommet til mer siden siden ble vist. Se på det som står her nå, før du merker "
        "det som sett."
    )


@dataclass(frozen=True, slots=True)
class Outstanding:
    """One person's acts on one day (or night) that somebody ought to look at.

    ``since`` and ``until`` hold the rows; ``until`` is not included.
    """

    kind: StandsOut
    user_id: int
    day: date
    acts: int
    since: datetime
    until: datetime
    places: tuple[str, ...] = ()
    user_name: str = ""
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What the page shows. ``more`` tells whether there are older acts."""

    lines: tuple[LogLine, ...]
    more: bool
    outstanding: tuple[Outstanding, ...]
    people: tuple[Person, ...]
    units: tuple[OrganisationLine, ...]


def review_log(
    database: Database,
    *,
    by: Actor,
    municipality_id: int,
    since: datetime,
    until: datetime,
    wanted: LogFilter | None = None,
    page: int = 1,
    now: datetime,
) -> Review:
    """Return a page of the municipality's log and what stands out; reading it is logged too.

    Parameters
    ----------
    since, until
        The period looked at for what stands out, and for who has acted.
    wanted
        Narrows the acts themselves.

    Raises
    ------
    NotAllowedError
        The actor may not read the log here.
    """
    with database.begin() as session:
        path = require_at(session, by, Permission.ACCESS_LOG_READ, municipality_id)
        places = below(session, municipality_id)
        lines = log_lines(session, places, wanted, first=(page - 1) * PAGE, limit=PAGE + 1)
        found = Review(
            lines=lines[:PAGE],
            more=len(lines) > PAGE,
            outstanding=_outstanding(session, places, path, since=since, until=until),
            people=people_in_log(session, places, since),
            units=tuple(
                each
                for each in organisations(session, places)
                if each.kind == OrganisationKind.UNIT
            ),
        )
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="access_log.read",
            organisation_id=municipality_id,
            detail=f"lines={len(found.lines)} page={page}",
        )
    return found


def mark_seen(
    database: Database,
    *,
    by: Actor,
    municipality_id: int,
    kind: StandsOut,
    user_id: int,
    day: date,
    acts: int,
    now: datetime,
) -> None:
    """Note that somebody has looked at what stood out; twice is once.

    Raises
    ------
    NotAllowedError, NoLongerStandsOutError
        The actor may not read the log here, or there is something else to see by now.
    """
    try:
        with database.begin() as session:
            path = require_at(session, by, Permission.ACCESS_LOG_READ, municipality_id)
            found = _outstanding(
                session,
                below(session, municipality_id),
                path,
                # Long enough that what goes on over midnight is counted as the page did.
                since=_begins(day - timedelta(days=7)),
                until=_begins(day + timedelta(days=2)),
            )
            if (kind, user_id, day, acts) not in {_known(each) for each in found}:
                raise NoLongerStandsOutError
            session.execute(
                sa.insert(AccessLogSeen).values(
                    municipality_id=municipality_id,
                    kind=kind,
                    user_id=user_id,
                    day=day,
                    acts=acts,
                    seen_by=by.user_id,
                    seen_at=now,
                )
            )
            log(
                session,
                at=now,
                user_id=by.user_id,
                action="access_log.seen",
                organisation_id=municipality_id,
                subject=user_id,
                detail=f"kind={kind} acts={acts}",
            )
    except IntegrityError:
        # A colleague was first, or the button was pressed twice.
        return


def _outstanding(
    session: Session,
    places: tuple[int, ...],
    path: tuple[int, ...],
    *,
    since: datetime,
    until: datetime,
) -> tuple[Outstanding, ...]:
    """Newest first; what nobody has looked at before what somebody has."""
    found = [
        *_read_outside(session, places, path, since, until),
        *_by_hour(session, places, since, until),
        *_refused(session, places, since, until),
    ]
    called = names(session, {each.user_id for each in found})
    looked_at = seen(session, path[0])
    whole = [
        replace(each, user_name=called[each.user_id], seen=looked_at.get(_known(each)))
        for each in found
    ]
    whole.sort(key=lambda each: (each.day, each.since, each.user_id), reverse=True)
    return tuple(sorted(whole, key=lambda each: each.seen is not None))


def _read_outside(
    session: Session,
    places: tuple[int, ...],
    path: tuple[int, ...],
    since: datetime,
    until: datetime,
) -> list[Outstanding]:
    rows = reads_outside(session, places, path, reads=READS, since=since, until=until)
    called = {each.id: each.name for each in organisations(session, places)}
    days: defaultdict[tuple[int, date], list[tuple[str, int]]] = defaultdict(list)
    for row in rows:
        day = oslo_day(row.hour)
        days[row.user_id, day].append((called[row.organisation_id], row.acts))
    return [
        Outstanding(
            StandsOut.OUTSIDE,
            user_id,
            day,
            sum(acts for _, acts in read),
            _begins(day),
            _begins(day + timedelta(days=1)),
            tuple(sorted({name for name, _ in read})),
        )
        for (user_id, day), read in days.items()
    ]


def _by_hour(
    session: Session, places: tuple[int, ...], since: datetime, until: datetime
) -> list[Outstanding]:
    hours = acts_by_hour(session, places, actions=OF_PERSONS, reads=READS, since=since, until=until)
    nights: defaultdict[tuple[int, date], int] = defaultdict(int)
    fullest: dict[tuple[int, date], tuple[int, datetime]] = {}
    for each in hours:
        local = each.hour.astimezone(OSLO)
        if local.time() >= NIGHT_FROM or local.time() < NIGHT_TO:
            nights[each.user_id, _night_of(local)] += each.acts
        if each.opened >= MANY_IN_AN_HOUR.value:
            key = (each.user_id, local.date())
            fullest[key] = max(fullest.get(key, (0, each.hour)), (each.opened, each.hour))
    return [
        Outstanding(
            StandsOut.NIGHT,
            user_id,
            day,
            acts,
            datetime.combine(day, NIGHT_FROM, OSLO),
            datetime.combine(day + timedelta(days=1), NIGHT_TO, OSLO),
        )
        for (user_id, day), acts in nights.items()
    ] + [
        Outstanding(StandsOut.MANY, user_id, day, opened, hour, hour + timedelta(hours=1))
        for (user_id, day), (opened, hour) in fullest.items()
    ]


def _refused(
    session: Session, places: tuple[int, ...], since: datetime, until: datetime
) -> list[Outstanding]:
    days: defaultdict[tuple[int, date], int] = defaultdict(int)
    row: dict[int, int] = defaultdict(int)
    for each in sign_ins(session, places, actions=(REFUSED, SIGNED_IN), since=since, until=until):
        row[each.user_id] = 0 if each.action == SIGNED_IN else row[each.user_id] + 1
        key = (each.user_id, oslo_day(each.at))
        days[key] = max(days[key], row[each.user_id])
    return [
        Outstanding(
            StandsOut.REFUSED,
            user_id,
            day,
            attempts,
            _begins(day),
            _begins(day + timedelta(days=1)),
        )
        for (user_id, day), attempts in days.items()
        if attempts >= REFUSED_IN_A_ROW.value
    ]


def _known(each: Outstanding) -> tuple[StandsOut, int, date, int]:
    return (each.kind, each.user_id, each.day, each.acts)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), OSLO)


def _night_of(local: datetime) -> date:
    """The day on which the night began: two o'clock belongs to the evening before."""
    return local.date() if local.time() >= NIGHT_FROM else local.date() - timedelta(days=1)
