"""Whoever opts out, or is made one of two, is gone from the SQLite file too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.actions.merging import merge, open_duplicate
from brukerplan.actions.opting_out import opt_out, withdraw_opt_out
from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import upgrade
from brukerplan.persistence.tables import Registration
from tests.actions.world import NOW, World, build, person
from tests.log_key import LOG_KEY

LABEL, OTHER_LABEL = "Kjennemerke-31", "Kjennemerke-32"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the database lies, alone."""
    place = tmp_path / "instance"
    place.mkdir()
    return place


@pytest.fixture
def world(folder: Path) -> Iterator[World]:
    """One person in two units, in a SQLite file in use."""
    database = Database(f"sqlite:///{folder / 'brukerplan.sqlite'}", log_key=LOG_KEY)
    upgrade(database)
    made = build(database)
    made.start(1, label=LABEL)
    made.start(1, label=OTHER_LABEL, unit_id=made.other_unit, also_elsewhere=True)
    yield made
    database.dispose()


def holds(folder: Path, wanted: bytes) -> bool:
    """Whether it stands anywhere in the folder's files."""
    return any(wanted in path.read_bytes() for path in folder.iterdir())


def pseudonyms(world: World) -> tuple[bytes, bytes]:
    """The person's municipal and transfer pseudonym."""
    with world.database.read() as session:
        row = session.execute(
            sa.select(Registration.municipal_pseudonym, Registration.transfer_pseudonym)
        ).first()
    assert row is not None
    assert row[0] is not None
    assert row[1] is not None
    return row[0], row[1]


def test_an_opt_out_leaves_the_one_pseudonym_that_it_is(world: World, folder: Path) -> None:
    municipal, transfer = pseudonyms(world)
    about = [LABEL.encode(), OTHER_LABEL.encode(), transfer]
    # The control: before, they are there to be found.
    assert all(holds(folder, each) for each in (*about, municipal))

    says_no(world)

    assert not any(holds(folder, each) for each in about)
    assert holds(folder, municipal), "by this the person is known again, and refused"

    changes_their_mind(world)

    assert not holds(folder, municipal)


def says_no(world: World) -> None:
    """Record that the person has opted out."""
    opt_out(
        world.database,
        by=world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        number=person(1),
        now=NOW,
    )


def changes_their_mind(world: World) -> None:
    """Record that the person wants to be mapped after all."""
    withdraw_opt_out(
        world.database,
        by=world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        number=person(1),
        now=NOW,
    )


def test_the_registration_that_was_merged_away_leaves_no_copy(world: World, folder: Path) -> None:
    with world.database.read() as session:
        ids = dict(session.execute(sa.select(Registration.case_label, Registration.id)).all())
    opened = open_duplicate(
        world.database,
        by=world.coordinator,
        one_id=ids[LABEL],
        other_id=ids[OTHER_LABEL],
        now=NOW,
    )
    assert holds(folder, OTHER_LABEL.encode())

    merge(
        world.database,
        by=world.coordinator,
        keep_id=ids[LABEL],
        other_id=ids[OTHER_LABEL],
        choices={each.variable: "keep" for each in opened.differences},
        versions={opened.first.id: opened.first.version, opened.second.id: opened.second.version},
        now=NOW,
    )

    assert holds(folder, LABEL.encode())
    assert not holds(folder, OTHER_LABEL.encode())
