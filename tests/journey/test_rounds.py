"""A round from plan to correction in a real browser: by keyboard alone, and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from brukerplan.actions.freeze import freeze_round
from brukerplan.actions.sign_in import sign_in as sign_in_account
from brukerplan.demo.accounts import PASSWORD
from brukerplan.persistence.queries import rounds
from tests.journey.demo import filled_demo
from tests.journey.site import Site
from tests.journey.steps import press_button, sign_in, sign_out, tab_to
from tests.journey.test_accessibility import WIDER, violations

pytestmark = pytest.mark.slow

TRUST = "forvalter@demo.example"
REGISTRAR = "registrator.stavanger@demo.example"
COORDINATOR = "koordinator.stavanger@demo.example"
ROUND, TERMS = "/runde/2026", "/kommune/1103/2026/vilkar"
BANNER = "[data-training]"


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own, where last year's round is frozen and this year's is not planned."""
    folder = tmp_path_factory.mktemp("rounds")
    demo = filled_demo(f"sqlite:///{folder / 'demo.sqlite'}", folder, years=range(2025, 2026))
    at = datetime(2026, 1, 8, 12, tzinfo=UTC)
    with demo.database.read() as session:
        last = rounds.round_of_year(session, 2025)
    assert last is not None
    freeze_round(
        demo.database,
        by=sign_in_account(demo.database, email=TRUST, password=PASSWORD, now=at),
        keys=demo.keys.for_the_freeze(),
        round_id=last.id,
        now=at,
    )
    with Site(demo.url, folder, demo.environment) as served:
        yield served
    demo.database.dispose()


@pytest.fixture
def page(browser: Browser, own_site: Site) -> Iterator[Page]:
    """A window on the site of this module."""
    context = browser.new_context(
        base_url=own_site.address, viewport={"width": 1280, "height": 900}, locale="nb-NO"
    )
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def looked_over(page: Page) -> None:
    """As it is on a phone: nothing wider than the window, nothing axe would say."""
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate(WIDER) == 0, page.url
    assert violations(page) == [], page.url
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_trust_plans_a_round_that_begins_in_training(page: Page) -> None:
    sign_in(page, TRUST)
    page.goto("/runder")
    tab_to(page, "a[href='/runder/ny']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/runder/ny")
    tab_to(page, "#year")
    page.keyboard.press("Control+A")
    page.keyboard.type("2026")
    tab_to(page, "#opens_on")
    page.keyboard.type("2.1.2026")
    tab_to(page, "#deadline")
    page.keyboard.type("1.1.2026")
    page.keyboard.press("Enter")
    # Focus is on what is wrong, and what was typed stands.
    expect(page.locator("#feil")).to_be_focused()
    looked_over(page)
    tab_to(page, "#deadline")
    page.keyboard.press("Control+A")
    page.keyboard.type("31.12.2026")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{ROUND}")
    expect(page.locator("[aria-current=step]")).to_contain_text("Opplæring")
    expect(page.locator(BANNER)).to_be_visible()
    looked_over(page)


def test_people_practise_with_numbers_of_nobody(page: Page) -> None:
    sign_in(page, REGISTRAR)
    page.goto("/min-liste")
    expect(page.locator(BANNER)).to_contain_text("aldri virkelige personer")
    looked_over(page)
    press_button(page, "Få et øvingsnummer")
    page.wait_for_url("**/ovingsnummer")
    number = page.locator("#ovingsnummer").inner_text()
    looked_over(page)
    tab_to(page, "a[href^='/min-liste?']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/min-liste?*")
    tab_to(page, "#number")
    page.keyboard.type(number)
    tab_to(page, "#case_label")
    page.keyboard.type("Øving-1")
    page.keyboard.press("Enter")

    page.wait_for_url("**/registrering/*")
    expect(page.locator(BANNER)).to_be_visible()
    assert number not in page.content()


def test_the_coordinator_sets_a_deadline_of_the_municipalitys_own(page: Page) -> None:
    sign_in(page, COORDINATOR)
    page.goto("/kommune/1103/2026")
    tab_to(page, f"a[href='{TERMS}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{TERMS}")
    looked_over(page)
    tab_to(page, "#deadline")
    page.keyboard.type("10.12.2026")
    page.keyboard.press("Enter")

    page.get_by_text("Vilkårene er lagret").wait_for()
    expect(page.get_by_role("main")).to_contain_text("Frist 10. desember 2026")
    looked_over(page)


def test_opening_wipes_what_was_practised_and_correction_comes_and_goes(page: Page) -> None:
    sign_in(page, TRUST)
    page.goto(ROUND)
    tab_to(page, "#understood")
    page.keyboard.press("Space")
    press_button(page, "Åpne for registrering")
    page.get_by_text("1 øvingsregistrering er slettet").wait_for()
    expect(page.locator(BANNER)).to_have_count(0)
    looked_over(page)

    press_button(page, "Start retting")
    page.get_by_text("Runden er i retting").wait_for()
    looked_over(page)
    press_button(page, "Åpne for registrering igjen")
    page.get_by_text("Velg hvorfor").wait_for()
    tab_to(page, "#grunn")
    page.keyboard.press("ArrowDown")
    press_button(page, "Åpne for registrering igjen")
    page.get_by_text("Runden er åpnet for registrering igjen").wait_for()

    sign_out(page)
    sign_in(page, REGISTRAR)
    page.goto("/min-liste")
    expect(page.locator(BANNER)).to_have_count(0)
    expect(page.get_by_text("Øving-1")).to_have_count(0)
