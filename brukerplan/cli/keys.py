"""Commands for the pseudonym keys: see docs/keys.md for when and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from brukerplan.cli.shared import database_option, organisation_id
from brukerplan.config import MissingSettingError, Settings, load_settings

if TYPE_CHECKING:
    from brukerplan.identity.keyring import MasterKey
    from brukerplan.persistence.engine import Database

ORGANISATION = "the organisation's code, such as 1103"


@dataclass(frozen=True, slots=True)
class _Store:
    """The database, what opens its keys, and the settings they came from."""

    database: Database
    wrapper: MasterKey
    settings: Settings

    def organisation(self, code: str, *kinds: str) -> int:
        """Return the organisation's id; a code that is not there is said in one line."""
        return organisation_id(self.database, code, *kinds)


@contextmanager
def _store(database_url: str | None) -> Iterator[_Store]:
    """Open the database as it is: keys are nothing to migrate by the way."""
    from brukerplan.identity.keyring import MasterKey
    from brukerplan.persistence.engine import Database
    from brukerplan.persistence.reach import MACHINE

    settings = load_settings(database_url=database_url)
    master_key = MasterKey.from_base64(settings.master_key)
    database = Database(settings.database_url, log_key=master_key.log_key(), reach=MACHINE)
    try:
        yield _Store(database, master_key, settings)
    finally:
        database.dispose()


@click.group()
def keys() -> None:
    """List, make, replace and hand over the pseudonym keys; never shows a secret."""


@keys.command(name="list")
@database_option
def list_(database_url: str | None) -> None:
    """List every key there is or was, and how many pseudonyms rest under it."""
    from brukerplan.actions.key_rotation import list_keys

    with _store(database_url) as store:
        lines = list_keys(store.database)
    shape = "{:<34}{:<14}{:<14}{:<18}{:<18}{:<10}{:>8}"
    click.echo(shape.format("id", "purpose", "organisation", "created", "retired", "state", "rows"))
    for line in lines:
        retired = f"{line.retired_at:%Y-%m-%d %H:%M}" if line.retired_at else "-"
        state = "destroyed" if line.destroyed else "earlier" if line.retired_at else "in use"
        click.echo(
            shape.format(
                line.id,
                line.purpose,
                line.organisation,
                f"{line.created_at:%Y-%m-%d %H:%M}",
                retired,
                state,
                line.rows,
            )
        )


@keys.command()
@database_option
def create(database_url: str | None) -> None:
    """Make the keys of organisations that have none yet."""
    from brukerplan.actions.key_rotation import create_keys

    with _store(database_url) as store:
        made = create_keys(store.database, wrapper=store.wrapper, now=datetime.now(UTC))
    click.echo(f"Made {made} keys.")


@keys.command()
@click.option("--purpose", type=click.Choice(["municipality", "transfer", "trust"]), required=True)
@click.option("--organisation", "code", required=True, help=ORGANISATION)
@database_option
def rotate(purpose: str, code: str, database_url: str | None) -> None:
    """Replace a key: a municipality's while people work, the transfer key between rounds."""
    from brukerplan.actions import key_rotation

    now = datetime.now(UTC)
    with _store(database_url) as store:
        if purpose == "municipality":
            key = key_rotation.rotate_municipal_key(
                store.database,
                wrapper=store.wrapper,
                organisation_id=store.organisation(code, "municipality"),
                now=now,
            )
            click.echo(f"{key.id} is in use. Whoever is typed is brought under it.")
        elif purpose == "transfer":
            key = key_rotation.rotate_transfer_key(
                store.database,
                wrapper=store.wrapper,
                organisation_id=store.organisation(code, "nation"),
                now=now,
            )
            click.echo(f"{key.id} is in use. The earlier key is kept until the next freeze.")
        else:
            key, rows = key_rotation.rotate_trust_key(
                store.database,
                wrapper=store.wrapper,
                organisation_id=store.organisation(code, "trust", "region", "nation"),
                now=now,
            )
            click.echo(f"{key.id} is in use, laid upon {rows} frozen pseudonyms.")


@keys.command()
@database_option
def sweep(database_url: str | None) -> None:
    """Destroy earlier keys under which nobody rests, and those of extracts that are over."""
    from brukerplan.actions.extracting import end_expired_extracts
    from brukerplan.actions.key_rotation import sweep_keys

    now = datetime.now(UTC)
    with _store(database_url) as store:
        destroyed = sweep_keys(store.database, now=now)
        destroyed += end_expired_extracts(store.database, now=now)
    click.echo(f"Destroyed {destroyed} keys.")


@keys.command()
@database_option
def rewrap(database_url: str | None) -> None:
    """Close everything anew by the master key in BRUKERPLAN_NEW_MASTER_KEY."""
    from brukerplan.actions.master_key import replace_master_key
    from brukerplan.identity.keyring import MasterKey

    with _store(database_url) as store:
        if store.settings.new_master_key is None:
            raise MissingSettingError(name="BRUKERPLAN_NEW_MASTER_KEY")
        done = replace_master_key(
            store.database,
            earlier=store.wrapper,
            later=MasterKey.from_base64(store.settings.new_master_key),
            now=datetime.now(UTC),
        )
    click.echo(
        f"Wrapped {done.keys} keys and {done.apps} authenticator secrets anew; "
        f"{done.codes} recovery codes no longer work. Move BRUKERPLAN_NEW_MASTER_KEY to "
        "BRUKERPLAN_MASTER_KEY before the program is started."
    )


@keys.command()
@click.option("--from", "from_code", required=True, help="The municipality that goes.")
@click.option("--into", "into_code", required=True, help="The municipality it becomes part of.")
@database_option
def merge(from_code: str, into_code: str, database_url: str | None) -> None:
    """Let a municipality inherit another's keys and units, between two rounds."""
    from brukerplan.actions.key_merger import merge_keys

    with _store(database_url) as store:
        merged = merge_keys(
            store.database,
            wrapper=store.wrapper,
            from_id=store.organisation(from_code, "municipality"),
            into_id=store.organisation(into_code, "municipality"),
            now=datetime.now(UTC),
        )
    click.echo(f"{into_code} was given {merged.keys} keys and {merged.units} units.")
