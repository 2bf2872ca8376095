"""A draft that the registrar has open, and what the database holds of it."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from brukerplan.persistence.queries.registrations import RegistrationView, registration
from brukerplan.persistence.tables import AccessLog
from brukerplan.questionnaire.registry import edition_for_year
from tests.actions.world import NOW, YEAR, World, complete
from tests.web.browser import Browser, Page


def opened(browser: Browser, world: World) -> tuple[Page, str]:
    """The registrar has a fresh draft open."""
    address = f"/registrering/{world.start()}"
    browser.sits_down(world.registrar)
    return browser.page(address), address


def reads_logged(world: World) -> int:
    """How many times the log says that somebody read a registration."""
    read = sa.select(sa.func.count()).where(AccessLog.action == "registration.read")
    with world.database.read() as session:
        return session.scalar(read) or 0


def stored(world: World, address: str) -> RegistrationView:
    """What the database holds of the registration."""
    with world.database.read() as session:
        found = registration(session, uuid.UUID(address.rsplit("/", 1)[1]))
    assert found is not None
    assert found.updated_at == NOW
    return found


def typed_in_full(**changed: str) -> dict[str, Any]:
    """Every question answered as a browser sends it."""
    answers = complete(edition_for_year(YEAR))
    typed: dict[str, Any] = {
        name: sorted(value) if isinstance(value, frozenset) else str(value)
        for name, value in answers.items()
    }
    for name, value in typed.items():
        if value == []:
            typed[name] = "none_of_these"
    return typed | changed


def next_person(world: World) -> str:
    """Where submitting leads: to the field for the next number."""
    return f"/min-liste?tjeneste={world.unit}#number"
