"""Somebody who takes the SQLite file and what lies beside it, but not the master key."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import upgrade
from brukerplan.persistence.tables import REGISTRATION
from tests.actions.world import World, build
from tests.log_key import LOG_KEY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the database lies, alone."""
    place = tmp_path / "instance"
    place.mkdir(mode=0o755)
    return place


@pytest.fixture
def world(folder: Path) -> Iterator[World]:
    """A world in a SQLite file, in use."""
    database = Database(f"sqlite:///{folder / 'brukerplan.sqlite'}", log_key=LOG_KEY)
    upgrade(database)
    yield build(database)
    database.dispose()


def test_only_the_owner_reads_the_file_and_its_side_files(world: World, folder: Path) -> None:
    world.start()

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}

    assert set(modes.values()) == {0o600}
    assert "brukerplan.sqlite-wal" in modes


def test_no_transfer_pseudonym_is_left_in_any_file_after_the_freeze(
    world: World, folder: Path
) -> None:
    world.approve()
    with world.database.read() as session:
        pseudonyms = session.scalars(sa.select(REGISTRATION.c.transfer_pseudonym)).all()
    # The control: before the freeze they are there to be found.
    assert found(folder, pseudonyms) == set(pseudonyms)

    world.freeze()

    assert found(folder, pseudonyms) == set()


def found(folder: Path, pseudonyms: Sequence[bytes]) -> set[bytes]:
    """Which of these stand anywhere in the folder's files."""
    whole = b"".join(path.read_bytes() for path in folder.iterdir())
    return {pseudonym for pseudonym in pseudonyms if pseudonym in whole}
