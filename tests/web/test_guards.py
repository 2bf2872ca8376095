"""Every route says who may use it, and means it."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from brukerplan.access.permissions import Permission
from brukerplan.web.guards import (
    UnguardedRouteError,
    guard_of,
    permission,
    public,
    refuse_unguarded,
)
from tests.actions.world import World
from tests.web.browser import Browser

# Read it as the answer to: what can somebody do who has no account?
OPEN_TO_EVERYONE = {
    "account.sign_in",
    "account.sign_in_send",
    "account.sign_out",
    "explorer.csv_file",
    "explorer.json_file",
    "explorer.page",
    "forgotten.ask",
    "forgotten.choose",
    "forgotten.follow",
    "forgotten.send",
    "forgotten.show",
    "second_step.passkey_asked",
    "second_step.passkey_shown",
    "assets.asset",
    "invitation.accept",
    "invitation.accept_elsewhere",
    "invitation.follow",
    "invitation.show",
    "monitor.index",
    "monitor.page",
    "open.accessibility",
    "open.codebook",
    "open.front",
    "open.health",
    "open.privacy",
    "provider.answer",
    "provider.begin",
    "provider.signed_out",
    "results.area",
    "results.index",
    "results.report_page",
    "results.report_pdf",
}
NEEDS_ONLY_AN_ACCOUNT = {
    "factors.add_passkey",
    "factors.codes",
    "factors.confirm",
    "factors.drop_passkey",
    "factors.name_passkey",
    "factors.passkey_asked",
    "factors.qr_code",
    "factors.remove",
    "factors.set_up",
    "open.start",
    "own_account.end",
    "own_account.password",
    "own_account.password_send",
    "own_account.show",
    "provider_link.begin",
    "provider_link.remove",
    "registration.token",
    "second_step.answer",
    "second_step.ask",
}


def test_every_route_names_its_permission(app: Flask) -> None:
    guards = {
        rule.endpoint: guard_of(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
    }

    assert None not in guards.values()
    open_ones = {name for name, guard in guards.items() if guard and not guard.signed_in}
    assert open_ones == OPEN_TO_EVERYONE
    unnamed = {
        name
        for name, guard in guards.items()
        if guard and guard.signed_in and guard.permission is None
    }
    assert unnamed == NEEDS_ONLY_AN_ACCOUNT


def test_a_route_without_a_permission_stops_the_start() -> None:
    app = Flask("control")
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")

    with pytest.raises(UnguardedRouteError, match="/forgotten"):
        refuse_unguarded(app)


def test_a_route_with_a_permission_lets_the_application_start() -> None:
    app = Flask("control", static_folder=None)
    app.add_url_rule("/open", "open", public(lambda: "open"))
    app.add_url_rule("/closed", "closed", permission(Permission.ROUND_ADMINISTER)(lambda: "closed"))

    refuse_unguarded(app)


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(
    browser: Browser, world: World, app: Flask
) -> None:
    for rule in app.url_map.iter_rules():
        guard = guard_of(app.view_functions[rule.endpoint])
        if guard is None or not guard.signed_in or "GET" not in (rule.methods or ()):
            continue
        with app.test_request_context():
            # Nobody looks at what they name before somebody has signed in.
            values = dict.fromkeys(rule.arguments, "1") | {
                name: SOMETHING[name] for name in rule.arguments & SOMETHING.keys()
            }
            address = app.url_map.bind("localhost").build(rule.endpoint, values)
        response = browser.get(address)
        assert response.status_code == 303, address
        assert response.location.startswith("/logg-inn?til=/"), address


AN_ID = str(uuid.UUID(int=1))
SOMETHING = dict.fromkeys(
    (
        "registration_id",
        "conflict_id",
        "query_id",
        "invitation_id",
        "passkey_id",
        "reference",
        "first",
        "second",
    ),
    AN_ID,
) | {"kind": "xlsx", "language": "nb"}
ADDRESSES: dict[str, set[str]] = {
    "/min-liste": {"registrar", "lead"},
    "/kommune/1103/2026": {"coordinator"},
    "/kommune/1108/2026": set(),
    "/tilgangslogg": {"coordinator", "officer"},
    "/runder": {"administrator"},
    "/runde/2026": {"administrator"},
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_opens_for_its_roles_and_no_others(
    browser: Browser, world: World, address: str
) -> None:
    for who in ("registrar", "lead", "coordinator", "officer", "administrator", "stranger"):
        browser.sits_down(getattr(world, who))
        allowed = who in ADDRESSES[address] or (who == "stranger" and address == "/min-liste")
        assert browser.get(address).status_code == (200 if allowed else 403), who


def test_a_role_that_is_taken_away_is_gone_at_once(browser: Browser, world: World) -> None:
    browser.sits_down(world.coordinator)
    browser.page("/kommune/1103/2026")
    with world.database.begin() as session:
        session.connection().exec_driver_sql(
            f"DELETE FROM membership WHERE user_id = {int(world.coordinator.user_id)}"
        )

    browser.page("/kommune/1103/2026", status=403)


def test_a_closed_account_is_signed_out_at_once(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)
    with world.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE user_account SET active = false")

    assert browser.get("/min-liste").status_code == 303
