"""Commands for the tree of organisations."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from brukerplan.cli.shared import database_option, open_database
from brukerplan.config import load_settings


@click.group()
def organisations() -> None:
    """Make the organisations that the coordinators' units stand below."""


@organisations.command()
@click.option(
    "--kind", type=click.Choice(["nation", "region", "trust", "municipality"]), required=True
)
@click.option("--code", required=True, help="norge, helse-vest, stavanger, 1103.")
@click.option("--parent", metavar="CODE", help="Checked; known from the product's own data.")
@click.option("--name", default="", help="Default: as the product's own data have it.")
@click.option("--language", type=click.Choice(["nb", "nn"]), default="nb", show_default=True)
@database_option
def add(
    kind: str, code: str, parent: str | None, name: str, language: str, database_url: str | None
) -> None:
    """Add a nation, region, trust or municipality below the one it belongs to."""
    from brukerplan.actions.tree import add_organisation
    from brukerplan.persistence.tables.states import OrganisationKind

    database, _ = open_database(load_settings(database_url=database_url))
    try:
        made = add_organisation(
            database,
            kind=OrganisationKind(kind),
            code=code,
            name=name,
            parent_code=parent,
            language=language,
            now=datetime.now(UTC),
        )
    finally:
        database.dispose()
    click.echo(f"Added {made.kind} {made.code}: {made.name}.")
