"""A person who got another number: one page, which keeps neither and tells nobody what it found."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from brukerplan.identity.national_number import synthetic_number
from brukerplan.persistence.tables import NumberChange
from tests.actions.world import World
from tests.web.browser import Browser, Page, text_of

# The same as the persons with serial 1 and 41.
OLD = synthetic_number(date(1961, 1, 1), "female", 0)
NEW = synthetic_number(date(1961, 2, 1), "female", 0)
ADDRESS = "/nummerbytte"


def sent(browser: Browser, earlier: str = OLD, later: str = NEW) -> Page:
    """Send the form, and read what comes."""
    response = browser.send(browser.page(ADDRESS), ADDRESS, earlier=earlier, later=later)
    return browser.page(response.location) if response.status_code == 303 else Page(response)


def recorded(world: World) -> int:
    with world.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(NumberChange)) or 0


def test_the_answer_is_the_same_whether_anybody_knew_the_person(
    browser: Browser, world: World
) -> None:
    world.start(1)
    browser.sits_down(world.colleague)

    known = sent(browser)
    unknown = sent(browser, *(synthetic_number(date(1990, 5, day), "male", 4) for day in (17, 18)))

    assert known.main == unknown.main
    assert "Nummerbyttet er registrert." in known.main
    assert recorded(world) == 1


def test_two_registrations_are_the_coordinators_and_nothing_more_is_told(
    browser: Browser, world: World
) -> None:
    world.start(1, label="Kjennemerke-1")
    world.start(41, label="Kjennemerke-41", unit_id=world.other_unit)
    browser.sits_down(world.registrar)

    page = sent(browser)

    assert "registrert to ganger" in page.main
    assert "Koordinatoren slår de to registreringene sammen" in page.main
    assert "Kjennemerke" not in page.main
    assert "Hjemmetjenesten" not in page.main


@pytest.mark.parametrize("wrong", ["earlier", "later"])
def test_a_wrong_number_is_said_at_its_own_field_and_never_shown_again(
    browser: Browser, world: World, wrong: str
) -> None:
    browser.sits_down(world.registrar)
    mistyped = OLD[:-1] + str((int(OLD[-1]) + 1) % 10)

    page = sent(browser, **{wrong: mistyped})

    assert page.status == 400
    (link,) = page.elements("a", href=f"#{wrong}")
    called = {"earlier": "Nummeret personen hadde:", "later": "Nummeret personen har nå:"}
    assert text_of(link).startswith(called[wrong])
    for number in (mistyped, OLD, NEW):
        assert number not in page.html


def test_what_cannot_be_done_is_said_without_the_numbers(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    page = sent(browser, OLD, OLD)
    assert page.status == 409
    assert "er like" in page.main
    assert OLD not in page.html


def test_the_way_there_is_on_the_list_and_on_the_municipalitys_page(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.registrar)
    assert browser.page("/min-liste").elements("a", href=ADDRESS)
    browser.sits_down(world.coordinator)
    assert browser.page("/kommune/1103/2026").elements("a", href=ADDRESS)


def test_another_municipality_cannot_be_chosen(browser: Browser, world: World) -> None:
    world.start(1, unit_id=world.units["1108"][0])
    browser.sits_down(world.registrar)
    response = browser.send(
        browser.page(ADDRESS),
        ADDRESS,
        earlier=OLD,
        later=NEW,
        municipality=str(world.municipalities["1108"]),
    )
    assert response.status_code == 400
    assert recorded(world) == 0
