"""The coordinator approves the municipality's mapping, or opens it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    NotInRoundError,
    RoundNotOpenError,
    existing_round,
    require_at,
)
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.rounds import (
    UnitProgress,
    municipality_progress,
    municipality_terms,
)
from brukerplan.persistence.tables import RoundMunicipality
from brukerplan.persistence.tables.states import MunicipalityState, RoundState, UnitState
from brukerplan.translation import UserError, mark


class ApprovalNotPossibleError(UserError):
    """Units are still mapping; ``missing`` are those units."""

    message: ClassVar[str] = mark(
        "Kartleggingen kan ikke godkjennes ennå. Disse tjenestene har ikke levert: %(units)s."
    )

    def __init__(self, *, missing: tuple[UnitProgress, ...]) -> None:
        super().__init__(units=", ".join(unit.name for unit in missing))
        self.missing = missing


class NoUnitsError(UserError):
    """No unit of the municipality is in the round."""

    message: ClassVar[str] = mark(
        "Ingen tjenester i kommunen er med i kartleggingen. Legg til tjenestene først."
    )


class NotApprovedError(UserError):
    """The municipality is open."""

    message: ClassVar[str] = mark("Kommunens kartlegging er ikke godkjent, så den er åpen.")


@dataclass(frozen=True, slots=True)
class Approval:
    """The municipality's new state, and how many registrations it stands for."""

    municipality_id: int
    round_id: int
    state: str
    registrations: int


def missing_for_approval(
    session: Session, municipality_id: int, round_id: int
) -> tuple[UnitProgress, ...]:
    """Return the units that have not submitted, for the checklist; empty when ready."""
    return tuple(
        unit
        for unit in municipality_progress(session, municipality_id, round_id)
        if unit.state == UnitState.OPEN
    )


def approve_municipality(
    database: Database, *, by: Actor, municipality_id: int, round_id: int, now: datetime
) -> Approval:
    """Approve the mapping when every unit has submitted or has nothing to report.

    Raises
    ------
    ApprovalNotPossibleError
        Some have not; it lists them.
    NoUnitsError
        There is none.
    NotAllowedError, RoundNotFoundError, NotInRoundError, RoundNotOpenError, \
MunicipalityApprovedError
        It cannot be approved by this actor, or not now.
    """
    with database.begin() as session:
        state = _municipality(session, by, municipality_id, round_id)
        if state == MunicipalityState.APPROVED:
            raise MunicipalityApprovedError
        units = municipality_progress(session, municipality_id, round_id)
        if not units:
            raise NoUnitsError
        missing = tuple(unit for unit in units if unit.state == UnitState.OPEN)
        if missing:
            raise ApprovalNotPossibleError(missing=missing)
        registrations = sum(unit.submitted for unit in units)
        return _set(
            session,
            by,
            municipality_id,
            round_id,
            MunicipalityState.APPROVED,
            registrations,
            now,
        )


def reopen_municipality(
    database: Database, *, by: Actor, municipality_id: int, round_id: int, now: datetime
) -> Approval:
    """Take an approval back, as long as the round is not frozen.

    Raises
    ------
    NotApprovedError
        It is open. Otherwise as for `approve_municipality`.
    """
    with database.begin() as session:
        state = _municipality(session, by, municipality_id, round_id)
        if state == MunicipalityState.OPEN:
            raise NotApprovedError
        units = municipality_progress(session, municipality_id, round_id)
        registrations = sum(unit.submitted for unit in units)
        return _set(
            session, by, municipality_id, round_id, MunicipalityState.OPEN, registrations, now
        )


def _municipality(session: Session, by: Actor, municipality_id: int, round_id: int) -> str:
    require_at(session, by, Permission.MUNICIPALITY_APPROVE, municipality_id)
    found = existing_round(session, round_id, held=True)
    session.execute(
        sa.select(RoundMunicipality.state)
        .where(
            RoundMunicipality.municipality_id == municipality_id,
            RoundMunicipality.round_id == round_id,
        )
        .with_for_update()
    )
    terms = municipality_terms(session, municipality_id, round_id)
    if terms is None or not terms.takes_part:
        raise NotInRoundError(year=found.year)
    if found.state != RoundState.OPEN:
        raise RoundNotOpenError(year=found.year)
    return terms.state


def _set(
    session: Session,
    by: Actor,
    municipality_id: int,
    round_id: int,
    state: MunicipalityState,
    registrations: int,
    now: datetime,
) -> Approval:
    approved = state is MunicipalityState.APPROVED
    session.execute(
        sa.update(RoundMunicipality)
        .where(
            RoundMunicipality.municipality_id == municipality_id,
            RoundMunicipality.round_id == round_id,
        )
        .values(
            state=state,
            approved_by=by.user_id if approved else None,
            approved_at=now if approved else None,
        )
    )
    log(
        session,
        at=now,
        user_id=by.user_id,
        action="municipality.approved" if approved else "municipality.reopened",
        organisation_id=municipality_id,
        subject=round_id,
        detail=f"registrations={registrations}",
    )
    return Approval(municipality_id, round_id, state, registrations)
