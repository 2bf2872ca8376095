"""Commands that set up and run an installation."""

from __future__ import annotations

import socket
import sys
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import click

from brukerplan.cli.shared import database_option, open_database
from brukerplan.config import Settings, load_settings

if TYPE_CHECKING:
    from brukerplan.demo.calibration import Area


@click.command()
@database_option
@click.option("--area", type=click.Choice(["stavanger", "national"]), default="stavanger")
@click.option("--seed", type=int, default=2015, show_default=True)
@click.option("--replace", is_flag=True, help="Empty a filled demo first.")
@click.option("--keep", is_flag=True, help="Leave a filled database as it is.")
def demo(database_url: str | None, area: Area, seed: int, replace: bool, keep: bool) -> None:
    """Fill a database with a synthetic population, rounds 2015-2025 released, 2026 open."""
    from brukerplan.demo.fill import AlreadyFilledError, InterruptedFillError, fill

    settings = load_settings(database_url=database_url)
    if not settings.demo:
        raise click.ClickException(
            "BRUKERPLAN_MODE is production: fictive persons are never mixed with real ones"
        )
    database, keys = open_database(settings)
    fill_with = partial(fill, database, keys, area=area, seed=seed, progress=click.echo)
    try:
        fill_with(replace=replace)
    except AlreadyFilledError:
        if not keep:
            raise
        click.echo("The database is filled already; it is kept as it is.")
    except InterruptedFillError:
        # What a stopped demo left behind is nothing anyone wants to keep.
        if not keep:
            raise
        click.echo("The last fill was stopped half-way; it is started anew.")
        fill_with(replace=True)


@click.command()
@database_option
def migrate(database_url: str | None) -> None:
    """Bring the tables of a database to what this version needs."""
    database, _ = open_database(load_settings(database_url=database_url))
    click.echo(f"The tables are as this version needs them ({database.dialect}).")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
def serve(host: str, port: int) -> NoReturn:
    """Serve the application (settings from the environment)."""
    from gunicorn.app.wsgiapp import run

    settings = load_settings()
    _refuse_port_in_use(host, port)
    if settings.demo:
        _refuse_real_round(settings)
    else:
        _refuse_to_step_over(settings)
        click.echo(
            "This version is not ready for real persons: see docs/security/threat-model.md.",
            err=True,
        )
    click.echo(f"brukerplan ({settings.mode}) serves http://{host}:{port} - stop with Ctrl+C")
    sys.argv = [
        "gunicorn",
        "--bind", f"{host}:{port}",
        "--workers", "2",
        "--threads", "4",
        # Our addresses and headers are short; what is longer is not from a page of ours.
        "--limit-request-line", "2000",
        "--limit-request-fields", "60",
        "--limit-request-field_size", "6000",
        "--log-level", "warning",
        "brukerplan.app:create_app()",
    ]  # fmt: skip
    run()
    sys.exit(0)


@click.command()
@click.option("--year", type=int, required=True)
@database_option
def remind(year: int, database_url: str | None) -> None:
    """Remind late units by e-mail where the deadline is near or past: a nightly job."""
    from brukerplan.actions.reminding import remind_late
    from brukerplan.app import mail_server

    settings = load_settings(database_url=database_url)
    database, _ = open_database(settings)
    try:
        reminded = remind_late(
            database,
            mail=mail_server(settings),
            public_url=settings.public_url,
            year=year,
            now=datetime.now(UTC),
        )
    finally:
        database.dispose()
    # Counts alone: what a nightly job prints is kept in logs.
    messages = sum(each.reached for each in reminded)
    units = sum(each.reached > 0 for each in reminded)
    click.echo(f"Reminded {units} units by {messages} messages.")
    if refused := sum(len(each.not_reached) for each in reminded):
        raise click.ClickException(f"the mail server did not take {refused} messages")


def _refuse_real_round(settings: Settings) -> None:
    """Say it in one line; each process of the server would refuse as well, in many."""
    from brukerplan.actions.mode import require_fictive_if_known
    from brukerplan.persistence.engine import Database

    database = Database(settings.database_url)
    try:
        require_fictive_if_known(database)
    finally:
        database.dispose()


def _refuse_to_step_over(settings: Settings) -> None:
    """Refuse a database login that the database's own policies would not hold."""
    from brukerplan.persistence.engine import (
        Database,
        DatabaseNotMigratedError,
        DatabaseRoleError,
        DatabaseUnavailableError,
    )

    database = Database(settings.database_url, held=True)
    try:
        if database.dialect == "postgresql":
            database.check()
    except DatabaseRoleError:
        raise
    except (DatabaseUnavailableError, DatabaseNotMigratedError):
        # The pages say so, and find it as soon as it is there.
        return
    finally:
        database.dispose()


def _refuse_port_in_use(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"{host}:{port} cannot be used ({error.strerror}). Stop the program that uses "
                f"it, or choose another port: brukerplan serve --port {port + 1}"
            ) from error
