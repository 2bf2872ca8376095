"""The quality page, questions and marks, as the people who use them see them."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from brukerplan.actions.querying import ask
from brukerplan.actions.registering import reopen_registration, save_draft
from brukerplan.persistence.tables import Registration
from brukerplan.persistence.tables.states import QueryQuestion
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.web.clock import CLOCK
from tests.actions.quality_world import GREENS, put, round_of, varied
from tests.actions.world import NOW, YEAR, World, complete
from tests.web.browser import Browser, Page, text_of

PAGE = "/kommune/1103/2026/kvalitet"


@pytest.fixture
def leapt(world: World) -> uuid.UUID:
    """A submitted registration whose birth year is another than last year's."""
    put(world, round_of(world, 2025), [(7, varied(7) | {"birth_year": 1951})])
    return put(world, world.round_id, [(7, varied(7) | {"birth_year": 1961})])[0]


def unit_page(world: World) -> str:
    return f"/tjeneste/{world.unit}/2026/kvalitet"


def question(world: World, registration_id: uuid.UUID, **more: int | str) -> uuid.UUID:
    return ask(
        world.database,
        by=world.coordinator,
        registration_id=registration_id,
        question=QueryQuestion.IS_THE_ANSWER_RIGHT,
        variable="birth_year",
        now=NOW,
    ).id


def set_clock(app: Flask, moment: datetime) -> None:
    app.config[CLOCK] = lambda: moment


def test_the_coordinator_asks_from_the_finding_and_closes_the_answer(
    browser: Browser, world: World, leapt: uuid.UUID
) -> None:
    browser.sits_down(world.coordinator)
    page = browser.page(PAGE)
    assert "1 merknad" in page.main
    assert "sammenligner med kartleggingen i 2025" in page.main
    assert "Fødselsåret er et annet enn i 2025." in page.main
    assert "K-7" in page.main
    assert "1951" not in page.html
    assert "1961" not in page.html

    sent = browser.send(page, f"/registrering/{leapt}/sporsmal")
    assert sent.status_code == 303
    assert sent.location == f"{PAGE}#tjeneste-{world.unit}"
    page = browser.page(PAGE)
    assert "1 åpent spørsmål" in page.main
    assert "Venter på svar" in page.main
    assert "Rita Registrerer skal svare." in page.main

    browser.sits_down(world.registrar)
    (query,) = links(browser.page(f"/registrering/{leapt}/se-over"), "/sporsmal/")
    page = browser.page(query)
    assert "Fødselsår: Er svaret riktig?" in page.main
    answered = browser.send(page, f"{query}/svar", answer="right_as_it_is")
    assert answered.location == f"/registrering/{leapt}/se-over"

    browser.sits_down(world.coordinator)
    page = browser.page(PAGE)
    assert "Besvart: Det er riktig som det står" in page.main
    browser.send(page, f"{query}/lukk")
    page = browser.page(PAGE)
    assert "0 åpne spørsmål" in page.main
    assert "1 avsluttet spørsmål" in page.main


def links(page: Page, start: str) -> list[str]:
    found = (link.get("href") or "" for link in page.elements("a"))
    return sorted({address for address in found if address.startswith(start)})


def test_a_question_can_be_put_in_full_and_to_somebody_chosen(
    browser: Browser, world: World, leapt: uuid.UUID
) -> None:
    browser.sits_down(world.coordinator)
    address = f"/registrering/{leapt}/sporsmal"
    page = browser.page(address)
    assert page.heading == "Spør om K-7"
    names = [text_of(option) for option in page.elements("option")]
    assert "Liv Leder" in names
    assert "Kolbjørn Kollega" not in names
    assert "Bosituasjon" in names

    sent = browser.send(
        page,
        address,
        question="still_a_user",
        variable="housing",
        assignee=str(world.lead.user_id),
    )

    assert sent.status_code == 303
    page = browser.page(PAGE)
    assert "Liv Leder skal svare." in page.main
    assert "Bosituasjon: Er personen fortsatt bruker av tjenesten?" in page.main


@pytest.mark.parametrize(
    ("typed", "status", "says"),
    [
        ({}, 400, "Velg hva du vil spørre om."),
        ({"question": "is_she_nice"}, 400, "Spørsmålet er ikke sendt"),
        ({"question": "still_a_user", "variable": "no_such"}, 400, "Velg ett av valgene i listen."),
        ({"question": "still_a_user", "assignee": "1x"}, 400, "Velg ett av valgene i listen."),
        ({"question": "still_a_user", "assignee": "999999"}, 400, "Velg ett av valgene i listen."),
    ],
)
def test_a_question_that_cannot_be_put_says_so_in_place(
    browser: Browser,
    world: World,
    leapt: uuid.UUID,
    typed: dict[str, str],
    status: int,
    says: str,
) -> None:
    browser.sits_down(world.coordinator)
    address = f"/registrering/{leapt}/sporsmal"
    page = browser.page(address)

    refused = browser.send(page, address, variable=typed.pop("variable", ""), **typed)

    assert refused.status_code == status
    assert says in Page(refused).text


def test_a_double_click_asks_once_and_shows_no_error(
    browser: Browser, world: World, leapt: uuid.UUID
) -> None:
    browser.sits_down(world.coordinator)
    page = browser.page(PAGE)

    sent = [browser.send(page, f"/registrering/{leapt}/sporsmal") for _ in range(2)]

    assert [each.status_code for each in sent] == [303, 303]
    assert "1 åpent spørsmål" in browser.page(PAGE).main


def test_the_same_question_again_is_refused_with_why(
    app: Flask, browser: Browser, world: World, leapt: uuid.UUID
) -> None:
    question(world, leapt)
    set_clock(app, NOW + timedelta(minutes=5))
    browser.sits_down(world.coordinator)
    address = f"/registrering/{leapt}/sporsmal"
    page = browser.page(address)

    refused = browser.send(
        page, address, question="is_the_answer_right", variable="birth_year", assignee=""
    )

    assert refused.status_code == 409
    shown = Page(refused)
    assert "Det samme er allerede spurt" in shown.main
    (chosen,) = [each for each in shown.elements("option") if each.get("value") == "birth_year"]
    assert chosen.get("selected") is not None, "what was chosen stands"


def test_corrected_is_refused_until_something_is(
    app: Flask, browser: Browser, world: World, leapt: uuid.UUID
) -> None:
    query = f"/sporsmal/{question(world, leapt)}"
    browser.sits_down(world.registrar)
    page = browser.page(query)
    nothing = browser.send(page, f"{query}/svar")
    assert nothing.status_code == 400
    assert "Velg et svar." in Page(nothing).main

    refused = browser.send(page, f"{query}/svar", answer="corrected")
    assert refused.status_code == 409
    shown = Page(refused)
    assert "ikke endret etter at spørsmålet ble stilt" in shown.main
    assert "åpne den igjen" in shown.main
    (chosen,) = [each for each in shown.elements("input") if each.get("value") == "corrected"]
    assert chosen.get("checked") is not None

    later = NOW + timedelta(hours=1)
    opened = reopen_registration(
        world.database, by=world.registrar, registration_id=leapt, version=1, now=later
    )
    save_draft(
        world.database,
        by=world.registrar,
        registration_id=leapt,
        version=opened.version,
        page="p",
        answers=complete(edition_for_year(YEAR), birth_year=1951),
        now=later,
    )
    set_clock(app, later + timedelta(minutes=5))
    answered = browser.send(browser.page(query), f"{query}/svar", answer="corrected")
    assert answered.location == f"/registrering/{leapt}", "a draft is filled in"
    assert "Det er rettet" in browser.page(query).main


def test_the_lead_sees_and_asks_for_the_own_unit(
    browser: Browser, world: World, leapt: uuid.UUID
) -> None:
    put(
        world, world.round_id, [(n, GREENS | varied(0)) for n in (20, 21)], unit_id=world.other_unit
    )
    browser.sits_down(world.lead)
    page = browser.page(unit_page(world))
    assert "K-7" in page.main
    assert page.elements("form", action=f"/registrering/{leapt}/sporsmal")

    sent = browser.send(page, f"/registrering/{leapt}/sporsmal")

    assert sent.location == f"{unit_page(world)}#tjeneste-{world.unit}"
    assert "Spurt av Liv Leder" in browser.page(unit_page(world)).main


def test_the_lead_does_not_close_what_the_coordinator_asked(
    browser: Browser, world: World, leapt: uuid.UUID
) -> None:
    query_id = question(world, leapt)
    browser.sits_down(world.lead)
    page = browser.page(unit_page(world))
    assert "Venter på svar" in page.main
    assert not page.elements("form", action=f"/sporsmal/{query_id}/lukk")
    csrf = browser.page(f"/registrering/{leapt}/sporsmal").filled(
        f"/registrering/{leapt}/sporsmal"
    )["csrf_token"]

    refused = browser.post(f"/sporsmal/{query_id}/lukk", data={"csrf_token": csrf})

    assert refused.status_code == 409
    assert "Bare den som spurte" in Page(refused).main


def test_others_ids_cannot_be_told_from_what_does_not_exist(
    app: Flask, browser: Browser, world: World, leapt: uuid.UUID
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    query_id, nothing = question(world, leapt), uuid.uuid4()
    nobody_here = {
        "colleague": world.colleague,
        "stranger": world.stranger,
        "officer": world.officer,
        "administrator": world.administrator,
    }
    for name, actor in nobody_here.items():
        browser.sits_down(actor)
        for there, gone in (
            (f"/registrering/{leapt}/sporsmal", f"/registrering/{nothing}/sporsmal"),
            (f"/sporsmal/{query_id}", f"/sporsmal/{nothing}"),
            (unit_page(world), "/tjeneste/999999/2026/kvalitet"),
        ):
            one, other = (browser.get(address) for address in (there, gone))
            assert (one.status_code, other.status_code) == (404, 404), (name, there)
            assert plain(one) == plain(other).replace(gone, there)
        for there, gone in (
            (f"/registrering/{leapt}/kontrollert", f"/registrering/{nothing}/kontrollert"),
            (f"/registrering/{leapt}/sporsmal", f"/registrering/{nothing}/sporsmal"),
            (f"/sporsmal/{query_id}/svar", f"/sporsmal/{nothing}/svar"),
            (f"/sporsmal/{query_id}/lukk", f"/sporsmal/{nothing}/lukk"),
        ):
            one, other = (browser.post(address, data={"version": "1"}) for address in (there, gone))
            assert (one.status_code, other.status_code) == (404, 404), (name, there)
            assert plain(one) == plain(other)


def plain(response: TestResponse) -> str:
    """The page without the form's token, which holds the time to the second."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", response.get_data(as_text=True))


def test_a_first_mapping_says_that_there_is_nothing_to_compare_with(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.coordinator)
    page = browser.page(PAGE)

    assert "Det finnes ingen tidligere kartlegging å sammenligne med." in page.main
    assert "Kontrollene fant ingenting å spørre om." in page.main


def test_a_year_or_a_place_without_a_round_is_404(browser: Browser, world: World) -> None:
    browser.sits_down(world.coordinator)
    for address in ("/kommune/1103/2024/kvalitet", f"/tjeneste/{world.unit}/2024/kvalitet"):
        browser.page(address, status=404)
    # A municipality is no unit.
    browser.page(f"/tjeneste/{world.municipalities['1103']}/2026/kvalitet", status=404)


def test_the_lead_marks_a_registration_and_the_mark_falls_when_it_is_opened(
    browser: Browser, world: World
) -> None:
    done = world.submit(1)
    browser.sits_down(world.lead)
    page = browser.page(f"/registrering/{done}/se-over")

    marked = browser.send(page, f"/registrering/{done}/kontrollert")

    assert marked.status_code == 303
    page = browser.page(f"/registrering/{done}/se-over")
    assert "Kontrollert 1. desember 2026" in page.main
    assert "Kontrollert" in browser.page("/min-liste").main
    browser.sits_down(world.registrar)
    page = browser.page(f"/registrering/{done}/se-over")
    assert "Kontrollert" in page.main
    assert not page.elements("form", action=f"/registrering/{done}/ikke-kontrollert")
    browser.send(page, f"/registrering/{done}/apne-igjen")
    with world.database.read() as session:
        assert session.scalar(sa.select(Registration.verified_at)) is None


def test_a_mark_on_another_version_than_was_read_is_refused(browser: Browser, world: World) -> None:
    done = world.submit(1)
    browser.sits_down(world.lead)
    page = browser.page(f"/registrering/{done}/se-over")

    for version, status in (("1", 409), ("one", 400), ("", 400)):
        refused = browser.send(page, f"/registrering/{done}/kontrollert", version=version)
        assert refused.status_code == status
    with world.database.read() as session:
        assert session.scalar(sa.select(Registration.verified_at)) is None


def test_everything_can_be_read_in_three_languages(
    browser: Browser, world: World, leapt: uuid.UUID
) -> None:
    put(world, world.round_id, [(n, varied(n) | GREENS) for n in range(20, 26)])
    query = question(world, leapt)
    browser.sits_down(world.coordinator)
    for language in ("nb", "nn", "en"):
        browser.page(f"{PAGE}?sprak={language}")
        browser.page(f"/registrering/{leapt}/sporsmal?sprak={language}")
    browser.sits_down(world.registrar)
    for language in ("nb", "nn", "en"):
        browser.page(f"/sporsmal/{query}?sprak={language}")
