"""Files that are sent in: kept in memory, never on the disk, and larger than a form may be.

Werkzeug puts larger files in a temporary file on the disk. What is sent here holds national
numbers: it is gone with the request.
"""

from __future__ import annotations

import io
from typing import IO

from flask import Flask, Request, request

from brukerplan.files import MOST_BYTES

UPLOADS = frozenset({"importing.check", "importing.carry_out"})
# The file, and the few fields and borders around it.
MOST_UPLOADED_BYTES = MOST_BYTES + 100_000


class InMemoryRequest(Request):
    """A request whose files stay in memory."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - Werkzeug's own signature
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return io.BytesIO()


def install(app: Flask) -> None:
    """Keep files in memory, and let the pages that take files take more than others.

    To be called before anything that reads the form, as the CSRF protection does.
    """
    app.request_class = InMemoryRequest
    app.before_request(_allow_more)


def _allow_more() -> None:
    if request.endpoint in UPLOADS:
        request.max_content_length = MOST_UPLOADED_BYTES
