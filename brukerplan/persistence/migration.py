"""Bringing a database to the tables this program needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config

from brukerplan.persistence.engine import Database
from brukerplan.persistence.rights import make_role
from brukerplan.persistence.tables import Base

# Absolute, so that it is found from wherever the program is started.
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate forward, in one transaction: a migration that fails leaves nothing behind.

    Raises
    ------
    RoleMissingError
        PostgreSQL lacks the application's role, and this login may not make it.
    """
    _migrate(database, command.upgrade, revision)


def downgrade(database: Database, revision: str = "base") -> None:
    """Migrate back. ``base`` removes every table and everything in them."""
    _migrate(database, command.downgrade, revision)


def clear(database: Database) -> None:
    """Remove every table of this version with everything in it, and make them anew empty.

    Not row by row: frozen registrations and the access log refuse to be deleted. Not by
    ``downgrade`` either: earlier tables may have no room for what is in these.
    """
    with database.connect(rebuilds=True) as connection:
        Base.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
    database.dispose()
    upgrade(database)


def _migrate(database: Database, way: Callable[[Config, str], None], revision: str) -> None:
    try:
        with database.connect(rebuilds=True) as connection:
            if connection.dialect.name == "postgresql":
                make_role(connection)
            config = _config()
            config.attributes["connection"] = connection
            way(config, revision)
    finally:
        # Statements prepared against the old tables must not outlive them, nor connections
        # that do not look after references.
        database.dispose()


def _config() -> Config:
    config = Config()
    # Alembic reads the value as a template, in which a percent sign is special.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
