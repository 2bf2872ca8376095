"""A municipality's own registrations of a round, whole, for its archive."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.answers import decode
from brukerplan.persistence.tables import REGISTRATION, Organisation
from brukerplan.persistence.tables.answers import answer_column_names
from brukerplan.questionnaire.answers import Answers


@dataclass(frozen=True, slots=True)
class ArchiveLine:
    """One registration, without anything that recognises the person elsewhere."""

    unit_name: str
    case_label: str = field(repr=False)
    state: str
    submitted_at: datetime | None
    informed_at: datetime | None
    answers: Answers = field(repr=False)


def archive_lines(session: Session, municipality_id: int, round_id: int) -> tuple[ArchiveLine, ...]:
    """Return the registrations by unit and case label."""
    columns = REGISTRATION.c
    units = Organisation.__table__.c
    rows = session.execute(
        sa.select(
            units.name.label("unit_name"),
            columns.case_label,
            columns.state,
            columns.submitted_at,
            columns.informed_at,
            *(columns[name] for name in answer_column_names()),
        )
        .join(Organisation.__table__, units.id == columns.unit_id)
        .where(columns.municipality_id == municipality_id, columns.round_id == round_id)
        .order_by(units.name, units.id, columns.case_label, columns.id)
    ).mappings()
    return tuple(
        ArchiveLine(
            unit_name=row["unit_name"],
            case_label=row["case_label"],
            state=row["state"],
            submitted_at=row["submitted_at"],
            informed_at=row["informed_at"],
            answers=decode(row),
        )
        for row in map(dict, rows)
    )


def count_archive_lines(session: Session, municipality_id: int, round_id: int) -> int:
    """Count the municipality's registrations of the round."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(REGISTRATION)
            .where(
                REGISTRATION.c.municipality_id == municipality_id,
                REGISTRATION.c.round_id == round_id,
            )
        )
        or 0
    )
