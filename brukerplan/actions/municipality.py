"""The coordinator approves the municipality's mapping, or opens it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, allows
from brukerplan.actions.checklist import (
    FINDINGS,
    LETTERS,
    Missing,
    missing_for_approval,
)
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    NotInRoundError,
    RoundNotOpenError,
    existing_round,
    require_at,
)
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.letters import count_uninformed
from brukerplan.persistence.queries.organisations import organisation_path
from brukerplan.persistence.queries.rounds import (
    MunicipalityTerms,
    municipality_progress,
    municipality_terms,
)
from brukerplan.persistence.tables import RoundMunicipality
from brukerplan.persistence.tables.states import CHANGEABLE, MunicipalityState, ReopeningReason
from brukerplan.translation import UserError, mark

__all__ = [
    "Approval",
    "ApprovalNotPossibleError",
    "Missing",
    "MunicipalityReasonError",
    "NoUnitsError",
    "NotApprovedError",
    "approve_municipality",
    "missing_for_approval",
    "reopen_municipality",
]


class ApprovalNotPossibleError(UserError):
    """Something on the checklist is not done; ``missing`` says what."""

    message: ClassVar[str] = mark(
        "Kartleggingen kan ikke godkjennes ennå. Se på listen hva som mangler."
    )

    def __init__(self, *, missing: tuple[Missing, ...]) -> None:
        super().__init__()
        self.missing = missing


class NoUnitsError(UserError):
    """No unit of the municipality is in the round."""

    message: ClassVar[str] = mark(
        "Ingen tjenester i kommunen er med i kartleggingen. Legg til tjenestene først."
    )


class NotApprovedError(UserError):
    """The municipality is open."""

    message: ClassVar[str] = mark("Kommunens kartlegging er ikke godkjent, så den er åpen.")


class MunicipalityReasonError(UserError):
    """Opening again says why; not every reason is everybody's."""

    message: ClassVar[str] = mark("Velg hvorfor kommunens kartlegging skal åpnes igjen.")


@dataclass(frozen=True, slots=True)
class Approval:
    """The municipality's new state, and how many registrations it stands for."""

    municipality_id: int
    round_id: int
    state: str
    registrations: int


def approve_municipality(
    database: Database,
    *,
    by: Actor,
    municipality_id: int,
    round_id: int,
    now: datetime,
    leave_out_uninformed: bool = False,
    seen: bool = False,
) -> Approval:
    """Approve the mapping when nothing on the checklist is missing.

    Parameters
    ----------
    leave_out_uninformed
        Those without a letter do not count and are left out; the coordinator says so.
    seen
        The coordinator has looked at the quality checks and finds the answers right.

    Raises
    ------
    ApprovalNotPossibleError
        Something is missing; it lists what.
    NoUnitsError
        No unit takes part.
    NotAllowedError, RoundNotFoundError, NotInRoundError, RoundNotOpenError, \
MunicipalityApprovedError
        It cannot be approved by this actor, or not now.
    """
    with database.begin() as session:
        require_at(session, by, Permission.MUNICIPALITY_APPROVE, municipality_id)
        terms = _held(session, municipality_id, round_id)
        if terms.state == MunicipalityState.APPROVED:
            raise MunicipalityApprovedError
        units = municipality_progress(session, municipality_id, round_id)
        if not units:
            raise NoUnitsError
        accepted = _accepted(leave_out_uninformed=leave_out_uninformed, seen=seen)
        missing = missing_for_approval(
            session, municipality_id, round_id, now=now, accepted=accepted
        )
        if missing:
            raise ApprovalNotPossibleError(missing=missing)
        left_out = count_uninformed(session, municipality_id, round_id)
        return _set(
            session,
            by,
            municipality_id,
            round_id,
            MunicipalityState.APPROVED,
            sum(unit.submitted for unit in units) - left_out,
            now,
            f" left_out={left_out}" if left_out else "",
        )


def reopen_municipality(
    database: Database,
    *,
    by: Actor,
    municipality_id: int,
    round_id: int,
    reason: ReopeningReason,
    now: datetime,
) -> Approval:
    """Take an approval back, as long as the round is not frozen, and say why.

    The coordinator does it, or the administrator of the round, whose reason can only be that
    the trust asks for a correction.

    Raises
    ------
    NotApprovedError
        It is open. Otherwise as for `approve_municipality`.
    MunicipalityReasonError
        The reason is one that this actor cannot give.
    """
    with database.begin() as session:
        _require_may_reopen(session, by, municipality_id, round_id, reason)
        terms = _held(session, municipality_id, round_id)
        if terms.state == MunicipalityState.OPEN:
            raise NotApprovedError
        units = municipality_progress(session, municipality_id, round_id)
        return _set(
            session,
            by,
            municipality_id,
            round_id,
            MunicipalityState.OPEN,
            sum(unit.submitted for unit in units),
            now,
            f" reason={reason}",
            reason=reason,
        )


def _require_may_reopen(
    session: Session, by: Actor, municipality_id: int, round_id: int, reason: ReopeningReason
) -> None:
    path = organisation_path(session, municipality_id)
    if allows(by, Permission.MUNICIPALITY_APPROVE, path):
        allowed = reason not in (ReopeningReason.ASKED_BY_TRUST, ReopeningReason.TRAINING_OVER)
    else:
        found = existing_round(session, round_id)
        if found.owner_organisation_id not in path:
            raise NotInRoundError(year=found.year)
        require_at(session, by, Permission.ROUND_ADMINISTER, found.owner_organisation_id)
        allowed = reason is ReopeningReason.ASKED_BY_TRUST
    if not allowed:
        raise MunicipalityReasonError


def _held(session: Session, municipality_id: int, round_id: int) -> MunicipalityTerms:
    """Hold the municipality for oneself and return its terms in a round that takes changes."""
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
    if found.state not in CHANGEABLE:
        raise RoundNotOpenError(year=found.year)
    return terms


def _accepted(*, leave_out_uninformed: bool, seen: bool) -> frozenset[str]:
    accepted = {LETTERS} if leave_out_uninformed else set()
    return frozenset(accepted | {FINDINGS} if seen else accepted)


def _set(
    session: Session,
    by: Actor,
    municipality_id: int,
    round_id: int,
    state: MunicipalityState,
    registrations: int,
    now: datetime,
    detail: str = "",
    *,
    reason: ReopeningReason | None = None,
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
            # Approving takes the reason away: the next opening has one of its own.
            reopened_reason=reason,
        )
    )
    log(
        session,
        at=now,
        user_id=by.user_id,
        action="municipality.approved" if approved else "municipality.reopened",
        organisation_id=municipality_id,
        subject=round_id,
        detail=f"registrations={registrations}{detail}",
    )
    return Approval(municipality_id, round_id, state, registrations)
