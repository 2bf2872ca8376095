"""The trust key is opened by the freeze and by nothing else, and the freeze opens no other.

Three walls, each tried: the modules that ask for it are counted; what a municipality's work is
given cannot open it, nor what the freeze is given open a municipality's; and while the whole of
a municipality's work is done, the master key is not once used for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import brukerplan
from brukerplan.actions.key_rotation import create_keys, rotate_trust_key
from brukerplan.actions.keys import Keys, TrustKeys, held_keys, open_key
from brukerplan.identity.errors import WrongKeyError
from brukerplan.identity.keyring import KeyWrapper, OnlyFor, new_key
from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.engine import Database
from tests.actions.keys_world import MASTER, Noting
from tests.actions.test_importing import read_in
from tests.actions.test_number_change import NEW, OLD, changed, says_no
from tests.actions.world import NOW, World, build
from tests.files.sheets import row

PACKAGE = Path(brukerplan.__file__).parent
# Whoever has these words can come to a trust key.
OPENS = ("for_the_freeze", "TrustKeys", "Purpose.TRUST")
ALLOWED = {
    "actions/keys.py",
    "actions/freeze.py",
    # Where the freeze is asked for.
    "web/rounds.py",
    "demo/history.py",
    # Makes one and lays it upon what is frozen; opens none.
    "actions/key_rotation.py",
    # Knows the word alone.
    "identity/pseudonyms.py",
    "persistence/queries/resting.py",
}


@pytest.fixture
def world(database: Database) -> World:
    """A trust with five municipalities, an open round, and a key of every kind."""
    made = build(database)
    create_keys(database, wrapper=MASTER, now=NOW)
    return made


def test_only_the_freeze_asks_for_the_trust_key() -> None:
    assert asking(sources()) == ALLOWED


@pytest.mark.parametrize("word", OPENS)
def test_another_who_asked_would_be_seen(word: str) -> None:
    more = {"web/results.py": f"key = keys.{word}(session, 3, now)"}

    assert asking({**sources(), **more}) == {*ALLOWED, "web/results.py"}


def test_no_page_can_reach_what_replaces_keys() -> None:
    reached = {
        name
        for name, text in sources().items()
        if "key_rotation" in text or "key_merger" in text or "held_keys" in text
    }
    assert not {name for name in reached if name.startswith(("web/", "demo/", "forms/"))}
    assert "cli/keys.py" in reached, "the control: the commands do"


def sources() -> dict[str, str]:
    """Every module's text, by its path in the package."""
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8")
        for path in PACKAGE.rglob("*.py")
    }


def asking(texts: Mapping[str, str]) -> set[str]:
    """The modules that make the trust key or ask for it."""
    return {name for name, text in texts.items() if any(word in text for word in OPENS)}


@pytest.mark.parametrize("purpose", Purpose)
def test_what_is_for_some_purposes_opens_and_closes_nothing_else(purpose: Purpose) -> None:
    key = new_key(purpose)
    closed = MASTER.wrap(key)
    allowed = OnlyFor(MASTER, purpose)
    assert allowed.unwrap(allowed.wrap(key), key_id=key.id, purpose=purpose) == key
    others = OnlyFor(MASTER, *(set(Purpose) - {purpose}))
    with pytest.raises(WrongKeyError):
        others.unwrap(closed, key_id=key.id, purpose=purpose)
    with pytest.raises(WrongKeyError):
        others.wrap(key)


def wrappers(world: World) -> Iterator[tuple[KeyWrapper, set[Purpose]]]:
    """What the three that open keys were given, and what each may open."""
    # Their own, looked at from outside on purpose.
    yield world.keys._wrapper, {Purpose.MUNICIPALITY, Purpose.TRANSFER}
    yield world.keys.for_the_freeze()._wrapper, {Purpose.TRUST}
    yield world.keys.for_extracts()._wrapper, {Purpose.EXTRACT}


def test_a_municipalitys_keys_open_no_trust_key_and_the_freezes_no_other(world: World) -> None:
    owners = {
        Purpose.MUNICIPALITY: world.municipalities["1103"],
        Purpose.TRANSFER: world.nation,
        Purpose.TRUST: world.trust,
    }
    for wrapper, allowed in wrappers(world):
        for purpose, owner in owners.items():
            with world.database.begin() as session:
                (stored,) = held_keys(session, wrapper, purpose, owner, NOW, alone=False)
            if purpose in allowed:
                assert open_key(wrapper, stored).purpose is purpose
                continue
            with pytest.raises(WrongKeyError):
                open_key(wrapper, stored)
            # The control: the master key itself would.
            assert open_key(MASTER, stored).purpose is purpose


def test_a_whole_municipalitys_work_never_uses_the_trust_key(world: World) -> None:
    noting = Noting()
    at_work = replace(world, keys=Keys(world.database, noting))

    at_work.approve(["1103"], persons=1)
    read_in(at_work, row(1), unit_id=world.units["1108"][0])
    at_work.start(OLD, unit_id=world.units["1101"][0])
    says_no(at_work, 7)
    changed(at_work, OLD, NEW)

    assert noting.used == {Purpose.MUNICIPALITY, Purpose.TRANSFER}

    at_work.freeze()

    assert noting.used == set(Purpose) - {Purpose.EXTRACT}, "the control: the freeze is seen"


def test_the_freeze_uses_no_key_but_the_trust_key(world: World) -> None:
    world.approve(["1103"], persons=1)
    noting = Noting()
    replace(world, keys=Keys(world.database, noting)).freeze()
    assert noting.used == {Purpose.TRUST}


def test_the_freeze_is_given_nothing_that_asks_for_another() -> None:
    asked = {name for name in dir(TrustKeys) if not name.startswith("_")}
    assert asked == {"layers"}


def test_replacing_the_trust_key_opens_none(world: World) -> None:
    class NeverOpens(Noting):
        def unwrap(self, *_: object, **__: object):  # type: ignore[no-untyped-def]
            raise AssertionError("a key was opened")

    world.approve(["1103"], persons=1)
    world.freeze()
    _, rows = rotate_trust_key(
        world.database, wrapper=NeverOpens(), organisation_id=world.trust, now=NOW
    )
    assert rows == 2
