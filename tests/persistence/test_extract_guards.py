"""What the database itself refuses of an extract, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import (
    Extract,
    ExtractVariable,
    ExtractYear,
    MappingRound,
    Organisation,
    UserAccount,
)

NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
ASKER, DECIDER = 1, 2
APPROVAL: dict[str, Any] = {
    "state": "approved",
    "decided_by": DECIDER,
    "decided_at": NOW,
    "smallest_allowed": 5,
    "smallest_kept": 5,
    "persons": 20,
    "left_out": 1,
    "key_id": "key",
    "wrapped": b"closed",
}
END: dict[str, Any] = {"state": "ended", "ended_at": NOW, "key_id": None, "wrapped": None}
REJECTION: dict[str, Any] = {
    "state": "rejected",
    "decided_by": DECIDER,
    "decided_at": NOW,
    "rejected_because": "Uten hjemmel",
}


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A database with one extract that is asked for."""
    with database.begin() as opened:
        opened.execute(
            sa.insert(Organisation).values(id=1, kind="nation", code="norge", name="Norge")
        )
        opened.execute(
            sa.insert(UserAccount),
            [
                {"id": each, "email": f"{each}@eksempel.no", "name": "N", "password_hash": "-"}
                for each in (ASKER, DECIDER)
            ],
        )
        opened.execute(
            sa.insert(MappingRound).values(
                id=1,
                year=2026,
                edition="2026",
                owner_organisation_id=1,
                opens_on=date(2026, 11, 1),
                deadline=date(2026, 12, 15),
            )
        )
        opened.execute(sa.insert(Extract).values(**extract()))
        opened.execute(sa.insert(ExtractYear).values(extract_id=1, round_id=1))
        opened.execute(sa.insert(ExtractVariable).values(extract_id=1, variable="gender"))
        yield opened


def extract(**changed: object) -> dict[str, object]:
    return {
        "id": 1,
        "organisation_id": 1,
        "project": "Trygg bolig",
        "recipient": "Universitetet",
        "purpose": "Undersøke",
        "legal_reference": "REK 2026/1",
        "place": "municipality",
        "age": "age_group",
        "follows_persons": True,
        "expires_on": date(2027, 4, 30),
        "asked_by": ASKER,
        "asked_at": NOW,
        **changed,
    }


def change(session: Session, **values: object) -> None:
    with session.begin_nested():
        session.execute(sa.update(Extract).where(Extract.id == 1).values(**values))


def test_the_legal_way_is_open(session: Session) -> None:
    """The control of all that follows."""
    change(session, **APPROVAL)
    # A new master key.
    change(session, wrapped=b"closed anew")
    change(session, **END)


def test_nobody_decides_on_their_own(session: Session) -> None:
    for decision in (APPROVAL, REJECTION):
        with pytest.raises(IntegrityError):
            change(session, **decision | {"decided_by": ASKER})
    change(session, **REJECTION)


def test_whoever_asked_is_not_exchanged_to_get_round_it(session: Session) -> None:
    with pytest.raises(IntegrityError):
        change(session, asked_by=DECIDER)
    change(session, **APPROVAL)
    for name, value in (("asked_by", DECIDER), ("decided_by", ASKER)):
        with pytest.raises(IntegrityError):
            change(session, **{name: value})


@pytest.mark.parametrize(
    "wrong",
    [
        {"smallest_kept": 4},
        {"smallest_kept": None},
        {"smallest_allowed": None},
        {"persons": None},
        {"decided_by": None},
        {"decided_at": None},
        {"key_id": None},
        {"wrapped": None},
        {"rejected_because": "Likevel"},
        {"ended_at": NOW},
    ],
)
def test_an_approval_has_all_that_it_rests_on(session: Session, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        change(session, **APPROVAL | wrong)
    change(session, **APPROVAL)


def test_an_end_takes_the_key_with_it(session: Session) -> None:
    change(session, **APPROVAL)
    for name, value in (("wrapped", b"closed"), ("key_id", "key"), ("ended_at", None)):
        with pytest.raises(IntegrityError):
            change(session, **END | {name: value})
    change(session, **END)


@pytest.mark.parametrize("state", ["approved", "rejected", "ended"])
def test_nothing_begins_decided(session: Session, state: str) -> None:
    there = {"approved": APPROVAL, "rejected": REJECTION, "ended": APPROVAL | END}[state]
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.insert(Extract).values(**extract(id=2) | there))
    with session.begin_nested():
        session.execute(sa.insert(Extract).values(**extract(id=2)))


@pytest.mark.parametrize(
    ("way", "back"),
    [
        ((APPROVAL, END), APPROVAL),
        ((REJECTION,), APPROVAL | {"rejected_because": None}),
        ((APPROVAL,), REJECTION | {"key_id": None, "wrapped": None, "smallest_kept": None}),
    ],
)
def test_there_is_no_way_back(
    session: Session, way: tuple[dict[str, object], ...], back: dict[str, object]
) -> None:
    for step in way:
        change(session, **step)
    with pytest.raises(IntegrityError):
        change(session, **back)


@pytest.mark.parametrize(
    "values",
    [
        {"purpose": "Noe annet"},
        {"place": "nowhere"},
        {"expires_on": date(2030, 1, 1)},
        {"follows_persons": False},
    ],
)
def test_what_was_asked_for_does_not_change(session: Session, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        change(session, **values)


@pytest.mark.parametrize(
    ("table", "row"),
    [(ExtractYear, {"round_id": 2}), (ExtractVariable, {"variable": "housing"})],
)
def test_nothing_is_added_to_what_is_decided(
    session: Session, table: type[ExtractYear | ExtractVariable], row: dict[str, object]
) -> None:
    session.execute(
        sa.insert(MappingRound).values(
            id=2,
            year=2025,
            edition="2015",
            owner_organisation_id=1,
            opens_on=date(2025, 11, 1),
            deadline=date(2025, 12, 15),
        )
    )
    # The control: while it is asked for, it takes more.
    with session.begin_nested() as kept:
        session.execute(sa.insert(table).values(extract_id=1, **row))
        kept.rollback()
    change(session, **APPROVAL)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.insert(table).values(extract_id=1, **row))


@pytest.mark.parametrize("table", ["extract", "extract_year", "extract_variable"])
def test_nothing_is_deleted(session: Session, table: str) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.text(f"DELETE FROM {table}"))
