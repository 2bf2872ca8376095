"""The data protection officer sees who has read what, and no answers."""

from __future__ import annotations

import re

from brukerplan.web.assets import PACKAGE
from brukerplan.web.log_words import WORDS
from tests.actions.world import World
from tests.web.browser import Browser


def test_the_officer_sees_who_read_a_registration(browser: Browser, world: World) -> None:
    started = world.start(1, label="K-55")
    browser.sits_down(world.registrar)
    browser.page(f"/registrering/{started}")
    browser.sits_down(world.officer)

    page = browser.page("/tilgangslogg")

    assert "Rita Registrerer leste en registrering" in page.main
    assert str(started)[:8] in page.main
    assert "K-55" not in page.html
    # Looking is logged as well.
    assert "Per Personvern leste tilgangsloggen" in browser.page("/tilgangslogg").main


def test_the_officers_day_begins_with_the_log(browser: Browser, world: World) -> None:
    browser.sits_down(world.officer)

    assert browser.get("/start").location == "/tilgangslogg"


def test_every_act_on_a_registration_has_a_word() -> None:
    source = "".join(path.read_text("utf-8") for path in (PACKAGE / "actions").glob("*.py"))
    acts = set(re.findall(r'"(registration\.[a-z]+)"', source))

    assert acts
    assert acts <= set(WORDS)
