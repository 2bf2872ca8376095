"""Commands that let people in and keep them out, where no page can.

Of a person nothing is printed but the one-time link that was asked for, on standard output
alone: what else is said goes to standard error, and neither is written in a log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from brukerplan.cli.shared import database_option, open_database, organisation_id
from brukerplan.config import Settings, load_settings

if TYPE_CHECKING:
    from brukerplan.persistence.engine import Database

# As `brukerplan.actions.operating.HELD_AT`, which is not imported to say what there is.
ROLES = (
    "system_administrator",
    "trust_administrator",
    "trust_analyst",
    "coordinator",
    "data_protection_officer",
)

email_option = click.option("--email", required=True, help="The person's e-mail address.")


@contextmanager
def _opened(database_url: str | None) -> Iterator[tuple[Database, Settings]]:
    settings = load_settings(database_url=database_url)
    database, _ = open_database(settings)
    try:
        yield database, settings
    finally:
        database.dispose()


@click.command()
@email_option
@click.option("--organisation", "code", required=True, help="Its code, such as 1103.")
@click.option("--role", type=click.Choice(ROLES), required=True)
@database_option
def invite(email: str, code: str, role: str, database_url: str | None) -> None:
    """Invite somebody by e-mail, or print the link where no e-mail goes out."""
    from brukerplan.access.roles import Role
    from brukerplan.actions.invitations import invitation_link
    from brukerplan.actions.operating import HELD_AT, invite_first
    from brukerplan.app import mail_server

    with _opened(database_url) as (database, settings):
        given = Role(role)
        invited = invite_first(
            database,
            mail=mail_server(settings),
            public_url=settings.public_url,
            organisation_id=organisation_id(database, code, *HELD_AT[given]),
            email=email,
            role=given,
            now=datetime.now(UTC),
        )
    if invited.token is None:
        click.echo("The invitation is sent.", err=True)
        return
    click.echo("No e-mail went out. Give this link to the person alone: it works once.", err=True)
    click.echo(invitation_link(settings.public_url, invited.token))


@click.group()
def accounts() -> None:
    """Help with an account, close it or open it again, where no page can."""


@accounts.command(name="reset-factor")
@email_option
@database_option
def reset_factor(email: str, database_url: str | None) -> None:
    """Take away a second factor that is lost; the person sets up a new one."""
    from brukerplan.actions.operating import reset_factor_of
    from brukerplan.app import mail_server

    with _opened(database_url) as (database, settings):
        reset_factor_of(database, email=email, mail=mail_server(settings), now=datetime.now(UTC))
    click.echo("The second factor is taken away, and every session has ended.")


@accounts.command(name="password-link")
@email_option
@database_option
def password_link(email: str, database_url: str | None) -> None:
    """Print a link to choose a new password with, where no e-mail is set up."""
    from brukerplan.actions import changing_password
    from brukerplan.actions.operating import new_password_link

    with _opened(database_url) as (database, settings):
        token = new_password_link(database, email=email, now=datetime.now(UTC))
    click.echo("Give this link to the person alone: it works once, for an hour.", err=True)
    click.echo(changing_password.password_link(settings.public_url, token))


@accounts.command()
@email_option
@database_option
def close(email: str, database_url: str | None) -> None:
    """Close an account: it opens nothing, and its sessions end."""
    from brukerplan.actions.operating import close_account

    with _opened(database_url) as (database, _):
        close_account(database, email=email, now=datetime.now(UTC))
    click.echo("The account is closed.")


@accounts.command(name="open")
@email_option
@database_option
def open_(email: str, database_url: str | None) -> None:
    """Open a closed account again, with the roles it had."""
    from brukerplan.actions.operating import open_account

    with _opened(database_url) as (database, _):
        open_account(database, email=email, now=datetime.now(UTC))
    click.echo("The account is open.")
