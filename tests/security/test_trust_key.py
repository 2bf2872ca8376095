"""The trust key is opened by the freeze, and nowhere else in the program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import brukerplan

PACKAGE = Path(brukerplan.__file__).parent
OPENS = "trust_for_freeze"
ALLOWED = {"actions/keys.py", "actions/freeze.py"}


def test_only_the_freeze_asks_for_the_trust_key() -> None:
    assert asking(sources()) == ALLOWED


def test_another_who_asked_would_be_seen() -> None:
    more = {"web/results.py": f"key = keys.{OPENS}(session, 3, now)"}

    assert asking({**sources(), **more}) == {*ALLOWED, "web/results.py"}


def sources() -> dict[str, str]:
    """Every module's text, by its path in the package."""
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8")
        for path in PACKAGE.rglob("*.py")
    }


def asking(texts: Mapping[str, str]) -> set[str]:
    """The modules that make the trust key or ask for it."""
    return {name for name, text in texts.items() if OPENS in text}
