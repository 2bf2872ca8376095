"""Measure everything that speed is promised for and write ``docs/benchmarks.md``."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import pages, reports
from brukerplan.app import create_app
from tests.journey.demo import filled_demo

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`; each table is from one run, on a machine with {cores} cores. Times are
of this machine, the ratios are what is promised.

"""


def main() -> int:
    """Run every benchmark on a fresh demo of the Stavanger area."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        start = time.perf_counter()
        demo = filled_demo(f"sqlite:///{place / 'demo.sqlite'}", place, years=range(2015, 2027))
        filling = time.perf_counter() - start
        text = HEAD.format(cores=os.cpu_count())
        text += f"## The demo\n\nFilled in {filling:.0f} s: 2015-2025 released, 2026 open.\n\n"
        text += "## Pages\n\nServer time in the demo; promised under 150 ms at the median.\n\n"
        text += pages.table(pages.measure(create_app(demo.settings)))
        text += "\n\n## Reports\n\n" + reports.table(reports.measure(demo.database)) + "\n"
    PAGE.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
