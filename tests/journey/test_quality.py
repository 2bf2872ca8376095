"""A finding becomes a question, an answer and a mark, in a real browser."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from brukerplan.actions.passwords import hash_password
from brukerplan.actions.querying import ask
from brukerplan.demo.accounts import PASSWORD
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import UserAccount
from brukerplan.persistence.tables.states import QueryQuestion
from brukerplan.questionnaire.registry import edition_for_year
from tests.actions.quality_world import GREENS, members, put, round_of, varied
from tests.actions.world import NOW, YEAR, World, build, complete
from tests.journey.planted import environment
from tests.journey.site import Site
from tests.journey.steps import press_button, sign_in, sign_out, tab_to
from tests.journey.test_accessibility import WIDER, violations

pytestmark = pytest.mark.slow

COORDINATOR, REGISTRAR, LEAD = "kari@eksempel.no", "rita@eksempel.no", "liv@eksempel.no"
FINDINGS = "/kommune/1103/2026/kvalitet"


@dataclass(frozen=True, slots=True)
class Checked:
    """The site, and the registration whose birth year is another than last year's."""

    site: Site
    world: World
    registration_id: uuid.UUID


@pytest.fixture
def checked(database: Database, database_url: str, tmp_path: Path) -> Iterator[Checked]:
    """A municipality with findings of every kind of reach, served by the real command."""
    world = build(database)
    members(world)
    with database.begin() as session:
        session.execute(sa.update(UserAccount).values(password_hash=hash_password(PASSWORD)))
    put(world, round_of(world, 2025), [(7, varied(7) | {"birth_year": 1951})])
    whole = complete(edition_for_year(YEAR), **varied(7) | {"birth_year": 1961})
    (registration_id,) = put(world, world.round_id, [(7, whole)])
    put(
        world,
        world.round_id,
        [(n, varied(n) | GREENS) for n in range(20, 26)],
        unit_id=world.other_unit,
    )
    with Site(database_url, tmp_path, environment(tmp_path)) as site:
        yield Checked(site, world, registration_id)


@pytest.fixture
def opened(browser: Browser, checked: Checked) -> Iterator[Page]:
    """A browser window that knows the site's address."""
    context = browser.new_context(
        base_url=checked.site.address, viewport={"width": 1280, "height": 900}, locale="nb-NO"
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def follow(page: Page, name: str) -> None:
    """Reach a link by Tab and follow it."""
    link = page.get_by_role("link", name=name).first
    link.wait_for()
    address = link.get_attribute("href")
    tab_to(page, f'a[href="{address}"]')
    page.keyboard.press("Enter")


def answer(page: Page, code: str) -> None:
    """Choose an answer and send it, by keyboard alone."""
    page.wait_for_url("**/sporsmal/**")
    # One stop for the whole group; the arrows move within it.
    tab_to(page, "input[name=answer]")
    page.keyboard.press("Space")
    for _ in range(3):
        if page.locator(f"input[value={code}]").is_checked():
            break
        page.keyboard.press("ArrowDown")
    expect(page.locator(f"input[value={code}]")).to_be_checked()
    press_button(page, "Send svaret")


def test_a_finding_is_asked_about_corrected_answered_closed_and_marked_by_keyboard(
    opened: Page, checked: Checked
) -> None:
    page = opened
    sign_in(page, COORDINATOR)
    page.goto(FINDINGS)
    expect(page.get_by_text("Fødselsåret er et annet enn i 2025.")).to_be_visible()
    press_button(page, "Spør tjenesten om K-7: Endret fødselsår")
    expect(page.get_by_text("Venter på svar").first).to_be_visible()
    expect(page.get_by_text("Rita Registrerer skal svare.")).to_be_visible()
    sign_out(page)

    sign_in(page, REGISTRAR)
    page.goto("/min-liste")
    follow(page, "K-7")
    follow(page, "Svar på spørsmålet")
    answer(page, "corrected")
    summary = page.locator("#feil")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("ikke endret etter at spørsmålet ble stilt")

    follow(page, "Åpne registreringen")
    press_button(page, "Åpne registreringen igjen")
    page.wait_for_url(f"**/registrering/{checked.registration_id}")
    page.locator("input[name=birth_year]").wait_for()
    tab_to(page, "input[name=birth_year]")
    page.keyboard.press("Control+a")
    page.keyboard.type("1951")
    page.keyboard.press("Control+s")
    expect(page.locator(".foot__saved")).to_contain_text("Lagret")
    page.goto(f"/registrering/{checked.registration_id}/se-over")
    follow(page, "Svar på spørsmålet")
    answer(page, "corrected")
    page.wait_for_url(f"**/registrering/{checked.registration_id}")
    page.goto(f"/registrering/{checked.registration_id}/se-over")
    press_button(page, "Send inn og gå til neste")
    page.wait_for_url("**/min-liste**")
    sign_out(page)

    sign_in(page, COORDINATOR)
    page.goto(FINDINGS)
    expect(page.get_by_text("Besvart: Det er rettet").first).to_be_visible()
    press_button(page, "Avslutt spørsmålet om K-7: Fødselsår: Er svaret riktig?")
    expect(page.get_by_text("1 avsluttet spørsmål")).to_be_visible()
    # Corrected: the finding is gone.
    expect(page.get_by_text("Fødselsåret er et annet enn i 2025.")).to_have_count(0)
    sign_out(page)

    sign_in(page, LEAD)
    page.goto(f"/registrering/{checked.registration_id}/se-over")
    press_button(page, "Merk som kontrollert")
    expect(page.get_by_role("button", name="Fjern merket")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_fit_and_axe_finds_nothing(opened: Page, checked: Checked, width: int) -> None:
    page = opened
    page.set_viewport_size({"width": width, "height": 800})
    query = ask(
        checked.world.database,
        by=checked.world.coordinator,
        registration_id=checked.registration_id,
        question=QueryQuestion.IS_THE_ANSWER_RIGHT,
        variable="birth_year",
        now=NOW,
    )
    about = f"/registrering/{checked.registration_id}"
    places = (
        (COORDINATOR, (FINDINGS, f"{about}/sporsmal")),
        (LEAD, (f"/tjeneste/{checked.world.unit}/2026/kvalitet", f"{about}/se-over")),
        (REGISTRAR, (f"/sporsmal/{query.id}", f"{about}/se-over", about)),
    )
    found = []
    for email, addresses in places:
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
