"""The command line: ``brukerplan --help``.

Commands speak English, as operators' tools do; errors a user can mend are said in one
line, without a traceback. Rooms are imported inside the commands, so that a small command
does not wait for pandas.
"""

from __future__ import annotations

import json
import socket
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from brukerplan import __version__
from brukerplan.config import Settings, load_settings
from brukerplan.translation import LANGUAGES, UserError, translator

if TYPE_CHECKING:
    from brukerplan.actions.keys import Keys
    from brukerplan.demo.calibration import Area
    from brukerplan.persistence.engine import Database

database_option = click.option(
    "--database",
    "database_url",
    envvar="BRUKERPLAN_DATABASE_URL",
    metavar="URL",
    help="Database address; default BRUKERPLAN_DATABASE_URL, else the embedded SQLite file.",
)


class _Commands(click.Group):
    """Says a user's error in one line and leaves with 1; anything else surfaces."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except UserError as error:
            raise click.ClickException(error.text(translator("nb"))) from error


@click.group(cls=_Commands)
@click.version_option(__version__)
def main() -> None:
    """Yearly mapping of people with substance or mental-health problems."""


@main.command()
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
    database, keys = _open(settings)
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


@main.command()
@database_option
def migrate(database_url: str | None) -> None:
    """Bring the tables of a database to what this version needs."""
    database, _ = _open(load_settings(database_url=database_url))
    click.echo(f"The tables are as this version needs them ({database.dialect}).")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
def serve(host: str, port: int) -> NoReturn:
    """Serve the application (settings from the environment)."""
    from gunicorn.app.wsgiapp import run

    settings = load_settings()
    _refuse_port_in_use(host, port)
    if not settings.demo:
        click.echo("This version is not ready for real persons: see docs/adr/0008.", err=True)
    click.echo(f"brukerplan ({settings.mode}) serves http://{host}:{port} - stop with Ctrl+C")
    sys.argv = [
        "gunicorn",
        "--bind", f"{host}:{port}",
        "--workers", "2",
        "--threads", "4",
        "--log-level", "warning",
        "brukerplan.app:create_app()",
    ]  # fmt: skip
    run()
    sys.exit(0)


@main.group()
def report() -> None:
    """Write reports from released, protected numbers."""


@report.command()
@click.argument("code")
@click.option("--year", type=int, required=True)
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@database_option
def municipality(
    code: str, year: int, language: str, output: Path, database_url: str | None
) -> None:
    """Write the yearly report of the municipality CODE as a tagged PDF."""
    from brukerplan.actions.reporting import report_data
    from brukerplan.reports.pdf import municipality_report_pdf

    database, _ = _open(load_settings(database_url=database_url))
    content = municipality_report_pdf(report_data(database, code=code, year=year), language)
    _write_whole(output, content)
    click.echo(f"Wrote {output} ({len(content) // 1024} kB)")


@main.command()
@click.option("--edition", "edition_id", default="2026", show_default=True)
@click.option("--format", "form", type=click.Choice(["json", "md"]), default="md")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
def codebook(edition_id: str, form: str, language: str) -> None:
    """Print the codebook of an edition."""
    from brukerplan.questionnaire.codebook import codebook_json, codebook_markdown
    from brukerplan.questionnaire.registry import edition

    asked, speaker = edition(edition_id), translator(language)
    text = codebook_json(asked, speaker) if form == "json" else codebook_markdown(asked, speaker)
    click.echo(text, nl=False)


@main.command()
@click.option("--edition", "edition_id", default="2026", show_default=True)
def level(edition_id: str) -> None:
    """Read JSON lines of the eight areas on standard input, print the overall level of each."""
    from brukerplan.questionnaire.levels import overall_level
    from brukerplan.questionnaire.registry import edition

    rule = edition(edition_id).level_rule
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        ratings = _ratings(line, number, rule.areas, tuple(code for code, _ in rule.weights))
        found = overall_level(rule, ratings)
        click.echo(
            json.dumps({"sum_min": found.sum_min, "sum_max": found.sum_max, "overall": found.level})
        )


def _ratings(
    line: str, number: int, areas: tuple[str, ...], colours: tuple[str, ...]
) -> dict[str, str]:
    try:
        ratings = json.loads(line)
    except json.JSONDecodeError as error:
        raise click.ClickException(f"line {number}: not JSON ({error.msg})") from error
    if not isinstance(ratings, dict):
        raise click.ClickException(f"line {number}: expected an object of the eight areas")
    allowed = (*colours, "unknown")
    for area, rating in ratings.items():
        if area not in areas:
            raise click.ClickException(f"line {number}: {area!r} is not one of {', '.join(areas)}")
        if rating not in allowed:
            raise click.ClickException(
                f"line {number}: {area} is {rating!r}, expected one of {', '.join(allowed)}"
            )
    missing = [area for area in areas if area not in ratings]
    if missing:
        raise click.ClickException(
            f'line {number}: {", ".join(missing)} not given; write "unknown" if it is not known'
        )
    return ratings


def _open(settings: Settings) -> tuple[Database, Keys]:
    from brukerplan.actions.keys import Keys
    from brukerplan.identity.keyring import MasterKey
    from brukerplan.persistence.engine import Database
    from brukerplan.persistence.migration import upgrade

    database = Database(settings.database_url)
    upgrade(database)
    return database, Keys(database, MasterKey.from_base64(settings.master_key))


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


def _write_whole(path: Path, content: bytes) -> None:
    """Write the file whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from error
