"""The nightly reminder: what it prints, and how it leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from brukerplan.actions.accounts import grant
from brukerplan.cli import main
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import MappingRound
from tests.actions.world import NOW, YEAR, World, build
from tests.mail.server import SENDER, PostOffice


@pytest.fixture
def world(database: Database) -> World:
    """A round whose deadline was yesterday, whenever the test runs, and two who are late."""
    made = build(database)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    with database.begin() as session:
        session.execute(sa.update(MappingRound).values(opens_on=yesterday, deadline=yesterday))
    for actor in (made.registrar, made.stranger):
        for held in actor.memberships:
            grant(
                database,
                user_id=actor.user_id,
                organisation_id=held.organisation_id,
                role=held.role,
                now=NOW,
            )
    return made


def remind(url: str, folder: Path, *, port: int | None = None, year: int = YEAR) -> Result:
    environment = {"BRUKERPLAN_INSTANCE": str(folder)}
    if port:
        environment["BRUKERPLAN_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        environment["BRUKERPLAN_MAIL_FROM"] = SENDER
    return CliRunner().invoke(
        main, ["remind", "--year", str(year), "--database", url], env=environment
    )


def test_late_units_are_reminded_once_and_nobody_is_named(
    world: World, database_url: str, tmp_path: Path
) -> None:
    with PostOffice() as office:
        first = remind(database_url, tmp_path, port=office.port)
        again = remind(database_url, tmp_path, port=office.port)

    assert first.output == "Reminded 2 units by 2 messages.\n"
    assert first.exit_code == 0
    assert again.output == "Reminded 0 units by 0 messages.\n"
    assert office.recipients == ["frode@eksempel.no", "rita@eksempel.no"]


def test_messages_that_were_not_taken_make_it_leave_with_one(
    world: World, database_url: str, tmp_path: Path
) -> None:
    with PostOffice(refuses=frozenset({"rita@eksempel.no"})) as office:
        result = remind(database_url, tmp_path, port=office.port)

    assert result.exit_code == 1
    assert "did not take 1 messages" in result.output
    assert "rita" not in result.output.lower()


def test_what_is_lacking_is_said_in_one_line(
    world: World, database_url: str, tmp_path: Path
) -> None:
    without_mail = remind(database_url, tmp_path)
    with PostOffice() as office:
        no_round = remind(database_url, tmp_path, port=office.port, year=2031)

    assert without_mail.exit_code == no_round.exit_code == 1
    assert "E-post er ikke satt opp" in without_mail.output
    assert "finnes ikke" in no_round.output
    assert "Traceback" not in without_mail.output + no_round.output
