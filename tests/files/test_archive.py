"""The municipality's own registrations as a file."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet import _writer

from brukerplan.files import ArchiveRow, archive_csv, archive_xlsx
from brukerplan.questionnaire.answers import applicable
from brukerplan.translation import LANGUAGES, translator
from tests.files.sheets import EDITION, YEAR, answers

NB = translator("nb")


def archived(serial: int = 1, **changed: object) -> ArchiveRow:
    values = {
        "unit": "Rus- og psykisk helse",
        "case_label": f"S-{serial}",
        "state": "submitted",
        "submitted_on": date(2026, 12, 2),
        "informed_on": None,
        "answers": answers(serial),
    }
    return ArchiveRow(**(values | changed))  # type: ignore[arg-type]


def as_text(*rows: ArchiveRow, language: str = "nb") -> list[dict[str, str]]:
    content = archive_csv(rows, EDITION, translator(language), year=YEAR)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_every_row_says_that_it_is_exempt_from_public_access() -> None:
    lines = as_text(archived(1), archived(2))

    assert [line["Gradering"] for line in lines] == ["Unntatt offentlighet"] * 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_there_with_its_label(language: str) -> None:
    t = translator(language)
    (line,) = as_text(archived(4), language=language)

    for variable in EDITION.variables:
        heading = t.pgettext(variable.id, variable.label)
        given = answers(4).get(variable.id)
        if isinstance(given, str):
            assert line[heading] == t.pgettext(variable.id, variable.code(given).label)
        elif isinstance(given, frozenset):
            said = {code.id: line[f"{heading}: {t.pgettext(variable.id, code.label)}"]
                    for code in variable.codes}  # fmt: skip
            assert {code for code, text in said.items() if text == t.gettext("ja")} == given
        elif given is not None:
            assert line[heading] == str(given)
        elif variable.id not in applicable(EDITION, answers(4)) and not variable.codes:
            assert line[heading] == ""


def test_a_case_label_that_looks_like_a_formula_stays_a_text() -> None:
    for label in ("=1+1", "+47", "-1", "@SUM(A1)", "\t=1"):
        (line,) = as_text(archived(case_label=label))
        sheet = load_workbook(
            io.BytesIO(archive_xlsx([archived(case_label=label)], EDITION, NB, year=YEAR))
        ).worksheets[0]
        cell = next(each for each in sheet[2] if each.value == label)

        assert line["Saksmerke"] == f"'{label}"
        assert cell.data_type == "s"
        assert cell.quotePrefix


def test_the_workbook_holds_the_codes_and_says_what_it_is_on_paper_too() -> None:
    workbook = load_workbook(io.BytesIO(archive_xlsx([archived()], EDITION, NB, year=YEAR)))

    assert workbook.sheetnames == ["Registreringer", "Koder"]
    assert "Unntatt offentlighet" in str(workbook.worksheets[0].HeaderFooter.oddHeader)


def test_a_row_does_not_show_what_it_holds() -> None:
    assert "S-1" not in repr(archived())
    assert "housing" not in repr(archived())


def test_no_sheet_lies_on_the_disk_on_its_way_into_the_workbook(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made: list[str] = []
    named = tempfile.NamedTemporaryFile

    def remembered(*arguments: object, **keywords: object) -> object:
        made.append("a file")
        return named(*arguments, **keywords)  # type: ignore[call-overload]

    monkeypatch.setattr(_writer, "NamedTemporaryFile", remembered)
    content = archive_xlsx([archived()], EDITION, NB, year=YEAR)
    assert made == []

    # The control: saved by openpyxl itself, every sheet has been in a file.
    load_workbook(io.BytesIO(content)).save(io.BytesIO())
    assert len(made) == 2
