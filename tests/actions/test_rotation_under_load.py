"""Many people register, search and say no while the municipality's key is replaced again and again.

What must hold is told beforehand by who does what: each of the persons is registered by several
at once in one unit, and by nobody who is told that somebody else was first; those who say no are
nowhere in the end, whoever tried; and a search that comes after a registration finds it.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from brukerplan.actions.opting_out import opt_out
from brukerplan.actions.start import OptedOutError, find_registration, start_registration
from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.tables import OptOut, Registration
from tests.actions.keys_world import CODE, alive, another_process, resting, rotate
from tests.actions.world import NOW, World, person

WORKERS = 4
PERSONS = 24
SAY_NO = frozenset(range(0, PERSONS, 4))
ROTATIONS = 5


def work(world: World, seed: int) -> None:
    """One process: starts on everybody, sees that they are found; some say no."""
    draw = random.Random(seed)
    keys = another_process(world)
    serials = list(range(PERSONS))
    draw.shuffle(serials)
    for serial in serials:
        number = person(serial)
        try:
            started = start_registration(
                world.database,
                by=world.works_in(world.unit),
                keys=keys,
                unit_id=world.unit,
                round_id=world.round_id,
                number=number,
                case_label=f"S-{serial}",
                now=NOW,
            )
        except OptedOutError:
            assert serial in SAY_NO
            continue
        if serial in SAY_NO:
            opt_out(
                world.database,
                by=world.works_in(world.unit),
                keys=keys,
                municipality_id=world.municipalities[CODE],
                round_id=world.round_id,
                number=number,
                now=NOW,
            )
            continue
        found = find_registration(
            world.database,
            by=world.works_in(world.unit),
            keys=keys,
            unit_id=world.unit,
            round_id=world.round_id,
            number=number,
            now=NOW,
        )
        assert found == started.id


def at_once(world: World) -> list[BaseException]:
    """Let the workers work while the key is rotated; return what went wrong."""
    broken: list[BaseException] = []

    def guarded(act: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            try:
                act()
            except BaseException as error:  # noqa: BLE001 - told by the test, not by the thread
                broken.append(error)

        return run

    def turn() -> None:
        for _ in range(ROTATIONS):
            rotate(world)

    acts = [lambda seed=seed: work(world, seed) for seed in range(WORKERS)]
    threads = [threading.Thread(target=guarded(act)) for act in [*acts, turn]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return broken


def test_nobody_is_two_and_nobody_is_lost(world: World) -> None:
    # There is a key to replace, and somebody under it whom nobody types again.
    world.start(PERSONS, label="S-24")

    assert at_once(world) == []

    with world.database.read() as session:
        labels = sorted(session.scalars(sa.select(Registration.case_label)))
        persons = session.scalars(sa.select(Registration.municipal_pseudonym)).all()
        said_no = session.scalar(sa.select(sa.func.count()).select_from(OptOut))
    assert labels == sorted(f"S-{each}" for each in range(PERSONS + 1) if each not in SAY_NO)
    assert len(set(persons)) == len(persons)
    assert said_no == len(SAY_NO)
    # Everybody is known, and once typed rests under the key in use.
    for serial in set(range(PERSONS + 1)) - SAY_NO:
        world.start(serial)
    for serial in SAY_NO:
        with pytest.raises(OptedOutError):
            world.start(serial)
    assert resting(world, Purpose.MUNICIPALITY) == set(alive(world, Purpose.MUNICIPALITY))
    assert len(alive(world, Purpose.MUNICIPALITY)) == 1


def test_without_looking_under_the_earlier_keys_somebody_would_be_two(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.start(1)
    rotate(world)
    monkeypatch.setattr("brukerplan.actions.recognising.bring_under", lambda *_, **__: 0)
    world.start(1)
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 2
