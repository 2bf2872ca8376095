"""Reading a CSV file, whatever program wrote it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from brukerplan.files.errors import FileRefusedError, NotASpreadsheetError
from brukerplan.files.sheets import Sheet, sheet_of

_SEPARATORS = (";", "\t", ",")
# Spreadsheet programs write the separator on a line of its own, and do not show it as a row.
_SEPARATOR_LINE = "sep="


def read_csv(content: bytes) -> Sheet:
    """Read the rows.

    UTF-8 with or without its mark, UTF-16 with it, otherwise Windows' western letters;
    separated by semicolon, tab or comma, whichever stands most often in the first line.

    Raises
    ------
    FileRefusedError
        It is no such file, or holds what is not read.
    """
    return sheet_of(csv_rows(content))


def csv_rows(content: bytes) -> Iterator[tuple[str, ...]]:
    """Return the rows as they stand, empty ones too.

    Raises
    ------
    FileRefusedError
        It is no such file; also while the rows are read.
    """
    text, separator, _ = decoded(content)
    return _rows(text, separator)


def decoded(content: bytes) -> tuple[str, str, int]:
    """Return the text, its separator, and how many lines before it say what that is.

    Raises
    ------
    NotASpreadsheetError
        It is no text, or has a separator that is none.
    """
    text, above = _text(content), 0
    if "\x00" in text:
        raise NotASpreadsheetError
    first, _, rest = text.partition("\n")
    if first.lower().startswith(_SEPARATOR_LINE):
        separator = first[len(_SEPARATOR_LINE) :].strip("\r") or ";"
        text, above = rest, 1
    else:
        separator = max(_SEPARATORS, key=first.count)
    if separator not in _SEPARATORS:
        raise NotASpreadsheetError
    return text, separator, above


def _rows(text: str, separator: str) -> Iterator[tuple[str, ...]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            yield tuple(cell.strip() for cell in row)
    except csv.Error:
        # Its message may hold what stands in the file.
        raise FileRefusedError from None


def _text(content: bytes) -> str:
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encodings = ["utf-16"] if wide else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotASpreadsheetError
