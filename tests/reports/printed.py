"""Reports of the synthetic country, each written and printed once."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from pypdf import PdfReader

from brukerplan.reports.content import report
from brukerplan.reports.html import municipality_report_html
from brukerplan.reports.parts import Report
from brukerplan.reports.pdf import municipality_report_pdf
from brukerplan.translation import translator
from tests.reports.country import report_data


@cache
def written(code: str, year: int, language: str = "nb") -> Report:
    """The report as data."""
    return report(report_data(code, year), translator(language))


@cache
def page(code: str, year: int, language: str = "nb", *, standalone: bool = True) -> str:
    """The report as a web page."""
    return municipality_report_html(report_data(code, year), language, standalone=standalone)


@cache
def pdf(code: str, year: int, language: str = "nb") -> bytes:
    """The report as a PDF."""
    return municipality_report_pdf(report_data(code, year), language)


@cache
def pages(code: str, year: int, language: str = "nb") -> tuple[str, ...]:
    """The text of each page of the PDF, no-break spaces and line ends made plain."""
    reader = PdfReader(BytesIO(pdf(code, year, language)))
    return tuple(" ".join(leaf.extract_text().split()) for leaf in reader.pages)
