"""The template: what people fill in, made from the edition."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from brukerplan.files import read_sheet, template_csv, template_xlsx
from brukerplan.files.columns import (
    CASE_LABEL,
    NUMBER,
    codes_by_text,
    columns,
    columns_of,
    every_column,
    folded,
    yes_no,
)
from brukerplan.questionnaire.registry import EDITIONS
from brukerplan.questionnaire.schema import Kind
from brukerplan.translation import LANGUAGES, translator
from tests.files.sheets import EDITION, FIRST_ROW, YEAR

OPTIONAL = frozenset(variable.id for variable in EDITION.variables if variable.optional)


def sheets(language: str = "nb", *, anonymous: bool = False) -> list[Any]:
    content = template_xlsx(EDITION, translator(language), year=YEAR, anonymous=anonymous)
    return list(load_workbook(io.BytesIO(content)).worksheets)


def test_there_is_a_column_for_every_question_and_one_for_each_substance() -> None:
    ids = [column.id for column in columns(EDITION, OPTIONAL)]

    assert ids[:2] == [NUMBER, CASE_LABEL]
    assert len(ids) == len(set(ids))
    for variable in EDITION.variables:
        for column in columns_of(variable):
            assert column.id in ids
    assert "substances__alcohol" in ids
    assert "substances" not in ids


def test_optional_questions_are_there_only_where_they_are_turned_on() -> None:
    without = {column.id for column in columns(EDITION, frozenset())}
    with_one = {column.id for column in columns(EDITION, frozenset({"born_abroad"}))}

    assert not without & OPTIONAL
    assert with_one - without == {"born_abroad"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_headings_are_in_the_users_language_and_the_ids_are_hidden_below(
    language: str,
) -> None:
    filled_in = sheets(language)[0]
    headings = [cell.value for cell in filled_in[1]]
    ids = [cell.value for cell in filled_in[2]]

    assert ids == [column.id for column in columns(EDITION, frozenset())]
    assert headings == [
        column.heading(translator(language)) for column in columns(EDITION, frozenset())
    ]
    assert filled_in.row_dimensions[2].hidden


def test_number_and_label_are_text_so_that_no_zero_is_lost() -> None:
    filled_in = sheets()[0]

    assert filled_in.column_dimensions["A"].number_format == "@"
    assert filled_in.column_dimensions["B"].number_format == "@"
    assert filled_in.column_dimensions["C"].number_format != "@"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_offers_exactly_the_labels_of_its_codes(language: str) -> None:
    filled_in, codes, _ = sheets(language)
    lists = {
        str(rule.sqref).split(":")[0]: rule for rule in filled_in.data_validations.dataValidation
    }
    t = translator(language)

    for place, column in enumerate(columns(EDITION, frozenset())):
        variable = column.variable
        cell = filled_in.cell(FIRST_ROW, place + 1).coordinate
        if variable is None:
            assert cell not in lists
        elif variable.kind is Kind.ONE:
            area = lists[cell].formula1.split("!")[1].replace("$", "")
            offered = [row[0].value for row in codes[area]]
            assert offered == [t.pgettext(variable.id, code.label) for code in variable.codes]
        elif variable.kind is Kind.MANY:
            assert lists[cell].formula1 == f'"{t.gettext("ja")},{t.gettext("nei")}"'
        else:
            assert lists[cell].type == "whole"


def test_the_codes_are_explained_and_the_way_to_do_it_too() -> None:
    _, codes, guide = sheets()
    text = " ".join(str(cell.value) for row in codes.iter_rows() for cell in row)

    for variable in EDITION.variables:
        if not variable.optional:
            assert all(code.help in text for code in variable.codes)
    assert "lagres ikke" in " ".join(str(row[0].value) for row in guide.iter_rows())


def test_an_anonymous_municipality_has_no_column_for_numbers() -> None:
    assert sheets(anonymous=True)[0]["A2"].value == CASE_LABEL


def test_the_template_as_text_has_the_same_two_rows() -> None:
    content = template_csv(EDITION, translator("nn"))

    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))

    assert content.startswith(b"\xef\xbb\xbf")
    assert [len(row) for row in rows] == [len(columns(EDITION, frozenset()))] * 2
    assert rows[1][0] == NUMBER


def test_the_empty_template_can_be_opened_again() -> None:
    assert len(read_sheet(template_xlsx(EDITION, translator("en"), year=YEAR)).rows) == 2


@pytest.mark.parametrize("questionnaire", EDITIONS, ids=lambda each: each.edition)
def test_no_two_columns_share_a_heading_in_any_language(questionnaire: object) -> None:
    for language in LANGUAGES:
        headings = [
            folded(column.heading(translator(language)))
            for column in every_column(questionnaire)  # type: ignore[arg-type]
        ]
        assert len(headings) == len(set(headings))


@pytest.mark.parametrize("questionnaire", EDITIONS, ids=lambda each: each.edition)
def test_nothing_that_can_be_written_in_a_cell_means_two_codes(questionnaire: object) -> None:
    for variable in questionnaire.variables:  # type: ignore[attr-defined]
        meant: dict[str, str] = {}
        for code in variable.codes:
            labels = {translator(each).pgettext(variable.id, code.label) for each in LANGUAGES}
            for text in {folded(each) for each in labels} | {code.id, str(code.number)}:
                assert meant.setdefault(text, code.id) == code.id, (variable.id, text)
                assert codes_by_text(variable)[text] == code.id
    assert set(yes_no().values()) == {"yes", "no"}
