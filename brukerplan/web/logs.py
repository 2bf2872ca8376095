"""What the server writes down about its own work: one line of JSON an event, and no person in it.

Only the fields named here reach a line. A path, a query, an address, an account or an exception's
message may each hold personal data; the endpoint's name, a status and an id do not.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, request

FIELDS = ("id", "endpoint", "method", "status", "ms", "kind", "place")
"""What a line may tell beside its moment, level and event."""

_requests = logging.getLogger("brukerplan.requests")


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: moment in UTC, level, event, and the named fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line. Exceptions are told by kind and place, never by message."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "at": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        line |= {name: value for name in FIELDS if (value := getattr(record, name, None))}
        return json.dumps(line, ensure_ascii=False)


class StandardError(logging.Handler):
    """Writes each line to what is standard error now, and never more than the line.

    The handler of the library tells of a line it cannot write by a traceback, with the messages
    of every exception under way: they may name somebody.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line; one that cannot be written is lost, and what was being done goes on."""
        with contextlib.suppress(Exception):
            sys.stderr.write(f"{self.format(record)}\n")


def install(app: Flask, *, requests: bool) -> None:
    """Write the program's own lines to standard error, and one for each request if asked."""
    handler = StandardError()
    handler.setFormatter(JsonLines())
    logging.getLogger("brukerplan").handlers = [handler]
    if requests:
        _requests.setLevel(logging.INFO)
        app.before_request(_begin)
        app.after_request(_write)


def _begin() -> None:
    g.began = time.perf_counter()


def _write(response: Response) -> Response:
    _requests.info(
        "request",
        extra={
            # The name of the page, not its address: what follows it may be anything.
            "endpoint": request.endpoint or "none",
            "method": request.method,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.began) * 1000, 1) if "began" in g else None,
        },
    )
    return response
