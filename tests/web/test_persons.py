"""The coordinator's pages for a person who asks: a printout, or deletion with a receipt."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from brukerplan.identity.national_number import synthetic_number
from brukerplan.persistence.tables import Registration
from tests.actions.world import World
from tests.web.browser import Browser, Page

# The same as the person with serial 1.
NUMBER = synthetic_number(date(1961, 1, 1), "female", 0)
ASK, ERASE = "/kommune/1103/innsyn", "/kommune/1103/sletting"


def text_of(content: bytes) -> str:
    """The PDF's text, as it is read out."""
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split()
    )


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("nb", "Det kommunen har lagret om deg"),
        ("nn", "Det kommunen har lagra om deg"),
        ("en", "What the municipality has stored about you"),
    ],
)
def test_the_printout_is_a_file_in_the_chosen_language(
    browser: Browser, world: World, language: str, heading: str
) -> None:
    world.submit(1, housing="red")
    browser.sits_down(world.coordinator)

    response = browser.send(
        browser.page(ASK), ASK, number=NUMBER, purpose="person_asked", language=language
    )

    assert response.status_code == 200
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    content = response.get_data()
    reader = PdfReader(BytesIO(content))
    assert reader.trailer["/Root"]["/Lang"] == language  # type: ignore[index]
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    text = text_of(content)
    assert heading in text
    assert "S-1" in text
    assert "Rita Registrerer" in text
    assert NUMBER not in text


def test_nothing_stored_is_said_and_no_more(browser: Browser, world: World) -> None:
    world.submit(2)
    browser.sits_down(world.coordinator)

    response = browser.send(browser.page(ASK), ASK, number=NUMBER, purpose="person_asked")

    text = text_of(response.get_data())
    assert "Kommunen har ingen registrering om deg" in text
    assert "S-1" not in text


@pytest.mark.parametrize("address", [ASK, ERASE])
def test_a_wrong_number_is_said_at_the_field_and_never_shown(
    browser: Browser, world: World, address: str
) -> None:
    browser.sits_down(world.coordinator)
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)

    response = browser.send(
        browser.page(address), address, number=wrong, purpose="person_asked", understood="yes"
    )

    assert response.status_code == 400
    assert wrong not in response.get_data(as_text=True)
    assert Page(response).elements("a", href="#number")


def test_a_purpose_is_needed_and_deleting_is_confirmed(browser: Browser, world: World) -> None:
    world.start(1)
    browser.sits_down(world.coordinator)

    response = browser.send(browser.page(ERASE), ERASE, number=NUMBER)

    assert response.status_code == 400
    assert Page(response).elements("a", href="#purpose")
    assert Page(response).elements("a", href="#understood")
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 1


def test_the_receipt_says_how_much_and_can_be_given_to_the_person(
    browser: Browser, world: World
) -> None:
    world.submit(1)
    browser.sits_down(world.coordinator)

    response = browser.send(
        browser.page(ERASE), ERASE, number=NUMBER, purpose="person_asked", understood="yes"
    )

    assert response.status_code == 303
    assert NUMBER not in response.location
    page = browser.page(response.location)
    assert "Registreringer med svar og saksmerke 1" in page.main
    reference = response.location.rsplit("/", 1)[1]
    paper = browser.get(f"{response.location}/en.pdf")
    assert paper.mimetype == "application/pdf"
    text = text_of(paper.get_data())
    assert reference in text.replace(" ", "")
    assert "Receipt for deletion" in text
    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 0


def test_the_rounds_page_says_when_its_registrations_are_deleted(
    browser: Browser, world: World
) -> None:
    world.approve(["1103"])
    browser.sits_down(world.administrator)
    assert "Sletting av registreringene" not in browser.page("/runde/2026").main
    world.freeze()

    page = browser.page("/runde/2026")
    assert "slettes 1. desember 2027" in page.main
    # One municipality's number is its own.
    assert "registreringer blir slettet" not in page.main

    late = browser.send(page, "/runde/2026/slettedag", purge_on="02.06.2028")
    assert late.status_code == 409
    response = browser.send(page, "/runde/2026/slettedag", purge_on="01.02.2027")
    assert response.status_code == 303
    assert "slettes 1. februar 2027" in browser.page("/runde/2026").main
