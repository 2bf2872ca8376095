"""Measure everything that speed is promised for and write ``docs/benchmarks.md``."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import keystrokes, pages, registration, reports
from brukerplan.app import create_app
from tests.journey.demo import filled_demo
from tests.kill.durable import DurableServer

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`; each table is from one run, on a machine with {cores} cores. Times are
of this machine, the ratios are what is promised.

"""
SAVING = f"""## Saving

Autosave of {registration.USERS} people at once, each with a registration of their own, against
a bare Flask and SQLAlchemy view that inserts one row: the same gunicorn command, the same
database, the same form sent, in turns. Server time in the server, medians; promised at most
{registration.PROMISED} times the bare view, with no error and nothing lost or doubled. People
either think a second between two saves or save without a pause, when everybody waits for
everybody. PostgreSQL writes to the disk before it answers, as in production.

"""
KEYS = """## Keys

Pressed by somebody who knows the page, from the number's field on my list until back there, the
eleven digits not counted. A known person is promised at most 15, a new one at most 1.3 an answer.

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
        with DurableServer() as server:
            server.sql("CREATE DATABASE pages")
            other = place / "postgresql"
            other.mkdir()
            same = filled_demo(server.url("pages"), other, years=range(2015, 2027))
            text += pages.table(
                {
                    "SQLite": pages.measure(create_app(demo.settings)),
                    "PostgreSQL": pages.measure(create_app(same.settings)),
                }
            )
            same.database.dispose()
        text += "\n\n## Reports\n\n" + reports.table(reports.measure(demo.database)) + "\n\n"
        demo.database.dispose()
        text += SAVING + registration.table(registration.measure(place)) + "\n\n"
        text += KEYS + keystrokes.table(keystrokes.measure(place)) + "\n"
    PAGE.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
