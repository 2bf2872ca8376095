"""The explorer's page and files: released numbers alone, each with its reason where hidden."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor
from brukerplan.actions.release import build_release
from brukerplan.persistence.tables import RELEASED_CELL
from brukerplan.reports import explore
from tests.actions.history import frozen_round, released_round
from tests.actions.world import NOW, World
from tests.web.browser import Browser, Page, text_of

CELLS = RELEASED_CELL.c
PERSONS = {"1101": 40, "1103": 60, "1108": 50, "1144": 6}
HOUSING = ("green", "yellow", "red", "unknown")
ALL_AREAS = "omrade=helseforetak:stavanger&omrade=kommune:1103&omrade=kommune:1144"
VIEW = f"/utforsk?tabell=housing&{ALL_AREAS}&fra=2023&til=2024"


@pytest.fixture
def published(world: World) -> World:
    """Two years are published."""
    released_round(world, 2023, PERSONS)
    released_round(world, 2024, PERSONS)
    return world


def cells(page: Page) -> dict[tuple[str, str, str], str]:
    """Text of every cell by table title, column and year."""
    found = {}
    for section in page.elements("section", class_="explored__panel"):
        title = text_of(_first(section, "h3"))
        head = [text_of(each) for each in _all(_first(section, "thead"), "th")][1:]
        for row in _all(_first(section, "tbody"), "tr"):
            year = text_of(_first(row, "th"))[:4]
            for name, cell in zip(head, _all(row, "td"), strict=True):
                found[title, name, year] = text_of(cell)
    return found


def stored(
    world: World, table: str = "housing"
) -> dict[tuple[str, int, str], tuple[str, int | None]]:
    """Status and count of the table's cells by area, year and category: the release itself."""
    with world.database.read() as session:
        rows = session.execute(
            sa.select(CELLS.area, CELLS.year, CELLS.category, CELLS.status, CELLS["count"]).where(
                CELLS.table_id == table, CELLS.population == "all"
            )
        )
        return {(area, year, what): (status, count) for area, year, what, status, count in rows}


def test_the_page_and_the_files_are_the_released_cells(browser: Browser, published: World) -> None:
    page = browser.page(VIEW)
    shown = cells(page)
    lines = spreadsheet(browser, VIEW)
    data = as_data(browser, VIEW)
    names = {"stavanger": "Helseforetaksområdet Stavanger", "1103": "Stavanger", "1144": "Kvitsøy"}
    titles = dict(zip(HOUSING, ("Grønn", "Gul", "Rød", "Ukjent"), strict=True))

    release, numbers = stored(published), 0
    for key, name in names.items():
        for year in (2023, 2024):
            for category in HOUSING:
                status, count = release[key, year, category]
                _, base = release[key, year, "total"]
                cell = shown[titles[category], name, str(year)]
                line = lines[titles[category], key, str(year)]
                datum = data[category, key, year]
                assert datum["status"] == line["Status"] == status
                assert datum["count"] == count
                assert line["Antall"] == ("" if count is None else str(count))
                if count is None:
                    assert cell.startswith("skjult")
                    # The base may be shown beside it; nothing else may.
                    allowed = set() if base is None else {str(base)}
                    assert set(re.findall(r"\d+", cell)) <= allowed
                    assert datum["percent"] is datum["interval"] is None
                    assert datum["reason"]
                else:
                    assert f"{count} av {base}" in cell
                    numbers += 1
    assert numbers


def test_a_hidden_cell_has_its_reason_beside_it(browser: Browser, published: World) -> None:
    page = browser.page("/utforsk?tabell=housing&omrade=kommune:1144&fra=2024&til=2024")

    assert "Skjult: tallene gjelder for få personer til å vises." in page.main
    for language, said in (("nn", "Skjult: tala gjeld"), ("en", "Hidden")):
        other = browser.page(
            f"/utforsk?tabell=housing&omrade=kommune:1144&fra=2024&til=2024&sprak={language}"
        )
        assert said in other.main


def test_the_address_reproduces_the_view_when_newer_years_have_come(
    browser: Browser, published: World
) -> None:
    first = browser.page("/utforsk?omrade=kommune:1103&tabell=housing&kategori=housing:red")
    address = path_of(first)
    before = cells(first)

    released_round(published, 2025, PERSONS)
    again = browser.page(address)

    assert cells(again) == before
    assert path_of(again) == address
    newest = browser.page("/utforsk?omrade=kommune:1103&tabell=housing&kategori=housing:red")
    assert cells(newest) != before, "an address that leaves the years open is not the same view"


def test_the_form_sends_the_address_it_came_from(browser: Browser, published: World) -> None:
    page = browser.page(VIEW)
    form = page.form("/utforsk#visning")

    assert form.get("method") == "get"
    chosen = [
        (select.get("name"), option.get("value"))
        for select in _all(form, "select")
        for option in _all(select, "option")
        if option.get("selected") is not None
    ]
    assert sorted(chosen) == sorted(
        [
            ("tabell", "housing"),
            ("gruppe", "alle"),
            ("fra", "2023"),
            ("til", "2024"),
            ("omrade", "helseforetak:stavanger"),
            ("omrade", "kommune:1103"),
            ("omrade", "kommune:1144"),
        ]
    )


def test_before_it_is_published_a_release_is_seen_by_those_who_may_and_marked(
    browser: Browser, published: World, analyst: Actor
) -> None:
    round_id = frozen_round(published, 2025, PERSONS)
    build_release(published.database, by=published.administrator, round_id=round_id, now=NOW)
    newest = "/utforsk?tabell=housing&omrade=kommune:1103&fra=2023&til=2025"

    for actor in (None, published.registrar, published.coordinator):
        if actor is not None:
            browser.sits_down(actor)
        page = browser.page("/utforsk?tabell=housing&omrade=kommune:1103")
        assert "2025" not in text_of(page.elements("form", class_="explore")[0])
        assert {year for _, _, year in cells(page)} == {"2023", "2024"}
        assert "Et år i adressen" in browser.page(newest, status=400).main
        for kind in ("csv", "json"):
            assert browser.get(newest.replace("?", f"/tabell.{kind}?")).status_code == 400

    browser.sits_down(analyst)
    page = browser.page(newest)
    assert {year for _, _, year in cells(page)} == {"2023", "2024", "2025"}
    (marked,) = page.elements("span", class_="explored__unpublished")
    assert text_of(marked) == "ikke publisert"
    assert "Ikke publisert: tall for 2025" in page.main
    assert page.response.headers["Cache-Control"] == "no-store"
    lines = spreadsheet(browser, newest)
    assert {year for (_, _, year), line in lines.items() if line["Publisert"] == "nei"} == {"2025"}


def test_everyone_reads_the_same_published_numbers(
    browser: Browser, published: World, analyst: Actor
) -> None:
    everyone = cells(browser.page(VIEW))
    browser.sits_down(analyst)

    assert cells(browser.page(VIEW)) == everyone


def test_everybody_begins_in_their_own_area(
    browser: Browser, published: World, analyst: Actor
) -> None:
    browser.sits_down(analyst)
    page = browser.page("/utforsk")

    assert "Samlet funksjonsnivå, Helseforetaksområdet Stavanger, 2023–2024" in page.main
    assert page.elements("a", href="/utforsk", aria_current="page"), "and the menu leads there"
    browser.sits_down(published.coordinator)
    page = browser.page("/utforsk")
    assert "Samlet funksjonsnivå, Stavanger, 2023–2024" in page.main
    assert not page.elements("a", href="/utforsk"), "no place in a menu that is full"


@pytest.mark.parametrize("sprak", ["nb", "nn", "en"])
def test_a_bad_address_is_answered_in_place_with_the_rest_kept(
    browser: Browser, published: World, sprak: str
) -> None:
    page = browser.page(
        "/utforsk?tabell=<script>alert(1)</script>&gruppe=rus&omrade=kommune:9999"
        f"&omrade=helseforetak:stavanger&fra=1&sprak={sprak}",
        status=400,
    )

    assert page.elements("div", id="feil")
    assert "<script>alert" not in page.html
    assert "alert(1)" not in unescape(page.main)
    for field in ("tabell", "omrade", "fra"):
        assert page.elements("div", id=f"{field}-feil"), field
        target = "omrade-1" if field == "omrade" else field
        assert page.elements("a", href=f"#{target}"), field
    wrong = {each.get("id") for each in page.elements("select", aria_invalid="true")}
    assert wrong >= {"tabell", "fra"}
    selected = [each.get("value") for each in page.elements("option", selected="")]
    assert "rus" in selected
    assert "helseforetak:stavanger" in selected
    assert cells(page), "what could be read is shown"


def test_a_file_is_not_made_from_half_an_address(browser: Browser, published: World) -> None:
    page = browser.page("/utforsk/tabell.csv?omrade=kommune:9999", status=400)

    assert "Et område i adressen" in page.main


def test_before_anything_is_published_there_is_nothing_to_explore(
    browser: Browser, world: World
) -> None:
    assert "Ingen tall er publisert ennå." in browser.page("/utforsk").main
    for kind in ("csv", "json"):
        assert browser.get(f"/utforsk/tabell.{kind}").status_code == 404


def test_changing_the_language_keeps_the_view(browser: Browser, published: World) -> None:
    page = browser.page(VIEW)
    (english,) = page.elements("a", hreflang="en")

    other = browser.page(english.get("href", ""))

    assert other.elements("html")[0].get("lang") == "en"
    assert path_of(other) == path_of(page)


def test_a_spreadsheet_opens_the_file_and_calculates_nothing(
    browser: Browser, published: World
) -> None:
    response = browser.get(VIEW.replace("?", "/tabell.csv?"))

    assert response.mimetype == "text/csv"
    assert response.data.startswith(b"\xef\xbb\xbf")
    assert (
        'filename="brukerplan-syntetisk-housing-2023-2024.csv"'
        in response.headers["Content-Disposition"]
    )
    for row in csv.reader(io.StringIO(response.data.decode("utf-8-sig")), delimiter=";"):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_a_number_where_the_release_has_none_would_be_seen(
    browser: Browser, published: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert leaked(browser.page(VIEW), stored(published)) == []

    monkeypatch.setattr(explore, "_HIDDEN", "skjult 3")

    assert leaked(browser.page(VIEW), stored(published))


def leaked(
    page: Page, release: dict[tuple[str, int, str], tuple[str, int | None]]
) -> list[tuple[str, str, str]]:
    """Hidden cells of the page with a number in them that is no published base."""
    bases = {str(count) for (_, _, what), (_, count) in release.items() if what == "total"}
    return [
        place
        for place, text in cells(page).items()
        if text.startswith("skjult") and set(re.findall(r"\d+", text)) - bases
    ]


def spreadsheet(browser: Browser, view: str) -> dict[tuple[str, str, str], dict[str, str]]:
    """Lines of the file by category, area and year."""
    response = browser.get(view.replace("?", "/tabell.csv?"))
    assert response.status_code == 200
    text = io.StringIO(response.data.decode("utf-8-sig"), newline="")
    return {
        (line["Kategori"], line["Områdekode"], line["År"]): line
        for line in csv.DictReader(text, delimiter=";")
    }


def as_data(browser: Browser, view: str) -> dict[tuple[str, str, int], dict[str, object]]:
    """Cells of the JSON file by measure, area and year."""
    response = browser.get(view.replace("?", "/tabell.json?"))
    assert response.mimetype == "application/json"
    found = json.loads(response.data)
    return {(cell["measure"], cell["area"], cell["year"]): cell for cell in found["cells"]}


def path_of(page: Page) -> str:
    """The address the page gives for itself, without the host."""
    (paragraph,) = page.elements("p", class_="explored__address")
    parts = urlsplit(text_of(paragraph))
    return f"{parts.path}?{parts.query}"


def _all(element: Element, tag: str) -> list[Element]:
    return list(element.iter("{http://www.w3.org/1999/xhtml}" + tag))


def _first(element: Element, tag: str) -> Element:
    return _all(element, tag)[0]
