"""The second wall: what PostgreSQL itself shows, with none of the application's filters."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor, Membership
from brukerplan.access.roles import PERMISSIONS, Role
from brukerplan.actions.log_checking import check_log
from brukerplan.actions.number_change import change_number
from brukerplan.actions.opting_out import opt_out
from brukerplan.disclosure.extract import Age, Place
from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.engine import Database, DatabaseOwnerError, DatabaseRoleError
from brukerplan.persistence.log import log
from brukerplan.persistence.migration import upgrade
from brukerplan.persistence.reach import MACHINE, NOBODY, Door, Reach, acting_as, reach_of
from brukerplan.persistence.rights import APPLICATION, RoleMissingError
from brukerplan.persistence.tables import (
    AccessLog,
    AccessLogSeen,
    Base,
    ConflictAnswer,
    ContextSeriesRow,
    ContextValueRow,
    DeletionReceipt,
    EarlierLogKey,
    Extract,
    ExtractVariable,
    ExtractYear,
    FrozenRegistration,
    Invitation,
    Passkey,
    PasswordReset,
    ProviderLink,
    PseudonymKey,
    RecoveryCode,
    Registration,
    RegistrationChange,
    RegistrationConflict,
    RegistrationQuery,
    RoundOptionalVariable,
    TotpFactor,
    UserSession,
    row_security,
)
from brukerplan.persistence.tables.row_security import ROWS, UndeclaredTableError
from brukerplan.persistence.tables.states import Assurance, RightsPurpose
from tests.actions.world import NOW, World, build, person
from tests.conftest import EVERYTHING
from tests.log_key import LOG_KEY
from tests.postgresql import SERVICE, Server

HERE, THERE = "1103", "1108"
HELD = {name: rows for name, rows in ROWS.items() if rows.policies}
READ_BY_ALL = {name for name, rows in HELD.items() if rows.policies.get("SELECT") == "true"}
# Where not every row is THERE's: the transfer key is everybody's who registers.
THERES = {
    "pseudonym_key": "purpose != 'transfer'",
    "access_log": "organisation_id IN (SELECT unit.id FROM organisation AS unit "
    f"JOIN organisation AS place ON place.id IN (unit.id, unit.parent_id) "
    f"WHERE place.code = '{THERE}')",
}

T = TypeVar("T")
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Planted:
    """A world in which everything that is about persons is of one municipality, THERE."""

    world: World
    server: Server
    name: str

    @property
    def database(self) -> Database:
        """Its database, opened for tests."""
        return self.world.database

    def opened(
        self, reach: Reach = NOBODY, *, user: str = "postgres", held: bool = False
    ) -> Database:
        """The database as a program opens it."""
        url = self.server.url(self.name).replace("postgres@", f"{user}@")
        return Database(url, log_key=LOG_KEY, reach=reach, held=held)

    def strangers(self) -> dict[str, Actor]:
        """People who have no business with THERE's persons, by what they are."""
        world, there = self.world, self.world.municipalities[THERE]

        def somebody(role: Role, organisation_id: int) -> Actor:
            held = Membership(role, organisation_id)
            return Actor(world.registrar.user_id, "Fiktiv Person", frozenset({held}))

        return {
            "registrar": world.registrar,
            "unit lead": world.lead,
            "coordinator": world.coordinator,
            "officer": world.officer,
            "analyst": somebody(Role.TRUST_ANALYST, world.trust),
            "system administrator": somebody(Role.SYSTEM_ADMINISTRATOR, world.nation),
            "registrar entered in the municipality": somebody(Role.REGISTRAR, there),
            "nobody": Actor(world.registrar.user_id, "Uten rolle"),
        }


@pytest.fixture(scope="module")
def planted(postgresql_server: Server, postgresql_template: str) -> Iterator[Planted]:
    name = f"walls_{next(_numbers)}"
    postgresql_server.sql(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    database = Database(postgresql_server.url(name), log_key=LOG_KEY, reach=EVERYTHING)
    world = build(database)
    _plant(world)
    yield Planted(world, postgresql_server, name)
    database.dispose()
    postgresql_server.sql(f"DROP DATABASE {name} WITH (FORCE)")


def _plant(world: World) -> None:
    there, unit = world.municipalities[THERE], world.units[THERE][0]
    coordinator = world.coordinates(THERE)
    registered = world.submit(1, unit_id=unit)
    opt_out(
        world.database, by=coordinator, keys=world.keys, municipality_id=there,
        round_id=world.round_id, number=person(2), now=NOW,
    )  # fmt: skip
    change_number(
        world.database, by=coordinator, keys=world.keys, municipality_id=there,
        round_id=world.round_id, earlier=person(1), later=person(3), now=NOW,
    )  # fmt: skip
    with world.database.begin() as session:
        trust = world.keys.for_the_freeze().layers(session, world.trust, NOW)[-1]
        asked = {"registration_id": registered, "asked_by": coordinator.user_id, "asked_at": NOW}
        conflict = uuid.uuid4()
        session.add_all(
            [
                RegistrationChange(
                    registration_id=registered, version=2, at=NOW, user_id=coordinator.user_id,
                    source="form", variable="housing", before=None, after="red",
                ),
                RegistrationConflict(
                    id=conflict, registration_id=registered, based_on=1, page="p", at=NOW,
                    user_id=coordinator.user_id,
                ),
                RegistrationQuery(
                    **asked, question="is_the_answer_right", assignee_id=coordinator.user_id
                ),
                FrozenRegistration(
                    round_id=world.round_id, municipality_code=THERE, trust_pseudonym=b"p" * 32,
                    trust_key_id=trust.id,
                ),
                Invitation(
                    email="ny@eksempel.no", organisation_id=unit, role=Role.REGISTRAR,
                    token_digest=b"d" * 32, invited_by=coordinator.user_id, invited_at=NOW,
                    expires_at=NOW + timedelta(days=7),
                ),
                RoundOptionalVariable(
                    round_id=world.round_id, municipality_id=there, variable="born_abroad"
                ),
                AccessLogSeen(
                    municipality_id=there, kind="night", user_id=world.stranger.user_id,
                    day=NOW.date(), acts=9, seen_by=coordinator.user_id, seen_at=NOW,
                ),
                EarlierLogKey(sealed_secret=b"k" * 32, replaced_at=NOW),
                DeletionReceipt(
                    kind="erasure", municipality_id=there, purpose=next(iter(RightsPurpose)),
                    by_user_id=coordinator.user_id, at=NOW, registrations=1, changes=0,
                    kept_versions=0, queries=0, opt_outs=0,
                ),
                extract := Extract(
                    organisation_id=world.nation, project="p", recipient="r", purpose="p",
                    legal_reference="l", place=next(iter(Place)), age=next(iter(Age)),
                    follows_persons=False, expires_on=NOW.date(),
                    asked_by=coordinator.user_id, asked_at=NOW,
                ),
                ContextSeriesRow(id="c", title="t", source="s", unit="u", imported_at=NOW),
                *_sign_in_of(world.stranger),
            ]
        )  # fmt: skip
        session.flush()
        session.add_all(
            [
                ConflictAnswer(conflict_id=conflict, variable="housing", value="red"),
                ContextValueRow(series_id="c", year=2020, code=THERE, value=1),
                ExtractYear(extract_id=extract.id, round_id=world.round_id),
                ExtractVariable(extract_id=extract.id, variable="housing"),
            ]
        )
    with world.database.connect() as connection:
        for organisation, table, column in (
            ("municipality", "round_municipality", "municipality_id"),
            ("unit", "round_unit", "unit_id"),
            ("unit", "unit_service", "unit_id"),
            ("unit", "legal_basis", "unit_id"),
        ):
            ours = (
                f"SELECT id FROM organisation WHERE kind = '{organisation}' AND code != '{THERE}'"
            )
            if organisation == "unit":
                ours = f"SELECT id FROM organisation WHERE parent_id != {there} AND kind = 'unit'"
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE {column} IN ({ours})")
        connection.exec_driver_sql(
            "INSERT INTO membership (user_id, organisation_id, role, granted_at) "
            f"VALUES ({coordinator.user_id}, {there}, 'coordinator', now())"
        )


def _sign_in_of(actor: Actor) -> list[Base]:
    """All that somebody signs in with."""
    user_id, digest = actor.user_id, b"d" * 32
    return [
        UserSession(
            token_digest=digest, user_id=user_id, begun_at=NOW, last_used_at=NOW, browser="b",
            agent_digest=digest, assurance=Assurance.PASSWORD, strong=False,
            waits_for_factor=False,
        ),
        TotpFactor(user_id=user_id, state="in_use", sealed_secret=b"s", made_at=NOW),
        RecoveryCode(user_id=user_id, code_digest=digest, made_at=NOW),
        Passkey(
            user_id=user_id, credential_id=b"c", public_key=b"p", sign_count=0, name="n",
            made_at=NOW,
        ),
        PasswordReset(token_digest=digest, user_id=user_id, expires_at=NOW),
        ProviderLink(
            issuer="https://idp.invalid", subject_digest=digest, user_id=user_id, linked_at=NOW
        ),
    ]  # fmt: skip


def acts(planted: Planted, who: str) -> AbstractContextManager[None]:
    return acting_as(planted.strangers()[who])


STRANGERS = (
    "registrar",
    "unit lead",
    "coordinator",
    "officer",
    "analyst",
    "system administrator",
    "registrar entered in the municipality",
    "nobody",
)


def rows_of(session: Session, table: str) -> int:
    where = f"WHERE {THERES[table]}" if table in THERES else ""
    return session.scalar(sa.text(f"SELECT count(*) FROM {table} {where}")) or 0


class _UndoneError(Exception):
    """Ends a transaction of which nothing is kept."""


@contextmanager
def undone(opened: AbstractContextManager[T]) -> Iterator[T]:
    """A transaction of which nothing is kept."""
    with suppress(_UndoneError), opened as session:
        yield session
        raise _UndoneError


def refused(error: DBAPIError) -> bool:
    return isinstance(error.orig, psycopg.errors.InsufficientPrivilege)


def test_every_table_says_whose_its_rows_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ROWS.keys() == Base.metadata.tables.keys()
    assert list(row_security.statements())
    monkeypatch.delitem(ROWS, "opt_out")
    with pytest.raises(UndeclaredTableError, match="opt_out"):
        list(row_security.statements())


def test_there_is_something_to_see_in_every_table(planted: Planted) -> None:
    with planted.database.begin() as session:
        empty = [name for name in HELD if not rows_of(session, name)]
    assert not empty, f"plant a row of {THERE} in {empty}: see _plant"


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_sees_nothing_of_another_municipality(planted: Planted, who: str) -> None:
    for doors in ((), (Door.MUNICIPALITY,)):
        for way in (planted.database.read, planted.database.begin):
            with acts(planted, who), way(*doors) as session:
                seen = {name for name in HELD if rows_of(session, name)}
            assert seen <= READ_BY_ALL


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_changes_and_removes_nothing(planted: Planted, who: str) -> None:
    for name, rows in HELD.items():
        column = next(iter(Base.metadata.tables[name].primary_key.columns)).name
        if name == "frozen_registration":
            column = "trust_key_id"
        where = f"WHERE {THERES[name]}" if name in THERES else ""
        statements = {
            "UPDATE": f"UPDATE {name} SET {column} = {column} {where}",
            "DELETE": f"DELETE FROM {name} {where}",
        }
        for command, statement in statements.items():
            with acts(planted, who), undone(planted.database.begin()) as session:
                if command not in rows.rights:
                    with pytest.raises(ProgrammingError, match="permission denied"):
                        session.execute(sa.text(statement))
                    continue
                touched = session.execute(sa.text(statement))
                assert isinstance(touched, sa.CursorResult)
                assert touched.rowcount == 0, statement


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_adds_nothing(planted: Planted, who: str) -> None:
    for name in HELD:
        table = Base.metadata.tables[name]
        with planted.database.connect() as connection:
            query = sa.select(table)
            if name in THERES:
                query = query.where(sa.text(THERES[name]))
            there = dict(connection.execute(query.limit(1)).mappings().one())
        if name == "access_log":
            # An act of somebody else.
            there["user_id"] = planted.world.stranger.user_id
        with (
            acts(planted, who),
            pytest.raises(ProgrammingError) as told,
            planted.database.begin() as session,
        ):
            session.execute(sa.insert(table).inline(), there)
        assert refused(told.value), name


def test_without_anybody_nothing_is_seen(planted: Planted) -> None:
    database = planted.opened()
    for way in (database.read, database.begin):
        with way() as session:
            assert {name for name in HELD if rows_of(session, name)} <= READ_BY_ALL
    database.dispose()


@pytest.mark.parametrize("name", [name for name in HELD if name not in READ_BY_ALL])
def test_without_the_policies_the_same_question_is_answered(planted: Planted, name: str) -> None:
    """The control: what hides the rows is the policy, and nothing else."""
    with undone(planted.database.connect()) as connection:
        session = Session(connection)
        connection.exec_driver_sql(f"SET LOCAL ROLE {APPLICATION}")
        connection.exec_driver_sql(reach_of(planted.world.registrar).settings())
        assert not rows_of(session, name)
        connection.exec_driver_sql("RESET ROLE")
        connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY")
        connection.exec_driver_sql(f"SET LOCAL ROLE {APPLICATION}")
        assert rows_of(session, name)


def test_those_whose_rows_they_are_see_them(planted: Planted) -> None:
    world = planted.world
    unit = frozenset({Membership(Role.REGISTRAR, world.units[THERE][0])})
    registrar = Actor(world.registrar.user_id, "Fiktiv Person", unit)
    of_registration = {name for name in HELD if name.startswith("registration")}
    for actor, watches in ((registrar, False), (world.coordinates(THERE), True)):
        with acting_as(actor), planted.database.begin() as session:
            seen = {name for name in HELD if rows_of(session, name)}
        assert of_registration | {"opt_out", "number_change", "transfer_link"} <= seen
        assert "frozen_registration" not in seen
        assert ("access_log" in seen) is watches


def test_a_unit_does_not_see_its_neighbour_but_through_the_municipalitys_door(
    planted: Planted,
) -> None:
    neighbour = planted.world.works_in(planted.world.units[THERE][1])
    with acting_as(neighbour):
        with planted.database.begin() as session:
            assert not rows_of(session, "registration")
            # Pseudonyms alone: every unit must know who has said no.
            assert rows_of(session, "opt_out")
        with planted.database.begin(Door.MUNICIPALITY) as session:
            assert rows_of(session, "registration")


def test_the_trust_counts_through_a_door_and_changes_nothing_there(planted: Planted) -> None:
    with acting_as(planted.world.administrator):
        with planted.database.read() as session:
            assert not rows_of(session, "registration")
        with planted.database.read(Door.PROGRESS) as session:
            assert rows_of(session, "registration")
        with planted.database.begin(Door.PROGRESS) as session:
            held = sa.update(Registration).values(case_label="X").returning(Registration.id)
            assert not session.execute(held).all()


def test_a_role_reaches_persons_exactly_where_the_table_of_permissions_says() -> None:
    for role in Role:
        reach = reach_of(Actor(1, "Fiktiv Person", frozenset({Membership(role, 7)})))
        about_persons = any(each.startswith("registration.") for each in PERMISSIONS[role])
        assert bool(reach.units or reach.persons) is about_persons, role


def test_a_reading_session_is_again_what_it_was(planted: Planted) -> None:
    there = planted.world.coordinates(THERE)
    database = planted.opened()
    with database.read() as outer:
        with acting_as(there), database.read() as inner:
            assert inner is outer
            assert rows_of(inner, "registration")
        assert not rows_of(outer, "registration")
    with database.read() as after:
        assert not rows_of(after, "registration")
    database.dispose()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE access_log SET detail = ''", "DELETE FROM access_log", "TRUNCATE access_log"],
)
def test_no_door_leads_to_changing_the_access_log(planted: Planted, statement: str) -> None:
    with pytest.raises(ProgrammingError) as told, planted.database.begin() as session:
        session.execute(sa.text(statement))
    assert refused(told.value)


def test_one_logs_in_ones_own_name_alone(planted: Planted) -> None:
    world = planted.world

    def write(user_id: int | None) -> None:
        with planted.database.begin() as session:
            log(session, at=NOW, user_id=user_id, action="unit.tested")

    with acting_as(world.registrar):
        write(world.registrar.user_id)
        write(None)
        with pytest.raises(ProgrammingError):
            write(world.coordinator.user_id)


def test_the_trust_key_is_at_the_freezes_door_and_where_keys_are_replaced(
    planted: Planted,
) -> None:
    trust_keys = sa.select(PseudonymKey.wrapped).where(PseudonymKey.purpose == Purpose.TRUST)
    database = planted.opened(MACHINE)
    people: list[AbstractContextManager[None]] = [
        nullcontext(),
        acting_as(planted.world.coordinates(THERE)),
        acting_as(planted.world.administrator),
    ]
    for who in people:
        with who:
            for door in Door:
                with database.begin(door) as session:
                    opened = bool(session.scalars(trust_keys).all())
                assert opened is (door in {Door.FREEZE, Door.KEYS}), door
    database.dispose()


@pytest.mark.parametrize("name", ROWS)
def test_the_application_has_the_rights_that_are_declared_and_no_other(
    planted: Planted, name: str
) -> None:
    declared = {each.strip() for each in ROWS[name].rights.split(",")}
    with planted.database.connect() as connection:
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER"):
            has = connection.scalar(
                sa.text(f"SELECT has_table_privilege('{APPLICATION}', '{name}', '{right}')")
            )
            assert has is (right in declared), right


@pytest.fixture
def web_login(planted: Planted) -> str:
    """A login of its own for the service, as docs/operations.md has it made."""
    planted.server.service_url(planted.name)
    return SERVICE


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE registration DISABLE ROW LEVEL SECURITY",
        "DROP POLICY registration_all ON registration",
        "CREATE POLICY mine ON registration USING (true)",
        "ALTER TABLE access_log DISABLE TRIGGER ALL",
        "CREATE OR REPLACE FUNCTION opened(VARIADIC doors text[]) RETURNS boolean "
        "LANGUAGE sql AS 'SELECT true'",
        "SET row_security = off; SELECT id FROM registration",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        f"ALTER ROLE {APPLICATION} BYPASSRLS",
    ],
)
def test_the_services_login_cannot_step_over_the_wall(
    planted: Planted, web_login: str, statement: str
) -> None:
    database = planted.opened(user=web_login, held=True)
    with undone(database.begin()) as session:
        session.execute(sa.text("SET ROLE NONE"))
        *before, last = statement.split("; ")
        for each in before:
            session.execute(sa.text(each))
        with pytest.raises(ProgrammingError) as told:
            session.execute(sa.text(last))
    assert refused(told.value)
    database.dispose()


def test_a_login_that_could_step_over_is_refused(planted: Planted, web_login: str) -> None:
    for user, ok in (("postgres", False), (web_login, True)):
        database = planted.opened(user=user, held=True)
        if ok:
            database.check()
            # As every command does; there is nothing for it to do.
            upgrade(database)
        else:
            with pytest.raises(DatabaseRoleError, match=APPLICATION):
                database.check()
        database.dispose()
    with planted.database.connect() as connection:
        (owned,) = connection.execute(sa.text("SELECT tableowner FROM pg_tables LIMIT 1")).one()
    assert owned == "postgres"


def test_a_login_that_sees_a_part_backs_up_and_checks_nothing(
    planted: Planted, web_login: str
) -> None:
    for user, ok in (("postgres", True), (web_login, False)):
        database = planted.opened(user=user)
        with nullcontext() if ok else pytest.raises(DatabaseOwnerError):
            check_log(database)
        database.dispose()


def test_an_owner_that_is_not_let_into_the_role_is_told_what_to_run(planted: Planted) -> None:
    planted.server.sql("CREATE ROLE owner_alone LOGIN")
    planted.server.sql("CREATE DATABASE owned_alone OWNER owner_alone")
    database = Database(
        planted.server.url("owned_alone").replace("postgres@", "owner_alone@"), held=True
    )
    with pytest.raises(RoleMissingError, match=f"GRANT {APPLICATION} TO owner_alone"):
        upgrade(database)
    planted.server.sql(f"GRANT {APPLICATION} TO owner_alone")
    upgrade(database)
    with pytest.raises(DatabaseRoleError):
        database.check()
    database.dispose()
    planted.server.sql("DROP DATABASE owned_alone WITH (FORCE)")
    planted.server.sql("DROP ROLE owner_alone")


def test_the_acts_of_nobody_are_in_the_log_all_the_same(planted: Planted) -> None:
    database = planted.opened()
    with database.begin() as session:
        log(session, at=NOW, user_id=planted.world.lead.user_id, action="user.refused")
    with planted.database.read() as session:
        told = sa.select(sa.func.count()).where(AccessLog.action == "user.refused")
        assert session.scalar(told) == 1
    database.dispose()
