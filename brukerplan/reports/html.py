"""The report as a web page: a fragment for the site, or a document of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from brukerplan.reports.content import ReportData, report
from brukerplan.reports.parts import Report
from brukerplan.translation import translator

STATIC = Path(__file__).resolve().parent / "static"
_TEMPLATES = Path(__file__).resolve().parent / "templates"


def municipality_report_html(data: ReportData, language: str, *, standalone: bool = True) -> str:
    """Write the report as HTML in ``nb``, ``nn`` or ``en``.

    Parameters
    ----------
    standalone
        ``True``: a whole document with its styles, to keep as a file. ``False``: an
        ``<article>`` without style attributes for the site, which serves the folder
        ``STATIC`` and links ``report.css``.

    Raises
    ------
    UnknownLanguageError
        For any other language.
    """
    written = report(data, translator(language))
    if standalone:
        return document(written, stylesheet=_standalone_stylesheet())
    return _environment().get_template("_article.html").render(report=written)


def document(written: Report, *, stylesheet: str = "") -> str:
    """Print a written report as a whole HTML document, for the PDF without styles in it."""
    return (
        _environment()
        .get_template("document.html")
        .render(report=written, stylesheet=stylesheet, gettext=translator(written.language).gettext)
    )


def letter_template() -> Template:
    """Return the template of the letters to the persons."""
    return _environment().get_template("letter.html")


def paper_template() -> Template:
    """Return the template of the papers to a person: a printout, a receipt."""
    return _environment().get_template("paper.html")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        auto_reload=False,
    )


@cache
def _standalone_stylesheet() -> str:
    """Both style sheets, the symbols within them, so that the file needs nothing beside it."""
    styles = (STATIC / "screen.css").read_text("utf-8") + (STATIC / "report.css").read_text("utf-8")
    for symbol in sorted((STATIC / "symbols").glob("*.svg")):
        drawing = symbol.read_text("utf-8").strip().replace("#", "%23").replace('"', "'")
        styles = styles.replace(f"symbols/{symbol.name}", f"data:image/svg+xml,{drawing}")
    return styles
