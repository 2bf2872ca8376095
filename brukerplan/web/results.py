"""Open results: nothing here but what a published release holds."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from brukerplan.actions.reporting import report_data
from brukerplan.persistence.queries import rounds
from brukerplan.persistence.releases import released_areas, safe_tables
from brukerplan.reports.html import municipality_report_html
from brukerplan.translation import LANGUAGES
from brukerplan.web.guards import public
from brukerplan.web.i18n import LANGUAGE_NAMES, QUERY, current_language, current_translator
from brukerplan.web.results_page import (
    LEVELS,
    ShownYear,
    area_links,
    area_name,
    indicators,
)
from brukerplan.web.services import services

blueprint = Blueprint("results", __name__, url_prefix="/resultater")


@blueprint.get("")
@public
def index() -> ResponseReturnValue:
    """List the areas with published results."""
    with services().database.read() as session:
        years = rounds.released_years(session)
        areas = released_areas(session)
    links = area_links(areas, years[-1], current_translator()) if years else {}
    return render_template("results.html", years=years, links=links)


@blueprint.get("/<level>/<key>")
@public
def area(level: str, key: str) -> ResponseReturnValue:
    """Show the trends of one area."""
    if level not in LEVELS:
        abort(404)
    t = current_translator()
    with services().database.read() as session:
        years = rounds.released_years(session)
        if not years:
            abort(404)
        name = area_name(LEVELS[level], key, years[-1], t)
        tables = safe_tables(session, code=key, of_year=years[-1], level=LEVELS[level])
    shown = indicators(tables, area=name, year=years[-1], translator=t)
    if not shown:
        abort(404)
    return render_template(
        "area.html",
        name=name,
        key=key,
        level=level,
        indicators=shown,
        report_years=_report_years(level, shown[0].rows),
        languages=LANGUAGE_NAMES,
    )


@blueprint.get("/kommune/<code>/<int:year>/rapport.html")
@public
def report_page(code: str, year: int) -> ResponseReturnValue:
    """Show a municipality's yearly report as a page of the site."""
    language = current_language()
    data = report_data(services().database, code=code, year=year)
    article = municipality_report_html(data, language, standalone=False)
    return render_template(
        "report.html",
        # Written by our own templates, which escape what comes from the database.
        article=Markup(article),  # noqa: S704
        code=code,
        year=year,
        area=data.area_name,
        languages=LANGUAGE_NAMES,
    )


@blueprint.get("/kommune/<code>/<int:year>/rapport.pdf")
@public
def report_pdf(code: str, year: int) -> ResponseReturnValue:
    """Print a municipality's yearly report."""
    # The PDF maker takes half a second to load, which no other page should wait for.
    from brukerplan.reports.pdf import municipality_report_pdf

    language = request.args.get(QUERY, current_language())
    if language not in LANGUAGES:
        abort(404)
    data = report_data(services().database, code=code, year=year)
    response = Response(municipality_report_pdf(data, language), mimetype="application/pdf")
    name = f"brukerplan-{code}-{year}-{language}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _report_years(level: str, rows: tuple[ShownYear, ...]) -> list[int]:
    return [row.year for row in rows] if level == "kommune" else []
