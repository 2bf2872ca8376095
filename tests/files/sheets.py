"""Files of fictive persons: rows as a careful registrar fills them in, and workbooks of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date

from openpyxl import Workbook, load_workbook

from brukerplan.files import template_xlsx
from brukerplan.files.columns import Column, columns
from brukerplan.identity.national_number import synthetic_number
from brukerplan.questionnaire.answers import Value, applicable
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import UNKNOWN
from brukerplan.translation import translator

EDITION = edition("2026")
YEAR = 2026
TODAY = date(2026, 12, 1)
FIRST_ROW = 3
"""Below the headings and the ids."""


def born(serial: int) -> date:
    """The day the fictive person with this serial was born."""
    return date(1950 + serial % 50, 1 + serial // 50 % 12, 1 + serial // 600 % 28)


def number(serial: int) -> str:
    """A test number (month + 80), another for every serial."""
    return synthetic_number(born(serial), "female" if serial % 2 else "male", 3)


def answers(serial: int, **given: Value) -> dict[str, Value]:
    """Answers that break no rule, hard or soft, to every question that applies."""
    answers: dict[str, Value] = {
        "birth_year": born(serial).year,
        "substance_problem": ("serious", "less_serious", "none")[serial % 3],
        "mental_problem": ("none", "serious", "less_serious")[serial % 3],
        "housing": "green",
        "housing_situation": "owns",
        "main_activity": UNKNOWN,
        "main_income": UNKNOWN,
        "substances": frozenset({"alcohol", "cannabis"}),
        "main_substance": "cannabis",
        "substance_use": "green",
        "mental_health": "green",
        "lar": "not_in_lar",
        "children_under_18": serial % 4,
        "daily_care": "no",
        "contact": "no",
        **given,
    }
    for variable in EDITION.variables:
        if variable.id in answers or variable.optional:
            continue
        codes = [code.id for code in variable.codes]
        answers[variable.id] = variable.default or codes[serial % len(codes)]
    asked = applicable(EDITION, answers)
    return {name: value for name, value in answers.items() if name in asked}


def row(serial: int, language: str = "nb", **changed: str) -> dict[str, str]:
    """A person's cells by column id, with labels in a language; ``changed`` by column id."""
    given = answers(serial)
    cells = {"number": number(serial), "case_label": f"S-{serial:03}"}
    for column in columns(EDITION, frozenset()):
        if column.variable is not None and column.variable.id in given:
            cells[column.id] = as_cell(column, given[column.variable.id], language)
    return cells | changed


def as_cell(column: Column, value: Value, language: str = "nb") -> str:
    """What somebody chooses from the list, or types."""
    assert column.variable is not None
    t = translator(language)
    if isinstance(value, frozenset):
        assert column.code is not None
        return t.gettext("ja") if column.code.id in value else ""
    if isinstance(value, int):
        return str(value)
    return t.pgettext(column.variable.id, column.variable.code(value).label)


def filled(
    rows: Iterable[Mapping[str, str]],
    language: str = "nb",
    *,
    optional: frozenset[str] = frozenset(),
) -> bytes:
    """The template of an edition, filled in as text."""
    asked = columns(EDITION, optional)
    content = template_xlsx(EDITION, translator(language), year=YEAR, optional=optional)
    workbook = load_workbook(io.BytesIO(content))
    sheet = workbook.worksheets[0]
    for at, cells in enumerate(rows, start=FIRST_ROW):
        for place, column in enumerate(asked, start=1):
            if text := cells.get(column.id, ""):
                sheet.cell(at, place, text)
    return saved(workbook)


def filled_csv(
    rows: Iterable[Mapping[str, str]],
    language: str = "nb",
    *,
    separator: str = ";",
    optional: frozenset[str] = frozenset(),
) -> str:
    """The same as separated text."""
    asked = columns(EDITION, optional)
    written = io.StringIO(newline="")
    lines = csv.writer(written, delimiter=separator)
    lines.writerow(column.heading(translator(language)) for column in asked)
    lines.writerow(column.id for column in asked)
    lines.writerows([cells.get(column.id, "") for column in asked] for cells in rows)
    return written.getvalue()


def saved(workbook: Workbook) -> bytes:
    """The workbook's bytes."""
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()
