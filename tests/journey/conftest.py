"""A demo database of few years, the real server on it, and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from brukerplan.actions.keys import Keys
from brukerplan.config import load_settings
from brukerplan.demo.fill import fill
from brukerplan.identity.keyring import MasterKey
from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import upgrade
from tests.journey.site import Site
from tests.postgresql import Server

YEARS = range(2024, 2027)
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Demo:
    """A filled database and what belongs to it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.environment = {"BRUKERPLAN_MODE": "demo", "BRUKERPLAN_INSTANCE": str(folder)}
        self.settings = load_settings(self.environment, database_url=url)
        self.database = Database(url)
        self.keys = Keys(self.database, MasterKey.from_base64(self.settings.master_key))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """The demo of 2024-2026 on each engine in turn: two years released, the third open."""
    folder = tmp_path_factory.mktemp("demo")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'demo.sqlite'}"
    else:
        server: Server = request.getfixturevalue("postgresql_server")
        server.sql("CREATE DATABASE journey")
        url = server.url("journey")
    made = Demo(url, folder)
    upgrade(made.database)
    fill(made.database, made.keys, years=YEARS)
    yield made
    made.database.dispose()
    if request.param == "postgresql":
        server.sql("DROP DATABASE journey WITH (FORCE)")


@pytest.fixture(scope="session")
def site(demo: Demo) -> Iterator[Site]:
    """The application served on the demo by the real command."""
    with Site(demo.url, demo.folder, demo.environment) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; nothing is downloaded for the tests."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, "--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A new browser window that knows the site's address."""
    context = browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()
