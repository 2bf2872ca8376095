"""How a unit takes part in the round: put in, taken out, and how many persons it expects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.actions.people import hold
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    NotInRoundError,
    RoundNotOpenError,
    existing_round,
    require_at,
)
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.organisations import OrganisationLine, organisation
from brukerplan.persistence.queries.rounds import municipality_terms, unit_progress
from brukerplan.persistence.tables import Organisation, RoundMunicipality, RoundUnit
from brukerplan.persistence.tables.states import (
    CHANGEABLE,
    TAKES_NEW,
    MunicipalityState,
    OrganisationKind,
    RoundState,
)
from brukerplan.translation import UserError, mark

MOST_EXPECTED = 9_999


class ExpectedError(UserError):
    """The number cannot be expected."""

    message: ClassVar[str] = mark("Skriv et helt tall fra 0 til %(most)s.")


class UnitHasRegistrationsError(UserError):
    """The unit cannot leave the round."""

    message: ClassVar[str] = mark(
        "Tjenesten har registreringer i årets kartlegging og kan ikke tas ut. Registreringene "
        "må slettes i tjenesten først."
    )


def put_in_unit(
    database: Database,
    *,
    by: Actor,
    unit_id: int,
    round_id: int,
    expected: int = 0,
    now: datetime,
) -> None:
    """Let a unit take part in the round; taking part already is no error.

    Raises
    ------
    NotAllowedError, ExpectedError, RoundNotFoundError, NotInRoundError, RoundNotOpenError, \
MunicipalityApprovedError
        It cannot be put in, or not by this actor.
    """
    require_expected(expected)
    with database.begin() as session:
        _, municipality_id = own_unit(session, by, unit_id)
        require_round(session, municipality_id, round_id, TAKES_NEW)
        hold(session, municipality_id)
        if unit_progress(session, unit_id, round_id) is None:
            put_in(session, by, unit_id, round_id, expected, now)


def take_out_unit(
    database: Database, *, by: Actor, unit_id: int, round_id: int, now: datetime
) -> None:
    """Let a unit that has registered nobody leave the round.

    Raises
    ------
    UnitHasRegistrationsError
        It has registered somebody.
    NotAllowedError, RoundNotFoundError, NotInRoundError, RoundNotOpenError, \
MunicipalityApprovedError
        It cannot be taken out, or not by this actor.
    """
    with database.begin() as session:
        _, municipality_id = own_unit(session, by, unit_id)
        year = require_round(session, municipality_id, round_id, CHANGEABLE)
        here = (RoundUnit.unit_id == unit_id, RoundUnit.round_id == round_id)
        # Alone from here on: nobody starts a registration in a unit that is leaving.
        session.execute(sa.select(RoundUnit.state).where(*here).with_for_update())
        progress = unit_progress(session, unit_id, round_id)
        if progress is None:
            raise NotInRoundError(year=year)
        if progress.started:
            raise UnitHasRegistrationsError
        session.execute(sa.delete(RoundUnit).where(*here))
        log_unit(session, by, now, "unit.taken_out", unit_id, subject=round_id)


def set_expected(
    database: Database,
    *,
    by: Actor,
    municipality_id: int,
    round_id: int,
    expected: Mapping[int, int],
    now: datetime,
) -> int:
    """Say how many persons each unit means to map; return how many units got a new number.

    Raises
    ------
    ExpectedError
        A number cannot be expected; then none is changed.
    NotAllowedError, NotInRoundError, RoundNotFoundError, RoundNotOpenError, \
MunicipalityApprovedError
        One of the units is not in the municipality or not in the round, or nothing changes now.
    """
    for number in expected.values():
        require_expected(number)
    changed = 0
    with database.begin() as session:
        require_at(session, by, Permission.MUNICIPALITY_ADMINISTER, municipality_id)
        year = require_round(session, municipality_id, round_id, CHANGEABLE)
        rows = session.execute(
            sa.select(RoundUnit.unit_id, RoundUnit.expected)
            .join(Organisation, Organisation.id == RoundUnit.unit_id)
            .where(Organisation.parent_id == municipality_id, RoundUnit.round_id == round_id)
            .with_for_update(of=RoundUnit)
        )
        before = {unit_id: number for unit_id, number in rows}  # noqa: C416 - rows, not pairs
        if not expected.keys() <= before.keys():
            raise NotInRoundError(year=year)
        for unit_id, number in sorted(expected.items()):
            if number == before[unit_id]:
                continue
            session.execute(
                sa.update(RoundUnit)
                .where(RoundUnit.unit_id == unit_id, RoundUnit.round_id == round_id)
                .values(expected=number)
            )
            detail = f"expected={number} before={before[unit_id]}"
            log_unit(
                session, by, now, "unit.expected_set", unit_id, subject=round_id, detail=detail
            )
            changed += 1
    return changed


def own_unit(session: Session, by: Actor, unit_id: int) -> tuple[OrganisationLine, int]:
    """Return a unit of a municipality that the actor administers, and that municipality."""
    require_at(session, by, Permission.MUNICIPALITY_ADMINISTER, unit_id)
    found = organisation(session, unit_id)
    if found is None or found.kind != OrganisationKind.UNIT or found.parent_id is None:
        raise NotAllowedError
    return found, found.parent_id


def require_round(
    session: Session, municipality_id: int, round_id: int, states: frozenset[RoundState]
) -> int:
    """Hold the round and the municipality in a state that takes the change; return the year."""
    found = existing_round(session, round_id, held=True)
    session.execute(
        sa.select(RoundMunicipality.state)
        .where(
            RoundMunicipality.municipality_id == municipality_id,
            RoundMunicipality.round_id == round_id,
        )
        .with_for_update(read=True)
    )
    terms = municipality_terms(session, municipality_id, round_id)
    if terms is None or not terms.takes_part:
        raise NotInRoundError(year=found.year)
    if found.state not in states:
        raise RoundNotOpenError(year=found.year)
    if terms.state != MunicipalityState.OPEN:
        raise MunicipalityApprovedError
    return found.year


def put_in(
    session: Session, by: Actor, unit_id: int, round_id: int, expected: int, now: datetime
) -> None:
    """Put a unit in the round in the caller's transaction and log it."""
    session.execute(
        sa.insert(RoundUnit).values(round_id=round_id, unit_id=unit_id, expected=expected)
    )
    detail = f"expected={expected}"
    log_unit(session, by, now, "unit.put_in", unit_id, subject=round_id, detail=detail)


def require_expected(number: int) -> None:
    """Require a number of persons that a unit can mean to map."""
    if not 0 <= number <= MOST_EXPECTED:
        raise ExpectedError(most=MOST_EXPECTED)


def log_unit(
    session: Session,
    by: Actor,
    now: datetime,
    action: str,
    unit_id: int,
    *,
    subject: object = "",
    detail: str = "",
) -> None:
    """Log what was done with a unit in the caller's transaction."""
    log(
        session,
        at=now,
        user_id=by.user_id,
        action=action,
        organisation_id=unit_id,
        subject=subject,
        detail=detail,
    )
