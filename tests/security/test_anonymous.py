"""Where a municipality maps anonymously, no pseudonym of any kind is made or stored."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from brukerplan.actions.keys import Keys
from brukerplan.actions.number_change import NoNumbersKeptError
from brukerplan.actions.opting_out import NobodyToFindError
from brukerplan.actions.start import find_registration
from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.resting import places
from brukerplan.persistence.tables import FROZEN_REGISTRATION, PseudonymKey, RoundMunicipality
from tests.actions.keys_world import Noting
from tests.actions.test_importing import read_in
from tests.actions.test_number_change import NEW, OLD, changed, says_no
from tests.actions.world import NOW, World, build, person
from tests.files.sheets import row


@pytest.fixture
def world(database: Database) -> World:
    """A trust with five municipalities and an open round."""
    return build(database)


def stored(world: World) -> int:
    """How many pseudonyms of any kind there are."""
    with world.database.read() as session:
        return sum(
            session.scalar(sa.select(sa.func.count(place.pseudonym))) or 0
            for purpose in Purpose
            for place in places(purpose)
        )


def everything(world: World) -> None:
    """Everything that takes a number, and the freeze."""
    world.approve(["1103"], persons=1)
    read_in(world, *[{**row(1), "number": ""}], unit_id=world.units["1108"][0])
    for refused, act in (
        (NobodyToFindError, lambda: says_no(world, OLD)),
        (NoNumbersKeptError, lambda: changed(world, OLD, NEW)),
    ):
        with pytest.raises(refused):
            act()
    found = find_registration(
        world.database,
        by=world.registrar,
        keys=world.keys,
        unit_id=world.unit,
        round_id=world.round_id,
        number=person(0),
        now=NOW,
    )
    assert found is None


def test_no_pseudonym_is_made_or_stored(world: World) -> None:
    with world.database.begin() as session:
        session.execute(sa.update(RoundMunicipality).values(identity_mode="anonymous"))
    noting = Noting()
    world = replace(world, keys=Keys(world.database, noting))

    everything(world)

    assert noting.used == set(), "without a key there is no pseudonym"
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PseudonymKey)) == 0
    assert stored(world) == 0

    world.freeze()

    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(FROZEN_REGISTRATION)) == 2
    assert stored(world) == 0


def test_where_persons_are_followed_they_would_be_counted(world: World) -> None:
    world.approve(["1103"], persons=1)
    assert stored(world) == 4
    world.freeze()
    assert stored(world) == 2 + 2
