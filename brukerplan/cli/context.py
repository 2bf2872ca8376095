"""Commands for figures of other sources, shown beside the mapping."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO

import click

from brukerplan.cli.shared import database_option, open_database
from brukerplan.config import load_settings
from brukerplan.translation import LANGUAGES, UserError, translator

if TYPE_CHECKING:
    from brukerplan.statistics.context import ContextSeries, Figure


@click.group()
def context() -> None:
    """Aggregate figures by municipality and year, never joined to persons."""


@context.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--id", "series_id", required=True, help="Such as tsb-episodes.")
@click.option("--title", required=True)
@click.option("--source", required=True, help="Who has published the figures, and where.")
@click.option("--unit", required=True, help="What is counted.")
@click.option("--borders-of", type=int, metavar="YEAR", help="Whose codes the file uses.")
@click.option("--replace", is_flag=True, help="Replaces a series with the id.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@database_option
def import_(
    file: BinaryIO,
    series_id: str,
    title: str,
    source: str,
    unit: str,
    borders_of: int | None,
    replace: bool,
    language: str,
    database_url: str | None,
) -> None:
    """Keep the figures of FILE (CSV) as a series: all of them or none."""
    from brukerplan.actions.context import import_context
    from brukerplan.files import MOST_CONTEXT_BYTES, ContextProblemsError

    database, _ = open_database(load_settings(database_url=database_url))
    t = translator(language)
    try:
        kept = import_context(
            database,
            series_id=series_id,
            title=title,
            source=source,
            unit=unit,
            content=file.read(MOST_CONTEXT_BYTES + 1),
            borders_of=borders_of,
            replace=replace,
            now=datetime.now(UTC),
        )
    except UserError as error:
        if isinstance(error, ContextProblemsError):
            for problem in error.problems:
                click.echo(problem.text(t))
        raise click.ClickException(error.text(t)) from error
    finally:
        database.dispose()
    years = f"{kept.years[0]} to {kept.years[-1]}"
    click.echo(f"Kept {len(kept.figures)} figures as {kept.id}, {years}.")


@context.command()
@click.argument("series_id", metavar="ID")
@click.option("--year", type=int, help="Default: every year.")
@database_option
def show(series_id: str, year: int | None, database_url: str | None) -> None:
    """Print a series with shares of the year's total and rates per 1,000 inhabitants 18+."""
    from brukerplan.actions.context import kept_series
    from brukerplan.statistics.context import NoSuchFigureError

    database, _ = open_database(load_settings(database_url=database_url))
    try:
        series = kept_series(database, series_id)
    finally:
        database.dispose()
    try:
        lines = [
            _line(series, figure)
            for each in ((year,) if year is not None else series.years)
            for figure in series.of_year(each)
        ]
    except NoSuchFigureError as error:
        known = ", ".join(map(str, series.years))
        raise click.ClickException(f"{series.id} has no figures of {year}, only {known}") from error
    borders = "each year" if series.borders_of is None else str(series.borders_of)
    click.echo(f"{series.title} ({series.unit})\nSource: {series.source}")
    click.echo(f"Borders: {borders}. Inhabitants: Statistics Norway, table 07459, 1 January.")
    click.echo("\t".join(_HEADINGS))
    for line in lines:
        click.echo("\t".join(line))


_HEADINGS = (
    "year",
    "code",
    "municipality",
    "value",
    "denominator",
    "% of denominator",
    "% of total",
    "per 1,000 18+",
    "inhabitants of",
)
_NONE = "–"


def _line(series: ContextSeries, figure: Figure) -> tuple[str, ...]:
    from brukerplan.geography import municipality
    from brukerplan.statistics.context import REST, NoSuchFigureError
    from brukerplan.statistics.refusals import PopulationUnknownError
    from brukerplan.statistics.rounding import ShareNotPossibleError

    def told(share: Callable[[Figure], Decimal]) -> str:
        try:
            return str(share(figure))
        except (NoSuchFigureError, ShareNotPossibleError):
            return _NONE

    try:
        rate = series.rate(figure)
    except PopulationUnknownError:
        rates = (_NONE, _NONE)
    else:
        rates = (str(rate.per_thousand), str(rate.population_year))
    rest = figure.code == REST
    return (
        str(figure.year),
        _NONE if rest else figure.code,
        "all others" if rest else municipality(figure.code, series.borders(figure)).name,
        str(figure.value),
        _NONE if figure.denominator is None else str(figure.denominator),
        told(series.share_of_denominator),
        told(series.share_of_total),
        *rates,
    )
