"""The coordinator approves, the trust freezes and publishes, and everyone can read."""

from __future__ import annotations

import sqlalchemy as sa

from brukerplan.persistence.tables import RoundUnit
from tests.actions.world import CODES, World
from tests.web.browser import Browser, Page


def test_the_coordinator_sees_who_is_missing_and_cannot_approve_yet(
    browser: Browser, world: World
) -> None:
    world.start(1)
    browser.sits_down(world.coordinator)

    page = browser.page("/kommune/1103/2026")

    assert "Mangler: disse tjenestene har ikke levert" in page.main
    assert "1 påbegynt registrering" in page.main
    assert page.elements("button", aria_disabled="true")
    refused = browser.send(page, "/kommune/1103/2026/godkjenn")
    assert refused.status_code == 409
    assert "kan ikke godkjennes ennå" in Page(refused).main


def test_the_coordinators_menu_leads_to_the_own_municipality(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.coordinator)

    assert browser.get("/start").location == "/kommune"
    assert browser.get("/kommune").location == "/kommune/1103/2026"


def test_an_approved_municipality_can_be_opened_again(browser: Browser, world: World) -> None:
    world.approve(["1103"], persons=1)
    browser.sits_down(world.coordinator)
    page = browser.page("/kommune/1103/2026")
    assert "Godkjent" in page.main

    without = browser.send(page, "/kommune/1103/2026/apne")
    assert without.status_code == 409
    assert "Velg hvorfor" in Page(without).main
    browser.send(page, "/kommune/1103/2026/apne", reason="answer_wrong")

    opened = browser.page("/kommune/1103/2026")
    assert "åpnet igjen: Et svar er feil" in opened.main
    assert browser.send(opened, "/kommune/1103/2026/godkjenn", seen="yes").status_code == 303


def test_the_trust_sees_every_municipality(browser: Browser, world: World) -> None:
    world.approve(["1103"], persons=1)
    browser.sits_down(world.administrator)

    page = browser.page("/runde/2026")

    assert f"1 av {len(CODES)} kommuner har godkjent" in page.main
    assert "4 kommuner har ikke godkjent" in page.main
    assert "2026" in browser.page("/runder").main


def test_freezing_asks_for_certainty_first(browser: Browser, world: World) -> None:
    world.approve(["1103"], persons=1)
    browser.sits_down(world.administrator)

    page = browser.page("/runde/2026")
    response = browser.send(page, "/runde/2026/frys")

    assert response.status_code == 400
    assert Page(response).elements("a", href="#understood")
    assert "Frys runden" in browser.page("/runde/2026").main


def test_a_round_without_approval_is_not_frozen_and_says_why(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.administrator)

    response = browser.send(browser.page("/runde/2026"), "/runde/2026/frys", understood="yes")

    assert response.status_code == 409
    assert "Ingen kommuner er godkjent" in Page(response).main


def test_the_trust_sees_a_share_and_not_how_many_were_sent_in(
    browser: Browser, world: World
) -> None:
    world.approve(persons=13)
    expects(world, 20)
    browser.sits_down(world.coordinator)
    assert "13" in words(browser.page("/kommune/1103/2026"))
    browser.sits_down(world.administrator)

    open_page = browser.page("/runde/2026")
    browser.send(open_page, "/runde/2026/frys", understood="yes")
    frozen_page = browser.page("/runde/2026")

    assert "100" in words(open_page)
    assert "100" not in words(frozen_page)
    # Thirteen in each of two units.
    assert not {"13", "26"} & (words(open_page) | words(frozen_page))


def test_the_trust_cannot_count_a_small_municipality_by_its_share(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.administrator)
    seen = set()
    for serial in range(1, 5):
        world.submit(serial)
        seen |= words(browser.page("/runde/2026"))
    # One, two, three of four would be 25, 50 and 75 percent.
    assert not {"25", "50", "75", "100"} & seen
    assert "Få personer er ventet, så andelen vises ikke" in browser.page("/runde/2026").main

    # Of many it is told in tens: five of 31 are 16 percent.
    expects(world, 30)
    world.submit(5)
    found = words(browser.page("/runde/2026"))
    assert "10" in found
    assert "16" not in found


def test_what_a_single_municipality_sent_in_is_not_told_when_it_is_frozen(
    browser: Browser, world: World
) -> None:
    world.approve(["1101"], persons=3)
    browser.sits_down(world.administrator)

    response = browser.send(browser.page("/runde/2026"), "/runde/2026/frys", understood="yes")

    assert response.status_code == 303
    page = browser.page("/runde/2026")
    assert "Runden er frosset, med 1 kommune." in page.main
    assert not {"3", "6"} & words(page)


def expects(world: World, persons: int) -> None:
    """Let one unit of Stavanger expect so many persons."""
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundUnit).where(RoundUnit.unit_id == world.unit).values(expected=persons)
        )


def words(page: Page) -> set[str]:
    """Every word of the page's main part, and what its pictures and bars say of themselves."""
    main = page.elements("main")[0]
    return set(page.main.split()) | {
        value for each in main.iter() for value in each.attrib.values()
    }


def test_a_round_goes_from_frozen_to_published_results(browser: Browser, world: World) -> None:
    world.approve(persons=12)
    browser.sits_down(world.administrator)

    for action, typed in (("frys", "yes"), ("bygg", ""), ("publiser", "yes")):
        page = browser.page("/runde/2026")
        assert "Ingen tall er publisert ennå" in browser.page("/resultater").main
        response = browser.send(page, f"/runde/2026/{action}", understood=typed)
        assert response.status_code == 303, action

    assert "publisert" in browser.page("/runde/2026").main
    index = browser.page("/resultater")
    assert index.elements("a", href="/resultater/kommune/1103")
    for language in ("nb", "nn", "en"):
        area = browser.page(f"/resultater/kommune/1103?sprak={language}")
        assert len(area.elements("figure")) == 9, "the overall level and eight areas"
        assert len(area.elements("table")) == 9, "a table beside every chart"
    browser.page("/resultater/helseforetak/stavanger?sprak=nb")
    report = browser.page("/resultater/kommune/1103/2026/rapport.html")
    assert report.elements("article")
    for language in ("nb", "nn", "en"):
        printable = f"/resultater/kommune/1103/2026/rapport.pdf?sprak={language}"
        assert report.elements("a", href=printable), "the page leads to its own PDF"
    printed = browser.get("/resultater/kommune/1103/2026/rapport.pdf?sprak=nn")
    assert printed.mimetype == "application/pdf"
    assert printed.data.startswith(b"%PDF")
    # A report in another language does not change the language of the pages.
    assert browser.page("/resultater").elements("html")[0].get("lang") == "nb"


def test_results_that_are_not_there_are_404_with_the_reason(browser: Browser, world: World) -> None:
    for address in (
        "/resultater/kommune/1103",
        "/resultater/planet/jorda",
        "/resultater/kommune/1103/2026/rapport.pdf",
        "/resultater/kommune/1102/2026/rapport.html",
    ):
        browser.page(address, status=404)
    gone = browser.page("/resultater/kommune/1102/2026/rapport.html", status=404)
    assert "1108" in gone.main
