"""A municipality's key is replaced while people work: nobody is lost, nobody is two."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from brukerplan.actions.key_rotation import NoKeyError, create_keys, list_keys, sweep_keys
from brukerplan.actions.merging import list_duplicates
from brukerplan.actions.opting_out import opt_out, withdraw_opt_out
from brukerplan.actions.start import OptedOutError, RegisteredElsewhereError, find_registration
from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.queries.previous import last_levels, not_started
from brukerplan.persistence.queries.resting import places
from brukerplan.persistence.tables import AccessLog, Base, OptOut, PseudonymKey, Registration
from tests.actions.earlier import begin, in_year, register
from tests.actions.keys_world import (
    CODE,
    MASTER,
    alive,
    another_process,
    resting,
    rotate,
)
from tests.actions.test_importing import read_in
from tests.actions.world import NOW, YEAR, World, person
from tests.files.sheets import row


def says_no(world: World, serial: int) -> None:
    opt_out(
        world.database,
        by=world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities[CODE],
        round_id=world.round_id,
        number=person(serial),
        now=NOW,
    )


def registrations(world: World) -> int:
    with world.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Registration)) or 0


def test_whoever_was_registered_before_is_known_after(world: World) -> None:
    started = world.start(1)
    rotate(world)
    assert world.start(1) == started
    assert registrations(world) == 1


def test_what_is_written_after_the_rotation_is_under_the_new_key(world: World) -> None:
    world.start(1)
    key = rotate(world)
    world.start(2)
    with world.database.read() as session:
        ids = session.scalars(
            sa.select(Registration.municipal_key_id).order_by(Registration.created_at)
        ).all()
    assert key.id in ids
    assert len(set(ids)) == 2


def test_the_same_person_in_two_units_is_seen_across_the_rotation(world: World) -> None:
    world.start(1)
    rotate(world)
    with pytest.raises(RegisteredElsewhereError):
        world.start(1, unit_id=world.other_unit)
    world.start(1, unit_id=world.other_unit, also_elsewhere=True)
    found = list_duplicates(
        world.database,
        by=world.coordinator,
        municipality_id=world.municipalities[CODE],
        round_id=world.round_id,
        now=NOW,
    )
    assert [len(each.registrations) for each in found] == [2]


def test_a_no_said_before_holds_after(world: World) -> None:
    says_no(world, 1)
    rotate(world)
    with pytest.raises(OptedOutError):
        world.start(1)
    withdraw_opt_out(
        world.database,
        by=world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities[CODE],
        round_id=world.round_id,
        number=person(1),
        now=NOW,
    )
    world.start(1)


def test_a_no_said_after_deletes_what_was_registered_before(world: World) -> None:
    world.start(1)
    world.start(1, unit_id=world.other_unit, also_elsewhere=True)
    rotate(world)
    says_no(world, 1)
    assert registrations(world) == 0


def test_a_no_said_twice_is_one(world: World) -> None:
    says_no(world, 1)
    rotate(world)
    says_no(world, 1)
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OptOut)) == 1


def test_last_years_answers_follow(world: World) -> None:
    register(in_year(world, YEAR - 1), YEAR - 1, 1, label="S-1")
    rotate(world)

    started = begin(world, YEAR, 1)

    assert started.carried_from == YEAR - 1
    with world.database.read() as session:
        assert not_started(session, world.unit, world.round_id) == ()
        this_year = session.scalars(
            sa.select(Registration.municipal_pseudonym).where(
                Registration.round_id == world.round_id
            )
        ).one()
        assert set(last_levels(session, world.unit, world.round_id)) == {this_year}


def test_whoever_is_not_begun_on_is_still_waited_for(world: World) -> None:
    register(in_year(world, YEAR - 1), YEAR - 1, 1, label="S-1")
    rotate(world)
    with world.database.read() as session:
        waiting = not_started(session, world.unit, world.round_id)
    assert [line.case_label for line in waiting] == ["S-1"]


def test_a_search_finds_whom_it_found(world: World) -> None:
    started = world.start(1)
    rotate(world)
    found = find_registration(
        world.database,
        by=world.registrar,
        keys=world.keys,
        unit_id=world.unit,
        round_id=world.round_id,
        number=person(1),
        now=NOW,
    )
    assert found == started


def test_the_same_file_changes_nothing_the_second_time(world: World) -> None:
    rows = [row(serial) for serial in range(3)]
    assert read_in(world, *rows).created == 3
    rotate(world)
    again = read_in(world, *rows)
    assert (again.created, again.unchanged) == (0, 3)
    assert resting(world, Purpose.MUNICIPALITY) == {alive(world, Purpose.MUNICIPALITY)[-1]}


def test_a_key_goes_with_the_last_person_under_it(world: World) -> None:
    world.start(1)
    world.start(2, label="S-2")
    new = rotate(world)
    world.start(1)
    assert len(alive(world, Purpose.MUNICIPALITY)) == 2, "somebody rests under the first yet"
    world.start(2)
    assert alive(world, Purpose.MUNICIPALITY) == [new.id]
    with world.database.read() as session:
        gone = session.execute(
            sa.select(PseudonymKey.wrapped, PseudonymKey.retired_at).where(
                PseudonymKey.id != new.id, PseudonymKey.purpose == Purpose.MUNICIPALITY
            )
        ).one()
        logged = session.scalars(sa.select(AccessLog.action)).all()
    assert gone.wrapped is None
    assert gone.retired_at is not None, "that there was one is still told"
    assert logged.count("key.destroyed") == logged.count("key.rotated") == 1


def test_a_key_nobody_came_to_rest_under_goes_at_once(world: World) -> None:
    create_keys(world.database, wrapper=MASTER, now=NOW)
    before = alive(world, Purpose.MUNICIPALITY)
    rotate(world)
    assert len(alive(world, Purpose.MUNICIPALITY)) == len(before)


def test_a_key_whose_last_person_said_no_goes_when_swept(world: World) -> None:
    world.start(1)
    world.start(2, label="S-2")
    rotate(world)
    world.start(1)
    assert sweep_keys(world.database, now=NOW) == 0
    with world.database.begin() as session:
        session.execute(sa.delete(Registration).where(Registration.case_label == "S-2"))
    assert sweep_keys(world.database, now=NOW) == 1
    assert len(alive(world, Purpose.MUNICIPALITY)) == 1


def test_everything_of_a_person_rests_under_one_key(world: World) -> None:
    earlier = in_year(world, YEAR - 1)
    register(earlier, YEAR - 1, 1, label="S-1")
    says_no(world, 1)
    for _ in range(3):
        rotate(world)
    with pytest.raises(OptedOutError):
        world.start(1)
    assert resting(world, Purpose.MUNICIPALITY) == {alive(world, Purpose.MUNICIPALITY)[-1]}


def test_no_place_with_a_pseudonym_is_forgotten() -> None:
    found = {
        str(place.pseudonym)
        for purpose in Purpose
        for place in places(purpose)
        if place.key_id.table is place.pseudonym.table
    }
    columns = {
        str(column)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if "pseudonym" in column.name
    }
    assert found == columns


def test_another_process_notices(world: World) -> None:
    other = another_process(world)
    with world.database.begin() as session:
        before = other.municipal(session, world.municipalities[CODE], NOW)
    key = rotate(world)
    with world.database.begin() as session:
        assert other.municipal(session, world.municipalities[CODE], NOW) == key != before


def test_the_other_municipalities_keep_theirs(world: World) -> None:
    world.start(1)
    elsewhere = world.start(1, unit_id=world.units["1108"][0])
    rotate(world)
    assert world.start(1, unit_id=world.units["1108"][0]) == elsewhere
    assert len(alive(world, Purpose.MUNICIPALITY)) == 3


def test_there_must_be_a_key_to_replace(world: World) -> None:
    with pytest.raises(NoKeyError, match=CODE):
        rotate(world)


def test_keys_are_made_beforehand_once(world: World) -> None:
    assert create_keys(world.database, wrapper=MASTER, now=NOW) == 5 + 1 + 1
    assert create_keys(world.database, wrapper=MASTER, now=NOW) == 0


def test_the_list_counts_what_rests_under_each(world: World) -> None:
    world.start(1)
    world.start(2, label="S-2")
    rotate(world)
    world.start(1)
    lines = [
        (line.organisation, line.retired_at is not None, line.destroyed, line.rows)
        for line in list_keys(world.database)
        if line.purpose == Purpose.MUNICIPALITY
    ]
    assert lines == [("1103", True, False, 1), ("1103", False, False, 1)]
