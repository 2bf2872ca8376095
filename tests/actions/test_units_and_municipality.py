from __future__ import annotations

import pytest

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.municipality import (
    ApprovalNotPossibleError,
    NotApprovedError,
    NoUnitsError,
    approve_municipality,
    missing_for_approval,
    reopen_municipality,
)
from brukerplan.actions.rounds import Participant, open_round
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    NotInRoundError,
    RoundNotFoundError,
    RoundNotOpenError,
    UnitClosedError,
)
from brukerplan.actions.units import (
    DraftsRemainError,
    NothingRegisteredError,
    SomethingRegisteredError,
    UnitNotSubmittedError,
    declare_nothing_to_report,
    reopen_unit,
    submit_unit,
)
from brukerplan.persistence.queries.rounds import (
    municipality_progress,
    round_overview,
    unit_progress,
)
from tests.actions.world import NOW, World


def submit(world: World) -> str:
    return submit_unit(
        world.database, by=world.lead, unit_id=world.unit, round_id=world.round_id, now=NOW
    ).state


def test_a_unit_submits_when_every_registration_is(world: World) -> None:
    with pytest.raises(NothingRegisteredError):
        submit(world)
    world.submit(1)
    world.start(2)
    with pytest.raises(DraftsRemainError, match="sendt inn: 1"):
        submit(world)


def test_a_unit_that_knows_nobody_says_so(world: World) -> None:
    def declare() -> str:
        return declare_nothing_to_report(
            world.database, by=world.lead, unit_id=world.unit, round_id=world.round_id, now=NOW
        ).state

    assert declare() == "nothing_to_report"
    with pytest.raises(UnitClosedError):
        submit(world)
    reopened = reopen_unit(
        world.database, by=world.lead, unit_id=world.unit, round_id=world.round_id, now=NOW
    )
    assert reopened.state == "open"
    world.start(1)
    with pytest.raises(SomethingRegisteredError):
        declare()


def test_an_open_unit_is_not_reopened(world: World) -> None:
    with pytest.raises(UnitNotSubmittedError):
        reopen_unit(
            world.database, by=world.lead, unit_id=world.unit, round_id=world.round_id, now=NOW
        )


def test_a_registrar_does_not_submit_for_the_unit(world: World) -> None:
    world.submit(1)
    with pytest.raises(NotAllowedError):
        submit_unit(
            world.database,
            by=world.registrar,
            unit_id=world.unit,
            round_id=world.round_id,
            now=NOW,
        )


def test_approval_says_which_units_are_missing(world: World) -> None:
    world.submit(1)
    submit(world)
    place = world.municipalities["1103"]
    with pytest.raises(ApprovalNotPossibleError, match="Hjemmetjenesten 1103") as refused:
        approve_municipality(
            world.database,
            by=world.coordinator,
            municipality_id=place,
            round_id=world.round_id,
            now=NOW,
        )
    with world.database.read() as session:
        assert missing_for_approval(session, place, world.round_id) == refused.value.missing
    assert [unit.unit_id for unit in refused.value.missing] == [world.other_unit]


def test_an_approval_stands_until_it_is_taken_back(world: World) -> None:
    world.approve(["1103"], persons=1)
    place = world.municipalities["1103"]
    with pytest.raises(MunicipalityApprovedError):
        approve_municipality(
            world.database,
            by=world.coordinator,
            municipality_id=place,
            round_id=world.round_id,
            now=NOW,
        )
    taken_back = reopen_municipality(
        world.database,
        by=world.coordinator,
        municipality_id=place,
        round_id=world.round_id,
        now=NOW,
    )
    assert (taken_back.state, taken_back.registrations) == ("open", 2)
    with pytest.raises(NotApprovedError):
        reopen_municipality(
            world.database,
            by=world.coordinator,
            municipality_id=place,
            round_id=world.round_id,
            now=NOW,
        )


def test_a_coordinator_approves_the_own_municipality_only(world: World) -> None:
    with pytest.raises(NotAllowedError):
        approve_municipality(
            world.database,
            by=world.coordinator,
            municipality_id=world.municipalities["1108"],
            round_id=world.round_id,
            now=NOW,
        )


def test_an_approval_is_not_taken_back_after_the_freeze(world: World) -> None:
    world.approve(["1103"], persons=1)
    world.freeze()
    with pytest.raises(RoundNotOpenError):
        reopen_municipality(
            world.database,
            by=world.coordinator,
            municipality_id=world.municipalities["1103"],
            round_id=world.round_id,
            now=NOW,
        )


def test_a_municipality_outside_the_round_or_without_units_is_not_approved(
    world: World,
) -> None:
    opened = open_round(
        world.database,
        by=None,
        owner_id=world.trust,
        year=2027,
        opens_on=NOW.date(),
        deadline=NOW.date(),
        participants=[Participant(world.municipalities["1103"])],
        now=NOW,
    )
    for code, error in (("1108", NotInRoundError), ("1103", NoUnitsError)):
        with pytest.raises(error):
            approve_municipality(
                world.database,
                by=world.coordinates(code),
                municipality_id=world.municipalities[code],
                round_id=opened,
                now=NOW,
            )


def test_progress_counts_drafts_as_started_and_puts_late_units_first(world: World) -> None:
    world.submit(1)
    world.start(2)
    world.submit(11, unit_id=world.other_unit)
    submit_unit(
        world.database,
        by=world.works_in(world.other_unit),
        unit_id=world.other_unit,
        round_id=world.round_id,
        now=NOW,
    )
    with world.database.read() as session:
        units = municipality_progress(session, world.municipalities["1103"], world.round_id)
        one = unit_progress(session, world.unit, world.round_id)
        municipalities = {line.code: line for line in round_overview(session, world.round_id)}
    assert [(unit.unit_id, unit.started, unit.submitted, unit.state) for unit in units] == [
        (world.unit, 2, 1, "open"),
        (world.other_unit, 1, 1, "submitted"),
    ]
    assert one == units[0]
    ours, theirs = municipalities["1103"], municipalities["1108"]
    assert (ours.units, ours.units_done, ours.expected) == (2, 1, 4)
    assert (ours.started, ours.submitted) == (3, 2)
    assert (theirs.units, theirs.started, theirs.submitted) == (2, 0, 0)


def test_a_round_that_is_not_there_is_said_so(world: World) -> None:
    with pytest.raises(RoundNotFoundError):
        submit_unit(world.database, by=world.lead, unit_id=world.unit, round_id=99, now=NOW)


def test_a_unit_outside_the_round_is_not_submitted(world: World) -> None:
    opened = open_round(
        world.database,
        by=None,
        owner_id=world.trust,
        year=2027,
        opens_on=NOW.date(),
        deadline=NOW.date(),
        participants=[Participant(world.municipalities["1103"])],
        now=NOW,
    )
    with pytest.raises(NotInRoundError, match="2027"):
        submit_unit(world.database, by=world.lead, unit_id=world.unit, round_id=opened, now=NOW)
