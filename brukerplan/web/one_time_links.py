"""Links that work once: the secret is in an address only once.

It moves to the session at once, so that it stands neither in the browser's history of the page
nor in what the page's own addresses tell a server about where they were followed from.
"""

from __future__ import annotations

from flask import Response, make_response, redirect, session
from flask import url_for as address_of
from flask.typing import ResponseReturnValue

# A made-up one of any length is not kept: the session is a cookie.
LONGEST_TOKEN = 100


def follow(kept: str, token: str, endpoint: str) -> ResponseReturnValue:
    """Keep the secret in the session as ``kept``, and go on to the page that uses it."""
    session[kept] = token[:LONGEST_TOKEN]
    response = redirect(address_of(endpoint), code=303)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def kept_by_nobody(page: str, status: int = 200) -> Response:
    """Answer with a page that no cache keeps, though nobody is signed in."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
