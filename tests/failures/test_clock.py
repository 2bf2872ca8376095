"""The clock was ahead and is set back: the order of things and what is saved hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from brukerplan.actions.registering import save_draft
from brukerplan.persistence.engine import Database
from brukerplan.persistence.integrity import examine
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.accesses import log_lines
from brukerplan.persistence.queries.changes import changes_of
from brukerplan.persistence.queries.registrations import registration
from tests.actions.world import NOW, World, build
from tests.kill.ledger import answers_of

AHEAD = NOW + timedelta(days=400)


@pytest.fixture
def world(database: Database) -> World:
    """An open round."""
    return build(database)


def test_what_is_saved_after_the_clock_is_set_back_counts_as_later(world: World) -> None:
    started = world.start()
    for version, moment in ((1, AHEAD), (2, NOW), (3, NOW - timedelta(hours=1))):
        save_draft(
            world.database,
            by=world.registrar,
            registration_id=started,
            version=version,
            page="",
            answers=answers_of(version),
            now=moment,
        )

    with world.database.read() as session:
        stored = registration(session, started)
        history = changes_of(session, started)
    assert stored is not None
    assert stored.version == 4
    assert stored.answers["birth_year"] == answers_of(3)["birth_year"]
    assert [line.version for line in history] == sorted(
        (line.version for line in history), reverse=True
    )
    assert examine(world.database).wrong == ()


def test_acts_from_a_clock_that_was_ahead_do_not_hide_what_was_done_since(world: World) -> None:
    with world.database.begin() as session:
        for serial in range(5):
            log(session, at=AHEAD, user_id=None, action="registration.read",
                organisation_id=world.unit, detail=str(serial))  # fmt: skip
        log(session, at=NOW, user_id=None, action="registration.deleted",
            organisation_id=world.unit)  # fmt: skip

    with world.database.read() as session:
        (newest,) = log_lines(session, (world.unit,), limit=1)
    assert newest.action == "registration.deleted"
