"""``brukerplan audit-log verify``: what it says, and how it leaves."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from brukerplan.cli import main
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import AccessLog, AccessLogHead
from tests.actions.world import World, build
from tests.persistence.test_log_chain import drop_walls


@pytest.fixture
def world(database: Database) -> World:
    """A world in which people have been at work."""
    made = build(database)
    for serial in range(3):
        made.start(serial)
    return made


def verify(url: str, folder: Path, *options: str) -> Result:
    environment = {
        "BRUKERPLAN_INSTANCE": str(folder),
        "BRUKERPLAN_MASTER_KEY": base64.b64encode(b"m" * 32).decode("ascii"),
    }
    arguments = ["audit-log", "verify", "--database", url, *options]
    return CliRunner().invoke(main, arguments, env=environment)


def test_a_log_that_holds_is_said_to_and_its_ends_are_kept(
    world: World, database_url: str, tmp_path: Path
) -> None:
    anchor = tmp_path / "anchor.json"
    first = verify(database_url, tmp_path, "--anchor", str(anchor))
    world.start(4)
    again = verify(database_url, tmp_path, "--anchor", str(anchor))

    assert first.exit_code == again.exit_code == 0, first.output + again.output
    assert "Every row is as it was written." in first.output
    chain = str(world.registrar.user_id)
    assert json.loads(anchor.read_text())["heads"][chain][0] == 4


def test_a_broken_chain_is_named_and_the_anchor_kept(
    world: World, database_url: str, tmp_path: Path
) -> None:
    anchor = tmp_path / "anchor.json"
    verify(database_url, tmp_path, "--anchor", str(anchor))
    before = anchor.read_text()
    own = AccessLog.chain == world.registrar.user_id
    with world.database.connect() as connection:
        drop_walls(connection)
        connection.execute(sa.update(AccessLog).where(own, AccessLog.number == 2).values(detail=""))

    result = verify(database_url, tmp_path, "--anchor", str(anchor))

    assert result.exit_code == 1
    assert f"chain {world.registrar.user_id}: row 2 (id " in result.output
    assert "is not as it was written" in result.output
    assert anchor.read_text() == before


def test_a_log_that_was_rolled_back_is_found_by_the_anchor(
    world: World, database_url: str, tmp_path: Path
) -> None:
    anchor = tmp_path / "anchor.json"
    verify(database_url, tmp_path, "--anchor", str(anchor))
    user = world.registrar.user_id
    with world.database.connect() as connection:
        drop_walls(connection)
        second = connection.execute(
            sa.select(AccessLog.seal).where(AccessLog.chain == user, AccessLog.number == 2)
        ).scalar_one()
        connection.execute(
            sa.delete(AccessLog).where(AccessLog.chain == user, AccessLog.number > 2)
        )
        connection.execute(
            sa.update(AccessLogHead)
            .where(AccessLogHead.chain == user)
            .values(number=2, seal=second)
        )

    assert verify(database_url, tmp_path).exit_code == 0
    result = verify(database_url, tmp_path, "--anchor", str(anchor))
    assert result.exit_code == 1
    assert f"chain {user}: row 3 and what came after it are gone" in result.output


def test_a_file_that_is_no_anchor_is_refused(
    world: World, database_url: str, tmp_path: Path
) -> None:
    for content in ("", "[]", '{"heads": {"1": [2]}}', '{"heads": {"1": [2, "not hex"]}}'):
        anchor = tmp_path / "anchor.json"
        anchor.write_text(content)
        result = verify(database_url, tmp_path, "--anchor", str(anchor))
        assert result.exit_code == 1, content
        assert "is not an anchor" in result.output
        assert anchor.read_text() == content


def test_adopting_says_how_many_and_refuses_a_second_time(
    world: World, database_url: str, tmp_path: Path
) -> None:
    with world.database.connect() as connection:
        connection.execute(
            sa.text(
                "DROP TRIGGER access_log_refuses_unsealed"
                + ("" if world.database.dialect == "sqlite" else " ON access_log")
            )
        )
        connection.execute(
            sa.text(
                "INSERT INTO access_log (at, action, subject, detail) "
                "VALUES ('2025-12-01 09:00:00', 'round.opened', '', '')"
            )
        )

    before = verify(database_url, tmp_path)
    adopting = verify(database_url, tmp_path, "--adopt")
    again = verify(database_url, tmp_path, "--adopt")

    assert "older rows: they are not sealed; see --adopt" in before.output
    assert before.exit_code == 1
    assert "Sealed 1 older rows." in adopting.output
    assert adopting.exit_code == 0
    assert again.exit_code == 1
    assert verify(database_url, tmp_path).exit_code == 0
