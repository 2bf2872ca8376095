"""The trust walks a round through its life, the coordinator sets the terms, people practise."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from brukerplan.actions.units import submit_unit
from brukerplan.persistence.queries.rounds import (
    municipality_terms,
    optional_variables,
    round_of_year,
)
from brukerplan.persistence.tables import AccessLog, Membership, Registration
from tests.actions.practice import in_training
from tests.actions.world import NOW, World
from tests.web.browser import Browser, Page, text_of

TERMS = "/kommune/1103/2026/vilkar"


@pytest.fixture
def practice(world: World) -> World:
    """A world in which the round is in training."""
    return in_training(world)


def state(world: World, year: int = 2026) -> str:
    with world.database.read() as session:
        found = round_of_year(session, year)
    return "" if found is None else found.state


# Planning


def test_the_trust_plans_a_round_and_those_of_last_time_are_chosen(
    browser: Browser, world: World
) -> None:
    world.approve(["1103"], persons=1)
    world.freeze()
    browser.sits_down(world.administrator)
    page = browser.page("/runder/ny")
    assert browser.page("/runder").elements("a", href="/runder/ny")
    chosen = page.filled("/runder/ny")["municipalities"]
    assert set(chosen) == {str(each) for each in world.municipalities.values()}

    response = browser.send(
        page,
        "/runder/ny",
        year="2027",
        opens_on="2027-11-01",
        deadline="15.12.2027",
        municipalities=[str(world.municipalities["1103"])],
    )

    assert response.location == "/runde/2027"
    assert state(world, 2027) == "training"
    assert "Runden er planlagt" in browser.page("/runde/2027").main
    assert "I opplæring" in browser.page("/runder").main


def test_last_rounds_terms_follow_into_the_next(browser: Browser, world: World) -> None:
    browser.sits_down(world.coordinator)
    browser.send(
        browser.page(TERMS),
        TERMS,
        inclusion_rule="at_registration",
        milder="no",
        identity_mode="anonymous",
        optional=["born_abroad"],
        deadline="10.12.2026",
    )
    world.approve(["1108"], persons=1)
    world.freeze()
    browser.sits_down(world.administrator)

    page = browser.page("/runder/ny")
    browser.send(page, "/runder/ny", year="2027", opens_on="1.11.2027", deadline="15.12.2027")

    with world.database.read() as session:
        found = round_of_year(session, 2027)
        assert found is not None
        place = world.municipalities["1103"]
        terms = municipality_terms(session, place, found.id)
        optional = optional_variables(session, found.id, place)
    assert terms is not None
    assert (terms.inclusion_rule, terms.identity_mode) == ("at_registration", "anonymous")
    assert (terms.mental_only_included, terms.milder_included) == (True, False)
    assert optional == {"born_abroad"}
    # A deadline is a date of that year.
    assert terms.own_deadline is None


def test_what_is_wrong_in_a_plan_is_said_at_the_field_and_nothing_typed_is_lost(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.administrator)
    page = browser.page("/runder/ny")

    answer = Page(
        browser.send(
            page, "/runder/ny", year="i fjor", opens_on="1.13.2027", deadline="", municipalities=[]
        )
    )

    assert answer.status == 400
    for target in ("year", "opens_on", "deadline", "municipalities"):
        assert answer.elements("a", href=f"#{target}"), target
    assert "Skriv året med fire sifre" in answer.main
    assert "Velg minst én kommune" in answer.main
    assert answer.elements("input", id="opens_on", value="1.13.2027")
    assert answer.elements("input", id="year", value="i fjor")
    backwards = browser.send(
        page, "/runder/ny", year="2027", opens_on="2027-12-01", deadline="2027-11-01"
    )
    assert "Fristen må være samme dag som åpningen eller senere" in Page(backwards).main


def test_a_round_is_not_planned_while_another_goes_on(browser: Browser, world: World) -> None:
    browser.sits_down(world.administrator)
    page = browser.page("/runder/ny")

    answer = browser.send(
        page, "/runder/ny", year="2027", opens_on="2027-11-01", deadline="2027-12-01"
    )

    assert answer.status_code == 409
    assert "2026 er ikke frosset ennå" in Page(answer).main


# Training


def test_everybody_in_a_round_in_training_sees_it_on_every_page(
    browser: Browser, practice: World
) -> None:
    for actor, addresses in (
        (practice.registrar, ("/min-liste", "/resultater", "/personvern")),
        (practice.coordinator, ("/kommune/1103/2026", TERMS)),
        (practice.administrator, ("/runde/2026", "/runder")),
    ):
        browser.sits_down(actor)
        for address in addresses:
            banner = browser.page(address).elements("p", data_training="")
            assert len(banner) == 1, address
    # An error page is a page too.
    assert browser.page("/finnes-ikke", status=404).elements("p", data_training="")
    with browser.session_transaction() as session:
        session.clear()
    assert not browser.page("/resultater").elements("p", data_training="")


def test_nobody_sees_the_banner_when_the_round_is_open(browser: Browser, world: World) -> None:
    for actor in (world.registrar, world.coordinator, world.administrator):
        browser.sits_down(actor)
        assert not browser.page("/resultater").elements("p", data_training="")


def test_a_practice_number_is_shown_once_and_stands_in_no_address(
    browser: Browser, practice: World
) -> None:
    browser.sits_down(practice.registrar)

    pages = [Page(browser.post("/min-liste/ovingsnummer", data=_token(browser))) for _ in range(3)]
    drawn = {text_of(page.elements("p", id="ovingsnummer")[0]) for page in pages}

    assert len(drawn) == 3
    assert all(len(number) == 11 and int(number[2:4]) > 80 for number in drawn)
    assert browser.get("/min-liste/ovingsnummer").status_code == 405
    with practice.database.read() as session:
        logged = session.execute(sa.select(AccessLog.subject, AccessLog.detail)).all()
    assert not [row for row in logged for number in drawn if number in "".join(row)]


def _token(browser: Browser) -> dict[str, str]:
    page = browser.page("/resultater")
    field = page.elements("input", name="csrf_token")[0]
    return {"csrf_token": field.get("value", "")}


def test_there_are_no_practice_numbers_outside_training(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    assert browser.post("/min-liste/ovingsnummer", data=_token(browser)).status_code == 404


def test_opening_asks_for_certainty_then_wipes_what_was_practised(
    browser: Browser, practice: World
) -> None:
    practice.submit(1)
    browser.sits_down(practice.administrator)
    page = browser.page("/runde/2026")
    assert "slettes alt som er øvd på" in page.main
    assert "Frys runden" not in page.main

    assert browser.send(page, "/runde/2026/apne").status_code == 400
    assert state(practice) == "training"
    assert browser.send(page, "/runde/2026/apne", understood="yes").status_code == 303

    assert state(practice) == "open"
    assert "1 øvingsregistrering er slettet" in browser.page("/runde/2026").main
    with practice.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 0
    again = browser.send(page, "/runde/2026/apne", understood="yes")
    assert again.status_code == 409
    assert "ikke på det steget siden viste" in Page(again).main


# Correction


def test_the_trust_begins_correction_and_goes_back_for_a_reason(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.administrator)
    browser.send(browser.page("/runde/2026"), "/runde/2026/retting")
    page = browser.page("/runde/2026")
    assert state(world) == "correction"
    assert "Ingen nye personer kan registreres" in page.main

    refused = browser.send(page, "/runde/2026/registrering")
    assert refused.status_code == 409
    assert "Velg hvorfor" in Page(refused).main
    browser.send(page, "/runde/2026/registrering", reason="person_missing")

    assert state(world) == "open"
    # A reason that only the program gives.
    browser.send(browser.page("/runde/2026"), "/runde/2026/retting")
    page = browser.page("/runde/2026")
    assert browser.send(page, "/runde/2026/registrering", reason="training_over").status_code == 409


def test_the_trust_asks_an_approved_municipality_to_correct(browser: Browser, world: World) -> None:
    world.approve(["1103"], persons=1)
    browser.sits_down(world.administrator)
    page = browser.page("/runde/2026")

    nobody = browser.send(page, "/runde/2026/be-om-retting")
    assert nobody.status_code == 409
    assert "Velg kommunen" in Page(nobody).main
    browser.send(page, "/runde/2026/be-om-retting", code="1103")

    assert "Kommune 1103 er bedt om retting" in browser.page("/runde/2026").main
    browser.sits_down(world.coordinator)
    assert "Helseforetaket ba om retting" in browser.page("/kommune/1103/2026").main


def test_the_coordinator_opens_a_unit_again_for_a_reason(browser: Browser, world: World) -> None:
    world.approve(["1103"], persons=1)
    browser.sits_down(world.coordinator)
    page = browser.page("/kommune/1103/2026")
    assert not page.elements("form", action="/kommune/1103/2026/tjeneste/apne")
    browser.send(page, "/kommune/1103/2026/apne", reason="person_missing")
    page = browser.page("/kommune/1103/2026")

    unit = str(world.unit)
    address = "/kommune/1103/2026/tjeneste/apne"
    for wrong in ({}, {"unit": unit}, {"unit": str(world.units["1108"][0])}, {"unit": "x"}):
        assert browser.send(page, address, **wrong).status_code == 409
    browser.send(page, address, unit=unit, reason="person_missing")

    assert "er åpnet igjen" in browser.page("/kommune/1103/2026").main


# Plans change


def test_the_trust_moves_the_deadline(browser: Browser, world: World) -> None:
    browser.sits_down(world.administrator)
    page = browser.page("/runde/2026")
    for wrong in ("", "snart", "1.11.2026"):
        refused = Page(browser.send(page, "/runde/2026/frist", deadline=wrong))
        assert refused.status == 400
        assert refused.elements("a", href="#deadline")

    assert browser.send(page, "/runde/2026/frist", deadline="20.12.2026").status_code == 303

    moved = browser.page("/runde/2026")
    assert "Fristen er flyttet" in moved.main
    assert "20. desember 2026" in moved.main


def test_a_plan_is_deleted_while_it_is_only_practised_on(browser: Browser, practice: World) -> None:
    practice.submit(1)
    browser.sits_down(practice.administrator)
    page = browser.page("/runde/2026")
    refused = Page(browser.send(page, "/runde/2026/slett"))
    assert refused.status == 400
    assert refused.elements("a", href="#given_up")

    assert browser.send(page, "/runde/2026/slett", given_up="yes").location == "/runder"

    assert state(practice) == ""
    assert "Planen for 2026 er slettet" in browser.page("/runder").main
    assert browser.get("/runde/2026").status_code == 404


def test_a_round_that_has_opened_has_no_plan_to_delete(browser: Browser, world: World) -> None:
    browser.sits_down(world.administrator)
    page = browser.page("/runde/2026")
    assert not page.elements("form", action="/runde/2026/slett")

    sent = {"given_up": "yes", **_token(browser)}

    assert browser.post("/runde/2026/slett", data=sent).status_code == 409
    assert state(world) == "open"


# The checklist


def test_letters_and_remarks_are_accepted_by_ticking_for_them(
    browser: Browser, world: World
) -> None:
    world.submit(1)
    world.submit(2, unit_id=world.other_unit, informed=False)
    for unit_id in world.units["1103"]:
        _submit_unit(world, unit_id)
    browser.sits_down(world.coordinator)
    page = browser.page("/kommune/1103/2026")
    assert "1 person har ikke fått brev" in page.main
    assert not page.elements("button", aria_disabled="true")

    refused = browser.send(page, "/kommune/1103/2026/godkjenn")
    assert refused.status_code == 409
    assert "Se på listen" in Page(refused).main
    accepted = browser.send(page, "/kommune/1103/2026/godkjenn", leave_out="yes", seen="yes")

    assert accepted.status_code == 303
    assert "venter på at helseforetaket" in browser.page("/kommune/1103/2026").main


def test_a_person_registered_twice_stands_on_the_checklist(browser: Browser, world: World) -> None:
    world.submit(1)
    world.submit(1, unit_id=world.other_unit, also_elsewhere=True)
    browser.sits_down(world.coordinator)

    page = browser.page("/kommune/1103/2026")

    assert "1 person er registrert av flere tjenester" in page.main
    assert page.elements("button", aria_disabled="true")


def test_what_is_over_has_no_checklist_but_says_how_it_went(browser: Browser, world: World) -> None:
    world.approve(["1103"], persons=1)
    world.freeze()
    browser.sits_down(world.coordinator)
    page = browser.page("/kommune/1103/2026")
    assert "Kartleggingen er godkjent, og runden er frosset" in page.main
    assert not page.elements("ul", class_="checklist")
    with world.database.begin() as session:
        session.execute(
            sa.update(Membership)
            .where(Membership.user_id == world.coordinator.user_id)
            .values(organisation_id=world.municipalities["1108"])
        )
    assert "ikke godkjent før runden ble frosset" in browser.page("/kommune/1108/2026").main


def _submit_unit(world: World, unit_id: int) -> None:
    submit_unit(
        world.database,
        by=world.works_in(unit_id),
        unit_id=unit_id,
        round_id=world.round_id,
        now=NOW,
    )


# Terms


def test_the_coordinator_sets_the_terms(browser: Browser, world: World) -> None:
    browser.sits_down(world.coordinator)
    assert browser.page("/kommune/1103/2026").elements("a", href=TERMS)
    page = browser.page(TERMS)
    assert page.filled(TERMS)["takes_part"] == ["yes"]

    response = browser.send(
        page,
        TERMS,
        inclusion_rule="at_registration",
        mental_only="no",
        deadline="2026-12-10",
        optional=["born_abroad"],
    )

    assert response.location == "/kommune/1103/2026"
    with world.database.read() as session:
        place = world.municipalities["1103"]
        terms = municipality_terms(session, place, world.round_id)
        optional = optional_variables(session, world.round_id, place)
    assert terms is not None
    assert (terms.inclusion_rule, terms.mental_only_included) == ("at_registration", False)
    assert terms.deadline == date(2026, 12, 10)
    assert optional == {"born_abroad"}
    again = browser.page(TERMS).filled(TERMS)
    assert again["optional"] == ["born_abroad"]
    assert again["deadline"] == ["10.12.2026"]


def test_wrong_terms_are_said_at_the_field(browser: Browser, world: World) -> None:
    browser.sits_down(world.coordinator)
    page = browser.page(TERMS)

    late = Page(browser.send(page, TERMS, deadline="2027-01-10"))
    assert late.status == 400
    assert late.elements("a", href="#deadline")
    assert "15.12.2026" in late.main
    unknown = Page(browser.send(page, TERMS, identity_mode="known_to_all"))
    assert unknown.status == 400
    assert "Velg blant svarene i listen" in unknown.main


def test_terms_that_come_too_late_say_why_and_keep_what_was_chosen(
    browser: Browser, world: World
) -> None:
    world.start(1)
    browser.sits_down(world.coordinator)

    answer = Page(browser.send(browser.page(TERMS), TERMS, takes_part="no"))

    assert answer.status == 409
    assert "mens ingen er registrert" in answer.main
    assert answer.filled(TERMS)["takes_part"] == ["no"]


def test_terms_of_what_is_approved_are_shown_and_not_changed(
    browser: Browser, world: World
) -> None:
    world.approve(["1103"], persons=1)
    browser.sits_down(world.coordinator)

    page = browser.page(TERMS)

    assert "kan ikke endres" in page.main
    assert "Lagre vilkårene" not in page.main
    assert page.elements("fieldset", disabled="")


def test_a_municipality_that_does_not_take_part_is_told_so(browser: Browser, world: World) -> None:
    browser.sits_down(world.coordinator)
    browser.send(browser.page(TERMS), TERMS, takes_part="no")

    page = browser.page("/kommune/1103/2026")

    assert "Kommunen er ikke med i kartleggingen for 2026" in page.main
    assert not page.elements("form", action="/kommune/1103/2026/godkjenn")
