"""The report on paper: tagged, named, described, the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from brukerplan.reports.pdf import (
    OwnFiles,
    ReportNotPrintableError,
    municipality_report_pdf,
    print_pdf,
)
from tests.reports.country import report_data, tables
from tests.reports.printed import pages, pdf, written

TITLE = {
    "nb": "Kartlegging av rusproblemer og psykiske helseproblemer i Stavanger 2025",
    "nn": "Kartlegging av rusproblem og psykiske helseproblem i Stavanger 2025",
    "en": "Mapping of substance-use and mental-health problems in Stavanger 2025",
}
SYNTHETIC = {
    "nb": "Syntetiske tall – fiktive personer",
    "nn": "Syntetiske tal – fiktive personar",
    "en": "Synthetic numbers – fictitious people",
}


def reader(code: str, year: int, language: str = "nb") -> PdfReader:
    return PdfReader(BytesIO(pdf(code, year, language)))


def elements(node: Any) -> Iterator[Any]:
    """Every structure element of a document, in reading order."""
    found = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(found, ArrayObject):
        for child in found:
            yield from elements(child)
    elif isinstance(found, DictionaryObject):
        if "/S" in found:
            yield found
        if "/K" in found:
            yield from elements(found["/K"])


def root_of(document: PdfReader) -> Any:
    return document.trailer["/Root"]


def tagged(document: PdfReader, tag: str) -> list[Any]:
    return [one for one in elements(root_of(document)["/StructTreeRoot"]) if one["/S"] == tag]


def fonts_of(document: PdfReader) -> list[Any]:
    resources: list[Any] = [leaf["/Resources"] for leaf in document.pages]
    return [font.get_object() for held in resources for font in held["/Font"].values()]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_document_is_tagged_and_tells_its_language_and_title(language: str) -> None:
    document = reader("1103", 2025, language)
    root = root_of(document)

    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.metadata is not None
    assert document.metadata.title == TITLE[language]
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_every_figure_is_described_by_its_finding() -> None:
    figures = tagged(reader("1103", 2025), "/Figure")
    findings = {figure.finding for figure in written("1103", 2025).figures.values()}

    assert len(figures) == len(written("1103", 2025).figures)
    assert {str(figure["/Alt"]) for figure in figures} == findings


def test_headings_of_tables_tell_what_they_are_headings_of() -> None:
    headings = tagged(reader("1103", 2025), "/TH")

    assert len(headings) > 100
    assert {str(one["/A"]["/Scope"]) for one in headings} == {"/Column", "/Row"}


def test_chapters_are_bookmarks() -> None:
    outline = reader("1103", 2025).outline
    titles = [one.title for one in outline if not isinstance(one, list)]

    for chapter in written("1103", 2025).chapters:
        assert chapter.title in titles


def test_the_contents_give_the_page_of_each_chapter() -> None:
    document = reader("1103", 2025)
    contents = pages("1103", 2025)[1]
    starts = {
        one.title: document.get_destination_page_number(one)
        for one in document.outline
        if not isinstance(one, list)
    }

    for chapter in written("1103", 2025).chapters:
        number = starts[chapter.title]
        assert number is not None
        after = contents.split(chapter.title, 1)[1].lstrip(" .").split()[0]
        assert int(after) == number + 1


def test_every_font_is_embedded() -> None:
    fonts = {}
    for font in fonts_of(reader("1103", 2025)):
        inner = font.get("/DescendantFonts", [font])[0].get_object()
        descriptor = inner["/FontDescriptor"].get_object()
        fonts[str(descriptor["/FontName"])] = any(
            name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3")
        )

    assert fonts
    assert all(fonts.values())
    assert all("Inter" in name for name in fonts), "no font of the machine's own"


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("code", ["1103", "1144"])
def test_synthetic_numbers_are_called_so_on_every_page(code: str, language: str) -> None:
    assert all(SYNTHETIC[language] in text for text in pages(code, 2025, language))


def test_pages_are_numbered() -> None:
    found = pages("1103", 2025)

    for number, text in enumerate(found[1:], start=2):
        assert f"{number} / {len(found)}" in text


def test_the_released_numbers_stand_on_paper() -> None:
    text = " ".join(pages("1103", 2025))
    table = tables("municipality", "1103")["overall_level", "all"]

    for year in (2021, 2025):
        for level in ("yellow", "red"):
            cell = f"{table.cell(year, level).count} ({table.share(year, level)} %)"
            assert cell in text


@pytest.mark.parametrize("code", ["1101", "1103", "1144"])
def test_what_is_printed_is_what_the_report_says(code: str) -> None:
    text = " ".join(pages(code, 2026))

    for table in written(code, 2026).tables.values():
        for row in table.rows:
            for cell in row.cells:
                assert " ".join(cell.text.split()) in text


def test_the_same_data_give_the_same_bytes() -> None:
    again = municipality_report_pdf(report_data("1144", 2025), "nb")

    assert again == pdf("1144", 2025)


def test_letters_of_the_sami_languages_are_printed_from_our_own_font() -> None:
    name = "Kárášjohka čđŋšŧž ČĐŊŠŦŽ"
    printed = municipality_report_pdf(replace(report_data("1144", 2025), area_name=name), "nb")
    document = PdfReader(BytesIO(printed))

    assert name in " ".join(document.pages[0].extract_text().split())
    assert all("Inter" in font["/BaseFont"] for font in fonts_of(document))


def test_each_page_of_paper_is_a4() -> None:
    for leaf in reader("1103", 2025).pages:
        assert (round(leaf.mediabox.width), round(leaf.mediabox.height)) == (595, 842)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://report.invalid/fonts/../../secret",
        "https://report.invalid/symbols/nothing.svg",
        "data:image/png;base64,AAAA",
    ],
)
def test_nothing_but_the_reports_own_files_is_fetched(address: str) -> None:
    page = (
        '<!DOCTYPE html><html lang="nb"><head><title>t</title></head>'
        f'<body><img alt="x" src="{address}"></body></html>'
    )

    with pytest.raises(ReportNotPrintableError):
        print_pdf(page)


def test_the_reports_own_symbols_are_fetched() -> None:
    found = OwnFiles().fetch("https://report.invalid/symbols/green.svg")

    assert b"<svg" in found.read()
