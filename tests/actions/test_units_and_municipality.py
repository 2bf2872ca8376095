"""Units submit, the coordinator approves when nothing is missing, and both open again."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.actions.municipality import (
    ApprovalNotPossibleError,
    MunicipalityReasonError,
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
    UnitReasonError,
    declare_nothing_to_report,
    reopen_unit,
    submit_unit,
)
from brukerplan.persistence.queries.overview import round_overview
from brukerplan.persistence.queries.rounds import (
    municipality_progress,
    municipality_terms,
    unit_progress,
)
from brukerplan.persistence.tables import AccessLog, RegistrationQuery
from brukerplan.persistence.tables.states import ReopeningReason
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
        world.database,
        by=world.lead,
        unit_id=world.unit,
        round_id=world.round_id,
        reason=ReopeningReason.PERSON_MISSING,
        now=NOW,
    )
    assert reopened.state == "open"
    world.start(1)
    with pytest.raises(SomethingRegisteredError):
        declare()


def test_an_open_unit_is_not_reopened(world: World) -> None:
    with pytest.raises(UnitNotSubmittedError):
        reopen_unit(
            world.database,
            by=world.lead,
            unit_id=world.unit,
            round_id=world.round_id,
            reason=ReopeningReason.PERSON_MISSING,
            now=NOW,
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


def approve(world: World, **accepted: bool) -> int:
    return approve_municipality(
        world.database,
        by=world.coordinator,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        now=NOW,
        **accepted,
    ).registrations


def submit_both(world: World) -> None:
    for unit_id in world.units["1103"]:
        submit_unit(
            world.database,
            by=world.works_in(unit_id),
            unit_id=unit_id,
            round_id=world.round_id,
            now=NOW,
        )


def missing(world: World) -> dict[str, int]:
    with world.database.read() as session:
        found = missing_for_approval(session, world.municipalities["1103"], world.round_id, now=NOW)
    return {each.kind: each.count for each in found}


def ask_about(world: World, registration_id: uuid.UUID) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.insert(RegistrationQuery).values(
                registration_id=registration_id,
                question="much_unknown",
                asked_by=world.coordinator.user_id,
                asked_at=NOW,
                assignee_id=world.registrar.user_id,
            )
        )


def close_the_questions(world: World, state: str) -> None:
    closed = state == "closed"
    with world.database.begin() as session:
        session.execute(
            sa.update(RegistrationQuery).values(
                state=state,
                answer="right_as_it_is",
                answered_by=world.registrar.user_id,
                answered_at=NOW,
                closed_by=world.coordinator.user_id if closed else None,
                closed_at=NOW if closed else None,
            )
        )


def test_approval_says_which_units_are_missing(world: World) -> None:
    world.submit(1)
    submit(world)
    with pytest.raises(ApprovalNotPossibleError, match="Se på listen") as refused:
        approve(world, seen=True)
    (units,) = refused.value.missing
    assert (units.kind, units.count) == ("units", 1)
    assert [unit.unit_id for unit in units.units] == [world.other_unit]


def test_a_person_registered_by_two_units_is_not_approved(world: World) -> None:
    world.submit(1)
    world.submit(1, unit_id=world.other_unit, also_elsewhere=True)
    submit_both(world)
    assert missing(world)["duplicates"] == 1
    with pytest.raises(ApprovalNotPossibleError):
        approve(world, seen=True, leave_out_uninformed=True)


def test_an_open_question_holds_the_approval_until_it_is_closed(world: World) -> None:
    registration_id = world.submit(1)
    world.submit(2, unit_id=world.other_unit)
    submit_both(world)
    ask_about(world, registration_id)
    assert missing(world)["queries"] == 1
    close_the_questions(world, "answered")
    with pytest.raises(ApprovalNotPossibleError):
        approve(world, seen=True)
    close_the_questions(world, "closed")
    assert approve(world, seen=True) == 2


def test_those_without_a_letter_are_left_out_only_when_it_is_said(world: World) -> None:
    world.submit(1)
    world.submit(2, unit_id=world.other_unit, informed=False)
    submit_both(world)
    assert missing(world)["letters"] == 1
    with pytest.raises(ApprovalNotPossibleError) as refused:
        approve(world, seen=True)
    assert [each.kind for each in refused.value.missing] == ["letters"]
    assert approve(world, seen=True, leave_out_uninformed=True) == 1
    with world.database.read() as session:
        detail = session.scalar(
            sa.select(AccessLog.detail).where(AccessLog.action == "municipality.approved")
        )
    assert detail == "registrations=1 left_out=1"


def test_what_the_quality_checks_find_is_seen_before_approval(world: World) -> None:
    # Alike in every answer, which a check remarks on.
    for serial in range(1, 12):
        world.submit(serial, birth_year=1980)
    world.submit(20, unit_id=world.other_unit)
    submit_both(world)
    assert set(missing(world)) == {"findings"}
    with pytest.raises(ApprovalNotPossibleError):
        approve(world)
    with pytest.raises(ApprovalNotPossibleError):
        approve(world, leave_out_uninformed=True)
    assert approve(world, seen=True) == 12


def test_an_approved_municipality_with_nothing_missing_needs_nothing_said(world: World) -> None:
    for unit_id in world.units["1103"]:
        declare_nothing_to_report(
            world.database,
            by=world.works_in(unit_id),
            unit_id=unit_id,
            round_id=world.round_id,
            now=NOW,
        )
    assert missing(world) == {}
    assert approve(world) == 0


def test_opening_again_says_why_and_closing_takes_the_reason_away(world: World) -> None:
    world.approve(["1103"], persons=1)
    place = world.municipalities["1103"]

    def reopen(by: Actor, reason: ReopeningReason) -> None:
        reopen_municipality(
            world.database,
            by=by,
            municipality_id=place,
            round_id=world.round_id,
            reason=reason,
            now=NOW,
        )

    for reason in (ReopeningReason.TRAINING_OVER, ReopeningReason.ASKED_BY_TRUST):
        with pytest.raises(MunicipalityReasonError):
            reopen(world.coordinator, reason)
    reopen(world.coordinator, ReopeningReason.DUPLICATE)
    with world.database.read() as session:
        terms = municipality_terms(session, place, world.round_id)
        detail = session.scalar(
            sa.select(AccessLog.detail).where(AccessLog.action == "municipality.reopened")
        )
    assert terms is not None
    assert (terms.state, terms.reopened_reason) == ("open", "duplicate")
    assert detail == "registrations=2 reason=duplicate"
    approve(world, seen=True)
    with world.database.read() as session:
        terms = municipality_terms(session, place, world.round_id)
    assert terms is not None
    assert terms.reopened_reason is None


def test_the_trust_asks_a_municipality_to_correct(world: World) -> None:
    world.approve(["1103"], persons=1)

    def ask(by: Actor, reason: ReopeningReason) -> str:
        return reopen_municipality(
            world.database,
            by=by,
            municipality_id=world.municipalities["1103"],
            round_id=world.round_id,
            reason=reason,
            now=NOW,
        ).state

    with pytest.raises(MunicipalityReasonError):
        ask(world.administrator, ReopeningReason.ANSWER_WRONG)
    for stranger in (world.coordinates("1108"), world.lead, world.officer):
        with pytest.raises(NotAllowedError):
            ask(stranger, ReopeningReason.ASKED_BY_TRUST)
    assert ask(world.administrator, ReopeningReason.ASKED_BY_TRUST) == "open"


def test_a_unit_is_opened_again_by_its_lead_or_the_coordinator_and_says_why(world: World) -> None:
    def reopen(by: Actor, reason: ReopeningReason) -> str:
        return reopen_unit(
            world.database,
            by=by,
            unit_id=world.unit,
            round_id=world.round_id,
            reason=reason,
            now=NOW,
        ).state

    for by in (world.lead, world.coordinator):
        world.submit(1 if by is world.lead else 2)
        submit(world)
        with pytest.raises(UnitReasonError):
            reopen(by, ReopeningReason.TRAINING_OVER)
        assert reopen(by, ReopeningReason.PERSON_MISSING) == "open"
    world.submit(3)
    submit(world)
    for stranger in (world.registrar, world.works_in(world.other_unit), world.administrator):
        with pytest.raises(NotAllowedError):
            reopen(stranger, ReopeningReason.PERSON_MISSING)
    with world.database.read() as session:
        unit = unit_progress(session, world.unit, world.round_id)
    assert unit is not None
    assert (unit.state, unit.reopened_reason) == ("submitted", None)


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
        reason=ReopeningReason.ANSWER_WRONG,
        now=NOW,
    )
    assert (taken_back.state, taken_back.registrations) == ("open", 2)
    with pytest.raises(NotApprovedError):
        reopen_municipality(
            world.database,
            by=world.coordinator,
            municipality_id=place,
            round_id=world.round_id,
            reason=ReopeningReason.ANSWER_WRONG,
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
            reason=ReopeningReason.ANSWER_WRONG,
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
