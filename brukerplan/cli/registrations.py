"""Commands that read registrations in from files."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click

from brukerplan.cli.shared import database_option, open_database, write_whole
from brukerplan.config import load_settings
from brukerplan.translation import LANGUAGES, UserError, translator


@click.command("import-template")
@click.option("--round", "year", type=int, required=True)
@click.option("--format", "form", type=click.Choice(["xlsx", "csv"]), default="xlsx")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@click.option("--optional", "everything", is_flag=True, help="With every optional question.")
@click.option("--anonymous", is_flag=True, help="Without the column of national numbers.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def import_template(
    year: int, form: str, language: str, everything: bool, anonymous: bool, output: Path
) -> None:
    """Write the template to fill in for the round of a year."""
    from brukerplan.files import template_csv, template_xlsx
    from brukerplan.questionnaire.registry import edition_for_year

    q, t = edition_for_year(year), translator(language)
    optional = frozenset(each.id for each in q.variables if each.optional and everything)
    content = (
        template_xlsx(q, t, year=year, optional=optional, anonymous=anonymous)
        if form == "xlsx"
        else template_csv(q, t, optional=optional, anonymous=anonymous)
    )
    write_whole(output, content)
    click.echo(f"Wrote {output} ({len(content) // 1024 + 1} kB)")


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--round", "year", type=int, required=True)
@click.option("--municipality", help="Municipality code.")
@click.option("--unit", help="Code of the unit within the municipality.")
@click.option("--as", "email", metavar="EMAIL", help="Whose permissions count.")
@click.option("--dry-run", is_flag=True, help="Only check; without a unit, the file by itself.")
@click.option("--whole", is_flag=True, help="All rows or none.")
@click.option("--also-elsewhere", is_flag=True, help="Also persons another unit has.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@database_option
def import_(
    file: BinaryIO,
    year: int,
    municipality: str | None,
    unit: str | None,
    email: str | None,
    dry_run: bool,
    whole: bool,
    also_elsewhere: bool,
    language: str,
    database_url: str | None,
) -> None:
    """Check the rows of FILE (XLSX or CSV) and read them in."""
    from brukerplan.actions.file_import import check_file, import_file, told
    from brukerplan.actions.oslo import oslo_day
    from brukerplan.files import MOST_BYTES

    settings, now, t = (
        load_settings(database_url=database_url),
        datetime.now(UTC),
        translator(language),
    )
    content, synthetic = file.read(MOST_BYTES + 1), settings.allow_synthetic_numbers
    try:
        if municipality and unit and email:
            database, keys = open_database(settings)
            try:
                result = import_file(
                    database, keys, content,
                    year=year, municipality=municipality, unit=unit, email=email,
                    whole=whole, dry_run=dry_run, also_elsewhere=also_elsewhere,
                    now=now, allow_synthetic=synthetic,
                )  # fmt: skip
            finally:
                database.dispose()
        elif dry_run and not (municipality or unit or email):
            result = check_file(content, year=year, today=oslo_day(now), allow_synthetic=synthetic)
        else:
            raise click.UsageError("give --municipality, --unit and --as, or --dry-run alone")
    except UserError as error:
        raise click.ClickException(error.text(t)) from error
    for line in told(result, t):
        click.echo(line)
    done = "read in" if result.carried_out else "only checked"
    click.echo(
        f"{result.rows} rows {done}: {result.created} new ({result.drafts} to be confirmed), "
        f"{result.changed} changed, {result.unchanged} unchanged, "
        f"{len(result.problems)} problems, {len(result.notes)} notes"
    )
    sys.exit(1 if result.problems else 0)
