"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from brukerplan.access.roles import Role
from brukerplan.actions.accounts import create_user, grant
from brukerplan.config import Mode
from brukerplan.persistence.tables import UserSession
from brukerplan.web.clock import CLOCK
from brukerplan.web.services import Services, services
from tests.actions.statements import counted
from tests.actions.world import NOW, World
from tests.web.browser import Browser, Page
from tests.web.conftest import application

EMAIL = "ine@eksempel.no"
PASSWORD = "et langt passord for prøven"


@pytest.fixture
def account(world: World) -> World:
    """The world with a registrar who has a password."""
    user_id = create_user(
        world.database, email=EMAIL, name="Ine Innlogget", password=PASSWORD, now=NOW
    )
    grant(
        world.database,
        user_id=user_id,
        organisation_id=world.unit,
        role=Role.REGISTRAR,
        now=NOW,
    )
    return world


def test_a_registrar_signs_in_and_comes_to_the_list(browser: Browser, account: World) -> None:
    page = browser.page("/logg-inn")

    response = browser.send(page, "/logg-inn", email=EMAIL, password=PASSWORD)

    assert response.location == "/start"
    assert browser.get("/start").location == "/min-liste"
    assert "Ine Innlogget" in browser.page("/min-liste").text


def test_the_accounts_language_is_used_until_another_is_chosen(
    browser: Browser, world: World
) -> None:
    user_id = create_user(
        world.database, email=EMAIL, name="Nina", password=PASSWORD, now=NOW, language="nn"
    )
    grant(
        world.database,
        user_id=user_id,
        organisation_id=world.unit,
        role=Role.REGISTRAR,
        now=NOW,
    )
    browser.send(browser.page("/logg-inn"), "/logg-inn", email=EMAIL, password=PASSWORD)
    assert browser.page("/min-liste").elements("html")[0].get("lang") == "nn"

    browser.page("/min-liste?sprak=en")
    browser.send(browser.page("/min-liste"), "/logg-ut")
    browser.send(browser.page("/logg-inn"), "/logg-inn", email=EMAIL, password=PASSWORD)

    assert browser.page("/min-liste").elements("html")[0].get("lang") == "en"


def test_after_signing_in_one_is_back_where_one_was(browser: Browser, account: World) -> None:
    address = f"/registrering/{account.start()}"
    page = browser.page(browser.get(address).location)

    response = browser.send(page, "/logg-inn", email=EMAIL, password=PASSWORD)

    assert response.location == address


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(
    browser: Browser, account: World, elsewhere: str
) -> None:
    page = browser.page("/logg-inn")

    response = browser.send(page, "/logg-inn", email=EMAIL, password=PASSWORD, til=elsewhere)

    assert response.location == "/start"


def test_a_wrong_password_keeps_the_address_and_not_the_password(
    browser: Browser, account: World
) -> None:
    page = browser.page("/logg-inn")

    response = browser.send(page, "/logg-inn", email=EMAIL, password="feil passord")

    assert response.status_code == 400
    again = Page(response)
    assert "E-postadressen eller passordet er feil" in again.main
    assert EMAIL in again.html
    assert "feil passord" not in again.html


def test_empty_fields_are_named_with_links(browser: Browser, account: World) -> None:
    page = Page(browser.send(browser.page("/logg-inn"), "/logg-inn", email="", password=""))

    assert page.status == 400
    assert page.elements("a", href="#email")
    assert page.elements("a", href="#password")


def test_guessing_must_wait_longer_and_longer_and_the_page_says_how_long(
    app: Flask, browser: Browser, account: World
) -> None:
    page = browser.page("/logg-inn")
    for _ in range(5):
        browser.send(page, "/logg-inn", email=EMAIL, password="gjetning")

    response = browser.send(page, "/logg-inn", email=EMAIL, password=PASSWORD)

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "5"
    again = Page(response)
    assert "For mange forsøk. Vent 5 s og prøv igjen." in again.main
    assert EMAIL in again.html
    app.config[CLOCK] = lambda: NOW + timedelta(seconds=5)
    assert browser.send(page, "/logg-inn", email=EMAIL, password=PASSWORD).status_code == 303


def test_whoever_has_no_account_waits_as_long(browser: Browser, account: World) -> None:
    page = browser.page("/logg-inn")
    answers = {
        email: [browser.send(page, "/logg-inn", email=email, password="gjetning") for _ in range(6)]
        for email in (EMAIL, "ingen@eksempel.no")
    }

    assert [each.status_code for each in answers[EMAIL]] == [400] * 5 + [429]
    there, nowhere = (
        [Page(each).main.replace(email, "@") for each in given] for email, given in answers.items()
    )
    assert there == nowhere


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_plain_http(
    browser: Browser, account: World, database_url: str
) -> None:
    response = browser.send(browser.page("/logg-inn"), "/logg-inn", email=EMAIL, password=PASSWORD)

    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie, "the demo is served without encryption"
    real = application(database_url, Mode.PRODUCTION).test_client()
    assert isinstance(real, Browser)
    shown = real.get("/logg-inn", base_url="https://localhost")
    assert "Secure" in shown.headers["Set-Cookie"]
    assert "HttpOnly" in shown.headers["Set-Cookie"]


def test_the_cookie_names_nobody(browser: Browser, account: World) -> None:
    browser.send(browser.page("/logg-inn"), "/logg-inn", email=EMAIL, password=PASSWORD)

    with browser.session_transaction() as session:
        kept = session["_user_id"]
    assert not kept.isdecimal()
    assert len(kept) >= 40
    with account.database.read() as database:
        stored = database.scalars(sa.select(UserSession.token_digest)).all()
    assert kept.encode() not in stored[0], "the table has its digest alone"


def test_a_stolen_cookie_does_nothing_after_signing_out(browser: Browser, account: World) -> None:
    browser.send(browser.page("/logg-inn"), "/logg-inn", email=EMAIL, password=PASSWORD)
    thief = browser.application.test_client()
    assert isinstance(thief, Browser)
    steal(browser, thief)
    assert thief.get("/min-liste").status_code == 200, "what the test is about"

    browser.send(browser.page("/min-liste"), "/logg-ut")

    assert browser.get("/min-liste").status_code == 303
    assert thief.get("/min-liste").status_code == 303
    assert thief.get("/konto").status_code == 303


def test_a_cookie_in_another_kind_of_browser_opens_nothing(
    browser: Browser, account: World
) -> None:
    browser.sits_down(account.registrar)

    assert browser.get("/min-liste", headers={"User-Agent": "curl/8"}).status_code == 303
    assert browser.get("/min-liste").status_code == 200


def steal(browser: Browser, thief: Browser) -> None:
    with browser.session_transaction() as session:
        kept = dict(session)
    with thief.session_transaction() as session:
        session.update(kept)


@pytest.mark.parametrize(
    ("steps", "alive"),
    [
        ([timedelta(hours=1, minutes=59)], True),
        ([timedelta(hours=2)], False),
        # Used all day, and still over at the end of it.
        ([timedelta(hours=1, minutes=30)] * 7, True),
        ([timedelta(hours=1, minutes=30)] * 8, False),
    ],
)
def test_a_session_ends_when_it_rests_and_at_the_end_of_the_day(
    app: Flask, browser: Browser, account: World, steps: list[timedelta], alive: bool
) -> None:
    browser.sits_down(account.registrar)
    moment = NOW
    for step in steps:
        moment += step
        app.config[CLOCK] = lambda at=moment: at
        status = browser.get("/min-liste").status_code

    assert status == (200 if alive else 303)


def test_use_is_noted_once_a_minute(app: Flask, browser: Browser, account: World) -> None:
    browser.sits_down(account.registrar)
    with counted(services_of(app).database) as asked:
        browser.get("/start")
        app.config[CLOCK] = lambda: NOW + timedelta(seconds=59)
        browser.get("/start")
        assert not [each for each in asked if each.startswith("UPDATE user_session")]
        app.config[CLOCK] = lambda: NOW + timedelta(seconds=60)
        browser.get("/start")
        browser.get("/start")

    assert len([each for each in asked if each.startswith("UPDATE user_session")]) == 1


def services_of(app: Flask) -> Services:
    with app.app_context():
        return services()


def test_demo_accounts_fill_in_the_form_in_the_demo_only(
    browser: Browser, world: World, database_url: str
) -> None:
    offered = browser.page("/logg-inn")
    assert "Prøv som" in offered.main
    filled = browser.page("/logg-inn?konto=0").filled("/logg-inn")
    assert filled["email"] == ["registrator.stavanger@demo.example"]
    assert filled["password"] != [""]

    production = application(database_url, Mode.PRODUCTION).test_client()
    assert isinstance(production, Browser)
    page = production.page("/logg-inn?konto=0", base_url="https://localhost")
    assert "Prøv som" not in page.main
    assert "demo.example" not in page.html


def test_signing_in_needs_the_pages_own_token(browser: Browser, account: World) -> None:
    response = browser.post("/logg-inn", data={"email": EMAIL, "password": PASSWORD})

    assert response.status_code == 400
    assert "Økten er utløpt" in Page(response).main


def test_an_account_of_the_demo_that_no_list_can_be_so_long_as_to_have_is_nobodys(
    browser: Browser, world: World
) -> None:
    browser.page(f"/logg-inn?konto={'1' * 5_000}")
