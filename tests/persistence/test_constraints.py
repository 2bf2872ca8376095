"""What the database refuses by itself, whatever the program tries."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.tables import (
    REGISTRATION,
    AccessLog,
    LegalBasis,
    MappingRound,
    Membership,
    Organisation,
    PseudonymKey,
    RoundMunicipality,
    RoundUnit,
    UserAccount,
)

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)

SUBMITTED = {
    "state": "submitted",
    "submitted_at": NOW,
    "birth_year": 1980,
    "gender": 1,
    "substance_problem": 2,
    "mental_problem": 0,
}


@pytest.fixture
def filled(database: Database) -> Database:
    """One of everything a registration leans on; every id is 1 but the tree's."""
    tree = [("nation", None), ("region", 1), ("trust", 2), ("municipality", 3), ("unit", 4)]
    with database.begin() as session:
        for number, (kind, parent) in enumerate(tree, start=1):
            session.add(Organisation(id=number, kind=kind, code=kind, name=kind, parent_id=parent))
            session.flush()
        session.add(UserAccount(id=1, email="a@eksempel.no", name="A", password_hash="x"))
        session.flush()
        session.add(
            MappingRound(
                id=1,
                year=2026,
                edition="2026",
                owner_organisation_id=3,
                opens_on=date(2026, 11, 1),
                deadline=date(2026, 12, 1),
            )
        )
        session.flush()
        session.add(RoundMunicipality(round_id=1, municipality_id=4))
        session.add(RoundUnit(round_id=1, unit_id=5))
        session.add(LegalBasis(unit_id=5, ground="law", valid_from=NOW, recorded_at=NOW))
        for purpose in ("municipality", "transfer"):
            session.add(
                PseudonymKey(
                    id=purpose,
                    purpose=purpose,
                    organisation_id=4,
                    wrapped=b"wrapped",
                    created_at=NOW,
                )
            )
    return database


def registration(**changed: Any) -> Mapping[str, Any]:
    return {
        "id": uuid.uuid4(),
        "round_id": 1,
        "unit_id": 5,
        "municipality_id": 4,
        "municipal_pseudonym": b"p" * 32,
        "municipal_key_id": "municipality",
        "transfer_pseudonym": b"t" * 32,
        "transfer_key_id": "transfer",
        "case_label": "S-1",
        "created_by": 1,
        "created_at": NOW,
        "updated_by": 1,
        "updated_at": NOW,
        **changed,
    }


def insert(database: Database, **changed: Any) -> None:
    with database.begin() as session:
        session.execute(sa.insert(REGISTRATION).values(registration(**changed)))


def test_a_draft_may_be_empty_and_a_submitted_one_says_who_is_mapped(filled: Database) -> None:
    insert(filled)
    insert(filled, municipal_pseudonym=b"q" * 32, **SUBMITTED)


@pytest.mark.parametrize(
    "wrong",
    [
        {"gender": 4},
        {"housing": 0},
        {"birth_year": 0},
        {"children_under_18": -1},
        {"state": "lost"},
        {"version": 0},
        {"case_label": ""},
        {"case_label": "x" * 21},
        {"municipal_pseudonym": b"short"},
        {"transfer_pseudonym": b"short"},
        {"transfer_pseudonym": None},
        {"transfer_key_id": None},
        {"answered": 5, "asked": 4},
        {"submitted_at": NOW},
        {"state": "submitted"},
        SUBMITTED | {"birth_year": None},
        SUBMITTED | {"substance_problem": 0},
        {"unit_id": 4},
        {"municipality_id": 3},
        {"created_by": 2},
        {"municipal_key_id": "none"},
    ],
    ids=str,
)
def test_a_registration_that_cannot_be_is_refused(filled: Database, wrong: dict[str, Any]) -> None:
    # PostgreSQL says «too long» in another way than a check.
    with pytest.raises((IntegrityError, DataError)):
        insert(filled, **wrong)


def test_sqlite_takes_nothing_but_yes_and_no_for_a_choice_among_many(filled: Database) -> None:
    insert(filled, substances__ghb=True)
    if filled.dialect == "sqlite":
        with pytest.raises(IntegrityError), filled.begin() as session:
            session.execute(sa.text("UPDATE registration SET substances__ghb = 7"))
    else:
        with pytest.raises(sa.exc.ProgrammingError), filled.begin() as session:
            session.execute(sa.text("UPDATE registration SET substances__ghb = 7"))


def test_a_person_is_once_in_a_municipalitys_round(filled: Database) -> None:
    insert(filled)
    with pytest.raises(IntegrityError):
        insert(filled)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (MappingRound, {"state": "frozen"}),
        (MappingRound, {"state": "lost"}),
        (MappingRound, {"state": "released", "frozen_at": NOW}),
        (MappingRound, {"released_at": NOW}),
        (MappingRound, {"deadline": date(2026, 10, 1)}),
        (MappingRound, {"year": 1999}),
        (RoundMunicipality, {"state": "approved"}),
        (RoundMunicipality, {"approved_at": NOW}),
        (RoundMunicipality, {"inclusion_rule": "sometimes"}),
        (RoundMunicipality, {"takes_part": False, "state": "approved", "approved_at": NOW}),
        (RoundUnit, {"state": "submitted"}),
        (RoundUnit, {"submitted_at": NOW}),
        (RoundUnit, {"expected": -1}),
        (UserAccount, {"email": "A@eksempel.no"}),
        (UserAccount, {"language": "de"}),
        (PseudonymKey, {"purpose": "fun"}),
    ],
    ids=str,
)
def test_a_state_without_its_moment_is_refused(
    filled: Database, table: type[MappingRound], change: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), filled.begin() as session:
        session.execute(sa.update(table).values(change))


@pytest.mark.parametrize(
    "wrong",
    [
        Organisation(kind="village", code="x", name="x", parent_id=1),
        Organisation(kind="region", code="x", name="x", parent_id=None),
        Organisation(kind="nation", code="x", name="x", parent_id=1),
        Organisation(kind="municipality", code="municipality", name="x", parent_id=2),
        Organisation(kind="unit", code="unit", name="x", parent_id=4),
        Organisation(kind="unit", code="x", name="x", parent_id=4, language="en"),
        Membership(user_id=1, organisation_id=5, role="king", granted_at=NOW),
        PseudonymKey(
            id="second",
            purpose="transfer",
            organisation_id=4,
            wrapped=b"w",
            created_at=NOW,
        ),
    ],
    ids=lambda row: f"{type(row).__name__}",
)
def test_an_organisation_role_or_key_that_cannot_be_is_refused(
    filled: Database, wrong: Organisation | Membership | PseudonymKey
) -> None:
    with pytest.raises(IntegrityError), filled.begin() as session:
        session.merge(wrong)


def test_a_retired_key_makes_room_for_the_next(filled: Database) -> None:
    with filled.begin() as session:
        session.execute(
            sa.update(PseudonymKey).where(PseudonymKey.purpose == "transfer").values(retired_at=NOW)
        )
        session.add(
            PseudonymKey(
                id="second", purpose="transfer", organisation_id=4, wrapped=b"w", created_at=NOW
            )
        )


@pytest.mark.parametrize("change", [sa.update(AccessLog).values(detail="x"), sa.delete(AccessLog)])
def test_the_access_log_is_only_added_to(filled: Database, change: sa.Update | sa.Delete) -> None:
    with filled.begin() as session:
        log(session, at=NOW, user_id=1, action="registration.read")
    # The owner is refused too; the application has no right to try.
    with pytest.raises(IntegrityError, match="does not change"), filled.connect() as connection:
        connection.execute(change)


def test_the_access_log_is_not_emptied_in_one_go_either(filled: Database) -> None:
    with filled.begin() as session:
        log(session, at=NOW, user_id=1, action="registration.read")
    emptying = "TRUNCATE" if filled.dialect == "postgresql" else "DELETE FROM"
    with pytest.raises(IntegrityError, match="does not change"), filled.connect() as connection:
        connection.execute(sa.text(f"{emptying} access_log"))
