"""Make the pictures of the tour: pages in the browser, and pages of the report.

The pictures are of a fresh synthetic demo, so they change only when the product does.
"""

from __future__ import annotations

import io
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

TARGET = Path(__file__).resolve().parent.parent / "docs" / "tour"
YEARS = range(2015, 2027)
WIDTH, HEIGHT = 1280, 860
SHOWN_WIDTH = 900
A_DRAFT = ".person:has-text('Påbegynt') a"

OPEN_PAGES = {
    "results": "/resultater/kommune/1103",
    "report-page": "/resultater/kommune/1103/2025/rapport.html",
    "codebook": "/kodebok/2026",
}
PAGES_OF = {
    "koordinator.stavanger@demo.example": {"coordinator": "/kommune/1103/2026"},
    "forvalter@demo.example": {"round": "/runde/2026"},
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
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        launch(playwright) as browser,
    ):
        place = Path(folder)
        demo = filled_demo(f"sqlite:///{place / 'demo.sqlite'}", place, years=YEARS)
        with Site(demo.url, place, demo.environment) as site:
            _pages(browser, site.address)
            _reports(browser, site.address)
    return 0


def _pages(browser: Browser, address: str) -> None:
    with _window(browser, address) as page:
        page.goto("/logg-inn")
        _keep(page, "sign-in")
        for name, path in OPEN_PAGES.items():
            page.goto(path)
            _keep(page, name)
    with _window(browser, address, "registrator.stavanger@demo.example") as page:
        page.goto("/min-liste")
        _keep(page, "my-list")
        page.locator(A_DRAFT).first.click()
        page.locator("#del-function").scroll_into_view_if_needed()
        _keep(page, "registration")
        page.goto(page.url.partition("#")[0] + "/se-over")
        _keep(page, "review")
    for email, pages in PAGES_OF.items():
        with _window(browser, address, email) as page:
            for name, path in pages.items():
                page.goto(path)
                _keep(page, name)
    with _window(browser, address, "registrator.stavanger@demo.example", width=320) as page:
        page.goto("/min-liste")
        page.locator(A_DRAFT).first.click()
        page.locator("#del-function").scroll_into_view_if_needed()
        _keep(page, "registration-phone")


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
