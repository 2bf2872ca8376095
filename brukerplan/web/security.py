"""HTTP headers that limit what a page can do."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_login import current_user
from flask_wtf import CSRFProtect

from brukerplan.web.services import services
from brukerplan.web.signed_in import half_session

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
            "no-store" if current_user.is_authenticated or half_session() else "no-cache, private"
        )
    return response
