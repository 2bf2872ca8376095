"""A demo is for fictive persons alone."""

from __future__ import annotations

from typing import ClassVar

from brukerplan.persistence.engine import (
    Database,
    DatabaseNotMigratedError,
    DatabaseUnavailableError,
)
from brukerplan.persistence.queries.rounds import rounds
from brukerplan.translation import UserError, mark


class RealRoundError(UserError):
    """A demo was started on a database of real persons."""

    message: ClassVar[str] = mark(
        "Databasen har en kartlegging av virkelige personer (%(year)s), men programmet er startet "
        "som demo, uten det vernet de skal ha. Sett BRUKERPLAN_MODE til production, eller bruk en "
        "annen database."
    )


def require_fictive(database: Database) -> None:
    """Refuse a database with a round that is not marked as synthetic.

    The mode is demo where nothing is said: without this, an installation that forgets it would
    go on with an optional second factor and cookies that travel in clear.

    Raises
    ------
    RealRoundError
        There is one.
    DatabaseUnavailableError, DatabaseNotMigratedError
        It cannot be told.
    """
    with database.read() as session:
        real = next((found for found in rounds(session) if not found.synthetic), None)
    if real is not None:
        raise RealRoundError(year=real.year)


def require_fictive_if_known(database: Database) -> bool:
    """Return whether it could be told; whatever needs the database says by itself why not.

    Raises
    ------
    RealRoundError
        There is one.
    """
    try:
        require_fictive(database)
    except (DatabaseUnavailableError, DatabaseNotMigratedError):
        return False
    return True
