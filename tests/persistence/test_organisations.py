from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Membership
from brukerplan.access.roles import Role
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.organisations import (
    actor,
    below,
    organisation,
    organisation_by_code,
    organisation_path,
    organisations_of,
    units_of,
    user_language,
)
from brukerplan.persistence.tables import Membership as MembershipRow
from brukerplan.persistence.tables import Organisation, UserAccount

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
TREE = [
    (1, "nation", "norge", None),
    (2, "region", "helse-vest", 1),
    (3, "trust", "stavanger", 2),
    (4, "municipality", "1103", 3),
    (5, "municipality", "1108", 3),
    (6, "unit", "rus", 4),
    (7, "unit", "rus", 5),
]


@pytest.fixture
def tree(database: Database) -> Database:
    """Two municipalities with a unit each, and a user in both units."""
    with database.begin() as session:
        for number, kind, code, parent in TREE:
            session.add(
                Organisation(
                    id=number, kind=kind, code=code, name=f"{kind} {number}", parent_id=parent
                )
            )
            session.flush()
        session.add(
            UserAccount(id=1, email="a@eksempel.no", name="Ane", password_hash="x", language="nn")
        )
        session.flush()
        for place, role in ((7, Role.REGISTRAR), (6, Role.UNIT_LEAD), (4, Role.COORDINATOR)):
            session.add(MembershipRow(user_id=1, organisation_id=place, role=role, granted_at=NOW))
    return database


def test_the_path_goes_from_an_organisation_to_the_top(tree: Database) -> None:
    with tree.read() as session:
        assert organisation_path(session, 6) == (6, 4, 3, 2, 1)
        assert organisation_path(session, 1) == (1,)
        assert organisation_path(session, 99) == ()


def test_below_a_municipality_are_its_own_units_only(tree: Database) -> None:
    with tree.read() as session:
        assert sorted(below(session, 4)) == [4, 6]
        assert len(below(session, 1)) == len(TREE)


def test_an_actor_has_the_roles_that_were_granted(tree: Database) -> None:
    with tree.read() as session:
        found = actor(session, 1)
        assert found is not None
        assert found.memberships == {
            Membership(Role.REGISTRAR, 7),
            Membership(Role.UNIT_LEAD, 6),
            Membership(Role.COORDINATOR, 4),
        }
        assert [line.id for line in units_of(session, found)] == [6, 7]
        assert [line.id for line in organisations_of(session, found, "municipality")] == [4]
        assert user_language(session, 1) == "nn"
        assert actor(session, 2) is None


def test_a_closed_account_is_nobody(tree: Database) -> None:
    with tree.begin() as session:
        session.execute(sa.update(UserAccount).values(active=False))
    with tree.read() as session:
        assert actor(session, 1) is None


def test_organisations_are_found_by_id_and_by_code(tree: Database) -> None:
    with tree.read() as session:
        stavanger = organisation(session, 4)
        assert stavanger is not None
        assert (stavanger.code, stavanger.parent_id, stavanger.language) == ("1103", 3, "nb")
        assert organisation_by_code(session, "municipality", "1103") == stavanger
        assert organisation(session, 99) is None
        assert organisation_by_code(session, "municipality", "9999") is None
