"""A unit's letters: printed one or all, marked as sent, and taken back."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.tables import Registration
from tests.actions.world import NOW, World
from tests.web.browser import Browser, Page


def test_the_page_says_who_has_been_sent_one(browser: Browser, world: World) -> None:
    sent = world.start(1, label="Sendt-1")
    world.start(2, label="Venter-2")
    world.inform(sent)
    browser.sits_down(world.registrar)

    page = browser.page(f"/brev/{world.unit}")

    waiting, done = page.main.split("Sendt (1)")
    assert "Ikke sendt (1)" in waiting
    assert "Venter-2" in waiting
    assert "Sendt-1" in done


def test_all_that_wait_are_printed_as_one_file_each_in_its_language(
    browser: Browser, world: World
) -> None:
    first, second = world.start(1, label="A-1"), world.start(2, label="B-2")
    browser.sits_down(world.registrar)
    page = browser.page(f"/brev/{world.unit}")
    fields = page.filled(f"/brev/{world.unit}/sendt")

    response = browser.post(
        f"/brev/{world.unit}/pdf",
        data=fields | {f"language-{first}": "nn", f"language-{second}": "en"},
    )

    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    pages = PdfReader(io.BytesIO(response.get_data())).pages
    assert [label in pages[at].extract_text() for at, label in enumerate(("A-1", "B-2"))] == [
        True,
        True,
    ]
    with world.database.read() as session:
        found = dict(
            session.execute(sa.select(Registration.id, Registration.letter_language)).all()
        )
    assert found == {first: "nn", second: "en"}


def test_one_letter_is_printed_by_its_own_button(browser: Browser, world: World) -> None:
    world.start(1, label="A-1")
    second = world.start(2, label="B-2")
    browser.sits_down(world.registrar)
    fields = browser.page(f"/brev/{world.unit}").filled(f"/brev/{world.unit}/sendt")

    response = browser.post(f"/brev/{world.unit}/pdf", data=fields | {"only": str(second)})

    (leaf,) = PdfReader(io.BytesIO(response.get_data())).pages
    assert "B-2" in leaf.extract_text()


def test_only_those_of_the_page_are_marked_as_sent(browser: Browser, world: World) -> None:
    first = world.start(1, label="A-1")
    browser.sits_down(world.registrar)
    page = browser.page(f"/brev/{world.unit}")
    world.start(2, label="Kom-etterpå")

    response = browser.send(page, f"/brev/{world.unit}/sendt")

    after = browser.page(response.location).main
    assert "1 brev er merket som sendt." in after
    assert "Kom-etterpå" in after.split("Sendt (1)")[0]
    with world.database.read() as session:
        found = registration(session, first)
    assert found is not None
    assert found.informed_at == NOW


def test_nobody_chosen_is_said(browser: Browser, world: World) -> None:
    world.start(1)
    browser.sits_down(world.registrar)
    page = browser.page(f"/brev/{world.unit}")

    for end in ("sendt", "pdf"):
        fields = page.filled(f"/brev/{world.unit}/sendt")
        del fields["registration"]
        response = browser.post(f"/brev/{world.unit}/{end}", data=fields)
        assert response.status_code == 400
        assert "Velg minst ett brev" in Page(response).main


def test_the_language_is_kept(browser: Browser, world: World) -> None:
    started = world.start(1)
    browser.sits_down(world.registrar)
    page = browser.page(f"/brev/{world.unit}")
    fields = page.filled(f"/brev/{world.unit}/sendt") | {f"language-{started}": "en"}

    response = browser.post(f"/brev/{world.unit}/sprak", data=fields)

    after = browser.page(response.location)
    (selected,) = (
        option for option in after.elements("option") if option.get("selected") is not None
    )
    assert selected.get("value") == "en"
    refused = browser.post(f"/brev/{world.unit}/sprak", data=fields | {f"language-{started}": "de"})
    assert refused.status_code == 409
    assert "bokmål, nynorsk og engelsk" in Page(refused).main


def test_it_is_taken_back_the_same_day_and_not_the_next(browser: Browser, world: World) -> None:
    started = world.start(1)
    world.inform(started)
    browser.sits_down(world.registrar)
    address = f"/brev/{world.unit}/angre"
    fields = browser.page(f"/brev/{world.unit}").filled(address) | {"only": [str(started)]}

    browser.later(NOW + timedelta(days=1))
    assert "Angre" not in browser.page(f"/brev/{world.unit}").main
    assert browser.post(address, data=fields).status_code == 409
    browser.later(NOW)
    response = browser.post(address, data=fields)

    assert "Ikke sendt (1)" in browser.page(response.location).main


def test_other_units_persons_cannot_be_reached_by_the_form(browser: Browser, world: World) -> None:
    world.start(1)
    others = world.start(2, unit_id=world.other_unit)
    browser.sits_down(world.registrar)
    fields = browser.page(f"/brev/{world.unit}").filled(f"/brev/{world.unit}/sendt")

    for unknown in (str(others), str(uuid.uuid4())):
        named = fields | {"registration": [unknown]}
        assert browser.post(f"/brev/{world.unit}/sendt", data=named).status_code == 400
        assert browser.post(f"/brev/{world.unit}/pdf", data=named).status_code == 400
        undone = browser.post(f"/brev/{world.unit}/angre", data=named)
        assert undone.status_code == 404
    wrong = fields | {"registration": ["no id"]}
    assert browser.post(f"/brev/{world.unit}/sendt", data=wrong).status_code == 404
    with world.database.read() as session:
        found = registration(session, others)
    assert found is not None
    assert found.informed_at is None


def test_nothing_is_marked_when_the_municipality_is_approved(
    browser: Browser, world: World
) -> None:
    world.approve(["1103"])
    browser.sits_down(world.works_in(world.unit))

    page = browser.page(f"/brev/{world.unit}")

    assert "ingenting kan merkes nå" in page.main
    assert "Angre" not in page.main
    assert "Skriv ut igjen" in page.main


@pytest.mark.parametrize("who", ["coordinator", "officer", "colleague", "stranger"])
def test_the_letters_are_the_units_own(browser: Browser, world: World, who: str) -> None:
    browser.sits_down(getattr(world, who))

    assert browser.get(f"/brev/{world.unit}").status_code == 403
