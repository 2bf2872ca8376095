"""Commands about the questionnaire."""

from __future__ import annotations

import json
import sys

import click

from brukerplan.translation import LANGUAGES, translator


@click.command()
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


@click.command()
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
