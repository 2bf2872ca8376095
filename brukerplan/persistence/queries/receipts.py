"""Receipts for what has been deleted, and what a deletion is about to take."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.tables import (
    DeletionReceipt,
    Registration,
    RegistrationChange,
    RegistrationConflict,
    RegistrationQuery,
)
from brukerplan.persistence.tables.states import Deletion


@dataclass(frozen=True, slots=True)
class Deleted:
    """How much of each kind was deleted."""

    registrations: int
    changes: int
    kept_versions: int
    queries: int
    opt_outs: int


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A receipt as it is kept: counts, and nothing about whom."""

    id: uuid.UUID
    municipality_id: int | None
    round_id: int | None
    at: datetime
    deleted: Deleted


def delete_registrations(
    session: Session, registration_ids: sa.Select[uuid.UUID], *, opt_outs: int
) -> Deleted:
    """Delete these registrations with all that belongs to them; return how much it was.

    Parameters
    ----------
    registration_ids
        A query for them.
    opt_outs
        How many opt-outs the caller has deleted, for the count.
    """

    def belonging(column: sa.ColumnElement[uuid.UUID]) -> int:
        return (
            session.scalar(
                sa.select(sa.func.count())
                .select_from(column.table)
                .where(column.in_(registration_ids))
            )
            or 0
        )

    changes = belonging(RegistrationChange.__table__.c.registration_id)
    kept = belonging(RegistrationConflict.__table__.c.registration_id)
    queries = belonging(RegistrationQuery.__table__.c.registration_id)
    registrations = session.execute(
        sa.delete(Registration).where(Registration.id.in_(registration_ids))
    )
    return Deleted(
        registrations=registrations.rowcount,  # type: ignore[attr-defined]  # of a cursor's result
        changes=changes,
        kept_versions=kept,
        queries=queries,
        opt_outs=opt_outs,
    )


def write_receipt(
    session: Session,
    kind: Deletion,
    deleted: Deleted,
    *,
    at: datetime,
    by_user_id: int | None,
    municipality_id: int | None = None,
    round_id: int | None = None,
    purpose: str | None = None,
) -> uuid.UUID:
    """Keep a receipt and return its reference."""
    reference = uuid.uuid4()
    session.execute(
        sa.insert(DeletionReceipt).values(
            id=reference,
            kind=kind,
            municipality_id=municipality_id,
            round_id=round_id,
            purpose=purpose,
            by_user_id=by_user_id,
            at=at,
            registrations=deleted.registrations,
            changes=deleted.changes,
            kept_versions=deleted.kept_versions,
            queries=deleted.queries,
            opt_outs=deleted.opt_outs,
        )
    )
    return reference


def receipt_of(session: Session, reference: uuid.UUID) -> ReceiptLine | None:
    """Return one receipt, or ``None``."""
    return next(iter(_receipts(session, DeletionReceipt.id == reference)), None)


def receipts_of_rounds(session: Session, round_ids: Iterable[int]) -> tuple[ReceiptLine, ...]:
    """Return the receipts of these rounds' purges, newest first."""
    return _receipts(session, DeletionReceipt.round_id.in_(tuple(round_ids)))


def _receipts(session: Session, condition: sa.ColumnElement[bool]) -> tuple[ReceiptLine, ...]:
    rows = session.execute(
        sa.select(DeletionReceipt).where(condition).order_by(DeletionReceipt.at.desc())
    ).scalars()
    return tuple(
        ReceiptLine(
            id=row.id,
            municipality_id=row.municipality_id,
            round_id=row.round_id,
            at=row.at,
            deleted=Deleted(
                registrations=row.registrations,
                changes=row.changes,
                kept_versions=row.kept_versions,
                queries=row.queries,
                opt_outs=row.opt_outs,
            ),
        )
        for row in rows
    )
