"""The second factor on the pages: set up, shown, demanded, lost and given back."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask, url_for

from brukerplan.access.policy import Actor
from brukerplan.access.roles import Role
from brukerplan.actions.accounts import create_user, grant
from brukerplan.actions.passwords import hash_password
from brukerplan.persistence.tables import (
    AccessLog,
    RecoveryCode,
    TotpFactor,
    UserAccount,
    UserSession,
)
from brukerplan.web.clock import CLOCK
from brukerplan.web.guards import guard_of
from brukerplan.web.services import EXTENSION, services
from tests.actions.world import NOW, World
from tests.mail.server import PostOffice
from tests.web.browser import Browser, Page, text_of
from tests.web.test_guards import SOMETHING

PASSWORD = "et langt passord for prøven"
EMAIL = "rita@eksempel.no"
STEP = timedelta(seconds=30)
# What somebody half signed in may ask for: the rest, or to stop.
FOR_THE_SECOND_STEP = {
    "second_step.ask",
    "second_step.answer",
}
FOR_SETTING_UP = {
    "factors.set_up",
    "factors.confirm",
    "factors.qr_code",
    "factors.passkey_asked",
    "factors.add_passkey",
}


@pytest.fixture
def required(app: Flask) -> Flask:
    """The application as it is in production: who sees persons needs a second factor."""
    known = app.extensions[EXTENSION]
    settings = dataclasses.replace(known.settings, second_factor_required=True)
    app.extensions[EXTENSION] = dataclasses.replace(known, settings=settings)
    return app


@pytest.fixture
def rita(world: World) -> Actor:
    """The registrar, who has a password."""
    give_password(world, world.registrar)
    return world.registrar


def give_password(world: World, actor: Actor) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.update(UserAccount)
            .where(UserAccount.id == actor.user_id)
            .values(password_hash=hash_password(PASSWORD))
        )


def at(browser: Browser, moment: datetime) -> None:
    browser.application.config[CLOCK] = lambda: moment


def sign_in(browser: Browser, email: str = EMAIL, **more: str) -> str:
    """Type address and password, and say where that leads."""
    response = browser.send(
        browser.page("/logg-inn"), "/logg-inn", email=email, password=PASSWORD, **more
    )
    assert response.status_code == 303
    return str(response.location)


def set_up(browser: Browser) -> tuple[pyotp.TOTP, list[str]]:
    """Put the secret of the page in an app, and confirm it."""
    page = browser.page("/konto/totrinn")
    (key,) = page.elements("code", class_="secret-key")
    app = pyotp.TOTP(text_of(key).replace(" ", ""))
    done = browser.send(page, "/konto/totrinn", code=app.at(now_in(browser)))
    if done.status_code == 303:
        return app, []
    assert done.status_code == 200
    return app, [text_of(each) for each in Page(done).elements("code")]


def now_in(browser: Browser) -> datetime:
    moment: datetime = browser.application.config[CLOCK]()
    return moment


def show(browser: Browser, code: str) -> Page | str:
    """Type a code, and return where it leads, or the page that refuses it."""
    response = browser.send(browser.page("/logg-inn/totrinn"), "/logg-inn/totrinn", code=code)
    return str(response.location) if response.status_code == 303 else Page(response)


def acts(world: World) -> list[str]:
    with world.database.read() as session:
        return list(session.scalars(sa.select(AccessLog.action).order_by(AccessLog.id)))


# Setting up, and showing


def test_in_the_demo_it_is_offered_and_nothing_is_demanded(browser: Browser, rita: Actor) -> None:
    assert sign_in(browser) == "/start"
    page = browser.page("/konto")
    assert "Du har ikke satt opp totrinnsinnlogging" in page.main
    assert page.elements("a", href="/konto/totrinn")


def test_who_sees_persons_sets_it_up_after_the_password_and_is_then_where_they_were_going(
    required: Flask, browser: Browser, rita: Actor
) -> None:
    assert sign_in(browser, til="/min-liste") == "/konto/totrinn?til=/min-liste"
    assert browser.get("/min-liste").status_code == 303

    page = browser.page("/konto/totrinn?til=/min-liste")
    assert "Rollen din krever en kode fra telefonen" in page.main
    (key,) = page.elements("code", class_="secret-key")
    code = pyotp.TOTP(text_of(key).replace(" ", "")).at(NOW)
    done = Page(browser.send(page, "/konto/totrinn", code=code))

    assert done.heading == "Ta vare på kodene"
    assert len(done.elements("code")) == 10
    assert done.response.headers["Cache-Control"] == "no-store"
    assert done.elements("a", href="/min-liste")
    assert "Rita" in browser.page("/min-liste").text


def test_the_next_sign_in_asks_for_a_code_before_anything_else(
    required: Flask, browser: Browser, rita: Actor, world: World
) -> None:
    sign_in(browser)
    phone, _ = set_up(browser)
    browser.send(browser.page("/konto"), "/logg-ut")
    at(browser, NOW + STEP)

    assert sign_in(browser, til="/min-liste") == "/logg-inn/totrinn?til=/min-liste"
    assert browser.get("/min-liste").status_code == 303
    page = browser.page("/logg-inn/totrinn?til=/min-liste")
    done = browser.send(page, "/logg-inn/totrinn", code=phone.at(NOW + STEP))

    assert done.location == "/min-liste"
    # The sign-in is written down when it is whole.
    assert acts(world)[-2:] == ["user.password_shown", "user.signed_in"]
    browser.page("/min-liste")


def test_a_second_factor_once_set_up_is_asked_for_in_the_demo_too(
    browser: Browser, rita: Actor
) -> None:
    sign_in(browser)
    phone, _ = set_up(browser)
    browser.send(browser.page("/konto"), "/logg-ut")
    at(browser, NOW + STEP)

    assert sign_in(browser) == "/logg-inn/totrinn?til=/start"
    assert show(browser, phone.at(NOW + STEP)) == "/start"


def test_the_picture_holds_the_same_secret_and_stands_at_an_address_of_its_own(
    browser: Browser, rita: Actor
) -> None:
    sign_in(browser)
    first = browser.page("/konto/totrinn").elements("code", class_="secret-key")
    picture = browser.get("/konto/totrinn/qr.svg")
    again = browser.page("/konto/totrinn").elements("code", class_="secret-key")

    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert b"style=" not in picture.data
    assert text_of(first[0]) == text_of(again[0]), "a page loaded twice spoils nothing"


def test_a_code_works_once_and_only_around_its_time(browser: Browser, rita: Actor) -> None:
    sign_in(browser)
    phone, _ = set_up(browser)
    used = phone.at(NOW)
    at(browser, NOW + 10 * STEP)
    sign_out_and_in(browser)
    for moment in (-3, -2, 2):
        refused = show(browser, phone.at(NOW + (10 + moment) * STEP))
        assert isinstance(refused, Page)
        assert refused.status == 400
        assert "Koden stemmer ikke" in refused.main
        assert "Klokken her er 10:35:00" in refused.main
    assert isinstance(show(browser, used), Page)

    assert show(browser, phone.at(NOW + 9 * STEP)) == "/start"
    sign_out_and_in(browser)
    assert isinstance(show(browser, phone.at(NOW + 9 * STEP)), Page), "taken before"
    spaced = phone.at(NOW + 10 * STEP)
    assert show(browser, f"{spaced[:3]} {spaced[3:]}") == "/start"


def sign_out_and_in(browser: Browser) -> None:
    browser.send(browser.page("/konto"), "/logg-ut")
    sign_in(browser)


def test_each_recovery_code_works_once_and_new_ones_replace_the_old(
    browser: Browser, rita: Actor, world: World
) -> None:
    sign_in(browser)
    _, codes = set_up(browser)
    assert len(set(codes)) == 10
    with world.database.read() as session:
        stored = session.scalars(sa.select(RecoveryCode.code_digest)).all()
    assert not any(code.encode() in digest for code in codes for digest in stored)

    sign_out_and_in(browser)
    assert show(browser, codes[0].upper().replace("-", " ")) == "/start"
    assert "9 koder igjen" in browser.page("/konto").main
    sign_out_and_in(browser)
    assert isinstance(show(browser, codes[0]), Page)
    assert show(browser, codes[1]) == "/start"

    fresh = Page(browser.send(browser.page("/konto"), "/konto/totrinn/koder"))
    made = [text_of(each) for each in fresh.elements("code")]
    sign_out_and_in(browser)
    assert isinstance(show(browser, codes[2]), Page)
    assert show(browser, made[0]) == "/start"


def test_guessing_codes_must_wait(browser: Browser, rita: Actor) -> None:
    sign_in(browser)
    phone, _ = set_up(browser)
    at(browser, NOW + 4 * STEP)
    sign_out_and_in(browser)
    page = browser.page("/logg-inn/totrinn")
    for _ in range(5):
        browser.send(page, "/logg-inn/totrinn", code="000000")

    refused = browser.send(page, "/logg-inn/totrinn", code=phone.at(NOW + 4 * STEP))
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "5"
    # Nor by beginning again with the password.
    browser.send(page, "/logg-ut")
    sign_in(browser)
    page = browser.page("/logg-inn/totrinn")
    still = browser.send(page, "/logg-inn/totrinn", code=phone.at(NOW + 4 * STEP))
    assert still.status_code == 429


def test_the_secret_is_unreadable_in_the_database(
    browser: Browser, rita: Actor, world: World
) -> None:
    sign_in(browser)
    phone, _ = set_up(browser)

    with world.database.read() as session:
        (sealed,) = session.scalars(sa.select(TotpFactor.sealed_secret))
    assert phone.secret.encode() not in sealed


def test_a_new_phone_replaces_the_old_only_when_its_code_has_come(
    browser: Browser, rita: Actor
) -> None:
    sign_in(browser)
    old, _ = set_up(browser)
    at(browser, NOW + 4 * STEP)
    page = browser.page("/konto/totrinn")
    assert "Den nye appen erstatter den du har" in page.main
    refused = browser.send(page, "/konto/totrinn", code=old.at(NOW + 4 * STEP))
    assert refused.status_code == 400, "the old phone's code confirms nothing"
    sign_out_and_in(browser)
    assert show(browser, old.at(NOW + 4 * STEP)) == "/start"

    at(browser, NOW + 8 * STEP)
    new, codes = set_up(browser)
    assert codes == [], "the codes on paper are as they were"
    at(browser, NOW + 12 * STEP)
    sign_out_and_in(browser)
    assert isinstance(show(browser, old.at(NOW + 12 * STEP)), Page)
    assert show(browser, new.at(NOW + 12 * STEP)) == "/start"


# Half signed in


@pytest.mark.parametrize("waiting", [True, False])
def test_half_signed_in_nobody_reaches_any_page(
    required: Flask, browser: Browser, rita: Actor, world: World, waiting: bool
) -> None:
    """Every route that asks for more than nothing, for a password alone."""
    browser.sits_down(rita, waits_for_factor=waiting)
    required.config["WTF_CSRF_ENABLED"] = False
    allowed = FOR_THE_SECOND_STEP if waiting else FOR_SETTING_UP
    tried = 0
    for rule in required.url_map.iter_rules():
        guard = guard_of(required.view_functions[rule.endpoint])
        if guard is None or not guard.signed_in or rule.endpoint in allowed:
            continue
        values = dict.fromkeys(rule.arguments, "1") | {
            name: SOMETHING[name] for name in rule.arguments & SOMETHING.keys()
        }
        address = required.url_map.bind("localhost").build(rule.endpoint, values)
        method = browser.get if "GET" in (rule.methods or ()) else browser.post
        response = method(address)
        assert response.status_code == 303, address
        assert response.location.startswith("/logg-inn") or (
            response.location == "/konto/totrinn" and not waiting
        ), address
        tried += 1
    assert tried > 50
    with world.database.read() as session:
        assert not session.scalars(sa.select(TotpFactor)).all()


def test_a_whole_session_would_be_seen_to_reach_them(
    required: Flask, browser: Browser, rita: Actor
) -> None:
    browser.sits_down(rita, strong=True)

    assert browser.get("/min-liste").status_code == 200


def test_half_signed_in_is_not_shown_as_signed_in(
    required: Flask, browser: Browser, rita: Actor
) -> None:
    sign_in(browser)

    page = browser.page("/konto/totrinn")
    assert "Rita" not in page.text
    assert page.response.headers["Cache-Control"] == "no-store"
    assert browser.get("/registrering/skilt").status_code in {303, 404}
    assert browser.get("/logg-inn?til=/min-liste").location == "/konto/totrinn?til=/min-liste"


def test_the_password_waits_ten_minutes_for_the_second_factor(
    browser: Browser, rita: Actor
) -> None:
    sign_in(browser)
    set_up(browser)
    sign_out_and_in(browser)
    at(browser, NOW + timedelta(minutes=10))

    assert browser.get("/logg-inn/totrinn").location.startswith("/logg-inn?til=")


def test_nobody_sets_up_another_factor_instead_of_showing_the_one_there_is(
    required: Flask, browser: Browser, rita: Actor
) -> None:
    sign_in(browser)
    set_up(browser)
    sign_out_and_in_required(browser)

    for address in ("/konto/totrinn", "/konto/totrinn/qr.svg"):
        assert browser.get(address).location == "/logg-inn/totrinn"
    page = browser.page("/logg-inn/totrinn")
    token = page.filled("/logg-inn/totrinn")["csrf_token"]
    for address in ("/konto/totrinn", "/konto/passnokkel", "/konto/passnokkel/sporsmal"):
        response = browser.post(address, data={"csrf_token": token, "code": "123456"})
        assert response.location == "/logg-inn/totrinn"


def sign_out_and_in_required(browser: Browser) -> None:
    browser.send(browser.page("/konto"), "/logg-ut")
    assert sign_in(browser).startswith("/logg-inn/totrinn")


def test_a_role_given_in_the_middle_of_the_day_demands_the_second_factor_at_once(
    required: Flask, browser: Browser, world: World
) -> None:
    newcomer = create_user(
        world.database, email="anne@eksempel.no", name="Anne", password=PASSWORD, now=NOW
    )
    assert sign_in(browser, "anne@eksempel.no") == "/start"
    browser.page("/konto")

    grant(
        world.database,
        user_id=newcomer,
        organisation_id=world.unit,
        role=Role.REGISTRAR,
        now=NOW,
    )

    assert browser.get("/min-liste").status_code == 303
    assert browser.get("/logg-inn").location.startswith("/konto/totrinn")


# Taking away, and changing


# A browser that somebody has left open

A_WHILE = timedelta(minutes=15)
# What opens the account, or ends what is open.
CHANGES_WAYS_IN = {
    "factors.set_up",
    "factors.confirm",
    "factors.qr_code",
    "factors.remove",
    "factors.codes",
    "factors.passkey_asked",
    "factors.add_passkey",
    "factors.drop_passkey",
    "own_account.end",
    "provider_link.begin",
    "provider_link.remove",
}
# Of the same pages: a name opens nothing, a new password asks for the old, and the page is read.
CHANGES_NOTHING = {
    "factors.name_passkey",
    "own_account.show",
    "own_account.password",
    "own_account.password_send",
}


def test_every_page_of_the_account_says_whether_it_asks_who_it_is_again(app: Flask) -> None:
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in {"factors", "own_account", "provider_link"}
    }

    assert pages == CHANGES_WAYS_IN | CHANGES_NOTHING


@pytest.mark.parametrize(
    ("waited", "asked_again"), [(A_WHILE - STEP, False), (A_WHILE, True)], ids=["soon", "late"]
)
def test_nothing_that_opens_the_account_is_changed_from_a_browser_left_open(
    app: Flask, browser: Browser, world: World, waited: timedelta, asked_again: bool
) -> None:
    for endpoint in sorted(CHANGES_WAYS_IN):
        at(browser, NOW)
        browser.sits_down(world.registrar)
        token = browser.page("/konto").filled("/logg-ut")["csrf_token"]
        (rule,) = (rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
        values: dict[str, Any] = dict.fromkeys(rule.arguments, uuid.uuid4())
        with app.test_request_context():
            address = url_for(endpoint, **values)
        at(browser, NOW + waited)

        if "GET" in (rule.methods or ()):
            response = browser.get(address)
        else:
            response = browser.post(address, data={"csrf_token": token})

        asked = response.status_code == 401 or str(response.location).startswith("/logg-inn?")
        assert asked is asked_again, endpoint
        # The session is then gone, for whoever sits there now.
        assert (browser.get("/konto").status_code == 303) is asked_again, endpoint


def test_signing_in_again_leads_back_to_where_it_was_to_be_changed(
    browser: Browser, rita: Actor
) -> None:
    sign_in(browser)
    at(browser, NOW + A_WHILE)

    page = browser.page(str(browser.get("/konto/totrinn").location))
    assert "Logg inn på nytt for å endre hvordan du logger inn." in page.text
    again = browser.send(page, "/logg-inn", email=EMAIL, password=PASSWORD)

    assert again.location == "/konto/totrinn"
    assert set_up(browser)[1]


def test_the_owner_is_told_by_e_mail_of_every_change(
    browser: Browser, rita: Actor, office: PostOffice
) -> None:
    sign_in(browser)
    set_up(browser)
    for address in ("/konto/totrinn/koder", "/konto/totrinn/fjern"):
        browser.send(browser.page("/konto"), address)

    told = [each.get_content() for each in office.letters if each["To"] == EMAIL]
    assert len(told) == 3
    assert all("Var det ikke deg" in each for each in told)


def test_the_last_factor_of_who_must_have_one_stays(
    required: Flask, browser: Browser, rita: Actor
) -> None:
    sign_in(browser)
    set_up(browser)

    refused = browser.send(browser.page("/konto"), "/konto/totrinn/fjern")

    assert refused.status_code == 409
    assert "Rollen din krever totrinnsinnlogging" in Page(refused).main
    assert "App på telefonen" in Page(refused).main


def test_in_the_demo_it_is_taken_away_with_the_codes(
    browser: Browser, rita: Actor, world: World
) -> None:
    sign_in(browser)
    set_up(browser)

    browser.send(browser.page("/konto"), "/konto/totrinn/fjern")

    assert "Appen er fjernet" in browser.page("/konto").main
    with world.database.read() as session:
        assert session.scalars(sa.select(RecoveryCode)).all() == []
    browser.send(browser.page("/konto"), "/logg-ut")
    assert sign_in(browser) == "/start"


def test_a_changed_factor_ends_the_other_sessions(
    app: Flask, browser: Browser, rita: Actor, world: World
) -> None:
    elsewhere = app.test_client()
    assert isinstance(elsewhere, Browser)
    sign_in(elsewhere)
    sign_in(browser)
    set_up(browser)

    assert elsewhere.get("/min-liste").status_code == 303
    assert browser.get("/min-liste").status_code == 200
    with world.database.read() as session:
        assert session.scalars(sa.select(UserSession.strong)).all() == [True]


# A colleague who has lost everything


@pytest.fixture
def office(app: Flask) -> Iterator[PostOffice]:
    """A mail server the application knows of."""
    with PostOffice() as opened:
        app.extensions[EXTENSION] = dataclasses.replace(app.extensions[EXTENSION], mail=opened.mail)
        yield opened


def help_somebody(browser: Browser, email: str) -> Page | None:
    page = browser.page("/hjelp-med-innlogging")
    response = browser.send(page, "/hjelp-med-innlogging", email=email)
    return None if response.status_code == 303 else Page(response)


def test_the_coordinator_helps_a_colleague_who_is_told(
    app: Flask, browser: Browser, rita: Actor, world: World, office: PostOffice
) -> None:
    phone = app.test_client()
    assert isinstance(phone, Browser)
    sign_in(phone)
    set_up(phone)
    office.letters.clear()
    browser.sits_down(world.coordinator)

    assert help_somebody(browser, EMAIL) is None

    assert "nullstilt" in browser.page("/hjelp-med-innlogging").main
    assert phone.get("/konto").status_code == 303, "signed out everywhere"
    assert sign_in(phone) == "/start", "the password alone, in the demo"
    assert "Kari Koordinator har nullstilt" in office.text_to(EMAIL)
    with world.database.read() as session:
        row = session.scalars(
            sa.select(AccessLog).where(AccessLog.action == "user.factor_reset")
        ).one()
    assert (row.user_id, row.subject) == (world.coordinator.user_id, str(rita.user_id))
    assert row.organisation_id == world.unit


@pytest.mark.parametrize(
    "who",
    [
        "frode@eksempel.no",  # works in another municipality
        "trine@eksempel.no",  # at the trust, above
        "ingen@eksempel.no",  # nobody
    ],
)
def test_others_than_colleagues_are_answered_as_if_there_were_nobody(
    browser: Browser, world: World, who: str
) -> None:
    browser.sits_down(world.coordinator)

    page = help_somebody(browser, who)

    assert page is not None
    assert page.status == 409
    assert "Ingen du kan hjelpe, har denne adressen" in page.main


def test_a_colleague_who_also_works_elsewhere_is_helped_by_the_system_administrator_alone(
    browser: Browser, world: World
) -> None:
    elsewhere = world.units["1108"][0]
    grant(
        world.database,
        user_id=world.registrar.user_id,
        organisation_id=elsewhere,
        role=Role.REGISTRAR,
        now=NOW,
    )
    browser.sits_down(world.coordinator)
    assert help_somebody(browser, EMAIL) is not None

    system = create_user(
        world.database, email="siri@eksempel.no", name="Siri", password=PASSWORD, now=NOW
    )
    grant(
        world.database,
        user_id=system,
        organisation_id=world.nation,
        role=Role.SYSTEM_ADMINISTRATOR,
        now=NOW,
    )
    sign_in(other := fresh(browser), "siri@eksempel.no")
    assert other.get("/start").location == "/hjelp-med-innlogging"
    assert help_somebody(other, EMAIL) is None


def fresh(browser: Browser) -> Browser:
    made = browser.application.test_client()
    assert isinstance(made, Browser)
    return made


def test_nobody_takes_away_their_own(browser: Browser, world: World) -> None:
    browser.sits_down(world.coordinator)

    page = help_somebody(browser, "kari@eksempel.no")

    assert page is not None
    assert "din egen" in page.main


def test_a_registrar_helps_nobody(browser: Browser, world: World) -> None:
    browser.sits_down(world.registrar)

    browser.page("/hjelp-med-innlogging", status=403)


def test_passkeys_are_offered_only_where_browsers_make_them(
    app: Flask, browser: Browser, rita: Actor
) -> None:
    sign_in(browser)
    assert "passnøkkel" not in browser.page("/konto/totrinn").main
    refused = browser.post(
        "/konto/passnokkel/sporsmal",
        data={"csrf_token": browser.page("/konto/totrinn").filled("/konto/totrinn")["csrf_token"]},
    )
    assert refused.status_code == 400
    known = app.extensions[EXTENSION]
    settings = dataclasses.replace(known.settings, public_url="https://brukerplan.example")
    app.extensions[EXTENSION] = dataclasses.replace(known, settings=settings)
    assert browser.page("/konto/totrinn").elements("form", action="/konto/passnokkel")
    with app.app_context():
        assert services().passkey_site is not None
