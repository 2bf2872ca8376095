"""Style sheets, scripts and fonts, at addresses that change when the content does."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory, url_for

from brukerplan.web.guards import public

PACKAGE = Path(__file__).resolve().parent.parent
FOLDERS = {
    "egne": PACKAGE / "web" / "static",
    "vendor": PACKAGE / "assets" / "vendor",
    "rapport": PACKAGE / "reports" / "static",
}
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_FOREVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__, url_prefix="/assets")


@blueprint.get("/<folder>/<digest>/<path:name>")
@public
def asset(folder: str, digest: str, name: str) -> Response:
    """Send one file. The digest is part of the path, so that modules import each other's
    same version by relative addresses."""
    if folder not in FOLDERS or Path(name).suffix not in _TYPES:
        abort(404)
    response = send_from_directory(
        FOLDERS[folder], name, mimetype=_TYPES[Path(name).suffix], etag=True
    )
    response.headers["Cache-Control"] = (
        # A font file never changes under its name; the style sheet cannot know the digest.
        _FOREVER
        if digest == folder_digest(folder) or name.endswith(".woff2")
        else "no-cache, public"
    )
    return response


@cache
def folder_digest(folder: str) -> str:
    """Digest of all files of a folder, read once a process."""
    digest = hashlib.sha256()
    for path in sorted(FOLDERS[folder].rglob("*")):
        if path.is_file() and path.suffix in _TYPES:
            digest.update(path.relative_to(FOLDERS[folder]).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def asset_url(folder: str, name: str) -> str:
    """Address of a file for templates."""
    return url_for("assets.asset", folder=folder, digest=folder_digest(folder), name=name)
