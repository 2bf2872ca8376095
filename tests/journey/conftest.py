"""A demo database of few years, the real server on it, and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journey.browser import launch
from tests.journey.demo import Demo, filled_demo
from tests.journey.site import Site
from tests.postgresql import Server

YEARS = range(2024, 2027)

# What is waited for comes, however busy the machine is: no test here is about seconds.
expect.set_options(timeout=30_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Beside what the browser did not see, show what the server was doing."""
    report = yield
    site = getattr(item, "funcargs", {}).get("site")
    if report.failed and isinstance(site, Site):
        report.sections.append(("the server", site.what_it_was_doing()))
    return report


@pytest.fixture(scope="session")
def sqlite_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo of 2024-2026 on SQLite, filled once and copied for each file of tests."""
    folder = tmp_path_factory.mktemp("sqlite-demo")
    made = filled_demo(f"sqlite:///{folder / 'demo.sqlite'}", folder, years=YEARS)
    made.database.leave_no_copies()
    made.database.dispose()
    return made


@pytest.fixture(scope="session")
def postgresql_demo(postgresql_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo of 2024-2026 on PostgreSQL, filled once and copied for each file of tests."""
    folder = tmp_path_factory.mktemp("postgresql-demo")
    postgresql_server.sql("CREATE DATABASE journey_filled")
    made = filled_demo(postgresql_server.url("journey_filled"), folder, years=YEARS)
    made.database.dispose()
    return made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demo(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """The demo of 2024-2026 on each engine in turn: two years released, the third open."""
    folder = tmp_path_factory.mktemp("demo")
    filled: Demo = request.getfixturevalue(f"{request.param}_demo")
    # With the secrets that it was filled under.
    shutil.copytree(filled.folder, folder, dirs_exist_ok=True)
    if request.param == "sqlite":
        made = Demo(f"sqlite:///{folder / 'demo.sqlite'}", folder)
        yield made
        made.database.dispose()
        return
    server: Server = request.getfixturevalue("postgresql_server")
    server.sql("CREATE DATABASE journey TEMPLATE journey_filled")
    made = Demo(server.url("journey"), folder)
    yield made
    made.database.dispose()
    server.sql("DROP DATABASE journey WITH (FORCE)")


@pytest.fixture(scope="module")
def site(demo: Demo) -> Iterator[Site]:
    """The application served on the demo by the real command."""
    with Site(demo.url, demo.folder, demo.environment) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the session."""
    with sync_playwright() as playwright, launch(playwright) as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A new browser window that knows the site's address."""
    context = browser.new_context(
        base_url=site.address, viewport={"width": 1280, "height": 900}, locale="nb-NO"
    )
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()
