"""The second wall, from a page: what the database shows where the application forgets to ask."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask, Response

from brukerplan.actions import scope
from brukerplan.actions.accounts import create_user
from brukerplan.persistence.reach import Reach, acting
from brukerplan.persistence.tables import AccessLog
from brukerplan.web import guards
from tests.actions.world import NOW, World
from tests.web.browser import Browser

PASSWORD = "et langt passord for prøven"


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """An application that asks nobody's permission for anything."""
    monkeypatch.setattr(guards, "allows", lambda *_: True)
    monkeypatch.setattr(scope, "require", lambda *_: None)


@pytest.mark.usefixtures("forgetful")
def test_a_stranger_is_shown_nothing_though_every_check_is_forgotten(
    browser: Browser, world: World
) -> None:
    address = f"/registrering/{world.start(1)}"
    browser.sits_down(world.stranger)
    seen = browser.get(address).status_code
    # The control: SQLite has no second wall, and there the page is shown.
    assert seen == (404 if world.database.dialect == "postgresql" else 200)
    browser.sits_down(world.registrar)
    assert browser.get(address).status_code == 200


def test_the_reach_ends_with_the_request(app: Flask, browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    seen: list[Reach | None] = []

    @app.after_request
    def look(response: Response) -> Response:
        seen.append(acting())
        return response

    assert browser.get("/min-liste").status_code == 200
    assert [reach.units for reach in seen if reach is not None] == [frozenset({world.unit})]
    assert acting() is None


def test_half_signed_in_one_reaches_ones_own_sign_in_alone(
    app: Flask, browser: Browser, world: World
) -> None:
    browser.sits_down(world.registrar, waits_for_factor=True)
    seen: list[Reach | None] = []

    @app.after_request
    def look(response: Response) -> Response:
        seen.append(acting())
        return response

    assert browser.get("/logg-inn/totrinn").status_code == 200
    assert seen == [Reach(user_id=world.registrar.user_id)]


def test_whoever_signs_in_over_somebody_else_is_logged_as_who_they_are(
    browser: Browser, world: World
) -> None:
    new = create_user(world.database, email="ny@eksempel.no", name="Ny", password=PASSWORD, now=NOW)
    browser.sits_down(world.registrar)

    # A sign-in page left open in another window: its token is good all the same.
    page = browser.page("/min-liste")
    typed = {"email": "ny@eksempel.no", "password": PASSWORD}
    response = browser.post("/logg-inn", data=page.filled("/logg-ut") | typed)

    assert response.status_code == 303
    with world.database.read() as session:
        acts = session.scalars(sa.select(AccessLog.action).where(AccessLog.user_id == new))
        assert {"user.password_shown", "user.signed_in"} <= set(acts)
