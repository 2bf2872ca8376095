"""Signing in at a real provider, linking, invitations and signing out; all that can go wrong."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from brukerplan.access.policy import Actor
from brukerplan.access.roles import Role
from brukerplan.actions.accounts import create_user
from brukerplan.actions.invitations import invite
from brukerplan.app import create_app
from brukerplan.config import load_settings
from brukerplan.openid import metadata
from brukerplan.openid import provider as openid_provider
from brukerplan.openid.id_token import read_id_token
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import (
    AccessLog,
    Base,
    Membership,
    ProviderLink,
    UserAccount,
    UserSession,
)
from brukerplan.web.clock import CLOCK
from brukerplan.web.services import services
from tests.actions.world import World
from tests.openid.real_provider import (
    CLIENT_ID,
    HIGH,
    NAME,
    PID,
    WEAK,
    RealProvider,
    client_key,
    signing_key,
)
from tests.openid.visitor import Visitor, asked
from tests.web.browser import Browser, Page, text_of

SITE = "http://127.0.0.1:5000"
BEGIN, ANSWER = "/logg-inn/ekstern", "/logg-inn/ekstern/svar"
ACCOUNT, LINK = "/konto", "/konto/ekstern-innlogging"
PASSWORD = "et langt passord for prøven"
EMAIL = "ine@eksempel.no"


Started = Callable[[Mapping[str, str]], Browser]


class Clock:
    """The real time, which the provider has too, and what is added to it."""

    ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    with RealProvider(SITE) as started:
        yield started


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def started(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Started]:
    """Starts the application, told of a provider; several are on one database."""
    made: list[Flask] = []

    def start(provider: Mapping[str, str]) -> Browser:
        told = {
            "BRUKERPLAN_INSTANCE": str(tmp_path),
            "BRUKERPLAN_MASTER_KEY": base64.b64encode(b"m" * 32).decode("ascii"),
            **provider,
        }
        app = create_app(load_settings(told, database_url=database_url))
        app.config[CLOCK] = clock
        app.test_client_class = Browser
        made.append(app)
        client = app.test_client()
        assert isinstance(client, Browser)
        return client

    yield start
    for app in made:
        with app.app_context():
            services().database.dispose()


@pytest.fixture
def browser(started: Started, provider: RealProvider) -> Browser:
    return started(provider.settings())


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(SITE)


@pytest.fixture
def ine(world: World) -> Actor:
    """Somebody with a password and no role."""
    user_id = create_user(
        world.database, email=EMAIL, name="Ine", password=PASSWORD, now=datetime.now(UTC)
    )
    return Actor(user_id, "Ine")


def sent_to(page: Page) -> str:
    """Where a page that leads on leads."""
    (head,) = page.elements("meta", http_equiv="refresh")
    address = (head.get("content") or "").removeprefix("0; url=")
    assert page.elements("a", href=address), "there is a link too"
    return address


def begun(browser: Browser, **typed: str) -> str:
    """Begin to sign in from the sign-in page, and return the address at the provider."""
    return sent_to(Page(browser.send(browser.page("/logg-inn"), BEGIN, **typed)))


def linking(browser: Browser, actor: Actor) -> str:
    """Begin to link, also from a page that was opened earlier, and return the address there."""
    browser.sits_down(actor)
    return sent_to(Page(browser.post(f"{LINK}/koble", data=filled(browser.page(ACCOUNT)))))


def linked(browser: Browser, actor: Actor, who: str) -> None:
    """Link, and leave."""
    back = Visitor(SITE).signs_in(linking(browser, actor), who)
    assert browser.get(back).location == ACCOUNT
    with browser.session_transaction() as session:
        session.clear()


def signed_in(browser: Browser) -> bool:
    with browser.session_transaction() as session:
        return "_user_id" in session


def links(database: Database) -> int:
    with database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(ProviderLink)) or 0


def codes(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The codes of what was refused, as they stand in the log."""
    return [
        str(record.args[0])
        for record in caplog.records
        if record.name == "brukerplan.web.provider" and isinstance(record.args, tuple)
    ]


def refusal(browser: Browser, address: str, status: int) -> Page:
    """Open the answer, which is refused: nobody is signed in."""
    page = browser.page(address, status=status)
    assert not signed_in(browser)
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "Du ble ikke logget inn" in page.heading or "tilgang" in page.heading
    return page


def test_who_has_linked_the_account_signs_in_with_it(
    browser: Browser, visitor: Visitor, ine: Actor
) -> None:
    address = linking(browser, ine)
    assert asked(address)["prompt"] == "login", "on a shared PC somebody else may be signed in"
    assert browser.get(visitor.signs_in(address, "ine")).location == ACCOUNT
    assert "Du kan nå logge inn med Prøveporten" in browser.page(ACCOUNT).text
    with browser.session_transaction() as session:
        session.clear()

    page = browser.page("/logg-inn")
    assert "Logg inn med Prøveporten" in text_of(page.form(BEGIN))
    there = visitor.goes(begun(browser))
    response = browser.get(visitor.returns(there))

    assert response.location == "/start"
    assert "Ine" in browser.page("/").text


def test_the_request_asks_for_the_levels_by_pkce_and_nothing_but_openid(browser: Browser) -> None:
    address = asked(begun(browser))

    assert address["acr_values"] == "loa-substantial loa-high"
    assert address["code_challenge_method"] == "S256"
    assert address["scope"] == "openid"
    assert address["response_type"] == "code"
    assert address["redirect_uri"] == SITE + ANSWER
    assert address["ui_locales"] == "nb"
    assert len(address["state"]) >= 32
    assert len(address["nonce"]) >= 32
    again = asked(begun(browser))
    assert {again[each] for each in ("state", "nonce", "code_challenge")}.isdisjoint(
        {address[each] for each in ("state", "nonce", "code_challenge")}
    )


def test_no_other_site_can_begin_a_sign_in(browser: Browser, world: World) -> None:
    """Else it could have whoever follows a link signed in, or signed in as somebody else."""
    browser.page("/logg-inn")

    assert browser.get(BEGIN).status_code == 405
    assert browser.post(BEGIN).status_code == 400
    with browser.session_transaction() as session:
        assert "away" not in session


def test_a_sign_in_there_is_two_factors_here_and_its_level_is_kept(
    provider: RealProvider, started: Started, visitor: Visitor, world: World
) -> None:
    client = started({**provider.settings(), "BRUKERPLAN_SECOND_FACTOR": "required"})
    client.sits_down(world.registrar, strong=True)
    address = sent_to(Page(client.post(f"{LINK}/koble", data=filled(client.page(ACCOUNT)))))
    assert client.get(Visitor(SITE).signs_in(address, "rita")).location == ACCOUNT
    with client.session_transaction() as session:
        session.clear()

    answer = visitor.signs_in(begun(client), "rita", level=HIGH)

    assert client.get(answer).location == "/start"
    assert client.page("/min-liste").heading == "Min liste"
    with world.database.read() as session:
        newest = session.scalars(sa.select(UserSession).order_by(UserSession.begun_at)).all()[-1]
    assert (newest.assurance, newest.acr, newest.strong) == ("federated", HIGH, True)
    # A password alone is less, also of an account that is linked.
    client.sits_down(world.registrar)
    assert client.get("/min-liste").location.startswith("/logg-inn")


def test_linking_and_unlinking_end_every_other_session(
    browser: Browser, started: Started, provider: RealProvider, ine: Actor
) -> None:
    other = started(provider.settings())

    other.sits_down(ine)
    assert other.get(ACCOUNT).status_code == 200
    answer = Visitor(SITE).signs_in(linking(browser, ine), "ine-others")
    assert other.get(ACCOUNT).status_code == 200
    assert browser.get(answer).location == ACCOUNT
    assert other.get(ACCOUNT).location.startswith("/logg-inn")

    other.sits_down(ine)
    assert browser.send(browser.page(ACCOUNT), f"{LINK}/fjern").location == ACCOUNT
    assert other.get(ACCOUNT).location.startswith("/logg-inn")
    assert browser.page(ACCOUNT).status == 200


def test_after_signing_in_one_is_back_where_one_was(
    browser: Browser, visitor: Visitor, ine: Actor
) -> None:
    linked(browser, ine, "ine-back")

    to_sign_in = browser.get("/min-liste").location
    there = sent_to(Page(browser.send(browser.page(to_sign_in), BEGIN)))

    assert browser.get(visitor.signs_in(there, "ine-back")).location == "/min-liste"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "/\\example.org"])
def test_signing_in_never_leads_to_another_site(
    browser: Browser, visitor: Visitor, ine: Actor, elsewhere: str
) -> None:
    linked(browser, ine, "ine-elsewhere")

    there = begun(browser, til=elsewhere)

    assert browser.get(visitor.signs_in(there, "ine-elsewhere")).location == "/start"


def test_somebody_nobody_has_let_in_is_told_what_to_do(
    browser: Browser, visitor: Visitor, ine: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    page = refusal(browser, visitor.signs_in(begun(browser), "ukjent"), 403)

    assert page.heading == "Du har ikke tilgang ennå"
    assert "Be koordinatoren" in page.main
    assert codes(caplog) == ["subject_unknown"]
    assert browser.get("/min-liste").location.startswith("/logg-inn")
    # The next at this PC is not to be signed in at the provider as this one.
    assert sent_to(Page(browser.send(page, "/logg-ut")))


def test_a_sign_in_that_is_too_weak_is_refused_and_tried_anew(
    browser: Browser, visitor: Visitor, ine: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    linked(browser, ine, "ine-weak")

    page = refusal(browser, visitor.signs_in(begun(browser), "ine-weak", level=WEAK), 403)

    assert "ikke er sikker nok" in page.main
    assert codes(caplog) == ["weak_acr"]
    there = sent_to(Page(browser.send(page, BEGIN)))
    assert asked(there)["prompt"] == "login"
    assert browser.get(visitor.signs_in(there, "ine-weak", level=HIGH)).location == "/start"


def test_who_turns_back_is_not_signed_in(
    browser: Browser, visitor: Visitor, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    page = refusal(browser, visitor.signs_in(begun(browser), "x", act="back"), 403)

    assert "avbrutt" in page.main
    assert codes(caplog) == ["denied"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("state", "made-up", "wrong_state"),
        ("state", "å", "wrong_state"),
        ("state", "", "wrong_state"),
        ("iss", "https://annen.example", "answer_iss"),
        ("iss", "", "answer_iss"),
        ("code", "made-up", "code_refused"),
        ("code", "", "refused"),
    ],
)
def test_an_answer_that_was_changed_on_the_way_is_refused(
    browser: Browser,
    visitor: Visitor,
    ine: Actor,
    caplog: pytest.LogCaptureFixture,
    name: str,
    value: str,
    code: str,
) -> None:
    linked(browser, ine, "ine-changed")
    answer = asked(visitor.signs_in(begun(browser), "ine-changed"))

    response = browser.get(ANSWER, query_string=answer | {name: value})

    assert response.status_code == 400
    assert not signed_in(browser)
    assert codes(caplog) == [code]


def test_an_error_of_the_providers_own_is_told_without_its_words(
    browser: Browser, world: World, provider: RealProvider, caplog: pytest.LogCaptureFixture
) -> None:
    state = asked(begun(browser))["state"]

    page = browser.page(
        ANSWER,
        status=400,
        query_string={
            "state": state,
            "iss": provider.issuer,
            "error": "server_error",
            "error_description": "Hemmelig Navn <script>",
        },
    )

    assert "Hemmelig" not in page.html
    assert codes(caplog) == ["refused"]


def test_a_nonce_that_was_changed_on_the_way_is_refused(
    browser: Browser, visitor: Visitor, ine: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    linked(browser, ine, "ine-nonce")
    there = begun(browser)

    changed = there.replace(asked(there)["nonce"], "another-nonce-than-ours")
    refusal(browser, visitor.signs_in(changed, "ine-nonce"), 400)

    assert codes(caplog) == ["token_nonce"]


def test_an_answer_made_for_another_verifier_is_refused(
    browser: Browser, visitor: Visitor, ine: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    linked(browser, ine, "ine-pkce")
    there = begun(browser)

    changed = there.replace(asked(there)["code_challenge"], "x" * 43)
    refusal(browser, visitor.signs_in(changed, "ine-pkce"), 400)

    assert codes(caplog) == ["code_refused"]


def test_somebody_elses_answer_signs_nobody_in(
    browser: Browser, visitor: Visitor, ine: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    linked(browser, ine, "ine-victim")
    attacker = browser.application.test_client()
    assert isinstance(attacker, Browser)
    theirs = visitor.signs_in(begun(attacker), "attacker")

    refusal(browser, theirs, 400)
    begun(browser)
    refusal(browser, theirs, 400)

    assert codes(caplog) == ["wrong_state", "wrong_state"]


def test_an_answer_is_good_for_once(
    browser: Browser, visitor: Visitor, ine: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    linked(browser, ine, "ine-replay")
    there = begun(browser)
    with browser.session_transaction() as session:
        before = dict(session)
    answer = visitor.signs_in(there, "ine-replay")
    assert browser.get(answer).location == "/start"
    with browser.session_transaction() as session:
        session.clear()

    refusal(browser, answer, 400)
    # Whoever has kept the cookie from before gets no further: the code is used.
    with browser.session_transaction() as session:
        session.update(before)
    refusal(browser, answer, 400)

    assert codes(caplog) == ["wrong_state", "code_refused"]


def test_after_a_refused_answer_another_is_refused_too(
    browser: Browser, visitor: Visitor, ine: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    linked(browser, ine, "ine-guessed")
    answer = visitor.signs_in(begun(browser), "ine-guessed")

    refusal(browser, answer.replace("state=", "state=x"), 400)
    refusal(browser, answer, 400)

    assert codes(caplog) == ["wrong_state", "wrong_state"]


def test_an_answer_that_comes_late_is_refused(
    browser: Browser,
    visitor: Visitor,
    ine: Actor,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    linked(browser, ine, "ine-late")
    answer = visitor.signs_in(begun(browser), "ine-late")

    clock.ahead = timedelta(minutes=10, seconds=1)
    refusal(browser, answer, 400)

    assert codes(caplog) == ["too_late"]


def test_a_token_that_has_expired_is_refused_but_not_for_a_clock_that_is_a_little_off(
    browser: Browser, visitor: Visitor, ine: Actor, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    linked(browser, ine, "ine-expired")
    # Tokens are good for five minutes.
    answer = visitor.signs_in(begun(browser), "ine-expired")
    clock.ahead = timedelta(minutes=5, seconds=15)
    assert browser.get(answer).location == "/start"
    with browser.session_transaction() as session:
        session.clear()

    clock.ahead = timedelta(0)
    answer = Visitor(SITE).signs_in(begun(browser), "ine-expired")
    clock.ahead = timedelta(minutes=6)
    refusal(browser, answer, 400)

    assert codes(caplog) == ["token_exp"]


def test_a_closed_account_stays_closed(
    browser: Browser,
    visitor: Visitor,
    ine: Actor,
    world: World,
    caplog: pytest.LogCaptureFixture,
) -> None:
    linked(browser, ine, "ine-closed")
    with world.database.begin() as session:
        session.execute(
            sa.update(UserAccount).where(UserAccount.id == ine.user_id).values(active=False)
        )

    page = browser.page(visitor.signs_in(begun(browser), "ine-closed"), status=403)

    assert not signed_in(browser)
    assert "stengt" in page.main
    assert codes(caplog) == ["account_closed"]


@pytest.mark.parametrize("language", ["nn", "en"])
def test_every_refusal_is_said_in_the_readers_language(
    browser: Browser, visitor: Visitor, world: World, language: str
) -> None:
    browser.page(f"/logg-inn?sprak={language}")
    there = begun(browser)
    assert asked(there)["ui_locales"] == language

    unknown = browser.page(visitor.signs_in(there, "ukjent"), status=403)
    denied = browser.page(Visitor(SITE).signs_in(begun(browser), "x", act="back"), status=403)

    for page, source in ((unknown, "Ellers: Be koordinatoren"), (denied, "ble avbrutt")):
        assert page.elements("html")[0].get("lang") == language
        assert source not in page.text


def test_a_provider_that_changes_its_key_is_believed_and_one_that_lies_about_it_is_not(
    ine: Actor,
    started: Started,
    caplog: pytest.LogCaptureFixture,
) -> None:
    own = RealProvider(SITE)
    client = started(own.settings())
    try:
        own.start(signing_key("first"))
        linked(client, ine, "ine-keys")
        own.stop()
        own.start(signing_key("second"))
        answer = Visitor(SITE).signs_in(begun(client), "ine-keys")
        assert client.get(answer).location == "/start"
        with client.session_transaction() as session:
            session.clear()
        own.stop()
        # The name is known, so nobody asks again; the signature does not fit.
        own.start(signing_key("second"))
        refusal(client, Visitor(SITE).signs_in(begun(client), "ine-keys"), 400)
        assert codes(caplog) == ["token_signature"]
    finally:
        own.stop()


def test_a_key_of_ours_the_provider_does_not_know_is_said_to_be_our_fault(
    provider: RealProvider,
    world: World,
    started: Started,
    visitor: Visitor,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = started(provider.settings(client_key("ours-1")))

    page = client.page(visitor.signs_in(begun(client), "noen"), status=503)

    assert "oppsettet stemmer ikke" in page.main
    assert codes(caplog) == ["client_refused"]


def test_when_the_provider_is_gone_the_page_says_so_and_the_password_still_works(
    ine: Actor,
    started: Started,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metadata, "REST_SECONDS", 0.0)
    own = RealProvider(SITE)
    client = started(own.settings())

    page = Page(client.send(client.page("/logg-inn"), BEGIN))
    assert page.status == 503
    assert "Prøveporten svarer ikke" in page.main
    assert page.elements("a", href="/logg-inn")
    assert codes(caplog) == ["unavailable"]
    response = client.send(client.page("/logg-inn"), "/logg-inn", email=EMAIL, password=PASSWORD)
    assert response.location == "/start"
    assert "svarer ikke" in Page(client.send(client.page(ACCOUNT), f"{LINK}/koble")).main
    with client.session_transaction() as session:
        session.clear()

    # Gone between there and back.
    own.start()
    answer = Visitor(SITE).signs_in(begun(client), "ine")
    own.stop()
    refusal(client, answer, 503)
    # Back again: nobody has to start anything anew.
    own.start()
    try:
        there = begun(client)
        client.page(Visitor(SITE).signs_in(there, "ingen"), status=403)
    finally:
        own.stop()


def test_a_silent_provider_is_not_asked_by_everybody(world: World, started: Started) -> None:
    own = RealProvider(SITE)
    client = started(own.settings())
    page = client.page("/logg-inn")
    assert client.send(page, BEGIN).status_code == 503

    own.start()
    try:
        # Answered at once, without looking.
        assert client.send(page, BEGIN).status_code == 503
    finally:
        own.stop()


def test_signing_out_ends_the_providers_session_too(
    browser: Browser, visitor: Visitor, ine: Actor
) -> None:
    linked(browser, ine, "ine-out")
    browser.get(visitor.signs_in(begun(browser), "ine-out"))
    assert signed_in(browser)

    there = sent_to(Page(browser.send(browser.page("/"), "/logg-ut")))

    assert not signed_in(browser)
    # The ID token holds a national number at ID-porten: it is not kept to be a hint.
    assert asked(there).keys() == {"client_id", "post_logout_redirect_uri", "ui_locales"}
    assert asked(there)["client_id"] == CLIENT_ID
    back = visitor.confirms_signing_out(there)
    assert browser.get(back).location == "/"
    assert "Du er logget ut, også hos Prøveporten" in browser.page("/").text
    # The provider asks who it is.
    assert "Sign in" in visitor.looks(begun(browser)).text


def test_who_signed_in_with_a_password_is_sent_nowhere_when_signing_out(
    browser: Browser, ine: Actor
) -> None:
    browser.send(browser.page("/logg-inn"), "/logg-inn", email=EMAIL, password=PASSWORD)

    assert browser.send(browser.page("/"), "/logg-ut").location == "/"


def test_signing_out_works_where_the_provider_does_not(ine: Actor, started: Started) -> None:
    own = RealProvider(SITE)
    client = started(own.settings())
    client.sits_down(ine)
    with client.session_transaction() as session:
        session["signed_in_there"] = True

    response = client.send(client.page("/"), "/logg-ut")

    assert response.location == "/"
    assert "fortsatt være logget inn hos Prøveporten" in client.page("/").text
    assert not signed_in(client)


def test_an_invited_person_needs_no_password(
    browser: Browser, visitor: Visitor, world: World
) -> None:
    page = invited(browser, world, "ny@eksempel.no")

    address = sent_to(
        Page(browser.post("/invitasjon/ekstern", data=filled(page) | {"name": "Nina  Ny"}))
    )
    assert asked(address)["prompt"] == "login"
    response = browser.get(visitor.signs_in(address, "nina"))

    assert response.location == "/start"
    assert browser.get("/start").location == "/min-liste"
    first = browser.page("/min-liste")
    assert "Nina Ny" in first.text
    assert "Invitasjonen er tatt imot." in first.text
    with world.database.read() as session:
        account = session.scalars(
            sa.select(UserAccount).where(UserAccount.email == "ny@eksempel.no")
        ).one()
        assert account.password_hash == "!"
        assert session.scalars(
            sa.select(Membership.role).where(Membership.user_id == account.id)
        ).all() == [Role.REGISTRAR]
    # No password opens it, and the only way in stays.
    kept = browser.page(ACCOUNT)
    assert "kan ikke fjernes" in kept.main
    refused = Page(browser.post(f"{LINK}/fjern", data=filled(kept)))
    assert (refused.status, "eneste måten" in refused.text) == (409, True)
    assert links(world.database) == 1


@pytest.mark.parametrize("password", ["!", "nobody has this password", ""])
def test_no_password_opens_an_account_that_has_none(
    browser: Browser, visitor: Visitor, world: World, password: str
) -> None:
    page = invited(browser, world, "ny@eksempel.no")
    address = sent_to(
        Page(browser.post("/invitasjon/ekstern", data=filled(page) | {"name": "Nina"}))
    )
    browser.get(visitor.signs_in(address, f"nina-{len(password)}"))
    with browser.session_transaction() as session:
        session.clear()

    browser.send(browser.page("/logg-inn"), "/logg-inn", email="ny@eksempel.no", password=password)

    assert not signed_in(browser)


def test_an_invited_person_says_their_own_name(browser: Browser, world: World) -> None:
    page = invited(browser, world, "ny@eksempel.no")

    again = Page(browser.post("/invitasjon/ekstern", data=filled(page) | {"name": " "}))

    assert again.status == 400
    assert "Skriv navnet ditt" in again.main


def test_an_invitation_opens_no_account_that_there_is(
    browser: Browser,
    visitor: Visitor,
    ine: Actor,
    world: World,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Else whoever finds the link would have all that is the account's elsewhere."""
    page = invited(browser, world, EMAIL)

    address = sent_to(Page(browser.post("/invitasjon/ekstern", data=filled(page))))
    refused = browser.page(visitor.signs_in(address, "finder"), status=409)

    assert "Ta imot invitasjonen med passordet ditt" in refused.main
    assert not signed_in(browser)
    assert codes(caplog) == ["password_first"]
    assert links(world.database) == 0
    # It is not spent.
    assert browser.page("/invitasjon").status == 200


def test_who_has_linked_the_account_accepts_without_the_password(
    browser: Browser, visitor: Visitor, ine: Actor, world: World
) -> None:
    linked(browser, ine, "ine-invited")
    page = invited(browser, world, EMAIL)

    address = sent_to(Page(browser.post("/invitasjon/ekstern", data=filled(page))))

    assert browser.get(visitor.signs_in(address, "ine-invited")).location == "/start"
    assert browser.get("/start").location == "/min-liste"


def test_one_sign_in_opens_one_account(
    browser: Browser,
    ine: Actor,
    world: World,
    caplog: pytest.LogCaptureFixture,
) -> None:
    linked(browser, ine, "ine-one")

    taken = browser.page(
        Visitor(SITE).signs_in(linking(browser, world.registrar), "ine-one"), status=409
    )
    other = browser.page(Visitor(SITE).signs_in(linking(browser, ine), "another"), status=409)
    with browser.session_transaction() as session:
        session.clear()
    page = invited(browser, world, "ny@eksempel.no")
    address = sent_to(
        Page(browser.post("/invitasjon/ekstern", data=filled(page) | {"name": "Nina"}))
    )
    invitation = browser.page(Visitor(SITE).signs_in(address, "ine-one"), status=409)

    assert taken.heading == "Innloggingen ble ikke koblet til"
    assert "annen bruker" in taken.main
    assert "Fjern den først" in other.main
    assert invitation.heading == "Invitasjonen ble ikke tatt imot"
    assert codes(caplog) == ["subject_taken", "account_linked", "subject_taken"]
    assert links(world.database) == 1
    with world.database.read() as session:
        made = sa.select(UserAccount.id).where(UserAccount.email == "ny@eksempel.no")
        assert session.scalar(made) is None


def test_linking_again_what_is_linked_changes_nothing(
    browser: Browser, ine: Actor, world: World
) -> None:
    linked(browser, ine, "ine-twice")
    linked(browser, ine, "ine-twice")

    assert links(world.database) == 1


def test_somebody_who_sits_down_in_the_meantime_is_not_linked(
    browser: Browser,
    visitor: Visitor,
    ine: Actor,
    world: World,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = visitor.signs_in(linking(browser, ine), "ine-left")
    with browser.session_transaction() as session:
        away = session["away"]
    browser.sits_down(world.registrar)
    with browser.session_transaction() as session:
        session["away"] = away

    page = browser.page(answer, status=400)

    assert page.heading == "Innloggingen ble ikke koblet til"
    assert codes(caplog) == ["wrong_state"]
    assert links(world.database) == 0


def test_a_link_is_removed_by_its_owner_and_opens_nothing_any_more(
    browser: Browser, visitor: Visitor, ine: Actor, world: World
) -> None:
    linked(browser, ine, "ine-gone")
    browser.sits_down(ine)

    assert browser.send(browser.page(ACCOUNT), f"{LINK}/fjern").location == ACCOUNT
    page = browser.page(ACCOUNT)

    assert "Koblingen til Prøveporten er fjernet" in page.text
    assert page.form(f"{LINK}/koble") is not None
    assert links(world.database) == 0
    with browser.session_transaction() as session:
        session.clear()
    refusal(browser, visitor.signs_in(begun(browser), "ine-gone"), 403)


def test_what_the_token_tells_is_kept_nowhere_and_every_step_stands_in_the_access_log(
    browser: Browser,
    visitor: Visitor,
    ine: Actor,
    world: World,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []

    def overheard(*args: Any, **keywords: Any) -> Mapping[str, Any]:
        claims = read_id_token(*args, **keywords)
        told.extend((claims["sub"], claims["pid"], claims["name"]))
        return claims

    monkeypatch.setattr(openid_provider, "read_id_token", overheard)
    linked(browser, ine, "ine-logged")
    browser.get(visitor.signs_in(begun(browser), "ine-logged"))
    with browser.session_transaction() as kept:
        cookie = str(dict(kept))
    with world.database.read() as session:
        everything = "\n".join(
            str(row)
            for table in Base.metadata.sorted_tables
            for row in session.execute(sa.select(table))
        )
    browser.send(browser.page(ACCOUNT), f"{LINK}/fjern")

    # It did tell: this is what there was to keep.
    assert {PID, NAME} < set(told)
    printed = "\n".join(record.getMessage() for record in caplog.records)
    for secret in told:
        for place in (everything, cookie, printed):
            assert secret not in place
    assert "ine@eksempel.no" in everything
    assert "GET" in printed
    acts = ("user.linked", "user.signed_in", "user.unlinked")
    with world.database.read() as session:
        rows = session.execute(
            sa.select(AccessLog.action, AccessLog.detail, AccessLog.user_id)
            .where(AccessLog.action.in_(acts))
            .order_by(AccessLog.id)
        ).all()
    assert [tuple(row) for row in rows] == [
        ("user.signed_in", "password", ine.user_id),
        ("user.linked", "", ine.user_id),
        ("user.signed_in", "federated", ine.user_id),
        ("user.unlinked", "", ine.user_id),
    ]


def test_without_a_provider_there_is_no_button_and_no_page(world: World, started: Started) -> None:
    client = started({})

    assert BEGIN not in client.page("/logg-inn").html
    client.sits_down(world.registrar)
    account = client.page(ACCOUNT)
    assert LINK not in account.html
    assert client.post(f"{LINK}/fjern", data=filled(account)).status_code == 404


def invited(browser: Browser, world: World, email: str) -> Page:
    """Follow an invitation, and return its page."""
    made = invite(
        world.database,
        by=world.coordinator,
        mail=None,
        public_url=SITE,
        organisation_id=world.unit,
        email=email,
        role=Role.REGISTRAR,
        now=datetime.now(UTC),
    )
    browser.get(f"/invitasjon/{made.token}")
    return browser.page("/invitasjon")


def filled(page: Page) -> dict[str, str]:
    """The token that every form of a page holds."""
    field = page.elements("input", name="csrf_token")[0]
    return {"csrf_token": field.get("value", "")}
