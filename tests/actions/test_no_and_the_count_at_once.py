"""A person says no while others start, merge, inform, approve and freeze: no always holds."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor
from brukerplan.access.roles import Role
from brukerplan.actions.accounts import grant
from brukerplan.actions.letters import mark_informed
from brukerplan.actions.merging import duplicates, merge, open_duplicate
from brukerplan.actions.municipality import approve_municipality, reopen_municipality
from brukerplan.actions.opting_out import opt_out
from brukerplan.actions.querying import ask, close_query, open_queries_of_municipality
from brukerplan.actions.units import reopen_unit, submit_unit
from brukerplan.persistence.queries.duplicates import count_duplicates
from brukerplan.persistence.tables import (
    FROZEN_REGISTRATION,
    OptOut,
    Registration,
    RoundMunicipality,
)
from brukerplan.persistence.tables.states import QueryQuestion, ReopeningReason
from brukerplan.translation import UserError
from tests.actions.world import NOW, World, person

PERSONS = 12
STEPS = 25
WORKERS = 4


class Worker:
    """Somebody who does anything at all in Stavanger, in an order of their own."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.draw = world, random.Random(seed)
        self.place = world.municipalities["1103"]
        self.round: dict[str, Any] = {"round_id": world.round_id, "now": NOW}
        self.broken: list[BaseException] = []

    def work(self) -> None:
        """Do one thing after the other; what is refused is refused."""
        often = [self.registers] * 4
        acts: list[Callable[[], object]] = [
            *often,
            self.says_no,
            self.makes_one,
            self.informs,
            self.asks,
            self.closes,
            self.submits,
            self.submits,
            self.opens_unit,
            self.approves,
            self.approves,
            self.opens_municipality,
        ]
        for _ in range(STEPS):
            try:
                self.draw.choice(acts)()
            except UserError as refused:
                if type(refused).__module__.startswith("brukerplan.persistence"):
                    self.broken.append(refused)
            except BaseException as error:  # noqa: BLE001 - told by the test, not by the thread
                self.broken.append(error)

    def registers(self) -> None:
        self.world.submit(
            self.draw.randrange(PERSONS),
            unit_id=self.unit(),
            also_elsewhere=True,
            informed=self.draw.random() < 0.7,
        )

    def says_no(self) -> None:
        opt_out(
            self.world.database,
            by=self.world.registrar,
            keys=self.world.keys,
            municipality_id=self.place,
            number=person(self.draw.randrange(PERSONS)),
            **self.round,
        )

    def makes_one(self) -> None:
        with self.world.database.read() as session:
            found = duplicates(session, self.place, self.world.round_id)
        if not found:
            return
        one, other = (each.registration_id for each in self.draw.choice(found).registrations[:2])
        by = self.world.coordinator
        opened = open_duplicate(self.world.database, by=by, one_id=one, other_id=other, now=NOW)
        merge(
            self.world.database,
            by=by,
            keep_id=one,
            other_id=other,
            choices=dict.fromkeys((each.variable for each in opened.differences), "keep"),
            versions={each.id: each.version for each in (opened.first, opened.second)},
            now=NOW,
        )

    def informs(self) -> None:
        mark_informed(
            self.world.database, by=self.lead(), registration_ids=self.somebody(), now=NOW
        )

    def asks(self) -> None:
        for one in self.somebody():
            ask(
                self.world.database,
                by=self.world.coordinator,
                registration_id=one,
                question=QueryQuestion.STILL_A_USER,
                now=NOW,
            )

    def closes(self) -> None:
        with self.world.database.read() as session:
            waiting = open_queries_of_municipality(session, self.place, self.world.round_id)
        for query in waiting:
            by = self.world.coordinator
            close_query(self.world.database, by=by, query_id=query.id, now=NOW)

    def submits(self) -> None:
        submit_unit(self.world.database, by=self.lead(), unit_id=self.unit(), **self.round)

    def opens_unit(self) -> None:
        reason = ReopeningReason.PERSON_MISSING
        reopen_unit(
            self.world.database, by=self.lead(), unit_id=self.unit(), reason=reason, **self.round
        )

    def approves(self) -> None:
        approve_municipality(
            self.world.database,
            by=self.world.coordinator,
            municipality_id=self.place,
            leave_out_uninformed=self.draw.random() < 0.5,
            seen=True,
            **self.round,
        )

    def opens_municipality(self) -> None:
        reopen_municipality(
            self.world.database,
            by=self.world.coordinator,
            municipality_id=self.place,
            reason=ReopeningReason.ANSWER_WRONG,
            **self.round,
        )

    def unit(self) -> int:
        return self.draw.choice(self.world.units["1103"])

    def lead(self) -> Actor:
        return self.world.works_in(*self.world.units["1103"])

    def somebody(self) -> list[uuid.UUID]:
        """One of those registered, if anybody is."""
        with self.world.database.read() as session:
            ids = session.scalars(
                sa.select(Registration.id).where(Registration.municipality_id == self.place)
            ).all()
        return [self.draw.choice(ids)] if ids else []


@pytest.fixture
def workers(world: World) -> list[Worker]:
    """Some who will all work at once."""
    for unit_id in world.units["1103"]:
        # Whoever can answer for the unit can be asked.
        user_id = world.registrar.user_id
        grant(
            world.database,
            user_id=user_id,
            organisation_id=unit_id,
            role=Role.UNIT_LEAD,
            now=NOW,
        )
    made = [Worker(world, seed) for seed in range(WORKERS)]
    made[0].says_no()
    return made


def test_nobody_who_has_said_no_is_registered_whatever_happens_at_once(
    world: World, workers: list[Worker]
) -> None:
    with_all(workers)

    place = world.municipalities["1103"]
    with world.database.read() as session:
        assert registered_all_the_same(world) == 0
        drafts = session.scalar(counted(world).where(Registration.state == "draft"))
        if approved(world):
            assert count_duplicates(session, place, world.round_id) == 0
            assert drafts == 0


def test_a_freeze_in_the_middle_takes_who_counts_and_nobody_who_has_said_no(
    world: World, workers: list[Worker]
) -> None:
    world.approve(["1103", "1108"], persons=3)

    def freeze() -> None:
        time.sleep(0.3)
        for _ in range(50):
            try:
                world.freeze()
            except UserError:
                # Registered twice in an approved municipality, for example.
                time.sleep(0.02)
            else:
                return

    with_all(workers, freeze)
    with world.database.read() as session:
        frozen = session.scalar(
            sa.select(sa.func.count()).where(FROZEN_REGISTRATION.c.municipality_code == "1103")
        )
        counts = session.scalar(
            counted(world).where(
                Registration.state == "submitted", Registration.informed_at.is_not(None)
            )
        )
    assert registered_all_the_same(world) == 0
    assert frozen == (counts if approved(world) else 0)


def with_all(workers: list[Worker], *others: Callable[[], object]) -> None:
    """Let everybody work at once, and tell what broke."""
    threads = [threading.Thread(target=act) for act in (*(each.work for each in workers), *others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [error for each in workers for error in each.broken] == []


def registered_all_the_same(world: World) -> int:
    """Count the registrations of persons who have opted out there."""
    said_no = sa.and_(
        OptOut.municipal_pseudonym == Registration.municipal_pseudonym,
        OptOut.municipality_id == Registration.municipality_id,
    )
    with world.database.read() as session:
        return session.scalar(counted(world).join(OptOut, said_no)) or 0


def counted(world: World) -> sa.Select[int]:
    """Count the registrations of Stavanger."""
    return (
        sa.select(sa.func.count())
        .select_from(Registration)
        .where(Registration.municipality_id == world.municipalities["1103"])
    )


def approved(world: World) -> bool:
    """Whether Stavanger is approved."""
    with world.database.read() as session:
        state = session.scalar(
            sa.select(RoundMunicipality.state).where(
                RoundMunicipality.municipality_id == world.municipalities["1103"]
            )
        )
    return state == "approved"
