"""What several commands need: the database, and a file written whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from brukerplan.config import Settings

if TYPE_CHECKING:
    from brukerplan.actions.keys import Keys
    from brukerplan.persistence.engine import Database

database_option = click.option(
    "--database",
    "database_url",
    envvar="BRUKERPLAN_DATABASE_URL",
    metavar="URL",
    help="Database address; default BRUKERPLAN_DATABASE_URL, else the embedded SQLite file.",
)


def open_database(settings: Settings) -> tuple[Database, Keys]:
    """Open the database, migrated to what this version needs, and its keys."""
    from brukerplan.persistence.migration import upgrade

    database, keys = open_keys(settings)
    upgrade(database)
    return database, keys


def open_keys(settings: Settings) -> tuple[Database, Keys]:
    """Open the database and its keys, whatever its tables."""
    from brukerplan.actions.keys import Keys
    from brukerplan.identity.keyring import MasterKey
    from brukerplan.persistence.engine import Database
    from brukerplan.persistence.reach import MACHINE

    master_key = MasterKey.from_base64(settings.master_key)
    database = Database(settings.database_url, log_key=master_key.log_key(), reach=MACHINE)
    return database, Keys(database, master_key)


def organisation_id(database: Database, code: str, *kinds: str) -> int:
    """Return the id of the organisation; a code that is not there is said in one line."""
    from brukerplan.persistence.queries.organisations import organisation_by_code

    with database.read() as session:
        for kind in kinds:
            found = organisation_by_code(session, kind, code)
            if found is not None:
                return found.id
    raise click.ClickException(f"there is no {' or '.join(kinds)} with the code {code}")


def write_whole(path: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from error
