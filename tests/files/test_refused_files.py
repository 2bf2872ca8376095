"""Files that are not read: what could calculate, run, fetch, fill the memory or hide."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl import Workbook, load_workbook

from brukerplan.files import MOST_BYTES, MOST_ROWS, FileRefusedError, errors, read_sheet
from brukerplan.files.workbook import MOST_UNPACKED_BYTES
from tests.files.sheets import filled, filled_csv, row, saved

CONTENT_TYPES = "[Content_Types].xml"
SHEET = "xl/worksheets/sheet1.xml"


def repacked(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The workbook with some of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    change(parts)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return written.getvalue()


def with_part(name: str, part: bytes = b"x") -> bytes:
    return repacked(filled([row(1)]), lambda parts: parts.update({name: part}))


def with_cell(cell: str, value: str, sheet: int = 0) -> bytes:
    workbook = load_workbook(io.BytesIO(filled([row(1)])))
    workbook.worksheets[sheet][cell] = value
    return saved(workbook)


def refusal(content: bytes) -> FileRefusedError:
    with pytest.raises(FileRefusedError) as refused:
        read_sheet(content)
    return refused.value


def test_the_same_file_untouched_is_read() -> None:
    assert len(read_sheet(repacked(filled([row(1)]), lambda _: None)).rows) == 3


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", errors.EmptyFileError),
        (b"  \r\n ", errors.EmptyFileError),
        (b";;;\r\n;;;\r\n", errors.EmptyFileError),
        (b"x" * (MOST_BYTES + 1), errors.FileTooLargeError),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, errors.OldOrEncryptedError),
        (b"PK\x03\x04 and then nothing", errors.NotASpreadsheetError),
        (b"%PDF-1.7\n\x00\x01", errors.NotASpreadsheetError),
        (b"\xff\xfeA", errors.NotASpreadsheetError),
        (b'number;case_label\n"open for ever;\n', FileRefusedError),
        (b"a;b\n" + b'"' + b"x" * 200_000 + b'";1\n', FileRefusedError),
    ],
    ids=[
        "nothing",
        "blanks",
        "empty rows",
        "too large",
        "old or with a password",
        "torn",
        "another format",
        "half a letter",
        "an open quotation mark",
        "one endless cell",
    ],
)
def test_what_is_no_spreadsheet_is_refused(
    content: bytes, expected: type[FileRefusedError]
) -> None:
    assert isinstance(refusal(content), expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("xl/vbaProject.bin", errors.MacrosError),
        ("xl/macrosheets/sheet1.xml", errors.MacrosError),
        ("xl/activeX/activeX1.bin", errors.MacrosError),
        ("xl/embeddings/oleObject1.bin", errors.MacrosError),
        ("xl/externalLinks/externalLink1.xml", errors.ExternalLinksError),
        ("xl/connections.xml", errors.ExternalLinksError),
        ("XL\\VBAPROJECT.BIN", errors.MacrosError),
    ],
)
def test_a_workbook_that_can_run_or_fetch_something_is_refused(
    name: str, expected: type[FileRefusedError]
) -> None:
    assert isinstance(refusal(with_part(name)), expected)


def test_a_workbook_that_calls_itself_one_with_macros_is_refused() -> None:
    def rename(parts: dict[str, bytes]) -> None:
        parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )

    assert isinstance(refusal(repacked(filled([row(1)]), rename)), errors.MacrosError)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    def empty(parts: dict[str, bytes]) -> None:
        parts.clear()
        parts["letter.txt"] = b"hello"

    assert isinstance(refusal(repacked(filled([row(1)]), empty)), errors.NotASpreadsheetError)


@pytest.mark.parametrize(
    "formula", ["=1+1", "=HYPERLINK(B1)", "=cmd|' /c calc'!A0", "+1", "-1", "@SUM(A1)"]
)
def test_a_formula_is_refused_and_its_cell_named(formula: str) -> None:
    for content in (with_cell("K3", formula), filled_csv([row(1, economy=formula)]).encode()):
        refused = refusal(content)

        assert isinstance(refused, errors.FormulaError)
        assert formula not in str(refused)
    assert isinstance(refusal(with_cell("K3", formula)), errors.FormulaError)
    assert "K3" in str(refusal(with_cell("K3", formula)))
    assert "I3" in str(refusal(filled_csv([row(1, economy=formula)]).encode()))


def test_a_formula_in_any_other_sheet_is_refused_too() -> None:
    assert isinstance(refusal(with_cell("Z90", "=1+1", sheet=1)), errors.FormulaError)


def test_shared_and_array_formulas_are_formulas() -> None:
    def plant(formula: bytes) -> Callable[[dict[str, bytes]], None]:
        def change(parts: dict[str, bytes]) -> None:
            parts[SHEET] = parts[SHEET].replace(
                b"</sheetData>",
                b'<row r="9"><c r="B9">' + formula + b"<v>1</v></c></row></sheetData>",
            )

        return change

    for formula in (b'<f t="shared" si="0"/>', b'<f t="array" ref="B9">1</f>', b"<f/>"):
        refused = refusal(repacked(filled([row(1)]), plant(formula)))

        assert isinstance(refused, errors.FormulaError)
        assert "B9" in str(refused)


def test_a_file_that_unpacks_to_more_than_the_memory_is_never_unpacked() -> None:
    bomb = with_part("xl/media/zeros.bin", b"\0" * (MOST_UNPACKED_BYTES + 1))

    assert len(bomb) < MOST_BYTES
    assert isinstance(refusal(bomb), errors.PackedTooTightlyError)


def test_entities_that_grow_are_not_followed() -> None:
    def bomb(parts: dict[str, bytes]) -> None:
        entities = b"".join(
            b'<!ENTITY l%d "%s">' % (at, b"&l%d;" % (at - 1) * 10) for at in range(1, 9)
        )
        parts[SHEET] = (
            parts[SHEET]
            .replace(
                b"<worksheet", b'<!DOCTYPE x [<!ENTITY l0 "ha">' + entities + b"]><worksheet", 1
            )
            .replace(b"S-001", b"&l8;")
        )

    refused = refusal(repacked(filled([row(1)]), bomb))

    assert type(refused) is FileRefusedError
    assert openpyxl.DEFUSEDXML


def test_more_persons_than_are_taken_at_once_are_refused() -> None:
    lines = filled_csv([]) + "x;y\r\n" * (MOST_ROWS + 2)

    assert isinstance(refusal(lines.encode()), errors.TooManyRowsError)


def test_as_many_as_are_taken_are_read() -> None:
    lines = filled_csv([]) + "x;y\r\n" * MOST_ROWS

    assert len(read_sheet(lines.encode()).rows) == MOST_ROWS + 2


def test_a_row_number_beyond_every_sheet_is_not_counted_up_to() -> None:
    def far_away(parts: dict[str, bytes]) -> None:
        parts[SHEET] = parts[SHEET].replace(
            b"</sheetData>", b'<row r="99999999999"><c r="A99999999999"/></row></sheetData>'
        )

    assert isinstance(refusal(repacked(filled([row(1)]), far_away)), errors.TooManyRowsError)


def test_a_row_wider_than_any_template_is_refused() -> None:
    assert isinstance(refusal(with_cell("ZZ3", "x")), errors.TooManyColumnsError)


def test_what_the_reader_warns_of_is_not_told_to_anybody(
    recwarn: pytest.WarningsRecorder,
) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    # A number in a cell formatted as a date: openpyxl repeats it in its warning.
    sheet["A1"] = 17_859_012_345
    sheet["A1"].number_format = "dd.mm.yyyy"
    content = saved(workbook)
    with warnings.catch_warnings():
        warnings.simplefilter("always")

        read_sheet(content)

    assert [str(each.message) for each in recwarn] == []


def test_a_sheet_does_not_show_what_it_holds() -> None:
    sheet = read_sheet(filled([row(1)]))

    assert "S-001" not in repr(sheet)
    assert row(1)["number"] not in repr(sheet)
