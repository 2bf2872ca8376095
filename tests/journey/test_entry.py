"""Registering in a real browser: by keyboard alone, without a net, with two at once, on a phone."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, expect

from brukerplan.actions.registering import submit_registration
from brukerplan.identity.national_number import synthetic_number
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.registrations import RegistrationView, registration
from brukerplan.persistence.tables import MappingRound
from brukerplan.questionnaire.registry import edition_for_year
from tests.actions.earlier import begin, december, in_year
from tests.actions.world import YEAR, World, complete, person
from tests.journey.planted import Planted, environment, plant
from tests.journey.site import Site
from tests.journey.steps import answer_everything, sign_in
from tests.journey.test_accessibility import WIDER, violations

pytestmark = pytest.mark.slow

KNOWN, UNCHANGED_BUDGET = (200, 201, 202, 203), 15
ELSEWHERE, NEW = 300, 301
COVERED = """() => {
  const at = document.activeElement.closest(".choice, .option") ?? document.activeElement;
  const foot = document.querySelector(".foot");
  if (foot.contains(at)) return false;
  const heading = at.closest("section")?.querySelector(".section__heading");
  const box = at.getBoundingClientRect();
  const top = heading && !heading.contains(at) ? heading.getBoundingClientRect().bottom : 0;
  return box.top < top - 1 || box.bottom > foot.getBoundingClientRect().top + 1;
}"""
KEPT_BY_THE_BROWSER = """async () => [
  localStorage.length,
  sessionStorage.length,
  (await indexedDB.databases()).length,
  (await caches.keys()).length,
  (await navigator.serviceWorker.getRegistrations()).length,
]"""


@dataclass(frozen=True, slots=True)
class Desk:
    """The served world, and the registrars who sit down in it."""

    world: World
    database: Database
    site: Site
    people: tuple[Planted, ...]

    def stored(self, address: str) -> RegistrationView:
        """What the database holds of the registration at an address."""
        name = address.partition("#")[0].rsplit("/", 1)[1]
        with self.database.read() as session:
            found = registration(session, uuid.UUID(name))
        assert found is not None
        return found


@pytest.fixture(scope="module")
def desk(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One engine is enough: what is tested here happens in the browser."""
    folder = tmp_path_factory.mktemp("entry")
    path = shutil.copy(sqlite_template, folder / "entry.sqlite")
    database = Database(f"sqlite:///{path}")
    world, people = plant(database, 8)
    _register_last_year(world)
    world.start(ELSEWHERE, label="H-300", unit_id=world.other_unit)
    with Site(f"sqlite:///{path}", folder, environment(folder)) as site:
        yield Desk(world, database, site, people)
    database.dispose()


@pytest.fixture
def window(browser: Browser, desk: Desk) -> Iterator[BrowserContext]:
    """A browser of one's own, of the size of a desk."""
    context = browser.new_context(
        base_url=desk.site.address, viewport={"width": 1280, "height": 860}, locale="nb-NO"
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()


def test_a_known_person_is_done_in_fifteen_keys(window: BrowserContext, desk: Desk) -> None:
    page = at_the_list(window, desk.people[0])

    page.keyboard.type(number_of(KNOWN[0]))
    page.keyboard.press("Enter")
    page.wait_for_url("**/registrering/*")
    met, pressed = answer_everything(page, {})
    address = page.url
    page.keyboard.press("Enter")
    page.wait_for_url("**/min-liste*")

    assert met == [], "nothing was left to answer"
    assert 1 + pressed + 1 <= UNCHANGED_BUDGET
    expect(page.locator("#number")).to_be_focused()
    assert desk.stored(address).state == "submitted"
    assert desk.stored(address).case_label == f"F-{KNOWN[0]}"


def test_a_changed_answer_is_given_by_its_key_before_the_section_is_accepted(
    window: BrowserContext, desk: Desk
) -> None:
    page = at_the_list(window, desk.people[0])
    page.keyboard.type(number_of(KNOWN[1]))
    page.keyboard.press("Enter")
    page.wait_for_url("**/registrering/*")
    page.keyboard.press("Enter")
    expect(page.locator("#del-function [data-accept]")).to_be_focused()

    page.keyboard.press("Tab")
    page.keyboard.press("3")

    expect(page.locator("#housing-red")).to_be_checked()
    expect(page.locator("#q-work_activity :focus")).to_have_count(1)
    # Past the section's last question waits its acceptance.
    for _ in range(7):
        page.keyboard.press("Enter")
    expect(page.locator("#del-function [data-accept]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#del-living [data-accept]")).to_be_focused()
    expect(page.locator("#del-function [data-confirmed]")).to_be_visible()


def test_a_new_person_costs_hardly_more_keys_than_answers(
    window: BrowserContext, desk: Desk
) -> None:
    page = at_the_list(window, desk.people[0])
    page.keyboard.type(number_of(NEW))
    # After the eleventh digit the keyboard is in the next field, as its help says.
    expect(page.locator("#case_label")).to_be_focused()
    page.keyboard.type("N-1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registrering/*")

    keys = {
        "substance_problem": "3",
        "substances": "12",
        "main_substance": "1",
        "children_under_18": "1",
        "housing": "2",
    }
    met, pressed = answer_everything(page, keys, services=("f3", "k3", "r2", "ps4"))
    address = page.url
    page.keyboard.press("Enter")
    page.wait_for_url("**/min-liste*")

    answers = desk.stored(address).answers
    needed = [name for name, value in answers.items() if value != "no_need"]
    assert answers["service_gp"] == "receives_covers"
    assert answers["service_tsb_outpatient"] == "needs_not_received"
    assert answers["substances"] == frozenset({"alcohol", "cannabis"})
    assert "child_welfare_involved" in met, "what applies is asked"
    assert "lar_follow_up" not in met, "what does not apply is not asked"
    assert pressed + 1 <= 1.3 * len(needed)
    assert desk.stored(address).state == "submitted"


def test_what_is_missing_is_mended_by_keyboard_from_the_summary(
    window: BrowserContext, desk: Desk
) -> None:
    page = opened(window, desk, 1)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#feil")).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.locator("#q-substance_problem :focus")).to_have_count(1)
    keys = {"main_substance": "1", "substances": "1", "housing": "1", "housing_situation": "9"}
    answer_everything(page, keys)
    page.keyboard.press("Enter")

    # What is odd is asked once, with a reason; the next number key goes on.
    expect(page.locator("#feil")).to_be_focused()
    page.keyboard.press("Enter")
    while page.locator(".confirm.question--wrong").count():
        page.keyboard.press("1")
    expect(page.locator('button[value="submit"]')).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/min-liste*")
    assert desk.stored(desk.people[1].address).confirmed["without_housing_not_red"] == "situation"


def test_what_is_told_first_is_read_first(window: BrowserContext, desk: Desk) -> None:
    page = at_the_list(window, desk.people[0])
    page.keyboard.type(number_of(0))
    page.keyboard.press("Enter")
    page.wait_for_url("**/registrering/*")

    expect(page.get_by_text("Tjenesten hadde alt begynt på denne registreringen.")).to_be_visible()
    expect(page.locator(".ds-alert")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#q-substance_problem :focus")).to_have_count(1)


def test_a_mouse_moves_nothing(window: BrowserContext, desk: Desk) -> None:
    page = opened(window, desk, 2)
    page.locator("#del-function").scroll_into_view_if_needed()
    for name in ("economy-yellow", "physical_health-red", "economy-green"):
        page.locator(f"label[for={name}]").scroll_into_view_if_needed()
        before = page.evaluate("scrollY")
        page.locator(f"label[for={name}]").click()
        expect(page.locator(f"#{name}")).to_be_focused()
        assert page.evaluate("scrollY") == before


def test_what_has_focus_is_in_sight_after_reloading(window: BrowserContext, desk: Desk) -> None:
    page = opened(window, desk, 2)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")

    page.reload()
    page.wait_for_load_state("load")

    expect(page.locator("[data-question] :focus")).to_have_count(1)
    page.wait_for_timeout(300)
    assert not page.evaluate(COVERED)


def test_who_is_sent_in_is_told_beside_the_next_number(window: BrowserContext, desk: Desk) -> None:
    page = at_the_list(window, desk.people[0])

    expect(page.locator("#number")).to_be_focused()
    expect(page.locator("h1")).to_be_in_viewport()


def test_a_person_of_last_year_is_begun_from_their_line(window: BrowserContext, desk: Desk) -> None:
    page = at_the_list(window, desk.people[0])
    page.get_by_role("button", name=f"Registrer F-{KNOWN[3]}").click()

    expect(page.locator("#number")).to_be_focused()
    expect(page.locator("#case_label")).to_have_value(f"F-{KNOWN[3]}")
    assert "F-" not in page.url


def test_who_leaves_in_the_same_moment_has_saved(window: BrowserContext, desk: Desk) -> None:
    page = opened(window, desk, 6)
    with page.expect_request(lambda request: request.method == "POST" and page.url in request.url):
        page.locator("label[for=economy-red]").click()
        page.evaluate("location.assign('/min-liste')")
    page.wait_for_url("**/min-liste")
    page.goto(desk.people[6].address)

    expect(page.locator("#economy-red")).to_be_checked()


def test_a_lost_connection_loses_nothing(window: BrowserContext, desk: Desk) -> None:
    page = opened(window, desk, 2)
    saved = page.locator("[data-saved]")
    window.set_offline(True)

    page.locator("label[for=network-red]").click()
    expect(saved).to_have_text("Ikke lagret, prøver igjen")
    page.locator("label[for=social_functioning-yellow]").click()
    window.set_offline(False)

    expect(saved).to_contain_text("Lagret ")
    answers = desk.stored(page.url).answers
    assert (answers["network"], answers["social_functioning"]) == ("red", "yellow")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_says_why_it_cannot_save_and_goes_on_by_itself(
    window: BrowserContext, desk: Desk, width: int
) -> None:
    page = opened(window, desk, 2)
    # Whatever was answered before: the same again would leave nothing to save.
    colour = "yellow" if desk.stored(page.url).answers["economy"] == "red" else "red"
    page.set_viewport_size({"width": width, "height": 900})
    saved = page.locator("[data-saved]")
    full = {"heading": "Det er ikke plass til mer", "message": "Gi beskjed."}
    page.route(page.url, lambda route: route.fulfill(status=503, json=full))

    page.locator(f"label[for=economy-{colour}]").click()
    expect(saved).to_have_text("Ikke lagret, prøver igjen. Det er ikke plass til mer.")
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.unroute(page.url)
    expect(saved).to_contain_text("Lagret ")
    assert desk.stored(page.url).answers["economy"] == colour


def test_a_server_killed_in_the_middle_loses_nothing(window: BrowserContext, desk: Desk) -> None:
    page = opened(window, desk, 3)
    saved = page.locator("[data-saved]")
    page.locator("label[for=network-yellow]").click()
    expect(saved).to_contain_text("Lagret ")

    desk.site.kill()
    page.locator("label[for=housing-yellow]").click()
    expect(saved).to_have_text("Ikke lagret, prøver igjen")
    desk.site.start()

    expect(saved).to_contain_text("Lagret ", timeout=40_000)
    answers = desk.stored(page.url).answers
    assert (answers["network"], answers["housing"]) == ("yellow", "yellow")


def test_after_signing_in_again_in_another_tab_what_was_typed_is_saved(
    window: BrowserContext, desk: Desk
) -> None:
    page = opened(window, desk, 4)
    saved = page.locator("[data-saved]")
    window.clear_cookies()
    page.locator("label[for=housing-red]").click()
    expect(saved).to_contain_text("du er logget ut")
    assert "housing" not in desk.stored(page.url).answers

    with window.expect_page() as another:
        saved.get_by_role("link").click()
    sign_in(another.value, desk.people[4].email)
    another.value.close()
    page.bring_to_front()

    expect(saved).to_contain_text("Lagret ", timeout=40_000)
    assert desk.stored(page.url).answers["housing"] == "red"


def test_two_windows_keep_both_versions_until_one_is_chosen(
    window: BrowserContext, desk: Desk
) -> None:
    page = opened(window, desk, 5)
    other = window.new_page()
    other.goto(page.url)
    other.locator("label[for=housing-red]").click()
    expect(other.locator("[data-saved]")).to_contain_text("Lagret ")

    page.locator("label[for=housing-green]").click()
    saved = page.locator("[data-saved]")
    expect(saved).to_contain_text("To har skrevet samtidig. Begge versjonene er tatt vare på.")
    # What is typed from now on is kept beside the other's too.
    page.locator("label[for=economy-yellow]").click()
    expect(page.locator("#economy-yellow")).to_be_checked()
    page.wait_for_load_state("networkidle")
    saved.get_by_role("link").click()
    page.get_by_role("group", name="Bosituasjon").locator("label").first.click()
    page.get_by_role("button", name="Behold det som er valgt").click()
    page.get_by_text("Versjonene er slått sammen").wait_for()

    answers = desk.stored(page.url).answers
    assert (answers["housing"], answers["economy"]) == ("green", "yellow")


def test_the_browser_keeps_nothing(window: BrowserContext, desk: Desk) -> None:
    page = opened(window, desk, 6)
    page.locator("label[for=housing-red]").click()
    expect(page.locator("[data-saved]")).to_contain_text("Lagret ")

    assert page.evaluate(KEPT_BY_THE_BROWSER) == [0, 0, 0, 0, 0]
    # A negative control: what is kept would be seen.
    page.evaluate("localStorage.setItem('housing', 'red')")
    assert page.evaluate(KEPT_BY_THE_BROWSER) != [0, 0, 0, 0, 0]


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_of_entry_fits_and_axe_finds_nothing(
    browser: Browser, desk: Desk, width: int
) -> None:
    context = browser.new_context(
        base_url=desk.site.address, viewport={"width": width, "height": 780}, locale="nb-NO"
    )
    page = at_the_list(context, desk.people[0])
    found = looked_at(page, "my list")

    page.fill("#number", number_of(ELSEWHERE))
    page.fill("#case_label", "S-300")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Registrer også for vår tjeneste").wait_for()
    found += looked_at(page, "known elsewhere")

    page.goto("/min-liste#number")
    page.fill("#number", number_of(KNOWN[2]))
    page.keyboard.press("Enter")
    page.wait_for_url("**/registrering/*")
    found += looked_at(page, "carried over")
    address = page.url
    page.keyboard.press("Control+Enter")
    page.locator("#feil").wait_for()
    found += looked_at(page, "not submitted")
    for ending in ("/historikk", "/se-over"):
        page.goto(address + ending)
        found += looked_at(page, ending)

    page.goto(address)
    other = context.new_page()
    other.goto(address)
    other.locator(f"label[for=network-{'red' if width == 320 else 'yellow'}]").click()
    expect(other.locator("[data-saved]")).to_contain_text("Lagret ")
    page.locator("label[for=network-green]").click()
    page.locator("[data-saved] a").click()
    page.get_by_role("button", name="Behold alle lagrede").wait_for()
    found += looked_at(page, "two versions")
    page.get_by_role("button", name="Behold alle lagrede").click()
    page.locator("#registrering").wait_for()
    context.close()

    assert found == []


@pytest.mark.parametrize("width", [1280, 320])
def test_nothing_that_has_focus_is_covered(browser: Browser, desk: Desk, width: int) -> None:
    context = browser.new_context(
        base_url=desk.site.address, viewport={"width": width, "height": 700}, locale="nb-NO"
    )
    page = at_the_list(context, desk.people[7])
    page.goto(desk.people[7].address)
    page.locator("#birth_year").focus()
    seen = covered = 0
    for key in ("Tab",) * 15 + ("Enter",) * 8 + ("Shift+Tab",) * 9 + ("Shift+Enter",) * 6:
        page.keyboard.press(key)
        seen += 1
        covered += page.evaluate(COVERED)
    page.evaluate("window.scrollBy(0, 300)")
    control = page.evaluate(COVERED)
    context.close()

    assert (seen, covered) == (38, 0)
    assert control, "what is moved beneath the heading would be seen"


def at_the_list(context: BrowserContext, who: Planted) -> Page:
    """Sign in, with the keyboard in the field for the next number."""
    page = context.new_page()
    sign_in(page, who.email)
    page.goto("/min-liste#number")
    expect(page.locator("#number")).to_be_focused()
    return page


def opened(context: BrowserContext, desk: Desk, place: int) -> Page:
    """Sign in as a registrar and open their draft."""
    page = at_the_list(context, desk.people[place])
    page.goto(desk.people[place].address)
    page.locator("form.with-keys").wait_for()
    return page


def looked_at(page: Page, name: str) -> list[str]:
    """What axe finds on the page, and whether it is wider than the window."""
    found = [f"{name}: {what}" for what in violations(page)]
    if (pixels := page.evaluate(WIDER)) > 0:
        found.append(f"{name} is {pixels} px too wide")
    return found


def number_of(serial: int) -> str:
    """The digits of a fictive person of the small world."""
    return synthetic_number(person(serial).birth_date, "female", 0)


def _register_last_year(world: World) -> None:
    """Let the unit have registered the known persons a year ago, with this year's questions."""
    before = in_year(world, YEAR - 1)
    with world.database.begin() as session:
        session.execute(
            sa.update(MappingRound)
            .where(MappingRound.id == before.round_id)
            .values(edition=edition_for_year(YEAR).edition)
        )
    for serial in KNOWN:
        started = begin(before, YEAR - 1, serial, label=f"F-{serial}")
        born = person(serial).birth_date.year
        submit_registration(
            world.database,
            by=world.works_in(world.unit),
            registration_id=started.id,
            version=1,
            page="",
            answers=complete(edition_for_year(YEAR), birth_year=born),
            confirmed={"missing_number": "situation", "none_chosen": "situation"},
            now=december(YEAR - 1),
        )
