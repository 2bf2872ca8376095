"""Whatever is done with somebody's data leaves a row: who, what, when, and never the number."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.actions.log_review import review_log
from brukerplan.actions.reading import list_registrations, open_registration
from brukerplan.actions.registering import reopen_registration, save_draft
from brukerplan.actions.start import RegisteredElsewhereError, find_registration
from brukerplan.persistence.log import LogLine
from brukerplan.persistence.tables import AccessLog, Base
from tests.actions.world import NOW, World, person


def acts(world: World, subject: object = None) -> list[str]:
    query = sa.select(AccessLog.action).order_by(AccessLog.id)
    if subject is not None:
        query = query.where(AccessLog.subject == str(subject))
    with world.database.read() as session:
        return list(session.scalars(query))


def test_the_life_of_a_registration_can_be_read_from_the_log(world: World) -> None:
    submitted = world.submit(3)
    open_registration(world.database, by=world.registrar, registration_id=submitted, now=NOW)
    reopen_registration(
        world.database, by=world.registrar, registration_id=submitted, version=2, now=NOW
    )
    save_draft(
        world.database,
        by=world.registrar,
        registration_id=submitted,
        version=3,
        page="",
        answers={},
        now=NOW,
    )
    world.start(3)
    find_registration(
        world.database,
        by=world.registrar,
        keys=world.keys,
        unit_id=world.unit,
        round_id=world.round_id,
        number=person(3),
        now=NOW,
    )
    assert acts(world, submitted) == [
        "registration.started",
        "registration.submitted",
        "letter.sent",
        "registration.read",
        "registration.reopened",
        "registration.saved",
        "registration.found",
        "registration.searched",
    ]


def test_learning_that_another_unit_has_the_person_is_logged(world: World) -> None:
    started = world.start(3)
    with pytest.raises(RegisteredElsewhereError):
        world.start(3, unit_id=world.other_unit)
    assert acts(world, started) == ["registration.started", "registration.elsewhere"]


def test_reading_a_list_is_logged_with_who_and_how_many(world: World) -> None:
    world.start(1)
    list_registrations(
        world.database,
        by=world.registrar,
        unit_id=world.unit,
        round_id=world.round_id,
        now=NOW,
    )
    with world.database.read() as session:
        line = session.execute(
            sa.select(AccessLog).where(AccessLog.action == "registration.listed")
        ).scalar_one()
    assert (line.user_id, line.organisation_id) == (world.registrar.user_id, world.unit)
    assert line.detail == f"round={world.round_id} lines=1"


def test_what_is_refused_changes_nothing_and_logs_nothing(world: World) -> None:
    started = world.start(1)
    before = acts(world)
    with pytest.raises(NotAllowedError):
        save_draft(
            world.database,
            by=world.stranger,
            registration_id=started,
            version=1,
            page="",
            answers={"housing": "red"},
            now=NOW,
        )
    assert acts(world) == before


def test_officer_and_coordinator_read_the_log_of_the_own_municipality_only(world: World) -> None:
    world.start(1)
    world.start(2, unit_id=world.units["1108"][0])
    place = world.municipalities["1103"]
    lines = reviewed(world, world.officer, place)
    started = [line for line in lines if line.action == "registration.started"]
    assert [line.organisation_name for line in started] == ["Rus- og psykisk helse 1103"]
    assert reviewed(world, world.coordinator, place)[0].action == "access_log.read"
    for actor, organisation_id in (
        (world.officer, world.municipalities["1108"]),
        (world.coordinator, world.municipalities["1108"]),
        (world.registrar, world.unit),
    ):
        with pytest.raises(NotAllowedError):
            reviewed(world, actor, organisation_id)


def reviewed(world: World, by: Actor, place: int) -> tuple[LogLine, ...]:
    found = review_log(
        world.database,
        by=by,
        municipality_id=place,
        since=NOW - timedelta(days=1),
        until=NOW + timedelta(days=1),
        now=NOW,
    )
    return found.lines


def test_no_number_of_a_mapped_person_is_anywhere_in_the_database(world: World) -> None:
    numbers = [person(serial)._digits.decode() for serial in range(3)]
    for serial in range(3):
        world.submit(serial)
    world.approve(["1103"], persons=0)
    world.freeze()
    with world.database.read() as session:
        stored = "\n".join(
            repr(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in session.execute(sa.select(table))
        )
    assert len(stored) > 10_000
    assert not [number for number in numbers if number in stored]


def test_no_number_is_in_the_database_file(world: World, tmp_path: Path) -> None:
    numbers = [person(serial)._digits for serial in range(3)]
    for serial in range(3):
        world.submit(serial)
    world.database.dispose()
    written = b"".join(path.read_bytes() for path in tmp_path.glob("brukerplan.sqlite*"))
    assert (len(written) > 10_000) == (world.database.dialect == "sqlite")
    assert not [number for number in numbers if number in written]
