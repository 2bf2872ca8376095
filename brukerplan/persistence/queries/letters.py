"""Who has been sent the letter about being registered, and who has not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.tables import Registration, UserAccount


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A registration as the list of letters shows it.

    ``informed_by`` is not told of a letter from before a merge: it may be another unit's, and
    a name would say which.
    """

    registration_id: uuid.UUID
    case_label: str = field(repr=False)
    language: str
    informed_at: datetime | None
    informed_by: str | None


def letter_lines(session: Session, unit_id: int, round_id: int) -> tuple[LetterLine, ...]:
    """Return the unit's registrations: those without a letter first, then the newest letters."""
    from_before_a_merge = Registration.informed_at <= Registration.merged_at
    rows = session.execute(
        sa.select(
            Registration.id,
            Registration.case_label,
            Registration.letter_language,
            Registration.informed_at,
            sa.case((from_before_a_merge, None), else_=UserAccount.name),
        )
        .outerjoin(UserAccount, UserAccount.id == Registration.informed_by)
        .where(Registration.unit_id == unit_id, Registration.round_id == round_id)
        .order_by(
            Registration.informed_at.is_not(None),
            Registration.informed_at.desc(),
            Registration.case_label,
            Registration.id,
        )
    )
    return tuple(LetterLine(*row) for row in rows)


def count_uninformed(session: Session, municipality_id: int, round_id: int) -> int:
    """Count the municipality's registrations whose person has not been sent the letter."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Registration)
            .where(
                Registration.round_id == round_id,
                Registration.municipality_id == municipality_id,
                Registration.informed_at.is_(None),
            )
        )
        or 0
    )
