"""The registrar's list, and starting on a person."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from brukerplan.identity.national_number import synthetic_number
from brukerplan.persistence.tables import RoundMunicipality
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.translation import translator
from tests.actions.earlier import in_year, register
from tests.actions.world import YEAR, World, person
from tests.web.browser import Browser, Page, text_of

AREAS = edition_for_year(YEAR).level_rule.areas
NUMBER = synthetic_number(date(1985, 3, 14), "female", 3)
YOUNG = synthetic_number(date(2012, 3, 14), "male", 3)


def test_the_list_counts_how_many_are_done(browser: Browser, world: World) -> None:
    world.submit(1)
    world.start(2, label="K-17")
    browser.sits_down(world.registrar)

    page = browser.page("/min-liste")

    assert "1 av 2 sendt inn" in page.main
    assert "K-17" in page.main
    assert "Påbegynt" in page.main


def test_a_new_person_is_started_from_a_number_and_a_case_label(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")

    response = browser.send(page, "/min-liste", number=NUMBER, case_label="K-18")

    assert response.status_code == 303
    assert "/registrering/" in response.location
    assert NUMBER not in response.location
    form = browser.page(response.location)
    assert form.filled(response.location)["birth_year"] == ["1985"]
    assert form.filled(response.location)["gender"] == ["female"]


def test_a_wrong_number_is_never_shown_again_and_the_case_label_is_kept(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)

    response = browser.send(page, "/min-liste", number=wrong, case_label="K-19")

    assert response.status_code == 400
    text = response.get_data(as_text=True)
    assert wrong not in text
    assert 'value="K-19"' in text
    assert "Sifrene stemmer ikke med hverandre" in text


def test_a_number_typed_as_case_label_is_taken_away(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")

    response = browser.send(page, "/min-liste", number="1", case_label=NUMBER)

    assert response.status_code == 400
    assert NUMBER not in response.get_data(as_text=True)


def test_a_person_under_sixteen_is_refused_in_words(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")

    response = browser.send(page, "/min-liste", number=YOUNG, case_label="K-20")

    assert response.status_code == 400
    assert "fyller ikke 16 år" in response.get_data(as_text=True)
    assert Page(response).elements("a", href="#number"), "the summary leads to the number"


def test_the_same_person_leads_to_the_same_registration(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")

    first = browser.send(page, "/min-liste", number=NUMBER, case_label="K-18")
    again = browser.send(page, "/min-liste", number=NUMBER, case_label="K-18")

    assert first.location == again.location


def test_a_registrar_cannot_start_in_somebody_elses_unit(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")

    response = browser.send(
        page, "/min-liste", number=NUMBER, case_label="K-18", unit=str(world.other_unit)
    )

    # The form knows only the registrar's own unit, and nothing is started.
    assert response.status_code == 400
    assert "Ingen er registrert ennå" in browser.page("/min-liste").main


def test_a_registrar_does_not_see_another_units_list(browser: Browser, world: World) -> None:
    world.start(5, label="H-99", unit_id=world.other_unit)
    browser.sits_down(world.registrar)

    page = browser.page(f"/min-liste?tjeneste={world.other_unit}")

    assert "H-99" not in page.html


def test_only_the_lead_is_offered_to_submit_for_the_unit(browser: Browser, world: World) -> None:
    world.submit(1)
    browser.sits_down(world.registrar)
    assert "Lever kartleggingen" not in browser.page("/min-liste").main
    browser.sits_down(world.lead)
    page = browser.page("/min-liste")

    response = browser.send(page, f"/min-liste/{world.unit}/lever")

    assert response.status_code == 303
    assert "Tjenestens kartlegging er levert." in browser.page(response.location).main


def test_a_unit_with_drafts_is_not_submitted_and_says_why(browser: Browser, world: World) -> None:
    world.start(1)
    browser.sits_down(world.lead)
    page = browser.page("/min-liste")

    response = browser.send(page, f"/min-liste/{world.unit}/lever")

    assert response.status_code == 409
    assert "Registreringer som ikke er sendt inn: 1" in response.get_data(as_text=True)


def test_a_unit_without_anybody_says_so_and_can_be_opened_again(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.lead)

    browser.send(browser.page("/min-liste"), f"/min-liste/{world.unit}/ingenting")
    closed = browser.page("/min-liste")
    assert "tar ikke imot nye registreringer" in closed.main

    unsaid = browser.send(closed, f"/min-liste/{world.unit}/apne")
    assert unsaid.status_code == 409
    browser.send(closed, f"/min-liste/{world.unit}/apne", reason="person_missing")
    assert browser.page("/min-liste").form("/min-liste") is not None


def test_the_list_speaks_nynorsk(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)

    page = browser.page("/min-liste?sprak=nn")

    assert page.heading == translator("nn").gettext("Min liste")


def test_persons_of_last_year_wait_on_the_list_with_their_level(
    browser: Browser, world: World
) -> None:
    before = in_year(world, YEAR - 1)
    register(before, YEAR - 1, 1, rated("red"), label="F-1")
    register(before, YEAR - 1, 2, rated("green"), label="F-2")
    world.start(1, label="F-1")
    browser.sits_down(world.registrar)

    lines = [text_of(line) for line in browser.page("/min-liste").elements("li", class_="person")]

    assert "Påbegynt" in lines[0]
    assert lines[0].endswith("Sist: Blålys")
    assert lines[1].startswith("F-2 ○Ikke begynt")
    assert lines[1].endswith("Sist: Grønt")


def test_what_is_left_comes_first_and_is_counted(browser: Browser, world: World) -> None:
    register(in_year(world, YEAR - 1), YEAR - 1, 2, label="F-2")
    world.submit(1, informed=False)
    world.start(3, label="K-3")
    browser.sits_down(world.registrar)

    page = browser.page("/min-liste")

    assert [text_of(each) for each in page.elements("h3")] == [
        "Må gjøres ferdig (1)",
        "Ikke begynt (1)",
        "Sendt inn (1)",
    ]
    assert "Informasjonsbrev (2 ikke sendt)" in page.main


def test_a_line_of_last_year_offers_its_label_and_no_address(
    browser: Browser, world: World
) -> None:
    register(in_year(world, YEAR - 1), YEAR - 1, 2, label="F-2")
    browser.sits_down(world.registrar)

    page = browser.page("/min-liste")

    assert page.elements("button", data_take="F-2")
    assert not [link for link in page.elements("a") if "F-2" in (link.get("href") or "")]


def test_a_known_person_needs_no_label(browser: Browser, world: World) -> None:
    register(in_year(world, YEAR - 1), YEAR - 1, 2, label="F-2")
    browser.sits_down(world.registrar)

    started = browser.send(browser.page("/min-liste"), "/min-liste", number=number_of(2))

    assert browser.page(started.location).heading == "Registrering F-2"


def test_a_new_person_needs_a_label(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)

    response = browser.send(browser.page("/min-liste"), "/min-liste", number=NUMBER)

    assert response.status_code == 400
    assert Page(response).elements("a", href="#case_label")
    assert NUMBER not in response.get_data(as_text=True)


def test_what_is_missing_of_a_submitted_one_is_said(browser: Browser, world: World) -> None:
    world.submit(1, informed=False)
    browser.sits_down(world.registrar)

    assert "Brev ikke sendt" in browser.page("/min-liste").main


def test_a_person_known_elsewhere_is_told_without_saying_where_or_what(
    browser: Browser, world: World
) -> None:
    world.start(6, unit_id=world.other_unit, label="H-6")
    browser.sits_down(world.registrar)

    response = browser.send(
        browser.page("/min-liste"), "/min-liste", number=number_of(6), case_label="S-6"
    )

    assert response.status_code == 409
    asked = Page(response)
    assert "allerede registrert av en annen tjeneste" in asked.main
    assert "Hjemmetjenesten" not in asked.html
    assert "H-6" not in asked.html
    assert number_of(6) not in asked.html
    assert asked.filled("/min-liste")["case_label"] == ["S-6"]
    assert asked.filled("/min-liste")["number"] == [""], "it is typed again"


def test_a_person_known_elsewhere_is_registered_here_too_when_asked_for(
    browser: Browser, world: World
) -> None:
    world.start(6, unit_id=world.other_unit, label="H-6")
    browser.sits_down(world.registrar)
    asked = Page(
        browser.send(
            browser.page("/min-liste"), "/min-liste", number=number_of(6), case_label="S-6"
        )
    )
    (button,) = asked.elements("button", name="also_elsewhere")

    started = browser.send(
        asked, "/min-liste", number=number_of(6), also_elsewhere=button.get("value", "")
    )

    assert browser.page(started.location).heading == "Registrering S-6"


def test_where_persons_are_anonymous_the_list_asks_for_no_number(
    browser: Browser, world: World
) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.update(RoundMunicipality)
            .where(RoundMunicipality.municipality_id == world.municipalities["1103"])
            .values(identity_mode="anonymous")
        )
    browser.sits_down(world.registrar)
    page = browser.page("/min-liste")
    assert page.elements("input", name="number") == []

    started = browser.send(page, "/min-liste", case_label="A-1")

    assert browser.page(started.location).heading == "Registrering A-1"


def rated(colour: str) -> dict[str, Value]:
    """Every function area in one colour."""
    return dict.fromkeys(AREAS, colour)


def number_of(serial: int) -> str:
    """The digits of a fictive person of the small world."""
    return synthetic_number(person(serial).birth_date, "female", 0)
