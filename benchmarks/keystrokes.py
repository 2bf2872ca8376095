"""Keys a registration costs somebody who knows the page, counted in a real browser.

Promised: a known, unchanged person at most 15 beyond the number; a new person at most 1.3
times the number of answers that differ from «no need». Every press counts, the case label and
Ctrl held down too; only the eleven digits do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import upgrade
from brukerplan.persistence.reach import MACHINE
from brukerplan.questionnaire.answers import Answers
from tests.journey.browser import launch
from tests.journey.persons import IN_LAR, MENTAL_ONLY, number_of_answers
from tests.journey.planted import environment
from tests.journey.site import Site
from tests.journey.steps import sign_in
from tests.journey.two_years import KNOWN_NUMBER, NEW_NUMBERS, two_years
from tests.journey.typist import Typist
from tests.log_key import LOG_KEY

PROMISED_KNOWN = 15
PROMISED_AN_ANSWER = 1.3


@dataclass(frozen=True, slots=True)
class Counted:
    """One person: how many answers, how many keys, and the most that were promised."""

    person: str
    answers: int
    keys: int
    most: float


def measure(folder: Path) -> list[Counted]:
    """Register a known person and two new ones in a round after the one that is over."""
    url = f"sqlite:///{folder / 'keys.sqlite'}"
    database = Database(url, log_key=LOG_KEY, reach=MACHINE)
    upgrade(database)
    email = two_years(database)
    database.dispose()
    with (
        Site(url, folder, environment(folder)) as site,
        sync_playwright() as playwright,
        launch(playwright) as browser,
        browser.new_context(base_url=site.address, locale="nb-NO") as context,
    ):
        page = context.new_page()
        sign_in(page, email)
        page.goto("/min-liste")
        page.locator("#number").focus()
        typist = Typist(page)
        known = typist.register(KNOWN_NUMBER, IN_LAR)
        return [
            Counted("known, unchanged", number_of_answers(IN_LAR), known, PROMISED_KNOWN),
            _new(typist, NEW_NUMBERS[0], IN_LAR, "new, in LAR, two children"),
            _new(typist, NEW_NUMBERS[1], MENTAL_ONLY, "new, mental-health problem only"),
        ]


def _new(typist: Typist, number: str, answers: Answers, person: str) -> Counted:
    keys = typist.register(number, answers, label="KN")
    asked = number_of_answers(answers)
    return Counted(person, asked, keys, PROMISED_AN_ANSWER * asked)


def table(rows: list[Counted]) -> str:
    """Write the counts as a Markdown table."""
    lines = [
        "| person | answers that differ from «no need» | keys | promised at most |",
        "|---|---:|---:|---:|",
    ]
    lines += [f"| {row.person} | {row.answers} | {row.keys} | {row.most:.1f} |" for row in rows]
    return "\n".join(lines)
