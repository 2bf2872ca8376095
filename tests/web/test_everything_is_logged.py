"""Whoever opens a page about persons leaves a row in the access log, on every such route.

Routes and people are those of the route matrix. What shows the person's case label must have
left a row by whoever saw it, also where a form that was refused comes back. Of the other pages
behind a permission on persons each leaves a row, or stands below with the reason it need not.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
import sqlalchemy as sa
from flask import Flask

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.persistence.queries import registrations
from brukerplan.persistence.tables import AccessLog
from brukerplan.web import registration_place
from brukerplan.web.guards import guard_of
from tests.actions.world import World
from tests.web.browser import Browser
from tests.web.test_route_matrix import LABEL, POSTED, _asked, people, values

__all__ = ["people", "values"]

ON_PERSONS = frozenset(
    {
        Permission.REGISTRATION_READ,
        Permission.REGISTRATION_WRITE,
        Permission.REGISTRATION_SUBMIT,
        Permission.REGISTRATION_VERIFY,
        Permission.REGISTRATION_CHECK,
        Permission.REGISTRATION_MERGE,
        Permission.QUERY_ASK,
        Permission.LETTER_SEND,
        Permission.OPT_OUT_RECORD,
        Permission.NUMBER_CHANGE,
        Permission.PERSON_RIGHTS,
        Permission.MUNICIPALITY_EXPORT,
        Permission.MUNICIPALITY_INTERNAL_REPORT,
        Permission.ACCESS_LOG_READ,
    }
)

# Pages behind such a permission that show nothing about anybody.
SHOWS_NOBODY = {
    "opting_out.page": "an empty form for a number",
    "number_change.page": "an empty form for two numbers",
    "persons.ask": "an empty form for a number",
    "persons.ask_to_correct": "an empty form for a number",
    "persons.ask_to_erase": "an empty form for a number",
    "persons.show_receipt": "how much was deleted; nothing of whom",
    "persons.receipt_file": "the same on paper",
    "importing.page": "an empty form for a file",
    "importing.template": "the empty template",
    "exporting.page": "an empty form; the file itself is the export",
}


def acts_by(world: World, actor: Actor) -> int:
    with world.database.read() as session:
        return (
            session.scalar(
                sa.select(sa.func.count()).where(
                    AccessLog.user_id == actor.user_id,
                    # Signing in is not what the page is about.
                    AccessLog.action.not_like("user.%"),
                )
            )
            or 0
        )


def on_persons(app: Flask) -> set[str]:
    found = set()
    for rule in app.url_map.iter_rules():
        guard = guard_of(app.view_functions[rule.endpoint])
        if guard and guard.permission in ON_PERSONS:
            found.add(rule.endpoint)
    return found


def unlogged(
    app: Flask,
    browser: Browser,
    world: World,
    people: tuple[Actor | None, ...],
    values: dict[str, str | int],
    endpoints: Iterable[str],
) -> tuple[set[str], int]:
    """Name the routes that somebody opened without a trace, and count what was opened."""
    app.config["WTF_CSRF_ENABLED"] = False
    concerned = on_persons(app)
    found, opened = set(), 0
    for endpoint in endpoints:
        for actor in people:
            if actor is None:
                continue
            before = acts_by(world, actor)
            response = _asked(app, browser, actor, endpoint, values)
            shows_person = LABEL.encode() in response.get_data()
            read = endpoint not in POSTED and endpoint in concerned and response.status_code == 200
            if not shows_person and not read:
                continue
            opened += 1
            if acts_by(world, actor) == before:
                found.add(endpoint)
    return found, opened


def test_every_page_about_persons_leaves_a_row_when_it_is_opened(
    app: Flask,
    browser: Browser,
    world: World,
    people: tuple[Actor | None, ...],
    values: dict[str, str | int],
) -> None:
    every = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - {"assets.asset"})
    found, opened = unlogged(app, browser, world, people, values, every)

    assert found == SHOWS_NOBODY.keys()
    assert opened > 50


def test_a_page_that_forgot_to_log_would_be_seen(
    app: Flask,
    browser: Browser,
    world: World,
    people: tuple[Actor | None, ...],
    values: dict[str, str | int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def quietly(_database: object, *, registration_id: object, **_: object) -> object:
        with world.database.read() as session:
            return registrations.registration(session, registration_id)  # type: ignore[arg-type]

    monkeypatch.setattr(registration_place, "open_registration", quietly)
    found, opened = unlogged(app, browser, world, people, values, ["review.look_over"])
    assert (found, opened) == ({"review.look_over"}, 2)
