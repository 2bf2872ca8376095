"""Commands about the access log."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from brukerplan.cli.shared import database_option, open_database, write_whole
from brukerplan.config import load_settings

if TYPE_CHECKING:
    from brukerplan.persistence.log_check import Break, Head

_SAID = {
    "missing": "rows {number} to before id {row_id} are missing",
    "changed": "row {number} (id {row_id}) is not as it was written",
    "inserted": "row {number} (id {row_id}) was put in between",
    "reordered": "row {number} (id {row_id}) has changed places with the one after it",
    "foreign": "row {number} (id {row_id}) was not written at this place",
    "cut": "row {number} and what came after it are gone",
    "head": "the chain's head is not its last row, {number}",
    "rolled_back": "row {number} is another than when the anchor was written",
    "not_sealed": "there are rows without a seal; see --adopt",
}
_SAID_OF_OLDER = {
    "cut": "rows are gone; {number} are left",
    "inserted": "rows have come to; there are {number}",
    "changed": "one of the {number} rows is not as it was when they were adopted",
    "rolled_back": "they are not what they were when the anchor was written",
    "not_sealed": "they are not sealed; see --adopt",
}


@click.group("audit-log")
def audit_log() -> None:
    """Look after the access log."""


@audit_log.command()
@database_option
@click.option(
    "--anchor",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with the end of every chain: compared with if it is there, then written.",
)
@click.option("--adopt", is_flag=True, help="First seal the rows from before the chains, once.")
def verify(database_url: str | None, anchor: Path | None, adopt: bool) -> None:
    """Check that every row of the access log is there as it was written."""
    from brukerplan.actions.log_checking import adopt_older, check_log
    from brukerplan.identity.keyring import MasterKey

    settings = load_settings(database_url=database_url)
    sealer = MasterKey.from_base64(settings.master_key).sealer()
    database, _ = open_database(settings)
    try:
        if adopt:
            click.echo(f"Sealed {adopt_older(database, now=datetime.now(UTC))} older rows.")
        kept = _read(anchor) if anchor and anchor.exists() else {}
        begun = time.monotonic()
        checked = check_log(database, sealer=sealer, anchor=kept)
        seconds = time.monotonic() - begun
    finally:
        database.dispose()
    click.echo(f"{checked.rows} rows in {len(checked.heads)} chains, {seconds:.1f} seconds.")
    for broken in checked.breaks:
        click.echo(_words(broken))
    if checked.breaks:
        raise click.ClickException(f"the access log is broken in {len(checked.breaks)} chains")
    click.echo("Every row is as it was written.")
    # Only the ends of a log that holds: a broken one must not become what is compared with.
    if anchor:
        write_whole(anchor, _written(checked.heads))


def _words(broken: Break) -> str:
    from brukerplan.persistence.log_check import OLDER

    older = broken.chain == OLDER
    said = (_SAID_OF_OLDER if older else _SAID)[broken.fault]
    name = "older rows" if older else f"chain {broken.chain}"
    return f"{name}: {said.format(number=broken.number, row_id=broken.row_id)}"


def _written(heads: Mapping[int, Head]) -> bytes:
    ends = {str(chain): [head.number, head.seal.hex()] for chain, head in sorted(heads.items())}
    return json.dumps({"heads": ends}, indent=1).encode("ascii")


def _read(path: Path) -> dict[int, Head]:
    from brukerplan.persistence.log_check import Head

    try:
        ends = json.loads(path.read_bytes())["heads"]
        return {
            int(chain): Head(int(number), bytes.fromhex(seal))
            for chain, (number, seal) in ends.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(f"{path} is not an anchor of the access log") from error
