"""What an import compares a file with: one read each, however many rows the file has."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.persistence.answers import decode, read_confirmed
from brukerplan.persistence.tables import REGISTRATION, OptOut
from brukerplan.persistence.tables.answers import answer_column_names
from brukerplan.questionnaire.answers import Answers


@dataclass(frozen=True, slots=True)
class Stored:
    """A registration of the unit as it is before the import."""

    id: uuid.UUID
    pseudonym: bytes | None = field(repr=False)
    version: int
    state: str
    case_label: str = field(repr=False)
    confirmed: Mapping[str, str] = field(repr=False)
    answers: Answers = field(repr=False)


def stored_in_unit(session: Session, unit_id: int, round_id: int) -> tuple[Stored, ...]:
    """Return the unit's registrations of the round."""
    columns = REGISTRATION.c
    rows = session.execute(
        sa.select(
            columns.id,
            columns.municipal_pseudonym,
            columns.version,
            columns.state,
            columns.case_label,
            columns.confirmed_soft,
            *(columns[name] for name in answer_column_names()),
        ).where(columns.unit_id == unit_id, columns.round_id == round_id)
    ).mappings()
    return tuple(
        Stored(
            id=row["id"],
            pseudonym=row["municipal_pseudonym"],
            version=row["version"],
            state=row["state"],
            case_label=row["case_label"],
            confirmed=read_confirmed(row["confirmed_soft"]),
            answers=decode(row),
        )
        for row in map(dict, rows)
    )


def registered_elsewhere(
    session: Session, municipality_id: int, round_id: int, *, but: int
) -> Mapping[bytes, uuid.UUID]:
    """Return who is registered by other units of the municipality than ``but``."""
    columns = REGISTRATION.c
    rows = session.execute(
        sa.select(columns.municipal_pseudonym, columns.id).where(
            columns.municipality_id == municipality_id,
            columns.round_id == round_id,
            columns.unit_id != but,
            columns.municipal_pseudonym.is_not(None),
        )
    )
    return {row.municipal_pseudonym: row.id for row in rows}


def opted_out(session: Session, municipality_id: int, round_id: int) -> frozenset[bytes]:
    """Return who is not to be mapped by any unit of the municipality."""
    return frozenset(
        session.scalars(
            sa.select(OptOut.municipal_pseudonym).where(
                OptOut.municipality_id == municipality_id, OptOut.round_id == round_id
            )
        )
    )
