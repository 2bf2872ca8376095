"""Signing in with a phone's codes and with passkeys, in a real browser, by keyboard."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, Response, expect

from brukerplan.access.policy import Actor
from brukerplan.actions.accounts import grant
from brukerplan.actions.passwords import hash_password
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import UserAccount, UserSession
from tests.actions.world import World, build
from tests.journey.site import Site
from tests.journey.steps import press_button, sign_out, tab_to
from tests.journey.test_accessibility import WIDER, violations

pytestmark = pytest.mark.slow

PASSWORD = "tre ville svaner"
RITA, KARI = "rita@eksempel.no", "kari@eksempel.no"
STEP = timedelta(seconds=30)


@pytest.fixture
def world(database: Database) -> World:
    """A registrar and a coordinator with passwords, and something to register."""
    made = build(database)
    for actor in (made.registrar, made.coordinator):
        let_in(made, actor)
    return made


def let_in(world: World, actor: Actor) -> None:
    for held in actor.memberships:
        grant(
            world.database,
            user_id=actor.user_id,
            organisation_id=held.organisation_id,
            role=held.role,
            now=datetime.now(UTC),
        )
    with world.database.begin() as session:
        session.execute(
            sa.update(UserAccount)
            .where(UserAccount.id == actor.user_id)
            .values(password_hash=hash_password(PASSWORD))
        )


@pytest.fixture
def site(world: World, database_url: str, tmp_path: Path) -> Iterator[Site]:
    """The application, where who sees persons must show a second factor."""
    environment = {
        "BRUKERPLAN_MODE": "demo",
        "BRUKERPLAN_INSTANCE": str(tmp_path / "instance"),
        "BRUKERPLAN_SECRET_KEY": "a secret of the tests and of nothing else",
        "BRUKERPLAN_MASTER_KEY": base64.b64encode(b"m" * 32).decode("ascii"),
        "BRUKERPLAN_SECOND_FACTOR": "required",
    }
    with Site(database_url, tmp_path, environment, by_name=True) as served:
        yield served


def opened(browser: Browser, site: Site, *, width: int = 1280) -> Page:
    context = browser.new_context(
        base_url=site.address, viewport={"width": width, "height": 900}, locale="nb-NO"
    )
    context.set_default_timeout(30_000)
    return context.new_page()


def with_authenticator(page: Page) -> None:
    """Give the browser a device that verifies who uses it and answers at once."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def type_password(page: Page, email: str = RITA) -> None:
    tab_to(page, "#email")
    page.keyboard.type(email)
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def type_code(page: Page, code: str) -> None:
    page.locator("#code").wait_for()
    tab_to(page, "#code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def phone_of(page: Page) -> pyotp.TOTP:
    """An app that has been told the secret of the page."""
    page.get_by_role("heading", name="Sett opp totrinnsinnlogging").wait_for()
    secret = page.locator("code.secret-key").text_content()
    assert secret is not None
    return pyotp.TOTP(secret.replace(" ", ""))


def set_up_phone(page: Page, email: str = RITA) -> tuple[pyotp.TOTP, list[str]]:
    page.goto("/logg-inn?til=/min-liste")
    type_password(page, email)
    phone = phone_of(page)
    type_code(page, phone.at(datetime.now(UTC) - STEP))
    page.get_by_role("heading", name="Ta vare på kodene").wait_for()
    return phone, page.locator(".codes code").all_text_contents()


def test_a_phone_is_set_up_in_a_minute_and_used_the_next_time(
    browser: Browser, site: Site, world: World
) -> None:
    page = opened(browser, site)
    picture_seen: list[int] = []

    def note(answer: Response) -> None:
        if "qr.svg" in answer.url:
            picture_seen.append(answer.status)

    page.on("response", note)
    phone, codes = set_up_phone(page)
    assert picture_seen == [200]
    assert len(codes) == 10
    tab_to(page, "main a.ds-button")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Min liste").wait_for()

    # The session ends somewhere else; after both steps one is where one was.
    with world.database.begin() as session:
        session.execute(sa.delete(UserSession))
    page.goto("/konto")
    type_password(page)
    page.get_by_role("heading", name="Logg inn: andre trinn").wait_for()
    type_code(page, phone.at(datetime.now(UTC)))
    page.get_by_role("heading", name="Kontoen min").wait_for()
    sign_out(page)

    page.goto("/logg-inn")
    type_password(page)
    type_code(page, "000000")
    expect(page.locator("#feil")).to_be_focused()
    type_code(page, codes[0])
    page.get_by_role("heading", name="Min liste").wait_for()
    printed = site.log.read_text()
    assert phone.secret not in printed
    assert RITA not in printed
    page.context.close()


def test_a_passkey_is_the_second_step_and_the_whole_sign_in(browser: Browser, site: Site) -> None:
    page = opened(browser, site)
    with_authenticator(page)
    page.goto("/logg-inn")
    type_password(page)
    page.get_by_role("heading", name="Med passnøkkel").wait_for()
    tab_to(page, "#name")
    page.keyboard.type("Ritas telefon")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Ta vare på kodene").wait_for()
    page.goto("/konto")
    expect(page.get_by_role("main")).to_contain_text("Ritas telefon")
    sign_out(page)

    page.goto("/logg-inn?til=/konto")
    press_button(page, "Logg inn med passnøkkel")
    page.get_by_role("heading", name="Kontoen min").wait_for()
    sign_out(page)

    page.goto("/logg-inn")
    type_password(page)
    press_button(page, "Bruk passnøkkel")
    page.get_by_role("heading", name="Min liste").wait_for()
    page.context.close()


def test_a_browser_without_the_passkey_says_so_and_the_code_still_works(
    browser: Browser, site: Site
) -> None:
    page = opened(browser, site)
    _, codes = set_up_phone(page)
    page.goto("/konto")
    sign_out(page)
    with_authenticator(page)
    page.goto("/logg-inn")

    # Nothing is registered: the device has no passkey to answer with.
    press_button(page, "Logg inn med passnøkkel")

    expect(page.locator("[data-problem]")).to_have_text("Passnøkkelen ble ikke brukt. Prøv igjen.")
    type_password(page)
    type_code(page, codes[0])
    page.get_by_role("heading", name="Min liste").wait_for()
    page.context.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_fit_and_axe_finds_nothing(
    browser: Browser, site: Site, world: World, width: int
) -> None:
    page = opened(browser, site, width=width)
    with_authenticator(page)
    found: list[str] = []

    def look(name: str) -> None:
        found.extend(f"{name}: {what}" for what in violations(page))
        if (wider := page.evaluate(WIDER)) > 0:
            found.append(f"{name} is {wider} px wider than the window")

    page.goto("/logg-inn")
    look("sign in")
    page.goto("/glemt-passord")
    look("forgotten")
    page.goto("/logg-inn")
    type_password(page, KARI)
    phone = phone_of(page)
    page.locator("details summary").first.click()
    look("set up")
    type_code(page, "000000")
    expect(page.locator("#feil")).to_be_focused()
    look("set up with an error")
    type_code(page, phone.at(datetime.now(UTC)))
    page.get_by_role("heading", name="Ta vare på kodene").wait_for()
    look("codes")
    page.goto("/konto/totrinn")
    tab_to(page, "#name")
    page.keyboard.type("Sikkerhetsnøkkelen på hengelåsen i skuffen")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Kontoen min").wait_for()
    page.locator("details summary").first.click()
    look("account")
    for address in ("/konto/passord", "/hjelp-med-innlogging"):
        page.goto(address)
        look(address)
        page.get_by_role("main").get_by_role("button").first.click()
        expect(page.locator("#feil")).to_be_focused()
        look(f"{address} with errors")
    sign_out(page)
    page.goto("/logg-inn")
    type_password(page, KARI)
    page.get_by_role("heading", name="Logg inn: andre trinn").wait_for()
    look("second step")
    page.context.close()

    assert found == []
