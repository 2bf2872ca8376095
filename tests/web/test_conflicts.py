"""Two who write at the same time: nothing is lost, and one of the two is chosen."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from werkzeug.test import TestResponse

from brukerplan.persistence.tables import AccessLog, Registration, RegistrationConflict
from tests.actions.world import World
from tests.web.browser import Browser, Page, text_of
from tests.web.drafts import opened, stored, typed_in_full


def two_write(browser: Browser, world: World) -> tuple[Page, str, TestResponse]:
    """Two pages of one draft are open; the other saves first. Returns what the later one got."""
    page, address = opened(browser, world)
    other = browser.page(address)
    browser.send(other, address, housing="red", network="green")
    response = browser.send(page, address, housing="yellow", economy="yellow")
    return page, address, response


def test_the_later_one_is_led_to_both_versions(browser: Browser, world: World) -> None:
    _, address, response = two_write(browser, world)

    assert response.status_code == 303
    compared = browser.page(response.location)
    assert "Begge versjonene er tatt vare på." in compared.main
    assert [text_of(each) for each in compared.elements("legend")] == [
        "Bosituasjon",
        "Økonomi",
        "Sosialt nettverk",
    ]
    assert "Lagret av deg i et annet vindu Rød" in compared.main
    assert stored(world, address).answers["housing"] == "red"


def test_a_version_of_somebody_else_says_whose_it_is(browser: Browser, world: World) -> None:
    _, _, response = two_write(browser, world)
    with world.database.begin() as session:
        session.execute(sa.update(Registration).values(updated_by=world.colleague.user_id))

    compared = browser.page(response.location).main

    assert "Min versjon Gul" in compared
    assert "Lagret av Kolbjørn Kollega Rød" in compared


def test_what_somebody_else_typed_is_not_called_mine(browser: Browser, world: World) -> None:
    _, _, response = two_write(browser, world)
    with world.database.begin() as session:
        session.execute(sa.update(RegistrationConflict).values(user_id=world.colleague.user_id))

    compared = browser.page(response.location).main

    assert "Skrevet av Kolbjørn Kollega Gul" in compared
    assert "Lagret av deg Rød" in compared
    assert "Behold alle fra Kolbjørn Kollega" in compared
    assert "Min versjon" not in compared


def test_what_only_one_of_them_changed_is_chosen_beforehand(browser: Browser, world: World) -> None:
    _, _, response = two_write(browser, world)

    filled = browser.page(response.location).filled(response.location)

    assert filled["choice-economy"] == ["mine"]
    assert filled["choice-network"] == ["stored"]
    assert "choice-housing" not in filled, "both changed it: somebody must say"


def test_each_answer_is_chosen_by_itself(browser: Browser, world: World) -> None:
    _, address, response = two_write(browser, world)
    compared = browser.page(response.location)

    done = browser.send(compared, response.location, **{"choice-housing": "mine"})

    assert done.location == address
    answers = stored(world, address).answers
    assert (answers["housing"], answers["economy"], answers["network"]) == (
        "yellow",
        "yellow",
        "green",
    )


def test_a_choice_not_made_is_asked_for_and_those_made_are_kept(
    browser: Browser, world: World
) -> None:
    _, address, response = two_write(browser, world)
    compared = browser.page(response.location)

    refused = Page(browser.send(compared, response.location, **{"choice-economy": "stored"}))

    assert refused.status == 400
    assert refused.elements("a", href="#valg-housing-mine")
    assert refused.filled(response.location)["choice-economy"] == ["stored"]
    assert stored(world, address).answers["housing"] == "red"


def test_all_mine_or_all_stored_is_one_press(browser: Browser, world: World) -> None:
    _, address, response = two_write(browser, world)
    compared = browser.page(response.location)

    browser.send(compared, response.location, all="mine")

    answers = stored(world, address).answers
    assert (answers["housing"], "network" in answers) == ("yellow", False)


def test_all_stored_leaves_what_is_stored(browser: Browser, world: World) -> None:
    _, address, response = two_write(browser, world)
    compared = browser.page(response.location)

    browser.send(compared, response.location, all="stored")

    answers = stored(world, address).answers
    assert (answers["housing"], "economy" in answers) == ("red", False)
    assert "En versjon skrevet av" not in browser.page(address).main


def test_until_it_is_chosen_the_registration_says_that_a_version_waits(
    browser: Browser, world: World
) -> None:
    _, address, response = two_write(browser, world)

    page = browser.page(address)

    assert page.elements("a", href=response.location)


def test_the_script_is_given_the_address_of_both(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    browser.send(browser.page(address), address, housing="red")

    response = browser.post(
        address, data=page.filled(address), headers={"Accept": "application/json"}
    )

    assert response.status_code == 409
    answer = response.get_json()
    assert answer["message"] == "To har skrevet samtidig. Begge versjonene er tatt vare på."
    assert browser.page(answer["conflict"]).status == 200


def test_a_page_is_no_conflict_to_itself_when_an_answer_was_lost(
    browser: Browser, world: World
) -> None:
    page, address = opened(browser, world)
    browser.send(page, address, housing="red")

    # The first answer never came: the page still says version 1.
    response = browser.send(page, address, housing="red", network="yellow")

    assert response.location == address
    assert stored(world, address).answers["network"] == "yellow"


def test_submitting_over_somebody_else_keeps_both_too(browser: Browser, world: World) -> None:
    page, address = opened(browser, world)
    browser.send(browser.page(address), address, housing="red")

    response = browser.send(page, address, go_on="submit", **typed_in_full())

    assert "/to-versjoner/" in response.location
    assert stored(world, address).state == "draft"


def test_two_versions_are_nobody_elses(browser: Browser, world: World) -> None:
    _, _, response = two_write(browser, world)
    browser.sits_down(world.colleague)

    browser.page(response.location, status=404)


def test_two_versions_of_another_registration_are_not_found_by_ones_own(
    browser: Browser, world: World
) -> None:
    _, _, response = two_write(browser, world)
    conflict = response.location.rsplit("/", 1)[1]
    own = world.start(5, label="S-5")
    theirs = world.start(6, label="S-6", unit_id=world.other_unit)

    for actor, mine in ((world.registrar, own), (world.colleague, theirs)):
        browser.sits_down(actor)
        for named in (conflict, uuid.uuid4()):
            answer = browser.get(f"/registrering/{mine}/to-versjoner/{named}")
            assert (answer.status_code, answer.location) == (303, f"/registrering/{mine}")
    with world.database.read() as session:
        acts = set(session.scalars(sa.select(AccessLog.action)))
    assert "registration.compared" not in acts
