from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.opting_out import opt_out
from brukerplan.actions.reading import list_registrations, open_registration
from brukerplan.actions.registering import (
    CONFIRMATION_REASONS,
    AlreadySubmittedError,
    ConflictError,
    NewerVersionError,
    NotCompleteError,
    NotSubmittedError,
    SubmittedRegistration,
    delete_registration,
    reopen_registration,
    save_draft,
    submit_registration,
)
from brukerplan.actions.rounds import Participant, open_round
from brukerplan.actions.rounds_errors import (
    NotOptionalError,
    RoundDatesError,
    RoundExistsError,
)
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    NoNewRegistrationsError,
    NotInRoundError,
    RegistrationNotFoundError,
    RoundNotFoundError,
    RoundNotOpenError,
    UnitClosedError,
)
from brukerplan.actions.start import (
    CaseLabelError,
    FictiveOnlyError,
    NumberNeededError,
    OptedOutError,
    RegisteredElsewhereError,
    UnderAgeError,
    find_registration,
    start_registration,
)
from brukerplan.actions.terms import MilderNotIncludedError
from brukerplan.actions.units import submit_unit
from brukerplan.identity.national_number import NationalNumber, parse, synthetic_number
from brukerplan.persistence.queries.rounds import optional_variables, round_of_year
from brukerplan.persistence.tables import (
    AccessLog,
    MappingRound,
    Organisation,
    PseudonymKey,
    Registration,
    RegistrationChange,
    RoundMunicipality,
    RoundUnit,
)
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Severity
from tests.actions.open_page import OpenPage, stored
from tests.actions.statements import counted
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
    with pytest.raises(RegisteredElsewhereError) as refused:
        world.start(3, unit_id=world.other_unit)
    with world.database.read() as session:
        names = session.scalars(sa.select(Organisation.name)).all()
    assert not any(name in str(refused.value) for name in names)
    assert refused.value.values == {}


def test_two_units_may_map_a_person_together_when_they_say_so(world: World) -> None:
    ours = world.start(3)
    theirs = world.start(3, unit_id=world.other_unit, also_elsewhere=True)
    assert ours != theirs
    with world.database.read() as session:
        pseudonyms = set(session.scalars(sa.select(Registration.municipal_pseudonym)))
    assert len(pseudonyms) == 1
    # Once more is the same unit's own, whatever the other one has.
    assert world.start(3, unit_id=world.other_unit) == theirs


def test_a_person_who_has_said_no_is_not_registered_and_nothing_more_is_told(
    world: World,
) -> None:
    opt_out(
        world.database,
        by=world.coordinator,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        number=person(3),
        now=NOW,
    )
    for unit_id in (world.unit, world.other_unit):
        with pytest.raises(OptedOutError) as refused:
            world.start(3, unit_id=unit_id, also_elsewhere=True)
        assert refused.value.values == {}
    assert str(refused.value) == (
        "Personen skal ikke registreres i årets kartlegging. Ingenting er lagret."
    )
    with world.database.read() as session:
        assert session.scalars(sa.select(Registration.id)).all() == []
        refusals = session.execute(
            sa.select(AccessLog.subject, AccessLog.detail).where(
                AccessLog.action == "registration.refused"
            )
        ).all()
    # That somebody asked is logged, and not about whom.
    assert {tuple(each) for each in refusals} == {("", "opted_out")}
    # Another municipality is not told, and not bound.
    world.start(3, unit_id=world.units["1108"][0])


def real_number() -> NationalNumber:
    """A person who is not fictive, as far as the number tells; nobody's own."""
    fictive = person(3)
    return NationalNumber(
        "0" * 11,
        birth_date=fictive.birth_date,
        gender="female",
        synthetic=False,
        d_number=False,
    )


def start_on(world: World, number: NationalNumber | None, *, label: str = "S-1") -> uuid.UUID:
    return start_registration(
        world.database,
        by=world.registrar,
        keys=world.keys,
        unit_id=world.unit,
        round_id=world.round_id,
        number=number,
        case_label=label,
        now=NOW,
    ).id


def practised_on(world: World) -> World:
    """The same world in a round that is in training, and whose day has not come."""
    with world.database.begin() as session:
        training = MappingRound(
            year=2027,
            edition="2026",
            owner_organisation_id=world.trust,
            state="training",
            opens_on=date(2027, 11, 2),
            deadline=date(2027, 12, 15),
        )
        session.add(training)
        session.flush()
        place = world.municipalities["1103"]
        session.add(RoundMunicipality(round_id=training.id, municipality_id=place))
        session.flush()
        session.add(RoundUnit(round_id=training.id, unit_id=world.unit))
        return replace(world, round_id=training.id)


def test_only_fictive_people_are_registered_while_practising(world: World) -> None:
    training = practised_on(world)
    with pytest.raises(FictiveOnlyError, match="2027"):
        start_on(training, real_number())
    with world.database.read() as session:
        assert session.scalars(sa.select(Registration.id)).all() == []
    # Before the round's day, and not counted as anybody's.
    assert start_on(training, person(3)) is not None


def test_a_real_person_is_registered_once_the_round_is_open(world: World) -> None:
    assert start_on(world, real_number()) is not None


def test_nothing_new_is_started_while_the_round_is_corrected(world: World) -> None:
    begun = world.start(1)
    with world.database.begin() as session:
        session.execute(
            sa.update(MappingRound)
            .where(MappingRound.id == world.round_id)
            .values(state="correction")
        )
    with pytest.raises(NoNewRegistrationsError):
        world.start(2)
    saved = save_draft(
        world.database,
        by=world.registrar,
        registration_id=begun,
        version=1,
        page="",
        answers={"housing": "red"},
        now=NOW,
    )
    assert saved.version == 2


def test_without_a_number_nobody_is_registered_where_persons_are_followed(world: World) -> None:
    with pytest.raises(NumberNeededError):
        start_on(world, None)


def test_an_anonymous_municipality_keeps_nothing_of_anybodys_number(world: World) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(RoundMunicipality.municipality_id == world.municipalities["1103"])
            .values(identity_mode="anonymous")
        )
    # Nobody can tell that two are one; also where a number is given all the same.
    started = {start_on(world, None), start_on(world, None), start_on(world, person(3))}
    assert len(started | {start_on(world, person(3))}) == 4
    with pytest.raises(CaseLabelError):
        start_on(world, None, label="")
    with world.database.read() as session:
        kept = session.execute(
            sa.select(
                Registration.municipal_pseudonym,
                Registration.municipal_key_id,
                Registration.transfer_pseudonym,
                Registration.transfer_key_id,
            )
        ).all()
        assert session.scalars(sa.select(PseudonymKey.id)).all() == []
    assert {tuple(row) for row in kept} == {(None, None, None, None)}


def test_a_person_too_young_is_refused_also_where_nobody_is_followed(world: World) -> None:
    with world.database.begin() as session:
        session.execute(sa.update(RoundMunicipality).values(identity_mode="anonymous"))
    text = synthetic_number(date(2011, 1, 1), "male", 0)
    with pytest.raises(UnderAgeError):
        start_on(world, parse(text, today=BY_TODAY, allow_synthetic=True))


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
        page="",
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
        page="",
        answers={"substances": frozenset()},
        now=NOW,
    )
    found = open_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    assert found.answers == {"substances": frozenset()}


# The end of the user's chain, then the row and the chain's new end: together on PostgreSQL.
SEALED = {"sqlite": ["SELECT", "INSERT", "UPDATE"], "postgresql": ["SELECT", "WITH"]}


def test_a_save_asks_three_things_of_the_database_beside_the_log(world: World) -> None:
    page = OpenPage(world, world.start(), world.registrar)
    page.seen = None
    with counted(world.database) as asked:
        page.save(**complete(Q))
    # One read, one update, the history; however many answers changed.
    words = [statement.split()[0] for statement in asked]
    assert words == ["SELECT", "UPDATE", "INSERT", *SEALED[world.database.dialect]]


def test_what_was_just_read_is_not_read_again(world: World) -> None:
    page = OpenPage(world, world.start(), world.registrar)
    with counted(world.database) as asked:
        page.save(**complete(Q))
    words = [statement.split()[0] for statement in asked]
    assert words == ["UPDATE", "INSERT", *SEALED[world.database.dialect]]


def test_a_save_sent_again_asks_one_thing(world: World) -> None:
    page = OpenPage(world, world.start(), world.registrar)
    page.save(housing="red")
    with counted(world.database) as asked:
        page.send()
    assert asked[-1].startswith("SELECT")
    assert not [statement for statement in asked if statement.startswith("INSERT")]


def test_what_was_closed_since_it_was_read_is_not_changed(world: World) -> None:
    page = OpenPage(world, world.start(), world.registrar)
    page.save(housing="green")
    page = OpenPage(world, page.registration_id, world.registrar)
    with world.database.begin() as session:
        session.execute(
            sa.update(MappingRound)
            .where(MappingRound.id == world.round_id)
            .values(state="frozen", frozen_at=NOW)
        )
    with pytest.raises(RoundNotOpenError):
        page.save(housing="red")
    assert stored(world, page.registration_id)["housing"] == "green"


def test_what_was_just_read_is_no_way_round_the_permission(world: World) -> None:
    page = OpenPage(world, world.start(), world.registrar)
    for actor in (world.colleague, world.stranger, world.coordinator, world.officer):
        page.by = actor
        with pytest.raises(NotAllowedError):
            page.save(housing="red")
    # Nor may another registration be shown for the one that is saved.
    page.by, other = world.registrar, world.start(1, unit_id=world.other_unit)
    page.registration_id = other
    with pytest.raises(NotAllowedError):
        page.save(housing="red")


def test_a_save_writes_the_answers_that_changed_and_no_others(world: World) -> None:
    page = OpenPage(world, world.start(), world.registrar)
    page.save(**complete(Q))
    page = OpenPage(world, page.registration_id, world.registrar)
    with counted(world.database) as asked:
        page.save(housing="red", substances=frozenset({"ghb"}))
    update = next(statement for statement in asked if statement.startswith("UPDATE"))
    assert "housing=" in update
    assert "substances__alcohol=" in update
    assert "economy=" not in update


def test_saves_of_the_same_answers_are_the_same_statements(world: World) -> None:
    page = OpenPage(world, world.start(), world.registrar)
    saves: list[list[str]] = []
    for colour in ("red", "green"):
        with counted(world.database) as asked:
            page.save(housing=colour)
        page = OpenPage(world, page.registration_id, world.registrar)
        saves.append(asked)
    # So that neither the program nor the database makes up its mind about them twice.
    assert saves[0] == saves[1]


def test_submitting_drops_what_does_not_apply(world: World) -> None:
    started = world.start()
    answers = complete(Q, substance_problem="none") | {"lar": "in_lar"}
    submit_registration(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=1,
        page="",
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
            page="",
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
            page="",
            answers=answers,
            now=NOW,
        )
    odd = frozenset(finding.rule for finding in refused.value.findings)
    submitted = submit_registration(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=refused.value.version,
        page="",
        confirmed=dict.fromkeys(odd, "situation"),
        now=NOW,
    )
    found = open_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    assert (found.state, found.confirmed) == (
        "submitted",
        dict.fromkeys(odd, "situation"),
    )
    assert submitted.version == found.version == 3


def test_an_odd_answer_is_confirmed_with_one_of_the_reasons(world: World) -> None:
    started = world.start()
    answers = complete(Q, housing="red", housing_situation="owns")

    def submit(version: int, reason: str) -> None:
        submit_registration(
            world.database,
            by=world.registrar,
            registration_id=started,
            version=version,
            page="",
            answers=answers,
            confirmed={"housing_red_but_housed": reason, "no_such_rule": "situation"},
            now=NOW,
        )

    for version, reason in enumerate(("", "he said so himself", "SITUATION"), start=1):
        with pytest.raises(NotCompleteError) as refused:
            submit(min(version, 2), reason)
        assert {each.severity for each in refused.value.findings} == {Severity.SOFT}
    rules = {each.rule for each in refused.value.findings}
    assert rules == {"housing_red_but_housed"}
    for reason in CONFIRMATION_REASONS[:1]:
        submit(2, reason)
    with world.database.read() as session:
        # What confirms nothing is not kept: it could be a text about the person.
        kept = session.scalars(sa.select(Registration.confirmed_soft)).all()
    assert kept == ["housing_red_but_housed:situation"]


def test_what_is_confirmed_once_is_not_asked_again(world: World) -> None:
    started = world.start()
    answers = complete(Q, housing="red", housing_situation="owns")
    del answers["economy"]

    def submit(version: int, confirmed: dict[str, str]) -> None:
        submit_registration(
            world.database,
            by=world.registrar,
            registration_id=started,
            version=version,
            page="",
            answers=answers,
            confirmed=confirmed,
            now=NOW,
        )

    with pytest.raises(NotCompleteError):
        submit(1, {"housing_red_but_housed": "not_sure"})
    answers["economy"] = "red"
    submit(2, {})


def test_a_group_that_is_not_mapped_is_saved_and_not_submitted(world: World) -> None:
    started = world.start()
    with world.database.begin() as session:
        session.execute(sa.update(RoundMunicipality).values(milder_included=False))
    answers = complete(Q, substance_problem="less_serious", mental_problem="none")

    def submit(version: int) -> None:
        submit_registration(
            world.database,
            by=world.registrar,
            registration_id=started,
            version=version,
            page="",
            answers=answers,
            now=NOW,
        )

    with pytest.raises(MilderNotIncludedError):
        submit(1)
    found = open_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    assert (found.state, found.answers) == ("draft", answers)
    answers["mental_problem"] = "serious"
    submit(2)


def test_a_submission_sent_twice_by_one_page_is_submitted_once(world: World) -> None:
    started = world.start()

    def submit(page: str, **answers: Value) -> SubmittedRegistration:
        return submit_registration(
            world.database,
            by=world.registrar,
            registration_id=started,
            version=1,
            page=page,
            answers=complete(Q, **answers),
            now=NOW,
        )

    first = submit("a-page")
    assert submit("a-page") == first
    with world.database.read() as session:
        submitted = session.scalars(
            sa.select(AccessLog.id).where(AccessLog.action == "registration.submitted")
        ).all()
    assert len(submitted) == 1
    # Something else, or somebody else, is no repetition.
    with pytest.raises(AlreadySubmittedError):
        submit("a-page", housing="red")
    with pytest.raises(ConflictError):
        submit("another", housing="red")


def test_a_submitted_registration_is_taken_back_before_it_is_changed(world: World) -> None:
    submitted = world.submit()
    with pytest.raises(AlreadySubmittedError):
        save_draft(
            world.database,
            by=world.registrar,
            registration_id=submitted,
            version=2,
            page="",
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


def test_a_registration_taken_back_is_verified_no_more(world: World) -> None:
    submitted = world.submit()
    with world.database.begin() as session:
        session.execute(
            sa.update(Registration).values(verified_at=NOW, verified_by=world.lead.user_id)
        )
    reopen_registration(
        world.database, by=world.registrar, registration_id=submitted, version=2, now=NOW
    )
    found = open_registration(
        world.database, by=world.registrar, registration_id=submitted, now=NOW
    )
    assert found.verified_at is None
    with pytest.raises(NotSubmittedError):
        reopen_registration(
            world.database, by=world.registrar, registration_id=submitted, version=3, now=NOW
        )


def test_what_has_changed_since_it_was_looked_at_is_not_taken_back(world: World) -> None:
    submitted = world.submit()
    with pytest.raises(NewerVersionError) as newer:
        reopen_registration(
            world.database, by=world.registrar, registration_id=submitted, version=1, now=NOW
        )
    assert newer.value.current_version == 2


def test_a_draft_of_the_wrong_person_is_deleted_with_all_that_belongs_to_it(
    world: World,
) -> None:
    started = world.start(3, label="FEIL")
    save_draft(
        world.database,
        by=world.registrar,
        registration_id=started,
        version=1,
        page="",
        answers={"housing": "red"},
        now=NOW,
    )
    delete_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    with world.database.read() as session:
        assert session.scalars(sa.select(Registration.id)).all() == []
        assert session.scalars(sa.select(RegistrationChange.id)).all() == []
        deleted = session.scalars(
            sa.select(AccessLog.subject).where(AccessLog.action == "registration.deleted")
        ).all()
    assert deleted == [str(started)]
    with pytest.raises(RegistrationNotFoundError):
        delete_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    # The person can be registered by the right unit.
    world.start(3, unit_id=world.other_unit)


def test_nothing_of_a_deleted_draft_is_left_in_the_file(world: World, tmp_path: Path) -> None:
    started = world.start(3, label="FEIL-PERSON")

    def written() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.glob("brukerplan.sqlite*"))

    if world.database.dialect == "sqlite":
        assert b"FEIL-PERSON" in written()
    delete_registration(world.database, by=world.registrar, registration_id=started, now=NOW)
    assert b"FEIL-PERSON" not in written()


def test_only_a_draft_of_the_own_unit_is_deleted(world: World) -> None:
    submitted, started = world.submit(1), world.start(2)
    with pytest.raises(AlreadySubmittedError):
        delete_registration(world.database, by=world.registrar, registration_id=submitted, now=NOW)
    for actor in (world.colleague, world.stranger, world.coordinator, world.officer):
        with pytest.raises(NotAllowedError):
            delete_registration(world.database, by=actor, registration_id=started, now=NOW)
    with world.database.read() as session:
        assert len(session.scalars(sa.select(Registration.id)).all()) == 2


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
                page="",
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
            page="",
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
