"""The report speaks one language at a time, whole."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog

from tests.architecture.test_catalogues import catalogue, lacking
from tests.reports.printed import written
from tools.catalogues import template

# Words that stand in many of the report's texts and only in one of the languages.
BOKMAAL = re.compile(
    r"\b(ikke|hvor|hvordan|hvilke|fra|tallene|personer|tjenester|noen|mye|uten|rødt)\b",
    re.IGNORECASE,
)
NORWEGIAN = re.compile(
    r"\b(ikke|ikkje|og|eller|av|som|prosent|personer|personar|tall|tal|skjult|ukjent|helse)\b",
    re.IGNORECASE,
)


def spoken(code: str, year: int, language: str) -> str:
    """Everything a report says, names of places left out."""
    made = written(code, year, language)
    text: list[str] = [made.title, made.subtitle, made.source, made.synthetic_note]
    for chapter in made.chapters:
        text.append(chapter.title)
        for block in chapter.blocks:
            text.append(re.sub(r"<[^>]*>", " ", str(block)))
    return " ".join(text)


@pytest.mark.parametrize("code", ["1101", "1103", "1144"])
@pytest.mark.parametrize("year", [2025, 2026])
def test_a_nynorsk_report_has_no_bokmaal_in_it(code: str, year: int) -> None:
    assert BOKMAAL.findall(spoken(code, year, "nn")) == []


@pytest.mark.parametrize("code", ["1101", "1103", "1144"])
@pytest.mark.parametrize("year", [2025, 2026])
def test_an_english_report_has_no_norwegian_in_it(code: str, year: int) -> None:
    assert NORWEGIAN.findall(spoken(code, year, "en")) == []


def test_the_words_would_be_found_in_the_source_language() -> None:
    assert len(BOKMAAL.findall(spoken("1101", 2025, "nb"))) > 100
    assert len(NORWEGIAN.findall(spoken("1101", 2025, "nb"))) > 100


@pytest.mark.parametrize("language", ["nn", "en"])
def test_the_catalogue_of_reports_is_complete(language: str) -> None:
    assert lacking(template("reports"), catalogue("reports", language)) == []


def test_a_text_taken_out_of_the_catalogue_would_be_found() -> None:
    source = template("reports")
    without = Catalog()
    for message in catalogue("reports", "nn"):
        if message.id != "Innhold":
            without.add(message.id, message.string, context=message.context)

    assert lacking(source, without) == [": Innhold"]
