"""What a unit's registrations rest on in law: stated, recorded and withdrawn."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.access.services import LEGAL_GROUNDS, SERVICE_KINDS
from brukerplan.actions.oslo import start_of_day
from brukerplan.actions.scope import require_at
from brukerplan.identity import may_hold_number
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.legal_bases import has_basis, service_of
from brukerplan.persistence.queries.organisations import organisation
from brukerplan.persistence.tables import LegalBasis, UnitService
from brukerplan.persistence.tables.rights import REFERENCE_LENGTH
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.translation import UserError, mark

# A case number as archives write it: «2026/1234», «HPO-26/77-3».
_REFERENCE = re.compile(r"[A-Za-zÆØÅæøå0-9][A-Za-zÆØÅæøå0-9/.:\- ]*")


class LegalBasisMissingError(UserError):
    """The unit has nothing in law to rest a registration on."""

    message: ClassVar[str] = mark(
        "Tjenesten har ikke noe rettslig grunnlag som gjelder i dag, så ingen kan registreres "
        "eller endres. Personvernombudet i kommunen må registrere grunnlaget under «Rettslig "
        "grunnlag». Ingenting er lagret."
    )


class UnknownServiceError(UserError):
    """No such kind of service."""

    message: ClassVar[str] = mark("Velg hva slags tjeneste det er.")


class UnknownGroundError(UserError):
    """No such ground, or not in force on the day."""

    message: ClassVar[str] = mark(
        "Velg grunnlaget fra listen. Det kan ikke gjelde fra før loven trådte i kraft."
    )


class BasisReferenceError(UserError):
    """The reference is missing or could be a person's number."""

    message: ClassVar[str] = mark(
        "Skriv saksnummeret til kommunens eget vedtak, høyst %(longest)s tegn, for eksempel "
        "2026/1234. Det kan ikke være et fødselsnummer."
    )


class BasisDatesError(UserError):
    """The last day comes before the first."""

    message: ClassVar[str] = mark("Siste dag kan ikke være før første dag.")


class NothingToWithdrawError(UserError):
    """The unit has no basis."""

    message: ClassVar[str] = mark("Tjenesten har ikke noe grunnlag å trekke tilbake.")


def require_basis(session: Session, unit_id: int, moment: datetime) -> None:
    """Require that the unit has something in law to rest a registration on at the moment.

    Raises
    ------
    LegalBasisMissingError
        It has nothing. The database refuses the registration too.
    """
    if not has_basis(session, unit_id, moment):
        raise LegalBasisMissingError


def record_basis(
    database: Database,
    *,
    by: Actor,
    unit_id: int,
    ground: str,
    reference: str,
    first_day: date,
    last_day: date | None,
    now: datetime,
) -> None:
    """Record what the unit's registrations rest on. It takes the place of what was there.

    Parameters
    ----------
    ground
        One of `LEGAL_GROUNDS`.
    reference
        The case number of the municipality's own decision.
    first_day, last_day
        Both count; ``None``: until it is withdrawn.

    Raises
    ------
    NotAllowedError
        The actor is not the municipality's data protection officer.
    UnknownGroundError, BasisReferenceError, BasisDatesError
        It cannot be recorded like this.
    """
    reference = " ".join(reference.split())
    if (
        not 1 <= len(reference) <= REFERENCE_LENGTH
        or not _REFERENCE.fullmatch(reference)
        or may_hold_number(reference)
    ):
        raise BasisReferenceError(longest=REFERENCE_LENGTH)
    known = LEGAL_GROUNDS.get(ground)
    if known is None or first_day < known.in_force:
        raise UnknownGroundError
    if last_day is not None and last_day < first_day:
        raise BasisDatesError
    with database.begin() as session:
        _require_unit(session, by, Permission.LEGAL_BASIS_RECORD, unit_id)
        _withdraw(session, unit_id, by.user_id, now)
        session.execute(
            sa.insert(LegalBasis).values(
                unit_id=unit_id,
                ground=ground,
                reference=reference,
                valid_from=start_of_day(first_day),
                valid_until=None if last_day is None else start_of_day(last_day + timedelta(1)),
                recorded_by=by.user_id,
                recorded_at=now,
            )
        )
        _log(session, by.user_id, now, "legal_basis.recorded", unit_id, f"ground={ground}")


def withdraw_basis(database: Database, *, by: Actor, unit_id: int, now: datetime) -> None:
    """Withdraw what the unit's registrations rest on: from now on none is made or counted.

    Raises
    ------
    NotAllowedError
        The actor is not the municipality's data protection officer.
    NothingToWithdrawError
        There is nothing.
    """
    with database.begin() as session:
        _require_unit(session, by, Permission.LEGAL_BASIS_RECORD, unit_id)
        if not _withdraw(session, unit_id, by.user_id, now):
            raise NothingToWithdrawError
        _log(session, by.user_id, now, "legal_basis.withdrawn", unit_id)


def change_service(
    database: Database, *, by: Actor, unit_id: int, kind: str, now: datetime
) -> None:
    """Say which kind of service a unit is. What it rested on as another kind is withdrawn.

    Raises
    ------
    NotAllowedError
        The actor does not administer the municipality.
    UnknownServiceError
        No such kind.
    """
    with database.begin() as session:
        _require_unit(session, by, Permission.MUNICIPALITY_ADMINISTER, unit_id)
        before = service_of(session, unit_id)
        if before == kind:
            return
        if before is not None:
            _withdraw(session, unit_id, by.user_id, now)
        state_service(session, unit_id, kind, user_id=by.user_id, now=now)


def state_service(
    session: Session, unit_id: int, kind: str, *, user_id: int | None, now: datetime
) -> None:
    """Note which kind of service a unit is, with the ground such a service has by default.

    Raises
    ------
    UnknownServiceError
        No such kind.
    """
    service = SERVICE_KINDS.get(kind)
    if service is None:
        raise UnknownServiceError
    session.execute(sa.delete(UnitService).where(UnitService.unit_id == unit_id))
    session.execute(
        sa.insert(UnitService).values(unit_id=unit_id, kind=kind, stated_by=user_id, stated_at=now)
    )
    if service.default_ground is not None:
        ground = LEGAL_GROUNDS[service.default_ground]
        session.execute(
            sa.insert(LegalBasis).values(
                unit_id=unit_id,
                ground=ground.id,
                valid_from=start_of_day(ground.in_force),
                recorded_at=now,
            )
        )
    _log(session, user_id, now, "unit.service_stated", unit_id, f"service={kind}")


def _require_unit(session: Session, by: Actor, permission: Permission, unit_id: int) -> None:
    require_at(session, by, permission, unit_id)
    found = organisation(session, unit_id)
    if found is None or found.kind != OrganisationKind.UNIT:
        raise NotAllowedError(permission=str(permission))


def _withdraw(session: Session, unit_id: int, user_id: int, now: datetime) -> int:
    return len(
        session.execute(
            sa.update(LegalBasis)
            .where(LegalBasis.unit_id == unit_id, LegalBasis.withdrawn_at.is_(None))
            .values(withdrawn_at=now, withdrawn_by=user_id)
            .returning(LegalBasis.id)
        ).all()
    )


def _log(
    session: Session,
    user_id: int | None,
    now: datetime,
    action: str,
    unit_id: int,
    detail: str = "",
) -> None:
    log(
        session,
        at=now,
        user_id=user_id,
        action=action,
        organisation_id=unit_id,
        subject=unit_id,
        detail=detail,
    )
