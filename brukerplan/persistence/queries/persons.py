"""What is stored about one person in a municipality, in every round that is kept."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.log import LogLine
from brukerplan.persistence.tables import (
    AccessLog,
    MappingRound,
    OptOut,
    Organisation,
    Registration,
    UserAccount,
)

LISTS_OF_UNIT = ("registration.listed", "letter.listed")
LISTS_OF_MUNICIPALITY = ("duplicate.listed", "quality.read", "municipality.exported")


@dataclass(frozen=True, slots=True)
class PersonsRegistration:
    """A registration of the person: which it is, and what only its own row tells."""

    id: uuid.UUID
    unit_id: int
    municipality_id: int
    created_at: datetime
    submitted_at: datetime | None
    training: bool


@dataclass(frozen=True, slots=True)
class PersonsOptOut:
    """A year in which the person has said no, and when it was recorded."""

    year: int
    recorded_at: datetime


def registrations_of_person(
    session: Session, municipality_id: int, pseudonym: bytes
) -> tuple[PersonsRegistration, ...]:
    """Return the municipality's registrations of the person: newest round first, then by unit."""
    rows = session.execute(
        sa.select(
            Registration.id,
            Registration.unit_id,
            Registration.municipality_id,
            Registration.created_at,
            Registration.submitted_at,
            sa.or_(MappingRound.state == "training", MappingRound.synthetic),
        )
        .join(MappingRound, MappingRound.id == Registration.round_id)
        .join(Organisation, Organisation.id == Registration.unit_id)
        .where(
            Registration.municipality_id == municipality_id,
            Registration.municipal_pseudonym == pseudonym,
        )
        .order_by(MappingRound.year.desc(), Organisation.name, Registration.id)
    )
    return tuple(PersonsRegistration(*row) for row in rows)


def opt_outs_of_person(
    session: Session, municipality_id: int, pseudonym: bytes
) -> tuple[PersonsOptOut, ...]:
    """Return the years in which the person has said no, newest first."""
    rows = session.execute(
        sa.select(MappingRound.year, OptOut.recorded_at)
        .join(MappingRound, MappingRound.id == OptOut.round_id)
        .where(OptOut.municipality_id == municipality_id, OptOut.municipal_pseudonym == pseudonym)
        .order_by(MappingRound.year.desc())
    )
    return tuple(PersonsOptOut(*row) for row in rows)


def lists_that_may_show(
    session: Session, found: tuple[PersonsRegistration, ...]
) -> tuple[LogLine, ...]:
    """Return the lists and files that may have shown one of these, oldest first.

    The log of a list says where and when, not who stood in it: these are all since the
    person was registered.
    """
    if not found:
        return ()
    shown = [
        sa.and_(
            AccessLog.at >= each.created_at,
            sa.or_(
                sa.and_(
                    AccessLog.organisation_id == each.unit_id,
                    AccessLog.action.in_(LISTS_OF_UNIT),
                ),
                sa.and_(
                    AccessLog.organisation_id == each.municipality_id,
                    AccessLog.action.in_(LISTS_OF_MUNICIPALITY),
                ),
            ),
        )
        for each in found
    ]
    rows = session.execute(
        sa.select(
            AccessLog.at,
            UserAccount.name,
            AccessLog.action,
            Organisation.name,
            AccessLog.subject,
            AccessLog.detail,
        )
        .outerjoin(UserAccount, UserAccount.id == AccessLog.user_id)
        .outerjoin(Organisation, Organisation.id == AccessLog.organisation_id)
        .where(sa.or_(*shown))
        .order_by(AccessLog.at, AccessLog.id)
    )
    return tuple(LogLine(*row) for row in rows)
