"""HTTP headers that limit what a page can do, and how fast passwords can be guessed."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict, deque
from threading import Lock

from flask import Flask, Response, request
from flask_login import current_user
from flask_wtf import CSRFProtect

from brukerplan.web.services import services

# Everything comes from our own address. `data:` images are Designsystemet's icons, which
# its style sheet carries inside itself. No nonce is needed as nothing stands inline.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # An address holds no personal data, but the id of a registration is nobody else's either.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=63072000; includeSubDomains"

csrf = CSRFProtect()


def install(app: Flask) -> None:
    """Turn on CSRF protection and the headers."""
    # The token lives as long as the session: a form left open over lunch can be sent.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    # Referrer-Policy keeps the referrer on our own address, so the strict check over
    # HTTPS works.
    app.config.setdefault("WTF_CSRF_SSL_STRICT", True)
    csrf.init_app(app)
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not services().settings.demo:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if "Cache-Control" not in response.headers and request.endpoint != "static":
        # A shared PC's «back» button must not show what the last person saw.
        response.headers["Cache-Control"] = (
            "no-store" if current_user.is_authenticated else "no-cache, private"
        )
    return response


class SignInLimit:
    """At most ``attempts`` failed sign-ins per account and ``window`` seconds.

    Counted in this process: with several workers the limit is as many times higher. It
    slows guessing; the password hash is what stops it.

    >>> limit = SignInLimit(attempts=2, window=60)
    >>> limit.failed("a@example.org", now=0), limit.failed("a@example.org", now=1)
    (None, None)
    >>> limit.reached("a@example.org", now=2), limit.reached("a@example.org", now=90)
    (True, False)
    """

    _MOST_ACCOUNTS = 10_000

    def __init__(self, *, attempts: int = 10, window: float = 300) -> None:
        self._attempts = attempts
        self._window = window
        self._failures: OrderedDict[bytes, deque[float]] = OrderedDict()
        self._lock = Lock()

    def reached(self, account: str, *, now: float | None = None) -> bool:
        """Tell whether no more attempts are taken for now."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            failures = self._failures.get(_digest(account), deque())
            return sum(moment - at < self._window for at in failures) >= self._attempts

    def failed(self, account: str, *, now: float | None = None) -> None:
        """Count a failed attempt."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            failures = self._failures.setdefault(_digest(account), deque(maxlen=self._attempts))
            failures.append(moment)
            self._failures.move_to_end(_digest(account))
            while len(self._failures) > self._MOST_ACCOUNTS:
                self._failures.popitem(last=False)

    def succeeded(self, account: str) -> None:
        """Forget the account's failures."""
        with self._lock:
            self._failures.pop(_digest(account), None)


def _digest(account: str) -> bytes:
    # What people type in the e-mail field may be anything, a password included.
    return hashlib.sha256(account.strip().casefold().encode()).digest()
