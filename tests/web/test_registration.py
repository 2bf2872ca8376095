"""Filling in and saving, without JavaScript and with."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from brukerplan.identity.national_number import synthetic_number
from brukerplan.persistence.engine import DatabaseUnavailableError
from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.tables import Registration
from brukerplan.questionnaire.registry import edition_for_year
from tests.actions.world import NOW, YEAR, World
from tests.web.browser import Browser, Page, text_of
from tests.web.drafts import opened, stored, typed_in_full

AREAS = edition_for_year(YEAR).level_rule.areas


def test_the_form_asks_every_question_of_the_edition(browser: Browser, world: World) -> None:
    page, _ = opened(browser, world)

    names = {field.get("name") for field in page.elements("input")}
    asked = {each.id for each in edition_for_year(YEAR).variables if not each.optional}
    assert asked <= names
    # Every choice stands in a group with a legend.
    for group in page.elements("fieldset"):
        assert group.find("{http://www.w3.org/1999/xhtml}legend") is not None


def test_without_script_a_routed_question_says_when_to_answer_it(
    browser: Browser, world: World
) -> None:
    page, _ = opened(browser, world)

    assert "Svar bare hvis" in page.main


def test_services_start_at_no_need(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)

    assert page.filled(address)["service_gp"] == ["no_need"]


def test_what_is_typed_is_saved(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)

    response = browser.send(page, address, housing="red", substances=["alcohol", "ghb"])

    assert response.status_code == 303
    again = browser.page(response.location)
    assert "Lagret 10:30" in again.main
    assert again.filled(address)["housing"] == ["red"]
    assert again.filled(address)["substances"] == ["alcohol", "ghb"]


def test_none_of_these_is_an_answer_and_no_answer_is_not(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    assert "substances" not in page.filled(address)

    browser.send(page, address, substances="none_of_these")

    assert stored(world, address).answers["substances"] == frozenset()
    assert browser.page(address).filled(address)["substances"] == ["none_of_these"]


def test_the_level_is_shown_with_its_sum(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    rated: dict[str, Any] = dict.fromkeys(AREAS, "yellow") | {"housing": "red"}

    response = browser.send(page, address, **rated)

    assert "Rødt (sum 9 av 16)" in browser.page(response.location).main


def test_a_wrong_year_keeps_all_that_was_typed_and_says_how_to_mend_it(
    browser: Browser, world: World
) -> None:
    page, address = opened(browser, world)

    response = browser.send(page, address, birth_year="femti", housing="green")

    assert response.status_code == 400
    again = Page(response)
    assert again.filled(address)["birth_year"] == ["femti"]
    assert again.filled(address)["housing"] == ["green"]
    assert again.elements("a", href="#q-birth_year"), "the summary leads to the question"
    assert "Skriv fire sifre" in again.main
    # What could be read is saved.
    assert stored(world, address).answers["housing"] == "green"


def test_an_unknown_code_is_refused_in_words(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)

    response = browser.send(page, address, housing="lilla")

    assert response.status_code == 400
    assert "ikke blant valgene" in response.get_data(as_text=True)


def test_the_script_gets_level_ticks_and_errors_as_data(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    fields = page.filled(address) | {area: ["red"] for area in AREAS} | {"birth_year": ["12"]}

    response = browser.post(address, data=fields, headers={"Accept": "application/json"})

    assert response.status_code == 200
    answer = response.get_json()
    assert answer["version"] == 2
    assert answer["saved"] == "Lagret 10:30, men noe må rettes"
    assert answer["level"] == {"id": "blood_red", "label": "Blålys", "why": "sum 16 av 16"}
    assert answer["finished"] == ["function", "services"]
    assert list(answer["errors"]) == ["birth_year"]


def test_the_script_is_told_in_words_when_saving_is_refused(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    done = browser.send(page, address, go_on="submit", **typed_in_full())
    assert done.status_code == 303

    response = browser.post(
        address,
        data=page.filled(address) | {"version": [str(stored(world, address).version)]},
        headers={"Accept": "application/json"},
    )

    assert response.status_code == 409
    assert "er sendt inn" in response.get_json()["message"]


def test_the_number_is_on_no_page_of_the_registration(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    digits = [part for part in page.html.split('"') if part.isdigit() and len(part) == 11]

    assert digits == []
    assert "S-1" in browser.page(f"{address}/se-over").main


def test_the_foot_says_whose_it_is_and_which_day_it_was_saved(
    browser: Browser, world: World
) -> None:
    _, address = opened(browser, world)
    today = text_of(browser.page(address).elements("div", class_="foot__case")[0])
    with world.database.begin() as session:
        session.execute(sa.update(Registration).values(updated_at=NOW - timedelta(days=3)))

    earlier = text_of(browser.page(address).elements("div", class_="foot__case")[0])

    assert today == "S-1 Lagret 10:30"
    assert earlier == "S-1 Lagret 28. november 2026 kl. 10:30"


def test_a_strangers_registration_looks_like_one_that_does_not_exist(
    browser: Browser, world: World
) -> None:
    theirs = world.start(9, unit_id=world.other_unit)
    browser.sits_down(world.registrar)

    for ending in ("", "/se-over"):
        strange = browser.page(f"/registrering/{theirs}{ending}", status=404)
        nowhere = browser.page(f"/registrering/{uuid.uuid4()}{ending}", status=404)
        assert strange.main == nowhere.main
    for ending in ("", "/send-inn", "/apne-igjen"):
        token = browser.page("/min-liste").filled("/min-liste")["csrf_token"][0]
        response = browser.post(
            f"/registrering/{theirs}{ending}", data={"csrf_token": token, "version": "1"}
        )
        assert response.status_code == 404
    with world.database.read() as session:
        untouched = registration(session, theirs)
    assert untouched is not None
    assert untouched.version == 1


def test_the_coordinator_reads_no_persons(browser: Browser, world: World) -> None:
    started = world.start(3)
    browser.sits_down(world.coordinator)

    browser.page(f"/registrering/{started}", status=404)
    browser.page("/min-liste", status=403)


def test_pages_with_persons_are_not_kept_by_the_browser(browser: Browser, world: World) -> None:
    page, _ = opened(browser, world)

    assert page.response.headers["Cache-Control"] == "no-store"


def test_answers_sent_after_the_session_ended_are_kept_on_the_page(
    browser: Browser, world: World
) -> None:
    page, address = opened(browser, world)
    typed = page.filled(address) | {"housing": ["yellow"]}
    browser.send(page, "/logg-ut")
    gone = Page(browser.post(address, data=typed))
    assert gone.status == 400
    assert "Logg inn i en ny fane" in gone.main
    # The browser shows the form anew on the way back, so the page itself holds what was typed.
    assert gone.filled(address)["housing"] == ["yellow"]
    browser.sits_down(world.registrar)

    again = Page(browser.send(gone, address))

    assert again.status == 400
    assert "Lagre en gang til" in again.main
    assert again.filled(address)["housing"] == ["yellow"]
    assert "housing" not in stored(world, address).answers
    assert browser.send(again, address).status_code == 303
    assert stored(world, address).answers["housing"] == "yellow"


def test_answers_sent_while_the_database_is_gone_are_kept_on_the_page(
    browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise DatabaseUnavailableError

    page, address = opened(browser, world)
    with monkeypatch.context() as while_it_is_gone:
        while_it_is_gone.setattr("brukerplan.web.registration.save_draft", gone)
        failed = Page(browser.send(page, address, housing="yellow"))
    assert failed.status == 503

    assert browser.send(failed, address).status_code == 303
    assert stored(world, address).answers["housing"] == "yellow"


def test_a_number_sent_after_the_session_ended_is_not_kept(browser: Browser, world: World) -> None:
    number = synthetic_number(date(1980, 5, 5), "female", 7)
    response = browser.post("/min-liste", data={"number": number, "case_label": "K-7"})

    assert response.status_code == 400
    assert number not in response.get_data(as_text=True)


def test_what_is_saved_with_an_error_says_so_where_the_saving_is_told(
    browser: Browser, world: World
) -> None:
    page, address = opened(browser, world)
    typed = page.filled(address) | {"children_under_18": ["55"]}

    response = browser.post(address, data=typed, headers={"Accept": "application/json"})

    assert response.get_json()["saved"].endswith("men noe må rettes")
    assert "children_under_18" in response.get_json()["errors"]


def test_a_stranger_gets_no_page_back_by_sending_without_a_token(
    browser: Browser, world: World
) -> None:
    address = f"/registrering/{world.start(4, unit_id=world.other_unit)}"
    browser.sits_down(world.registrar)

    assert Page(browser.post(address, data={"version": "1"})).status == 404
