"""Bringing a database to the tables this program needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from brukerplan.persistence.engine import Database

# Absolute, so that it is found from wherever the program is started.
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate forward, in one transaction: a migration that fails leaves nothing behind."""
    with database.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    # Statements prepared against the old tables must not outlive them.
    database.dispose()


def downgrade(database: Database, revision: str = "base") -> None:
    """Migrate back. ``base`` removes every table and everything in them."""
    with database.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    database.dispose()


def _config() -> Config:
    config = Config()
    # Alembic reads the value as a template, in which a percent sign is special.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
