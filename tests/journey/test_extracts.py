"""An extract from the asking to the file, in a real browser, on a wide screen and on a phone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, expect

from tests.journey.site import Site
from tests.journey.steps import sign_in, sign_out
from tests.journey.test_accessibility import WIDER, violations

pytestmark = pytest.mark.slow

ANALYST, ADMINISTRATOR = "analytiker@demo.example", "forvalter@demo.example"
LIST, ASK = "/forskningsuttrekk", "/forskningsuttrekk/nytt"


@pytest.mark.parametrize("width", [1280, 320])
def test_an_extract_is_counted_asked_for_approved_and_fetched(
    browser: Browser, site: Site, width: int, tmp_path: Path
) -> None:
    context = browser.new_context(
        base_url=site.address, viewport={"width": width, "height": 900}, locale="nb-NO"
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    found: list[str] = []

    def look(name: str) -> None:
        found.extend(f"{name}: {what}" for what in violations(page))
        if (wider := page.evaluate(WIDER)) > 0:
            found.append(f"{name} is {wider} px wider than the window")

    sign_in(page, ANALYST)
    page.goto(ASK)
    look("ask")
    page.get_by_role("button", name="Send søknaden").click()
    expect(page.locator("#feil")).to_be_focused()
    look("errors")
    for label in ("2024", "Kommune", "Aldersgruppe", "Ja, samme pseudonym hvert år"):
        page.get_by_label(label, exact=True).check()
    page.locator("summary", has_text="Bakgrunn").click()
    page.get_by_label("Kjønn", exact=True).check()
    page.get_by_role("button", name="Tell opp").click()
    page.get_by_role("cell", name="Som valgt").or_(
        page.get_by_role("rowheader", name="Som valgt")
    ).wait_for()
    expect(page.locator("#like")).to_be_in_viewport()
    look("counted")
    page.get_by_label("Helseforetaksområde", exact=True).check()
    for field, text in (
        ("project", "Trygg bolig"),
        ("recipient", "Universitetet i Vestlandet"),
        ("purpose", "Undersøke om flere bor trygt."),
        ("legal_reference", "REK vest 2026/123456"),
        ("expires_on", f"{datetime.now(UTC) + timedelta(days=30):%d.%m.%Y}"),
    ):
        page.locator(f"#{field}").fill(text)
    page.get_by_role("button", name="Send søknaden").click()
    page.get_by_text("Du har selv søkt, så en annen avgjør.").wait_for()
    address = page.url
    page.goto(LIST)
    look("list")
    sign_out(page)

    sign_in(page, ADMINISTRATOR)
    page.goto(address)
    look("decide")
    page.get_by_label(re.compile("Jeg har vurdert")).check()
    page.get_by_role("button", name="Godkjenn").click()
    page.get_by_text("Uttrekket er godkjent.").wait_for()
    look("approved")
    sign_out(page)

    sign_in(page, ANALYST)
    page.goto(address)
    look("fetch")
    page.get_by_label("SPSS (.sav)").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent filen").click()
    path = tmp_path / "extract.zip"
    download.value.save_as(path)
    names = ZipFile(path).namelist()
    assert [name.rsplit(".", 1)[1] for name in names] == ["sav", "md"]
    context.close()
    assert found == []
