"""The report as a web page: valid, lean, and the same content as on paper."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import html5lib
import pytest

from brukerplan.reports.html import STATIC, municipality_report_html
from brukerplan.translation import UnknownLanguageError
from tests.reports.country import report_data
from tests.reports.printed import page, written

HTML = "{http://www.w3.org/1999/xhtml}"


def parsed(text: str) -> ET.Element:
    """Parse strictly: a page with an error in it fails the test."""
    document = html5lib.HTMLParser(strict=True).parse(text)
    assert isinstance(document, ET.Element)
    return document


def doubled(document: ET.Element) -> list[str]:
    counted = Counter(one.get("id") for one in document.iter() if one.get("id"))
    return [str(name) for name, times in counted.items() if times > 1]


def dangling(document: ET.Element) -> list[str]:
    """References to ids that the page does not have."""
    known = {one.get("id") for one in document.iter()}
    wanted = [
        name
        for one in document.iter()
        for name in (
            *(one.get("aria-labelledby") or "").split(),
            *([(one.get("href") or "")[1:]] if (one.get("href") or "").startswith("#") else []),
        )
    ]
    return [name for name in wanted if name not in known]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("code", ["1103", "1144"])
def test_a_page_is_valid_and_its_references_hold(code: str, language: str) -> None:
    document = parsed(page(code, 2026, language))

    assert document.get("lang") == language
    assert doubled(document) == []
    assert dangling(document) == []


def test_a_doubled_id_and_a_dangling_reference_would_be_found() -> None:
    document = parsed(
        '<!DOCTYPE html><html lang="nb"><head><title>t</title></head><body>'
        '<p id="a">x</p><p id="a">y</p><a href="#b">z</a></body></html>'
    )

    assert doubled(document) == ["a"]
    assert dangling(document) == ["b"]


def test_the_sites_fragment_has_no_styles_that_its_policy_forbids() -> None:
    fragment = page("1103", 2026, standalone=False)

    assert fragment.startswith("<article")
    assert "<style" not in fragment
    assert " style=" not in fragment
    assert "<script" not in fragment


def test_every_table_has_a_caption_and_headings_with_a_scope() -> None:
    document = parsed(page("1103", 2025))
    found = list(document.iter(f"{HTML}table"))

    assert len(found) > 10
    for table in found:
        assert "".join(table.find(f"{HTML}caption").itertext()).strip()  # type: ignore[union-attr]  # a missing caption fails the test
        assert {one.get("scope") for one in table.iter(f"{HTML}th")} == {"col", "row"}


def test_headings_go_down_one_step_at_a_time() -> None:
    document = parsed(page("1103", 2025))
    steps = [int(one.tag[-1]) for one in document.iter() if re.search(r"}h[1-6]$", str(one.tag))]

    assert steps[0] == 1
    assert steps.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(steps))


def test_the_page_has_every_figure_and_every_finding() -> None:
    text = " ".join("".join(parsed(page("1103", 2025)).itertext()).split())

    for figure in written("1103", 2025).figures.values():
        assert " ".join(figure.title.split()) in text
        assert " ".join(figure.finding.split()) in text


def test_a_name_from_the_database_cannot_become_markup() -> None:
    data = replace(report_data("1144", 2025), area_name="<script>alert(1)</script>")

    assert "<script" not in municipality_report_html(data, "nb")


def test_the_page_says_that_its_numbers_are_synthetic() -> None:
    assert "Syntetiske tall – fiktive personer" in page("1103", 2025, standalone=False)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownLanguageError):
        municipality_report_html(report_data("1144", 2025), "de")


def test_the_saved_page_needs_no_file_beside_it() -> None:
    saved = page("1103", 2025)

    assert re.findall(r'url\((?!"data:|#)', saved) == []
    assert len(saved) < 250_000


def test_the_stylesheet_refers_only_to_symbols_that_exist() -> None:
    names = re.findall(r'url\("symbols/([a-z_]+\.svg)"\)', (STATIC / "report.css").read_text())

    assert len(names) == 5
    assert all((STATIC / "symbols" / name).is_file() for name in names)
