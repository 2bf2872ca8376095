"""A message to show on the next page: something was done."""

from __future__ import annotations

from flask import flash


def say(text: str, *, kind: str = "success") -> None:
    """Show ``text`` at the top of the next page. It must not tell about a person."""
    flash(text, kind)
