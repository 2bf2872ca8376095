"""Reading what people write in the template, and what spreadsheets make of it."""

from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from brukerplan.files import CheckedFile, Terms, check_rows, errors, read_sheet
from brukerplan.files.columns import columns
from brukerplan.questionnaire.answers import Answers
from brukerplan.translation import LANGUAGES, translator
from tests.files.sheets import (
    EDITION,
    TODAY,
    YEAR,
    answers,
    as_cell,
    filled,
    filled_csv,
    number,
    row,
    saved,
)
from tests.questionnaire.mapped_people import complete_answers

NB = translator("nb")


def checked(content: bytes | str, **terms: object) -> CheckedFile:
    raw = content.encode() if isinstance(content, str) else content
    asked = Terms(YEAR, **{"optional": frozenset(), **terms})  # type: ignore[arg-type]
    return check_rows(read_sheet(raw), EDITION, asked, today=TODAY, allow_synthetic=True)


def found(file: CheckedFile) -> list[tuple[int, str]]:
    return [(each.row, each.column.id) for each in file.problems]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_in_any_language_is_read_the_same(language: str) -> None:
    for content in (filled([row(4, language)], language), filled_csv([row(4, language)], language)):
        file = checked(content)

        assert found(file) == []
        assert file.rows[0].answers == answers(4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(LANGUAGES))
def test_whatever_a_careful_registrar_answers_comes_back_as_it_was(
    data: st.DataObject, language: str
) -> None:
    given_answers: Answers = data.draw(complete_answers(EDITION)) | {
        "birth_year": answers(4)["birth_year"]
    }
    optional = frozenset(each.id for each in EDITION.variables if each.optional)
    known = given_answers.get("first_year_known")
    born = given_answers["birth_year"]
    if isinstance(known, int) and isinstance(born, int) and known < born:
        given_answers = {**given_answers, "first_year_known": born}
    cells = {"number": number(4), "case_label": "S-4"}
    for column in columns(EDITION, optional):
        if column.variable is not None and column.variable.id in given_answers:
            value = given_answers[column.variable.id]
            cells[column.id] = as_cell(column, value, language)
            if value == frozenset():
                cells[column.id] = translator(language).gettext("nei")

    file = checked(filled_csv([cells], language, optional=optional), optional=optional)

    assert [each.text(NB) for each in file.problems] == []
    assert file.rows[0].answers == given_answers


@pytest.mark.parametrize(
    "written", ["Rød", "rød", " RØD ", "Raud", "Red", "red", "3", "3.0", "3,0"]
)
def test_codes_are_understood_by_label_id_and_number(written: str) -> None:
    file = checked(filled_csv([row(1, economy=written)]))

    assert found(file) == []
    assert file.rows[0].answers["economy"] == "red"


@pytest.mark.parametrize("written", ["Rødt", "3.5", "4", "Rød, gul", "rød?"])
def test_what_is_no_code_is_no_answer(written: str) -> None:
    assert found(checked(filled_csv([row(1, economy=written)]))) == [(3, "economy")]


def test_a_number_with_decimals_that_are_nothing_is_read() -> None:
    assert found(checked(filled_csv([row(1, number=f"{number(1)}.0")]))) == []


def test_whole_numbers_that_a_spreadsheet_made_decimal_are_whole() -> None:
    workbook = load_workbook(io.BytesIO(filled([row(1)])))
    sheet = workbook.worksheets[0]
    places = {column.id: at for at, column in enumerate(columns(EDITION, frozenset()), start=1)}
    sheet.cell(3, places["economy"], 3.0)
    sheet.cell(3, places["children_under_18"], 2.0)
    sheet.cell(3, places["daily_care"], value=False)

    file = checked(saved(workbook))

    assert found(file) == []
    assert file.rows[0].answers["economy"] == "red"
    assert file.rows[0].answers["children_under_18"] == 2
    assert file.rows[0].answers["daily_care"] == "no"
    assert (
        checked(filled_csv([row(1, children_under_18="2,0")])).rows[0].answers["children_under_18"]
        == 2
    )


def starting_with_zero() -> int:
    return next(serial for serial in range(400) if number(serial).startswith("0"))


def test_a_number_that_lost_its_first_zero_gets_it_back_and_it_is_said() -> None:
    serial = starting_with_zero()
    workbook = load_workbook(io.BytesIO(filled([row(serial)])))
    workbook.worksheets[0]["A3"] = int(number(serial))

    file = checked(saved(workbook))

    assert found(file) == []
    assert [(note.cell, "satt tilbake" in note.text(NB)) for note in file.notes] == [("A3", True)]
    assert file.rows[0].number == checked(filled([row(serial)])).rows[0].number


def test_ten_digits_that_do_not_hold_with_a_zero_are_not_mended() -> None:
    whole = number(1)

    file = checked(filled_csv([row(1, number=whole[1:] if whole[0] != "0" else whole[:-1])]))

    assert found(file) == [(3, "number")]
    assert "ti sifre" in file.problems[0].text(NB)


def test_birth_year_and_gender_come_from_the_number_where_they_are_empty() -> None:
    file = checked(filled_csv([row(1, birth_year="", gender="")]))

    assert found(file) == []
    assert file.rows[0].answers["birth_year"] == answers(1)["birth_year"]
    assert file.rows[0].answers["gender"] == "female"


def test_a_service_left_empty_is_no_need_as_in_the_form() -> None:
    empty = {name: "" for name in row(1) if name.startswith("service_")}

    assert checked(filled_csv([row(1) | empty])).rows[0].answers["service_gp"] == "no_need"


def test_one_substance_marked_no_answers_that_there_are_none() -> None:
    none = {name: "" for name in row(1) if name.startswith("substances__")}
    cells = row(1) | none | {"substances__alcohol": "nei", "main_substance": "Ukjent"}

    file = checked(filled_csv([cells]))

    assert found(file) == []
    assert file.rows[0].answers["substances"] == frozenset()
    assert [each.rule for each in file.rows[0].odd] == ["none_chosen"]


def test_an_answer_to_a_question_that_does_not_apply_is_left_out_and_told() -> None:
    file = checked(filled_csv([row(1, lar_follow_up="Grønn")]))

    assert found(file) == []
    assert "lar_follow_up" not in file.rows[0].answers
    assert [note.column.id for note in file.notes] == ["lar_follow_up"]


def test_a_row_with_a_number_and_no_answers_is_one_problem_not_sixty() -> None:
    file = checked(filled_csv([{"number": number(1), "case_label": "S-1"}]))

    assert len(found(file)) == 1


def test_a_person_who_stands_there_twice_is_named_the_second_time() -> None:
    file = checked(filled_csv([row(1), row(2), row(1, case_label="S-9")]))

    assert found(file) == [(5, "number")]
    assert "rad 3" in file.problems[0].text(NB)
    assert len(file.rows) == 2


def test_rows_are_numbered_as_the_spreadsheet_numbers_them() -> None:
    content = filled_csv([row(1), {}, row(2, economy="")])

    assert found(checked(content)) == [(5, "economy")]


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ";"), ("utf-8-sig", ";"), ("cp1252", ";"), ("utf-8", ","), ("utf-16", "\t")],
)
def test_a_text_file_is_read_whatever_program_wrote_it(encoding: str, separator: str) -> None:
    content = filled_csv([row(4)], separator=separator).encode(encoding)

    assert checked(content).rows[0].answers == answers(4)


def test_a_first_line_that_names_the_separator_is_no_row() -> None:
    content = "sep=;\r\n" + filled_csv([row(4, economy="")])

    assert found(checked(content)) == [(3, "economy")]


def test_headings_alone_are_enough_in_any_language() -> None:
    for language in LANGUAGES:
        lines = filled_csv([row(4, language)], language).splitlines()
        del lines[1]

        file = checked("\r\n".join(lines))

        assert file.rows[0].answers == answers(4)
        assert file.rows[0].row == 2


def test_ids_alone_are_enough() -> None:
    content = "\r\n".join(filled_csv([row(4)]).splitlines()[1:])

    assert checked(content).rows[0].answers == answers(4)


def without(column_id: str) -> str:
    lines = [line.split(";") for line in filled_csv([row(4)]).splitlines()]
    at = lines[1].index(column_id)
    return "\r\n".join(";".join(line[:at] + line[at + 1 :]) for line in lines)


def with_column(name: str, text: str) -> str:
    lines = filled_csv([row(4)]).splitlines()
    return "\r\n".join(
        f"{line};{extra}" for line, extra in zip(lines, (name, name, text), strict=True)
    )


def test_a_missing_column_is_named_as_it_stands_in_the_template() -> None:
    with pytest.raises(errors.MissingColumnsError) as refused:
        checked(without("housing"))

    assert "«Bosituasjon»" in refused.value.text(NB)
    assert "«Housing»" in refused.value.text(translator("en"))


def test_a_column_that_is_not_in_the_template_is_refused_by_its_letters_alone() -> None:
    with pytest.raises(errors.UnknownColumnsError) as refused:
        checked(with_column("Ola Nordmann", "bor hos mor"))

    assert "Ola" not in str(refused.value)
    assert "BZ" in str(refused.value) or "C" in str(refused.value)


def test_a_question_in_two_columns_is_refused() -> None:
    with pytest.raises(errors.DoubleColumnsError):
        checked(with_column("housing", "Gul"))


def test_an_optional_question_that_is_not_asked_is_refused_only_with_answers() -> None:
    assert found(checked(with_column("born_abroad", ""))) == []
    with pytest.raises(errors.ColumnsNotAskedError):
        checked(with_column("born_abroad", "Ja"))


def test_rows_without_any_heading_are_refused() -> None:
    with pytest.raises(errors.NoHeadingsError):
        checked("Ola;Kari\r\n1;2\r\n")


def test_what_is_checked_does_not_show_what_it_holds() -> None:
    file = checked(filled_csv([row(4)]))

    assert number(4) not in repr(file)
    assert "S-004" not in repr(file)
    assert "birth_year" not in repr(file)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=6))
def test_no_text_file_makes_anything_but_an_answer_or_a_refusal(rows: list[list[str]]) -> None:
    content = filled_csv([]) + "\r\n".join(";".join(cells) for cells in rows)
    try:
        file = checked(content.encode("utf-8", "replace"))
    except errors.FileRefusedError:
        return
    assert file.total >= len(file.rows)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_anything_but_an_answer_or_a_refusal(content: bytes) -> None:
    for raw in (content, b"PK\x03\x04" + content):
        try:
            read_sheet(raw)
        except errors.FileRefusedError:
            continue
