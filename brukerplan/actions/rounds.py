"""A year's round: planned, practised on, opened, corrected. The freeze is its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.rounds_errors import (
    EarlierRoundGoesOnError,
    NobodyTakesPartError,
    NotOptionalError,
    OtherYearError,
    ReasonMissingError,
    RoundDatesError,
    RoundExistsError,
    RoundMoveError,
)
from brukerplan.actions.scope import existing_round, require_at
from brukerplan.actions.training import Wiped, wipe
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.rounds import RoundLine, round_of_year, rounds
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import (
    MappingRound,
    RoundMunicipality,
    RoundOptionalVariable,
    RoundUnit,
)
from brukerplan.persistence.tables.states import (
    CHANGEABLE,
    IdentityMode,
    InclusionRule,
    ReopeningReason,
    RoundState,
)
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.questionnaire.schema import Questionnaire


@dataclass(frozen=True, slots=True)
class Participant:
    """A municipality that takes part: its terms, and how many persons each unit expects."""

    municipality_id: int
    units: Mapping[int, int] = field(default_factory=dict)
    inclusion_rule: InclusionRule = InclusionRule.LAST_12_MONTHS
    mental_only_included: bool = True
    milder_included: bool = True
    optional: frozenset[str] = frozenset()
    identity_mode: IdentityMode = IdentityMode.PSEUDONYMOUS


def plan_round(
    database: Database,
    *,
    by: Actor,
    owner_id: int,
    year: int,
    opens_on: date,
    deadline: date,
    participants: Sequence[Participant],
    now: datetime,
    synthetic: bool = False,
) -> int:
    """Plan the round of a year; it begins in training, where only fictive persons are taken.

    Raises
    ------
    NotAllowedError
        Also for a municipality that is not the owner's.
    NoEditionForYearError, RoundExistsError, RoundDatesError, OtherYearError, \
NobodyTakesPartError, NotOptionalError, EarlierRoundGoesOnError
        The round cannot be planned like this, or not now.
    """
    q = _edition(year, opens_on, deadline, participants)
    if opens_on.year != year:
        raise OtherYearError(year=year)
    if not participants:
        raise NobodyTakesPartError
    with database.begin() as session:
        require_at(session, by, Permission.ROUND_ADMINISTER, owner_id)
        for participant in participants:
            require_at(session, by, Permission.ROUND_ADMINISTER, participant.municipality_id)
        if round_of_year(session, year) is not None:
            raise RoundExistsError(year=year)
        for other in rounds(session):
            if other.state in CHANGEABLE:
                raise EarlierRoundGoesOnError(year=other.year)
        planned = MappingRound(
            year=year,
            edition=q.edition,
            owner_organisation_id=owner_id,
            state=RoundState.TRAINING,
            opens_on=opens_on,
            deadline=deadline,
            synthetic=synthetic,
        )
        _add(session, planned, participants)
        _log(session, by, planned.id, owner_id, now, "round.planned", _counts(year, participants))
        return planned.id


def open_round(
    database: Database,
    *,
    by: Actor | None,
    owner_id: int,
    year: int,
    opens_on: date,
    deadline: date,
    participants: Sequence[Participant],
    now: datetime,
    synthetic: bool = False,
) -> int:
    """Open the round of a year at once, without training; return its id.

    Parameters
    ----------
    by
        ``None`` on the command line, where the machine's owner sets up.
    synthetic
        The round holds fictive persons, and everything made from it says so.

    Raises
    ------
    NotAllowedError, NoEditionForYearError, RoundExistsError, RoundDatesError, NotOptionalError
        The round cannot be opened like this.
    """
    q = _edition(year, opens_on, deadline, participants)
    with database.begin() as session:
        if by is not None:
            require_at(session, by, Permission.ROUND_ADMINISTER, owner_id)
        if round_of_year(session, year) is not None:
            raise RoundExistsError(year=year)
        opened = MappingRound(
            year=year,
            edition=q.edition,
            owner_organisation_id=owner_id,
            opens_on=opens_on,
            deadline=deadline,
            synthetic=synthetic,
        )
        _add(session, opened, participants)
        _log(session, by, opened.id, owner_id, now, "round.opened", _counts(year, participants))
        return opened.id


def open_for_registration(database: Database, *, by: Actor, round_id: int, now: datetime) -> Wiped:
    """End the training: wipe everything that was practised on and take real registrations.

    Raises
    ------
    NotAllowedError, RoundNotFoundError, RoundMoveError
        It cannot be opened by this actor, or is not in training.
    """
    with database.begin(Door.TRAINING) as session:
        found = _held(session, by, round_id, RoundState.TRAINING)
        wiped = wipe(session, round_id)
        _move(session, by, found, RoundState.OPEN, now, "round.opened", _wiped(found, wiped))
    database.leave_no_copies()
    return wiped


def begin_correction(database: Database, *, by: Actor, round_id: int, now: datetime) -> None:
    """Take no new registrations any more; what is opened again can be mended.

    Raises
    ------
    NotAllowedError, RoundNotFoundError, RoundMoveError
        It cannot be done by this actor, or the round is not open.
    """
    with database.begin() as session:
        found = _held(session, by, round_id, RoundState.OPEN)
        detail = f"year={found.year}"
        _move(session, by, found, RoundState.CORRECTION, now, "round.correction_begun", detail)


def end_correction(
    database: Database, *, by: Actor, round_id: int, reason: ReopeningReason, now: datetime
) -> None:
    """Go back from correction to registration, and say why.

    Raises
    ------
    ReasonMissingError
        The reason is one that only the program gives.
    NotAllowedError, RoundNotFoundError, RoundMoveError
        It cannot be done by this actor, or the round is not in correction.
    """
    if reason is ReopeningReason.TRAINING_OVER:
        raise ReasonMissingError
    with database.begin() as session:
        found = _held(session, by, round_id, RoundState.CORRECTION)
        detail = f"year={found.year} reason={reason}"
        _move(session, by, found, RoundState.OPEN, now, "round.correction_ended", detail)


def _edition(
    year: int, opens_on: date, deadline: date, participants: Sequence[Participant]
) -> Questionnaire:
    q = edition_for_year(year)
    can_be_optional = {variable.id for variable in q.variables if variable.optional}
    for participant in participants:
        if wrong := participant.optional - can_be_optional:
            raise NotOptionalError(variables=", ".join(sorted(wrong)), year=year)
    if deadline < opens_on:
        raise RoundDatesError
    return q


def _add(session: Session, added: MappingRound, participants: Sequence[Participant]) -> None:
    session.add(added)
    session.flush()
    for participant in participants:
        session.execute(
            sa.insert(RoundMunicipality).values(
                round_id=added.id,
                municipality_id=participant.municipality_id,
                inclusion_rule=participant.inclusion_rule,
                mental_only_included=participant.mental_only_included,
                milder_included=participant.milder_included,
                identity_mode=participant.identity_mode,
            )
        )
    optional = [
        {"round_id": added.id, "municipality_id": each.municipality_id, "variable": name}
        for each in participants
        for name in sorted(each.optional)
    ]
    units = [
        {"round_id": added.id, "unit_id": unit_id, "expected": expected}
        for each in participants
        for unit_id, expected in each.units.items()
    ]
    if optional:
        session.execute(sa.insert(RoundOptionalVariable), optional)
    if units:
        session.execute(sa.insert(RoundUnit), units)


def _held(session: Session, by: Actor, round_id: int, state: RoundState) -> RoundLine:
    """Hold the round for oneself: everybody who is saving finishes first."""
    session.execute(sa.select(MappingRound.id).where(MappingRound.id == round_id).with_for_update())
    found = existing_round(session, round_id)
    require_at(session, by, Permission.ROUND_ADMINISTER, found.owner_organisation_id)
    if found.state != state:
        raise RoundMoveError(year=found.year)
    return found


def _move(
    session: Session,
    by: Actor,
    found: RoundLine,
    state: RoundState,
    now: datetime,
    action: str,
    detail: str,
) -> None:
    session.execute(sa.update(MappingRound).where(MappingRound.id == found.id).values(state=state))
    _log(session, by, found.id, found.owner_organisation_id, now, action, detail)


def _log(
    session: Session,
    by: Actor | None,
    round_id: int,
    owner_id: int,
    now: datetime,
    action: str,
    detail: str,
) -> None:
    log(
        session,
        at=now,
        user_id=None if by is None else by.user_id,
        action=action,
        organisation_id=owner_id,
        subject=round_id,
        detail=detail,
    )


def _counts(year: int, participants: Sequence[Participant]) -> str:
    return f"year={year} municipalities={len(participants)}"


def _wiped(found: RoundLine, wiped: Wiped) -> str:
    return f"year={found.year} wiped={wiped.registrations} opt_outs={wiped.opt_outs}"
