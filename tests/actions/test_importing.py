"""Reading registrations in from a file: the form's rules, and nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor, NotAllowedError
from brukerplan.actions import importing
from brukerplan.actions.importing import ImportResult, import_rows
from brukerplan.actions.opting_out import opt_out
from brukerplan.actions.registering import reopen_registration, save_draft
from brukerplan.actions.registering_errors import ConflictError
from brukerplan.actions.scope import UnitClosedError
from brukerplan.actions.start import start_registration
from brukerplan.actions.units import submit_unit
from brukerplan.files import read_sheet
from brukerplan.files.columns import NUMBER
from brukerplan.files.numbers import ReadNumber
from brukerplan.identity.national_number import NationalNumber, parse
from brukerplan.persistence.queries.changes import changes_of
from brukerplan.persistence.queries.registrations import my_list, registration
from brukerplan.persistence.tables import (
    AccessLog,
    MappingRound,
    Organisation,
    Registration,
    RoundMunicipality,
    RoundOptionalVariable,
)
from brukerplan.translation import translator
from tests.actions.world import NOW, World
from tests.files.sheets import TODAY, answers, filled, filled_csv, number, row

Row = Mapping[str, str]


def read_in(
    world: World,
    *rows: Row,
    by: Actor | None = None,
    unit_id: int = 0,
    whole: bool = False,
    dry_run: bool = False,
    also_elsewhere: bool = False,
    allow_synthetic: bool = True,
) -> ImportResult:
    """Import rows into the registrar's unit."""
    return import_rows(
        world.database,
        by=by or world.works_in(unit_id or world.unit),
        keys=world.keys,
        unit_id=unit_id or world.unit,
        round_id=world.round_id,
        rows=read_sheet(filled_csv(rows).encode()),
        whole=whole,
        dry_run=dry_run,
        now=NOW,
        today=TODAY,
        allow_synthetic=allow_synthetic,
        also_elsewhere=also_elsewhere,
    )


def counts(result: ImportResult) -> tuple[int, int, int, int]:
    return result.created, result.changed, result.unchanged, len(result.problems)


def said(result: ImportResult) -> list[tuple[int, str, str]]:
    nb = translator("nb")
    return [(each.row, each.column.id, each.text(nb)) for each in result.problems]


def person(serial: int) -> NationalNumber:
    return parse(number(serial), today=TODAY, allow_synthetic=True)


def states(world: World, unit_id: int = 0) -> list[tuple[str, str]]:
    with world.database.read() as session:
        lines = my_list(session, unit_id or world.unit, world.round_id)
        return sorted((line.case_label, line.state) for line in lines)


def the_one(world: World) -> Registration:
    with world.database.read() as session:
        return session.scalars(sa.select(Registration)).one()


def log_lines(world: World, action: str) -> list[AccessLog]:
    with world.database.read() as session:
        return list(session.scalars(sa.select(AccessLog).where(AccessLog.action == action)))


def test_complete_rows_become_submitted_and_odd_ones_drafts(world: World) -> None:
    odd = row(2, housing="Rød")

    result = read_in(world, row(1), odd)

    assert counts(result) == (2, 0, 0, 0)
    assert result.drafts == 1
    assert [(note.row, note.column.id) for note in result.notes] == [(4, "housing")]
    assert states(world) == [("S-001", "submitted"), ("S-002", "draft")]


def test_what_is_read_in_is_what_stood_in_the_file(world: World) -> None:
    read_in(world, row(1))

    with world.database.read() as session:
        found = registration(session, the_one(world).id)

    assert found is not None
    assert found.answers == answers(1)


def test_the_same_file_twice_changes_nothing_the_second_time(world: World) -> None:
    rows = [row(1), row(2, housing="Rød"), row(3)]
    read_in(world, *rows)
    before = [(each.id, each.version) for each in registrations(world)]

    result = read_in(world, *rows)

    assert counts(result) == (0, 0, 3, 0)
    assert [(each.id, each.version) for each in registrations(world)] == before


def registrations(world: World) -> list[Registration]:
    with world.database.read() as session:
        return list(session.scalars(sa.select(Registration).order_by(Registration.case_label)))


def test_a_draft_with_other_answers_is_changed_and_its_history_kept(world: World) -> None:
    read_in(world, row(2, housing="Rød"))

    result = read_in(world, row(2, housing="Gul"))

    assert counts(result) == (0, 1, 0, 0)
    found = the_one(world)
    assert (found.state, found.version) == ("submitted", 2)
    with world.database.read() as session:
        newest = [each for each in changes_of(session, found.id) if each.version == 2]
    assert [(each.variable, each.source, each.before, each.after) for each in newest] == [
        ("housing", "imported", "red", "yellow")
    ]


def test_an_empty_cell_takes_no_answer_away(world: World) -> None:
    read_in(world, row(2, housing="Rød"))

    result = read_in(world, row(2, housing="Rød", children_under_18=""))

    assert counts(result) == (0, 0, 1, 0)


def test_a_submitted_registration_with_other_answers_must_be_opened_first(world: World) -> None:
    read_in(world, row(2))

    result = read_in(world, row(2, economy="Grønn"))

    assert counts(result) == (0, 0, 0, 1)
    assert "Åpne den igjen" in said(result)[0][2]
    found = the_one(world)
    reopen_registration(
        world.database,
        by=world.works_in(world.unit),
        registration_id=found.id,
        version=found.version,
        now=NOW,
    )
    assert counts(read_in(world, row(2, economy="Grønn"))) == (0, 1, 0, 0)


def test_another_case_label_for_a_known_number_is_not_believed(world: World) -> None:
    read_in(world, row(2, housing="Rød"))

    result = read_in(world, row(2, housing="Gul", case_label="S-999"))

    assert [each[:2] for each in said(result)] == [(3, "case_label")]
    assert the_one(world).version == 1


def test_all_or_nothing_stores_nothing_where_one_row_is_wrong(world: World) -> None:
    result = read_in(world, row(1), row(2, economy=""), whole=True)

    assert counts(result) == (0, 0, 0, 1)
    assert not result.carried_out
    assert states(world) == []


def test_row_by_row_stores_the_rows_that_are_right(world: World) -> None:
    result = read_in(world, row(1), row(2, economy=""))

    assert counts(result) == (1, 0, 0, 1)
    assert result.carried_out
    assert states(world) == [("S-001", "submitted")]


def test_a_dry_run_says_the_same_and_stores_nothing_but_that_it_was_run(world: World) -> None:
    result = read_in(world, row(1), row(2, economy=""), dry_run=True)

    assert counts(result) == (1, 0, 0, 1)
    assert states(world) == []
    (line,) = log_lines(world, "import.checked")
    assert line.detail == "rows=2 created=1 changed=0 unchanged=0 problems=1 whole=no"


def test_a_person_who_has_opted_out_is_refused_and_nothing_more_is_said(world: World) -> None:
    opt_out(
        world.database,
        by=world.works_in(world.other_unit),
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        number=person(1),
        now=NOW,
    )

    result = read_in(world, row(1), row(2))

    assert said(result) == [
        (
            3,
            NUMBER,
            "Personen skal ikke registreres i årets kartlegging. Ingenting er lagret.",
        )
    ]
    assert states(world) == [("S-002", "submitted")]
    # That somebody has learnt it stands in the log, as when it is typed; about whom does not.
    (line,) = log_lines(world, "registration.refused")
    assert (line.organisation_id, line.subject, line.detail) == (world.unit, "", "opted_out")


def test_a_person_another_unit_has_is_taken_only_when_it_is_asked_for(world: World) -> None:
    read_in(world, row(1), unit_id=world.other_unit)

    refused = read_in(world, row(1))
    taken = read_in(world, row(1), also_elsewhere=True)

    assert "annen tjeneste" in said(refused)[0][2]
    assert counts(refused) == (0, 0, 0, 1)
    assert counts(taken) == (1, 0, 0, 0)
    assert len(log_lines(world, "registration.elsewhere")) == 1
    assert len({each.municipal_pseudonym for each in registrations(world)}) == 1


def test_the_same_person_is_known_whether_read_in_or_typed(world: World) -> None:
    started = start_registration(
        world.database,
        by=world.works_in(world.unit),
        keys=world.keys,
        unit_id=world.unit,
        round_id=world.round_id,
        number=person(1),
        case_label="S-001",
        now=NOW,
    )

    result = read_in(world, row(1))

    assert counts(result) == (0, 1, 0, 0)
    found = the_one(world)
    assert (found.id, found.state) == (started.id, "submitted")


def test_people_outside_the_included_groups_are_refused(world: World) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(RoundMunicipality.municipality_id == world.municipalities["1103"])
            .values(mental_only_included=False, milder_included=False)
        )

    result = read_in(world, row(0), row(2), row(3, substance_problem="Mindre alvorlig"))

    assert [each[:2] for each in said(result)] == [
        (4, "substance_problem"),
        (5, "substance_problem"),
    ]


def test_terms_that_change_while_the_file_is_checked_are_the_ones_that_count(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = importing._hold_alone

    def changed_meanwhile(session: Session, *arguments: Any) -> None:
        session.execute(sa.update(RoundMunicipality).values(mental_only_included=False))
        hold(session, *arguments)

    monkeypatch.setattr(importing, "_hold_alone", changed_meanwhile)

    result = read_in(world, row(2))

    assert [each[:2] for each in said(result)] == [(3, "substance_problem")]
    assert states(world) == []


def test_an_optional_question_that_is_turned_on_must_have_its_column(world: World) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.insert(RoundOptionalVariable).values(
                round_id=world.round_id,
                municipality_id=world.municipalities["1103"],
                variable="born_abroad",
            )
        )

    with pytest.raises(ValueError, match="born_abroad"):
        read_in(world, row(1))


def in_training(world: World) -> None:
    """Set the round back to training, which the database otherwise refuses."""
    table = "" if world.database.dialect == "sqlite" else " ON mapping_round"
    with world.database.connect() as connection:
        connection.execute(sa.text(f"DROP TRIGGER mapping_round_moves{table}"))
        connection.execute(sa.update(MappingRound).values(state="training"))


def test_test_numbers_are_refused_where_real_persons_are_registered(world: World) -> None:
    result = read_in(world, row(1), allow_synthetic=False)

    assert "syntetisk testnummer" in said(result)[0][2]


def test_in_training_test_numbers_are_taken_whatever_the_installation_is(world: World) -> None:
    in_training(world)

    assert counts(read_in(world, row(1), allow_synthetic=False)) == (1, 0, 0, 0)


def test_in_training_a_real_persons_number_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_training(world)
    found = person(1)
    # No test holds a number that could be somebody's.
    as_if_real = NationalNumber(
        number(1), birth_date=found.birth_date, gender="female", synthetic=False, d_number=False
    )
    monkeypatch.setattr(
        "brukerplan.files.rows.read_number", lambda *_args, **_options: ReadNumber(as_if_real)
    )

    result = read_in(world, row(1))

    assert [each[:2] for each in said(result)] == [(3, NUMBER)]
    assert "øving" in said(result)[0][2]
    assert states(world) == []


def test_an_anonymous_municipality_recognises_a_row_by_its_label(world: World) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(RoundMunicipality.municipality_id == world.municipalities["1103"])
            .values(identity_mode="anonymous")
        )
    nameless = row(1, number="")

    first, again = read_in(world, nameless), read_in(world, nameless)

    assert counts(first) == (1, 0, 0, 0)
    assert counts(again) == (0, 0, 1, 0)
    found = the_one(world)
    assert found.municipal_pseudonym is None
    assert found.transfer_pseudonym is None
    assert [each[1] for each in said(read_in(world, row(2)))] == ["number"]


def test_the_letter_is_in_the_municipalitys_own_form_of_norwegian(world: World) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.update(Organisation)
            .where(Organisation.id == world.municipalities["1103"])
            .values(language="nn")
        )

    read_in(world, row(1))

    assert the_one(world).letter_language == "nn"


def test_nobody_reads_in_to_a_unit_that_is_not_theirs(world: World) -> None:
    for somebody in (world.colleague, world.coordinator, world.stranger, world.officer):
        with pytest.raises(NotAllowedError):
            read_in(world, row(1), by=somebody)
    assert states(world) == []


def test_a_unit_that_has_submitted_takes_no_file(world: World) -> None:
    world.submit(1)
    submit_unit(world.database, by=world.lead, unit_id=world.unit, round_id=world.round_id, now=NOW)

    with pytest.raises(UnitClosedError):
        read_in(world, row(2))


def test_every_registration_read_in_stands_in_the_access_log(world: World) -> None:
    read_in(world, row(1), row(2, housing="Rød"))

    imported = {line.subject: line.detail for line in log_lines(world, "registration.imported")}
    assert imported == {str(each.id): "version=1" for each in registrations(world)}
    (submitted,) = log_lines(world, "registration.submitted")
    assert submitted.subject == str(registrations(world)[0].id)
    (line,) = log_lines(world, "import.carried_out")
    assert line.detail == "rows=2 created=2 changed=0 unchanged=0 problems=0 whole=no"


def test_what_was_confirmed_in_the_form_stays_confirmed(world: World) -> None:
    read_in(world, row(2, housing="Rød"))
    found = the_one(world)
    with world.database.begin() as session:
        session.execute(
            sa.update(Registration).values(confirmed_soft="housing_red_but_housed:situation")
        )

    result = read_in(world, row(2, housing="Rød", economy="Grønn"))

    assert counts(result) == (0, 1, 0, 0)
    assert result.drafts == 0
    assert (the_one(world).id, the_one(world).state) == (found.id, "submitted")


def test_whoever_has_the_draft_open_is_told_and_loses_nothing(world: World) -> None:
    read_in(world, row(2, housing="Rød"))
    found = the_one(world)
    read_in(world, row(2, housing="Gul"))
    reopen_registration(
        world.database,
        by=world.works_in(world.unit),
        registration_id=found.id,
        version=2,
        now=NOW,
    )

    with pytest.raises(ConflictError):
        save_draft(
            world.database,
            by=world.works_in(world.unit),
            registration_id=found.id,
            version=1,
            page="open since before",
            answers=answers(2, economy="red"),
            now=NOW,
        )


def test_two_who_read_in_the_same_file_at_once_make_one_of_each(world: World) -> None:
    rows = [row(serial) for serial in range(20)]
    # The keys are there already: what is raced for is the persons.
    read_in(world, row(99))
    done: list[ImportResult] = []
    workers = [
        threading.Thread(target=lambda: done.append(read_in(world, *rows))) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(counts(each) for each in done) == [(0, 0, 20, 0), (0, 0, 20, 0), (20, 0, 0, 0)]
    assert len(registrations(world)) == 21


def test_five_hundred_persons_are_read_in_at_once(world: World) -> None:
    content = filled([row(serial) for serial in range(500)])

    result = import_rows(
        world.database,
        by=world.works_in(world.unit),
        keys=world.keys,
        unit_id=world.unit,
        round_id=world.round_id,
        rows=read_sheet(content),
        whole=True,
        dry_run=False,
        now=NOW,
        today=date(2026, 12, 1),
        allow_synthetic=True,
    )

    assert counts(result) == (500, 0, 0, 0)
