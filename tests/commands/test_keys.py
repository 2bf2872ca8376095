"""The commands for keys, as whoever runs the machine types them."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from brukerplan.cli import main
from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.engine import Database
from tests.actions.keys_world import alive
from tests.actions.world import NOW, World, build

MASTER, NEW = (base64.b64encode(each * 32).decode() for each in (b"m", b"n"))


@pytest.fixture
def world(database: Database) -> World:
    """A trust with five municipalities and an open round."""
    return build(database)


def keys(url: str, folder: Path, *arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(
        main,
        ["keys", *arguments, "--database", url],
        env={
            "BRUKERPLAN_INSTANCE": str(folder),
            "BRUKERPLAN_SECRET_KEY": "s" * 32,
            "BRUKERPLAN_MASTER_KEY": MASTER,
            **environment,
        },
    )


def test_keys_are_made_listed_replaced_and_swept(
    world: World, database_url: str, tmp_path: Path
) -> None:
    world.start(1)
    (first,) = alive(world, Purpose.MUNICIPALITY)
    assert "Made 5 keys." in keys(database_url, tmp_path, "create").output

    rotated = keys(
        database_url, tmp_path, "rotate", "--purpose", "municipality", "--organisation", "1103"
    )
    listed = keys(database_url, tmp_path, "list").output.splitlines()

    assert rotated.exit_code == 0
    of_stavanger = [line.split() for line in listed if " 1103 " in line]
    assert [(line[0], line[-2:]) for line in of_stavanger] == [
        (first, ["earlier", "1"]),
        (rotated.output.split()[0], ["use", "0"]),
    ]
    assert keys(database_url, tmp_path, "sweep").output == "Destroyed 0 keys.\n"


def test_no_secret_is_shown(world: World, database_url: str, tmp_path: Path) -> None:
    world.start(1)
    with world.database.begin() as session:
        key = world.keys.municipal(session, world.municipalities["1103"], NOW)
    shown = keys(database_url, tmp_path, "list").output
    assert key.id in shown
    secret = key.secret_for(Purpose.MUNICIPALITY)
    for text in (secret.hex(), base64.b64encode(secret).decode(), MASTER):
        assert text not in shown


def test_the_transfer_key_waits_for_the_freeze(
    world: World, database_url: str, tmp_path: Path
) -> None:
    world.start(1)
    arguments = ("rotate", "--purpose", "transfer", "--organisation", "norge")
    refused = keys(database_url, tmp_path, *arguments)
    assert refused.exit_code == 1
    assert "bare byttes mellom to kartlegginger" in refused.output


def test_the_trust_key_is_laid_upon_what_is_frozen(
    world: World, database_url: str, tmp_path: Path
) -> None:
    world.approve(["1103"], persons=1)
    world.freeze()
    done = keys(
        database_url, tmp_path, "rotate", "--purpose", "trust", "--organisation", "stavanger"
    )
    assert "laid upon 2 frozen pseudonyms" in done.output


def test_an_organisation_that_is_not_there_is_said(
    world: World, database_url: str, tmp_path: Path
) -> None:
    refused = keys(
        database_url, tmp_path, "rotate", "--purpose", "municipality", "--organisation", "9999"
    )
    assert refused.exit_code == 1
    assert "no municipality with the code 9999" in refused.output


def test_another_master_key_takes_over(world: World, database_url: str, tmp_path: Path) -> None:
    world.start(1)
    missing = keys(database_url, tmp_path, "rewrap")
    assert missing.exit_code == 1
    assert "BRUKERPLAN_NEW_MASTER_KEY" in missing.output

    done = keys(database_url, tmp_path, "rewrap", BRUKERPLAN_NEW_MASTER_KEY=NEW)

    assert "Wrapped 2 keys and 0 authenticator secrets anew; 0 recovery codes" in done.output
    assert NEW not in done.output
    rotate = ("rotate", "--purpose", "municipality", "--organisation", "1103")
    assert keys(database_url, tmp_path, *rotate, BRUKERPLAN_MASTER_KEY=NEW).exit_code == 0


def test_a_municipality_becomes_part_of_another(
    world: World, database_url: str, tmp_path: Path
) -> None:
    world.start(1)
    arguments = ("merge", "--from", "1103", "--into", "1108")
    refused = keys(database_url, tmp_path, *arguments)
    assert refused.exit_code == 1
    assert "ikke er frosset" in refused.output
    world.approve(["1101"], persons=1)
    world.freeze()
    assert "1108 was given 1 keys and 2 units." in keys(database_url, tmp_path, *arguments).output
