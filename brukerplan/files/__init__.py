"""Spreadsheets: the template of an edition, what comes back in it, the archive, and figures
of other sources.

Bytes in and out, nothing else: no database, no Flask, and no file on any disk. What is read
here is forgotten with the request that brought it.
"""

from brukerplan.files.archive import ArchiveRow, archive_csv, archive_xlsx
from brukerplan.files.context_file import MOST_CONTEXT_BYTES, read_context
from brukerplan.files.context_problems import ContextFileError, ContextProblemsError
from brukerplan.files.errors import FileRefusedError
from brukerplan.files.inert import csv_bytes
from brukerplan.files.problems import Problem
from brukerplan.files.reading import MOST_BYTES, read_sheet
from brukerplan.files.rows import CheckedFile, CheckedRow, Terms, check_rows
from brukerplan.files.sheets import MOST_ROWS, Sheet
from brukerplan.files.template import template_csv, template_xlsx

__all__ = [
    "MOST_BYTES",
    "MOST_CONTEXT_BYTES",
    "MOST_ROWS",
    "ArchiveRow",
    "CheckedFile",
    "CheckedRow",
    "ContextFileError",
    "ContextProblemsError",
    "FileRefusedError",
    "Problem",
    "Sheet",
    "Terms",
    "archive_csv",
    "archive_xlsx",
    "check_rows",
    "csv_bytes",
    "read_context",
    "read_sheet",
    "template_csv",
    "template_xlsx",
]
