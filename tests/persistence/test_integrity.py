"""Each thing that can be wrong with the store is found, and named without naming anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from brukerplan.actions.accounts import create_organisation
from brukerplan.actions.registering import save_draft
from brukerplan.actions.release import build_release, publish_release
from brukerplan.cli import main
from brukerplan.persistence.engine import Database, DatabaseNotMigratedError
from brukerplan.persistence.integrity import examine
from brukerplan.persistence.migration import upgrade
from brukerplan.persistence.tables.states import OrganisationKind
from tests.actions.world import NOW, World, build
from tests.conftest import EVERYTHING
from tests.kill.ledger import answers_of
from tests.log_key import LOG_KEY
from tests.postgresql import Server


@pytest.fixture
def world(database: Database) -> World:
    """A round in which somebody has saved twice."""
    made = build(database)
    started = made.start()
    for version in (1, 2):
        save_draft(
            database,
            by=made.registrar,
            registration_id=started,
            version=version,
            page="",
            answers=answers_of(version),
            now=NOW,
        )
    return made


def alter(database: Database, *statements: str) -> None:
    """Change rows behind the program's back, past every guard."""
    sqlite = database.dialect == "sqlite"
    with database.connect(rebuilds=True) as connection:
        triggers = (
            connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            if sqlite
            else connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        )
        kept = triggers.all() if sqlite else []
        for trigger in kept:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}")
        if sqlite:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.exec_driver_sql(statement)
        for trigger in kept:
            connection.exec_driver_sql(trigger.sql)
    database.dispose()


def wrong(database: Database) -> list[str]:
    return list(examine(database).wrong)


def test_nothing_is_wrong_with_what_the_program_wrote_itself(world: World) -> None:
    assert wrong(world.database) == []


def test_a_frozen_and_published_round_is_whole(database: Database) -> None:
    world = build(database)
    world.approve()
    world.freeze()
    built = build_release(database, by=world.administrator, round_id=world.round_id, now=NOW)
    publish_release(database, by=world.administrator, release_id=built.id, now=NOW)
    assert wrong(database) == []

    alter(database, "UPDATE released_cell SET category = 'none' WHERE category = 'female'")
    assert wrong(database) == ["the published numbers of 2026 are not those that were released"]


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (
            ["UPDATE registration SET housing = 1, network = 1"],
            "the history of 1 registrations does not lead to their answers",
        ),
        (
            ["UPDATE registration SET version = 2"],
            "the history of 1 registrations goes beyond their version",
        ),
        (
            ["UPDATE registration_change SET before = 'x' "
             "WHERE version = 3 AND variable = 'housing'"],
            "the history of 1 registrations has a step that does not follow from the last",
        ),
        (
            ["UPDATE mapping_round SET state = 'frozen', frozen_at = '2026-12-20 08:00:00.000000'"],
            "1 registrations of frozen rounds still have a transfer pseudonym",
        ),
        (
            ["UPDATE round_unit SET state = 'submitted', "
             "submitted_at = '2026-12-20 08:00:00.000000'"],
            "1 drafts are in a unit that has closed, where nobody can finish them",
        ),
        (
            ["UPDATE registration SET municipality_id = (SELECT max(municipality_id) FROM "
             "round_municipality)"],
            "1 registrations are in a unit of another municipality than their own",
        ),
        (
            ["DELETE FROM round_unit WHERE unit_id IN (SELECT unit_id FROM registration)"],
            "1 rows of registration refer to a row of round_unit that is not there",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(world: World, statements: list[str], says: str) -> None:
    alter(world.database, *statements)

    assert wrong(world.database) == [says]


def test_a_row_that_breaks_its_check_is_found(world: World) -> None:
    if world.database.dialect == "sqlite":
        alter(world.database, "UPDATE registration SET answered = -1")

        assert wrong(world.database) == [
            "the file is damaged: 1 faults by SQLite's integrity_check"
        ]
        return
    alter(
        world.database,
        "ALTER TABLE registration DROP CONSTRAINT ck_registration_answered",
        "UPDATE registration SET answered = -1",
        "ALTER TABLE registration ADD CONSTRAINT ck_registration_answered "
        "CHECK (answered BETWEEN 0 AND asked) NOT VALID",
    )

    assert wrong(world.database) == [
        "a constraint of registration is not validated: ck_registration_answered",
        "1 rows of registration are not as ck_registration_answered demands",
    ]


@pytest.fixture
def on_postgresql(postgresql_server: Server) -> Iterator[Database]:
    """A small world on PostgreSQL, for what only it can tell."""
    postgresql_server.sql("CREATE DATABASE looked_through")
    database = Database(postgresql_server.url("looked_through"), log_key=LOG_KEY, reach=EVERYTHING)
    upgrade(database)
    build(database)
    yield database
    database.dispose()
    postgresql_server.sql("DROP DATABASE looked_through WITH (FORCE)")


def test_a_guard_that_is_turned_off_is_found(on_postgresql: Database) -> None:
    with on_postgresql.connect() as connection:
        connection.exec_driver_sql(
            "ALTER TABLE access_log DISABLE TRIGGER access_log_refuses_change"
        )

    assert wrong(on_postgresql) == [
        "a trigger of access_log is turned off: access_log_refuses_change"
    ]


def test_an_index_that_has_lost_a_row_is_found_where_amcheck_is_installed(
    on_postgresql: Database,
) -> None:
    def ready(is_ready: bool) -> sa.TextClause:
        return sa.text(
            f"UPDATE pg_index SET indisready = {is_ready} "
            "WHERE indexrelid = 'ix_access_log_subject'::regclass"
        )

    assert any("amcheck is not installed" in what for what in examine(on_postgresql).not_looked_at)
    with on_postgresql.connect() as connection:
        connection.exec_driver_sql("CREATE EXTENSION amcheck")
    assert wrong(on_postgresql) == []
    assert any("amcheck" in what for what in examine(on_postgresql).looked_at)

    with on_postgresql.connect() as connection:
        connection.execute(ready(False))
    on_postgresql.dispose()
    create_organisation(
        on_postgresql, kind=OrganisationKind.NATION, code="s", name="S", parent_id=None, now=NOW
    )
    with on_postgresql.connect() as connection:
        connection.execute(ready(True))

    assert wrong(on_postgresql) == [
        "the index ix_access_log_subject does not fit its table (DataCorrupted)"
    ]


def test_a_file_with_a_damaged_page_is_found(tmp_path: Path) -> None:
    path = tmp_path / "damaged.sqlite"
    database = Database(f"sqlite:///{path}", log_key=LOG_KEY, reach=EVERYTHING)
    upgrade(database)
    build(database)
    database.leave_no_copies()
    with database.connect(writes=False) as connection:
        page = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_access_log_subject'"
        ).scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    database.dispose()
    with path.open("r+b") as file:
        file.seek((page - 1) * size + size - 200)
        file.write(b"\x07" * 100)

    assert any("integrity_check" in what for what in wrong(database))
    database.dispose()


def test_a_database_of_another_version_is_not_judged(database: Database) -> None:
    with database.connect() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseNotMigratedError):
        examine(database)


def test_the_command_says_what_is_wrong_and_leaves_with_one(
    world: World, database_url: str
) -> None:
    good = CliRunner().invoke(main, ["check-integrity", "--database", database_url])
    alter(world.database, "UPDATE registration SET housing = 1, network = 1")
    bad = CliRunner().invoke(main, ["check-integrity", "--database", database_url])

    assert (good.exit_code, bad.exit_code) == (0, 1)
    assert good.output.endswith("Nothing is wrong.\n")
    assert "WRONG: the history of 1 registrations does not lead to their answers." in bad.output
    assert "docs/operations.md" in bad.output
