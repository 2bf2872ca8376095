"""Persons whom several units of a municipality have registered in the same round."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.tables import Organisation, Registration


@dataclass(frozen=True, slots=True)
class RegisteredAt:
    """One unit's registration of a person whom others have too."""

    registration_id: uuid.UUID
    unit_id: int
    unit_name: str
    case_label: str = field(repr=False)
    state: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One person with two registrations or more, the oldest first."""

    registrations: tuple[RegisteredAt, ...]


def duplicates(session: Session, municipality_id: int, round_id: int) -> tuple[Duplicate, ...]:
    """Return the persons registered more than once, those who waited longest first."""
    # Counted in one pass. Looking each up among the repeated ones is a loop in a loop where the
    # server does not yet know how many there are.
    counted = (
        sa.select(
            Registration.id,
            sa.func.count().over(partition_by=Registration.municipal_pseudonym).label("times"),
        )
        .where(*_told_apart(municipality_id, round_id))
        .subquery()
    )
    rows = session.execute(
        sa.select(
            Registration.municipal_pseudonym,
            Registration.id,
            Registration.unit_id,
            Organisation.name,
            Registration.case_label,
            Registration.state,
            Registration.created_at,
        )
        .join(counted, counted.c.id == Registration.id)
        .join(Organisation, Organisation.id == Registration.unit_id)
        .where(counted.c.times > 1)
        .order_by(Registration.municipal_pseudonym, Registration.created_at, Registration.id)
    ).all()
    found = [
        Duplicate(tuple(RegisteredAt(*row[1:]) for row in of_one))
        for _, of_one in groupby(rows, key=lambda row: row.municipal_pseudonym)
    ]
    # Not in the order of the pseudonyms: it would be the same every year.
    return tuple(
        sorted(
            found,
            key=lambda one: max((each.since, each.registration_id) for each in one.registrations),
        )
    )


def count_duplicates(session: Session, municipality_id: int, round_id: int) -> int:
    """Count the persons registered more than once."""
    several = (
        sa.select(Registration.municipal_pseudonym)
        .where(*_told_apart(municipality_id, round_id))
        .group_by(Registration.municipal_pseudonym)
        .having(sa.func.count() > 1)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count()).select_from(several)) or 0


def _told_apart(municipality_id: int, round_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    # Without a pseudonym nobody can be told to be the same: the group of NULLs is no person.
    return (
        Registration.round_id == round_id,
        Registration.municipality_id == municipality_id,
        Registration.municipal_pseudonym.is_not(None),
    )
