"""One person in two units: the coordinator makes one registration, and nothing is lost."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from datetime import timedelta

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.actions.accounts import create_organisation
from brukerplan.actions.history import registration_history
from brukerplan.actions.letters import list_letters
from brukerplan.actions.merging import (
    Merged,
    NotChosenError,
    SavedMeanwhileError,
    Side,
    count_duplicates,
    duplicates,
    list_duplicates,
    merge,
    open_duplicate,
)
from brukerplan.actions.municipality import approve_municipality
from brukerplan.actions.registering import reopen_registration, save_draft
from brukerplan.actions.registering_errors import ConflictError
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    RegistrationNotFoundError,
    RoundNotOpenError,
)
from brukerplan.actions.units import submit_unit
from brukerplan.persistence.queries.changes import answers_at
from brukerplan.persistence.queries.registrations import RegistrationView, registration
from brukerplan.persistence.queries.rounds import unit_progress
from brukerplan.persistence.tables import (
    FROZEN_REGISTRATION,
    AccessLog,
    MappingRound,
    Registration,
    RoundMunicipality,
    RoundUnit,
)
from brukerplan.persistence.tables.states import OrganisationKind
from brukerplan.questionnaire.answers import Value
from tests.actions.world import NOW, World

LATER = NOW + timedelta(hours=1)


def twice(world: World, serial: int = 1, **answers: Value) -> tuple[uuid.UUID, uuid.UUID]:
    """Submit a person in the registrar's unit, and with these answers in the other unit."""
    first = world.submit(serial, housing="green")
    second = world.submit(
        serial, unit_id=world.other_unit, informed=True, also_elsewhere=True, **answers
    )
    return first, second


def as_stored(world: World, registration_id: uuid.UUID) -> RegistrationView:
    """Read a registration."""
    with world.database.read() as session:
        found = registration(session, registration_id)
    assert found is not None
    return found


def exists(world: World, registration_id: uuid.UUID) -> bool:
    """Whether there is such a registration."""
    with world.database.read() as session:
        return registration(session, registration_id) is not None


def made_one(
    world: World,
    keep: uuid.UUID,
    other: uuid.UUID,
    *,
    choose: Mapping[str, Side] | None = None,
    otherwise: Side = "keep",
    by: Actor | None = None,
    versions: Mapping[uuid.UUID, int] | None = None,
) -> Merged:
    """Look at the two and make them one, choosing where they differ."""
    opened = open_duplicate(
        world.database, by=world.coordinator, one_id=keep, other_id=other, now=LATER
    )
    choices = {each.variable: otherwise for each in opened.differences} | dict(choose or {})
    seen = {found.id: found.version for found in (opened.first, opened.second)}
    return merge(
        world.database,
        by=by or world.coordinator,
        keep_id=keep,
        other_id=other,
        choices=choices,
        versions=seen if versions is None else versions,
        now=LATER,
    )


def both_units_submit(world: World) -> None:
    """Finish both units of the municipality."""
    for unit_id in (world.unit, world.other_unit):
        submit_unit(
            world.database,
            by=world.works_in(unit_id),
            unit_id=unit_id,
            round_id=world.round_id,
            now=NOW,
        )


def test_the_coordinator_sees_who_is_registered_by_several_units(world: World) -> None:
    first, second = twice(world)
    world.submit(2)
    world.start(1, unit_id=world.units["1108"][0])

    (found,) = list_duplicates(
        world.database,
        by=world.coordinator,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        now=NOW,
    )

    assert {each.registration_id for each in found.registrations} == {first, second}
    assert {each.unit_name for each in found.registrations} == {
        "Rus- og psykisk helse 1103",
        "Hjemmetjenesten 1103",
    }
    assert "S-1" not in repr(found), "case labels stay out of what is written by accident"


def test_registrations_without_pseudonym_are_nobodys_double(world: World) -> None:
    first, second = twice(world)
    with world.database.begin() as session:
        session.execute(
            sa.update(Registration)
            .where(Registration.id.in_((first, second)))
            .values(municipal_pseudonym=None, municipal_key_id=None)
        )

    with world.database.read() as session:
        assert duplicates(session, world.municipalities["1103"], world.round_id) == ()
        assert count_duplicates(session, world.municipalities["1103"], world.round_id) == 0
    with pytest.raises(RegistrationNotFoundError):
        open_duplicate(world.database, by=world.coordinator, one_id=first, other_id=second, now=NOW)


def test_only_what_differs_needs_a_choice(world: World) -> None:
    first, second = twice(world, housing="red", economy="yellow")

    opened = open_duplicate(
        world.database, by=world.coordinator, one_id=second, other_id=first, now=NOW
    )

    assert {each.variable for each in opened.differences} == {"housing", "economy"}
    assert "gender" in opened.same
    assert "housing" not in opened.same


def test_the_answer_that_tells_more_is_suggested(world: World) -> None:
    answered = world.submit(1, housing="green", economy="unknown", network="red")
    started = world.start(1, unit_id=world.other_unit, also_elsewhere=True)
    save_draft(
        world.database,
        by=world.works_in(world.other_unit),
        registration_id=started,
        version=1,
        page="",
        answers={"birth_year": 1980, "housing": "unknown", "economy": "red", "network": "yellow"},
        now=LATER,
    )

    opened = open_duplicate(
        world.database, by=world.coordinator, one_id=answered, other_id=started, now=NOW
    )

    a, b = ("first", "second") if opened.first.id == answered else ("second", "first")
    suggested = {each.variable: each.suggested for each in opened.differences}
    assert suggested["housing"] == a, "known rather than unknown"
    assert suggested["economy"] == b
    assert suggested["physical_health"] == a, "answered rather than not"
    assert suggested["network"] == a, "finished rather than begun"


def test_the_coordinator_reads_doubles_and_nothing_else(world: World) -> None:
    first, second = twice(world)
    alone = world.submit(2)

    for one, other in ((first, alone), (alone, alone), (first, first), (first, uuid.uuid4())):
        with pytest.raises(RegistrationNotFoundError):
            open_duplicate(
                world.database, by=world.coordinator, one_id=one, other_id=other, now=NOW
            )
        with pytest.raises(RegistrationNotFoundError):
            merge(
                world.database,
                by=world.coordinator,
                keep_id=one,
                other_id=other,
                choices={},
                versions={one: 2, other: 2},
                now=NOW,
            )
    for actor in (world.registrar, world.lead, world.officer, world.coordinates("1108")):
        with pytest.raises(NotAllowedError):
            open_duplicate(world.database, by=actor, one_id=first, other_id=second, now=NOW)
        with pytest.raises(NotAllowedError):
            made_one(world, first, second, by=actor)
        with pytest.raises(NotAllowedError):
            list_duplicates(
                world.database,
                by=actor,
                municipality_id=world.municipalities["1103"],
                round_id=world.round_id,
                now=NOW,
            )


def test_the_one_that_is_left_says_what_was_chosen(world: World) -> None:
    kept, other = twice(world, housing="red", economy="yellow", network="red")

    merged = made_one(world, kept, other, choose={"housing": "other", "network": "other"})

    found = as_stored(world, kept)
    assert not exists(world, other)
    assert (merged.id, merged.version, merged.state) == (kept, 3, "submitted")
    assert found.version == 3
    assert found.answers["housing"] == "red"
    assert found.answers["network"] == "red"
    assert found.answers["economy"] == "unknown"
    assert found.unit_id == world.unit


def test_what_each_unit_had_answered_is_read_in_the_history(world: World) -> None:
    kept, other = twice(world, housing="red", economy="yellow", main_income="wages")
    before = {id_: as_stored(world, id_).answers for id_ in (kept, other)}

    made_one(world, kept, other, choose={"housing": "other"})

    lines = registration_history(
        world.database, by=world.registrar, registration_id=kept, now=LATER
    )
    told: dict[str, set[object]] = {}
    for line in lines:
        if line.source == "merged" and line.variable is not None:
            told.setdefault(line.variable, set()).update({line.before, line.after})
            assert line.user_name == "Kari Koordinator"
    assert told == {
        name: {answers.get(name) for answers in before.values()}
        for name in ("housing", "economy", "main_income")
    }
    with world.database.read() as session:
        stored = as_stored(world, kept).answers
        assert answers_at(session, kept, stored=stored, version=2) == before[kept]


def test_it_is_logged_at_both_units(world: World) -> None:
    kept, other = twice(world, housing="red")

    made_one(world, kept, other)

    with world.database.read() as session:
        rows = session.execute(
            sa.select(AccessLog.action, AccessLog.organisation_id, AccessLog.subject).where(
                AccessLog.at == LATER
            )
        )
        found = {tuple(row) for row in rows}
    assert found >= {
        ("registration.read", world.unit, str(kept)),
        ("registration.read", world.other_unit, str(other)),
        ("registration.merged", world.unit, str(kept)),
        ("registration.merged_away", world.other_unit, str(other)),
    }


def test_it_works_when_both_units_have_submitted_and_leaves_one_row_at_the_freeze(
    world: World,
) -> None:
    kept, other = twice(world, housing="red")
    world.submit(2, unit_id=world.other_unit)
    both_units_submit(world)

    merged = made_one(world, kept, other, choose={"housing": "other"})

    assert (merged.state, merged.reopened) == ("submitted", False)
    approve_municipality(
        world.database,
        by=world.coordinator,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        seen=True,
        now=LATER,
    )
    world.freeze()
    with world.database.read() as session:
        houses = session.scalars(sa.select(FROZEN_REGISTRATION.c.housing)).all()
        persons = session.scalars(sa.select(FROZEN_REGISTRATION.c.trust_pseudonym)).all()
    assert len(houses) == len(set(persons)) == 2


def test_it_works_while_the_round_is_corrected(world: World) -> None:
    kept, other = twice(world, housing="red")
    both_units_submit(world)
    with world.database.begin() as session:
        session.execute(sa.update(MappingRound).values(state="correction"))

    assert made_one(world, kept, other).state == "submitted"


def test_nothing_is_merged_after_the_freeze(world: World) -> None:
    world.approve(["1144"])
    kept, other = twice(world, housing="red")
    world.freeze()

    with pytest.raises(RoundNotOpenError):
        made_one(world, kept, other)


def test_three_units_with_one_person_take_two_merges(world: World) -> None:
    kept, other = twice(world, housing="red")
    third_unit = another_unit(world)
    third = world.submit(1, unit_id=third_unit, also_elsewhere=True, housing="yellow")
    both_units_submit(world)

    made_one(world, kept, other)
    # In the same moment as the first: the database must still know it from a save.
    merged = made_one(world, kept, third, choose={"housing": "other"})

    assert merged.version == 4
    assert as_stored(world, kept).answers["housing"] == "yellow"
    with world.database.read() as session:
        assert count_duplicates(session, world.municipalities["1103"], world.round_id) == 0


def test_what_is_not_complete_any_more_is_a_draft_and_its_unit_is_opened(world: World) -> None:
    kept = world.submit(1, housing_situation="owns")
    other = world.submit(1, unit_id=world.other_unit, also_elsewhere=True, substance_problem="none")
    both_units_submit(world)

    # The other says there is no substance problem, so that it answers nothing about it; then
    # the problem of the one with the answers of the other lacks them.
    merged = made_one(world, kept, other, otherwise="other", choose={"substance_problem": "keep"})

    assert (merged.state, merged.reopened) == ("draft", True)
    assert "main_substance" in {finding.variable for finding in merged.missing}
    found = as_stored(world, kept)
    assert (found.state, found.unit_state) == ("draft", "open")
    with world.database.read() as session:
        unit = unit_progress(session, world.unit, world.round_id)
        assert unit is not None
        assert unit.reopened_reason == "duplicate"


def test_a_draft_that_is_kept_stays_a_draft(world: World) -> None:
    other = world.submit(1)
    kept = world.start(1, unit_id=world.other_unit, also_elsewhere=True)

    merged = made_one(world, kept, other, otherwise="other")

    assert (merged.state, merged.reopened) == ("draft", False)
    assert as_stored(world, kept).answers["housing"] == "unknown"


def test_a_choice_is_needed_wherever_they_differ(world: World) -> None:
    kept, other = twice(world, housing="red", economy="yellow")

    with pytest.raises(NotChosenError) as caught:
        merge(
            world.database,
            by=world.coordinator,
            keep_id=kept,
            other_id=other,
            choices={"housing": "keep"},
            versions={kept: 2, other: 2},
            now=LATER,
        )

    assert caught.value.variables == ("economy",)
    assert exists(world, other)


def test_somebody_who_saved_meanwhile_is_not_overwritten(world: World) -> None:
    kept, other = twice(world, housing="red")
    seen = {kept: 2, other: 2}
    reopen_registration(
        world.database, by=world.registrar, registration_id=kept, version=2, now=LATER
    )

    with pytest.raises(SavedMeanwhileError):
        made_one(world, kept, other, versions=seen)
    with pytest.raises(SavedMeanwhileError):
        made_one(world, kept, other, versions={})

    assert exists(world, other)


def test_a_page_that_was_open_does_not_write_over_the_merge(world: World) -> None:
    other = world.submit(1, housing="red")
    kept = world.start(1, unit_id=world.other_unit, also_elsewhere=True)
    save_draft(
        world.database,
        by=world.works_in(world.other_unit),
        registration_id=kept,
        version=1,
        page="the open page",
        answers={"birth_year": 1980, "housing": "green"},
        now=NOW,
    )

    made_one(world, kept, other, otherwise="other")

    with pytest.raises(ConflictError):
        save_draft(
            world.database,
            by=world.works_in(world.other_unit),
            registration_id=kept,
            version=2,
            page="the open page",
            answers={"birth_year": 1980, "housing": "yellow"},
            now=LATER,
        )
    assert as_stored(world, kept).answers["housing"] == "red"


def test_the_person_was_told_if_either_unit_has_told_them(world: World) -> None:
    kept = world.submit(1, informed=False)
    other = world.submit(1, unit_id=world.other_unit, also_elsewhere=True)

    made_one(world, kept, other)

    assert as_stored(world, kept).informed_at == NOW


def test_who_in_the_other_unit_told_them_is_not_told(world: World) -> None:
    kept = world.submit(1, informed=False)
    other = world.submit(1, unit_id=world.other_unit, also_elsewhere=True)
    made_one(world, kept, other)

    (line,) = list_letters(
        world.database,
        by=world.works_in(world.unit),
        unit_id=world.unit,
        round_id=world.round_id,
        now=NOW,
    )

    assert (line.informed_at, line.informed_by) == (NOW, None)


def test_what_was_verified_before_is_not_verified_after(world: World) -> None:
    kept, other = twice(world, housing="red")
    with world.database.begin() as session:
        session.execute(
            sa.update(Registration)
            .where(Registration.id == kept)
            .values(verified_at=NOW, verified_by=world.lead.user_id)
        )

    made_one(world, kept, other)

    assert as_stored(world, kept).verified_at is None


def test_answers_of_last_year_are_looked_over_by_the_unit_not_by_the_coordinator(
    world: World,
) -> None:
    kept, other = twice(world, housing="red", individual_plan="has")
    with world.database.begin() as session:
        session.execute(
            sa.update(Registration)
            .where(Registration.id == other)
            .values(unconfirmed_sections="function plans")
        )
    opened = open_duplicate(
        world.database, by=world.coordinator, one_id=kept, other_id=other, now=NOW
    )
    looked_over = "first" if opened.first.id == kept else "second"
    suggested = {each.variable: each.suggested for each in opened.differences}
    assert suggested["housing"] == looked_over

    merged = made_one(world, kept, other, choose={"housing": "other"})

    # Of the plans nothing was taken from the other.
    assert as_stored(world, kept).unconfirmed == {"function"}
    assert merged.state == "draft"
    assert [finding.rule for finding in merged.missing] == ["unconfirmed"]


def test_who_saves_in_the_same_moment_loses_nothing(world: World) -> None:
    for serial in range(6):
        kept = world.start(serial, unit_id=world.other_unit)
        other = world.submit(serial, also_elsewhere=True, housing="red")

        refused = save_and_merge_at_once(world, kept, other)

        # Either the merge sees what was saved and is refused, or the save meets the merge.
        assert refused in (["save"], ["merge"])
        assert exists(world, other) == (refused == ["merge"])
        stands = as_stored(world, kept).answers
        assert stands["economy"] == ("yellow" if refused == ["merge"] else "unknown")


def save_and_merge_at_once(world: World, kept: uuid.UUID, other: uuid.UUID) -> list[str]:
    """A registrar and the coordinator press their buttons together; return who was refused."""
    opened = open_duplicate(
        world.database, by=world.coordinator, one_id=kept, other_id=other, now=NOW
    )
    refused: list[str] = []

    def save() -> None:
        try:
            save_draft(
                world.database,
                by=world.works_in(world.other_unit),
                registration_id=kept,
                version=1,
                page="page",
                answers={"birth_year": 1980, "economy": "yellow"},
                now=LATER,
            )
        except ConflictError:
            refused.append("save")

    def join() -> None:
        try:
            merge(
                world.database,
                by=world.coordinator,
                keep_id=kept,
                other_id=other,
                choices={each.variable: "other" for each in opened.differences},
                versions={kept: 1, other: 2},
                now=LATER,
            )
        except SavedMeanwhileError:
            refused.append("merge")

    threads = [threading.Thread(target=act) for act in (save, join)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_nothing_is_merged_after_approval(world: World) -> None:
    kept, other = twice(world, housing="red")
    both_units_submit(world)
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(RoundMunicipality.municipality_id == world.municipalities["1103"])
            .values(state="approved", approved_at=NOW)
        )

    with pytest.raises(MunicipalityApprovedError):
        made_one(world, kept, other)

    assert exists(world, other)


def another_unit(world: World) -> int:
    """A third unit of the municipality, in the round."""
    unit_id = create_organisation(
        world.database,
        kind=OrganisationKind.UNIT,
        code="team",
        name="Oppfølgingsteamet 1103",
        service="other_health",
        parent_id=world.municipalities["1103"],
        now=NOW,
    )
    with world.database.begin() as session:
        session.execute(
            sa.insert(RoundUnit).values(round_id=world.round_id, unit_id=unit_id, expected=1)
        )
    return unit_id
