"""The sheet of all codes, with their labels and what they mean."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from brukerplan.questionnaire.schema import Code, Kind, Questionnaire, Variable
from brukerplan.translation import Translator, mark

CODES = mark("Koder")
_HEADINGS = (
    mark("Spørsmål"),
    mark("Svar"),
    mark("Betydning"),
    mark("Kode"),
    mark("Tall"),
    mark("Navn på spørsmålet"),
)
_WIDTHS = (40, 40, 80, 24, 8, 32)
_LABELS = "B"


def add_codes(
    workbook: Workbook,
    questionnaire: Questionnaire,
    translator: Translator,
    *,
    optional: frozenset[str],
) -> Worksheet:
    """Add the sheet and return it."""
    t = translator
    sheet: Worksheet = workbook.create_sheet(t.gettext(CODES))
    sheet.append([t.gettext(heading) for heading in _HEADINGS])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for variable, code in _lines(questionnaire, optional):
        sheet.append(
            [
                t.pgettext(variable.id, variable.label),
                t.pgettext(variable.id, code.label) if code else _span(variable),
                t.pgettext(variable.id, code.help) if code and code.help else "",
                code.id if code else "",
                code.number if code else "",
                variable.id,
            ]
        )
    for letters, width in zip("ABCDEF", _WIDTHS, strict=True):
        sheet.column_dimensions[letters].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    return sheet


def label_ranges(
    questionnaire: Questionnaire, sheet: Worksheet, optional: frozenset[str]
) -> dict[str, str]:
    """Return where each variable's labels stand in the sheet, as drop-down lists take it."""
    rows: dict[str, list[int]] = {}
    for row, (variable, _) in enumerate(_lines(questionnaire, optional), start=2):
        rows.setdefault(variable.id, []).append(row)
    return {
        name: f"'{sheet.title}'!${_LABELS}${found[0]}:${_LABELS}${found[-1]}"
        for name, found in rows.items()
    }


def _lines(
    questionnaire: Questionnaire, optional: frozenset[str]
) -> Iterator[tuple[Variable, Code | None]]:
    for variable in questionnaire.variables:
        if variable.optional and variable.id not in optional:
            continue
        if variable.kind in (Kind.COUNT, Kind.YEAR):
            yield variable, None
        for code in variable.codes:
            yield variable, code


def _span(variable: Variable) -> str:
    return f"{variable.minimum}–{variable.maximum}"
