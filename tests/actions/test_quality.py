"""The checks across registrations over what is stored, and the lead's mark."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.quality import QUESTION_OF, findings, read_quality
from brukerplan.actions.querying import ask
from brukerplan.actions.registering import (
    NotSubmittedError,
    reopen_registration,
    submit_registration,
)
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    RegistrationNotFoundError,
    RoundNotOpenError,
)
from brukerplan.actions.verifying import ChangedSinceReadError, unverify, verify
from brukerplan.persistence.queries.accesses import log_lines
from brukerplan.persistence.queries.registrations import my_list
from brukerplan.persistence.tables import AccessLog, MappingRound, Registration, RoundMunicipality
from brukerplan.persistence.tables.states import QueryQuestion
from brukerplan.questionnaire.quality_checks import CHECKS
from tests.actions.quality_world import (
    GREENS,
    REDS,
    close_units,
    level_of,
    members,
    put,
    round_of,
    varied,
)
from tests.actions.statements import counted
from tests.actions.world import NOW, World

LATER = NOW + timedelta(hours=1)


def found(world: World, code: str = "1103") -> list[tuple[str, int | None]]:
    with world.database.read() as session:
        met = findings(session, world.municipalities[code], world.round_id)
    return [(each.check, each.unit_id) for each in met]


def test_a_leap_is_found_for_the_same_person_in_the_same_unit(world: World) -> None:
    before = round_of(world, 2025)
    put(world, before, [(1, varied(1) | REDS), (2, varied(2))])
    assert (level_of(REDS), level_of(GREENS)) == ("blood_red", "green")
    (same, _) = put(world, world.round_id, [(1, varied(1) | GREENS), (2, varied(2))])

    with world.database.read() as session:
        (met,) = findings(session, world.municipalities["1103"], world.round_id)

    assert (met.check, met.registration_id, met.unit_id) == ("level_leap", same, world.unit)
    assert met.values == {"year": 2025}


def test_the_same_person_in_another_unit_is_not_compared(world: World) -> None:
    before = round_of(world, 2025)
    put(world, before, [(1, varied(1) | REDS)], unit_id=world.other_unit)
    put(world, world.round_id, [(1, varied(1) | GREENS)])

    assert found(world) == []


def test_another_municipality_with_the_same_pseudonym_is_not_compared(world: World) -> None:
    before = round_of(world, 2025, code="1108")
    sandnes = world.units["1108"][0]
    put(world, before, [(1, varied(1) | REDS)], unit_id=sandnes, code="1108")
    put(world, world.round_id, [(1, varied(1) | GREENS)])

    assert found(world) == []
    assert found(world, "1108") == []


def test_the_newest_earlier_round_is_compared_and_never_a_practice(world: World) -> None:
    put(world, round_of(world, 2023), [(1, varied(1) | {"birth_year": 1951})])
    practice = round_of(world, 2025, state="training")
    put(world, practice, [(1, varied(1) | {"birth_year": 1999})])
    put(world, world.round_id, [(1, varied(1) | {"birth_year": 1951})])
    assert found(world) == []

    put(world, round_of(world, 2024), [(1, varied(1) | {"birth_year": 1960})])
    assert found(world) == [("birth_year_changed", world.unit)]


def test_drafts_are_not_checked(world: World) -> None:
    put(world, world.round_id, [(n, varied(n) | GREENS) for n in range(6)], state="draft")
    assert found(world) == []

    put(world, world.round_id, [(n, varied(n) | GREENS) for n in range(10, 16)])
    assert found(world) == [("only_greens", world.unit), ("all_alike", world.unit)]


def test_fewer_persons_are_found_when_the_unit_has_submitted(world: World) -> None:
    before = round_of(world, 2025)
    put(world, before, [(n, varied(n)) for n in range(12)])
    put(world, world.round_id, [(n, varied(n)) for n in range(5)])
    assert found(world) == []

    close_units(world, world.round_id, world.unit)
    assert found(world) == [("fewer_in_unit", world.unit)]

    close_units(world, world.round_id, world.other_unit)
    assert found(world) == [("fewer_in_municipality", None), ("fewer_in_unit", world.unit)]


def test_persons_mapped_without_pseudonym_are_counted_and_not_compared(world: World) -> None:
    before = round_of(world, 2025)
    put(world, before, [(n, varied(n) | REDS) for n in range(12)])
    put(world, world.round_id, [(1, varied(1) | GREENS)])
    with world.database.begin() as session:
        session.execute(
            sa.update(Registration).values(municipal_pseudonym=None, municipal_key_id=None)
        )
    close_units(world, world.round_id, world.unit)

    assert found(world) == [("fewer_in_unit", world.unit)]


def test_a_round_without_any_before_is_checked_by_itself(world: World) -> None:
    put(world, world.round_id, [(n, varied(n) | REDS) for n in range(5)])

    assert found(world) == [("all_alike", world.unit)]


def test_two_thousand_registrations_are_checked_at_once_and_not_one_by_one(world: World) -> None:
    before = round_of(world, 2025)
    put(world, before, [(n, varied(n)) for n in range(2_000)])
    put(world, world.round_id, [(n, varied(n + n % 7)) for n in range(2_000)])
    with counted(world.database) as statements, world.database.read() as session:
        met = findings(session, world.municipalities["1103"], world.round_id)

    assert len(met) > 1_000
    assert 1 <= len(statements) < 12


def test_every_check_of_a_registration_has_a_question_to_ask() -> None:
    without = {check_id for check_id in CHECKS if check_id not in QUESTION_OF}

    assert without == {"fewer_in_municipality", "fewer_in_unit"}


def test_the_coordinator_sees_case_labels_and_no_answer(world: World) -> None:
    members(world)
    before = round_of(world, 2025)
    put(world, before, [(7, varied(7) | {"birth_year": 1951})])
    (asked_about,) = put(world, world.round_id, [(7, varied(7) | {"birth_year": 1961})])
    ask(
        world.database,
        by=world.coordinator,
        registration_id=asked_about,
        question=QueryQuestion.IS_THE_ANSWER_RIGHT,
        variable="birth_year",
        now=NOW,
    )

    view = read_quality(
        world.database,
        by=world.coordinator,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        now=NOW,
    )

    (line,) = view.lines
    assert [case.case_label for case in line.cases] == ["K-7"]
    assert (line.question, line.variable) == ("is_the_answer_right", "birth_year")
    assert line.query is not None
    assert line.query.state == "open"
    assert "1951" not in repr(view)
    assert "1961" not in repr(view)
    assert "K-7" not in repr(line)
    with world.database.read() as session:
        newest = log_lines(session, (world.municipalities["1103"],))[0]
    assert (newest.action, newest.detail) == (
        "quality.read",
        "findings=1 queries=1 purpose=quality",
    )


def test_the_lead_sees_the_own_unit_alone(world: World) -> None:
    sides = (world.unit, world.other_unit)
    for place, unit_id in enumerate(sides):
        people = [(n + 20 * place, varied(n) | GREENS) for n in range(5)]
        put(world, world.round_id, people, unit_id=unit_id)
    assert len(found(world)) == 4

    def read(unit_id: int, municipality: str = "1103") -> set[int | None]:
        view = read_quality(
            world.database,
            by=world.lead,
            municipality_id=world.municipalities[municipality],
            round_id=world.round_id,
            unit_id=unit_id,
            now=NOW,
        )
        return {line.finding.unit_id for line in view.lines}

    assert read(world.unit) == {world.unit}
    with pytest.raises(NotAllowedError):
        read(world.other_unit)
    with pytest.raises(RegistrationNotFoundError):
        read(world.unit, "1108")


@pytest.mark.parametrize("who", ["registrar", "lead", "officer", "administrator", "stranger"])
def test_nobody_but_the_coordinator_sees_the_whole_municipality(world: World, who: str) -> None:
    with pytest.raises(NotAllowedError):
        read_quality(
            world.database,
            by=getattr(world, who),
            municipality_id=world.municipalities["1103"],
            round_id=world.round_id,
            now=NOW,
        )


def marked(world: World, registration_id: uuid.UUID) -> bool:
    with world.database.read() as session:
        lines = my_list(session, world.unit, world.round_id)
    return next(line.verified for line in lines if line.id == registration_id)


def mark(world: World, registration_id: uuid.UUID, version: int | None = None) -> None:
    verify(world.database, by=world.lead, registration_id=registration_id, version=version, now=NOW)


def test_the_lead_marks_a_submitted_registration_and_takes_the_mark_away(world: World) -> None:
    done = world.submit(1)
    mark(world, done, version=2)
    assert marked(world, done)

    unverify(world.database, by=world.lead, registration_id=done, now=NOW)

    assert not marked(world, done)
    with world.database.read() as session:
        acts = [
            line.action
            for line in log_lines(session, (world.unit,))
            if "verified" in line.action and line.subject == str(done)
        ]
    assert sorted(acts) == ["registration.unverified", "registration.verified"]


def test_the_mark_falls_when_the_registration_is_opened_and_changed(world: World) -> None:
    done = world.submit(1)
    mark(world, done)

    opened = reopen_registration(
        world.database, by=world.registrar, registration_id=done, version=2, now=LATER
    )
    assert not marked(world, done)
    submit_registration(
        world.database,
        by=world.registrar,
        registration_id=done,
        version=opened.version,
        page="",
        now=LATER,
    )
    assert not marked(world, done)


def test_a_draft_is_not_marked(world: World) -> None:
    draft = world.start(1)
    with pytest.raises(NotSubmittedError):
        mark(world, draft)


def test_what_was_changed_after_it_was_read_is_not_marked(world: World) -> None:
    done = world.submit(1)
    with pytest.raises(ChangedSinceReadError):
        mark(world, done, version=1)
    assert not marked(world, done)


@pytest.mark.parametrize(
    "who", ["registrar", "colleague", "coordinator", "officer", "administrator", "stranger"]
)
def test_only_the_units_lead_marks(world: World, who: str) -> None:
    done = world.submit(1)
    for use_case in (verify, unverify):
        with pytest.raises(NotAllowedError):
            use_case(world.database, by=getattr(world, who), registration_id=done, now=NOW)
    assert not marked(world, done)


def test_what_does_not_exist_is_not_marked(world: World) -> None:
    with pytest.raises(RegistrationNotFoundError):
        mark(world, uuid.uuid4())


def test_the_mark_stands_once_the_municipality_or_the_round_is_closed(world: World) -> None:
    done = world.submit(1)
    close_units(world, world.round_id, *world.units["1103"])
    # The unit has submitted: the mark changes no answer.
    mark(world, done)
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(RoundMunicipality.municipality_id == world.municipalities["1103"])
            .values(state="approved", approved_at=NOW)
        )
    with pytest.raises(MunicipalityApprovedError):
        unverify(world.database, by=world.lead, registration_id=done, now=NOW)
    with world.database.begin() as session:
        session.execute(sa.update(MappingRound).values(state="frozen", frozen_at=NOW))
    with pytest.raises(RoundNotOpenError):
        mark(world, done)
    assert marked(world, done)


def test_a_refused_mark_is_not_in_the_log(world: World) -> None:
    draft = world.start(1)
    with pytest.raises(NotSubmittedError):
        mark(world, draft)
    with world.database.read() as session:
        assert (
            session.scalar(
                sa.select(sa.func.count())
                .select_from(AccessLog)
                .where(AccessLog.action == "registration.verified")
            )
            == 0
        )
