"""Every form and every parameter, for every role, with what nobody should ever type."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from brukerplan.access.permissions import Permission
from brukerplan.web.guards import permission, public
from tests.actions.world import World
from tests.fuzzing.answered import nothing_runs
from tests.fuzzing.asked import MARKER, MARKUP
from tests.fuzzing.desk import NEW_PAGE, Desk, opened
from tests.fuzzing.figures import OPTION, PROPERTY
from tests.fuzzing.survey import methods
from tests.fuzzing.town import NOBODY, Seat

# A request costs PostgreSQL more, and what it refuses to hold is swept anyway.
SHARE_OF_POSTGRESQL = 0.4


def test_nothing_typed_anywhere_by_anyone_is_a_fault_a_leak_or_a_script(
    world: World,
    database_url: str,
    pytestconfig: pytest.Config,
    record_property: Callable[[str, object], None],
) -> None:
    times = float(pytestconfig.getoption(OPTION, 1.0))
    sqlite = world.database.dialect == "sqlite"
    with opened(database_url, world) as desk:
        desk.sweep(every_sort=sqlite or times > 1)
        for seat in desk.town.seats:
            desk.fuzz(seat, times=times if sqlite else times * SHARE_OF_POSTGRESQL)

        for who, kinds in desk.counted.items():
            record_property(PROPERTY, {"who": who, "kinds": dict(kinds)})
        everyone_has_asked_for_everything(desk)
        whoever_may_has_seen_the_marks(desk)


def everyone_has_asked_for_everything(desk: Desk) -> None:
    for rule in desk.app.url_map.iter_rules():
        for method in methods(rule):
            for seat in desk.town.seats:
                assert (seat.name, rule.endpoint, method) in desk.offered, rule


def whoever_may_has_seen_the_marks(desk: Desk) -> None:
    """The control of what is hidden: the same marks, looked for the same way, are seen."""
    assert {"Hjemme-sak-1", "Hjemme-sak-2", "Tjenesten Hjemme"} <= desk.seen["registrar"]
    assert {"Tjenesten Hjemme", "Tjenesten Naboen"} <= desk.seen["coordinator"]
    assert not desk.seen.get(NOBODY)


@public
def faulty() -> str:
    return str(int(request.args.get("vis", "0")))


@public
def reflecting() -> str:
    return Markup("<!doctype html><title>a</title><p>") + Markup(request.args.get("vis", ""))


@public
def leading_away() -> Response:
    return Response(status=303, headers={"Location": request.args.get("vis", "/").strip()})


@public
def in_one_language() -> tuple[str, int]:
    return "<!doctype html><html lang='nb'><h1>Nei</h1>", 400


@permission(Permission.REGISTRATION_WRITE)
def leaking() -> str:
    return "<!doctype html><p>Borte-sak-1"


@pytest.mark.parametrize(
    ("view", "found"),
    [
        (faulty, ValueError),
        (reflecting, AssertionError),
        (leading_away, AssertionError),
        (in_one_language, AssertionError),
        (leaking, AssertionError),
    ],
)
def test_a_new_page_that_is_at_fault_would_be_seen_without_being_named(
    world: World,
    database_url: str,
    view: Callable[[], ResponseReturnValue],
    found: type[Exception],
) -> None:
    with opened(database_url, world, only="registrar", new_page=view) as desk:
        registrar = desk.town.seat("registrar")

        with pytest.raises(found):
            _try_everything(desk, registrar)


def _try_everything(desk: Desk, seat: Seat) -> None:
    desk.sweep(only=NEW_PAGE)
    desk.fuzz(seat, times=10, only=NEW_PAGE)


@pytest.mark.parametrize(
    "page",
    [
        f"<script>{MARKER}(1)</script>",
        f"<p onclick='{MARKER}(1)'>",
        f"<a href='&#106;ava&Tab;script:{MARKER}(1)'>",
        f"<a href='//{MARKER}.example'>",
        f"<{MARKER}-x>",
        f"<p {MARKER}=1>",
        f"<p style='{MARKER}'>",
        f"<svg><a xlink:href='javascript:{MARKER}(1)'>",
    ],
)
def test_what_would_run_is_known_by_a_reader_of_html(page: str) -> None:
    with pytest.raises(AssertionError):
        nothing_runs(page.encode())


def test_what_stands_there_as_text_runs_nothing() -> None:
    for text in MARKUP:
        assert isinstance(text, str)
        nothing_runs(f'<p title="{escape(text)}">{escape(text)}</p>'.encode())
