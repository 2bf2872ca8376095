"""Reading in from a file and taking out the archive, in a real browser, by keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from brukerplan.access.roles import Role
from brukerplan.actions.accounts import create_user, grant
from brukerplan.demo.accounts import PASSWORD
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import MappingRound
from tests.actions.world import NOW, World, build
from tests.files.sheets import filled, number, row
from tests.journey.site import Site
from tests.journey.steps import press_button, sign_in, tab_to
from tests.journey.test_accessibility import WIDER, violations
from tests.log_key import LOG_KEY

pytestmark = pytest.mark.slow

REGISTRAR, COORDINATOR = "registrar@eksempel.example", "coordinator@eksempel.example"


@pytest.fixture(scope="module")
def world(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Path]]:
    """A small world in a file of its own, so that nobody else's counts are changed."""
    folder = tmp_path_factory.mktemp("importing")
    shutil.copy(sqlite_template, folder / "small.sqlite")
    database = Database(f"sqlite:///{folder / 'small.sqlite'}", log_key=LOG_KEY)
    made = build(database)
    with database.begin() as session:
        session.execute(sa.update(MappingRound).values(opens_on=date(2020, 1, 1)))
    for email, role, place in (
        (REGISTRAR, Role.REGISTRAR, made.unit),
        (COORDINATOR, Role.COORDINATOR, made.municipalities["1103"]),
    ):
        user_id = create_user(
            database, email=email, name="Fiktiv Person", password=PASSWORD, now=NOW
        )
        grant(database, user_id=user_id, organisation_id=place, role=role, now=NOW)
    yield made, folder
    database.dispose()


@pytest.fixture(scope="module")
def small_site(world: tuple[World, Path]) -> Iterator[Site]:
    """The application served on it."""
    made, folder = world
    environment = {"BRUKERPLAN_MODE": "demo", "BRUKERPLAN_INSTANCE": str(folder)}
    with Site(str(made.database.engine.url), folder, environment) as served:
        yield served


@pytest.fixture(params=[1280, 320])
def page(request: pytest.FixtureRequest, browser: Browser, small_site: Site) -> Iterator[Page]:
    """A window as wide as a desk's, and one as narrow as a phone's."""
    context = browser.new_context(
        base_url=small_site.address,
        viewport={"width": request.param, "height": 900},
        locale="nb-NO",
        accept_downloads=True,
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    # A listener from the start: the browser is told to hand over its file choosers once, not
    # at the very moment the key is pressed, when the key may get there first.
    page.on("filechooser", lambda chooser: None)
    yield page
    context.close()


def is_fine(page: Page) -> None:
    """Nothing for axe to find, and nothing to scroll sideways for."""
    assert violations(page) == []
    assert page.evaluate(WIDER) == 0


def choose(page: Page, path: Path) -> None:
    """Choose a file by keyboard."""
    tab_to(page, "#file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(path)


def test_a_registrar_mends_a_file_and_reads_it_in(
    page: Page, world: tuple[World, Path], tmp_path: Path
) -> None:
    made, _ = world
    serial = 10 if page.viewport_size and page.viewport_size["width"] > 1000 else 20
    path = tmp_path / "registreringer.xlsx"
    path.write_bytes(
        filled([row(serial, housing=""), row(serial + 1), row(serial + 2, economy="Blå")])
    )
    sign_in(page, REGISTRAR)
    page.goto(f"/innlesing/{made.unit}")
    is_fine(page)

    choose(page, path)
    press_button(page, "Kontroller filen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Filen har feil")
    is_fine(page)
    lines = page.locator(".import-line")
    expect(lines).to_have_count(2)
    expect(lines.nth(0)).to_contain_text("Rad 3")
    expect(lines.nth(0)).to_contain_text("Bosituasjon")
    expect(lines.nth(1)).to_contain_text("Økonomi")

    path.write_bytes(filled([row(serial), row(serial + 1), row(serial + 2)]))
    tab_to(page, f'a[href="/innlesing/{made.unit}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/innlesing/{made.unit}")
    choose(page, path)
    press_button(page, "Kontroller filen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Filen er kontrollert")
    is_fine(page)
    choose(page, path)
    press_button(page, "Les inn")
    expect(page.get_by_role("heading", level=1)).to_have_text("Filen er lest inn")
    is_fine(page)

    page.goto("/min-liste")
    expect(page.locator("main")).to_contain_text(f"S-{serial:03}")
    assert number(serial) not in page.content()


def test_the_template_is_fetched_and_has_what_to_choose_from(
    page: Page, world: tuple[World, Path], tmp_path: Path
) -> None:
    sign_in(page, REGISTRAR)
    page.goto(f"/innlesing/{world[0].unit}")

    with page.expect_download() as fetched:
        tab_to(page, 'a[href$="mal.xlsx"]')
        page.keyboard.press("Enter")
    fetched.value.save_as(tmp_path / "mal.xlsx")

    assert load_workbook(tmp_path / "mal.xlsx").sheetnames == [
        "Registreringer",
        "Koder",
        "Slik gjør du",
    ]


def test_the_coordinator_takes_out_the_archive(
    page: Page, world: tuple[World, Path], tmp_path: Path
) -> None:
    sign_in(page, COORDINATOR)
    page.goto("/kommune/1103/2026/uttrekk")
    is_fine(page)
    press_button(page, "Hent filen")
    expect(page.locator("#feil")).to_contain_text("eget arkiv")
    is_fine(page)

    tab_to(page, "#purpose")
    page.keyboard.press("Space")
    with page.expect_download() as fetched:
        press_button(page, "Hent filen")
    fetched.value.save_as(tmp_path / "arkiv.xlsx")

    sheet = load_workbook(tmp_path / "arkiv.xlsx").worksheets[0]
    assert sheet["A1"].value == "Gradering"
