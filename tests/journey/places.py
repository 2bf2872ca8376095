"""Every kind of page, with who may open it, for tests that look at all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page

from tests.journey.site import Site
from tests.journey.steps import sign_in

REGISTRAR = "registrator.stavanger@demo.example"
FIRST_DRAFT = ".person:has-text('Påbegynt') a, .person:has-text('Started') a"


@dataclass(frozen=True, slots=True)
class Place:
    """An address, or a way to one for what has no fixed address."""

    name: str
    address: str
    account: str | None = None
    status: int = 200


SIDE_BY_SIDE = "&".join(
    (
        "tabell=housing",
        *(f"omrade={each}" for each in ("kommune:1103", "kommune:1144", "helseforetak:stavanger")),
    )
)

PLACES = (
    Place("front", "/"),
    Place("sign-in", "/logg-inn"),
    Place("results", "/resultater"),
    Place("municipality results", "/resultater/kommune/1103"),
    Place("hidden results", "/resultater/kommune/1144"),
    Place("trust results", "/resultater/helseforetak/stavanger"),
    Place("report", "/resultater/kommune/1103/2025/rapport.html"),
    Place("report of a small place", "/resultater/kommune/1144/2025/rapport.html"),
    Place("explorer", "/utforsk"),
    Place("explorer of areas side by side", f"/utforsk?{SIDE_BY_SIDE}"),
    Place("explorer of a bad address", "/utforsk?tabell=x&omrade=y&fra=1", status=400),
    Place("plans", "/planene"),
    Place("plan", "/planene/psykisk-helse-2023-2033"),
    Place("plan without numbers", "/planene/rusfeltet-2016-2020"),
    Place("codebook", "/kodebok/2026"),
    Place("accessibility", "/tilgjengelighet"),
    Place("privacy", "/personvern"),
    Place("no invitation", "/invitasjon", status=404),
    Place("not found", "/finnes-ikke", status=404),
    Place("my list", "/min-liste", REGISTRAR),
    Place("registration", "draft", REGISTRAR),
    Place("review", "draft/se-over", REGISTRAR),
    Place("history", "draft/historikk", REGISTRAR),
    Place("municipality", "/kommune/1103/2026", "koordinator.stavanger@demo.example"),
    Place("terms", "/kommune/1103/2026/vilkar", "koordinator.stavanger@demo.example"),
    Place("quality checks", "/kommune/1103/2026/kvalitet", "koordinator.stavanger@demo.example"),
    Place("units and people", "/kommune/1103/2026/tjenester", "koordinator.stavanger@demo.example"),
    Place("forbidden", "/kommune/1108/2026", "koordinator.stavanger@demo.example", 403),
    Place("archive", "/kommune/1103/2026/uttrekk", "koordinator.stavanger@demo.example"),
    Place("access log", "/tilgangslogg", "personvern.stavanger@demo.example"),
    Place("rounds", "/runder", "forvalter@demo.example"),
    Place("plan of a round", "/runder/ny", "forvalter@demo.example"),
    Place("round", "/runde/2026", "forvalter@demo.example"),
    Place("released round", "/runde/2025", "forvalter@demo.example"),
)


def walk(browser: Browser, site: Site, *, width: int) -> Iterator[tuple[Place, Page]]:
    """Open every place in turn, signed in as whoever may see it."""
    context: BrowserContext | None = None
    page: Page | None = None
    account: str | None = ""
    for place in PLACES:
        if context is None or page is None or place.account != account:
            if context is not None:
                context.close()
            account = place.account
            context = browser.new_context(
                base_url=site.address,
                viewport={"width": width, "height": 800},
                locale="nb-NO",
            )
            page = context.new_page()
            if account:
                sign_in(page, account)
        answer = page.goto(_address(page, place))
        assert answer is not None, place
        assert answer.status == place.status, place
        yield place, page
    if context is not None:
        context.close()


def _address(page: Page, place: Place) -> str:
    if not place.address.startswith("draft"):
        return place.address
    page.goto("/min-liste")
    found = page.locator(FIRST_DRAFT).first.get_attribute("href")
    assert found, "the demo's registrar has no draft"
    return found + place.address.removeprefix("draft")
