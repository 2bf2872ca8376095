"""Whoever has the database but not the key cannot touch the access log unseen."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.actions.log_checking import AlreadyAdoptedError, adopt_older, check_log
from brukerplan.identity.log_key import LogKey
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import NotWritingError, log
from brukerplan.persistence.log_chain import NOBODY, Act, LogKeyMissingError, sealed
from brukerplan.persistence.log_check import OLDER, Break, Checked, Fault, Head
from brukerplan.persistence.migration import downgrade, upgrade
from brukerplan.persistence.tables import AccessLog, AccessLogHead, Organisation, UserAccount
from tests.conftest import EVERYTHING
from tests.log_key import LOG_KEY

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
ACTS = 6
KARI, OLA = 1, 2


@pytest.fixture
def logged(database: Database) -> Database:
    """Two people and nobody, who have done six things each, in turn."""
    with database.begin() as session:
        for user_id in (KARI, OLA):
            session.add(
                UserAccount(id=user_id, email=f"{user_id}@eksempel.no", name="N", password_hash="x")
            )
        session.add(Organisation(id=1, kind="nation", code="norge", name="Norge"))
        session.add(Organisation(id=2, kind="nation", code="annet", name="Annet"))
    for turn in range(ACTS):
        for who in (KARI, OLA, None):
            with database.begin() as session:
                act(session, who, turn)
    return database


def act(session: Session, user_id: int | None, turn: int) -> None:
    log(
        session,
        at=NOW + timedelta(minutes=turn),
        user_id=user_id,
        action="registration.read",
        organisation_id=1,
        subject=f"subject-{turn}",
        detail=f"version={turn}",
    )


def tamper(database: Database, *statements: str) -> None:
    """Do it as whoever owns the database can: the triggers have to go first."""
    for statement in statements:
        if statement.startswith(("UPDATE access_log SET", "DELETE FROM access_log WHERE")):
            with (
                pytest.raises(sa.exc.IntegrityError, match="does not change"),
                database.connect() as connection,
            ):
                connection.execute(sa.text(statement))
    with database.connect() as connection:
        drop_walls(connection)
        for statement in statements:
            connection.execute(sa.text(statement))


def drop_walls(connection: sa.Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    names = (
        ("refuses_update", "refuses_delete", "refuses_unsealed")
        if sqlite
        else ("refuses_change", "refuses_truncate", "refuses_unsealed")
    )
    for name in names:
        on = "" if sqlite else " ON access_log"
        connection.execute(sa.text(f"DROP TRIGGER access_log_{name}{on}"))
    connection.execute(sa.text("DROP INDEX ix_access_log_chain_number"))


def found(database: Database, anchor: Mapping[int, Head] | None = None) -> list[tuple[object, ...]]:
    return [
        (each.chain, each.number, each.fault) for each in check_log(database, anchor=anchor).breaks
    ]


def test_an_untouched_log_holds(logged: Database) -> None:
    checked = check_log(logged)
    assert checked.breaks == ()
    assert checked.rows == 3 * ACTS
    assert {chain: head.number for chain, head in checked.heads.items()} == {
        NOBODY: ACTS,
        KARI: ACTS,
        OLA: ACTS,
    }
    assert found(logged, checked.heads) == []


def test_an_empty_log_holds(database: Database) -> None:
    assert check_log(database) == Checked(0, {}, ())


CHANGES: dict[str, str] = {
    "at": "at = '2026-12-01 23:00:00'",
    "user_id": f"user_id = {OLA}",
    "action": "action = 'registration.listed'",
    "organisation_id": "organisation_id = 2",
    "subject": "subject = 'another'",
    "detail": "detail = ''",
    "seal": "seal = (SELECT seal FROM access_log WHERE chain = 2 AND number = 3)",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_row_is_found_whatever_is_changed(logged: Database, change: str) -> None:
    tamper(logged, f"UPDATE access_log SET {change} WHERE chain = {KARI} AND number = 3")
    ((chain, number, fault),) = found(logged)
    # With another seal, the row after it does not follow from it any more either.
    expected = Fault.FOREIGN if change.startswith("seal") else Fault.CHANGED
    assert (chain, number, fault) == (KARI, 3, expected)


def test_every_column_but_the_id_has_been_changed_by_these_tests() -> None:
    columns = {column.name for column in AccessLog.__table__.columns}
    assert columns - {"id"} == CHANGES.keys() | {"chain", "number"}


def test_the_last_row_changed_is_found(logged: Database) -> None:
    tamper(logged, f"UPDATE access_log SET detail = '' WHERE chain = {KARI} AND number = {ACTS}")
    assert found(logged) == [(KARI, ACTS, Fault.CHANGED)]


def test_a_removed_row_is_found_and_the_one_after_it_named(logged: Database) -> None:
    tamper(logged, f"DELETE FROM access_log WHERE chain = {KARI} AND number = 3")
    (broken,) = check_log(logged).breaks
    assert broken == Break(KARI, 3, Fault.MISSING, row_id=_id(logged, KARI, 4))


def test_a_removed_row_is_found_also_when_the_others_close_up(logged: Database) -> None:
    tamper(
        logged,
        f"DELETE FROM access_log WHERE chain = {KARI} AND number = 3",
        f"UPDATE access_log SET number = number - 1 WHERE chain = {KARI} AND number > 3",
        f"UPDATE access_log_head SET number = number - 1 WHERE chain = {KARI}",
    )
    assert found(logged) == [(KARI, 3, Fault.FOREIGN)]


COPY = (
    "INSERT INTO access_log (at, user_id, action, organisation_id, subject, detail, chain, "
    "number, seal) SELECT at, user_id, action, organisation_id, 'put in', detail, chain, "
    "number, seal FROM access_log WHERE chain = 1 AND number = 3"
)


def test_a_row_put_in_is_found(logged: Database) -> None:
    tamper(logged, COPY)
    assert found(logged) == [(KARI, 3, Fault.INSERTED)]


def test_a_row_put_in_before_the_one_it_copies_is_found(logged: Database) -> None:
    tamper(
        logged,
        COPY,
        "UPDATE access_log SET id = id + 1000 WHERE chain = 1 AND number = 3 AND "
        "subject != 'put in'",
    )
    ((chain, number, fault),) = found(logged)
    assert (chain, number) == (KARI, 3)
    assert fault in {Fault.INSERTED, Fault.CHANGED}


def test_a_row_put_in_at_the_end_is_found(logged: Database) -> None:
    tamper(logged, COPY.replace("number, seal FROM", "7, seal FROM"))
    assert found(logged) == [(KARI, 7, Fault.INSERTED)]


@pytest.mark.parametrize(("first", "second"), [(3, 4), (2, 5), (1, 6)])
def test_rows_that_have_changed_places_are_found(logged: Database, first: int, second: int) -> None:
    tamper(
        logged,
        f"UPDATE access_log SET number = {first + second} - number "
        f"WHERE chain = {KARI} AND number IN ({first}, {second})",
    )
    fault = Fault.REORDERED if second == first + 1 else Fault.FOREIGN
    assert found(logged) == [(KARI, first, fault)]


def test_a_chain_without_its_last_rows_is_found(logged: Database) -> None:
    tamper(logged, f"DELETE FROM access_log WHERE chain = {KARI} AND number > 4")
    assert found(logged) == [(KARI, 5, Fault.CUT)]


def test_a_chain_that_is_gone_is_found(logged: Database) -> None:
    tamper(logged, f"DELETE FROM access_log WHERE chain = {KARI}")
    assert found(logged) == [(KARI, ACTS, Fault.CUT)]


ROLL_BACK = (
    "DELETE FROM access_log WHERE chain = 1 AND number > 4",
    "UPDATE access_log_head SET number = 4, seal = "
    "(SELECT seal FROM access_log WHERE chain = 1 AND number = 4) WHERE chain = 1",
)


def test_a_chain_cut_together_with_its_head_is_found_by_an_anchor(logged: Database) -> None:
    anchor = check_log(logged).heads
    tamper(logged, *ROLL_BACK)
    assert found(logged) == []
    assert found(logged, anchor) == [(KARI, 5, Fault.CUT)]


def test_a_chain_that_went_on_otherwise_is_found_by_an_anchor(logged: Database) -> None:
    anchor = check_log(logged).heads
    tamper(logged, *ROLL_BACK)
    with logged.begin() as session:
        for _ in range(4):
            act(session, KARI, 0)
    assert found(logged) == []
    assert found(logged, anchor) == [(KARI, ACTS, Fault.ROLLED_BACK)]


def test_a_chain_gone_with_its_head_is_found_by_an_anchor(logged: Database) -> None:
    anchor = check_log(logged).heads
    tamper(
        logged,
        f"DELETE FROM access_log WHERE chain = {KARI}",
        f"DELETE FROM access_log_head WHERE chain = {KARI}",
    )
    assert found(logged, anchor) == [(KARI, ACTS, Fault.CUT)]


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM access_log_head WHERE chain = 1",
     "UPDATE access_log_head SET number = 4 WHERE chain = 1",
     "UPDATE access_log_head SET seal = (SELECT seal FROM access_log_head WHERE chain = 2) "
     "WHERE chain = 1"],
)  # fmt: skip
def test_a_head_that_is_not_the_last_row_is_found(logged: Database, change: str) -> None:
    with logged.connect() as connection:
        connection.execute(sa.text(change))
    assert found(logged) == [(KARI, ACTS, Fault.HEAD)]


def test_rows_that_were_moved_to_another_chain_are_found_in_both(logged: Database) -> None:
    tamper(
        logged,
        f"UPDATE access_log SET chain = 3 - chain WHERE chain IN ({KARI}, {OLA}) AND number = 3",
    )
    assert found(logged) == [(KARI, 3, Fault.FOREIGN), (OLA, 3, Fault.FOREIGN)]


def test_a_chain_sealed_anew_without_the_key_is_found(logged: Database) -> None:
    guessed, previous = LogKey(b"g" * 32), b"\0" * 32
    with logged.connect() as connection:
        drop_walls(connection)
        rows = connection.execute(
            sa.select(AccessLog).where(AccessLog.chain == KARI).order_by(AccessLog.number)
        ).all()
        for row in rows:
            detail = "" if row.number == 3 else row.detail
            forged = Act(row.at, KARI, row.action, row.organisation_id, row.subject, detail)
            previous = sealed(guessed, previous, KARI, row.number, forged)
            connection.execute(
                sa.update(AccessLog)
                .where(AccessLog.id == row.id)
                .values(detail=detail, seal=previous)
            )
        connection.execute(
            sa.update(AccessLogHead).where(AccessLogHead.chain == KARI).values(seal=previous)
        )
    assert found(logged) == [(KARI, 1, Fault.FOREIGN)]


def test_a_row_without_a_seal_is_refused_and_found_where_it_is_not(logged: Database) -> None:
    unsealed = (
        "INSERT INTO access_log (at, user_id, action, subject, detail) "
        "VALUES ('2026-12-01 09:00:00', 1, 'registration.read', '', '')"
    )
    with (
        pytest.raises(sa.exc.IntegrityError, match="is sealed"),
        logged.connect() as connection,
    ):
        connection.execute(sa.text(unsealed))
    tamper(logged, unsealed)
    assert found(logged) == [(OLDER, 1, Fault.NOT_SEALED)]


def test_each_broken_chain_is_named(logged: Database) -> None:
    tamper(logged, "UPDATE access_log SET detail = '' WHERE number = 2")
    assert found(logged) == [(chain, 2, Fault.CHANGED) for chain in (NOBODY, KARI, OLA)]


def test_without_the_key_nothing_is_logged_and_therefore_nothing_done(
    logged: Database, database_url: str
) -> None:
    keyless = Database(database_url, reach=EVERYTHING)

    def change() -> None:
        with keyless.begin() as session:
            session.execute(sa.update(Organisation).values(name="Changed"))
            act(session, KARI, 1)

    with pytest.raises(LogKeyMissingError):
        change()
    with keyless.read() as session:
        assert set(session.scalars(sa.select(Organisation.name))) == {"Norge", "Annet"}
    with pytest.raises(LogKeyMissingError):
        check_log(keyless)
    keyless.dispose()


def test_another_master_key_does_not_verify(logged: Database, database_url: str) -> None:
    other = Database(database_url, log_key=LogKey(b"o" * 32))
    assert len(check_log(other).breaks) == 3
    other.dispose()


def test_an_act_in_a_transaction_that_only_reads_is_refused(database: Database) -> None:
    with pytest.raises(NotWritingError), database.read() as session:
        act(session, None, 1)


def test_many_requests_of_one_user_all_stand_in_the_chain_also_the_very_first(
    database: Database,
) -> None:
    """Twelve at once: nobody has a chain yet, and all of them begin it."""
    with database.begin() as session:
        session.add(UserAccount(id=KARI, email="a@eksempel.no", name="N", password_hash="x"))
    together = threading.Barrier(12)

    def work(turn: int) -> None:
        together.wait()
        for _ in range(5):
            with database.begin() as session:
                act_without_place(session, KARI, turn)
                act_without_place(session, None, turn)

    with ThreadPoolExecutor(12) as workers:
        for done in [workers.submit(work, turn) for turn in range(12)]:
            done.result()
    checked = check_log(database)
    assert checked.breaks == ()
    assert {chain: head.number for chain, head in checked.heads.items()} == {NOBODY: 60, KARI: 60}


def act_without_place(session: Session, user_id: int | None, turn: int) -> None:
    log(session, at=NOW, user_id=user_id, action="registration.read", subject=turn)


def test_what_is_rolled_back_leaves_no_gap(logged: Database) -> None:
    class StoppedError(Exception):
        pass

    def stop() -> None:
        with logged.begin() as session:
            act(session, KARI, 1)
            raise StoppedError

    with pytest.raises(StoppedError):
        stop()
    with logged.begin() as session:
        act(session, KARI, 2)
    assert found(logged) == []
    assert check_log(logged).heads[KARI].number == ACTS + 1


@pytest.fixture
def older(empty_database_url: str) -> Iterator[Database]:
    """A database whose log was begun before there were chains."""
    database = Database(empty_database_url, log_key=LOG_KEY, reach=EVERYTHING)
    upgrade(database, "0002")
    with database.connect() as connection:
        for number in range(3):
            connection.execute(
                sa.text(
                    "INSERT INTO access_log (at, action, subject, detail) "
                    f"VALUES ('2026-11-01 08:00:00', 'round.opened', '{number}', '')"
                )
            )
    upgrade(database)
    yield database
    database.dispose()


def test_rows_from_before_the_chains_are_told_of_until_they_are_adopted(older: Database) -> None:
    with older.begin() as session:
        act_without_place(session, None, 1)
    assert found(older) == [(OLDER, 1, Fault.NOT_SEALED)]
    assert adopt_older(older, now=NOW) == 3
    assert found(older) == []
    assert check_log(older).rows == 3 + 2


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE access_log SET subject = 'x' WHERE seal IS NULL AND subject = '1'", "changed"),
        ("DELETE FROM access_log WHERE seal IS NULL AND subject = '1'", "cut"),
        (
            "INSERT INTO access_log (at, action, subject, detail) "
            "VALUES ('2026-11-01 08:00:00', 'round.opened', '9', '')",
            "inserted",
        ),
    ],
)
def test_adopted_rows_are_held_like_the_others(older: Database, change: str, fault: str) -> None:
    adopt_older(older, now=NOW)
    tamper(older, change)
    ((chain, _, what),) = found(older)
    assert (chain, what) == (OLDER, fault)


def test_they_are_adopted_once_also_when_somebody_takes_the_head_away(older: Database) -> None:
    adopt_older(older, now=NOW)
    with pytest.raises(AlreadyAdoptedError):
        adopt_older(older, now=NOW)
    with older.connect() as connection:
        connection.execute(sa.text(f"DELETE FROM access_log_head WHERE chain = {OLDER}"))
    with pytest.raises(AlreadyAdoptedError):
        adopt_older(older, now=NOW)


def test_going_back_to_the_tables_without_chains_keeps_the_rows(logged: Database) -> None:
    downgrade(logged, "0002")
    with logged.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM access_log")).scalar() == 3 * ACTS
    upgrade(logged)
    assert found(logged) == [(OLDER, 1, Fault.NOT_SEALED)]


def _id(database: Database, chain: int, number: int) -> int:
    with database.read() as session:
        return session.scalars(
            sa.select(AccessLog.id).where(AccessLog.chain == chain, AccessLog.number == number)
        ).one()
