"""Two registrations become one, letters are sent, a person says no: in a real browser."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from brukerplan.actions.accounts import grant
from brukerplan.actions.passwords import hash_password
from brukerplan.demo.accounts import PASSWORD
from brukerplan.identity import synthetic_number
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import Registration, UserAccount
from tests.actions.world import NOW, World, build
from tests.journey.planted import environment
from tests.journey.site import Site
from tests.journey.steps import press_button, sign_in, sign_out, tab_to
from tests.journey.test_accessibility import WIDER, violations

pytestmark = pytest.mark.slow

COORDINATOR, REGISTRAR = "kari@eksempel.no", "rita@eksempel.no"
DOUBLES = "/kommune/1103/2026/samme-person"
# The same as the person with serial 1.
NUMBER = synthetic_number(date(1961, 1, 1), "female", 0)


@dataclass(frozen=True, slots=True)
class Served:
    """The site, and one person's two registrations."""

    site: Site
    world: World
    own: uuid.UUID
    other: uuid.UUID


@pytest.fixture
def served(database: Database, database_url: str, tmp_path: Path) -> Iterator[Served]:
    """Persons in two units, one of them in both, served by the real command."""
    world = build(database)
    for actor in (world.registrar, world.coordinator):
        for held in actor.memberships:
            grant(
                database,
                user_id=actor.user_id,
                organisation_id=held.organisation_id,
                role=held.role,
                now=NOW,
            )
    with database.begin() as session:
        session.execute(sa.update(UserAccount).values(password_hash=hash_password(PASSWORD)))
    own = world.submit(1, informed=False, housing="green", economy="unknown")
    other = world.submit(
        1, unit_id=world.other_unit, informed=False, also_elsewhere=True, housing="red"
    )
    world.start(2, label="K-2")
    with Site(database_url, tmp_path, environment(tmp_path)) as site:
        yield Served(site, world, own, other)


@pytest.fixture
def opened(browser: Browser, served: Served) -> Iterator[Page]:
    """A browser window that knows the site's address."""
    context = browser.new_context(
        base_url=served.site.address, viewport={"width": 1280, "height": 900}, locale="nb-NO"
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def follow(page: Page, name: str) -> None:
    """Reach a link by Tab and follow it."""
    link = page.get_by_role("link", name=name).first
    link.wait_for()
    tab_to(page, f'a[href="{link.get_attribute("href")}"]')
    page.keyboard.press("Enter")


def choose(page: Page, name: str, value: str) -> None:
    """Reach a group of choices by Tab and move within it by the arrows."""
    tab_to(page, f"input[name='{name}']")
    wanted = page.locator(f"input[name='{name}'][value={value}]")
    for _ in range(2):
        if wanted.is_checked():
            break
        page.keyboard.press("ArrowDown")
    expect(wanted).to_be_checked()


def test_two_become_one_letters_are_sent_and_a_person_says_no_by_keyboard(
    opened: Page, served: Served
) -> None:
    page = opened
    sign_in(page, COORDINATOR)
    page.goto(DOUBLES)
    follow(page, "Se de to ved siden av hverandre")
    page.wait_for_url("**/samme-person/*/*")
    keeper = "first" if str(served.own) in page.url.split("/")[-2] else "second"
    expect(page.locator("fieldset")).to_have_count(2)
    choose(page, "choice-housing", "second" if keeper == "first" else "first")
    choose(page, "keep", keeper)
    press_button(page, "Slå dem sammen")
    expect(page.get_by_text("De to registreringene er slått sammen til én.")).to_be_visible()
    expect(page.get_by_text("Ingen er registrert av flere tjenester.")).to_be_visible()
    sign_out(page)

    sign_in(page, REGISTRAR)
    page.goto("/min-liste")
    follow(page, "Informasjonsbrev")
    page.wait_for_url("**/brev/*")
    expect(page.get_by_role("heading", name="Ikke sendt (2)")).to_be_visible()
    tab_to(page, f"select[name='language-{served.own}']")
    page.keyboard.press("End")
    with page.expect_download() as download:
        press_button(page, "Skriv ut de valgte (PDF)")
    letters = PdfReader(BytesIO(Path(download.value.path()).read_bytes())).pages
    assert len(letters) == 2
    press_button(page, "Merk de valgte som sendt")
    expect(page.get_by_text("2 brev er merket som sendt.")).to_be_visible()
    press_button(page, "Angre K-2")
    expect(page.get_by_role("heading", name="Ikke sendt (1)")).to_be_visible()

    follow(page, "Reservasjon")
    page.wait_for_url("**/reservasjon")
    tab_to(page, "#number")
    page.keyboard.type(NUMBER)
    press_button(page, "Lagre")
    expect(page.get_by_text("Reservasjonen er registrert.")).to_be_visible()
    expect(page.locator("#number")).to_have_value("")
    page.goto("/min-liste")
    expect(page.get_by_role("link", name="K-2")).to_be_visible()
    expect(page.get_by_role("link", name="S-1")).to_have_count(0)
    with served.world.database.read() as session:
        assert session.get(Registration, served.own) is None


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_fit_and_axe_finds_nothing(opened: Page, served: Served, width: int) -> None:
    page = opened
    page.set_viewport_size({"width": width, "height": 800})
    pair = f"{DOUBLES}/{served.own}/{served.other}"
    found = []
    for email, addresses in (
        (COORDINATOR, (DOUBLES, pair)),
        (REGISTRAR, (f"/brev/{served.world.unit}", "/reservasjon")),
    ):
        sign_in(page, email)
        for address in addresses:
            page.goto(address)
            for details in page.locator("main details").all():
                details.evaluate("element => { element.open = true; }")
            found += [f"{address} {what}" for what in violations(page)]
            if (pixels := page.evaluate(WIDER)) > 0:
                found.append(f"{address} is {pixels} px wider than the window")
        sign_out(page)

    assert found == []
