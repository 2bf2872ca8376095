from __future__ import annotations

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Membership
from brukerplan.access.roles import Role
from brukerplan.actions.accounts import (
    OrganisationExistsError,
    OrganisationNotFoundError,
    UserExistsError,
    UserNotFoundError,
    create_organisation,
    create_user,
    grant,
)
from brukerplan.actions.passwords import LONGEST_PASSWORD, PasswordTooShortError
from brukerplan.actions.sign_in import SignInRefusedError, sign_in
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.accesses import log_lines
from brukerplan.persistence.queries.organisations import actor
from brukerplan.persistence.tables import AccessLog, UserAccount
from brukerplan.persistence.tables.states import OrganisationKind
from tests.actions.world import NOW

PASSWORD = "et langt passord"


def user(database: Database, email: str = "Ane@Eksempel.no") -> int:
    return create_user(database, email=email, name="Ane", password=PASSWORD, now=NOW)


def nation(database: Database) -> int:
    return create_organisation(
        database,
        kind=OrganisationKind.NATION,
        code="norge",
        name="Norge",
        parent_id=None,
        now=NOW,
    )


def actions(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(sa.select(AccessLog.action).order_by(AccessLog.id)))


def test_a_user_signs_in_whatever_the_case_of_the_address(database: Database) -> None:
    user_id, place = user(database), nation(database)
    grant(
        database,
        user_id=user_id,
        organisation_id=place,
        role=Role.TRUST_ANALYST,
        now=NOW,
    )
    found = sign_in(database, email=" ane@EKSEMPEL.no ", password=PASSWORD, now=NOW)
    assert found.user_id == user_id
    assert found.memberships == {Membership(Role.TRUST_ANALYST, place)}
    with database.read() as session:
        assert found == actor(session, user_id)
    assert actions(database)[-1] == "user.password_shown"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ane@eksempel.no", "feil passord"),
        ("ane@eksempel.no", ""),
        ("ane@eksempel.no", "x" * (LONGEST_PASSWORD + 1)),
        ("ingen@eksempel.no", PASSWORD),
        ("ingen@eksempel.no", "nobody has this password"),
        ("", ""),
    ],
)
def test_nobody_learns_whether_the_address_or_the_password_was_wrong(
    database: Database, email: str, password: str
) -> None:
    user(database)
    with pytest.raises(SignInRefusedError) as refused:
        sign_in(database, email=email, password=password, now=NOW)
    assert str(refused.value) == SignInRefusedError.message
    assert actions(database)[-1] == "user.refused"


def test_a_closed_account_does_not_sign_in(database: Database) -> None:
    user_id = user(database)
    with database.begin() as session:
        session.execute(sa.update(UserAccount).values(active=False))
    with pytest.raises(SignInRefusedError):
        sign_in(database, email="ane@eksempel.no", password=PASSWORD, now=NOW)
    with database.read() as session:
        assert actor(session, user_id) is None


def test_passwords_are_stored_as_nobody_can_read_them(database: Database) -> None:
    user(database)
    user(database, "bo@eksempel.no")
    with database.read() as session:
        first, second = session.scalars(sa.select(UserAccount.password_hash))
    assert first != second
    assert first.startswith("$argon2id$")
    assert PASSWORD not in first


def test_an_address_is_one_user_and_a_password_has_a_length(database: Database) -> None:
    user(database)
    with pytest.raises(UserExistsError):
        user(database, "ANE@eksempel.no")
    with pytest.raises(PasswordTooShortError, match="12"):
        create_user(database, email="b@eksempel.no", name="Bo", password="kort", now=NOW)


def test_a_role_is_granted_once_and_logged(database: Database) -> None:
    user_id, place = user(database), nation(database)
    for _ in range(2):
        grant(
            database,
            user_id=user_id,
            organisation_id=place,
            role=Role.TRUST_ADMINISTRATOR,
            now=NOW,
        )
    with database.read() as session:
        lines = log_lines(session, (place,))
    granted = [line for line in lines if line.action == "membership.granted"]
    assert [(line.subject, line.detail) for line in granted] == [
        (str(user_id), "trust_administrator command_line")
    ]


def test_a_role_needs_a_user_and_a_place(database: Database) -> None:
    user_id, place = user(database), nation(database)
    with pytest.raises(UserNotFoundError):
        grant(database, user_id=99, organisation_id=place, role=Role.REGISTRAR, now=NOW)
    with pytest.raises(OrganisationNotFoundError):
        grant(database, user_id=user_id, organisation_id=99, role=Role.REGISTRAR, now=NOW)


def test_an_organisation_has_a_code_of_its_own_and_a_parent(database: Database) -> None:
    nation(database)
    with pytest.raises(OrganisationExistsError, match="norge"):
        nation(database)
    with pytest.raises(OrganisationNotFoundError):
        create_organisation(
            database,
            kind=OrganisationKind.REGION,
            code="helse-vest",
            name="Helse Vest RHF",
            parent_id=99,
            now=NOW,
        )
