"""After a whole demo run no national number stands in database, logs or pages."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from brukerplan.identity import NationalNumberError, parse, synthetic_number
from tests.journey.demo import Demo
from tests.journey.places import REGISTRAR, walk
from tests.journey.site import Site
from tests.journey.steps import sign_in

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 22)
# Not inside a longer word of hexadecimal digits: random ids hold eleven digits now and then.
ELEVEN = re.compile(rb"(?<![0-9a-fA-F])\d{6}[ .-]?\d{5}(?![0-9a-fA-F])")


def numbers_in(content: bytes) -> list[str]:
    """Valid national numbers in it: eleven digits that hold, test numbers too."""
    found = []
    for match in ELEVEN.findall(content):
        digits = re.sub(rb"\D", b"", match).decode()
        try:
            parse(digits, today=TODAY, allow_synthetic=True)
        except NationalNumberError:
            continue
        found.append(digits)
    return found


def database_content(demo: Demo) -> bytes:
    """Everything the database has on disk, as text."""
    if demo.database.dialect == "sqlite":
        path = Path(demo.url.removeprefix("sqlite:///"))
        return b"\n".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    place = demo.url.partition("host=")[2]
    dumped = subprocess.run(
        ["pg_dump", "--host", place, "--username", "postgres", "journey"],
        capture_output=True,
        check=True,
    )
    return dumped.stdout


def test_no_national_number_is_left_anywhere(browser: Browser, site: Site, demo: Demo) -> None:
    number = synthetic_number(date(1990, 2, 3), "male", 11)
    context = browser.new_context(base_url=site.address, locale="nb-NO")
    page = context.new_page()
    sign_in(page, REGISTRAR)
    register(page, number, label="S-7001")
    page.goto("/min-liste")
    register(page, number[:-1] + str((int(number[-1]) + 1) % 10), label="S-7002")

    pages = [(page.url + page.content()).encode()]
    pages += [page.content().encode() for _, page in walk(browser, site, width=1280)]
    context.close()

    assert numbers_in(b"\n".join(pages)) == []
    assert numbers_in(database_content(demo)) == []
    assert numbers_in(site.log.read_bytes()) == []
    # The number is not hidden by being part of a longer row of digits either.
    for content in (*pages, database_content(demo), site.log.read_bytes()):
        assert number.encode() not in content


def register(page: Page, number: str, *, label: str) -> None:
    page.fill("#number", number)
    page.fill("#case_label", label)
    page.press("#case_label", "Enter")
    page.wait_for_load_state()


def test_a_number_that_was_left_would_be_found(tmp_path: Path) -> None:
    number = synthetic_number(date(1990, 2, 3), "male", 11)
    spaced = f"{number[:6]} {number[6:]}"

    assert numbers_in(f"id=77 nr={number};".encode()) == [number]
    assert numbers_in(f"<p>{spaced}</p>".encode()) == [number]
    assert numbers_in(b"12345678901") == []
