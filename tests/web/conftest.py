"""The application on a small world of fictive people, on each database engine."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from flask import Flask

from brukerplan.access.policy import Actor
from brukerplan.access.roles import Role
from brukerplan.actions.accounts import grant
from brukerplan.app import create_app
from brukerplan.config import Mode, Settings
from brukerplan.persistence.engine import Database
from brukerplan.web.clock import CLOCK
from brukerplan.web.services import services
from tests.actions.world import NOW, World, build, somebody
from tests.web.browser import Browser


def settings(url: str, mode: Mode = Mode.DEMO) -> Settings:
    """Settings of a test installation."""
    return Settings(
        mode=mode,
        database_url=url,
        secret_key="a secret of the tests and of nothing else",
        master_key=base64.b64encode(b"m" * 32).decode("ascii"),
        second_factor_required=mode is Mode.PRODUCTION,
    )


def application(url: str, mode: Mode = Mode.DEMO) -> Flask:
    """Build the application as it is in production, but for the clock."""
    app = create_app(settings(url, mode))
    app.config[CLOCK] = lambda: NOW
    app.test_client_class = Browser
    return app


@pytest.fixture
def world(database: Database) -> World:
    """A trust with five municipalities and an open round; its people are really members."""
    made = build(database)
    people = (
        made.registrar,
        made.colleague,
        made.lead,
        made.coordinator,
        made.officer,
        made.administrator,
        made.stranger,
    )
    for actor in people:
        for held in actor.memberships:
            grant(
                database,
                user_id=actor.user_id,
                organisation_id=held.organisation_id,
                role=held.role,
                now=NOW,
            )
    return made


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """The application on the same database."""
    made = application(database_url)
    yield made
    with made.app_context():
        services().database.dispose()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser nobody has signed in with."""
    client = app.test_client()
    assert isinstance(client, Browser)
    return client


@pytest.fixture
def analyst(world: World) -> Actor:
    """An analyst in the trust."""
    actor = somebody(world.database, "analytiker", Role.TRUST_ANALYST, world.trust)
    grant(
        world.database,
        user_id=actor.user_id,
        organisation_id=world.trust,
        role=Role.TRUST_ANALYST,
        now=NOW,
    )
    return actor
