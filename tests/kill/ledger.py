"""What the clients were promised, and whether the store has kept it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.registrations import RegistrationView, registration
from brukerplan.persistence.tables import AccessLog
from brukerplan.questionnaire.answers import Value

COLOURS = ("green", "yellow", "red", "unknown")


def answers_of(serial: int) -> dict[str, Value]:
    """Give the answers of the ``serial``-th save; a mixture of two saves is neither of them."""
    return {
        "birth_year": 1930 + serial % 70,
        "children_under_18": serial % 20,
        "housing": COLOURS[serial % 4],
        "network": COLOURS[serial // 4 % 4],
    }


@dataclass(slots=True)
class Promise:
    """One registration: the last save the server acknowledged, and the one under way.

    Only the client's own thread writes here; the numbers are serials of saves.
    """

    registration_id: uuid.UUID
    version: int = 1
    acknowledged: int | None = None
    under_way: int | None = None
    saves: int = 0

    def sending(self, serial: int) -> None:
        """A save leaves the client."""
        self.under_way = serial

    def told(self, version: int) -> None:
        """The server has acknowledged the save under way."""
        self.version, self.acknowledged, self.under_way = version, self.under_way, None
        self.saves += 1


def broken(database: Database, promises: Iterable[Promise]) -> list[str]:
    """Return what is not as it was acknowledged, a sentence each; nothing when all is well."""
    found = []
    with database.read() as session:
        for promise in promises:
            stored = registration(session, promise.registration_id)
            if stored is None:
                found.append("a registration is gone")
                continue
            found += _broken(promise, stored)
            logged = session.scalar(
                sa.select(sa.func.count()).where(
                    AccessLog.action == "registration.saved",
                    AccessLog.subject == str(promise.registration_id),
                )
            )
            if logged != stored.version - 1:
                found.append(f"version {stored.version} has {logged} rows in the access log")
    return found


def _broken(promise: Promise, stored: RegistrationView) -> list[str]:
    if stored.version < promise.version:
        return [f"version {promise.version} was acknowledged, {stored.version} is stored"]
    if stored.version == promise.version:
        expected = promise.acknowledged
    elif promise.under_way is None:
        return [f"version {stored.version} is stored, and nobody sent it"]
    else:
        expected = promise.under_way
    if expected is None:
        return []
    return [
        f"{name} of save {expected} is {answer!r}, stored is {stored.answers.get(name)!r}"
        for name, answer in answers_of(expected).items()
        if stored.answers.get(name) != answer
    ]
