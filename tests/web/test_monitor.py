"""The plan monitor's page: released numbers alone, and what they say for the plan."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor
from brukerplan.actions.release import build_release
from brukerplan.persistence.tables import RELEASED_CELL
from brukerplan.statistics.plan import plans
from brukerplan.statistics.rounding import percent
from tests.actions.history import frozen_round, released_round
from tests.actions.world import NOW, World
from tests.web.browser import Browser, Page, text_of

CELLS = RELEASED_CELL.c
PERSONS = {"1101": 40, "1103": 60, "1108": 50, "1144": 6}
PLAN = "/planene/psykisk-helse-2023-2033"
WHOLE_AREA = f"{PLAN}?omrade=helseforetak:stavanger"
SMALL_PLACE = f"{PLAN}?omrade=kommune:1144"


@pytest.fixture
def published(world: World) -> World:
    """The plan's baseline and two of its years are published."""
    for year in (2022, 2023, 2024):
        released_round(world, year, PERSONS)
    return world


def rows(page: Page) -> dict[str, list[str]]:
    """The cells of every indicator, by its title."""
    found = {}
    for table in page.elements("table", class_="monitor__table"):
        for row in table.iter(f"{_HTML}tr"):
            head = next(row.iter(f"{_HTML}th"))
            if head.get("scope") == "row":
                name = text_of(next(iter(head)))
                found[name] = [text_of(cell) for cell in row.iter(f"{_HTML}td")]
    return found


_HTML = "{http://www.w3.org/1999/xhtml}"


def released(world: World, table: str, category: str, year: int, area: str) -> int | None:
    with world.database.read() as session:
        return session.scalar(
            sa.select(CELLS["count"]).where(
                CELLS.table_id == table,
                CELLS.population == "all",
                CELLS.category == category,
                CELLS.year == year,
                CELLS.area == area,
            )
        )


def test_the_plans_are_listed_with_the_years_there_are_numbers_of(
    browser: Browser, published: World
) -> None:
    page = browser.page("/planene")

    assert [text_of(each) for each in page.elements("li") if "plan for" in text_of(each)]
    assert "Opptrappingsplan for psykisk helse 2023–2033 tall for 2022–2024" in page.main
    assert "Opptrappingsplanen for rusfeltet 2016–2020 ingen tall ennå" in page.main


def test_every_indicator_is_the_released_cells_or_says_why_not(
    browser: Browser, published: World
) -> None:
    shown = rows(browser.page(WHOLE_AREA))

    plan = plans()[0]
    assert list(shown) == [each.title["nb"] for each in plan.indicators]
    reds = [released(published, "mental_health", "red", year, "stavanger") for year in (2022, 2024)]
    bases = [
        released(published, "mental_health", "total", year, "stavanger") for year in (2022, 2024)
    ]
    cells = shown["Rødt funksjonsnivå på psykisk helse"]
    for cell, count, base in zip((cells[0], cells[2]), reds, bases, strict=True):
        assert count is not None
        assert base is not None
        assert cell == f"{percent(count, base)} % av {base}"
    assert shown["Personen har deltatt i planleggingen"][:3] == ["ikke spurt"] * 3
    assert shown["Personen har deltatt i planleggingen"][-1].endswith("Kan ikke sies")


def test_the_change_is_said_in_words_and_never_as_an_effect(
    browser: Browser, published: World
) -> None:
    page = browser.page(WHOLE_AREA)

    assert re.search(
        r"Rødt funksjonsnivå på psykisk helse: \d+ prosent \(av \d+\) i 2022 og \d+ prosent "
        r"\(av \d+\) i 2024\.",
        page.main,
    )
    assert "De kan ikke si hva planen har ført til." in page.main
    assert "Mål, indikatorer og ønsket retning er vår regel" in page.main


def test_what_is_hidden_for_a_small_place_is_nowhere_on_its_page(
    browser: Browser, published: World
) -> None:
    page = browser.page(SMALL_PLACE)

    for cells in rows(page).values():
        assert not re.search(r"\d", " ".join(cells[:3])), cells
        assert cells[-1].endswith("Kan ikke sies")
    assert not page.elements("svg")


def test_a_plan_without_numbers_and_one_that_is_not_there(
    browser: Browser, published: World
) -> None:
    page = browser.page("/planene/rusfeltet-2016-2020")

    assert "Det er ikke publisert tall for noen av planens år." in page.main
    browser.page("/planene/finnes-ikke", status=404)


def test_an_area_that_is_none_is_said_and_the_rest_is_shown(
    browser: Browser, published: World
) -> None:
    page = browser.page(f"{PLAN}?omrade=<script>", status=400)

    assert "Et område i adressen har ingen tall som vises" in page.main
    assert "<script>" not in page.html.replace("<script ", "")
    assert rows(page)


def test_numbers_that_are_not_published_are_shown_to_their_analyst_alone(
    browser: Browser, published: World, analyst: Actor
) -> None:
    round_id = frozen_round(published, 2025, PERSONS)
    build_release(published.database, by=published.administrator, round_id=round_id, now=NOW)

    everyone = browser.page(WHOLE_AREA)
    browser.sits_down(analyst)
    own = browser.page(WHOLE_AREA)

    assert "2025" not in _heads(everyone)
    assert "2025" in _heads(own)
    assert "tall for 2025 er bygget, men ikke publisert" in own.main


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("nn", "Dei kan ikkje seie kva planen har ført til."),
        ("en", "They cannot say what the plan has led to."),
    ],
)
def test_the_page_is_in_the_readers_language(
    browser: Browser, published: World, language: str, says: str
) -> None:
    page = browser.page(f"{WHOLE_AREA}&sprak={language}")

    assert says in page.main
    assert plans()[0].indicators[0].title[language] in rows(page)


def _heads(page: Page) -> list[str]:
    table: Element = page.elements("table", class_="monitor__table")[0]
    return [text_of(each) for each in table.iter(f"{_HTML}th")]
