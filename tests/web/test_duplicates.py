"""One person in two units: the coordinator looks at both and makes them one."""

from __future__ import annotations

import uuid
from xml.etree.ElementTree import Element

import sqlalchemy as sa

from brukerplan.actions.units import submit_unit
from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.tables import AccessLog, Registration
from tests.actions.world import NOW, World
from tests.web.browser import Browser, Page, text_of

DUPLICATES = "/kommune/1103/2026/samme-person"


def twice(world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """One person, submitted in two units, with two answers apart."""
    first = world.submit(1, housing="green", economy="unknown")
    second = world.submit(
        1, unit_id=world.other_unit, also_elsewhere=True, housing="red", economy="yellow"
    )
    return first, second


def left(world: World) -> set[uuid.UUID]:
    """Registrations there are."""
    with world.database.read() as session:
        return set(session.scalars(sa.select(Registration.id)))


def pair(browser: Browser) -> str:
    """The address of the first two to be made one."""
    page = browser.page(DUPLICATES)
    return next(
        str(link.get("href"))
        for link in page.elements("a")
        if str(link.get("href")).startswith(f"{DUPLICATES}/")
    )


def test_the_coordinator_sees_both_units_and_their_case_labels(
    browser: Browser, world: World
) -> None:
    world.start(1, label="R-1")
    world.start(1, label="H-9", unit_id=world.other_unit, also_elsewhere=True)
    world.start(2, label="R-2")
    browser.sits_down(world.coordinator)

    page = browser.page(DUPLICATES)

    assert page.heading == "Samme person i flere tjenester"
    for shown in ("Rus- og psykisk helse 1103", "R-1", "Hjemmetjenesten 1103", "H-9"):
        assert shown in page.main
    assert "R-2" not in page.main


def test_nobody_is_there_when_everybody_is_one(browser: Browser, world: World) -> None:
    world.start(1)
    browser.sits_down(world.coordinator)

    assert "Ingen er registrert av flere tjenester." in browser.page(DUPLICATES).main


def test_only_what_differs_is_asked_and_the_rest_is_folded(browser: Browser, world: World) -> None:
    twice(world)
    browser.sits_down(world.coordinator)

    page = browser.page(pair(browser))

    questions = [text_of(each) for each in page.elements("legend")]
    assert len(questions) == 3, "two that differ, and who keeps the registration"
    assert "like svar" in text_of(page.elements("summary")[0])
    ticked = {
        field.get("name"): field.get("value")
        for field in page.elements("input", type="radio")
        if field.get("checked") is not None
    }
    assert set(ticked) == {"choice-housing", "choice-economy", "keep"}


def test_two_become_one_and_the_page_says_so(browser: Browser, world: World) -> None:
    first, second = twice(world)
    browser.sits_down(world.coordinator)
    address = pair(browser)
    page = browser.page(address)
    keep = "first" if address.index(str(first)) < address.index(str(second)) else "second"
    other = {"first": "second", "second": "first"}[keep]

    response = browser.send(
        page, address, keep=keep, **{"choice-housing": other, "choice-economy": keep}
    )

    assert response.status_code == 303
    after = browser.page(response.location)
    assert "slått sammen til én" in after.main
    assert "Ingen er registrert av flere tjenester." in after.main
    assert left(world) == {first}
    with world.database.read() as session:
        found = registration(session, first)
    assert found is not None
    assert (found.answers["housing"], found.answers["economy"]) == ("red", "unknown")


def test_what_is_not_complete_any_more_says_what_to_look_over(
    browser: Browser, world: World
) -> None:
    world.submit(1)
    world.submit(1, unit_id=world.other_unit, also_elsewhere=True, substance_problem="none")
    for unit_id in (world.unit, world.other_unit):
        submit_unit(
            world.database,
            by=world.works_in(unit_id),
            unit_id=unit_id,
            round_id=world.round_id,
            now=NOW,
        )
    browser.sits_down(world.coordinator)
    address = pair(browser)
    page = browser.page(address)
    serious, none = (
        ("first", "second")
        if "Alvorlig" in text_of(option_of(page, "substance_problem-first"))
        else ("second", "first")
    )
    choices = {
        field.get("name") or "": none
        for field in page.elements("input", type="radio")
        if str(field.get("name")).startswith("choice-")
    }

    response = browser.send(
        page, address, keep=serious, **(choices | {"choice-substance_problem": serious})
    )

    shown = browser.page(response.location).main
    assert "ikke sendt inn" in shown
    assert "Se over:" in shown
    assert "Tjenesten er åpnet igjen" in shown


def test_somebody_who_saved_meanwhile_is_told_and_the_choices_stay(
    browser: Browser, world: World
) -> None:
    first, second = twice(world)
    browser.sits_down(world.coordinator)
    address = pair(browser)
    page = browser.page(address)
    with world.database.begin() as session:
        session.execute(sa.update(Registration).values(version=Registration.version + 1))

    response = browser.send(page, address, **{"choice-housing": "second"})

    assert response.status_code == 409
    again = Page(response)
    assert "er endret etter at du åpnet siden" in again.main
    assert again.filled(address)["choice-housing"] == ["second"]
    assert again.filled(address)["version-first"] == ["3"]
    assert left(world) == {first, second}


def test_without_saying_who_keeps_it_nothing_is_done(browser: Browser, world: World) -> None:
    twice(world)
    browser.sits_down(world.coordinator)
    address = pair(browser)

    response = browser.send(browser.page(address), address, keep="neither")

    assert response.status_code == 400
    assert Page(response).elements("a", href="#keep-first")
    assert len(left(world)) == 2


def test_a_form_without_versions_is_not_taken(browser: Browser, world: World) -> None:
    twice(world)
    browser.sits_down(world.coordinator)
    address = pair(browser)

    sent = browser.send(browser.page(address), address, **{"version-first": "one"})

    assert sent.status_code == 400
    assert len(left(world)) == 2


def test_what_is_no_double_does_not_exist_for_the_coordinator(
    browser: Browser, world: World
) -> None:
    first, second = twice(world)
    alone = world.start(7, label="Alene-7")
    browser.sits_down(world.coordinator)

    for one, other in ((first, alone), (first, first), (uuid.uuid4(), second)):
        page = browser.page(f"{DUPLICATES}/{one}/{other}", status=404)
        assert "Alene-7" not in page.html
    browser.page(f"/kommune/1103/2025/samme-person/{first}/{second}", status=404)
    browser.sits_down(world.coordinates("1108"))
    # Sandnes' coordinator, at an address of Sandnes, about persons of Stavanger.
    assert browser.get(f"/kommune/1108/2026/samme-person/{first}/{second}").status_code != 200
    with world.database.read() as session:
        read = session.scalar(
            sa.select(sa.func.count())
            .select_from(AccessLog)
            .where(AccessLog.detail == "purpose=duplicate")
        )
    assert read == 0, "nothing was read"


def option_of(page: Page, id_: str) -> Element:
    """The label of a choice."""
    (label,) = (each for each in page.elements("label") if each.get("for") == id_)
    return label
