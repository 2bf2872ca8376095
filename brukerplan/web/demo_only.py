"""A demo answers nothing before it has seen that the database has no real persons."""

from __future__ import annotations

from flask import Flask

from brukerplan.actions.mode import require_fictive_if_known
from brukerplan.persistence.engine import Database


def install(app: Flask, database: Database) -> None:
    """Look now and, where the database cannot be read yet, at each request until it can.

    Raises
    ------
    RealRoundError
        The application is not to be started.
    """
    seen = False

    def look() -> None:
        nonlocal seen
        seen = seen or require_fictive_if_known(database)

    try:
        look()
    finally:
        # A server may make processes of this one; they are not to share a connection.
        database.dispose()
    app.before_request(look)
