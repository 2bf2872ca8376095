"""The registrar's list, and starting on a person."""

from __future__ import annotations

from datetime import date

from brukerplan.identity.national_number import synthetic_number
from brukerplan.translation import translator
from tests.actions.world import World
from tests.web.browser import Browser, Page

NUMBER = synthetic_number(date(1985, 3, 14), "female", 3)
YOUNG = synthetic_number(date(2012, 3, 14), "male", 3)


def test_the_list_counts_how_many_are_done(browser: Browser, world: World) -> None:
    world.submit(1)
    world.start(2, label="K-17")
    browser.sits_down(world.registrar)

    page = browser.page("/min-liste")

    assert "1 av 2 sendt inn" in page.main
    assert "K-17" in page.main
    assert "Påbegynt" in page.main


def test_a_new_person_is_started_from_a_number_and_a_case_label(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")

    response = browser.send(page, "/min-liste", number=NUMBER, case_label="K-18")

    assert response.status_code == 303
    assert "/registrering/" in response.location
    assert NUMBER not in response.location
    form = browser.page(response.location)
    assert form.filled(response.location)["birth_year"] == ["1985"]
    assert form.filled(response.location)["gender"] == ["female"]


def test_a_wrong_number_is_never_shown_again_and_the_case_label_is_kept(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)

    response = browser.send(page, "/min-liste", number=wrong, case_label="K-19")

    assert response.status_code == 400
    text = response.get_data(as_text=True)
    assert wrong not in text
    assert 'value="K-19"' in text
    assert "Sifrene stemmer ikke med hverandre" in text


def test_a_number_typed_as_case_label_is_taken_away(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")

    response = browser.send(page, "/min-liste", number="1", case_label=NUMBER)

    assert response.status_code == 400
    assert NUMBER not in response.get_data(as_text=True)


def test_a_person_under_sixteen_is_refused_in_words(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")

    response = browser.send(page, "/min-liste", number=YOUNG, case_label="K-20")

    assert response.status_code == 400
    assert "fyller ikke 16 år" in response.get_data(as_text=True)
    assert Page(response).elements("a", href="#number"), "the summary leads to the number"


def test_the_same_person_leads_to_the_same_registration(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")

    first = browser.send(page, "/min-liste", number=NUMBER, case_label="K-18")
    again = browser.send(page, "/min-liste", number=NUMBER, case_label="K-18")

    assert first.location == again.location


def test_a_registrar_cannot_start_in_somebody_elses_unit(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")

    response = browser.send(
        page, "/min-liste", number=NUMBER, case_label="K-18", unit=str(world.other_unit)
    )

    # The form knows only the registrar's own unit, and nothing is started.
    assert response.status_code == 400
    assert "Ingen er registrert ennå" in browser.page("/min-liste").main


def test_a_registrar_does_not_see_another_units_list(browser: Browser, world: World) -> None:
    world.start(5, label="H-99", unit_id=world.other_unit)
    browser.sits_down(world.registrar)

    page = browser.page(f"/min-liste?tjeneste={world.other_unit}")

    assert "H-99" not in page.html


def test_only_the_lead_is_offered_to_submit_for_the_unit(browser: Browser, world: World) -> None:
    world.submit(1)
    browser.sits_down(world.registrar)
    assert "Lever kartleggingen" not in browser.page("/min-liste").main
    browser.sits_down(world.lead)
    page = browser.page("/min-liste")

    response = browser.send(page, f"/min-liste/{world.unit}/lever")

    assert response.status_code == 303
    assert "Tjenestens kartlegging er levert." in browser.page(response.location).main


def test_a_unit_with_drafts_is_not_submitted_and_says_why(browser: Browser, world: World) -> None:
    world.start(1)
    browser.sits_down(world.lead)
    page = browser.page("/min-liste")

    response = browser.send(page, f"/min-liste/{world.unit}/lever")

    assert response.status_code == 409
    assert "Registreringer som ikke er sendt inn: 1" in response.get_data(as_text=True)


def test_a_unit_without_anybody_says_so_and_can_be_opened_again(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.lead)

    browser.send(browser.page("/min-liste"), f"/min-liste/{world.unit}/ingenting")
    closed = browser.page("/min-liste")
    assert "tar ikke imot nye registreringer" in closed.main

    browser.send(closed, f"/min-liste/{world.unit}/apne")
    assert "Skriv" not in browser.page("/min-liste").main
    assert browser.page("/min-liste").form("/min-liste") is not None


def test_the_list_speaks_nynorsk(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)

    page = browser.page("/min-liste?sprak=nn")

    assert page.heading == translator("nn").gettext("Min liste")
