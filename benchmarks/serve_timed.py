"""``brukerplan serve``, with the timed application where the application would be.

The same command, so that gunicorn has the same workers and threads as in production.
"""

from __future__ import annotations

import sys

import brukerplan.app
from benchmarks.served import timed_application
from brukerplan.cli import main

if __name__ == "__main__":
    brukerplan.app.create_app = timed_application  # type: ignore[assignment]
    main(["serve", *sys.argv[1:]])
