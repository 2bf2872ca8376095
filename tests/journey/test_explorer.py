"""The explorer in a real browser: by keyboard alone, on a phone, and before publication."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journey.site import Site
from tests.journey.steps import sign_in, tab_to
from tests.journey.test_accessibility import WIDER, violations

pytestmark = pytest.mark.slow

ANALYST = "analytiker@demo.example"


def test_an_analyst_compares_two_areas_by_keyboard_and_takes_the_table_along(page: Page) -> None:
    sign_in(page, ANALYST)
    tab_to(page, ".masthead__menu a[href='/utforsk']")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Utforsk tallene").wait_for()
    expect(page.locator("#visning h2")).to_contain_text("Helseforetaksområdet Stavanger")

    tab_to(page, "#tabell")
    page.keyboard.type("Bosituasjon")
    tab_to(page, "#omrade-2")
    page.keyboard.type("Sandnes")
    tab_to(page, ".explore button")
    page.keyboard.press("Enter")
    page.wait_for_url("**tabell=housing**")
    expect(page.locator("#visning h2")).to_contain_text("Sandnes")
    tab_to(page, "input[value='housing:red']")
    page.keyboard.press("Space")
    tab_to(page, ".explore button")
    page.keyboard.press("Enter")
    page.wait_for_url("**kategori=housing**")
    expect(page.locator(".explored__panel")).to_have_count(1)

    tab_to(page, "a[href*='tabell.csv']")
    with page.expect_download() as begun:
        page.keyboard.press("Enter")
    text = Path(begun.value.path()).read_text(encoding="utf-8-sig")
    assert "Sandnes" in text
    assert text.count("\n") == 1 + 2 * 2, "two areas, two years"


def test_the_address_gives_the_same_tables_in_another_browser(
    browser: Browser, site: Site, page: Page
) -> None:
    page.goto("/utforsk?tabell=lar&omrade=kommune:1103&omrade=kommune:1144")
    shown = page.locator("#visning").inner_text()
    address = page.locator(".explored__address a").inner_text()
    query = address.partition("?")[2]

    with browser.new_context(base_url=site.address, locale="nb-NO") as context:
        again = context.new_page()
        again.goto(f"/utforsk?{query}")

        assert again.locator("#visning").inner_text() == shown


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_it_is_for_everyone_in_every_language_on_a_phone(
    browser: Browser, site: Site, language: str
) -> None:
    with browser.new_context(
        base_url=site.address,
        viewport={"width": 320, "height": 800},
        locale="nb-NO",
    ) as context:
        page = context.new_page()
        for query in (
            "tabell=age_group",
            "tabell=housing&omrade=kommune:1103&omrade=kommune:1144&fra=2025&til=2025",
            "tabell=x&gruppe=y&omrade=z&fra=1&til=2&kategori=3",
        ):
            page.goto(f"/utforsk?sprak={language}&{query}")
            assert violations(page) == []
            assert page.evaluate(WIDER) <= 0
            for region in page.locator("#visning .scroll").all():
                assert region.get_attribute("tabindex") == "0", "what is wide can be scrolled"


def test_it_works_without_scripts(browser: Browser, site: Site) -> None:
    with browser.new_context(
        base_url=site.address, locale="nb-NO", java_script_enabled=False
    ) as context:
        page = context.new_page()
        page.goto("/utforsk")
        page.select_option("#tabell", "housing")
        page.get_by_role("button", name="Vis").click()

        expect(page.locator("#visning h2")).to_contain_text("Bosituasjon")
