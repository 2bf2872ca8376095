from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from brukerplan.actions.keys import Keys
from brukerplan.identity.errors import KeyCannotBeOpenedError
from brukerplan.identity.keyring import MasterKey
from brukerplan.identity.pseudonyms import Key, Purpose
from brukerplan.persistence.tables import PseudonymKey
from tests.actions.world import NOW, World


def municipal(world: World, keys: Keys, code: str = "1103") -> Key:
    with world.database.begin() as session:
        return keys.municipal(session, world.municipalities[code], NOW)


def test_a_municipality_keeps_its_key_and_has_it_alone(world: World) -> None:
    first = municipal(world, world.keys)
    assert municipal(world, world.keys) == first
    assert municipal(world, world.keys, "1108") != first
    # Another process, with the same master key, reads the same key from the store.
    assert municipal(world, Keys(world.database, MasterKey(b"m" * 32))) == first


def test_a_key_is_not_opened_without_its_master_key(world: World) -> None:
    municipal(world, world.keys)
    with pytest.raises(KeyCannotBeOpenedError):
        municipal(world, Keys(world.database, MasterKey(b"x" * 32)))


def test_the_store_holds_keys_wrapped_only(world: World) -> None:
    key = municipal(world, world.keys)
    with world.database.read() as session:
        wrapped = session.scalars(sa.select(PseudonymKey.wrapped)).one()
    assert wrapped is not None
    assert key.secret_for(Purpose.MUNICIPALITY) not in wrapped


def test_a_key_made_in_a_transaction_that_failed_is_not_used_again(world: World) -> None:
    def fail() -> Key:
        with world.database.begin() as session:
            key = world.keys.municipal(session, world.municipalities["1103"], NOW)
            session.rollback()
            return key

    lost = fail()
    kept = municipal(world, world.keys)
    assert kept.id != lost.id


def test_a_retired_key_is_not_used_any_more(world: World) -> None:
    first = municipal(world, world.keys)
    with world.database.begin() as session:
        session.execute(sa.update(PseudonymKey).values(retired_at=NOW))
    assert municipal(world, world.keys).id != first.id


def test_two_who_need_the_first_key_at_once_get_the_same(world: World) -> None:
    found: list[Key] = []

    def need() -> None:
        keys = Keys(world.database, MasterKey(b"m" * 32))
        found.append(municipal(world, keys))

    workers = [threading.Thread(target=need) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 6
    assert len({key.id for key in found}) == 1


def test_keys_never_show_what_they_hold(world: World) -> None:
    municipal(world, world.keys)
    assert "mmmm" not in repr(world.keys)
