"""Looks for national numbers in the bytes of a database file, however they may be stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

_DIGITS = re.compile(rb"(?<!\d)\d{11,}(?!\d)")
_CHUNK = 1 << 22
_INTEGER_BYTES = 6  # SQLite stores an integer of eleven digits in six or eight bytes


def numbers_in_file(path: Path, numbers: Iterable[str]) -> set[str]:
    """Return those of ``numbers`` found in the file or its journals, as text or as integers."""
    wanted = set(numbers)
    found: set[str] = set()
    for part in sorted(path.parent.glob(f"{path.name}*")):
        content = part.read_bytes()
        found |= set(_as_text(content)) & wanted
        found |= {text for text in _as_integers(content, wanted) if text in wanted}
    return found


def _as_text(content: bytes) -> Iterator[str]:
    for match in _DIGITS.finditer(content):
        digits = match.group().decode("ascii")
        for start in range(len(digits) - 10):
            yield digits[start : start + 11]


def _as_integers(content: bytes, wanted: set[str]) -> Iterator[str]:
    values = np.array(sorted(int(number) for number in wanted), dtype=np.uint64)
    data = np.frombuffer(content, dtype=np.uint8)
    for start in range(0, data.size, _CHUNK):
        piece = data[start : start + _CHUNK + _INTEGER_BYTES - 1].astype(np.uint64)
        count = piece.size - _INTEGER_BYTES + 1
        if count <= 0:
            return
        for order in (range(_INTEGER_BYTES), range(_INTEGER_BYTES - 1, -1, -1)):
            windows = np.zeros(count, dtype=np.uint64)
            for at in order:
                windows = (windows << np.uint64(8)) | piece[at : at + count]
            possible = windows[(windows >= values[0]) & (windows <= values[-1])]
            for value in np.intersect1d(possible, values).tolist():
                yield f"{value:011d}"
