"""The data protection officer's page, and what the others see where a basis is missing."""

from __future__ import annotations

from brukerplan.actions.legal_bases import withdraw_basis
from brukerplan.persistence.queries.legal_bases import has_basis
from tests.actions.world import NOW, World
from tests.web.browser import Browser, Page
from tests.web.drafts import opened

ADDRESS = "/rettslig-grunnlag"


def withdraw(world: World) -> None:
    """Let the officer withdraw what the registrar's unit rests on."""
    withdraw_basis(world.database, by=world.officer, unit_id=world.unit, now=NOW)


def lawful(world: World) -> bool:
    """Whether the registrar's unit has a basis."""
    with world.database.read() as session:
        return has_basis(session, world.unit, NOW)


def test_those_that_lack_a_basis_come_first(browser: Browser, world: World) -> None:
    browser.sits_down(world.officer)
    before = browser.page(ADDRESS).main
    assert "Mangler grunnlag" not in before
    assert "Helse- og omsorgstjenesteloven § 3-1" in before
    assert before.index("Hjemmetjenesten") < before.index("Rus- og psykisk helse 1103")

    withdraw(world)

    after = browser.page(ADDRESS).main
    assert after.index("Rus- og psykisk helse 1103") < after.index("Hjemmetjenesten 1103")
    assert "Mangler grunnlag" in after


def test_the_officer_withdraws_and_records(browser: Browser, world: World) -> None:
    browser.sits_down(world.officer)
    address = f"{ADDRESS}/{world.unit}"
    away = f"{address}/trekk-tilbake"

    assert browser.send(browser.page(address), away).status_code == 400
    assert lawful(world)
    assert browser.send(browser.page(address), away, understood="yes").status_code == 303
    assert not lawful(world)

    response = browser.send(
        browser.page(address),
        address,
        ground="health_care_3_1",
        reference="2026/1234",
        first_day="01.12.2026",
        last_day="",
    )
    assert response.status_code == 303
    assert lawful(world)
    assert "vedtak 2026/1234" in browser.page(response.location).main


def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.officer)
    address = f"{ADDRESS}/{world.unit}"

    response = browser.send(
        browser.page(address),
        address,
        ground="health_care_3_1",
        reference="01417012345",
        first_day="01.12.2026",
        last_day="",
    )

    assert response.status_code == 400
    assert Page(response).elements("a", href="#reference")
    response = browser.send(
        browser.page(address),
        address,
        ground="health_care_3_1",
        reference="2026/77",
        first_day="01.12.2026",
        last_day="30.11.2026",
    )
    assert response.status_code == 400
    assert "2026/77" in response.get_data(as_text=True)
    assert Page(response).elements("a", href="#last_day")


def test_a_registrar_is_told_who_must_do_what_before_anything_is_typed(
    browser: Browser, world: World
) -> None:
    withdraw(world)
    browser.sits_down(world.registrar)

    text = browser.page("/min-liste").main

    assert "Personvernombudet i kommunen må registrere grunnlaget" in text
    assert "Fødselsnummer" not in text


def test_answers_typed_when_the_basis_went_stay_on_the_page_and_are_not_stored(
    browser: Browser, world: World
) -> None:
    page, address = opened(browser, world)
    fields = page.filled(address) | {"housing": ["red"]}
    withdraw(world)

    response = browser.post(address, data=fields)

    assert response.status_code == 409
    shown = Page(response)
    assert "noe rettslig grunnlag" in shown.main
    assert shown.elements("input", name="housing", value="red", checked="")
    assert not browser.page(address).elements("input", name="housing", value="red", checked="")

    by_script = browser.post(address, data=fields, headers={"Accept": "application/json"})
    assert by_script.status_code == 409
    assert "noe rettslig grunnlag" in by_script.get_json()["message"]


def test_the_coordinators_board_and_checklist_say_it(browser: Browser, world: World) -> None:
    world.submit(1)
    browser.sits_down(world.coordinator)
    assert "rettslig grunnlag" in browser.page("/kommune/1103/2026").main
    assert "Mangler rettslig grunnlag" not in browser.page("/kommune/1103/2026").main

    withdraw(world)

    text = browser.page("/kommune/1103/2026").main
    assert "Mangler rettslig grunnlag" in text
    assert "1 registrering er fra en tjeneste uten rettslig grunnlag" in text


def test_a_new_unit_says_what_kind_of_service_it_is(browser: Browser, world: World) -> None:
    browser.sits_down(world.coordinator)
    address = "/kommune/1103/2026/tjenester"

    response = browser.send(browser.page(address), address, name="NAV Sentrum", expected="3")
    assert response.status_code == 400
    assert Page(response).elements("a", href="#service")

    response = browser.send(
        browser.page(address), address, name="NAV Sentrum", expected="3", service="nav"
    )
    assert response.status_code == 303
    assert "kan ikke registrere noen" in browser.page(response.location).main
