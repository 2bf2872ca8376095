"""How much longer a municipality's PDF takes than printing the same finished page.

The promise is at most 1.25: writing the sentences, charts and tables must cost less than a
quarter of what the PDF maker needs for its own work. Run with ``python -m
benchmarks.reports``; the exit status is 1 when the promise is broken.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

from brukerplan.reports.content import report
from brukerplan.reports.html import document
from brukerplan.reports.pdf import municipality_report_pdf, print_pdf
from brukerplan.translation import translator
from tests.reports.country import report_data

RUNS = 5
AT_MOST = 1.25


def seconds(work: Callable[[], object]) -> float:
    """Time one run."""
    start = perf_counter()
    work()
    return perf_counter() - start


def ratio(code: str, year: int) -> tuple[float, float, float]:
    """Median seconds of the whole and of the printing alone, and their ratio."""
    data = report_data(code, year)
    finished = document(report(data, translator("nb")))
    print_pdf(finished)
    # Taken in turn, so that whatever else the machine does meets both alike.
    pairs = [
        (
            seconds(lambda: municipality_report_pdf(data, "nb")),
            seconds(lambda: print_pdf(finished)),
        )
        for _ in range(RUNS)
    ]
    whole = median(one for one, _ in pairs)
    printing = median(one for _, one in pairs)
    return whole, printing, whole / printing


def main() -> int:
    """Measure a large municipality and a small one."""
    worst = 0.0
    for code in ("1103", "1144"):
        whole, printing, found = ratio(code, 2026)
        worst = max(worst, found)
        print(f"{code}: whole {whole:.2f} s, printing {printing:.2f} s, ratio {found:.3f}")
    print(f"promise: at most {AT_MOST}; {'kept' if worst <= AT_MOST else 'broken'}")
    return 0 if worst <= AT_MOST else 1


if __name__ == "__main__":
    sys.exit(main())
