"""A browser keeps the titles of pages; none of them tells which case it was."""

from __future__ import annotations

import pytest

from brukerplan.actions.querying import ask
from brukerplan.persistence.tables.states import QueryQuestion
from tests.actions.world import NOW, World
from tests.web.browser import Browser, text_of

LABEL = "Kjennemerke-7"
ABOUT_A_PERSON = ("", "/se-over", "/historikk")


@pytest.mark.parametrize("place", ABOUT_A_PERSON)
def test_the_title_of_a_page_about_a_person_is_without_the_case_label(
    browser: Browser, world: World, place: str
) -> None:
    draft = world.start(1, label=LABEL)
    browser.sits_down(world.registrar)

    page = browser.page(f"/registrering/{draft}{place}")

    assert LABEL in page.main, "the page itself tells"
    assert LABEL not in text_of(page.elements("title")[0])


def test_the_title_of_a_question_is_without_it_too(browser: Browser, world: World) -> None:
    draft = world.start(1, label=LABEL)
    asked = ask(
        world.database,
        by=world.coordinator,
        registration_id=draft,
        question=QueryQuestion.STILL_A_USER,
        now=NOW,
    )
    browser.sits_down(world.registrar)

    page = browser.page(f"/sporsmal/{asked.id}")

    assert LABEL in page.main
    assert LABEL not in text_of(page.elements("title")[0])
