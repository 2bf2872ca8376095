"""The letter on paper: one page, in its language, tagged, and nothing about the person."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO

import pypdfium2
import pytest
from pypdf import PdfReader

from brukerplan.reports.letters import Letter, letters_document, write
from brukerplan.reports.pdf import ReportNotPrintableError, letters_pdf
from brukerplan.translation import LANGUAGES
from tests.reports.test_pdf import fonts_of, root_of, tagged

LETTER = Letter(
    language="nb",
    municipality="Stavanger",
    unit="Rus- og psykisk helsetjeneste",
    year=2026,
    case_label="K-17",
    written_on=date(2026, 12, 1),
    answer_by=date(2026, 12, 15),
)


@cache
def printed(*letters: Letter) -> PdfReader:
    """The letters as a PDF, read back."""
    return PdfReader(BytesIO(letters_pdf(letters, "nb")))


def text(reader: PdfReader, page: int = 0) -> str:
    """The text of a page, line ends made plain."""
    return " ".join(reader.pages[page].extract_text().split())


def in_words(letter: Letter) -> str:
    """Everything the letter says."""
    said = write(letter)
    parts = (said.sender, said.unit, said.date, said.reference, said.practice, said.title)
    return "\n".join((*parts, said.opening, *(part for each in said.chapters for part in each)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_one_page_of_a4_tagged_and_named_in_its_language(language: str) -> None:
    document = PdfReader(BytesIO(letters_pdf([replace(LETTER, language=language)], language)))
    root = root_of(document)

    (leaf,) = document.pages
    assert (round(leaf.mediabox.width), round(leaf.mediabox.height)) == (595, 842)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.metadata is not None
    assert "2026" in str(document.metadata.title)
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert [str(one["/Lang"]) for one in tagged(document, "/Art")] == [language]
    assert len(tagged(document, "/H1")) == 1
    assert len(tagged(document, "/H2")) == 5


def test_a_batch_is_one_file_with_a_page_and_a_language_a_letter() -> None:
    letters = [
        replace(LETTER, case_label=f"K-{number}", language=language)
        for number, language in enumerate(("nn", "nb", "en", "nn"))
    ]

    document = printed(*letters)

    assert len(document.pages) == 4
    assert [f"K-{number}" in text(document, number) for number in range(4)] == [True] * 4
    spoken = [str(one["/Lang"]) for one in tagged(document, "/Art")]
    assert spoken == ["nn", "nb", "en", "nn"]


@pytest.mark.parametrize("anonymous", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_names_leave_it_one_page(language: str, *, anonymous: bool) -> None:
    longest = replace(
        LETTER,
        language=language,
        anonymous=anonymous,
        practice=True,
        unit=("Tjenesten for oppfølging i egen bolig og " * 4)[:120].strip(),
        municipality=("Nordre og søndre Storefjorddalen " * 4)[:120].strip(),
        case_label="W" * 20,
    )

    assert len(printed(longest).pages) == 1


def test_a_letter_that_runs_over_its_page_is_not_printed() -> None:
    with pytest.raises(ReportNotPrintableError):
        letters_pdf([replace(LETTER, unit="en svært lang tjeneste " * 400)], "nb")


def test_no_letter_is_no_file() -> None:
    with pytest.raises(ValueError, match="no letter"):
        letters_pdf([], "nb")


def test_the_letter_says_all_that_the_person_has_a_right_to_know() -> None:
    said = in_words(LETTER)

    for part in (
        "Stavanger kommune har ansvaret",
        "Rus- og psykisk helsetjeneste",
        "Du bestemmer selv",
        "Det er nok å si det ett sted, og du trenger ikke å si hvorfor",
        "innen 15. desember 2026",
        "få se hva som er registrert",
        "rettet eller slettet",
        "Datatilsynet",
        "sletter registreringen når kartleggingen året etter er ferdig",
        "anonyme tall",
        "personvernforordningen",
        "Hjelpen du får, blir ikke påvirket",
    ):
        assert part in said, part


def test_there_is_no_name_no_number_and_no_answer_in_it() -> None:
    page = letters_document([LETTER], "nb")

    assert '<div class="letter-address"></div>' in page
    # The only numbers are the year, the two dates and the two laws'.
    digits = re.findall(r"\d+", in_words(LETTER))
    assert sorted(set(digits)) == ["1", "15", "17", "2026", "3", "6", "9"]
    assert page.count("K-17") == 1


def test_the_field_for_the_address_is_empty_and_where_the_window_is() -> None:
    drawn = pypdfium2.PdfDocument(letters_pdf([LETTER], "nb"))[0].render(scale=2).to_pil()
    millimetre = drawn.height / 297

    def is_empty(left: float, top: float, right: float, bottom: float) -> bool:
        box = tuple(round(edge * millimetre) for edge in (left, top, right, bottom))
        return bool(drawn.convert("L").crop(box).getextrema() == (255, 255))

    # From 20 mm at the left and 45 mm from the top; the date stands beside it.
    assert is_empty(20, 45, 115, 85)
    assert not is_empty(120, 45, 190, 85)


def test_a_practice_letter_says_that_it_is_not_to_be_sent() -> None:
    assert "skal ikke sendes" in text(printed(replace(LETTER, practice=True)))
    assert "skal ikke sendes" not in text(printed(LETTER))


def test_without_numbers_every_service_must_be_told() -> None:
    said = in_words(replace(LETTER, anonymous=True))

    assert "Vi bruker ikke navnet" in said
    assert "si det til hver av dem" in said
    assert "kode" not in said.lower()
    assert "ett sted" not in said


def test_a_day_that_has_passed_is_not_asked_for() -> None:
    said = in_words(replace(LETTER, answer_by=date(2026, 11, 30)))

    assert "30. november" not in said
    assert "så snart du kan" in said


def test_a_name_that_says_what_it_is_is_left_alone() -> None:
    for name in ("Kommune 1103", "Oslo kommune"):
        assert write(replace(LETTER, municipality=name)).sender == name


def test_case_labels_stay_out_of_what_is_written_by_accident() -> None:
    assert "K-17" not in repr(LETTER)


def test_the_letters_fonts_are_our_own() -> None:
    assert all("Inter" in font["/BaseFont"] for font in fonts_of(printed(LETTER)))


def test_names_cannot_write_in_the_page() -> None:
    page = letters_document([replace(LETTER, unit="<script>x</script>")], "nb")

    assert "<script>" not in page
