"""Error pages: the right status, a way on, and nothing that should not be there."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, abort

from brukerplan.persistence.engine import DatabaseUnavailableError
from brukerplan.web.guards import public
from tests.actions.world import World
from tests.web.browser import Browser, Page
from tests.web.conftest import application

HEADINGS = {
    400: ("Det du sendte, kunne ikke leses", "Det du sende, kunne ikkje lesast"),
    403: ("Du har ikke tilgang til denne siden", "Du har ikkje tilgang til denne sida"),
    404: ("Vi finner ikke siden", "Vi finn ikkje sida"),
    405: ("Siden kan ikke brukes på denne måten", "Sida kan ikkje brukast på denne måten"),
    413: ("Det du sendte, er for stort", "Det du sende, er for stort"),
    429: ("For mange forsøk", "For mange forsøk"),
    500: ("Noe gikk galt hos oss", "Noko gjekk gale hos oss"),
    503: ("Databasen svarer ikke", "Databasen svarer ikkje"),
}


@pytest.mark.parametrize("status", HEADINGS)
def test_every_status_has_a_page_in_both_written_norwegians(
    app: Flask, world: World, status: int
) -> None:
    @public
    def fails() -> str:
        abort(status)

    app.add_url_rule("/fails", "fails", fails)
    browser = app.test_client()
    assert isinstance(browser, Browser)

    assert browser.page("/fails", status=status).heading == HEADINGS[status][0]
    assert browser.page("/fails?sprak=nn", status=status).heading == HEADINGS[status][1]
    english = browser.page("/fails?sprak=en", status=status).heading
    assert english not in HEADINGS[status]


def test_an_unexpected_error_tells_nothing_of_what_was_in_it(
    app: Flask, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "51851234567"

    @public
    def breaks() -> str:
        raise RuntimeError(f"could not handle {secret}")

    app.add_url_rule("/breaks", "breaks", breaks)
    browser = app.test_client()
    assert isinstance(browser, Browser)

    page = browser.page("/breaks", status=500)

    assert "Traceback" not in page.html
    assert secret not in page.html
    assert "RuntimeError" in caplog.text
    assert secret not in caplog.text
    # The page and the line are found by each other.
    (line,) = [each for each in caplog.records if each.name == "brukerplan.web.errors"]
    assert f"Referanse {line.__dict__['id']}" in page.main


def test_a_broken_database_is_503_and_the_address_is_not_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"this is no database" * 100)
    browser = application(f"sqlite:///{broken}").test_client()
    assert isinstance(browser, Browser)

    page = browser.page("/resultater", status=503)

    assert page.heading == "Databasen svarer ikke"
    assert "broken.sqlite" not in page.html
    assert browser.get("/helse").status_code == 503


def test_a_database_that_goes_away_is_503_for_those_signed_in_too(
    browser: Browser, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise DatabaseUnavailableError

    browser.sits_down(world.registrar)
    with monkeypatch.context() as while_it_is_gone:
        while_it_is_gone.setattr("brukerplan.web.signed_in.session_for_request", gone)
        for address in ("/min-liste", "/", "/resultater"):
            assert browser.page(address, status=503).heading == "Databasen svarer ikke"

    # The session outlives it.
    browser.page("/min-liste")


def test_a_municipality_that_is_gone_is_404_and_names_its_successor(
    browser: Browser, world: World
) -> None:
    browser.sits_down(world.administrator)

    page = browser.page("/kommune/1102/2026", status=404)

    assert "1108" in page.main


def test_an_unknown_edition_is_404_and_names_those_there_are(
    browser: Browser, world: World
) -> None:
    assert "2015, 2026" in browser.page("/kodebok/1999", status=404).main


def test_a_form_that_is_far_too_large_is_413(browser: Browser, world: World) -> None:
    response = browser.post("/logg-inn", data={"email": "x" * 1_100_000})

    assert Page(response).status == 413


def test_a_post_page_opened_by_address_is_405_and_says_what_to_do(
    browser: Browser, world: World
) -> None:
    page = browser.page("/logg-ut", status=405)

    assert page.response.headers["Allow"]
    assert "Gå til forsiden" in page.main


def test_when_the_session_has_ended_the_script_is_told_so(browser: Browser, world: World) -> None:
    response = browser.post(
        f"/registrering/{world.start()}", headers={"Accept": "application/json"}
    )

    assert response.status_code == 400
    assert "Økten er utløpt" in response.get_json()["message"]
