"""Plans change: a deadline is moved, or a round that was only practised on is given up."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.rounds_errors import RoundDatesError, RoundMoveError
from brukerplan.actions.scope import RoundNotOpenError, existing_round, require_at
from brukerplan.actions.training import Wiped, wipe
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.rounds import RoundLine
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import (
    MappingRound,
    RoundMunicipality,
    RoundOptionalVariable,
    RoundUnit,
)
from brukerplan.persistence.tables.states import CHANGEABLE, RoundState


def move_deadline(
    database: Database, *, by: Actor, round_id: int, deadline: date, now: datetime
) -> None:
    """Move the round's deadline. Municipalities whose own is later follow the round's again.

    Raises
    ------
    RoundDatesError
        It is before the opening.
    NotAllowedError, RoundNotFoundError, RoundNotOpenError
        It cannot be moved by this actor, or the round is frozen.
    """
    with database.begin() as session:
        found = _held(session, by, round_id)
        if found.state not in CHANGEABLE:
            raise RoundNotOpenError(year=found.year)
        if deadline < found.opens_on:
            raise RoundDatesError
        session.execute(
            sa.update(MappingRound).where(MappingRound.id == round_id).values(deadline=deadline)
        )
        session.execute(
            sa.update(RoundMunicipality)
            .where(RoundMunicipality.round_id == round_id, RoundMunicipality.deadline > deadline)
            .values(deadline=None)
        )
        detail = f"year={found.year} from={found.deadline} to={deadline}"
        _log(session, by, found, now, "round.deadline_moved", detail)


def drop_round(database: Database, *, by: Actor, round_id: int, now: datetime) -> Wiped:
    """Give up a round in training: everything practised on goes, and the plan with it.

    Raises
    ------
    NotAllowedError, RoundNotFoundError, RoundMoveError
        It cannot be dropped by this actor, or has been opened.
    """
    with database.begin(Door.TRAINING) as session:
        found = _held(session, by, round_id)
        if found.state != RoundState.TRAINING:
            raise RoundMoveError(year=found.year)
        wiped = wipe(session, round_id)
        for table in (RoundOptionalVariable, RoundUnit, RoundMunicipality):
            session.execute(sa.delete(table).where(table.round_id == round_id))
        session.execute(sa.delete(MappingRound).where(MappingRound.id == round_id))
        detail = f"year={found.year} wiped={wiped.registrations} opt_outs={wiped.opt_outs}"
        _log(session, by, found, now, "round.dropped", detail)
    database.leave_no_copies()
    return wiped


def _held(session: Session, by: Actor, round_id: int) -> RoundLine:
    session.execute(sa.select(MappingRound.id).where(MappingRound.id == round_id).with_for_update())
    found = existing_round(session, round_id)
    require_at(session, by, Permission.ROUND_ADMINISTER, found.owner_organisation_id)
    return found


def _log(
    session: Session, by: Actor, found: RoundLine, now: datetime, action: str, detail: str
) -> None:
    log(
        session,
        at=now,
        user_id=by.user_id,
        action=action,
        organisation_id=found.owner_organisation_id,
        subject=found.id,
        detail=detail,
    )
