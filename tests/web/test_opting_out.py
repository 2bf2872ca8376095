"""A person who says no: one page, which tells nobody what it found."""

from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa

from brukerplan.identity.national_number import synthetic_number
from brukerplan.persistence.tables import OptOut, Registration
from tests.actions.world import World
from tests.web.browser import Browser, Page

# The same as the person with serial 1.
NUMBER = synthetic_number(date(1961, 1, 1), "female", 0)


def left(world: World) -> set[uuid.UUID]:
    """Registrations there are."""
    with world.database.read() as session:
        return set(session.scalars(sa.select(Registration.id)))


def test_the_answer_is_the_same_whether_anything_was_there(browser: Browser, world: World) -> None:
    world.start(1)
    browser.sits_down(world.registrar)
    shown = []
    for number in (NUMBER, synthetic_number(date(1990, 5, 17), "male", 4)):
        page = browser.page("/reservasjon")
        response = browser.send(page, "/reservasjon", number=number)
        assert response.status_code == 303
        shown.append(browser.page(response.location).main)

    assert shown[0] == shown[1]
    assert "Reservasjonen er registrert." in shown[0]
    assert left(world) == set()


def test_the_number_is_never_shown_again(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)

    response = browser.send(browser.page("/reservasjon"), "/reservasjon", number=wrong)

    assert response.status_code == 400
    assert wrong not in response.get_data(as_text=True)
    assert Page(response).elements("a", href="#number")


def test_nothing_is_recorded_without_a_number(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)

    response = browser.send(browser.page("/reservasjon"), "/reservasjon", number="")

    assert response.status_code == 400
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OptOut)) == 0


def test_whoever_said_no_is_refused_on_the_list_with_no_more_than_that(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.colleague)
    browser.send(browser.page("/reservasjon"), "/reservasjon", number=NUMBER)
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")

    response = browser.send(page, "/min-liste", number=NUMBER, case_label="K-1")

    assert response.status_code >= 400
    text = Page(response).main
    assert "skal ikke registreres i årets kartlegging" in text
    assert "reserv" not in text.lower().split("skal ikke registreres")[1][:60]


def test_a_person_may_change_their_mind(browser: Browser, world: World) -> None:
    browser.sits_down(world.coordinator)
    browser.send(browser.page("/reservasjon"), "/reservasjon", number=NUMBER)

    response = browser.send(
        browser.page("/reservasjon"), "/reservasjon", number=NUMBER, what="withdraw"
    )

    assert "trukket tilbake" in browser.page(response.location).main
    world.start(1)


def test_a_municipality_that_is_not_ones_own_cannot_be_chosen(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.registrar)

    response = browser.send(
        browser.page("/reservasjon"),
        "/reservasjon",
        number=NUMBER,
        municipality=str(world.municipalities["1108"]),
    )

    assert response.status_code == 400
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OptOut)) == 0


def test_after_the_freeze_the_page_says_what_can_be_done(browser: Browser, world: World) -> None:
    world.approve(["1103"])
    world.freeze()
    browser.sits_down(world.registrar)

    response = browser.send(browser.page("/reservasjon"), "/reservasjon", number=NUMBER)

    assert response.status_code == 409
    assert "er avsluttet" in Page(response).main
