"""Commands about how long registrations are kept."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from brukerplan.cli.shared import database_option, open_database
from brukerplan.config import load_settings


@click.group()
def retention() -> None:
    """How long the identified side of a round is kept."""


@retention.command()
@database_option
def purge(database_url: str | None) -> None:
    """Delete the registrations of rounds whose day has come: a nightly job."""
    from brukerplan.actions.retention import purge_due

    database, _ = open_database(load_settings(database_url=database_url))
    try:
        purged = purge_due(database, now=datetime.now(UTC))
    finally:
        database.dispose()
    for each in purged:
        click.echo(
            f"{each.year}: {each.registrations} registrations and {each.opt_outs} opt-outs "
            f"deleted, receipt {each.reference}"
        )
    if not purged:
        click.echo("No round is due.")
