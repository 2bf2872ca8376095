"""Reminding a unit by e-mail that its mapping is not finished.

That a unit is reminded is written and committed before anything is sent. A transaction that
waited for a mail server would hold everybody else who saves (SQLite has one writer), and one
that was committed afterwards could be lost when the server has already sent: people would be
reminded twice. A crash between the two loses one reminder, no more. Where nobody was reached,
the mark is taken back, so that it can be tried again.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.lateness import CLOSE_DAYS, is_late
from brukerplan.actions.oslo import oslo_day
from brukerplan.actions.reminder_sending import Prepared, Reminded, log_unit, send
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    NotInRoundError,
    RoundNotFoundError,
    RoundNotOpenError,
    existing_round,
    require_at,
)
from brukerplan.actions.written import reminder_letter
from brukerplan.mail import MailServer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries import people
from brukerplan.persistence.queries.organisations import organisation_path
from brukerplan.persistence.queries.rounds import (
    RoundLine,
    municipality_progress,
    municipality_terms,
    participants,
    round_of_year,
    unit_progress,
)
from brukerplan.persistence.tables import RoundUnit
from brukerplan.persistence.tables.states import MunicipalityState, RoundState, UnitState
from brukerplan.translation import UserError, mark

REMINDED_IN = frozenset({RoundState.OPEN, RoundState.CORRECTION})
"""Rounds in which somebody is waited for; nobody is hurried while practising."""


class NoMailServerError(UserError):
    """E-mail is not set up."""

    message: ClassVar[str] = mark(
        "E-post er ikke satt opp, så du kan ikke sende påminnelser herfra. Be den som drifter "
        "løsningen, om å sette det opp. Ta kontakt med tjenesten på en annen måte så lenge."
    )


class UnitFinishedError(UserError):
    """There is nothing to remind of."""

    message: ClassVar[str] = mark("%(unit)s er ferdig, så det er ingenting å minne om.")


class RemindedTodayError(UserError):
    """Once a day is enough."""

    message: ClassVar[str] = mark(
        "%(unit)s har fått en påminnelse i dag. Du kan sende en ny påminnelse i morgen."
    )


class NobodyToRemindError(UserError):
    """The unit has no members."""

    message: ClassVar[str] = mark(
        "%(unit)s har ingen medlemmer som kan få påminnelse. Inviter en registrator eller "
        "enhetsleder først."
    )


def remind_unit(
    database: Database,
    *,
    by: Actor | None,
    mail: MailServer | None,
    public_url: str,
    unit_id: int,
    round_id: int,
    now: datetime,
) -> Reminded:
    """Write to each lead and registrar of the unit, in their own language.

    Raises
    ------
    NotAllowedError, RoundNotFoundError, NotInRoundError, RoundNotOpenError, \
MunicipalityApprovedError
        Nobody is waited for, or not by this actor.
    NoMailServerError, UnitFinishedError, RemindedTodayError, NobodyToRemindError
        Nobody can be, or should be, reminded.
    """
    if mail is None:
        raise NoMailServerError
    with database.begin() as session:
        prepared = _prepare(session, by, unit_id, round_id, public_url, now)
    (reminded,) = send(database, by, mail, round_id, (prepared,), now)
    return reminded


def remind_late_units(
    database: Database,
    *,
    by: Actor | None,
    mail: MailServer | None,
    public_url: str,
    municipality_id: int,
    round_id: int,
    now: datetime,
) -> tuple[Reminded, ...]:
    """Remind every unit of the municipality that is late and not reminded today.

    Units without members are passed over: the board says so. Raises as `remind_unit`.
    """
    if mail is None:
        raise NoMailServerError
    prepared = []
    with database.begin() as session:
        if by is not None:
            require_at(session, by, Permission.MUNICIPALITY_ADMINISTER, municipality_id)
        found, deadline = _waiting_round(session, municipality_id, round_id)
        for unit in municipality_progress(session, municipality_id, round_id):
            late = is_late(
                finished=unit.state != UnitState.OPEN,
                expected=unit.expected,
                started=unit.started,
                submitted=unit.submitted,
                opens_on=found.opens_on,
                deadline=deadline,
                today=oslo_day(now),
            )
            if not late:
                continue
            try:
                prepared.append(_prepare(session, by, unit.unit_id, round_id, public_url, now))
            except (RemindedTodayError, NobodyToRemindError):
                continue
    return send(database, by, mail, round_id, prepared, now)


def remind_late(
    database: Database, *, mail: MailServer | None, public_url: str, year: int, now: datetime
) -> tuple[Reminded, ...]:
    """Remind late units of every municipality whose deadline is near or past: a nightly job.

    Raises
    ------
    RoundNotFoundError, RoundNotOpenError, NoMailServerError
        There is nobody to remind, or no way to.
    """
    with database.read() as session:
        found = round_of_year(session, year)
        if found is None:
            raise RoundNotFoundError
        if found.state not in REMINDED_IN:
            raise RoundNotOpenError(year=year)
        near = [
            line.municipality_id
            for line in participants(session, found.id)
            if line.takes_part
            and line.state == MunicipalityState.OPEN
            and (line.deadline - oslo_day(now)).days <= CLOSE_DAYS
        ]
    reminded: list[Reminded] = []
    for municipality_id in near:
        reminded += remind_late_units(
            database,
            by=None,
            mail=mail,
            public_url=public_url,
            municipality_id=municipality_id,
            round_id=found.id,
            now=now,
        )
    return tuple(reminded)


def _waiting_round(session: Session, municipality_id: int, round_id: int) -> tuple[RoundLine, date]:
    """The round and the municipality's deadline, where the municipality is waited for."""
    found = existing_round(session, round_id, held=True)
    terms = municipality_terms(session, municipality_id, round_id)
    if terms is None or not terms.takes_part:
        raise NotInRoundError(year=found.year)
    if found.state not in REMINDED_IN:
        raise RoundNotOpenError(year=found.year)
    if terms.state != MunicipalityState.OPEN:
        raise MunicipalityApprovedError
    return found, terms.deadline


def _prepare(
    session: Session,
    by: Actor | None,
    unit_id: int,
    round_id: int,
    public_url: str,
    now: datetime,
) -> Prepared:
    """Write that the unit is reminded, and the messages, in the caller's transaction."""
    if by is None:
        path = organisation_path(session, unit_id)
    else:
        path = require_at(session, by, Permission.MUNICIPALITY_ADMINISTER, unit_id)
    found, deadline = _waiting_round(session, path[1], round_id)
    here = (RoundUnit.unit_id == unit_id, RoundUnit.round_id == round_id)
    # Two who press the button at once: the second waits here, and is told.
    before = session.scalar(sa.select(RoundUnit.reminded_at).where(*here).with_for_update())
    unit = unit_progress(session, unit_id, round_id)
    if unit is None:
        raise NotInRoundError(year=found.year)
    if unit.state != UnitState.OPEN:
        raise UnitFinishedError(unit=unit.name)
    if before is not None and oslo_day(before) == oslo_day(now):
        raise RemindedTodayError(unit=unit.name)
    recipients = people.recipients(session, unit_id)
    if not recipients:
        raise NobodyToRemindError(unit=unit.name)
    session.execute(sa.update(RoundUnit).where(*here).values(reminded_at=now))
    log_unit(session, by, now, "unit.reminded", unit_id, round_id, f"recipients={len(recipients)}")
    letters = {
        reminder_letter(
            to=each.email,
            language=each.language,
            unit=unit.name,
            year=found.year,
            deadline=deadline,
            days_left=(deadline - oslo_day(now)).days,
            address=f"{public_url}/min-liste?tjeneste={unit_id}",
        ): each.name
        for each in recipients
    }
    return Prepared(unit_id, unit.name, before, letters)
