"""A year's answers as rows of the registration table, pseudonyms made with the real keys."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.actions.keys import Keys
from brukerplan.demo.population import MappedYear, Persons
from brukerplan.demo.tree import NYNORSK, Staff, Tree
from brukerplan.demo.units import UNIT_KINDS
from brukerplan.identity.national_number import NationalNumber, parse
from brukerplan.identity.pseudonyms import Key, municipal_pseudonym, transfer_pseudonym
from brukerplan.persistence.answers import decode
from brukerplan.persistence.tables import REGISTRATION, RoundUnit
from brukerplan.persistence.tables.answers import answer_column_names
from brukerplan.persistence.tables.states import RegistrationState, UnitState
from brukerplan.questionnaire.answers import progress
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Kind, Questionnaire
from brukerplan.statistics.frames import NULL

# A round is mapped within this many days of its opening.
MAPPING_DAYS = 18
_MINUTES_EACH = 4
LETTER_AFTER = timedelta(hours=5)
_ROWS_AT_ONCE = 500


@dataclass(slots=True)
class Identities:
    """The persons' numbers and transfer pseudonyms, in memory while the demo is filled."""

    persons: Persons
    keys: Keys
    top_id: int
    _numbers: dict[int, NationalNumber] = field(default_factory=dict)
    _transfers: dict[int, bytes] = field(default_factory=dict)

    def number(self, person: int, today: date) -> NationalNumber:
        """Return the person's number, read the way a typed one is."""
        found = self._numbers.get(person)
        if found is None:
            text = self.persons.national_number(person)
            found = self._numbers[person] = parse(text, today=today, allow_synthetic=True)
        return found

    def transfer(self, person: int, key: Key, today: date) -> bytes:
        """Return the person's transfer pseudonym."""
        found = self._transfers.get(person)
        if found is None:
            found = transfer_pseudonym(self.number(person, today), key)
            self._transfers[person] = found
        return found


def registration_rows(
    session: Session,
    mapped: MappedYear,
    *,
    round_id: int,
    opens_on: date,
    tree: Tree,
    staff: Staff,
    identities: Identities,
) -> list[dict[str, Any]]:
    """Return submitted registrations, one a row of ``mapped``."""
    opened = datetime.combine(opens_on, time(8), tzinfo=UTC)
    transfer_key = identities.keys.transfer(session, identities.top_id, opened)
    municipal_keys = {
        code: identities.keys.municipal(session, tree.municipalities[code], opened)
        for code in mapped.took_part
    }
    questionnaire = edition(mapped.edition)
    asked = _asked(mapped, questionnaire)
    unconfirmed = _none_chosen(mapped, questionnaire)
    rows = []
    for at, answers in enumerate(_answers(mapped, questionnaire)):
        person, code = int(mapped.person[at]), str(mapped.municipality[at])
        unit_id = tree.units[code, UNIT_KINDS[int(mapped.unit_kind[at])].id]
        who = staff.registrars.get(unit_id, staff.hand.user_id)
        started = opened + timedelta(
            days=person % MAPPING_DAYS, minutes=_MINUTES_EACH * (person % 90)
        )
        done = started + timedelta(minutes=_MINUTES_EACH - 1)
        key = municipal_keys[code]
        rows.append(
            {
                **answers,
                "id": uuid.uuid4(),
                "round_id": round_id,
                "unit_id": unit_id,
                "municipality_id": tree.municipalities[code],
                "municipal_pseudonym": municipal_pseudonym(
                    identities.number(person, opens_on), key
                ),
                "municipal_key_id": key.id,
                "transfer_pseudonym": identities.transfer(person, transfer_key, opens_on),
                "transfer_key_id": transfer_key.id,
                "case_label": case_label(person),
                "letter_language": "nn" if code in NYNORSK else "nb",
                "state": RegistrationState.SUBMITTED,
                "version": 2,
                "created_by": who,
                "created_at": started,
                "updated_by": who,
                "updated_at": done,
                "submitted_by": who,
                "submitted_at": done,
                # The letters are printed together when the unit is done for the day.
                "informed_by": who,
                "informed_at": done + LETTER_AFTER,
                "confirmed_soft": unconfirmed[at],
                "answered": int(asked[at]),
                "asked": int(asked[at]),
            }
        )
    return rows


def as_draft(row: dict[str, Any], questionnaire: Questionnaire, sections: int) -> dict[str, Any]:
    """Return the row as a draft in which only the first ``sections`` are answered."""
    later = {
        column
        for section in questionnaire.sections[sections:]
        for variable in section.variables
        for column in variable.columns
    }
    draft = {name: None if name in later else value for name, value in row.items()}
    every = dict.fromkeys(answer_column_names())
    done = progress(questionnaire, decode(every | draft))
    return draft | {
        "state": RegistrationState.DRAFT,
        "version": 1 + sections,
        "submitted_by": None,
        "submitted_at": None,
        "informed_by": None,
        "informed_at": None,
        "confirmed_soft": "",
        "answered": done.answered,
        "asked": done.asked,
    }


def insert_registrations(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows in portions."""
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        session.execute(sa.insert(REGISTRATION), rows[start : start + _ROWS_AT_ONCE])


def submit_units(
    session: Session,
    rows: Sequence[dict[str, Any]],
    round_id: int,
    staff: Staff,
    now: datetime,
    *,
    only: set[int] | None = None,
) -> None:
    """Close the round's units: submitted where there are rows, else nothing to report."""
    have = {row["unit_id"] for row in rows}
    every = session.scalars(sa.select(RoundUnit.unit_id).where(RoundUnit.round_id == round_id))
    closing = set(every) if only is None else only
    for state, ids in (
        (UnitState.SUBMITTED, closing & have),
        (UnitState.NOTHING_TO_REPORT, closing - have),
    ):
        session.execute(
            sa.update(RoundUnit)
            .where(RoundUnit.round_id == round_id, RoundUnit.unit_id.in_(sorted(ids)))
            .values(state=state, submitted_by=staff.hand.user_id, submitted_at=now)
        )


def case_label(person: int) -> str:
    """Return an invented label, the same every year, such as ``S-0412``."""
    return f"{'SKTBRHGLM'[person // 10_000 % 9]}-{person % 10_000:04}"


def _answers(
    mapped: MappedYear, questionnaire: Questionnaire
) -> Iterator[dict[str, int | bool | None]]:
    columns: dict[str, list[int | bool | None]] = {}
    for variable in questionnaire.variables:
        for name in variable.columns:
            values = mapped.answers[name]
            filled = values.astype(np.bool_) if variable.kind is Kind.MANY else values
            column = filled.astype(object)
            column[values == NULL] = None
            columns[name] = column.tolist()
    names = tuple(columns)
    for row in zip(*columns.values(), strict=True):
        yield dict(zip(names, row, strict=True))


def _asked(mapped: MappedYear, questionnaire: Questionnaire) -> npt.NDArray[np.int64]:
    """Count the questions answered, which in a submitted registration are all that were asked."""
    found: npt.NDArray[np.int64] = np.sum(
        [
            mapped.answers[variable.columns[0]] != NULL
            for variable in questionnaire.variables
            if not variable.optional
        ],
        axis=0,
        dtype=np.int64,
    )
    return found


def _none_chosen(mapped: MappedYear, questionnaire: Questionnaire) -> list[str]:
    """Return the soft rules each registrar confirmed: the only one met is «no substance»."""
    columns = questionnaire.variable("substances").columns
    flags = np.stack([mapped.answers[name] for name in columns])
    none = (flags[0] != NULL) & ~(flags == 1).any(axis=0)
    return ["none_chosen:situation" if found else "" for found in none.tolist()]
