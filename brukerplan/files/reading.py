"""From the bytes of a file to rows of texts, whichever kind of file it is."""

from __future__ import annotations

from brukerplan.files.csv_file import read_csv
from brukerplan.files.errors import EmptyFileError, FileTooLargeError, OldOrEncryptedError
from brukerplan.files.sheets import Sheet
from brukerplan.files.workbook import read_workbook

MOST_BYTES = 5_000_000

_ZIP = b"PK\x03\x04"
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_sheet(content: bytes) -> Sheet:
    """Read an XLSX or CSV file; its kind is told by the content, never by the name.

    Raises
    ------
    FileRefusedError
        Says why the file is not read, and what to do.
    """
    if not content.strip():
        raise EmptyFileError
    if len(content) > MOST_BYTES:
        raise FileTooLargeError(megabytes=MOST_BYTES // 1_000_000)
    if content.startswith(_OLD_CONTAINER):
        raise OldOrEncryptedError
    return read_workbook(content) if content.startswith(_ZIP) else read_csv(content)
