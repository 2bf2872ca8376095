"""Extracts for research: the list, one of them, and what has been done with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from brukerplan.disclosure.extract import Age, Definition, Place
from brukerplan.persistence.log import LogLine
from brukerplan.persistence.tables import (
    AccessLog,
    Extract,
    ExtractVariable,
    ExtractYear,
    MappingRound,
    Organisation,
    UserAccount,
)

# An address may name a larger number than the column holds, which the engines refuse.
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class ExtractLine:
    """An extract as lists show it."""

    id: int
    organisation_id: int
    project: str
    recipient: str
    state: str
    asked_by: int
    asked_by_name: str
    asked_at: datetime
    expires_on: date


@dataclass(frozen=True, slots=True)
class ExtractView:
    """One extract with all that was asked for and decided.

    ``smallest_kept``, ``persons`` and ``left_out`` are what there was when it was approved;
    ``wrapped`` is the project's key, closed, while it can be fetched.
    """

    line: ExtractLine
    organisation_name: str
    purpose: str
    legal_reference: str
    definition: Definition
    synthetic: bool
    decided_by_name: str | None
    decided_at: datetime | None
    rejected_because: str | None
    smallest_allowed: int | None
    smallest_kept: int | None
    persons: int | None
    left_out: int | None
    key_id: str | None = field(repr=False)
    wrapped: bytes | None = field(repr=False)
    ended_at: datetime | None


def extract_lines(session: Session, organisation_ids: Iterable[int]) -> tuple[ExtractLine, ...]:
    """Return the extracts of these organisations, newest first."""
    rows = session.execute(
        _lines()
        .where(Extract.organisation_id.in_(tuple(organisation_ids)))
        .order_by(Extract.id.desc())
    )
    return tuple(ExtractLine(*row) for row in rows)


def extract_owner(session: Session, extract_id: int) -> int | None:
    """Return the organisation an extract belongs to, or ``None``."""
    if not 0 < extract_id <= _LARGEST_ID:
        return None
    return session.scalar(sa.select(Extract.organisation_id).where(Extract.id == extract_id))


def extract(session: Session, extract_id: int, *, for_change: bool = False) -> ExtractView | None:
    """Return one extract, or ``None``; with ``for_change`` nobody else changes it meanwhile."""
    if extract_owner(session, extract_id) is None:
        return None
    if for_change:
        session.execute(
            sa.select(Extract.id).where(Extract.id == extract_id).with_for_update()
        ).one()
    line = ExtractLine(*session.execute(_lines().where(Extract.id == extract_id)).one())
    decider = aliased(UserAccount)
    row, organisation_name, decided_by_name = session.execute(
        sa.select(Extract, Organisation.name, decider.name)
        .join(Organisation, Organisation.id == Extract.organisation_id)
        .outerjoin(decider, decider.id == Extract.decided_by)
        .where(Extract.id == extract_id)
        .execution_options(populate_existing=True)
    ).one()
    years = session.execute(
        sa.select(MappingRound.year, MappingRound.synthetic)
        .join(ExtractYear, ExtractYear.round_id == MappingRound.id)
        .where(ExtractYear.extract_id == extract_id)
        .order_by(MappingRound.year)
    ).all()
    variables = session.scalars(
        sa.select(ExtractVariable.variable)
        .where(ExtractVariable.extract_id == extract_id)
        .order_by(ExtractVariable.variable)
    )
    return ExtractView(
        line=line,
        organisation_name=organisation_name,
        purpose=row.purpose,
        legal_reference=row.legal_reference,
        definition=Definition(
            years=tuple(found.year for found in years),
            place=Place(row.place),
            age=Age(row.age),
            follows_persons=row.follows_persons,
            variables=tuple(variables),
        ),
        synthetic=any(found.synthetic for found in years),
        decided_by_name=decided_by_name,
        decided_at=row.decided_at,
        rejected_because=row.rejected_because,
        smallest_allowed=row.smallest_allowed,
        smallest_kept=row.smallest_kept,
        persons=row.persons,
        left_out=row.left_out,
        key_id=row.key_id,
        wrapped=row.wrapped,
        ended_at=row.ended_at,
    )


def done_with(session: Session, line: ExtractLine) -> tuple[LogLine, ...]:
    """Return what the access log has of an extract, in the order it was done."""
    rows = session.execute(
        sa.select(
            AccessLog.at,
            UserAccount.name,
            AccessLog.action,
            sa.null(),
            AccessLog.subject,
            AccessLog.detail,
        )
        .outerjoin(UserAccount, UserAccount.id == AccessLog.user_id)
        .where(
            AccessLog.subject == str(line.id),
            AccessLog.organisation_id == line.organisation_id,
            AccessLog.action.like("extract.%"),
        )
        .order_by(AccessLog.id)
    )
    return tuple(LogLine(*row) for row in rows)


def _lines() -> sa.Select[int, int, str, str, str, int, str, datetime, date]:
    return sa.select(
        Extract.id,
        Extract.organisation_id,
        Extract.project,
        Extract.recipient,
        Extract.state,
        Extract.asked_by,
        UserAccount.name,
        Extract.asked_at,
        Extract.expires_on,
    ).join(UserAccount, UserAccount.id == Extract.asked_by)
