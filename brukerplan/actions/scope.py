"""What every use case asks first: does it exist, may this person, is it still open."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, NotAllowedError, allows, require
from brukerplan.persistence.queries.organisations import organisation_path, units_of
from brukerplan.persistence.queries.registrations import RegistrationView, registration
from brukerplan.persistence.queries.rounds import RoundLine, round_by_id
from brukerplan.persistence.tables import MappingRound
from brukerplan.persistence.tables.states import (
    CHANGEABLE,
    TAKES_NEW,
    MunicipalityState,
    RoundState,
    UnitState,
)
from brukerplan.translation import UserError, mark


class RoundNotFoundError(UserError):
    """No round has this id."""

    message: ClassVar[str] = mark("Kartleggingsrunden finnes ikke. Gå tilbake til forsiden.")


class RoundNotOpenError(UserError):
    """The round is frozen, or has not opened yet."""

    message: ClassVar[str] = mark(
        "Kartleggingen for %(year)s er ikke åpen, så ingenting kan endres i den."
    )


class RoundInTrainingError(RoundNotOpenError):
    """The round is only being practised on."""

    message: ClassVar[str] = mark(
        "Kartleggingen for %(year)s er i opplæring. Åpne den for registrering først."
    )


class NoNewRegistrationsError(RoundNotOpenError):
    """The round is being corrected: what is there may be mended, nobody is added."""

    message: ClassVar[str] = mark(
        "Kartleggingen for %(year)s er i retting. Det som er registrert, kan rettes, men ingen "
        "nye personer kan registreres. Ingenting er lagret."
    )


class NotBegunError(RoundNotOpenError):
    """The day the round opens has not come."""

    message: ClassVar[str] = mark(
        "Registreringen for %(year)s begynner %(opens_on)s. Vent til da. Ingenting er lagret."
    )


class RegistrationNotFoundError(UserError):
    """No registration has this id."""

    message: ClassVar[str] = mark(
        "Registreringen finnes ikke. Den kan være slettet. Gå tilbake til listen."
    )


class UnitClosedError(UserError):
    """The unit has submitted its mapping."""

    message: ClassVar[str] = mark(
        "Tjenesten har levert kartleggingen. Lederen må åpne den igjen før noe kan endres."
    )


class MunicipalityApprovedError(UserError):
    """The municipality's mapping is approved."""

    message: ClassVar[str] = mark(
        "Kommunens kartlegging er godkjent. Koordinatoren må åpne den igjen før noe kan endres."
    )


class NotInRoundError(UserError):
    """The unit or municipality does not take part in the round."""

    message: ClassVar[str] = mark(
        "Tjenesten eller kommunen er ikke med i kartleggingen for %(year)s. "
        "Spør koordinatoren i kommunen."
    )


def require_at(
    session: Session, by: Actor, permission: Permission, organisation_id: int
) -> tuple[int, ...]:
    """Require the permission at the organisation and return its path.

    Raises
    ------
    NotAllowedError
        Also where the organisation does not exist: nothing is told about what does.
    """
    path = organisation_path(session, organisation_id)
    require(by, permission, path)
    return path


def require_in_municipality(
    session: Session, by: Actor, permission: Permission, municipality_id: int
) -> None:
    """Require the permission in the municipality itself or in one of its units.

    Raises
    ------
    NotAllowedError
        The actor has it in none of them.
    """
    if allows(by, permission, organisation_path(session, municipality_id)):
        return
    for unit in units_of(session, by):
        if unit.parent_id == municipality_id and allows(by, permission, (unit.id,)):
            return
    raise NotAllowedError(permission=str(permission))


def existing_round(session: Session, round_id: int, *, held: bool = False) -> RoundLine:
    """Return the round or raise `RoundNotFoundError`.

    Parameters
    ----------
    held
        Keep the round in its state until the transaction ends. Everybody takes the round
        first, then the municipality, then the unit, so that nobody waits in a circle.
    """
    if held:
        session.execute(
            sa.select(MappingRound.id).where(MappingRound.id == round_id).with_for_update(read=True)
        )
    found = round_by_id(session, round_id)
    if found is None:
        raise RoundNotFoundError
    return found


def readable(
    session: Session, by: Actor, registration_id: uuid.UUID, permission: Permission
) -> RegistrationView:
    """Return the registration if the actor has the permission where it belongs."""
    found = registration(session, registration_id)
    if found is None:
        raise RegistrationNotFoundError
    require(by, permission, found.organisation_path)
    return found


def changeable(
    session: Session, by: Actor, registration_id: uuid.UUID, permission: Permission
) -> RegistrationView:
    """Return the registration if it may be changed by this actor, now."""
    found = registration(session, registration_id, for_change=True)
    if found is None:
        raise RegistrationNotFoundError
    require(by, permission, found.organisation_path)
    require_open(
        year=found.round_year,
        round_state=found.round_state,
        municipality_state=found.municipality_state,
        unit_state=found.unit_state,
    )
    return found


def require_open(
    *,
    year: int,
    round_state: str,
    municipality_state: str,
    unit_state: str | None = None,
    takes_part: bool = True,
) -> None:
    """Require that the round, the municipality and the unit still take changes.

    Raises
    ------
    RoundNotOpenError, NotInRoundError, MunicipalityApprovedError, UnitClosedError
        The first of them that does not.
    """
    if round_state not in CHANGEABLE:
        raise RoundNotOpenError(year=year)
    if not takes_part:
        raise NotInRoundError(year=year)
    if municipality_state != MunicipalityState.OPEN:
        raise MunicipalityApprovedError
    if unit_state not in (None, UnitState.OPEN):
        raise UnitClosedError


def require_takes_new(
    *,
    year: int,
    round_state: str,
    opens_on: date,
    today: date,
    municipality_state: str,
    unit_state: str,
    takes_part: bool,
) -> None:
    """Require that a registration may be started: asked by the form and by the import.

    In training the opening day is still to come. A deadline closes nothing: what is late is
    wanted all the same, and said to be late.

    Raises
    ------
    NoNewRegistrationsError, NotBegunError
        The round is being corrected, or its day has not come. Otherwise as `require_open`.
    """
    require_open(
        year=year,
        round_state=round_state,
        municipality_state=municipality_state,
        unit_state=unit_state,
        takes_part=takes_part,
    )
    if round_state not in TAKES_NEW:
        raise NoNewRegistrationsError(year=year)
    if round_state == RoundState.OPEN and opens_on > today:
        raise NotBegunError(year=year, opens_on=f"{opens_on:%d.%m.%Y}")
