"""Text for spreadsheets: written so that every program opens it, and none calculates it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

# A spreadsheet calculates what begins like this, and runs what it names.
_CALCULATED = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(text: str) -> str:
    """Return the text so that no spreadsheet calculates it.

    >>> inert("=1+1"), inert("S-12")
    ("'=1+1", 'S-12')
    """
    return f"'{text}" if text.startswith(_CALCULATED) else text


def csv_bytes(lines: Iterable[Sequence[str]]) -> bytes:
    """Return the lines as semicolon-separated text: UTF-8 with the mark spreadsheets look for."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";").writerows(map(inert, line) for line in lines)
    return written.getvalue().encode("utf-8-sig")
