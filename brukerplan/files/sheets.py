"""Rows of texts, as they stand in a file of whichever kind, within what is taken at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from brukerplan.files.errors import (
    EmptyFileError,
    FormulaError,
    TooManyColumnsError,
    TooManyRowsError,
)

T = TypeVar("T")

MOST_ROWS = 5_000
"""Persons in one file."""
MOST_COLUMNS = 400
# Empty rows below the last person cost time to pass over too.
_MOST_ROWS_WITH_EMPTY_ONES = 50_000
_HEADINGS = 3
_FORMULA_SIGNS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows that hold something, each with its number in the file (from 1).

    Never in ``repr``: it holds national numbers.
    """

    rows: tuple[tuple[int, tuple[str, ...]], ...] = field(repr=False)


def sheet_of(rows: Iterable[tuple[str, ...]]) -> Sheet:
    """Take the rows that hold something, within the limits, without any formula."""
    kept: list[tuple[int, tuple[str, ...]]] = []
    for number, row in limited(rows):
        if not any(row):
            continue
        for place, text in enumerate(row):
            if text.startswith(_FORMULA_SIGNS):
                raise FormulaError(cell=cell_name(place, number))
        kept.append((number, row))
        if len(kept) > MOST_ROWS + _HEADINGS:
            raise TooManyRowsError(rows=MOST_ROWS)
    if not kept:
        raise EmptyFileError
    return Sheet(tuple(kept))


def limited(rows: Iterable[tuple[T, ...]]) -> Iterator[tuple[int, tuple[T, ...]]]:
    """Number the rows, and stop where there are more or wider ones than any template has."""
    for number, row in enumerate(rows, start=1):
        if number > _MOST_ROWS_WITH_EMPTY_ONES:
            raise TooManyRowsError(rows=MOST_ROWS)
        if len(row) > MOST_COLUMNS:
            raise TooManyColumnsError
        yield number, row


def cell_name(place: int, row: int) -> str:
    """Return a cell's name as spreadsheets show it; columns are counted from 0.

    >>> cell_name(0, 3), cell_name(27, 12)
    ('A3', 'AB12')
    """
    return f"{column_letters(place)}{row}"


def column_letters(place: int) -> str:
    """Return a column's letters; columns are counted from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
