"""Commands that see to it that nothing is lost, and say when something is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from brukerplan import __version__
from brukerplan.cli.shared import database_option, open_keys
from brukerplan.config import (
    backup_key,
    database_address,
    load_backup_settings,
    load_settings,
)

file_argument = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command()
@file_argument
@click.option("--verify", is_flag=True, help="Check a backup that is there; write none.")
@database_option
def backup(file: Path, verify: bool, database_url: str | None) -> None:
    """Write an encrypted backup of the whole database to FILE, while the system runs."""
    from brukerplan.persistence.backup import check_backup, write_backup
    from brukerplan.persistence.engine import Database

    if verify:
        manifest = check_backup(file, key=backup_key())
        click.echo(f"{file} is whole and unchanged.")
    else:
        settings = load_backup_settings(database_url=database_url)
        database = Database(settings.database_url)
        try:
            manifest = write_backup(
                database, file, key=settings.key, program=__version__, now=datetime.now(UTC)
            )
        finally:
            database.dispose()
        click.echo(f"Wrote {file} ({file.stat().st_size // 1024 + 1} kB).")
    click.echo(
        f"Made {manifest.made_at:%Y-%m-%d %H:%M} UTC by brukerplan {manifest.program} on "
        f"{manifest.engine}: {len(manifest.tables)} tables of revision {manifest.revision}, "
        f"{manifest.rows} rows."
    )


@click.command()
@file_argument
@click.option("--verify", is_flag=True, help="Compare every table with the backup afterwards.")
@database_option
def restore(file: Path, verify: bool, database_url: str | None) -> None:
    """Put the backup FILE into an empty database."""
    from brukerplan.actions.safekeeping import restore as restore_into

    key, settings = backup_key(), load_settings(database_url=database_url)
    database, _ = open_keys(settings)
    try:
        manifest = restore_into(database, file, key=key, verify=verify, now=datetime.now(UTC))
    finally:
        database.dispose()
    click.echo(f"Restored {manifest.rows} rows of {manifest.made_at:%Y-%m-%d %H:%M} UTC.")
    if verify:
        click.echo(f"Every one of the {len(manifest.tables)} tables is equal to the backup.")
    click.echo("What was deleted after that moment is back: see docs/operations.md, Deletions.")


@click.command()
@file_argument
@database_option
def deletions(file: Path, database_url: str | None) -> None:
    """List what was deleted after the backup FILE was made, by the access log."""
    from brukerplan.persistence.backup.reading import heading_of
    from brukerplan.persistence.engine import Database
    from brukerplan.persistence.queries.deletions import deletions_since
    from brukerplan.persistence.reach import MACHINE

    made_at = heading_of(file).made_at
    database = Database(database_address(database_url=database_url), reach=MACHINE)
    try:
        with database.read() as session:
            found = deletions_since(session, made_at)
    finally:
        database.dispose()
    for act in found:
        said = (f"{act.at:%Y-%m-%d %H:%M}", act.action, act.organisation, act.subject, act.detail)
        click.echo("\t".join(said))
    click.echo(f"{len(found)} acts of deletion since {made_at:%Y-%m-%d %H:%M} UTC.", err=True)


@click.command("check-integrity")
@database_option
def check_integrity(database_url: str | None) -> None:
    """Look through the database for what is damaged or does not fit together."""
    from brukerplan.persistence.engine import Database
    from brukerplan.persistence.integrity import examine

    database = Database(database_address(database_url=database_url))
    try:
        found = examine(database)
    finally:
        database.dispose()
    click.echo(f"Looked at: {', '.join(found.looked_at)}.")
    for what in found.not_looked_at:
        click.echo(f"Not looked at: {what}.")
    for what in found.wrong:
        click.echo(f"WRONG: {what}.")
    if found.wrong:
        raise click.ClickException(
            f"{len(found.wrong)} things are wrong: see docs/operations.md, Damage"
        )
    click.echo("Nothing is wrong.")
