"""Reading an XLSX file that somebody sent: what it is made of is looked at before it is read.

A workbook is a packed folder. It can unpack to more than the memory holds, run programs,
fetch from elsewhere, and calculate; none of that is let in. Entities in its XML are refused by
defusedxml, which openpyxl uses when it is installed (a test sees to it).
"""

from __future__ import annotations

import io
import threading
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook

from brukerplan.files.columns import registrations_titles
from brukerplan.files.errors import (
    ExternalLinksError,
    FileRefusedError,
    FormulaError,
    MacrosError,
    NotASpreadsheetError,
    OldOrEncryptedError,
    PackedTooTightlyError,
)
from brukerplan.files.sheets import Sheet, cell_name, limited, sheet_of

# Five thousand persons with every answer written out, twice over.
MOST_UNPACKED_BYTES = 60_000_000
MOST_PARTS = 500
MOST_SHEETS = 10

_ENCRYPTED = 0x1
_CONTENT_TYPES = "[content_types].xml"
_WORKBOOK = "xl/"
_PROGRAMS = ("vbaproject", "vbadata", "macrosheets/", "activex/", "embeddings/", "ctrlprops/")
_FROM_ELSEWHERE = ("externallinks/", "connections.xml", "querytables/")
# Longer parts than this are not looked through for what they say of themselves.
_MOST_BYTES_OF_TYPES = 1_000_000

# What the reader warns of can hold a cell's content, so warnings are silenced; that is done
# for the whole process, hence one at a time. It also bounds the memory.
_reading = threading.Lock()


def read_workbook(content: bytes) -> Sheet:
    """Read the first sheet that holds anything.

    Raises
    ------
    FileRefusedError
        The file is not a plain workbook, or holds what is not read.
    """
    _look_through(content)
    try:
        with _reading, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(content)
    except FileRefusedError:
        raise
    except Exception:  # noqa: BLE001 - a broken file breaks its reader in a hundred ways
        # Without the cause: it may hold what stands in the file.
        raise FileRefusedError from None


def _look_through(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = {part.filename.lower().lstrip("/"): part for part in packed.infolist()}
            plain = len(parts) == len(packed.infolist()) <= MOST_PARTS
            types = parts.get(_CONTENT_TYPES)
            small = types is not None and types.file_size <= _MOST_BYTES_OF_TYPES
            # An encrypted part says so, and cannot be read.
            said = packed.read(types) if types and small and not _encrypted(types) else b""
    except Exception:  # noqa: BLE001 - as above: whatever is wrong, the file is
        raise NotASpreadsheetError from None
    if not plain or (types is not None and not small):
        raise FileRefusedError
    # The sizes are what the file says; no part is unpacked beyond what it said.
    if sum(part.file_size for part in parts.values()) > MOST_UNPACKED_BYTES:
        raise PackedTooTightlyError
    if any(map(_encrypted, parts.values())):
        raise OldOrEncryptedError
    if b"macroenabled" in said.lower() or _any_of(_PROGRAMS, parts):
        raise MacrosError
    if _any_of(_FROM_ELSEWHERE, parts):
        raise ExternalLinksError
    if types is None or not any(name.startswith(_WORKBOOK) for name in parts):
        raise NotASpreadsheetError


def _encrypted(part: zipfile.ZipInfo) -> bool:
    return bool(part.flag_bits & _ENCRYPTED)


def _any_of(signs: Iterable[str], names: Iterable[str]) -> bool:
    found = [name.replace("\\", "/") for name in names]
    return any(sign in name for name in found for sign in signs)


def _read(content: bytes) -> Sheet:
    workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    try:
        sheets = workbook.worksheets
        if not 1 <= len(sheets) <= MOST_SHEETS:
            raise NotASpreadsheetError
        named = (sheet for sheet in sheets if sheet.title in registrations_titles())
        chosen = next(named, sheets[0])
        for other in sheets:
            if other is not chosen:
                for _ in _rows(other):
                    pass  # No sheet of the file calculates anything.
        return sheet_of(_rows(chosen))
    finally:
        workbook.close()


def _rows(sheet: Any) -> Iterator[tuple[str, ...]]:
    # What the sheet says of its own size may be wrong, or a trap.
    sheet.reset_dimensions()
    for number, row in limited(sheet.iter_rows()):
        for place, cell in enumerate(row):
            if cell.data_type == "f":
                raise FormulaError(cell=cell_name(place, number))
        yield tuple(_as_text(cell.value) for cell in row)


def _as_text(value: object) -> str:
    """Return what stands in a cell; a whole number as digits, however it is stored."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (datetime, date, time, timedelta)):
        return str(value)
    return str(value).strip()
