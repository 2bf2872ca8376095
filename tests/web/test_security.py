"""Headers, assets and what surrounds every page."""

from __future__ import annotations

import re

from flask import Flask

from brukerplan.config import Mode
from brukerplan.reports.colours import LEVELS
from brukerplan.web.assets import FOLDERS, asset_url
from tests.actions.world import World
from tests.web.browser import Browser
from tests.web.conftest import application


def test_every_answer_carries_the_security_headers(browser: Browser, world: World) -> None:
    for address in ("/", "/helse", "/finnes-ikke", "/logg-inn"):
        headers = browser.get(address).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "geolocation=()" in headers["Permissions-Policy"]
        assert "Strict-Transport-Security" not in headers


def test_production_demands_https_and_a_secure_cookie(world: World, database_url: str) -> None:
    browser = application(database_url, Mode.PRODUCTION).test_client()

    response = browser.get("/logg-inn", base_url="https://localhost")

    assert "max-age=" in response.headers["Strict-Transport-Security"]
    assert "Secure" in response.headers["Set-Cookie"]


def test_the_demo_says_so_on_every_page_and_production_does_not(
    browser: Browser, world: World, database_url: str
) -> None:
    banner = "alle personer og tall er syntetiske"
    for address in ("/", "/logg-inn", "/finnes-ikke", "/resultater"):
        assert banner in browser.get(address).get_data(as_text=True)
    production = application(database_url, Mode.PRODUCTION).test_client()
    assert banner not in production.get("/").get_data(as_text=True)


def test_own_files_are_kept_for_ever_under_their_digest(app: Flask, browser: Browser) -> None:
    with app.test_request_context():
        address = asset_url("egne", "brukerplan.css")

    assert "immutable" in cached(browser, address)
    stale = re.sub(r"/egne/[0-9a-f]+/", "/egne/000000000000/", address)
    assert "no-cache" in cached(browser, stale)


def test_no_other_file_can_be_fetched(browser: Browser, world: World) -> None:
    for address in (
        "/assets/egne/x/../account.py",
        "/assets/egne/x/..%2faccount.py",
        "/assets/elsewhere/x/brukerplan.css",
        "/assets/egne/x/nothing.css",
    ):
        assert browser.get(address).status_code == 404


def test_every_script_that_a_module_imports_is_there() -> None:
    for module in FOLDERS["egne"].glob("*.js"):
        for name in re.findall(r'from "\./(\w+\.js)"', module.read_text("utf-8")):
            assert (FOLDERS["egne"] / name).is_file()


def test_the_level_colours_are_those_of_the_reports() -> None:
    style = (FOLDERS["egne"] / "brukerplan.css").read_text("utf-8")
    given = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", style))

    for level, look in LEVELS.items():
        assert given[f"{level}-text"] == look.text
        assert given[f"{level}-fill"] == look.fill
        assert given[f"{level}-edge"] == look.edge
        assert given[f"{level}-tint"] == look.tint


def test_the_choice_of_language_is_remembered(browser: Browser, world: World) -> None:
    browser.page("/?sprak=en")

    assert browser.page("/").elements("html")[0].get("lang") == "en"
    assert browser.page("/?sprak=xx").elements("html")[0].get("lang") == "en"


def test_the_browsers_language_is_the_first_choice(browser: Browser, world: World) -> None:
    for asked, given in (("nn-NO,nb;q=0.8", "nn"), ("en-GB", "en"), ("no", "nb"), ("de", "nb")):
        page = browser.page("/", headers={"Accept-Language": asked})
        assert page.elements("html")[0].get("lang") == given


def cached(browser: Browser, address: str) -> str:
    """How long a file may be kept; the response holds the file open until it is closed."""
    with browser.get(address) as response:
        assert response.status_code == 200
        return response.headers["Cache-Control"]


def test_a_request_for_another_name_is_refused_and_makes_no_link(
    browser: Browser, world: World
) -> None:
    for name in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example"):
        for address in ("/", "/logg-inn", "/finnes-ikke", "/helse"):
            response = browser.get(address, base_url=f"http://{name}")
            assert response.status_code == 400
            assert name not in response.get_data(as_text=True)
            assert name not in str(response.headers)
    assert browser.get("/", base_url="http://127.0.0.1:5000").status_code == 200
    assert browser.get("/", base_url="http://localhost").status_code == 200
