"""Debian's Chromium, driven by Playwright; nothing is downloaded for the tests."""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, Playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
# Without these Chromium looks for hosts it does not need.
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch(playwright: Playwright) -> Browser:
    """Start the browser; close it, or use it as a context."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, "--no-sandbox"])
