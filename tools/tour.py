"""Make the pictures of the tour: pages in the browser, and pages of the reports.

The pictures are of a fresh synthetic demo. ``docs/tour/made-of.txt`` keeps a digest of what
pages are made of, so that a test can tell when the tour must be made anew.
"""

from __future__ import annotations

import hashlib
import io
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from brukerplan.demo.accounts import PASSWORD
from tests.journey.browser import launch
from tests.journey.demo import filled_demo
from tests.journey.site import Site

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "tour"
MADE_OF = TARGET / "made-of.txt"
PARTS = ("web/templates", "web/static", "reports/templates", "reports/static")
YEARS = range(2015, 2027)
WIDTH, HEIGHT, PHONE = 1280, 860, 320
SHOWN_WIDTH = 900
A_DRAFT = ".person:has-text('Påbegynt') a"
TEST_NUMBER = re.compile(r"\b\d{11}\b")

REGISTRAR = "registrator.stavanger@demo.example"
ANALYST = "analytiker@demo.example"
COMPARED = (
    "/utforsk?tabell=housing&kategori=housing:yellow&omrade=kommune:1103&omrade=kommune:1108"
    "&omrade=kommune:1127&omrade=helseforetak:stavanger&fra=2019&til=2025"
)
OPEN_PAGES = {
    "results": "/resultater/kommune/1103",
    "report-page": "/resultater/kommune/1103/2025/rapport.html",
    "codebook": "/kodebok/2026",
}
PAGES_OF = {
    REGISTRAR: {"opt-out": "/reservasjon"},
    "leder.stavanger@demo.example": {"lead": "/min-liste"},
    "koordinator.stavanger@demo.example": {
        "coordinator": "/kommune/1103/2026",
        "units": "/kommune/1103/2026/tjenester",
        "quality": "/kommune/1103/2026/kvalitet",
        "terms": "/kommune/1103/2026/vilkar",
    },
    "forvalter@demo.example": {"round": "/runde/2026"},
    ANALYST: {
        "explorer": f"{COMPARED}#visning",
        "monitor": "/planene/psykisk-helse-2023-2033?omrade=helseforetak:stavanger",
    },
}
PHONE_PAGES_OF = {
    ANALYST: {
        "explorer-phone": "/utforsk?fra=2023&til=2025#visning",
        "monitor-phone": "/planene/psykisk-helse-2023-2033?omrade=helseforetak:stavanger",
    }
}
# File, municipality, language, and the pages to keep.
REPORTS = (
    ("report-stavanger", "1103", "nb", (0, 2, 5)),
    ("report-kvitsoy", "1144", "nn", (2,)),
    ("report-english", "1103", "en", (2,)),
)


def main() -> int:
    """Fill a demo, walk through it and write the pictures."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for picture in TARGET.glob("*.png"):
        picture.unlink()
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        place = Path(folder)
        heard: list[str] = []
        url = f"sqlite:///{place / 'demo.sqlite'}"
        demo = filled_demo(url, place, years=YEARS, told=heard.append)
        known = TEST_NUMBER.findall(heard[-1])[0]
        with Site(demo.url, place, demo.environment) as site:
            _pages(browser, site.address)
            _registering(browser, site.address, known)
            _two_at_once(browser, site.address)
            _duplicate(browser, site.address)
            _letters(browser, site.address)
            _reports(browser, site.address)
    MADE_OF.write_text(digest() + "\n", encoding="ascii")
    return 0


def digest() -> str:
    """Digest of every file that decides what the pictures show."""
    whole = hashlib.sha256()
    for part in PARTS:
        for path in sorted((ROOT / "brukerplan" / part).rglob("*")):
            if path.is_file():
                whole.update(path.name.encode())
                whole.update(path.read_bytes())
    return whole.hexdigest()


def _pages(browser: Browser, address: str) -> None:
    with _window(browser, address) as page:
        page.goto("/logg-inn")
        _keep(page, "sign-in")
        for name, path in OPEN_PAGES.items():
            page.goto(path)
            _keep(page, name)
    for width, pages_of in ((WIDTH, PAGES_OF), (PHONE, PHONE_PAGES_OF)):
        for email, pages in pages_of.items():
            with _window(browser, address, email, width=width) as page:
                for name, path in pages.items():
                    page.goto(path)
                    _keep(page, name)


def _registering(browser: Browser, address: str, known: str) -> None:
    """A person known from last year, an incomplete one, and the same page on a phone."""
    with _window(browser, address, REGISTRAR) as page:
        page.goto("/min-liste")
        _keep(page, "my-list")
        page.locator(A_DRAFT).first.click()
        page.locator("#del-function").scroll_into_view_if_needed()
        _keep(page, "registration")
        page.locator('button[value="submit"]').click()
        page.locator("#feil").wait_for()
        _keep(page, "what-is-missing")
        page.goto("/min-liste")
        page.fill("#number", known)
        page.press("#case_label", "Enter")
        page.locator("[data-accept]").first.wait_for()
        _keep(page, "carried-over")
        page.get_by_role("link", name="Historikk").click()
        _keep(page, "history")
        page.goto("/min-liste")
        page.get_by_role("link", name="Les inn fra fil").click()
        _keep(page, "import")
    with _window(browser, address, REGISTRAR, width=PHONE) as page:
        page.goto("/min-liste")
        _keep(page, "my-list-phone")
        page.locator(A_DRAFT).first.click()
        page.locator("#del-function").scroll_into_view_if_needed()
        _keep(page, "registration-phone")


def _two_at_once(browser: Browser, address: str) -> None:
    """Two windows on the same draft: both versions are kept, and one is chosen."""
    with (
        _window(browser, address, REGISTRAR) as one,
        _window(browser, address, REGISTRAR) as other,
    ):
        one.goto("/min-liste")
        href = one.locator(A_DRAFT).first.get_attribute("href")
        assert href, "the demo's registrar has no draft"
        for page in (one, other):
            page.goto(href)
            page.locator("#economy-green").wait_for()
        for page, choice in ((one, "red"), (other, "yellow")):
            page.locator(f'label[for="economy-{choice}"]').click()
            page.locator('[data-saved]:not([data-state="saving"])').wait_for()
            page.wait_for_timeout(1_500)
        other.locator('a[href*="to-versjoner"]').first.wait_for()
        address_of_both = other.locator('a[href*="to-versjoner"]').first.get_attribute("href")
        assert address_of_both
        other.goto(address_of_both)
        _keep(other, "two-versions")


def _duplicate(browser: Browser, address: str) -> None:
    with _window(browser, address, "koordinator.stavanger@demo.example") as page:
        page.goto("/kommune/1103/2026/samme-person")
        page.locator("main a[href*='/samme-person/']").first.click()
        _keep(page, "same-person")


def _letters(browser: Browser, address: str) -> None:
    with _window(browser, address, REGISTRAR) as page:
        page.goto("/min-liste")
        page.get_by_role("link", name="Informasjonsbrev").click()
        _keep(page, "letters")
        with page.expect_download() as printed:
            page.get_by_role("button", name="Skriv ut de valgte (PDF)").click()
        letter = pypdfium2.PdfDocument(printed.value.path())
        _write(letter[0].render(scale=1.2).to_pil(), "letter")


def _reports(browser: Browser, address: str) -> None:
    with _window(browser, address) as page:
        for name, code, language, kept in REPORTS:
            path = f"/resultater/kommune/{code}/2025/rapport.pdf?sprak={language}"
            printed = pypdfium2.PdfDocument(page.request.get(path).body())
            for number in kept:
                image = printed[number].render(scale=1.2).to_pil()
                _write(image, f"{name}-{number + 1}")


@contextmanager
def _window(
    browser: Browser, address: str, email: str | None = None, *, width: int = WIDTH
) -> Iterator[Page]:
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": HEIGHT}, locale="nb-NO"
    )
    page = context.new_page()
    if email:
        page.goto("/logg-inn")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(lambda url: "/logg-inn" not in url)
    yield page
    context.close()


def _keep(page: Page, name: str) -> None:
    _write(Image.open(io.BytesIO(page.screenshot())), name)


def _write(image: Image.Image, name: str) -> None:
    """Write a small picture: a picture of flat colours needs no more than a palette."""
    if image.width > SHOWN_WIDTH:
        height = round(image.height * SHOWN_WIDTH / image.width)
        image = image.resize((SHOWN_WIDTH, height), Image.Resampling.LANCZOS)
    image.convert("RGB").quantize(256).save(TARGET / f"{name}.png", optimize=True)
    print(TARGET / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
