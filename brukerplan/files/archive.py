"""The municipality's own registrations as a file for its archive.

No pseudonym is in it. Every row says that it is exempt from public access, so that the
marking follows a row that is copied out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from brukerplan.files.codes_sheet import add_codes
from brukerplan.files.columns import (
    CASE_LABEL,
    NO,
    REGISTRATIONS,
    YES,
    YES_NO_WORDS,
    Column,
    columns,
)
from brukerplan.files.inert import csv_bytes, inert
from brukerplan.files.written import as_bytes
from brukerplan.questionnaire.answers import Answers
from brukerplan.questionnaire.schema import Questionnaire
from brukerplan.translation import Translator, mark

MARKING = mark("Unntatt offentlighet")
_BEFORE = (
    mark("Gradering"),
    mark("År"),
    mark("Tjeneste"),
    mark("Tilstand"),
    mark("Sendt inn"),
    mark("Brev sendt"),
)
STATES = {"draft": mark("Påbegynt"), "submitted": mark("Sendt inn")}


@dataclass(frozen=True, slots=True)
class ArchiveRow:
    """One registration as it is handed over."""

    unit: str
    case_label: str = field(repr=False)
    state: str
    submitted_on: date | None
    informed_on: date | None
    answers: Answers = field(repr=False)


def archive_xlsx(
    rows: Sequence[ArchiveRow], questionnaire: Questionnaire, translator: Translator, *, year: int
) -> bytes:
    """Return a workbook: the registrations with labels, and the codes."""
    t = translator
    asked = _columns(questionnaire)
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = t.gettext(REGISTRATIONS)
    sheet.HeaderFooter.oddHeader.center.text = t.gettext(MARKING)
    for number, line in enumerate(_lines(rows, asked, t, year=year), start=1):
        for place, text in enumerate(line, start=1):
            _write(sheet, number, place, text)
    for place in range(1, len(_BEFORE) + len(asked) + 1):
        cell = sheet.cell(1, place)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(place)].width = 22
    sheet.freeze_panes = f"{get_column_letter(len(_BEFORE) + 2)}2"
    everything = frozenset(variable.id for variable in questionnaire.variables)
    add_codes(workbook, questionnaire, t, optional=everything)
    return as_bytes(workbook)


def archive_csv(
    rows: Sequence[ArchiveRow], questionnaire: Questionnaire, translator: Translator, *, year: int
) -> bytes:
    """Return the registrations with labels as semicolon-separated text."""
    return csv_bytes(_lines(rows, _columns(questionnaire), translator, year=year))


def _write(sheet: Worksheet, row: int, place: int, text: str) -> None:
    cell = sheet.cell(row, place)
    assert isinstance(cell, Cell)
    cell.value = text
    # Whatever it begins with, it is a text; marked as one for whoever edits it.
    cell.data_type = "s"
    if inert(text) != text:
        cell.quotePrefix = True


def _columns(questionnaire: Questionnaire) -> tuple[Column, ...]:
    everything = frozenset(variable.id for variable in questionnaire.variables)
    return columns(questionnaire, everything, anonymous=True)


def _lines(
    rows: Sequence[ArchiveRow], asked: Sequence[Column], t: Translator, *, year: int
) -> Iterator[list[str]]:
    yield [*map(t.gettext, _BEFORE), *(column.heading(t) for column in asked)]
    for row in rows:
        yield [
            t.gettext(MARKING),
            str(year),
            row.unit,
            t.gettext(STATES[row.state]),
            _day(row.submitted_on),
            _day(row.informed_on),
            *(_cell(row, column, t) for column in asked),
        ]


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _cell(row: ArchiveRow, column: Column, t: Translator) -> str:
    if column.id == CASE_LABEL:
        return row.case_label
    assert column.variable is not None  # the archive has no column for numbers
    answer = row.answers.get(column.variable.id)
    if answer is None:
        return ""
    if isinstance(answer, frozenset):
        assert column.code is not None
        word = YES_NO_WORDS[YES if column.code.id in answer else NO]
        return t.gettext(word)
    if isinstance(answer, int):
        return str(answer)
    return t.pgettext(column.variable.id, column.variable.code(answer).label)
