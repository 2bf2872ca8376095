"""My account: where one is signed in, the password, and a forgotten one."""

from __future__ import annotations

import dataclasses
import logging
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from brukerplan.access.policy import Actor
from brukerplan.actions.passwords import hash_password
from brukerplan.persistence.tables import AccessLog, PasswordReset, UserAccount, UserSession
from brukerplan.web.clock import CLOCK
from brukerplan.web.services import EXTENSION
from tests.actions.world import NOW, World
from tests.mail.server import PostOffice
from tests.web.browser import Browser, Page, text_of

PASSWORD = "et langt passord for prøven"
NEW = "fire helt andre ord"
EMAIL = "rita@eksempel.no"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def rita(world: World) -> Actor:
    """The registrar, who has a password."""
    with world.database.begin() as session:
        session.execute(
            sa.update(UserAccount)
            .where(UserAccount.id == world.registrar.user_id)
            .values(password_hash=hash_password(PASSWORD))
        )
    return world.registrar


@pytest.fixture
def office(app: Flask) -> Iterator[PostOffice]:
    """A mail server the application knows of."""
    with PostOffice() as opened:
        app.extensions[EXTENSION] = dataclasses.replace(app.extensions[EXTENSION], mail=opened.mail)
        yield opened


def other_browser(app: Flask, **headers: str) -> Browser:
    made = app.test_client()
    assert isinstance(made, Browser)
    made.environ_base.update({f"HTTP_{name.upper()}": value for name, value in headers.items()})
    return made


def sign_in(browser: Browser, password: str = PASSWORD) -> int:
    page = browser.page("/logg-inn")
    return browser.send(page, "/logg-inn", email=EMAIL, password=password).status_code


# Sessions


def test_ones_sessions_are_listed_by_kind_of_browser_and_when(
    app: Flask, browser: Browser, rita: Actor
) -> None:
    sign_in(other_browser(app, user_agent=FIREFOX))
    app.config[CLOCK] = lambda: NOW + timedelta(minutes=30)
    sign_in(browser)

    page = browser.page("/konto")

    lines = [text_of(each) for each in page.elements("li", class_="things__line")]
    assert [line.split(" logget inn")[0] for line in lines] == [
        "Ukjent nettleser (denne)",
        "Firefox, Windows",
    ]
    assert "1. desember 2026 kl. 10:30, sist brukt kl. 10:30" in lines[1]
    assert "127.0.0.1" not in page.html


def test_any_of_ones_own_is_ended_and_nobody_elses(
    app: Flask, browser: Browser, rita: Actor, world: World
) -> None:
    elsewhere, colleague = other_browser(app, user_agent=FIREFOX), other_browser(app)
    sign_in(elsewhere)
    sign_in(browser)
    colleague.sits_down(world.colleague)
    page = browser.page("/konto")
    token = page.filled("/logg-ut")["csrf_token"]
    with world.database.read() as session:
        others = session.scalars(
            sa.select(UserSession.id).where(UserSession.user_id == world.colleague.user_id)
        ).one()

    for unknown in (others, uuid.uuid4()):
        sent = {"csrf_token": token, "session": str(unknown)}
        assert browser.post("/konto/okter", data=sent).status_code == 409
    assert browser.post("/konto/okter", data={"csrf_token": token}).status_code == 400
    assert colleague.get("/min-liste").status_code == 200
    assert elsewhere.get("/min-liste").status_code == 200
    assert browser.send(page, "/konto/okter").status_code == 303

    assert elsewhere.get("/min-liste").status_code == 303
    assert browser.get("/min-liste").status_code == 200


def test_all_the_others_are_ended_at_once(app: Flask, browser: Browser, rita: Actor) -> None:
    others = [other_browser(app) for _ in range(3)]
    for each in (*others, browser):
        sign_in(each)
    page = browser.page("/konto")
    token = page.filled("/logg-ut")["csrf_token"]

    browser.post("/konto/okter", data={"csrf_token": token, "session": "others"})

    assert [each.get("/konto").status_code for each in (*others, browser)] == [303] * 3 + [200]


def test_signing_in_again_in_the_same_browser_leaves_no_session_behind(
    browser: Browser, rita: Actor, world: World
) -> None:
    sign_in(browser)
    page = browser.page("/konto")
    token = page.filled("/logg-ut")["csrf_token"]
    for _ in range(3):
        sent = {"csrf_token": token, "email": EMAIL, "password": PASSWORD}
        assert browser.post("/logg-inn", data=sent).status_code == 303
        token = browser.page("/konto").filled("/logg-ut")["csrf_token"]

    with world.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(UserSession)) == 1


# The password


def change(browser: Browser, *, old: str = PASSWORD, new: str = NEW) -> Page | None:
    response = browser.send(browser.page("/konto/passord"), "/konto/passord", old=old, new=new)
    return None if response.status_code == 303 else Page(response)


def test_a_new_password_ends_the_other_sessions_and_is_told_by_e_mail(
    app: Flask, browser: Browser, rita: Actor, office: PostOffice
) -> None:
    elsewhere = other_browser(app)
    sign_in(elsewhere)
    sign_in(browser)

    assert change(browser) is None

    assert "Passordet er endret" in browser.page("/konto").main
    assert elsewhere.get("/konto").status_code == 303
    assert sign_in(elsewhere) == 400
    assert sign_in(elsewhere, NEW) == 303
    assert "Passordet ditt er endret" in office.text_to(EMAIL)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("", NEW, "old"),
        ("et helt annet passord", NEW, "old"),
        (PASSWORD, "", "new"),
        (PASSWORD, "kort", "new"),
        (PASSWORD, "passord123456", "new"),
        (PASSWORD, "rita går på tur i dag", "new"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_changed(
    browser: Browser, rita: Actor, old: str, new: str, field: str
) -> None:
    sign_in(browser)

    page = change(browser, old=old, new=new)

    assert page is not None
    assert page.elements("a", href=f"#{field}")
    assert not new or new not in page.html
    assert change(browser) is None


def test_an_open_browser_is_no_place_to_guess_the_password(browser: Browser, rita: Actor) -> None:
    sign_in(browser)
    for _ in range(5):
        change(browser, old="et helt annet passord")

    page = change(browser)

    assert page is not None
    assert page.status == 429
    assert page.response.headers["Retry-After"] == "5"


# Forgotten


def forget(browser: Browser, email: str = EMAIL) -> Page | str:
    response = browser.send(browser.page("/glemt-passord"), "/glemt-passord", email=email)
    # What is done once the answer has gone.
    response.close()
    return str(response.location) if response.status_code == 303 else Page(response)


def link_in(office: PostOffice) -> str:
    text = office.text_to(EMAIL)
    return text.split("http://127.0.0.1:5000")[1].split()[0]


def test_the_whole_way_of_a_forgotten_password(
    app: Flask, browser: Browser, rita: Actor, office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    elsewhere = other_browser(app)
    sign_in(elsewhere)
    assert browser.page("/logg-inn").elements("a", href="/glemt-passord")
    assert forget(browser) == "/logg-inn"
    assert "en lenke på vei" in browser.page("/logg-inn").main
    link = link_in(office)

    followed = browser.get(link)
    assert followed.location == "/nytt-passord"
    assert followed.headers["Referrer-Policy"] == "no-referrer"
    page = browser.page("/nytt-passord")
    assert page.response.headers["Cache-Control"] == "no-store"
    assert EMAIL in page.main
    poor = browser.send(page, "/nytt-passord", new="kort")
    assert poor.status_code == 400
    done = browser.send(page, "/nytt-passord", new=NEW)

    assert done.location == "/logg-inn"
    assert elsewhere.get("/konto").status_code == 303, "signed out everywhere"
    assert sign_in(browser) == 400
    assert sign_in(browser, NEW) == 303
    ours = [each.getMessage() for each in caplog.records if each.name != "mail.log"]
    assert not any(link.rsplit("/", 1)[1] in line for line in ours)


def test_the_answer_is_the_same_whether_anybody_has_the_address(
    browser: Browser, rita: Actor, office: PostOffice
) -> None:
    shown = []
    for email in (EMAIL, "ingen@eksempel.no"):
        assert forget(browser, email) == "/logg-inn"
        shown.append(browser.page("/logg-inn").main)

    assert shown[0] == shown[1]
    assert office.recipients == [EMAIL]


def test_the_mail_goes_out_after_the_answer(
    browser: Browser, rita: Actor, office: PostOffice
) -> None:
    page = browser.page("/glemt-passord")
    response = browser.send(page, "/glemt-passord", email=EMAIL)

    assert response.status_code == 303
    assert office.letters == []
    response.close()
    assert office.recipients == [EMAIL]


def test_a_link_that_does_not_work_says_one_thing(
    app: Flask, browser: Browser, rita: Actor, world: World, office: PostOffice
) -> None:
    forget(browser)
    used = link_in(office)
    browser.get(used)
    browser.send(browser.page("/nytt-passord"), "/nytt-passord", new=NEW)
    office.letters.clear()
    forget(browser)
    replaced = link_in(office)
    office.letters.clear()
    forget(browser)
    newest = link_in(office)
    browser.page("/logg-inn")

    said = set()
    for link in (used, replaced, "/nytt-passord/finnes-ikke", "/nytt-passord/" + "x" * 3000):
        browser.get(link)
        said.add(browser.page("/nytt-passord", status=404).main)
    app.config[CLOCK] = lambda: NOW + timedelta(hours=1)
    browser.get(newest)
    said.add(browser.page("/nytt-passord", status=404).main)
    assert len(said) == 1
    assert "Lenken kan ikke brukes" in said.pop()


def test_nobodys_letter_box_is_filled(browser: Browser, rita: Actor, office: PostOffice) -> None:
    for _ in range(3):
        assert forget(browser) == "/logg-inn"

    page = forget(browser)

    assert isinstance(page, Page)
    assert page.status == 429
    assert len(office.letters) == 3


def test_a_closed_account_gets_no_link_and_the_store_holds_none(
    browser: Browser, rita: Actor, world: World, office: PostOffice
) -> None:
    forget(browser)
    secret = link_in(office).rsplit("/", 1)[1]
    with world.database.begin() as session:
        assert secret.encode() not in session.scalars(sa.select(PasswordReset.token_digest)).one()
        session.execute(sa.update(UserAccount).values(active=False))
    browser.get(f"/nytt-passord/{secret}")
    browser.page("/nytt-passord", status=404)
    office.letters.clear()

    forget(browser)

    assert office.letters == []


def test_without_a_mail_server_the_page_says_what_to_do(browser: Browser, rita: Actor) -> None:
    page = browser.page("/glemt-passord")

    assert "E-post er ikke satt opp her" in page.main
    assert page.elements("input", id="email") == []
    token = browser.page("/logg-inn").filled("/logg-inn")["csrf_token"]
    refused = browser.post("/glemt-passord", data={"csrf_token": token, "email": EMAIL})
    assert refused.status_code == 409


def test_what_is_done_to_an_account_is_written_down(
    browser: Browser, rita: Actor, world: World, office: PostOffice
) -> None:
    sign_in(browser)
    change(browser)
    browser.send(browser.page("/konto"), "/logg-ut")

    with world.database.read() as session:
        acts = session.scalars(
            sa.select(AccessLog.action)
            .where(AccessLog.user_id == rita.user_id, AccessLog.action.startswith("user."))
            .order_by(AccessLog.id)
        ).all()
    assert acts == [
        "user.password_shown",
        "user.signed_in",
        "user.password_changed",
        "user.signed_out",
    ]
