"""A round is planned, practised on, opened, corrected and closed; every other way is refused."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.actions.freeze import freeze_round
from brukerplan.actions.replanning import drop_round, move_deadline
from brukerplan.actions.rounds import (
    Participant,
    begin_correction,
    end_correction,
    open_for_registration,
    open_round,
    plan_round,
)
from brukerplan.actions.rounds_errors import (
    EarlierRoundGoesOnError,
    NobodyTakesPartError,
    OtherYearError,
    ReasonMissingError,
    RoundDatesError,
    RoundExistsError,
    RoundMoveError,
)
from brukerplan.actions.scope import (
    NoNewRegistrationsError,
    RoundInTrainingError,
    RoundNotFoundError,
    RoundNotOpenError,
)
from brukerplan.actions.start import start_registration
from brukerplan.actions.training import practice_number
from brukerplan.actions.units import submit_unit
from brukerplan.identity.national_number import parse
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.rounds import (
    RoundLine,
    municipality_terms,
    round_by_id,
    training_of,
    unit_progress,
)
from brukerplan.persistence.tables import (
    AccessLog,
    Base,
    ConflictAnswer,
    Membership,
    OptOut,
    Registration,
    RegistrationChange,
    RegistrationConflict,
    RegistrationQuery,
    RoundMunicipality,
    RoundUnit,
)
from brukerplan.persistence.tables.states import ReopeningReason
from tests.actions.practice import DEADLINE, OPENS, in_training, plan
from tests.actions.world import BY_TODAY, NOW, YEAR, World, person

LABEL = "Merke-4711-øving"


@pytest.fixture
def practice(world: World) -> World:
    """A world in which the round is in training."""
    return in_training(world)


def the_round(world: World) -> RoundLine:
    with world.database.read() as session:
        found = round_by_id(session, world.round_id)
    assert found is not None
    return found


def open_it(world: World) -> int:
    return open_for_registration(
        world.database, by=world.administrator, round_id=world.round_id, now=NOW
    ).registrations


def correct(world: World) -> None:
    begin_correction(world.database, by=world.administrator, round_id=world.round_id, now=NOW)


def back(world: World, reason: ReopeningReason = ReopeningReason.PERSON_MISSING) -> None:
    end_correction(
        world.database, by=world.administrator, round_id=world.round_id, reason=reason, now=NOW
    )


def test_a_planned_round_begins_in_training_with_all_units_and_nobody_expected(
    practice: World,
) -> None:
    found = the_round(practice)
    assert (found.year, found.state, found.edition) == (YEAR, "training", "2026")
    with practice.database.read() as session:
        unit = unit_progress(session, practice.unit, practice.round_id)
        elsewhere = municipality_terms(session, practice.municipalities["1144"], practice.round_id)
    assert unit is not None
    assert (unit.expected, unit.state) == (0, "open")
    assert elsewhere is None


def test_a_round_is_not_planned_with_wrong_dates_or_nobody(world: World) -> None:
    world.approve(["1103"], persons=1)
    world.freeze()
    next_year = YEAR + 1
    opens, deadline = date(next_year, 11, 1), date(next_year, 12, 1)

    def refused(error: type[Exception], **wrong: object) -> None:
        terms: dict[str, object] = {"year": next_year, "opens_on": opens, "deadline": deadline}
        with pytest.raises(error):
            plan(world, **(terms | wrong))  # type: ignore[arg-type]

    refused(RoundDatesError, deadline=opens - timedelta(days=1))
    refused(OtherYearError, opens_on=date(YEAR, 11, 1))
    refused(NobodyTakesPartError, codes=())
    refused(RoundExistsError, year=YEAR, opens_on=OPENS, deadline=DEADLINE)
    assert plan(world, year=next_year, opens_on=opens, deadline=deadline)


def test_a_round_is_not_planned_while_another_goes_on(world: World) -> None:
    opens, deadline = date(YEAR + 1, 11, 1), date(YEAR + 1, 12, 1)
    with pytest.raises(EarlierRoundGoesOnError, match=str(YEAR)):
        plan(world, year=YEAR + 1, opens_on=opens, deadline=deadline)


def test_only_the_trust_moves_the_round_and_only_with_its_own_municipalities(
    practice: World,
) -> None:
    moves: tuple[Callable[..., object], ...] = (open_for_registration, begin_correction)
    for move in moves:
        with pytest.raises(NotAllowedError):
            move(practice.database, by=practice.coordinator, round_id=practice.round_id, now=NOW)
    with pytest.raises(NotAllowedError):
        end_correction(
            practice.database,
            by=practice.coordinator,
            round_id=practice.round_id,
            reason=ReopeningReason.PERSON_MISSING,
            now=NOW,
        )
    with pytest.raises(NotAllowedError):
        plan_round(
            practice.database,
            by=practice.administrator,
            owner_id=practice.trust,
            year=YEAR + 1,
            opens_on=date(YEAR + 1, 11, 1),
            deadline=date(YEAR + 1, 12, 1),
            # Not a municipality of the trust.
            participants=[Participant(practice.nation)],
            now=NOW,
        )


def test_a_round_goes_from_training_to_open_to_correction_and_back(practice: World) -> None:
    moves: tuple[Callable[[World], object], ...] = (correct, back)
    for move in moves:
        with pytest.raises(RoundMoveError, match=str(YEAR)):
            move(practice)
    open_it(practice)
    assert the_round(practice).state == "open"
    wrong: Callable[[World], object]
    for wrong in (open_it, back):
        with pytest.raises(RoundMoveError):
            wrong(practice)
    correct(practice)
    assert the_round(practice).state == "correction"
    for wrong in (open_it, correct):
        with pytest.raises(RoundMoveError):
            wrong(practice)
    back(practice)
    assert the_round(practice).state == "open"
    with pytest.raises(RoundNotFoundError):
        begin_correction(practice.database, by=practice.administrator, round_id=99, now=NOW)


def test_going_back_to_registration_says_why_and_the_log_keeps_it(world: World) -> None:
    correct(world)
    with pytest.raises(ReasonMissingError):
        back(world, ReopeningReason.TRAINING_OVER)
    back(world, ReopeningReason.SUBMITTED_TOO_EARLY)
    with world.database.read() as session:
        detail = session.scalar(
            sa.select(AccessLog.detail).where(AccessLog.action == "round.correction_ended")
        )
    assert detail == f"year={YEAR} reason=submitted_too_early"


def test_in_training_people_practise_and_the_round_is_not_frozen(practice: World) -> None:
    practice.submit(1)
    with pytest.raises(RoundInTrainingError):
        practice.freeze()


def test_in_correction_nobody_is_added_and_what_is_there_can_be_mended(world: World) -> None:
    world.start(1)
    correct(world)
    with pytest.raises(NoNewRegistrationsError, match="retting"):
        world.start(2)
    with world.database.begin() as session:
        # What saving does, as the database sees it.
        session.execute(sa.update(Registration).values(version=Registration.version + 1))


def test_a_round_in_correction_is_frozen(world: World) -> None:
    world.approve(["1103"])
    correct(world)
    frozen = freeze_round(
        world.database,
        by=world.administrator,
        keys=world.keys.for_the_freeze(),
        round_id=world.round_id,
        now=NOW,
    )
    assert frozen.registrations == 4
    with pytest.raises(RoundNotOpenError):
        world.freeze()


def test_everybody_at_work_in_a_round_in_training_is_told_so(practice: World) -> None:
    with practice.database.begin() as session:
        for actor in (practice.registrar, practice.coordinator, practice.administrator):
            for held in actor.memberships:
                session.execute(
                    sa.insert(Membership).values(
                        user_id=actor.user_id,
                        organisation_id=held.organisation_id,
                        role=held.role,
                        granted_at=NOW,
                    )
                )

    def practising() -> list[int | None]:
        with practice.database.read() as session:
            return [
                training_of(session, actor.user_id)
                for actor in (
                    practice.registrar,
                    practice.coordinator,
                    practice.administrator,
                    practice.colleague,
                )
            ]

    # The colleague is a member nowhere.
    assert practising() == [YEAR, YEAR, YEAR, None]
    open_it(practice)
    assert practising() == [None] * 4


def test_a_practice_number_belongs_to_nobody_and_is_hardly_ever_the_same() -> None:
    drawn = [practice_number(random.Random(seed)) for seed in range(200)]
    for text in drawn:
        number = parse(text, today=BY_TODAY, allow_synthetic=True)
        assert number.synthetic
        assert 18 < YEAR - number.birth_date.year < 90
    assert len(set(drawn)) > 195


def test_a_moved_deadline_is_everybodys_that_has_no_earlier_one(world: World) -> None:
    own = {"1101": date(YEAR, 12, 1), "1103": date(YEAR, 12, 14)}
    with world.database.begin() as session:
        for code, day in own.items():
            session.execute(
                sa.update(RoundMunicipality)
                .where(RoundMunicipality.municipality_id == world.municipalities[code])
                .values(deadline=day)
            )

    def move(by: Actor, to: date) -> None:
        move_deadline(world.database, by=by, round_id=world.round_id, deadline=to, now=NOW)

    move(world.administrator, date(YEAR, 12, 10))
    with world.database.read() as session:
        deadlines = {
            code: terms.deadline
            for code in ("1101", "1103", "1108")
            if (terms := municipality_terms(session, world.municipalities[code], world.round_id))
        }
        detail = session.scalar(
            sa.select(AccessLog.detail).where(AccessLog.action == "round.deadline_moved")
        )
    tenth = date(YEAR, 12, 10)
    assert deadlines == {"1101": date(YEAR, 12, 1), "1103": tenth, "1108": tenth}
    assert detail == f"year={YEAR} from={YEAR}-12-15 to={YEAR}-12-10"
    with pytest.raises(RoundDatesError):
        move(world.administrator, date(YEAR, 11, 1))
    with pytest.raises(NotAllowedError):
        move(world.coordinator, tenth)
    world.approve(["1103"], persons=1)
    world.freeze()
    with pytest.raises(RoundNotOpenError):
        move(world.administrator, tenth)


def test_a_plan_is_given_up_while_it_is_only_practised_on(practice: World) -> None:
    pseudonym = practised_on(practice)

    def drop(by: Actor) -> int:
        return drop_round(
            practice.database, by=by, round_id=practice.round_id, now=NOW
        ).registrations

    with pytest.raises(NotAllowedError):
        drop(practice.coordinator)
    assert drop(practice.administrator) == 2
    assert holding(practice.database, LABEL, pseudonym) == set()
    with practice.database.read() as session:
        assert round_by_id(session, practice.round_id) is None
        for table in (RoundMunicipality, RoundUnit, *EMPTY_AFTER):
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
    assert plan(practice)


def test_a_round_that_has_opened_is_not_given_up(world: World) -> None:
    with pytest.raises(RoundMoveError):
        drop_round(world.database, by=world.administrator, round_id=world.round_id, now=NOW)


# What was practised on is gone when the round opens.


def practised_on(world: World) -> bytes:
    """Let everything that can be said of a person be said in training; return a pseudonym."""
    registration_id = world.submit(1)
    label = world.start(2, label=LABEL)
    with world.database.begin() as session:
        author = world.registrar.user_id
        pseudonym = session.scalar(
            sa.select(Registration.municipal_pseudonym).where(Registration.id == label)
        )
        key = session.scalar(
            sa.select(Registration.municipal_key_id).where(Registration.id == label)
        )
        assert pseudonym is not None
        session.execute(
            sa.insert(RegistrationChange).values(
                registration_id=label,
                version=2,
                at=NOW,
                user_id=author,
                source="form",
                variable="housing",
                before="red",
                after="green",
            )
        )
        conflict = uuid.uuid4()
        session.execute(
            sa.insert(RegistrationConflict).values(
                id=conflict, registration_id=label, based_on=1, user_id=author, page="p", at=NOW
            )
        )
        session.execute(
            sa.insert(ConflictAnswer).values(
                conflict_id=conflict, variable="housing", value="yellow"
            )
        )
        session.execute(
            sa.insert(RegistrationQuery).values(
                registration_id=registration_id,
                question="much_unknown",
                asked_by=author,
                asked_at=NOW,
                assignee_id=author,
            )
        )
        session.execute(
            sa.insert(OptOut).values(
                round_id=world.round_id,
                municipality_id=world.municipalities["1103"],
                municipal_pseudonym=pseudonym[::-1],
                municipal_key_id=key,
                recorded_at=NOW,
            )
        )
    return bytes(pseudonym)


EMPTY_AFTER = (
    Registration,
    RegistrationChange,
    RegistrationConflict,
    ConflictAnswer,
    RegistrationQuery,
    OptOut,
)


def holding(database: Database, *sought: object) -> set[str]:
    """Names of the tables in which any cell holds any of what is sought."""
    found = set()
    with database.read() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(sa.select(table)):
                if any(_holds(cell, each) for cell in row for each in sought):
                    found.add(table.name)
    return found


def _holds(cell: object, sought: object) -> bool:
    if isinstance(cell, bytes) or isinstance(sought, bytes):
        return isinstance(cell, bytes) and isinstance(sought, bytes) and sought in cell
    return str(sought) in str(cell)


def test_what_was_practised_on_is_in_no_table_when_the_round_has_opened(practice: World) -> None:
    pseudonym = practised_on(practice)
    with practice.database.read() as session:
        ids = list(session.scalars(sa.select(Registration.id)))
    sought = (LABEL, pseudonym, pseudonym[::-1], *ids)
    before = holding(practice.database, *sought)
    assert {table.__tablename__ for table in EMPTY_AFTER} - before == {"conflict_answer"}

    assert open_it(practice) == 2

    assert holding(practice.database, *sought) == {"access_log"}
    assert holding(practice.database, LABEL, pseudonym, pseudonym[::-1]) == set()
    with practice.database.read() as session:
        for table in EMPTY_AFTER:
            counted = session.scalar(sa.select(sa.func.count()).select_from(table))
            assert counted == 0, table.__tablename__
        details = session.scalars(sa.select(AccessLog.detail)).all()
    assert all(re.fullmatch(r"[a-z0-9_.:=,+\- ]*", detail) for detail in details)


def test_what_was_practised_on_is_not_in_the_file_either(practice: World) -> None:
    if practice.database.dialect != "sqlite":
        # PostgreSQL keeps its files to itself; what it shows is looked at above.
        return
    pseudonym = practised_on(practice)

    def in_the_files() -> set[bytes]:
        path = str(practice.database.engine.url.database)
        files = [Path(path), Path(path + "-wal")]
        stored = b"".join(file.read_bytes() for file in files if file.exists())
        return {each for each in (LABEL.encode(), pseudonym, pseudonym[::-1]) if each in stored}

    assert in_the_files() == {LABEL.encode(), pseudonym, pseudonym[::-1]}
    open_it(practice)
    assert in_the_files() == set()


def test_opening_keeps_the_plan_and_opens_what_was_closed_in_practice(practice: World) -> None:
    practice.approve(["1108"], persons=1)
    practice.submit(7)
    submit_unit(
        practice.database,
        by=practice.lead,
        unit_id=practice.unit,
        round_id=practice.round_id,
        now=NOW,
    )
    with practice.database.begin() as session:
        session.execute(sa.update(RoundUnit).values(expected=9, reminded_at=NOW))

    open_it(practice)

    with practice.database.read() as session:
        units = session.execute(
            sa.select(RoundUnit.state, RoundUnit.expected, RoundUnit.reminded_at).distinct()
        ).all()
        closed = session.scalars(
            sa.select(RoundUnit.unit_id).where(RoundUnit.reopened_reason == "training_over")
        ).all()
        terms = municipality_terms(session, practice.municipalities["1108"], practice.round_id)
    assert [tuple(unit) for unit in units] == [("open", 9, None)]
    assert set(closed) == {practice.unit, *practice.units["1108"]}
    assert terms is not None
    assert (terms.state, terms.reopened_reason) == ("open", "training_over")


def test_another_rounds_registrations_are_not_wiped(world: World) -> None:
    world.approve(["1103"], persons=1)
    world.freeze()
    opens = date(YEAR + 1, 1, 2)
    later = replace(world, round_id=plan(world, year=YEAR + 1, opens_on=opens, deadline=opens))
    start_registration(
        later.database,
        by=later.registrar,
        keys=later.keys,
        unit_id=later.unit,
        round_id=later.round_id,
        number=person(1),
        case_label="S-9",
        now=NOW,
    )
    assert open_it(later) == 1
    with world.database.read() as session:
        left = session.scalars(sa.select(Registration.round_id).distinct()).all()
    assert list(left) == [world.round_id]


def test_the_round_of_the_demo_is_opened_at_once(world: World) -> None:
    assert the_round(world).state == "open"
    with pytest.raises(RoundExistsError):
        open_round(
            world.database,
            by=None,
            owner_id=world.trust,
            year=YEAR,
            opens_on=OPENS,
            deadline=DEADLINE,
            participants=[],
            now=NOW,
        )
