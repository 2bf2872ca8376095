"""The second wall, from a page: what the database shows where the application forgets to ask."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from brukerplan.actions import scope
from brukerplan.persistence.reach import Reach, acting
from brukerplan.web import guards
from tests.actions.world import World
from tests.web.browser import Browser


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
