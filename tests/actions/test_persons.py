"""A person asks what is stored, or that it be deleted: answered in full, and only by number."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import NotAllowedError
from brukerplan.actions.erasing import ReceiptNotFoundError, erase_person, receipt
from brukerplan.actions.history import registration_history
from brukerplan.actions.opting_out import is_opted_out, opt_out
from brukerplan.actions.persons import print_person
from brukerplan.actions.reading import open_registration
from brukerplan.actions.registering import NotCompleteError, submit_registration
from brukerplan.actions.start import OptedOutError
from brukerplan.identity.pseudonyms import municipal_pseudonym
from brukerplan.persistence.tables import AccessLog, FrozenRegistration, Registration
from brukerplan.persistence.tables.states import RightsPurpose
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.reports.printed import Printout
from brukerplan.reports.printout import printout
from brukerplan.web.persons import IN_WORDS
from tests.actions.earlier import begin, in_year
from tests.actions.world import NOW, World, complete, person


def printed(world: World, serial: int = 1, *, named: bool = True) -> Printout:
    """What the coordinator prints about the person."""
    return print_person(
        world.database,
        by=world.coordinator,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        number=person(serial),
        purpose=RightsPurpose.PERSON_ASKED,
        named=named,
        now=NOW,
    )


def erased(world: World, serial: int = 1, *, keep_opt_outs: bool = True) -> uuid.UUID:
    """Delete everything about the person; the receipt's reference."""
    return erase_person(
        world.database,
        by=world.coordinator,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        number=person(serial),
        purpose=RightsPurpose.PERSON_ASKED,
        keep_opt_outs=keep_opt_outs,
        now=NOW,
    )


def says_no(world: World, serial: int = 1) -> None:
    """Record that the person does not want to be mapped this year."""
    opt_out(
        world.database,
        by=world.registrar,
        keys=world.keys,
        municipality_id=world.municipalities["1103"],
        round_id=world.round_id,
        number=person(serial),
        now=NOW,
    )


def test_every_unit_and_year_is_told_of_and_nobody_elses(world: World) -> None:
    begin(in_year(world, 2025), 2025, 1, label="I fjor")
    world.submit(1, housing="red")
    world.start(1, label="Hjemme", unit_id=world.other_unit, also_elsewhere=True)
    world.start(2, label="En annen")
    world.start(1, label="I Sandnes", unit_id=world.units["1108"][0])

    found = printed(world)

    assert [(one.year, one.unit, one.case_label) for one in found.registrations] == [
        (2026, "Hjemmetjenesten 1103", "Hjemme"),
        (2026, "Rus- og psykisk helse 1103", "S-1"),
        (2025, "Rus- og psykisk helse 1103", "I fjor"),
    ]
    first = found.registrations[1]
    assert first.answers["housing"] == "red"
    assert (first.informed_at, first.submitted_at) == (NOW, NOW)
    assert [line.variable for line in first.history if line.after == "red"] == ["housing"]


def test_every_access_is_told_of_this_printout_in_the_next(world: World) -> None:
    started = world.start(1)
    open_registration(world.database, by=world.lead, registration_id=started, now=NOW)
    registration_history(world.database, by=world.lead, registration_id=started, now=NOW)

    first, second = printed(world), printed(world)

    acts = [(act.who, act.act) for act in first.acts]
    assert acts == [
        ("Rita Registrerer", "registration.started"),
        ("Liv Leder", "registration.read"),
        ("Liv Leder", "registration.history_read"),
    ]
    assert [(act.who, act.act) for act in second.acts[3:]] == [
        ("Kari Koordinator", "person.printed")
    ]


def test_staff_are_told_of_by_their_service_where_their_names_could_be_a_danger(
    world: World,
) -> None:
    world.submit(1)

    found = printed(world, named=False)

    names = {act.who for act in found.acts} | {
        line.who for one in found.registrations for line in one.history
    }
    assert names == {"Rus- og psykisk helse 1103"}
    assert "Rita Registrerer" in {act.who for act in printed(world).acts}


def test_nothing_stored_is_an_answer_too_and_is_logged_without_a_trace(world: World) -> None:
    world.start(2)

    found = printed(world)

    assert (found.registrations, found.opt_outs, found.acts, found.lists) == ((), (), (), ())
    with world.database.read() as session:
        rows = session.execute(
            sa.select(AccessLog.subject, AccessLog.detail).where(
                AccessLog.action == "person.printed"
            )
        ).all()
    assert [tuple(row) for row in rows] == [("", "purpose=person_asked found=0")]


def test_a_no_is_told_of(world: World) -> None:
    says_no(world)

    assert printed(world).opt_outs == ((2026, NOW),)


def test_only_the_municipalitys_own_coordinator_answers_to_persons(world: World) -> None:
    world.start(1)
    for by in (world.registrar, world.lead, world.officer, world.administrator):
        with pytest.raises(NotAllowedError):
            print_person(
                world.database,
                by=by,
                keys=world.keys,
                municipality_id=world.municipalities["1103"],
                number=person(1),
                purpose=RightsPurpose.PERSON_ASKED,
                named=True,
                now=NOW,
            )
        with pytest.raises(NotAllowedError):
            erase_person(
                world.database,
                by=by,
                keys=world.keys,
                municipality_id=world.municipalities["1103"],
                number=person(1),
                purpose=RightsPurpose.PERSON_ASKED,
                keep_opt_outs=True,
                now=NOW,
            )
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 1


def test_the_receipt_counts_what_was_deleted_and_names_nobody(world: World) -> None:
    world.submit(1)
    world.start(1, unit_id=world.other_unit, also_elsewhere=True)
    world.start(2)
    changes = sum(len([line for line in one.history if line.variable]) for one in
                  printed(world).registrations)  # fmt: skip

    reference = erased(world)

    found = receipt(
        world.database,
        by=world.coordinator,
        municipality_id=world.municipalities["1103"],
        reference=reference,
    )
    assert (found.registrations, found.changes, found.opt_outs) == (2, changes, 0)
    assert printed(world).registrations == ()
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 1
        logged = session.execute(
            sa.select(AccessLog.subject, AccessLog.detail).where(
                AccessLog.action == "person.erased"
            )
        ).all()
    assert [tuple(row) for row in logged] == [
        ("", "purpose=person_asked registrations=2 opt_outs=kept")
    ]


def test_another_municipalitys_receipt_is_not_found(world: World) -> None:
    reference = erased(world)

    with pytest.raises(ReceiptNotFoundError):
        receipt(
            world.database,
            by=world.coordinates("1108"),
            municipality_id=world.municipalities["1108"],
            reference=reference,
        )


def test_a_no_that_is_kept_still_refuses_and_one_that_is_erased_does_not(world: World) -> None:
    says_no(world)

    erased(world)
    with pytest.raises(OptedOutError):
        world.start(1)

    erased(world, keep_opt_outs=False)
    world.start(1)
    with world.database.begin() as session:
        municipality_id = world.municipalities["1103"]
        key = world.keys.municipal(session, municipality_id, NOW)
        pseudonym = municipal_pseudonym(person(1), key)
        assert not is_opted_out(session, world.round_id, municipality_id, pseudonym)


def test_after_the_freeze_the_registration_goes_and_the_frozen_answers_stand(
    world: World,
) -> None:
    # The first of those that the municipality maps has serial 1,000.
    world.approve(["1103"], persons=1)
    world.freeze()

    erased(world, 1_000)

    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(FrozenRegistration)) == 2


def test_an_unusual_answer_that_was_confirmed_is_told_of_with_why(world: World) -> None:
    started = world.start(1)
    answers = complete(
        edition_for_year(2026), housing="red", housing_situation="owns", children_under_18=0
    )
    with pytest.raises(NotCompleteError) as odd:
        submit_registration(
            world.database,
            by=world.lead,
            registration_id=started,
            version=1,
            page="",
            answers=answers,
            now=NOW,
        )
    rules = {finding.rule for finding in odd.value.findings}
    assert rules
    submit_registration(
        world.database,
        by=world.lead,
        registration_id=started,
        version=odd.value.version,
        page="",
        answers=answers,
        confirmed=dict.fromkeys(rules, "situation"),
        now=NOW,
    )

    (one,) = printed(world).registrations

    assert one.confirmed == dict.fromkeys(rules, "situation")
    paper = printout(printed(world), "nb", IN_WORDS)
    tables = {table.caption: table for chapter in paper.chapters for table in chapter.tables}
    told = tables["Uvanlige svar som tjenesten har bekreftet"].rows
    assert [why for _, why in told] == ["Slik er situasjonen"] * len(rules)
    assert not rules & {text for text, _ in told}, "told in words, not by the rule's id"
