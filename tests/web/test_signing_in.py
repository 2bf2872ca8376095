"""Signing in and out."""

from __future__ import annotations

import pytest

from brukerplan.access.roles import Role
from brukerplan.actions.accounts import create_user, grant
from brukerplan.config import Mode
from brukerplan.web.account import limit
from brukerplan.web.security import SignInLimit
from tests.actions.world import NOW, World
from tests.web.browser import Browser, Page
from tests.web.conftest import application

EMAIL = "ine@eksempel.no"
PASSWORD = "et langt passord for prøven"


@pytest.fixture(autouse=True)
def _forgotten_failures() -> None:
    limit.succeeded(EMAIL)


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


def test_guessing_is_stopped_for_a_while(browser: Browser, account: World) -> None:
    page = browser.page("/logg-inn")
    for _ in range(10):
        browser.send(page, "/logg-inn", email=EMAIL, password="gjetning")

    response = browser.send(page, "/logg-inn", email=EMAIL, password=PASSWORD)

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "300"
    assert Page(response).heading == "For mange forsøk"


def test_attempts_are_forgotten_after_the_window() -> None:
    counted = SignInLimit(attempts=2, window=60)
    counted.failed("A@eksempel.no", now=0)
    counted.failed("a@eksempel.no ", now=10)

    assert counted.reached("a@eksempel.no", now=20)
    assert not counted.reached("b@eksempel.no", now=20)
    assert not counted.reached("a@eksempel.no", now=65)


def test_the_session_cookie_is_out_of_reach_of_scripts(browser: Browser, account: World) -> None:
    response = browser.send(browser.page("/logg-inn"), "/logg-inn", email=EMAIL, password=PASSWORD)

    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_out_ends_the_session(browser: Browser, account: World) -> None:
    browser.sits_down(account.registrar)

    browser.send(browser.page("/min-liste"), "/logg-ut")

    assert browser.get("/min-liste").status_code == 303


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
