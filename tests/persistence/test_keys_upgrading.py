"""The tables of keys and links go up and down with what is in them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from brukerplan.actions.number_change import change_number
from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import downgrade, upgrade
from tests.actions.keys_world import CODE, freeze_with, panel, rotate, rotate_trust
from tests.actions.world import NOW, YEAR, World, build, person
from tests.conftest import EVERYTHING
from tests.log_key import LOG_KEY

BEFORE = "0002"


@pytest.fixture
def world(empty_database_url: str) -> Iterator[World]:
    """A world in which keys were replaced and destroyed, and a round was frozen."""
    database = Database(empty_database_url, log_key=LOG_KEY, reach=EVERYTHING)
    upgrade(database)
    made = build(database)
    made.start(1)
    rotate(made)
    made.start(1)
    change_number(
        database,
        by=made.registrar,
        keys=made.keys,
        municipality_id=made.municipalities[CODE],
        round_id=made.round_id,
        earlier=person(1),
        later=person(41),
        now=NOW,
    )
    with database.begin() as session:
        session.execute(sa.text("DELETE FROM registration"))
    freeze_with(made, YEAR, [2, 3])
    yield made
    database.dispose()


def counted(world: World, table: str, where: str = "1 = 1") -> int:
    with world.database.connect() as connection:
        found = connection.execute(sa.text(f"SELECT count(*) FROM {table} WHERE {where}"))
        return int(found.scalar_one())


def test_keys_and_what_is_frozen_go_down_and_up_again(world: World) -> None:
    keys, persons = counted(world, "pseudonym_key"), panel(world)
    assert counted(world, "pseudonym_key", "wrapped IS NULL") == 1

    downgrade(world.database, BEFORE)

    assert counted(world, "pseudonym_key") == keys
    assert counted(world, "pseudonym_key", "length(wrapped) = 0") == 1

    upgrade(world.database)

    assert counted(world, "pseudonym_key", "wrapped IS NULL") == 1
    assert sorted(panel(world)) == sorted(persons)
    assert counted(world, "number_change") == 0, "the tables before had no room for it"
    _, rows = rotate_trust(world)
    assert rows == 2


def test_nothing_frozen_changes_in_the_tables_before(world: World) -> None:
    downgrade(world.database, BEFORE)
    with pytest.raises(sa.exc.IntegrityError), world.database.connect() as connection:
        connection.execute(sa.text("UPDATE frozen_registration SET trust_key_id = trust_key_id"))


def test_a_key_in_use_is_not_without_its_secret(world: World) -> None:
    with pytest.raises(sa.exc.IntegrityError), world.database.connect() as connection:
        connection.execute(sa.text("UPDATE pseudonym_key SET wrapped = NULL"))
