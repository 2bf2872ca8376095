"""Commands that write reports."""

from __future__ import annotations

from pathlib import Path

import click

from brukerplan.cli.shared import database_option, open_database, write_whole
from brukerplan.config import load_settings
from brukerplan.translation import LANGUAGES


@click.group()
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

    database, _ = open_database(load_settings(database_url=database_url))
    content = municipality_report_pdf(report_data(database, code=code, year=year), language)
    write_whole(output, content)
    click.echo(f"Wrote {output} ({len(content) // 1024} kB)")
