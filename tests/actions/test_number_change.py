"""A person gets another number: everything follows, and nothing is told that was not known."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.actions.merging import list_duplicates
from brukerplan.actions.number_change import (
    AlreadyReplacedError,
    BothInOneUnitError,
    NoNumbersKeptError,
    NumberChanged,
    PracticeOnlyError,
    SameNumberError,
    change_number,
)
from brukerplan.actions.opting_out import RoundIsOverError, opt_out
from brukerplan.actions.start import NumberReplacedError, OptedOutError, find_registration
from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.tables import (
    AccessLog,
    NumberChange,
    OptOut,
    Registration,
    RoundMunicipality,
    TransferLink,
)
from brukerplan.persistence.tables.states import IdentityMode
from tests.actions.earlier import begin, in_year, register
from tests.actions.keys_world import (
    CODE,
    alive,
    freeze,
    freeze_with,
    panel,
    resting,
    rotate,
    rotate_transfer,
    rotate_trust,
)
from tests.actions.practice import in_training
from tests.actions.test_importing import person as person_in_file
from tests.actions.test_importing import read_in, said
from tests.actions.world import NOW, YEAR, World, person
from tests.files.sheets import row

THEN = YEAR - 1
OLD, NEW, NEWER = 1, 41, 81


def changed(
    world: World, earlier: int = OLD, later: int = NEW, *, by: Actor | None = None
) -> NumberChanged:
    """Record that the person with one number has got another."""
    return change_number(
        world.database,
        by=by or world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities[CODE],
        round_id=world.round_id,
        earlier=person(earlier),
        later=person(later),
        now=NOW,
    )


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


def count(world: World, what: type) -> int:
    with world.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(what)) or 0


def test_this_years_registration_follows(world: World) -> None:
    started = world.start(OLD)
    assert changed(world) == NumberChanged(two=False)
    assert world.start(NEW) == started
    # Whoever has only the old number at hand finds the person all the same.
    assert world.start(OLD) == started
    found = find_registration(
        world.database,
        by=world.registrar,
        keys=world.keys,
        unit_id=world.unit,
        round_id=world.round_id,
        number=person(OLD),
        now=NOW,
    )
    assert found == started


def test_last_years_answers_follow(world: World) -> None:
    register(in_year(world, THEN), THEN, OLD, label="S-1")
    changed(world)
    assert begin(world, YEAR, NEW).carried_from == THEN


def test_nobody_is_begun_on_by_the_number_they_had(world: World) -> None:
    register(in_year(world, THEN), THEN, OLD, label="S-1")
    changed(world)
    with pytest.raises(NumberReplacedError):
        begin(world, YEAR, OLD)
    assert count(world, Registration) == 1


def test_a_no_follows(world: World) -> None:
    says_no(world, OLD)
    changed(world)
    for serial in (OLD, NEW):
        with pytest.raises(OptedOutError):
            world.start(serial)


def test_a_no_said_under_either_number_deletes_what_is_under_the_other(world: World) -> None:
    says_no(world, OLD)
    world.start(NEW)
    assert changed(world) == NumberChanged(two=False)
    assert count(world, Registration) == 0


def test_a_no_said_under_both_is_one(world: World) -> None:
    says_no(world, OLD)
    says_no(world, NEW)
    changed(world)
    assert count(world, OptOut) == 1


def test_a_no_said_with_the_old_number_afterwards_holds(world: World) -> None:
    world.start(OLD)
    changed(world)
    says_no(world, OLD)
    assert count(world, Registration) == 0
    with pytest.raises(OptedOutError):
        world.start(NEW)


def test_both_registered_in_two_units_are_the_coordinators_to_settle(world: World) -> None:
    world.start(OLD)
    world.start(NEW, unit_id=world.other_unit)
    assert changed(world) == NumberChanged(two=True)
    found = list_duplicates(
        world.database,
        by=world.coordinator,
        municipality_id=world.municipalities[CODE],
        round_id=world.round_id,
        now=NOW,
    )
    assert [len(each.registrations) for each in found] == [2]


def test_both_registered_in_one_unit_are_left_as_they_are(world: World) -> None:
    world.start(OLD)
    world.start(NEW, label="S-2")
    with pytest.raises(BothInOneUnitError):
        changed(world)
    assert count(world, NumberChange) == count(world, TransferLink) == 0


def test_both_in_one_unit_an_earlier_year_are_no_hindrance(world: World) -> None:
    earlier = in_year(world, THEN)
    register(earlier, THEN, OLD, label="S-1")
    register(earlier, THEN, NEW, label="S-2")
    changed(world)
    assert begin(world, YEAR, NEW).carried_from == THEN


def test_of_somebody_nobody_knows_nothing_is_kept(world: World) -> None:
    assert changed(world) == NumberChanged(two=False)
    assert count(world, NumberChange) == count(world, TransferLink) == 0


def test_twice_is_no_error(world: World) -> None:
    world.start(OLD)
    assert changed(world) == changed(world)
    assert count(world, NumberChange) == 1


def test_a_number_may_be_replaced_again(world: World) -> None:
    started = world.start(OLD)
    changed(world)
    changed(world, NEW, NEWER)
    assert {world.start(serial) for serial in (OLD, NEW, NEWER)} == {started}


def test_no_number_is_replaced_by_two_nor_comes_back(world: World) -> None:
    world.start(OLD)
    changed(world)
    for earlier, later in ((OLD, NEWER), (NEW, OLD), (NEWER, OLD)):
        with pytest.raises(AlreadyReplacedError):
            changed(world, earlier, later)
    with pytest.raises(SameNumberError):
        changed(world, NEW, NEW)


def test_the_old_number_still_leads_there_under_a_new_key(world: World) -> None:
    started = world.start(OLD)
    changed(world)
    rotate(world)
    # The old number first: the new one rests under the earlier key as yet.
    assert world.start(OLD) == started
    assert world.start(NEW) == started
    assert world.start(OLD) == started
    assert resting(world, Purpose.MUNICIPALITY) == set(alive(world, Purpose.MUNICIPALITY))


def test_a_no_with_the_old_number_under_a_new_key_is_known_by_the_new_number(
    world: World,
) -> None:
    world.start(OLD)
    changed(world)
    rotate(world)
    says_no(world, OLD)
    with pytest.raises(OptedOutError):
        world.start(NEW)


def test_a_row_of_a_file_with_the_old_number_asks_for_the_new(world: World) -> None:
    assert read_in(world, row(1)).created == 1
    change_number(
        world.database,
        by=world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities[CODE],
        round_id=world.round_id,
        earlier=person_in_file(1),
        later=person(NEW),
        now=NOW,
    )
    again = read_in(world, row(1))
    assert again.unchanged == 0
    assert ["byttet ut" in text for _, _, text in said(again)] == [True]


@pytest.mark.parametrize("mapped", [[OLD], [NEW], []])
def test_the_panel_follows_without_anyone_learning_a_number(
    world: World, mapped: Sequence[int]
) -> None:
    earlier = in_year(world, THEN)
    freeze_with(earlier, THEN, [OLD, 2])
    before = set(panel(earlier))
    for serial in mapped:
        register(world, YEAR, serial, label="S-1")
    changed(world)
    register(world, YEAR, 3, label="S-3")
    freeze(world, YEAR)
    assert len(set(panel(earlier)) & before) == 1, "the other person is who they were"
    assert len(set(panel(earlier)) & set(panel(world))) == len(mapped)
    assert count(world, TransferLink) == 0
    later = in_year(world, YEAR + 1)
    freeze_with(later, YEAR + 1, [NEW])
    assert len(set(panel(earlier)) & set(panel(later))) == 1


def test_without_the_link_the_panel_would_have_two(world: World) -> None:
    earlier = in_year(world, THEN)
    freeze_with(earlier, THEN, [OLD])
    register(world, YEAR, NEW, label="S-1")
    changed(world)
    with world.database.begin() as session:
        session.execute(sa.delete(TransferLink))
    freeze(world, YEAR)
    assert not set(panel(earlier)) & set(panel(world))


def test_another_municipality_that_has_the_old_number_yet_has_the_same_person(
    world: World,
) -> None:
    register(world, YEAR, OLD, label="S-1", unit_id=world.units["1108"][0])
    register(world, YEAR, NEW, label="S-2")
    changed(world)
    freeze(world, YEAR, codes=(CODE, "1108"))
    assert len(panel(world)) == 2
    assert len(set(panel(world))) == 1


def test_every_kind_of_change_at_once(world: World) -> None:
    earlier = in_year(world, THEN)
    freeze_with(earlier, THEN, [OLD])
    rotate_transfer(world)
    rotate_trust(world)
    rotate(world)
    register(world, YEAR, OLD, label="S-1")
    changed(world)
    rotate(world)
    changed(world, NEW, NEWER)
    freeze(world, YEAR)
    assert set(panel(earlier)) == set(panel(world))


def test_the_log_tells_that_it_was_done_and_not_to_whom(world: World) -> None:
    world.start(OLD)
    changed(world)
    with world.database.read() as session:
        line = session.scalars(
            sa.select(AccessLog).where(AccessLog.action == "number.changed")
        ).one()
    assert line.subject == ""
    assert line.organisation_id == world.municipalities[CODE]
    assert line.user_id == world.registrar.user_id


@pytest.mark.parametrize("who", ["coordinator", "lead", "colleague"])
def test_any_unit_of_the_municipality_and_the_coordinator_may(world: World, who: str) -> None:
    world.start(OLD)
    changed(world, by=getattr(world, who))
    assert count(world, NumberChange) == 1


@pytest.mark.parametrize("who", ["stranger", "officer", "administrator"])
def test_nobody_else_may(world: World, who: str) -> None:
    world.start(OLD)
    with pytest.raises(NotAllowedError):
        changed(world, by=getattr(world, who))


def test_not_while_the_round_is_practised_on(world: World) -> None:
    with pytest.raises(PracticeOnlyError):
        changed(in_training(world))


def test_not_when_the_round_is_over(world: World) -> None:
    freeze_with(world, YEAR, [OLD])
    with pytest.raises(RoundIsOverError):
        changed(world)


def test_not_where_persons_are_mapped_anonymously(world: World) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(RoundMunicipality.municipality_id == world.municipalities[CODE])
            .values(identity_mode=IdentityMode.ANONYMOUS)
        )
    with pytest.raises(NoNumbersKeptError):
        changed(world)
