"""Sending the reminders that are prepared, and taking back the mark where nobody got one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor
from brukerplan.mail import Letter, MailServer
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.tables import RoundUnit


@dataclass(frozen=True, slots=True)
class Reminded:
    """A unit, how many got the message, and the names of those who did not."""

    unit_id: int
    unit: str
    reached: int
    not_reached: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A unit that is marked as reminded, and the message to each by name."""

    unit_id: int
    unit: str
    reminded_before: datetime | None
    letters: dict[Letter, str]


def send(
    database: Database,
    by: Actor | None,
    mail: MailServer,
    round_id: int,
    prepared: Iterable[Prepared],
    now: datetime,
) -> tuple[Reminded, ...]:
    """Send what is prepared, outside any transaction, and write down who was not reached."""
    waiting = tuple(prepared)
    unsent = set(mail.send_all([letter for each in waiting for letter in each.letters]))
    reminded = []
    for each in waiting:
        failed = [name for letter, name in each.letters.items() if letter in unsent]
        if failed:
            with database.begin() as session:
                if len(failed) == len(each.letters):
                    session.execute(
                        sa.update(RoundUnit)
                        .where(
                            RoundUnit.unit_id == each.unit_id,
                            RoundUnit.round_id == round_id,
                            RoundUnit.reminded_at == now,
                        )
                        .values(reminded_at=each.reminded_before)
                    )
                detail = f"failed={len(failed)} recipients={len(each.letters)}"
                log_unit(session, by, now, "unit.not_reached", each.unit_id, round_id, detail)
        reached = len(each.letters) - len(failed)
        reminded.append(Reminded(each.unit_id, each.unit, reached, tuple(failed)))
    return tuple(reminded)


def log_unit(
    session: Session,
    by: Actor | None,
    now: datetime,
    action: str,
    unit_id: int,
    round_id: int,
    detail: str,
) -> None:
    """Log what was done for a unit, by somebody or by the nightly job."""
    log(
        session,
        at=now,
        user_id=None if by is None else by.user_id,
        action=action,
        organisation_id=unit_id,
        subject=round_id,
        detail=detail if by else f"{detail} command_line",
    )
