"""Reading a file of aggregate figures: municipality, year, value, and what it is a part of.

All or nothing: every problem of the file is told at once, by row and column, and nothing is
read while there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from brukerplan.files.columns import folded
from brukerplan.files.context_problems import (
    MESSAGES,
    ContextColumnsError,
    ContextFileError,
    ContextFileTooLargeError,
    ContextProblem,
    ContextProblemsError,
    NoFiguresError,
)
from brukerplan.files.csv_file import csv_rows
from brukerplan.files.errors import FileRefusedError
from brukerplan.files.numbers import whole
from brukerplan.files.sheets import column_letters
from brukerplan.geography import FIRST_YEAR, municipalities_in, municipality
from brukerplan.statistics.context import REST, Figure
from brukerplan.translation import UserError

MOST_CONTEXT_BYTES = 2_000_000
MOST_CONTEXT_ROWS = 30_000
"""Every municipality for more than eighty years."""
MOST_VALUE = 2_000_000_000
FIRST_CONTEXT_YEAR, LAST_CONTEXT_YEAR = 1990, 2100

CODE, YEAR, VALUE, DENOMINATOR, NAME = "code", "year", "value", "denominator", "name"
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    CODE: ("code", "kode", "kommunenummer", "kommunenr", "municipality_code"),
    YEAR: ("year", "år", "aar"),
    VALUE: ("value", "verdi", "antall"),
    DENOMINATOR: ("denominator", "nevner"),
    NAME: ("municipality", "kommune", "kommunenavn", "navn", "name"),
}
_DIGITS = re.compile(r"\d+(?:[ \u00a0\u202f]\d{3})*")
# A whole number as some spreadsheets write it. More zeros could be thousands.
_POINTLESS = re.compile(r"(\d+)[.,]0")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_NEGATIVE = re.compile(r"[-−]\s*\d[\d .,]*")
_FORMULA_SIGNS = ("=", "+", "-", "@")


def read_context(content: bytes, *, borders_of: int | None = None) -> tuple[Figure, ...]:
    """Read every figure of a CSV file, or none.

    Parameters
    ----------
    borders_of
        The year whose municipality codes the file uses throughout. ``None``: each row's own,
        for figures older than the list of municipalities its first.

    Raises
    ------
    ContextProblemsError
        Names every cell that is wrong.
    ContextFileError
        The file is too large, not CSV, without rows, or has other columns.
    YearNotCoveredError
        The municipalities of ``borders_of`` are not known.
    """
    if borders_of is not None:
        municipalities_in(borders_of)
    if len(content) > MOST_CONTEXT_BYTES:
        raise _too_large()
    try:
        rows = _numbered(csv_rows(content))
        headings = next(rows, None)
        if headings is None:
            raise NoFiguresError
        columns = _columns(headings[1])
        reader = _Reader(columns, headings[1], borders_of)
        found = [reader.row(number, row) for number, row in rows]
    except FileRefusedError:
        # Its text speaks of the template for registrations.
        raise ContextFileError from None
    if not found:
        raise NoFiguresError
    if reader.problems:
        raise ContextProblemsError(reader.problems)
    return tuple(row for row in found if row is not None)


def _numbered(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_CONTEXT_ROWS:
            raise _too_large()
        if any(row):
            yield number, row


def _too_large() -> ContextFileTooLargeError:
    return ContextFileTooLargeError(
        megabytes=MOST_CONTEXT_BYTES // 1_000_000, rows=MOST_CONTEXT_ROWS
    )


def _columns(headings: tuple[str, ...]) -> Mapping[str, int]:
    """Tell which column is which; the figures may stand under a name of their own."""
    known = {text: column for column, texts in _HEADINGS.items() for text in texts}
    found: dict[str, int] = {}
    others: list[int] = []
    for place, heading in enumerate(headings):
        column = known.get(folded(heading))
        if column is None:
            others.append(place)
        elif column in found:
            raise ContextColumnsError
        else:
            found[column] = place
    if VALUE not in found and len(others) == 1:
        found[VALUE] = others.pop()
    if others or not {CODE, YEAR, VALUE} <= found.keys():
        raise ContextColumnsError
    return found


class _Reader:
    """Reads row by row and collects the problems."""

    def __init__(
        self, columns: Mapping[str, int], headings: tuple[str, ...], borders_of: int | None
    ) -> None:
        self.problems: list[ContextProblem] = []
        self._columns = columns
        self._headings = headings
        self._borders_of = borders_of
        self._met: dict[tuple[str, int], int] = {}

    def row(self, number: int, cells: tuple[str, ...]) -> Figure | None:
        """Read one row; ``None`` if it has a problem."""
        before = len(self.problems)
        if any(cells[len(self._headings) :]):
            self._add(number, len(self._headings), "wide")
            return None
        for place, text in enumerate(cells):
            if text.startswith(_FORMULA_SIGNS) and not _NEGATIVE.fullmatch(text):
                self._add(number, place, "formula")
        if len(self.problems) > before:
            return None
        year = self._year(number, self._text(cells, YEAR))
        code = self._code(number, cells, year)
        value = self._whole(number, VALUE, self._text(cells, VALUE))
        base: int | None = None
        if text := self._text(cells, DENOMINATOR):
            base = self._whole(number, DENOMINATOR, text)
            if base == 0:
                self._wrong(number, DENOMINATOR, "no_base")
        if value is not None and base and value > base:
            self._wrong(number, VALUE, "above")
        if code is None or year is None:
            return None
        if (met := self._met.setdefault((code, year), number)) != number:
            self._wrong(number, CODE, "twice", row_before=met)
        if len(self.problems) > before or value is None:
            return None
        return Figure(code, year, value, base)

    def _year(self, number: int, text: str) -> int | None:
        text = whole(text)
        if text.isascii() and text.isdigit() and len(text) == 4:
            year = int(text)
            if FIRST_CONTEXT_YEAR <= year <= LAST_CONTEXT_YEAR:
                return year
        self._wrong(number, YEAR, "year", first=FIRST_CONTEXT_YEAR, last=LAST_CONTEXT_YEAR)
        return None

    def _code(self, number: int, cells: tuple[str, ...], year: int | None) -> str | None:
        text = whole(self._text(cells, CODE))
        if not text:
            if self._text(cells, NAME):
                return REST
            self._wrong(number, CODE, "no_code")
            return None
        # Spreadsheets take the zero in front away; no code has three digits.
        code = f"0{text}" if len(text) == 3 and text.isdigit() else text
        if year is None:
            return None
        # The list reaches no further back: older figures are held to the oldest there is.
        of_year = max(year, FIRST_YEAR) if self._borders_of is None else self._borders_of
        try:
            return municipality(code, of_year).code
        except UserError as error:
            self._put(number, self._columns[CODE], error.message, error.values)
            return None

    def _whole(self, number: int, column: str, text: str) -> int | None:
        text = _POINTLESS.sub(r"\1", text) if _POINTLESS.fullmatch(text) else text
        if _DIGITS.fullmatch(text):
            value = int(re.sub(r"\D", "", text)) if len(text) < 20 else MOST_VALUE + 1
            if value <= MOST_VALUE:
                return value
            self._wrong(number, column, "too_large", most=MOST_VALUE)
        elif not text:
            self._wrong(number, column, "missing")
        elif _NEGATIVE.fullmatch(text):
            self._wrong(number, column, "negative")
        elif _DECIMAL.fullmatch(text):
            self._wrong(number, column, "not_whole")
        else:
            self._wrong(number, column, "not_a_number")
        return None

    def _text(self, cells: tuple[str, ...], column: str) -> str:
        place = self._columns.get(column)
        return cells[place] if place is not None and place < len(cells) else ""

    def _wrong(self, number: int, column: str, rule: str, **values: object) -> None:
        self._add(number, self._columns[column], rule, **values)

    def _add(self, number: int, place: int, rule: str, **values: object) -> None:
        self._put(number, place, MESSAGES[rule], values)

    def _put(self, number: int, place: int, message: str, values: Mapping[str, object]) -> None:
        heading = self._headings[place] if place < len(self._headings) else "–"
        # The wrong file can have anything for a heading, a national number too.
        heading = heading if re.fullmatch(r"[^\W\d]+(?:[ -][^\W\d]+)*", heading) else "–"
        self.problems.append(
            ContextProblem(number, column_letters(place), heading, message, values)
        )
