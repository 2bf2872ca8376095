"""Coordinator and data protection officer review who has read what, and see no answers."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from brukerplan.persistence.log import log
from brukerplan.web.assets import PACKAGE
from brukerplan.web.log_words import WORDS
from tests.actions.world import NOW, World
from tests.web.browser import Browser, Page, text_of

LATE = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)


def act(
    world: World, at: datetime = LATE, *, action: str = "registration.read", times: int = 1
) -> None:
    with world.database.begin() as session:
        for number in range(times):
            log(
                session,
                at=at,
                user_id=world.registrar.user_id,
                action=action,
                organisation_id=None if action.startswith("user.") else world.unit,
                subject=number,
            )


def rows(page: Page) -> list[str]:
    return [text_of(row) for row in page.elements("tr")][1:]


def outstanding(page: Page) -> list[str]:
    found = page.elements("ul", class_="outstanding")
    return [text_of(item) for item in found[0]] if found else []


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


def test_the_coordinators_day_does_not_but_the_menu_leads_there(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.coordinator)

    assert browser.get("/start").location == "/kommune"
    assert "Tilgangslogg" in browser.page("/tilgangslogg").heading
    assert [link.get("href") for link in browser.page("/tilgangslogg").elements("a")].count(
        "/tilgangslogg"
    )


def test_what_stands_out_is_said_and_leads_to_its_rows(browser: Browser, world: World) -> None:
    act(world, times=2)
    act(world, NOW)
    browser.sits_down(world.officer)

    page = browser.page("/tilgangslogg")

    (said,) = outstanding(page)
    assert said.startswith("Rita Registrerer leste eller endret noe 2 ganger om natten.")
    assert "Natt til 1. desember 2026" in said
    (link,) = [
        link.get("href") or ""
        for link in page.elements("a")
        if text_of(link).startswith("Se hendelsene")
    ]
    shown = browser.page(link)
    assert len(rows(shown)) == 2
    assert all("Rita Registrerer leste en registrering" in row for row in rows(shown))


def test_refused_sign_ins_lead_to_themselves(browser: Browser, world: World) -> None:
    act(world, NOW.replace(hour=7), action="user.refused", times=6)
    browser.sits_down(world.officer)
    page = browser.page("/tilgangslogg")
    (said,) = outstanding(page)
    assert "ble avvist ved innlogging 6 ganger på rad" in said
    (link,) = [
        link.get("href") or ""
        for link in page.elements("a")
        if text_of(link).startswith("Se hendelsene")
    ]
    assert len(rows(browser.page(link))) == 6


def test_what_is_marked_as_seen_says_by_whom(browser: Browser, world: World) -> None:
    act(world)
    browser.sits_down(world.coordinator)
    page = browser.page("/tilgangslogg")

    response = browser.send(page, "/tilgangslogg/sett")

    assert response.location == "/tilgangslogg?kommune=1103"
    page = browser.page(response.location)
    assert "Merket som sett." in page.main
    assert "Sett av Kari Koordinator 1. desember 2026" in outstanding(page)[0]
    assert "Merk som sett" not in page.main


def test_a_mark_on_what_has_grown_is_not_taken(browser: Browser, world: World) -> None:
    act(world)
    browser.sits_down(world.coordinator)
    page = browser.page("/tilgangslogg")
    act(world)

    response = browser.send(page, "/tilgangslogg/sett")

    page = browser.page(response.location)
    assert "Det har kommet til mer" in page.main
    assert "Sett av" not in page.main


@pytest.mark.parametrize("kommune", ["1108", "9999", ""])
def test_nothing_is_marked_in_another_municipality(
    browser: Browser, world: World, kommune: str
) -> None:
    act(world)
    browser.sits_down(world.coordinator)
    page = browser.page("/tilgangslogg")

    assert browser.send(page, "/tilgangslogg/sett", kommune=kommune).status_code == 403


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slag", "something"),
        ("person", "0"),
        ("person", "99999999999999"),
        ("antall", "-1"),
        ("dag", "yesterday"),
        ("dag", "0001-01-01"),
    ],
)
def test_a_mark_that_cannot_be_read_is_refused(
    browser: Browser, world: World, name: str, value: str
) -> None:
    act(world)
    browser.sits_down(world.coordinator)
    page = browser.page("/tilgangslogg")

    assert browser.send(page, "/tilgangslogg/sett", **{name: value}).status_code == 400


def test_the_acts_can_be_narrowed_by_who_where_what_and_when(
    browser: Browser, world: World
) -> None:
    act(world, NOW.replace(hour=8))
    act(world, NOW.replace(hour=8), action="letter.printed")
    browser.sits_down(world.officer)
    own = f"person={world.registrar.user_id}"

    def found(query: str) -> int:
        return len(rows(browser.page(f"/tilgangslogg?{query}")))

    assert found(f"{own}&slag=read") == 1
    assert found(f"{own}&slag=print&enhet={world.unit}") == 1
    assert found(f"{own}&enhet={world.other_unit}") == 0
    assert found(f"{own}&slag=read&fra=2026-12-01&til=2026-12-01") == 1
    assert found(f"{own}&slag=read&fra=2026-12-02") == 0
    assert found(f"{own}&slag=read&til=2026-11-30") == 0
    # What was chosen stays chosen.
    page = browser.page(f"/tilgangslogg?{own}&slag=read&fra=2026-12-01")
    chosen = [text_of(each) for each in page.elements("option") if each.get("selected") is not None]
    assert chosen == ["Rita Registrerer", "Lesing om én person"]
    assert page.elements("input", id="fra")[0].get("value") == "2026-12-01"


@pytest.mark.parametrize(
    "query",
    [
        "person=x&enhet=-1&slag=alt&fra=i+går&til=0000&side=0",
        "person=99999999999999&side=99999999999999",
        "fra=9999-12-31&til=0001-01-01",
        "fra=2026-12-01T99:99&til=2026-12-01T25:00",
        "fra=2026-12-02&til=2026-12-01",
        "kommune=%00&person=%F0%9F%98%80",
        "_anchor=x&_scheme=javascript&_external=1&_method=POST&endpoint=x&side=2",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_page_all_the_same(
    browser: Browser, world: World, query: str
) -> None:
    browser.sits_down(world.officer)
    browser.page(f"/tilgangslogg?{query}")


def test_older_acts_are_a_page_away(browser: Browser, world: World) -> None:
    act(world, NOW.replace(hour=8), times=130)
    browser.sits_down(world.officer)
    address = f"/tilgangslogg?person={world.registrar.user_id}&slag=read"
    page = browser.page(address)
    assert len(rows(page)) == 100
    (older,) = [link.get("href") for link in page.elements("a") if text_of(link) == "Eldre"]
    assert older
    page = browser.page(older)
    assert len(rows(page)) == 30
    assert "Nyere" in page.main


def test_every_act_on_a_registration_has_a_word() -> None:
    source = "".join(path.read_text("utf-8") for path in (PACKAGE / "actions").glob("*.py"))
    acts = set(re.findall(r'"(registration\.[a-z]+)"', source))

    assert acts
    assert acts <= set(WORDS)
