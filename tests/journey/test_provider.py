"""Signing in at a real provider, in a real browser, by the real server."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from brukerplan.access.roles import Role
from brukerplan.actions.accounts import create_user, grant
from brukerplan.actions.invitations import invite
from brukerplan.demo.accounts import PASSWORD
from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import upgrade
from tests.actions.world import World, build
from tests.conftest import EVERYTHING
from tests.journey.site import Site
from tests.journey.steps import press_button, sign_in, tab_to
from tests.journey.test_accessibility import WIDER, violations
from tests.log_key import LOG_KEY
from tests.mail.server import free_port
from tests.openid.real_provider import (
    BESIDE,
    ENOUGH,
    HIGH,
    NAME,
    PID,
    WEAK,
    RealProvider,
    client_key,
    signing_key,
)

pytestmark = pytest.mark.slow

EMAIL = "ine@eksempel.no"
BEGIN = "/logg-inn/ekstern"
TO_PROVIDER = "Logg inn med Prøveporten"
ANSWER = re.compile(r"/logg-inn/ekstern/svar\?")


@dataclass
class Place:
    """The application, a provider beside it, and a registrar with a password."""

    site: Site
    provider: RealProvider
    world: World
    folder: Path
    url: str
    other_port: int

    def another(self, settings: dict[str, str]) -> Site:
        """The application once more, on the same database, told something else."""
        folder = self.folder / str(len(list(self.folder.iterdir())))
        folder.mkdir()
        environment = told(self.folder, self.other_port, settings)
        return Site(self.url, folder, environment, port=self.other_port)


def told(folder: Path, port: int, provider: dict[str, str]) -> dict[str, str]:
    return {
        "BRUKERPLAN_MODE": "demo",
        "BRUKERPLAN_INSTANCE": str(folder),
        "BRUKERPLAN_MASTER_KEY": base64.b64encode(b"m" * 32).decode("ascii"),
        "BRUKERPLAN_PUBLIC_URL": f"http://127.0.0.1:{port}",
    } | provider


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder, now = tmp_path_factory.mktemp("provider"), datetime.now(UTC)
    url = f"sqlite:///{folder / 'small.sqlite'}"
    database = Database(url, log_key=LOG_KEY, reach=EVERYTHING)
    upgrade(database)
    world = build(database)
    coordinator = world.coordinator
    for held in coordinator.memberships:
        grant(
            database,
            user_id=coordinator.user_id,
            organisation_id=held.organisation_id,
            role=held.role,
            now=now,
        )
    user_id = create_user(database, email=EMAIL, name="Ine", password=PASSWORD, now=now)
    grant(database, user_id=user_id, organisation_id=world.unit, role=Role.REGISTRAR, now=now)
    port, other = free_port(), free_port()
    address, beside = (f"http://127.0.0.1:{each}" for each in (port, other))
    with RealProvider(address, beside=beside) as provider:
        settings = told(folder, port, dict(provider.settings()))
        with Site(url, folder, settings, port=port) as site:
            yield Place(site, provider, world, folder, url, other)
    database.dispose()


@pytest.fixture
def page(browser: Browser, place: Place) -> Iterator[Page]:
    opened_page = opened(browser, place.site)
    yield opened_page
    opened_page.context.close()


def opened(browser: Browser, site: Site, *, width: int = 1280) -> Page:
    context = browser.new_context(
        base_url=site.address, viewport={"width": width, "height": 900}, locale="nb-NO"
    )
    context.set_default_timeout(30_000)
    return context.new_page()


def identify(page: Page, who: str, level: str = ENOUGH) -> None:
    """Say who one is at the provider, by keyboard."""
    page.wait_for_url("**/sign-in/*")
    tab_to(page, "[name=who]")
    page.keyboard.type(who)
    page.get_by_label("Level").select_option(level)
    press_button(page, "Sign in")


def linked(page: Page, who: str, *, address: str = EMAIL) -> None:
    """Sign in with the password and link; whatever was linked before is removed."""
    sign_in(page, address)
    page.get_by_role("link", name=re.compile("^Ine.*kontoen min")).click()
    page.get_by_role("heading", name="Kontoen min").wait_for()
    remove = page.get_by_role("button", name="Fjern koblingen")
    if remove.is_visible():
        remove.click()
        page.get_by_text("er fjernet").wait_for()
    press_button(page, "Koble til Prøveporten")
    identify(page, who)
    page.get_by_text("Du kan nå logge inn med Prøveporten").wait_for()


def leave(page: Page) -> None:
    """Sign out here and at the provider."""
    press_button(page, "Logg ut")
    page.wait_for_url("**/session/end*")
    page.get_by_role("button", name=re.compile("yes", re.I)).first.click()
    page.get_by_text("Du er logget ut, også hos Prøveporten").wait_for()


def to_provider(page: Page) -> None:
    page.goto("/logg-inn")
    press_button(page, TO_PROVIDER)


def refused(page: Page, said: str) -> None:
    """Nobody is signed in, and the page says why."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Du ble ikke logget inn")
    expect(page.get_by_role("main")).to_contain_text(said)
    page.goto("/min-liste")
    expect(page).to_have_url(re.compile(r"/logg-inn\?til="))


def test_linked_by_keyboard_signed_in_twice_and_signed_out_at_the_provider(
    page: Page, place: Place
) -> None:
    linked(page, "ine-whole-way")
    leave(page)

    to_provider(page)
    identify(page, "ine-whole-way", HIGH)
    page.get_by_role("heading", name="Min liste").wait_for()
    # Signed in there still: the second time nobody is asked.
    page.context.clear_cookies(domain="127.0.0.1")
    to_provider(page)
    page.get_by_role("heading", name="Min liste").wait_for()

    leave(page)
    to_provider(page)
    page.wait_for_url("**/sign-in/*")
    kept = place.site.log.read_text() + str(page.context.cookies())
    for secret in (PID, NAME, "ine-whole-way"):
        assert secret not in kept


def test_a_weak_sign_in_is_refused(page: Page) -> None:
    linked(page, "ine-weak")
    leave(page)

    to_provider(page)
    identify(page, "ine-weak", WEAK)
    refused(page, "ikke er sikker nok")

    # Signed in there still, as weakly: only anew is it another.
    to_provider(page)
    press_button(page, "Prøv på nytt med Prøveporten")
    identify(page, "ine-weak", HIGH)
    page.wait_for_url("**/min-liste")


def test_state_and_nonce_that_were_tampered_with_are_refused(page: Page) -> None:
    linked(page, "ine-tampered")
    leave(page)

    for name, said in (
        ("state", "hører ikke til en innlogging som er i gang i denne nettleseren"),
        ("nonce", "kunne ikke godtas"),
    ):
        page.goto("/logg-inn")
        token = page.locator(f"form[action='{BEGIN}'] [name=csrf_token]").get_attribute("value")
        response = page.context.request.post(BEGIN, form={"csrf_token": token or ""})
        leads_on = re.search(r'content="0; url=([^"]+)"', response.text())
        assert leads_on is not None
        address = html.unescape(leads_on[1])
        ours = parse_qs(urlsplit(address).query)[name][0]
        page.goto(address.replace(ours, "somebody-elses-" + name))
        if "/sign-in/" in page.url:
            identify(page, "ine-tampered")
        refused(page, said)


def test_an_answer_is_good_for_once(page: Page) -> None:
    linked(page, "ine-replay")
    leave(page)
    answers: list[str] = []
    page.on("request", lambda each: answers.append(each.url) if ANSWER.search(each.url) else None)
    to_provider(page)
    identify(page, "ine-replay")
    page.wait_for_url("**/min-liste")
    leave(page)

    page.goto(answers[0])

    refused(page, "Det kan være brukt allerede")


def test_a_new_key_of_the_providers_is_believed(page: Page, place: Place) -> None:
    linked(page, "ine-rollover")
    leave(page)

    place.provider.stop()
    place.provider.start(signing_key("rolled-over"))

    to_provider(page)
    identify(page, "ine-rollover")
    page.wait_for_url("**/min-liste")


def test_a_key_of_ours_the_provider_does_not_know_signs_nobody_in(
    browser: Browser, place: Place
) -> None:
    stranger = dict(place.provider.settings(client_key("ours-1")))
    stranger["BRUKERPLAN_OIDC_CLIENT_ID"] = BESIDE
    with place.another(stranger) as site:
        page = opened(browser, site)
        to_provider(page)
        identify(page, "ine-stranger")
        refused(page, "oppsettet stemmer ikke")
        page.context.close()


def test_when_the_provider_is_gone_the_password_still_works(browser: Browser, place: Place) -> None:
    nobody = RealProvider(place.site.address)
    with place.another(dict(nobody.settings())) as site:
        page = opened(browser, site)
        to_provider(page)
        expect(page.get_by_role("main")).to_contain_text("Prøveporten svarer ikke")
        page.get_by_role("link", name="Til innloggingssiden").click()
        sign_in(page, EMAIL)
        page.wait_for_url("**/min-liste")
        page.context.close()


def test_an_invited_person_comes_in_without_a_password(page: Page, place: Place) -> None:
    follow_invitation(page, place, "nina@eksempel.no")
    tab_to(page, "#name")
    page.keyboard.type("Nina Ny")
    press_button(page, "Ta imot med Prøveporten")
    identify(page, "nina")

    page.wait_for_url("**/min-liste")
    expect(page.get_by_text("Invitasjonen er tatt imot.")).to_be_visible()
    leave(page)
    to_provider(page)
    identify(page, "nina")
    page.wait_for_url("**/min-liste")


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_fit_and_axe_finds_nothing(browser: Browser, place: Place, width: int) -> None:
    page = opened(browser, place.site, width=width)
    found: list[str] = []
    seen: list[str] = []

    def look(name: str) -> None:
        seen.append(name)
        found.extend(f"{name}: {what}" for what in violations(page))
        if (wider := page.evaluate(WIDER)) > 0:
            found.append(f"{name} is {wider} px wider than the window")

    page.goto("/logg-inn")
    look("sign in")
    follow_invitation(page, place, f"noen{width}@eksempel.no")
    look("invitation")
    to_provider(page)
    identify(page, "ingen", WEAK)
    page.get_by_role("heading", name="Du ble ikke logget inn").wait_for()
    look("weak")
    press_button(page, "Prøv på nytt med Prøveporten")
    identify(page, "ingen")
    page.get_by_role("heading", name="Du har ikke tilgang ennå").wait_for()
    look("unknown")
    page.goto("/logg-inn/ekstern/svar?state=x")
    look("refused")
    linked(page, f"ine-{width}")
    look("linked")
    page.get_by_role("button", name="Fjern koblingen").click()
    page.get_by_text("er fjernet").wait_for()
    look("not linked")
    # The page on the way: the provider answers that there is nothing new to show.
    page.route(f"{place.provider.issuer}/**", lambda route: route.fulfill(status=204))
    press_button(page, "Koble til Prøveporten")
    page.get_by_role("heading", name="Du sendes til Prøveporten").wait_for()
    look("going there")
    page.context.close()

    assert found == []
    assert len(seen) == 8


def follow_invitation(page: Page, place: Place, email: str) -> None:
    made = invite(
        place.world.database,
        by=place.world.coordinator,
        mail=None,
        public_url=place.site.address,
        organisation_id=place.world.unit,
        email=email,
        role=Role.REGISTRAR,
        now=datetime.now(UTC),
    )
    page.goto(f"/invitasjon/{made.token}")
    page.wait_for_url("**/invitasjon")
