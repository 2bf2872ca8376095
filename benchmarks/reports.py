"""How much longer a municipality's PDF takes than WeasyPrint on the same finished HTML.

Promised: at most 1.25. Reading the released cells, writing the sentences, charts and tables
must together cost less than a quarter of what the PDF maker needs for its own work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from brukerplan.actions.reporting import report_data
from brukerplan.persistence.engine import Database
from brukerplan.reports.content import report
from brukerplan.reports.html import STATIC, document
from brukerplan.reports.pdf import OwnFiles, municipality_report_pdf
from brukerplan.translation import translator

RUNS = 5
PROMISED = 1.25
YEAR = 2025
# A large municipality, and one of which nearly everything is hidden.
CODES = ("1103", "1144")
BASE = "https://report.invalid/"


@dataclass(frozen=True, slots=True)
class Measured:
    """Median seconds of the whole way from the database, and of WeasyPrint alone."""

    code: str
    whole: float
    alone: float

    @property
    def ratio(self) -> float:
        """The whole over WeasyPrint alone."""
        return self.whole / self.alone


def measure(database: Database) -> list[Measured]:
    """Measure in one run, taken in turn, so that whatever else goes on meets both alike."""
    return [_measured(database, code) for code in CODES]


def table(rows: list[Measured]) -> str:
    """Write the measurements as a Markdown table."""
    lines = [
        f"A municipality's PDF, from the database to the file, against WeasyPrint on the same "
        f"finished HTML; promised at most {PROMISED}.",
        "",
        "| municipality | whole, s | WeasyPrint alone, s | ratio |",
        "|---|---:|---:|---:|",
    ]
    lines += [
        f"| {row.code} | {row.whole:.2f} | {row.alone:.2f} | {row.ratio:.2f} |" for row in rows
    ]
    return "\n".join(lines)


def _measured(database: Database, code: str) -> Measured:
    finished = document(report(report_data(database, code=code, year=YEAR), translator("nb")))
    _alone(finished)
    pairs = [
        (_seconds(lambda: _whole(database, code)), _seconds(lambda: _alone(finished)))
        for _ in range(RUNS)
    ]
    return Measured(code, median(one for one, _ in pairs), median(one for _, one in pairs))


def _whole(database: Database, code: str) -> bytes:
    return municipality_report_pdf(report_data(database, code=code, year=YEAR), "nb")


def _alone(page: str) -> bytes:
    fonts, fetcher = FontConfiguration(), OwnFiles()
    styles = [
        CSS(filename=STATIC / name, base_url=BASE, url_fetcher=fetcher, font_config=fonts)
        for name in ("report.css", "print.css")
    ]
    printed: bytes = HTML(string=page, base_url=BASE, url_fetcher=fetcher).write_pdf(
        stylesheets=styles, font_config=fonts, pdf_variant="pdf/ua-1"
    )
    return printed


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
