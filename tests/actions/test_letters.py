"""The letter to the person: whom it is to, in which language, and that it is marked as sent."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.letters import (
    TooLateToUndoError,
    TooManyLettersError,
    UnknownLetterLanguageError,
    count_uninformed,
    letters,
    list_letters,
    mark_informed,
    set_letter_language,
    unmark_informed,
)
from brukerplan.actions.opting_out import opt_out
from brukerplan.actions.scope import (
    MunicipalityApprovedError,
    NotInRoundError,
    RegistrationNotFoundError,
    RoundNotOpenError,
)
from brukerplan.actions.units import submit_unit
from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.tables import AccessLog, MappingRound, RoundMunicipality
from tests.actions.world import NOW, World, person


def uninformed(world: World) -> int:
    """How many of the municipality have not been sent a letter."""
    with world.database.read() as session:
        return count_uninformed(session, world.municipalities["1103"], world.round_id)


def informed_at(world: World, registration_id: uuid.UUID) -> datetime | None:
    """When the person was sent the letter."""
    with world.database.read() as session:
        found = registration(session, registration_id)
    assert found is not None
    return found.informed_at


def logged(world: World, action: str) -> list[tuple[int | None, str, str]]:
    """Organisation, subject and detail of each such row of the log."""
    with world.database.read() as session:
        rows = session.execute(
            sa.select(AccessLog.organisation_id, AccessLog.subject, AccessLog.detail)
            .where(AccessLog.action == action)
            .order_by(AccessLog.id)
        )
        return [(row.organisation_id, row.subject, row.detail) for row in rows]


def send(world: World, *registration_ids: uuid.UUID, now: datetime = NOW) -> int:
    """Mark letters as sent."""
    return mark_informed(
        world.database, by=world.registrar, registration_ids=registration_ids, now=now
    )


def test_those_without_a_letter_are_counted_and_come_first(world: World) -> None:
    sent, waiting = world.start(1, label="A"), world.start(2, label="B")
    world.start(3, unit_id=world.other_unit)

    send(world, sent)

    assert uninformed(world) == 2
    lines = list_letters(
        world.database, by=world.registrar, unit_id=world.unit, round_id=world.round_id, now=NOW
    )
    assert [line.registration_id for line in lines] == [waiting, sent]
    assert [line.informed_by for line in lines] == [None, "Rita Registrerer"]
    assert "'B'" not in repr(lines)


def test_letters_are_printed_for_those_who_have_not_had_one(world: World) -> None:
    sent, waiting = world.start(1, label="A"), world.start(2, label="B")
    send(world, sent)

    batch = letters(
        world.database,
        by=world.registrar,
        unit_id=world.unit,
        round_id=world.round_id,
        registration_ids=None,
        now=NOW,
    )

    assert batch.registration_ids == (waiting,)
    (letter,) = batch.letters
    assert (letter.case_label, letter.unit, letter.municipality, letter.year) == (
        "B",
        "Rus- og psykisk helse 1103",
        "Kommune 1103",
        2026,
    )
    assert (letter.written_on, letter.answer_by) == (date(2026, 12, 1), date(2026, 12, 15))
    assert logged(world, "letter.printed") == [(world.unit, str(waiting), "nb")]
    assert uninformed(world) == 1, "printing sends nothing"


def test_chosen_letters_are_printed_again_and_other_units_are_left_out(world: World) -> None:
    sent, _ = world.start(1), world.start(2)
    elsewhere = world.start(3, unit_id=world.other_unit)
    send(world, sent)

    batch = letters(
        world.database,
        by=world.registrar,
        unit_id=world.unit,
        round_id=world.round_id,
        registration_ids=(sent, elsewhere, uuid.uuid4()),
        now=NOW,
    )

    assert batch.registration_ids == (sent,)


def test_more_letters_than_one_file_holds_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.start(1)
    world.start(2)
    monkeypatch.setattr("brukerplan.actions.letters.MOST_AT_ONCE", 1)

    with pytest.raises(TooManyLettersError, match="1 brev"):
        letters(
            world.database,
            by=world.registrar,
            unit_id=world.unit,
            round_id=world.round_id,
            registration_ids=None,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("state", "synthetic", "practice"),
    [("training", False, True), ("open", False, False), ("open", True, True)],
)
def test_letters_about_fictive_persons_say_so(
    world: World, *, state: str, synthetic: bool, practice: bool
) -> None:
    world.start(1)
    with world.database.connect() as connection:
        connection.execute(sa.text(without_moves(world)))
        connection.execute(sa.update(MappingRound).values(state=state, synthetic=synthetic))

    (letter,) = letters(
        world.database,
        by=world.registrar,
        unit_id=world.unit,
        round_id=world.round_id,
        registration_ids=None,
        now=NOW,
    ).letters

    assert letter.practice == practice


def test_the_letter_has_the_municipalitys_own_deadline_and_its_way_of_mapping(
    world: World,
) -> None:
    world.start(1)
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality).values(
                deadline=date(2026, 12, 10), identity_mode="anonymous"
            )
        )

    (letter,) = letters(
        world.database,
        by=world.registrar,
        unit_id=world.unit,
        round_id=world.round_id,
        registration_ids=None,
        now=NOW,
    ).letters

    assert (letter.answer_by, letter.anonymous) == (date(2026, 12, 10), True)


def test_a_letter_is_in_the_language_that_was_chosen(world: World) -> None:
    started = world.start(1)

    for language in ("en", "en", "nn"):
        set_letter_language(
            world.database,
            by=world.registrar,
            registration_id=started,
            language=language,
            now=NOW,
        )

    (letter,) = letters(
        world.database,
        by=world.registrar,
        unit_id=world.unit,
        round_id=world.round_id,
        registration_ids=(started,),
        now=NOW,
    ).letters
    assert letter.language == "nn"
    assert [row[2] for row in logged(world, "letter.language_chosen")] == ["en", "nn"]
    with pytest.raises(UnknownLetterLanguageError):
        set_letter_language(
            world.database, by=world.registrar, registration_id=started, language="de", now=NOW
        )


def test_letters_marked_as_sent_keep_their_day_and_who_sent_them(world: World) -> None:
    first, second = world.start(1), world.start(2)

    assert send(world, first) == 1
    assert send(world, first, second, now=NOW + timedelta(days=1)) == 1

    assert informed_at(world, first) == NOW
    assert informed_at(world, second) == NOW + timedelta(days=1)
    assert [row[:2] for row in logged(world, "letter.sent")] == [
        (world.unit, str(first)),
        (world.unit, str(second)),
    ]


def test_a_page_that_is_open_is_not_made_old_by_a_letter(world: World) -> None:
    started = world.start(1)

    send(world, started)
    set_letter_language(
        world.database, by=world.registrar, registration_id=started, language="nn", now=NOW
    )

    with world.database.read() as session:
        found = registration(session, started)
    assert found is not None
    assert found.version == 1


def test_who_opted_out_while_the_letters_were_folded_is_left_out(world: World) -> None:
    gone, stays = world.start(1), world.start(2)
    opt_out(
        world.database,
        by=world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        number=person(1),
        now=NOW,
    )

    assert send(world, gone, stays) == 1
    with pytest.raises(RegistrationNotFoundError):
        unmark_informed(world.database, by=world.registrar, registration_id=gone, now=NOW)


def test_it_is_taken_back_the_same_day_only(world: World) -> None:
    started = world.start(1)
    # 23:30 in Oslo on the first; at midnight in UTC it is still the same day there.
    late = datetime(2026, 12, 1, 22, 30, tzinfo=UTC)
    send(world, started, now=late)

    with pytest.raises(TooLateToUndoError):
        unmark_informed(
            world.database,
            by=world.registrar,
            registration_id=started,
            now=late + timedelta(minutes=45),
        )
    for _ in range(2):
        unmark_informed(
            world.database,
            by=world.registrar,
            registration_id=started,
            now=late + timedelta(minutes=15),
        )

    assert informed_at(world, started) is None
    assert [row[:2] for row in logged(world, "letter.unsent")] == [(world.unit, str(started))]


def test_letters_go_also_when_the_unit_has_submitted(world: World) -> None:
    started = world.submit(1, informed=False)
    submit_unit(
        world.database,
        by=world.works_in(world.unit),
        unit_id=world.unit,
        round_id=world.round_id,
        now=NOW,
    )

    assert send(world, started) == 1


def test_what_counts_is_settled_when_the_municipality_is_approved(world: World) -> None:
    waiting, sent = world.start(1), world.start(2)
    send(world, sent)
    with world.database.connect() as connection:
        for table in ("round_municipality", "round_unit"):
            drop = f"DROP TRIGGER {table}_moves"
            on = "" if world.database.dialect == "sqlite" else f" ON {table}"
            connection.execute(sa.text(drop + on))
        connection.execute(sa.update(RoundMunicipality).values(state="approved", approved_at=NOW))

    with pytest.raises(MunicipalityApprovedError):
        send(world, waiting)
    with pytest.raises(MunicipalityApprovedError):
        unmark_informed(world.database, by=world.registrar, registration_id=sent, now=NOW)

    assert informed_at(world, waiting) is None
    assert informed_at(world, sent) == NOW


def test_a_frozen_round_takes_no_letters(world: World) -> None:
    world.approve(["1103"])
    waiting = world.start(77, unit_id=world.units["1108"][0])
    world.freeze()

    with pytest.raises(RoundNotOpenError):
        mark_informed(
            world.database,
            by=world.works_in(world.units["1108"][0]),
            registration_ids=(waiting,),
            now=NOW,
        )


def test_only_those_who_work_in_the_unit_send_its_letters(world: World) -> None:
    mine, others = world.start(1), world.start(2, unit_id=world.other_unit)

    for actor in (world.coordinator, world.officer, world.colleague, world.stranger):
        with pytest.raises(NotAllowedError):
            list_letters(
                world.database, by=actor, unit_id=world.unit, round_id=world.round_id, now=NOW
            )
        with pytest.raises(NotAllowedError):
            letters(
                world.database,
                by=actor,
                unit_id=world.unit,
                round_id=world.round_id,
                registration_ids=None,
                now=NOW,
            )
        with pytest.raises(NotAllowedError):
            mark_informed(world.database, by=actor, registration_ids=(mine,), now=NOW)
        with pytest.raises(NotAllowedError):
            set_letter_language(
                world.database, by=actor, registration_id=mine, language="en", now=NOW
            )
    with pytest.raises(NotAllowedError):
        send(world, mine, others)
    assert informed_at(world, mine) is None, "all or none"


def test_a_unit_outside_the_round_has_no_letters(world: World) -> None:
    with pytest.raises(NotInRoundError):
        letters(
            world.database,
            by=world.works_in(world.trust),
            unit_id=world.trust,
            round_id=world.round_id,
            registration_ids=None,
            now=NOW,
        )


def without_moves(world: World) -> str:
    """SQL that lets a round be put in any state."""
    on = "" if world.database.dialect == "sqlite" else " ON mapping_round"
    return "DROP TRIGGER mapping_round_moves" + on
