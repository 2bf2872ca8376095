"""A unit finishes its mapping: submits it, or says that there is nothing to report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.scope import (
    NotInRoundError,
    UnitClosedError,
    existing_round,
    require_at,
    require_open,
)
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.persistence.queries.rounds import (
    UnitProgress,
    municipality_terms,
    unit_progress,
)
from brukerplan.persistence.tables import RoundMunicipality, RoundUnit
from brukerplan.persistence.tables.states import ReopeningReason, UnitState
from brukerplan.translation import UserError, mark


class DraftsRemainError(UserError):
    """The unit still has drafts."""

    message: ClassVar[str] = mark(
        "Kartleggingen kan ikke leveres ennå. Registreringer som ikke er sendt inn: %(drafts)s."
    )


class NothingRegisteredError(UserError):
    """There is nothing to submit."""

    message: ClassVar[str] = mark(
        "Tjenesten har ingen registreringer. Velg «Vi har ingen å registrere» hvis det er riktig."
    )


class SomethingRegisteredError(UserError):
    """There is something to report."""

    message: ClassVar[str] = mark(
        "Tjenesten har registreringer og kan ikke melde at den ikke har noen: %(started)s. "
        "Lever kartleggingen i stedet."
    )


class UnitReasonError(UserError):
    """Opening again says why."""

    message: ClassVar[str] = mark("Velg hvorfor tjenesten skal åpnes igjen.")


class UnitNotSubmittedError(UserError):
    """The unit is still mapping."""

    message: ClassVar[str] = mark("Tjenesten har ikke levert, så det er ingenting å åpne igjen.")


@dataclass(frozen=True, slots=True)
class UnitChanged:
    """The unit's new state."""

    unit_id: int
    round_id: int
    state: str


def submit_unit(
    database: Database, *, by: Actor, unit_id: int, round_id: int, now: datetime
) -> UnitChanged:
    """Submit the unit's mapping: every registration is submitted, and there is at least one.

    Raises
    ------
    NotAllowedError, RoundNotFoundError, NotInRoundError, RoundNotOpenError, \
MunicipalityApprovedError, UnitClosedError
        It cannot be submitted by this actor, or not now.
    DraftsRemainError, NothingRegisteredError
        It is not finished.
    """
    with database.begin() as session:
        unit = _open_unit(session, by, unit_id, round_id)
        if unit.started == 0:
            raise NothingRegisteredError
        if unit.started > unit.submitted:
            raise DraftsRemainError(drafts=unit.started - unit.submitted)
        return _set(session, by, unit, round_id, UnitState.SUBMITTED, now)


def declare_nothing_to_report(
    database: Database, *, by: Actor, unit_id: int, round_id: int, now: datetime
) -> UnitChanged:
    """Say that the unit knows nobody to be mapped this year.

    Raises
    ------
    SomethingRegisteredError
        It has registrations. Otherwise as for `submit_unit`.
    """
    with database.begin() as session:
        unit = _open_unit(session, by, unit_id, round_id)
        if unit.started:
            raise SomethingRegisteredError(started=unit.started)
        return _set(session, by, unit, round_id, UnitState.NOTHING_TO_REPORT, now)


def reopen_unit(
    database: Database,
    *,
    by: Actor,
    unit_id: int,
    round_id: int,
    reason: ReopeningReason,
    now: datetime,
) -> UnitChanged:
    """Let the unit map on, as long as the municipality is not approved, and say why.

    Raises
    ------
    UnitNotSubmittedError
        It is open. Otherwise as for `submit_unit`.
    UnitReasonError
        The reason is one that only the program gives.
    """
    if reason is ReopeningReason.TRAINING_OVER:
        raise UnitReasonError
    with database.begin() as session:
        unit = _changeable_unit(session, by, unit_id, round_id, Permission.UNIT_REOPEN)
        if unit.state == UnitState.OPEN:
            raise UnitNotSubmittedError
        return _set(session, by, unit, round_id, UnitState.OPEN, now, reason=reason)


def _open_unit(session: Session, by: Actor, unit_id: int, round_id: int) -> UnitProgress:
    unit = _changeable_unit(session, by, unit_id, round_id, Permission.UNIT_SUBMIT)
    if unit.state != UnitState.OPEN:
        raise UnitClosedError
    return unit


def _changeable_unit(
    session: Session, by: Actor, unit_id: int, round_id: int, permission: Permission
) -> UnitProgress:
    path = require_at(session, by, permission, unit_id)
    found = existing_round(session, round_id, held=True)
    session.execute(
        sa.select(RoundMunicipality.state)
        .where(RoundMunicipality.municipality_id.in_(path), RoundMunicipality.round_id == round_id)
        .with_for_update(read=True)
    )
    # Alone from here on: nobody starts a registration in a unit that is being submitted.
    session.execute(
        sa.select(RoundUnit.state)
        .where(RoundUnit.unit_id == unit_id, RoundUnit.round_id == round_id)
        .with_for_update()
    )
    unit = unit_progress(session, unit_id, round_id)
    terms = municipality_terms(session, path[1], round_id) if len(path) > 1 else None
    if unit is None or terms is None:
        raise NotInRoundError(year=found.year)
    require_open(
        year=found.year,
        round_state=found.state,
        municipality_state=terms.state,
        takes_part=terms.takes_part,
    )
    return unit


def _set(
    session: Session,
    by: Actor,
    unit: UnitProgress,
    round_id: int,
    state: UnitState,
    now: datetime,
    *,
    reason: ReopeningReason | None = None,
) -> UnitChanged:
    closed = state is not UnitState.OPEN
    session.execute(
        sa.update(RoundUnit)
        .where(RoundUnit.unit_id == unit.unit_id, RoundUnit.round_id == round_id)
        .values(
            state=state,
            submitted_by=by.user_id if closed else None,
            submitted_at=now if closed else None,
            # Closing takes the reason away: the next opening has one of its own.
            reopened_reason=reason,
        )
    )
    log(
        session,
        at=now,
        user_id=by.user_id,
        action=f"unit.{'reopened' if not closed else state}",
        organisation_id=unit.unit_id,
        subject=round_id,
        detail=f"registrations={unit.submitted}" + (f" reason={reason}" if reason else ""),
    )
    return UnitChanged(unit.unit_id, round_id, state)


def open_unit_of(
    session: Session,
    found: RegistrationView,
    by: Actor,
    now: datetime,
    reason: ReopeningReason,
) -> None:
    """Open a registration's unit again in the caller's transaction, which holds the unit."""
    session.execute(
        sa.update(RoundUnit)
        .where(RoundUnit.round_id == found.round_id, RoundUnit.unit_id == found.unit_id)
        .values(state=UnitState.OPEN, submitted_by=None, submitted_at=None, reopened_reason=reason)
    )
    log(
        session,
        at=now,
        user_id=by.user_id,
        action="unit.reopened",
        organisation_id=found.unit_id,
        subject=found.round_id,
        detail=f"reason={reason}",
    )
