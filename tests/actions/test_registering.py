from __future__ import annotations

import threading
import uuid
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.reading import list_registrations, open_registration
from brukerplan.actions.registering import (
    AlreadySubmittedError,
    NotCompleteError,
    NotSubmittedError,
    StaleVersionError,
    reopen_registration,
    save_draft,
    submit_registration,
)
from brukerplan.actions.rounds import (
    NotOptionalError,
    Participant,
    RoundDatesError,
    RoundExistsError,
    open_round,
)
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    NotInRoundError,
    RegistrationNotFoundError,
    RoundNotFoundError,
    RoundNotOpenError,
    UnitClosedError,
)
from brukerplan.actions.start import (
    AlreadyRegisteredElsewhereError,
    CaseLabelError,
    UnderAgeError,
    find_registration,
    start_registration,
)
from brukerplan.actions.units import submit_unit
from brukerplan.identity.national_number import parse, synthetic_number
from brukerplan.persistence.queries.rounds import optional_variables, round_of_year
from brukerplan.persistence.tables import Organisation, Registration
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.registry import edition
from tests.actions.world import BY_TODAY, NOW, World, complete, person

Q = edition("2026")


def test_birth_year_and_gender_are_proposed_from_the_number(world: World) -> None:
    started = world.start(3)
    found = open_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    assert found.answers == {"birth_year": 1963, "gender": "female"}
    assert (found.state, found.version, found.edition) == ("draft", 1, "2026")


def test_the_same_person_again_gives_the_units_own_registration(world: World) -> None:
    first = world.start(3)
    again = start_registration(
        world.database,
        by=world.registrar,
        keys=world.keys,
        unit_id=world.unit,
        round_id=world.round_id,
        number=person(3),
        case_label="annet",
        now=NOW,
    )
    assert (again.id, again.already_own) == (first, True)


def test_many_who_start_on_one_person_at_once_get_one_registration(world: World) -> None:
    found: list[uuid.UUID] = []
    workers = [threading.Thread(target=lambda: found.append(world.start(3))) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_another_unit_learns_only_that_the_person_is_registered(world: World) -> None:
    world.start(3)
    with pytest.raises(AlreadyRegisteredElsewhereError) as refused:
        world.start(3, unit_id=world.other_unit)
    with world.database.read() as session:
        names = session.scalars(sa.select(Organisation.name)).all()
    assert not any(name in str(refused.value) for name in names)
    assert refused.value.values == {}


def test_another_municipality_may_register_the_same_person(world: World) -> None:
    ours = world.start(3)
    theirs = world.start(3, unit_id=world.units["1108"][0])
    with world.database.read() as session:
        pseudonyms = set(session.scalars(sa.select(Registration.municipal_pseudonym)))
        transfers = set(session.scalars(sa.select(Registration.transfer_pseudonym)))
    assert ours != theirs
    assert (len(pseudonyms), len(transfers)) == (2, 1)


def test_a_person_under_sixteen_is_refused_and_leaves_nothing(world: World) -> None:
    text = synthetic_number(date(2011, 1, 1), "male", 0)
    young = parse(text, today=BY_TODAY, allow_synthetic=True)
    with pytest.raises(UnderAgeError, match="16"):
        start_registration(
            world.database,
            by=world.registrar,
            keys=world.keys,
            unit_id=world.unit,
            round_id=world.round_id,
            number=young,
            case_label="S-1",
            now=NOW,
        )
    with world.database.read() as session:
        assert not session.scalar(sa.select(sa.func.count()).select_from(Registration))


def test_a_person_who_turns_sixteen_in_the_year_is_taken_in(world: World) -> None:
    text = synthetic_number(date(2010, 12, 31), "male", 0)
    number = parse(text, today=BY_TODAY, allow_synthetic=True)
    started = start_registration(
        world.database,
        by=world.registrar,
        keys=world.keys,
        unit_id=world.unit,
        round_id=world.round_id,
        number=number,
        case_label="S-1",
        now=NOW,
    )
    assert not started.already_own


@pytest.mark.parametrize(
    "label", ["", "   ", "x" * 21, "01817012345", "018170 12345", "0181701234", "a\x00b"]
)
def test_a_case_label_is_short_and_no_number(world: World, label: str) -> None:
    with pytest.raises(CaseLabelError):
        world.start(label=label)


def test_a_registrar_starts_nothing_in_another_unit(world: World) -> None:
    with pytest.raises(NotAllowedError):
        start_registration(
            world.database,
            by=world.registrar,
            keys=world.keys,
            unit_id=world.other_unit,
            round_id=world.round_id,
            number=person(1),
            case_label="S-1",
            now=NOW,
        )


def test_nothing_is_started_in_a_round_that_is_not_there_or_not_for_the_unit(
    world: World,
) -> None:
    def start(round_id: int) -> None:
        start_registration(
            world.database,
            by=world.registrar,
            keys=world.keys,
            unit_id=world.unit,
            round_id=round_id,
            number=person(1),
            case_label="S-1",
            now=NOW,
        )

    with pytest.raises(RoundNotFoundError):
        start(999)
    elsewhere = open_round(
        world.database,
        by=world.administrator,
        owner_id=world.trust,
        year=2027,
        opens_on=date(2027, 11, 1),
        deadline=date(2027, 12, 1),
        participants=[Participant(world.municipalities["1108"])],
        now=NOW,
    )
    with pytest.raises(NotInRoundError, match="2027"):
        start(elsewhere)


def test_nothing_is_started_before_the_round_opens(world: World) -> None:
    with pytest.raises(RoundNotOpenError):
        start_registration(
            world.database,
            by=world.registrar,
            keys=world.keys,
            unit_id=world.unit,
            round_id=world.round_id,
            number=person(1),
            case_label="S-1",
            now=datetime(2026, 11, 1, 12, tzinfo=UTC),
        )


def test_a_person_is_found_by_number_in_the_own_unit_only(world: World) -> None:
    started = world.start(3)

    def find(unit_id: int) -> uuid.UUID | None:
        return find_registration(
            world.database,
            by=world.works_in(unit_id),
            keys=world.keys,
            unit_id=unit_id,
            round_id=world.round_id,
            number=person(3),
            now=NOW,
        )

    assert find(world.unit) == started
    assert find(world.other_unit) is None


def test_a_draft_may_be_incomplete_and_comes_back_as_typed(world: World) -> None:
    started = world.start()
    answers: dict[str, Value] = {
        "housing": "red",
        "substance_problem": "none",
        "substances": frozenset({"alcohol", "ghb"}),
        "children_under_18": 2,
    }
    saved = save_draft(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=1,
        answers=answers,
        now=NOW,
    )
    found = open_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    # Also what does not apply any more: a slip of the finger costs nothing.
    assert found.answers == answers
    assert (saved.version, found.version) == (2, 2)
    assert (saved.level.level, saved.level.sum_min) == ("not_computable", 2)
    assert 0 < saved.progress.answered < saved.progress.asked


def test_an_empty_multiple_choice_is_an_answer_and_no_answer_is_none(world: World) -> None:
    started = world.start()
    save_draft(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=1,
        answers={"substances": frozenset()},
        now=NOW,
    )
    found = open_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    assert found.answers == {"substances": frozenset()}


def test_the_second_of_two_who_save_is_told_and_keeps_what_was_typed(world: World) -> None:
    started = world.start()
    save_draft(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=1,
        answers={"housing": "green"},
        now=NOW,
    )
    with pytest.raises(StaleVersionError) as stale:
        save_draft(
            world.database,
            by=world.registrar,
            registration_id=started,
            version=1,
            answers={"housing": "red"},
            now=NOW,
        )
    assert stale.value.typed == {"housing": "red"}
    assert stale.value.current_version == 2
    found = open_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    assert found.answers == {"housing": "green"}


def test_submitting_drops_what_does_not_apply(world: World) -> None:
    started = world.start()
    answers = complete(Q, substance_problem="none") | {"lar": "in_lar"}
    submit_registration(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=1,
        answers=answers,
        now=NOW,
    )
    found = open_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    assert found.state == "submitted"
    assert "lar" not in found.answers


def test_an_incomplete_registration_is_saved_but_not_submitted(world: World) -> None:
    started = world.start()
    answers = complete(Q)
    del answers["housing"]
    with pytest.raises(NotCompleteError) as refused:
        submit_registration(
            world.database,
            by=world.registrar,
            registration_id=started,
            version=1,
            answers=answers,
            now=NOW,
        )
    assert [finding.variable for finding in refused.value.findings] == ["housing"]
    found = open_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    assert (found.state, found.version) == ("draft", refused.value.version)
    assert found.answers == answers


def test_an_odd_answer_is_submitted_once_it_is_confirmed(world: World) -> None:
    started = world.start()
    answers = complete(Q, housing="red", housing_situation="owns")
    with pytest.raises(NotCompleteError) as refused:
        submit_registration(
            world.database,
            by=world.registrar,
            registration_id=started,
            version=1,
            answers=answers,
            now=NOW,
        )
    odd = frozenset(finding.rule for finding in refused.value.findings)
    submitted = submit_registration(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=refused.value.version,
        confirmed=odd,
        now=NOW,
    )
    found = open_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    assert (found.state, found.confirmed) == ("submitted", odd)
    assert submitted.version == found.version == 3


def test_a_submitted_registration_is_taken_back_before_it_is_changed(world: World) -> None:
    submitted = world.submit()
    with pytest.raises(AlreadySubmittedError):
        save_draft(
            world.database,
            by=world.registrar,
            registration_id=submitted,
            version=2,
            answers={},
            now=NOW,
        )
    reopened = reopen_registration(
        world.database, by=world.registrar, registration_id=submitted, version=2, now=NOW
    )
    assert reopened.version == 3
    with pytest.raises(NotSubmittedError):
        reopen_registration(
            world.database, by=world.registrar, registration_id=submitted, version=3, now=NOW
        )


def test_nobody_reads_or_changes_another_units_registration(world: World) -> None:
    started = world.start()
    for actor in (world.colleague, world.stranger, world.coordinator, world.officer):
        with pytest.raises(NotAllowedError):
            open_registration(world.database, by=actor, registration_id=started, now=NOW)
        with pytest.raises(NotAllowedError):
            list_registrations(
                world.database, by=actor, unit_id=world.unit, round_id=world.round_id, now=NOW
            )
        with pytest.raises(NotAllowedError):
            save_draft(
                world.database,
                by=actor,
                registration_id=started,
                version=1,
                answers={},
                now=NOW,
            )


def test_a_registration_that_does_not_exist_is_said_so(world: World) -> None:
    with pytest.raises(RegistrationNotFoundError):
        open_registration(world.database, by=world.registrar, registration_id=uuid.uuid4(), now=NOW)
    with pytest.raises(RegistrationNotFoundError):
        save_draft(
            world.database,
            by=world.registrar,
            registration_id=uuid.uuid4(),
            version=1,
            answers={},
            now=NOW,
        )


def test_the_list_shows_drafts_first_with_their_progress(world: World) -> None:
    done, begun = world.submit(1), world.start(2, label="S-2")
    lines = list_registrations(
        world.database,
        by=world.registrar,
        unit_id=world.unit,
        round_id=world.round_id,
        now=NOW,
    )
    assert [line.id for line in lines] == [begun, done]
    assert [line.state for line in lines] == ["draft", "submitted"]
    assert 0 < lines[0].progress < lines[1].progress == 100


def test_nothing_changes_once_the_unit_has_submitted(world: World) -> None:
    submitted = world.submit()
    submit_unit(world.database, by=world.lead, unit_id=world.unit, round_id=world.round_id, now=NOW)
    with pytest.raises(UnitClosedError):
        reopen_registration(
            world.database, by=world.registrar, registration_id=submitted, version=2, now=NOW
        )
    with pytest.raises(UnitClosedError):
        world.start(9)


def test_nothing_changes_once_the_municipality_is_approved(world: World) -> None:
    world.approve(["1103"])
    with pytest.raises(MunicipalityApprovedError):
        world.start(9)


def test_a_year_has_one_round_with_sound_dates_and_terms(world: World) -> None:
    def opened(
        year: int, *, deadline: date = date(2027, 12, 1), optional: frozenset[str] = frozenset()
    ) -> int:
        return open_round(
            world.database,
            by=world.administrator,
            owner_id=world.trust,
            year=year,
            opens_on=date(2027, 11, 1),
            deadline=deadline,
            participants=[Participant(world.municipalities["1103"], optional=optional)],
            now=NOW,
        )

    with pytest.raises(RoundExistsError, match="2026"):
        opened(2026)
    with pytest.raises(RoundDatesError):
        opened(2027, deadline=date(2027, 10, 1))
    with pytest.raises(NotOptionalError, match="housing"):
        opened(2027, optional=frozenset({"housing"}))
    with world.database.read() as session:
        assert round_of_year(session, 2027) is None
    round_id = opened(2027, optional=frozenset({"born_abroad"}))
    with world.database.read() as session:
        turned_on = optional_variables(session, round_id, world.municipalities["1103"])
    assert turned_on == {"born_abroad"}


def test_only_who_administers_rounds_opens_one(world: World) -> None:
    with pytest.raises(NotAllowedError):
        open_round(
            world.database,
            by=world.coordinator,
            owner_id=world.trust,
            year=2027,
            opens_on=date(2027, 11, 1),
            deadline=date(2027, 12, 1),
            participants=[],
            now=NOW,
        )
