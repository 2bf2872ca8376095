"""Units, people, boards and reminders in a real browser, by keyboard, with a real mail server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journey.demo import Demo
from tests.journey.site import Site
from tests.journey.steps import press_button, sign_in, sign_out, tab_to
from tests.journey.test_accessibility import WIDER, violations
from tests.mail.server import SENDER, PostOffice

pytestmark = pytest.mark.slow

# Sandnes: Stavanger's units are counted by the tests that follow.
COORDINATOR = "registrator.sandnes@demo.example"
BOARD = "/kommune/1108/2026"
UNITS = f"{BOARD}/tjenester"
NEW = "nina.ny@sandnes.example"
WITH_MEMBERS = ".units__line:not(:has-text('Ingen medlemmer')) .units__name"
PASSWORD = "tre ville svaner"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """The municipality's mail server."""
    with PostOffice() as opened:
        yield opened


@pytest.fixture
def mailing(demo: Demo, office: PostOffice, tmp_path: Path) -> Iterator[Site]:
    """The application on the demo, told of the mail server."""
    mail = {
        "BRUKERPLAN_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
        "BRUKERPLAN_MAIL_FROM": SENDER,
    }
    with Site(demo.url, tmp_path, demo.environment | mail) as served:
        yield served


def opened(browser: Browser, site: Site, *, width: int) -> Page:
    context = browser.new_context(
        base_url=site.address, viewport={"width": width, "height": 900}, locale="nb-NO"
    )
    context.set_default_timeout(30_000)
    return context.new_page()


def test_a_new_service_gets_a_member_who_finds_the_list_and_is_reminded(
    browser: Browser, mailing: Site, office: PostOffice
) -> None:
    """By keyboard alone: make the unit, invite, accept, sign in; then remind."""
    page = opened(browser, mailing, width=1280)
    sign_in(page, COORDINATOR)
    page.goto(UNITS)
    tab_to(page, "#name")
    page.keyboard.type("Oppsøkende team i Sandnes")
    tab_to(page, "#service-0")
    page.keyboard.press("Space")
    tab_to(page, "#expected")
    page.keyboard.press("Control+A")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Oppsøkende team i Sandnes").wait_for()
    unit_page = page.url

    tab_to(page, "#email")
    page.keyboard.type(NEW)
    tab_to(page, "#role-0")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_text("Invitasjonen er sendt").wait_for()
    expect(page.get_by_role("main")).to_contain_text(NEW)
    sign_out(page)

    letter = office.text_to(NEW)
    link = letter.split("http://127.0.0.1:5000")[1].split()[0]
    page.goto(link)
    page.wait_for_url("**/invitasjon")
    tab_to(page, "#name")
    page.keyboard.type("Nina Ny")
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Invitasjonen er tatt imot").wait_for()
    tab_to(page, "#email")
    page.keyboard.type(NEW)
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Min liste").wait_for()
    expect(page.get_by_role("main")).to_contain_text("Oppsøkende team i Sandnes")
    sign_out(page)

    sign_in(page, COORDINATOR)
    page.goto(BOARD)
    press_button(page, "Send påminnelse Oppsøkende team i Sandnes")
    page.get_by_text("1 tjeneste har fått påminnelse").wait_for()
    line = page.locator(".board__line", has_text="Oppsøkende team i Sandnes")
    expect(line).to_contain_text("Påminnelse sendt i dag")
    reminder = [text for text in office.letters if text["To"] == NEW][-1].get_content()
    assert "/min-liste" in reminder

    page.goto(unit_page)
    press_button(page, "Ta ut av kartleggingen")
    expect(page.get_by_role("main")).to_contain_text("Tjenesten er ikke med")
    printed = mailing.log.read_text()
    assert link.rsplit("/", 1)[1] not in printed
    assert NEW not in printed
    page.context.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_fit_and_axe_finds_nothing(browser: Browser, mailing: Site, width: int) -> None:
    page = opened(browser, mailing, width=width)
    found: list[str] = []

    def look(name: str) -> None:
        found.extend(f"{name}: {what}" for what in violations(page))
        if (wider := page.evaluate(WIDER)) > 0:
            found.append(f"{name} is {wider} px wider than the window")

    sign_in(page, COORDINATOR)
    for name, address in (
        ("board", BOARD),
        ("late", f"{BOARD}?vis=sene"),
        ("units", UNITS),
        ("unit", ""),
    ):
        if address:
            page.goto(address)
        else:
            # A click returns before the next page has begun.
            with page.expect_navigation():
                page.locator(WITH_MEMBERS).first.click()
        look(name)
    page.locator("details summary").first.click()
    look("removing")
    page.get_by_role("button", name="Inviter").click()
    expect(page.locator("#feil")).to_be_focused()
    look("errors")
    page.goto("/invitasjon/finnes-ikke")
    look("no invitation")
    page.context.close()

    assert found == []
