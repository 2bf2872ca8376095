"""How long the identified side of a round is kept, and its deletion when the time is over."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.oslo import oslo_day
from brukerplan.actions.scope import existing_round, require_at
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.receipts import (
    ReceiptLine,
    delete_registrations,
    receipts_of_rounds,
    write_receipt,
)
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import (
    MappingRound,
    NumberChange,
    OptOut,
    Registration,
    RoundRetention,
)
from brukerplan.persistence.tables.states import Deletion
from brukerplan.translation import UserError, mark

USUAL_MONTHS = 12
LONGEST_MONTHS = 18
"""Last year's answers are of use until this year's mapping is over, and no longer."""


class RoundNotFrozenError(UserError):
    """A round that is still mapped is not deleted by the calendar."""

    message: ClassVar[str] = mark(
        "Runden er ikke frosset. Datoen for sletting regnes fra frysingen og kan settes etterpå."
    )


class PurgeDayError(UserError):
    """Too late, or already past."""

    message: ClassVar[str] = mark(
        "Registreringene må slettes fra og med %(earliest)s til og med %(latest)s. Velg en dag "
        "mellom dem."
    )


class AlreadyPurgedError(UserError):
    """There is nothing left to delete."""

    message: ClassVar[str] = mark("Registreringene i denne runden er allerede slettet.")


@dataclass(frozen=True, slots=True)
class Retention:
    """When a frozen round's registrations are deleted, or were: then there is a receipt."""

    round_id: int
    year: int
    purge_on: date
    earliest: date
    latest: date
    municipalities: int
    registrations: int
    receipt: ReceiptLine | None


@dataclass(frozen=True, slots=True)
class Purged:
    """What was deleted of a round."""

    year: int
    reference: uuid.UUID
    registrations: int
    opt_outs: int


def retention_of(session: Session, round_id: int, now: datetime) -> Retention | None:
    """Return when the round's registrations are deleted; ``None`` until it is frozen."""
    row = session.execute(
        sa.select(MappingRound.year, MappingRound.frozen_at, RoundRetention.purge_on)
        .outerjoin(RoundRetention, RoundRetention.round_id == MappingRound.id)
        .where(MappingRound.id == round_id)
    ).first()
    if row is None or row.frozen_at is None:
        return None
    frozen_on = oslo_day(row.frozen_at)
    counted = session.execute(
        sa.select(sa.func.count(), sa.func.count(sa.distinct(Registration.municipality_id))).where(
            Registration.round_id == round_id
        )
    ).one()
    registrations, municipalities = tuple(counted)
    return Retention(
        round_id=round_id,
        year=row.year,
        purge_on=row.purge_on or months_after(frozen_on, USUAL_MONTHS),
        earliest=oslo_day(now),
        latest=months_after(frozen_on, LONGEST_MONTHS),
        municipalities=municipalities,
        registrations=registrations,
        receipt=next(iter(receipts_of_rounds(session, (round_id,))), None),
    )


def set_purge_day(
    database: Database, *, by: Actor, round_id: int, purge_on: date, now: datetime
) -> None:
    """Set the day the round's registrations are deleted.

    Raises
    ------
    NotAllowedError, RoundNotFoundError
        There is no such round for this actor.
    RoundNotFrozenError, AlreadyPurgedError, PurgeDayError
        It is too early, too late, or too far off.
    """
    with database.begin(Door.PROGRESS) as session:
        found = existing_round(session, round_id, held=True)
        require_at(session, by, Permission.ROUND_ADMINISTER, found.owner_organisation_id)
        known = retention_of(session, round_id, now)
        if known is None:
            raise RoundNotFrozenError
        if known.receipt is not None:
            raise AlreadyPurgedError
        if not known.earliest <= purge_on <= known.latest:
            raise PurgeDayError(
                earliest=f"{known.earliest:%d.%m.%Y}", latest=f"{known.latest:%d.%m.%Y}"
            )
        session.execute(sa.delete(RoundRetention).where(RoundRetention.round_id == round_id))
        session.execute(
            sa.insert(RoundRetention).values(
                round_id=round_id, purge_on=purge_on, set_by=by.user_id, set_at=now
            )
        )
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="retention.set",
            organisation_id=found.owner_organisation_id,
            subject=round_id,
            detail=f"days={(purge_on - known.earliest).days}",
        )


def purge_due(database: Database, *, now: datetime) -> tuple[Purged, ...]:
    """Delete the identified side of every round whose day has come: a nightly job.

    Run twice in a day, or late, it does no more than once and on time. A round is deleted
    whole or not at all.
    """
    with database.read() as session:
        frozen = session.scalars(
            sa.select(MappingRound.id)
            .where(MappingRound.frozen_at.is_not(None))
            .order_by(MappingRound.year)
        ).all()
    return tuple(
        purged
        for round_id in frozen
        if (purged := _purge_if_due(database, round_id, now)) is not None
    )


def purge_round(session: Session, round_id: int, now: datetime) -> Purged:
    """Delete a round's registrations and opt-outs in the caller's transaction; keep a receipt.

    The caller empties the write-ahead log afterwards.
    """
    row = session.execute(
        sa.select(MappingRound.year, MappingRound.owner_organisation_id, MappingRound.frozen_at)
        .where(MappingRound.id == round_id)
        .with_for_update()
    ).one()
    opt_outs = session.execute(sa.delete(OptOut).where(OptOut.round_id == round_id))
    deleted = delete_registrations(
        session,
        sa.select(Registration.id).where(Registration.round_id == round_id),
        opt_outs=opt_outs.rowcount,  # type: ignore[attr-defined]  # of a cursor's result
    )
    if row.frozen_at is not None:
        _forget_numbers(session, row.frozen_at)
    reference = write_receipt(
        session, Deletion.PURGE, deleted, at=now, by_user_id=None, round_id=round_id
    )
    log(
        session,
        at=now,
        user_id=None,
        action="registration.purged",
        organisation_id=row.owner_organisation_id,
        subject=round_id,
        detail=f"registrations={deleted.registrations}",
    )
    return Purged(row.year, reference, deleted.registrations, deleted.opt_outs)


def _forget_numbers(session: Session, frozen_at: datetime) -> None:
    """Forget what has led from one number to another, where nothing is left of the person.

    Of the changes that were known at the freeze: a later one has its work before it.
    """
    left = [
        sa.exists().where(
            place.municipal_key_id == NumberChange.municipal_key_id,
            place.municipal_pseudonym == NumberChange.municipal_pseudonym,
        )
        for place in (Registration, OptOut)
    ]
    session.execute(
        sa.delete(NumberChange).where(NumberChange.recorded_at <= frozen_at, ~sa.or_(*left))
    )


def months_after(day: date, months: int) -> date:
    """Return the same day some months later; the last of the month where there is none.

    >>> months_after(date(2027, 8, 31), 18)
    datetime.date(2029, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _purge_if_due(database: Database, round_id: int, now: datetime) -> Purged | None:
    with database.begin() as session:
        known = retention_of(session, round_id, now)
        if known is None or known.receipt is not None or known.purge_on > oslo_day(now):
            return None
        purged = purge_round(session, round_id, now)
    database.leave_no_copies()
    return purged
