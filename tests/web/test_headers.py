"""What a browser is told with every answer of an installation in production."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from brukerplan.config import Mode
from brukerplan.web.security import HEADERS, HSTS
from brukerplan.web.services import services
from tests.actions.world import World
from tests.web.conftest import application

HTTPS = "https://localhost"
HTML = "text/html; charset=utf-8"
A_YEAR = 365 * 24 * 60 * 60
# A page, a form, a redirect, a page that is not there, a file, a machine's page.
ADDRESSES = (
    "/",
    "/logg-inn",
    "/start",
    "/finnes-ikke",
    "/assets/egne/x/autosave.js",
    "/assets/egne/x/icon.svg",
    "/helse",
)


@pytest.fixture
def client(world: World, database_url: str) -> Iterator[FlaskClient]:
    """A browser at an installation in production."""
    app = application(database_url, Mode.PRODUCTION)
    yield app.test_client()
    with app.app_context():
        services().database.dispose()


def policy(headers: Headers) -> dict[str, str]:
    """Directives of the content security policy."""
    parts = (
        part.split(maxsplit=1) for part in headers.get("Content-Security-Policy", "").split(";")
    )
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts if part}


def weaknesses(headers: Headers) -> set[str]:
    """Which protections an answer lacks."""
    told = policy(headers)
    transport = headers.get("Strict-Transport-Security", "")
    age = re.search(r"max-age=(\d+)", transport)
    lacking = {
        "script": told.get("script-src") != "'self'",
        "default": told.get("default-src") != "'none'",
        "base": told.get("base-uri") != "'none'",
        "frames": told.get("frame-ancestors") != "'none'",
        "forms": told.get("form-action") != "'self'",
        "inline": any("unsafe" in value or "*" in value for value in told.values()),
        "sniffing": headers.get("X-Content-Type-Options") != "nosniff",
        "referrer": headers.get("Referrer-Policy") not in {"same-origin", "no-referrer"},
        "opener": headers.get("Cross-Origin-Opener-Policy") != "same-origin",
        "resource": headers.get("Cross-Origin-Resource-Policy") != "same-origin",
        "transport": age is None or int(age[1]) < A_YEAR or "includeSubDomains" not in transport,
        "others": "Access-Control-Allow-Origin" in headers,
        "charset": "charset=utf-8" not in headers.get("Content-Type", "").lower(),
    }
    return {name for name, weak in lacking.items() if weak}


def test_every_answer_is_protected(client: FlaskClient) -> None:
    for address in ADDRESSES:
        with client.get(address, base_url=HTTPS) as response:
            assert weaknesses(response.headers) == set(), address


def test_a_request_for_another_name_is_answered_as_carefully(client: FlaskClient) -> None:
    response = client.get("/", base_url="https://annen.example")

    assert response.status_code == 400
    assert weaknesses(response.headers) == set()


@pytest.mark.parametrize(
    ("name", "value", "lacking"),
    [
        ("Content-Security-Policy", "script-src 'self' 'unsafe-inline'", "inline"),
        ("Content-Security-Policy", "default-src 'none'; script-src 'self'", "frames"),
        ("Strict-Transport-Security", "max-age=3600; includeSubDomains", "transport"),
        ("Access-Control-Allow-Origin", "*", "others"),
        ("Content-Type", "text/html", "charset"),
    ],
)
def test_a_lost_protection_would_be_noticed(name: str, value: str, lacking: str) -> None:
    headers = Headers(HEADERS | {"Strict-Transport-Security": HSTS, "Content-Type": HTML})
    assert weaknesses(headers) == set()

    headers[name] = value

    assert lacking in weaknesses(headers)


def test_every_cookie_is_for_https_this_site_and_no_script(client: FlaskClient) -> None:
    response = client.get("/logg-inn?sprak=nn", base_url=HTTPS)

    cookies = response.headers.getlist("Set-Cookie")
    assert len(cookies) == 2, "the session and the language"
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_every_cookie_is_bound_to_this_very_host(client: FlaskClient) -> None:
    response = client.get("/logg-inn?sprak=nn", base_url=HTTPS)

    cookies = [each.split("; ") for each in response.headers.getlist("Set-Cookie")]
    assert {each[0].split("=")[0] for each in cookies} == {"__Host-session", "__Host-sprak"}
    for cookie in cookies:
        # Otherwise browsers throw a cookie of such a name away.
        assert {"Secure", "Path=/"} <= set(cookie)
        assert not any(each.startswith("Domain") for each in cookie)


def test_the_chosen_language_is_found_again_under_its_name(client: FlaskClient) -> None:
    client.get("/logg-inn?sprak=nn", base_url=HTTPS)
    assert 'lang="nn"' in client.get("/logg-inn", base_url=HTTPS).get_data(as_text=True)

    client.delete_cookie("__Host-sprak")
    client.set_cookie("sprak", "nn")

    assert 'lang="nb"' in client.get("/logg-inn", base_url=HTTPS).get_data(as_text=True)


def test_a_session_under_the_bare_name_is_not_taken(client: FlaskClient) -> None:
    client.get("/logg-inn", base_url=HTTPS)
    kept = client.get_cookie("__Host-session")
    assert kept is not None
    with client.session_transaction(base_url=HTTPS) as session:
        assert "csrf_token" in session
    client.delete_cookie("__Host-session")
    client.set_cookie("session", kept.value)

    with client.session_transaction(base_url=HTTPS) as session:
        assert "csrf_token" not in session


def test_the_demo_which_is_served_in_clear_has_cookies_that_browsers_keep(
    world: World, database_url: str
) -> None:
    app = application(database_url)

    response = app.test_client().get("/logg-inn?sprak=nn")

    names = {each.split("=")[0] for each in response.headers.getlist("Set-Cookie")}
    assert names == {"session", "sprak"}
    with app.app_context():
        services().database.dispose()


def test_methods_that_a_page_does_not_take_are_refused(client: FlaskClient) -> None:
    for method in ("TRACE", "PUT", "DELETE", "PATCH"):
        response = client.open("/logg-inn", method=method, base_url=HTTPS)
        assert response.status_code == 405
        assert weaknesses(response.headers) == set()


def test_nothing_of_the_code_nor_a_list_of_files_is_served(client: FlaskClient) -> None:
    for address in ("/.git/config", "/pyproject.toml", "/assets/", "/assets/egne/x/", "/static/"):
        assert client.get(address, base_url=HTTPS).status_code == 404
