"""The template of an edition: a sheet to fill in, the codes, and how it is done.

The second row holds the variables' ids, hidden: by them the file is read whatever language
its headings are in. The columns of number and label are text, so that no first zero is lost.
"""

from __future__ import annotations

import csv
import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from brukerplan.files.codes_sheet import add_codes, label_ranges
from brukerplan.files.columns import (
    NO,
    REGISTRATIONS,
    YES,
    YES_NO_WORDS,
    Column,
    columns,
)
from brukerplan.files.guide import add_guide
from brukerplan.files.sheets import MOST_ROWS
from brukerplan.files.written import as_bytes
from brukerplan.questionnaire.schema import Kind, Questionnaire
from brukerplan.translation import Translator, mark

_FIRST_ROW = 3
_LAST_ROW = _FIRST_ROW + MOST_ROWS - 1
_TEXT = "@"
_LONGEST_TITLE, _LONGEST_PROMPT = 32, 255
_HEADING = Font(bold=True)
_HEADING_FILL = PatternFill("solid", fgColor="E6EEF6")
_IDS = Font(color="6B7685", size=8)
_CHOOSE = mark("Velg fra listen")
_WRONG = mark("Velg ett av svarene i listen. Alle svarene står i arket «%(sheet)s».")
_WRONG_NUMBER = mark("Skriv et helt tall fra %(minimum)s til %(maximum)s.")


def template_xlsx(
    questionnaire: Questionnaire,
    translator: Translator,
    *,
    year: int,
    optional: frozenset[str] = frozenset(),
    anonymous: bool = False,
) -> bytes:
    """Return the workbook to fill in, with drop-down lists.

    Parameters
    ----------
    optional
        Ids of the optional variables that the municipality has turned on.
    anonymous
        The municipality maps without numbers: there is no column for them.
    """
    asked = columns(questionnaire, optional, anonymous=anonymous)
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = translator.gettext(REGISTRATIONS)
    for place, column in enumerate(asked, start=1):
        _add_column(sheet, place, column, translator)
    sheet.row_dimensions[1].height = 60
    sheet.row_dimensions[2].hidden = True
    sheet.freeze_panes = f"{'B' if anonymous else 'C'}{_FIRST_ROW}"
    codes = add_codes(workbook, questionnaire, translator, optional=optional)
    _add_lists(sheet, asked, label_ranges(questionnaire, codes, optional), codes, translator)
    add_guide(workbook, questionnaire, translator, year=year, anonymous=anonymous)
    return as_bytes(workbook)


def template_csv(
    questionnaire: Questionnaire,
    translator: Translator,
    *,
    optional: frozenset[str] = frozenset(),
    anonymous: bool = False,
) -> bytes:
    """Return the headings and the ids as semicolon-separated text."""
    asked = columns(questionnaire, optional, anonymous=anonymous)
    written = io.StringIO(newline="")
    lines = csv.writer(written, delimiter=";")
    lines.writerow(column.heading(translator) for column in asked)
    lines.writerow(column.id for column in asked)
    # With the mark that lets Excel read the letters æ, ø and å.
    return written.getvalue().encode("utf-8-sig")


def _add_column(sheet: Worksheet, place: int, column: Column, t: Translator) -> None:
    cell = sheet.cell(1, place, column.heading(t))
    cell.font, cell.fill = _HEADING, _HEADING_FILL
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(2, place, column.id).font = _IDS
    width = sheet.column_dimensions[get_column_letter(place)]
    width.width = 22
    if column.variable is None:
        width.number_format = _TEXT


def _add_lists(
    sheet: Worksheet,
    asked: tuple[Column, ...],
    ranges: dict[str, str],
    codes: Worksheet,
    t: Translator,
) -> None:
    yes_no = ",".join(t.gettext(YES_NO_WORDS[word]) for word in (YES, NO))
    for place, column in enumerate(asked, start=1):
        variable = column.variable
        if variable is None:
            continue
        if variable.kind is Kind.ONE:
            rule = DataValidation("list", formula1=ranges[variable.id])
        elif variable.kind is Kind.MANY:
            rule = DataValidation("list", formula1=f'"{yes_no}"')
        else:
            rule = DataValidation(
                "whole",
                operator="between",
                formula1=str(variable.minimum or 0),
                formula2=str(variable.maximum),
            )
        rule.allowBlank = True
        rule.showErrorMessage = rule.showInputMessage = True
        rule.error = (
            t.gettext(_WRONG, sheet=codes.title)
            if variable.codes
            else t.gettext(_WRONG_NUMBER, minimum=variable.minimum, maximum=variable.maximum)
        )
        rule.promptTitle = _cut(column.heading(t), _LONGEST_TITLE)
        rule.prompt = _cut(
            t.pgettext(variable.id, variable.help) if variable.help else t.gettext(_CHOOSE),
            _LONGEST_PROMPT,
        )
        letters = get_column_letter(place)
        rule.add(f"{letters}{_FIRST_ROW}:{letters}{_LAST_ROW}")
        sheet.add_data_validation(rule)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
