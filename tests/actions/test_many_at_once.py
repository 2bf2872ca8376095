"""Many people at work in the same moment: whatever the order, the states agree."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from functools import partial

import sqlalchemy as sa

from brukerplan.actions.municipality import approve_municipality, reopen_municipality
from brukerplan.actions.units import declare_nothing_to_report, reopen_unit, submit_unit
from brukerplan.persistence.queries.rounds import municipality_progress, municipality_terms
from brukerplan.persistence.tables import FROZEN_REGISTRATION
from brukerplan.persistence.tables.states import ReopeningReason
from brukerplan.translation import UserError
from tests.actions.world import NOW, World

THREADS = 4
STEPS = 40


def at_work(world: World, seed: int, broken: list[BaseException]) -> None:
    draw = random.Random(seed)
    place = world.municipalities["1103"]

    def in_unit(action: Callable[..., object]) -> None:
        unit_id = draw.choice(world.units["1103"])
        action(
            world.database,
            by=world.works_in(unit_id),
            unit_id=unit_id,
            round_id=world.round_id,
            now=NOW,
        )

    def in_municipality(action: Callable[..., object]) -> None:
        action(
            world.database,
            by=world.coordinator,
            municipality_id=place,
            round_id=world.round_id,
            now=NOW,
        )

    acts: list[Callable[[], object]] = [
        lambda: world.submit(draw.randrange(400), unit_id=world.unit),
        lambda: in_unit(submit_unit),
        lambda: in_unit(declare_nothing_to_report),
        lambda: in_unit(partial(reopen_unit, reason=ReopeningReason.PERSON_MISSING)),
        lambda: in_municipality(partial(approve_municipality, seen=True)),
        lambda: in_municipality(partial(approve_municipality, seen=True)),
        lambda: in_municipality(partial(reopen_municipality, reason=ReopeningReason.ANSWER_WRONG)),
    ]
    for _ in range(STEPS):
        try:
            draw.choice(acts)()
        except UserError as refused:
            if type(refused).__module__.startswith("brukerplan.persistence"):
                broken.append(refused)
        except BaseException as error:  # noqa: BLE001 - told by the test, not by the thread
            broken.append(error)


def test_an_approved_municipality_never_has_an_open_unit_nor_a_draft(world: World) -> None:
    broken: list[BaseException] = []
    workers = [
        threading.Thread(target=at_work, args=(world, seed, broken)) for seed in range(THREADS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert broken == []
    with world.database.read() as session:
        terms = municipality_terms(session, world.municipalities["1103"], world.round_id)
        units = municipality_progress(session, world.municipalities["1103"], world.round_id)
    assert terms is not None
    for unit in units:
        if unit.state == "submitted":
            assert unit.started == unit.submitted > 0
        if unit.state == "nothing_to_report":
            assert unit.started == 0
        if terms.state == "approved":
            assert unit.state != "open"


def test_a_freeze_in_the_middle_of_the_work_takes_exactly_what_is_approved(
    world: World,
) -> None:
    world.approve(["1103", "1108"], persons=1)
    broken: list[BaseException] = []
    workers = [
        threading.Thread(target=at_work, args=(world, seed, broken)) for seed in range(THREADS)
    ]
    for worker in workers:
        worker.start()
    world.freeze()
    for worker in workers:
        worker.join()
    assert broken == []
    with world.database.read() as session:
        terms = municipality_terms(session, world.municipalities["1103"], world.round_id)
        frozen = session.scalar(
            sa.select(sa.func.count()).where(FROZEN_REGISTRATION.c.municipality_code == "1103")
        )
        units = municipality_progress(session, world.municipalities["1103"], world.round_id)
    assert terms is not None
    submitted = sum(unit.submitted for unit in units)
    assert frozen == (submitted if terms.state == "approved" else 0)
