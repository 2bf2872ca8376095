"""A person says no, once, to whoever they meet: it holds everywhere, and leaves nothing."""

from __future__ import annotations

import threading
import uuid
from datetime import date

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor, Membership, NotAllowedError
from brukerplan.access.roles import Role
from brukerplan.actions.municipality import approve_municipality
from brukerplan.actions.opting_out import (
    FictiveNumberNeededError,
    NobodyToFindError,
    RoundIsOverError,
    is_opted_out,
    opt_out,
    withdraw_opt_out,
)
from brukerplan.actions.scope import NotInRoundError
from brukerplan.actions.start import OptedOutError
from brukerplan.actions.units import submit_unit
from brukerplan.identity.national_number import NationalNumber
from brukerplan.identity.pseudonyms import municipal_pseudonym
from brukerplan.persistence.tables import (
    AccessLog,
    MappingRound,
    OptOut,
    Registration,
    RegistrationChange,
    RoundMunicipality,
)
from tests.actions.world import NOW, World, person

# As if it were no test number: digits of real numbers stand in no test.
NOT_FICTIVE = NationalNumber(
    "01018012345", birth_date=date(1980, 1, 1), gender=None, synthetic=False, d_number=False
)


def says_no(world: World, serial: int = 0, *, by: Actor | None = None, code: str = "1103") -> int:
    """Record that this fictive person has opted out; return how many were deleted."""
    return opt_out(
        world.database,
        by=by or world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities[code],
        round_id=world.round_id,
        number=person(serial),
        now=NOW,
    ).deleted


def changes_their_mind(world: World, serial: int = 0) -> None:
    """Record that they want to be mapped after all."""
    withdraw_opt_out(
        world.database,
        by=world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        number=person(serial),
        now=NOW,
    )


def left(world: World) -> set[uuid.UUID]:
    """Registrations there are."""
    with world.database.read() as session:
        return set(session.scalars(sa.select(Registration.id)))


def logged(world: World, action: str) -> list[tuple[int | None, str, str]]:
    """Organisation, subject and detail of each such row of the log."""
    with world.database.read() as session:
        rows = session.execute(
            sa.select(AccessLog.organisation_id, AccessLog.subject, AccessLog.detail)
            .where(AccessLog.action == action)
            .order_by(AccessLog.id)
        )
        return [(row.organisation_id, row.subject, row.detail) for row in rows]


def test_one_no_deletes_every_units_registration_and_nobody_elses(world: World) -> None:
    world.submit(1)
    world.start(1, unit_id=world.other_unit, also_elsewhere=True)
    others = {world.start(2), world.start(1, unit_id=world.units["1108"][0])}

    deleted = says_no(world, 1)

    assert deleted == 2
    assert left(world) == others


def test_what_belongs_to_the_registration_goes_with_it(world: World) -> None:
    world.submit(1)
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RegistrationChange))

    says_no(world, 1)

    with world.database.read() as session:
        assert not session.scalar(sa.select(sa.func.count()).select_from(RegistrationChange))


def test_whoever_has_said_no_is_registered_by_no_unit(world: World) -> None:
    says_no(world, 1)

    for unit_id in (world.unit, world.other_unit):
        with pytest.raises(OptedOutError):
            world.start(1, unit_id=unit_id)
        with pytest.raises(OptedOutError):
            world.start(1, unit_id=unit_id, also_elsewhere=True)
    assert left(world) == set()


def test_another_municipality_is_another_matter(world: World) -> None:
    says_no(world, 1)

    started = world.start(1, unit_id=world.units["1108"][0])

    assert left(world) == {started}


def test_saying_no_twice_is_no_error_and_one_row(world: World) -> None:
    world.start(1)

    assert [says_no(world, 1), says_no(world, 1)] == [1, 0]

    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OptOut)) == 1


def test_the_row_is_a_pseudonym_and_says_nothing_of_who_heard_it(world: World) -> None:
    says_no(world, 1)

    with world.database.begin() as session:
        row = session.execute(sa.select(OptOut.__table__)).mappings().one()
        key = world.keys.municipal(session, world.municipalities["1103"], NOW)

    assert set(row) == {
        "round_id",
        "municipality_id",
        "municipal_pseudonym",
        "municipal_key_id",
        "recorded_at",
    }
    assert row["municipal_pseudonym"] == municipal_pseudonym(person(1), key)


def test_it_is_logged_at_the_municipality_without_leading_to_the_person(world: World) -> None:
    started = world.start(1)

    says_no(world, 1)

    (row,) = logged(world, "opt_out.recorded")
    detail = f"round={world.round_id} deleted=1 municipality=open"
    assert row == (world.municipalities["1103"], "", detail)
    assert str(started) not in str(row)


def test_it_reaches_submitted_units_and_an_approved_municipality(world: World) -> None:
    stays = world.submit(1)
    world.submit(2)
    world.submit(3, unit_id=world.other_unit)
    for unit_id in (world.unit, world.other_unit):
        submit_unit(
            world.database,
            by=world.works_in(unit_id),
            unit_id=unit_id,
            round_id=world.round_id,
            now=NOW,
        )
    assert says_no(world, 2) == 1
    approve_municipality(
        world.database,
        by=world.coordinator,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        seen=True,
        now=NOW,
    )

    assert says_no(world, 3, by=world.coordinator) == 1

    assert left(world) == {stays}
    # The municipality now stands for fewer than it approved: the log says so.
    assert logged(world, "opt_out.recorded")[-1][2].endswith("deleted=1 municipality=approved")


@pytest.mark.parametrize("state", ["training", "open", "correction"])
def test_it_can_be_said_until_the_freeze(world: World, state: str) -> None:
    world.start(1)
    in_state(world, state)

    assert says_no(world, 1) == 1


def test_after_the_freeze_it_is_too_late_and_says_what_can_be_done(world: World) -> None:
    world.approve(["1103"])
    world.freeze()

    with pytest.raises(RoundIsOverError, match="neste kartlegging"):
        says_no(world, 1)
    with pytest.raises(RoundIsOverError):
        changes_their_mind(world, 1)


def test_a_round_that_is_practised_on_takes_fictive_persons_only(world: World) -> None:
    in_state(world, "training")

    with pytest.raises(FictiveNumberNeededError):
        opts_out_with(world, NOT_FICTIVE)


def test_an_anonymous_municipality_has_nobody_to_find(world: World) -> None:
    with world.database.begin() as session:
        session.execute(sa.update(RoundMunicipality).values(identity_mode="anonymous"))

    with pytest.raises(NobodyToFindError):
        says_no(world, 1)


def test_a_municipality_that_takes_no_part_has_nothing_to_opt_out_of(world: World) -> None:
    with world.database.begin() as session:
        session.execute(sa.update(RoundMunicipality).values(takes_part=False))

    with pytest.raises(NotInRoundError):
        says_no(world, 1)


def test_registrars_leads_and_the_coordinator_may_record_it_in_their_municipality(
    world: World,
) -> None:
    for actor in (world.registrar, world.colleague, world.lead, world.coordinator):
        says_no(world, 1, by=actor)

    for actor in (
        world.stranger,
        world.officer,
        world.administrator,
        world.coordinates("1108"),
        # A registrar wrongly entered in the municipality reaches nothing.
        Actor(
            world.registrar.user_id,
            "Rita",
            frozenset({Membership(Role.REGISTRAR, world.trust)}),
        ),
    ):
        with pytest.raises(NotAllowedError):
            says_no(world, 1, by=actor)


def test_whoever_changes_their_mind_can_be_registered_again(world: World) -> None:
    world.start(1)
    says_no(world, 1)

    changes_their_mind(world, 1)
    changes_their_mind(world, 2)

    assert left(world) == set(), "what was deleted does not come back"
    started = world.start(1)
    assert left(world) == {started}
    assert [row[2] for row in logged(world, "opt_out.withdrawn")] == [
        f"round={world.round_id} found=1",
        f"round={world.round_id} found=0",
    ]


def test_it_is_asked_by_pseudonym_round_and_municipality(world: World) -> None:
    says_no(world, 1)

    with world.database.begin() as session:
        known = municipal_pseudonym(
            person(1), world.keys.municipal(session, world.municipalities["1103"], NOW)
        )
        here = world.municipalities["1103"]
        assert is_opted_out(session, world.round_id, here, known)
        assert not is_opted_out(session, world.round_id + 1, here, known)
        assert not is_opted_out(session, world.round_id, world.municipalities["1108"], known)
        assert not is_opted_out(session, world.round_id, here, bytes(32))


def test_whoever_starts_on_the_person_in_the_same_moment_does_not_slip_past(world: World) -> None:
    refused: list[OptedOutError] = []

    def start(serial: int, unit_id: int) -> None:
        try:
            world.start(serial, unit_id=unit_id, also_elsewhere=True)
        except OptedOutError as error:
            refused.append(error)

    # The keys are made beforehand: what is tried is the order of the two, nothing else.
    world.start(99)
    for serial in range(1, 9):
        threads = [
            threading.Thread(target=start, args=(serial, world.unit)),
            threading.Thread(target=says_no, args=(world, serial)),
            threading.Thread(target=start, args=(serial, world.other_unit)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(left(world)) == 1, "only the one nobody said no for"


def opts_out_with(world: World, number: NationalNumber) -> None:
    """Record an opt-out by a number of one's own choice."""
    opt_out(
        world.database,
        by=world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        number=number,
        now=NOW,
    )


def in_state(world: World, state: str) -> None:
    """Put the round in a state, as the trust would have it."""
    with world.database.connect() as connection:
        if state == "training":
            # No round goes back to training: its own row is written anew.
            drop = "DROP TRIGGER mapping_round_moves"
            on = "" if world.database.dialect == "sqlite" else " ON mapping_round"
            connection.execute(sa.text(drop + on))
        connection.execute(sa.update(MappingRound).values(state=state))
