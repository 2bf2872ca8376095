"""A workbook as bytes, made in memory alone.

openpyxl puts every sheet in a temporary file on its way into the workbook. A sheet can hold
what is registered about persons, which never lies on the disk.
"""

from __future__ import annotations

import io
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter


def as_bytes(workbook: Workbook) -> bytes:
    """Return the workbook as it would be saved."""
    written = io.BytesIO()
    _InMemoryWriter(workbook, ZipFile(written, "w", ZIP_DEFLATED)).save()
    return written.getvalue()


class _InMemoryWriter(ExcelWriter):
    def __init__(self, workbook: Workbook, archive: ZipFile) -> None:
        super().__init__(workbook, archive)
        self._packed = archive

    # What openpyxl does for a sheet that is not streamed, but for where it is written.
    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        sheet = io.BytesIO()
        writer: Any = WorksheetWriter(ws, out=sheet)
        writer.write()
        ws._rels = writer._rels
        self._packed.writestr(ws.path[1:], sheet.getvalue())
        self.manifest.append(ws)
