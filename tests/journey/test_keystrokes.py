"""How many keys a registration costs: counted, so that it never becomes more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from brukerplan.persistence.engine import Database
from tests.journey.persons import IN_LAR, MENTAL_ONLY, number_of_answers
from tests.journey.planted import environment
from tests.journey.site import Site
from tests.journey.steps import sign_in
from tests.journey.two_years import KNOWN_NUMBER, NEW_NUMBERS, two_years
from tests.journey.typist import Typist

pytestmark = pytest.mark.slow

MOST_FOR_A_KNOWN_PERSON = 15
MOST_AN_ANSWER = 1.3


@pytest.fixture
def typist(
    database: Database, database_url: str, tmp_path: Path, browser: Browser
) -> Iterator[Typist]:
    """A registrar at the number's field of my list."""
    email = two_years(database)
    with (
        Site(database_url, tmp_path, environment(tmp_path)) as site,
        browser.new_context(base_url=site.address, locale="nb-NO") as context,
    ):
        page: Page = context.new_page()
        sign_in(page, email)
        page.goto("/min-liste")
        page.locator("#number").focus()
        yield Typist(page)


def test_nobody_costs_more_keys_than_promised(typist: Typist) -> None:
    known = typist.register(KNOWN_NUMBER, IN_LAR)
    new = {
        number_of_answers(answers): typist.register(number, answers, label="KN")
        for number, answers in zip(NEW_NUMBERS, (IN_LAR, MENTAL_ONLY), strict=True)
    }

    assert known <= MOST_FOR_A_KNOWN_PERSON
    assert {answers: keys for answers, keys in new.items() if keys > MOST_AN_ANSWER * answers} == {}


def test_every_key_is_counted(page: Page) -> None:
    page.goto("/logg-inn")
    page.locator("#email").focus()
    typist = Typist(page)

    typist.type("ab")
    typist.press("Shift+Tab")

    assert page.locator("#email").input_value() == "ab"
    assert typist.presses == 4
