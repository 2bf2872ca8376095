"""Reports and letters as tagged PDF (PDF/UA-1). The only place that knows the PDF maker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from brukerplan.reports.content import ReportData, report
from brukerplan.reports.html import STATIC, document
from brukerplan.reports.letters import Letter, letters_document
from brukerplan.reports.paper import Paper, paper_document
from brukerplan.translation import translator

# An address that cannot exist: nothing below it is fetched but our own files.
_BASE = "https://report.invalid/"
_FONTS = STATIC.parent.parent / "assets" / "vendor"
_FOLDERS = {"symbols": (STATIC / "symbols", "image/svg+xml"), "fonts": (_FONTS, "font/woff2")}


class ForeignAddressError(FatalURLFetchingError):  # type: ignore[misc]  # WeasyPrint has no types
    """The report referred to something other than its own fonts and symbols."""


class ReportNotPrintableError(RuntimeError):
    """The page refers to something that is not the report's own; nothing was printed."""


class OwnFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Fetches the report's fonts and symbols, and refuses everything else.

    A report is written from a database: whatever text comes to stand in it must not make
    the server open files or addresses.
    """

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return one of our own files, or stop the printing; there is nobody to send headers."""
        del headers
        folder, _, name = url.removeprefix(_BASE).partition("/")
        if not url.startswith(_BASE) or folder not in _FOLDERS or Path(name).name != name:
            raise ForeignAddressError(f"refused: {url}")
        place, media_type = _FOLDERS[folder]
        path = place / name
        if not path.is_file():
            raise ForeignAddressError(f"no such file of the report: {name}")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type})


def municipality_report_pdf(data: ReportData, language: str) -> bytes:
    """Print the report as PDF/UA-1 in ``nb``, ``nn`` or ``en``.

    The same data give the same bytes: the only date is ``data.published_on``.

    Raises
    ------
    UnknownLanguageError
        For any other language.
    """
    return print_pdf(document(report(data, translator(language))))


def letters_pdf(letters: Sequence[Letter], language: str) -> bytes:
    """Print letters as one PDF/UA-1, each on a page of its own and in its own language.

    Parameters
    ----------
    language
        Of the document's title: ``nb``, ``nn`` or ``en``.

    Raises
    ------
    ValueError
        There is no letter to print.
    ReportNotPrintableError
        A letter is longer than its page.
    """
    if not letters:
        raise ValueError("no letter to print")
    languages = [letter.language for letter in letters]

    def tell_language_of_letters(printed: Any, pdf: Any) -> None:
        # WeasyPrint tells the language of the document alone; a reading voice needs each.
        found = [one for one in pdf.objects if isinstance(one, dict) and one.get("S") == "/Art"]
        if len(printed.pages) != len(languages):
            raise ReportNotPrintableError("a letter is longer than its page")
        for element, spoken in zip(found, languages, strict=True):
            # A string as PDF spells it.
            element["Lang"] = f"({spoken})"

    return _print(
        letters_document(letters, language), ("letter.css",), finisher=tell_language_of_letters
    )


def paper_pdf(paper: Paper) -> bytes:
    """Print a paper to a person as PDF/UA-1, in its own language."""
    return _print(paper_document(paper), ("paper.css",), finisher=_tell_scope_of_headings)


def print_pdf(page: str) -> bytes:
    """Print a finished report document.

    Raises
    ------
    ReportNotPrintableError
        When the page refers to anything but the report's own fonts and symbols.
    """
    return _print(page, ("report.css", "print.css"), finisher=_tell_scope_of_headings)


def _print(page: str, sheets: Sequence[str], *, finisher: Callable[[Any, Any], None]) -> bytes:
    fonts, fetcher = FontConfiguration(), OwnFiles()
    styles = [
        CSS(
            string=(STATIC / name).read_text("utf-8"),
            base_url=_BASE,
            url_fetcher=fetcher,
            font_config=fonts,
        )
        for name in sheets
    ]
    try:
        printed: bytes = HTML(string=page, base_url=_BASE, url_fetcher=fetcher).write_pdf(
            stylesheets=styles,
            font_config=fonts,
            pdf_variant="pdf/ua-1",
            finisher=finisher,
        )
    except ForeignAddressError as refused:
        # WeasyPrint's fatal errors are no ordinary exceptions: they would end the server.
        raise ReportNotPrintableError(str(refused)) from refused
    return printed


def _tell_scope_of_headings(_document: object, pdf: Any) -> None:
    """Say of each heading in a table whether it heads a column or a row.

    WeasyPrint ties cells to headings by id only; readers that go by scope, as the
    Matterhorn protocol's tests do, would find headings of nothing. In our tables the
    headings of the first row head columns; the id is table, row and column.
    """
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/TH":
            _, row, _ = element["ID"].string.split("-")
            element["A"]["Scope"] = "/Column" if row == "0" else "/Row"
