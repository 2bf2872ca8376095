"""Pages for everyone."""

from __future__ import annotations

import pytest

from tests.actions.world import World
from tests.web.browser import Browser

OPEN = ("/", "/logg-inn", "/resultater", "/personvern", "/tilgjengelighet", "/kodebok/2026")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("address", OPEN)
def test_every_open_page_is_whole_in_every_language(
    browser: Browser, world: World, address: str, language: str
) -> None:
    page = browser.page(f"{address}?sprak={language}")

    assert page.elements("html")[0].get("lang") == language


def test_the_health_page_says_ok(browser: Browser, world: World) -> None:
    assert browser.get("/helse").get_data(as_text=True) == "ok\n"
