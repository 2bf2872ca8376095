"""Files of aggregate figures: every cell that is wrong is told, and nothing is read."""

from __future__ import annotations

import pytest

from brukerplan.files import ContextFileError, ContextProblemsError, read_context
from brukerplan.files.context_file import MOST_CONTEXT_BYTES, MOST_CONTEXT_ROWS
from brukerplan.files.context_problems import (
    ContextColumnsError,
    ContextFileTooLargeError,
    NoFiguresError,
)
from brukerplan.geography import YearTooFarAheadError
from brukerplan.statistics.context import REST, Figure
from brukerplan.translation import LANGUAGES, translator
from tests.figures import TSB_EPISODES

HEADINGS = "code;municipality;year;value;denominator"


def read(*rows: str, headings: str = HEADINGS, borders_of: int | None = None) -> tuple[Figure, ...]:
    return read_context("\n".join([headings, *rows]).encode(), borders_of=borders_of)


def told(*rows: str, language: str = "nb", borders_of: int | None = None) -> list[str]:
    """What is said of the rows' cells."""
    with pytest.raises(ContextProblemsError) as refused:
        read(*rows, borders_of=borders_of)
    return [problem.text(translator(language)) for problem in refused.value.problems]


def test_the_episodes_of_the_trust_are_read_with_the_rest_that_has_no_code() -> None:
    for borders_of in (None, 2016):
        figures = read_context(TSB_EPISODES.read_bytes(), borders_of=borders_of)
        assert len(figures) == 126
        assert Figure("1103", 2011, 11934) in figures
        assert [each.value for each in figures if each.code == REST] == [
            390,
            394,
            352,
            313,
            380,
            420,
        ]


def test_figures_may_be_parts_of_something() -> None:
    assert read("1103;Stavanger;2020;12;40", "1108;Sandnes;2020;0;") == (
        Figure("1103", 2020, 12, 40),
        Figure("1108", 2020, 0),
    )


@pytest.mark.parametrize(
    "headings",
    ["Kommunenummer;Kommune;År;Antall;Nevner", "code,municipality,year,episodes,denominator"],
)
def test_columns_are_known_in_norwegian_and_the_figures_may_have_a_name_of_their_own(
    headings: str,
) -> None:
    separator = ";" if ";" in headings else ","
    row = separator.join(["1103", "Stavanger", "2020", "12", "40"])
    assert read(row, headings=headings) == (Figure("1103", 2020, 12, 40),)


@pytest.mark.parametrize(
    ("text", "value"), [("11 934", 11934), ("11\u00a0934", 11934), ("12.0", 12), ("0", 0)]
)
def test_whole_numbers_are_read_as_spreadsheets_write_them(text: str, value: int) -> None:
    assert read(f"1103;;2020;{text};")[0].value == value


def test_a_zero_that_a_spreadsheet_has_taken_away_is_put_back() -> None:
    assert read("301;Oslo;2020;5;")[0].code == "0301"


@pytest.mark.parametrize(
    ("row", "cell", "said"),
    [
        ("9999;;2020;1;", "A2", "Det finnes ingen kommune med nummer 9999."),
        ("1102;;2020;1;", "A2", "1102 Sandnes finnes ikke etter 2019. Bruk 1108 Sandnes."),
        ("1850;;2021;1;", "A2", "Området ble delt."),
        ("1108;;2019;1;", "A2", "finnes først fra og med 2020."),
        (";;2020;1;", "A2", "Kommunenummeret mangler."),
        ("1103;;20;1;", "C2", "Årstallet må ha fire sifre"),
        ("1103;;1880;1;", "C2", "fra 1990 til 2100"),
        ("1103;;;1;", "C2", "Årstallet må ha fire sifre"),
        ("1103;;2020;;", "D2", "Tallet mangler."),
        ("1103;;2020;-3;", "D2", "Tallet er negativt."),
        ("1103;;2020;−3;", "D2", "Tallet er negativt."),
        ("1103;;2020;3,5;", "D2", "Tallet har desimaler."),
        ("1103;;2020;12.000;", "D2", "Tallet har desimaler."),
        ("1103;;2020;mange;", "D2", "Dette er ikke et tall."),
        ("1103;;2020;:;", "D2", "Dette er ikke et tall."),
        ("1103;;2020;3000000000;", "D2", "Tallet er for stort."),
        (f"1103;;2020;{'9' * 5000};", "D2", "Tallet er for stort."),
        ("1103;;2020;5;0", "E2", "Nevneren er null."),
        ("1103;;2020;5;4", "D2", "Verdien er større enn nevneren"),
        ("1103;;2020;5;-4", "E2", "Tallet er negativt."),
        ("1103;;2020;=1+1;", "D2", "Cellen inneholder en formel"),
        ("1103;@SUM(A1);2020;1;", "B2", "Cellen inneholder en formel"),
        ("1103;;2020;+1;", "D2", "Cellen inneholder en formel"),
        ("1103;;2020;-A1;", "D2", "Cellen inneholder en formel"),
        ("1103;;2020;1;4;x", "F2", "flere celler enn det er overskrifter"),
    ],
)
def test_a_wrong_cell_is_named_with_what_to_do(row: str, cell: str, said: str) -> None:
    (text,) = told(row)
    assert text.startswith(f"Rad 2 ({cell}), ")
    assert said in text


def test_every_problem_of_a_file_is_told_at_once_and_in_order() -> None:
    problems = told("9999;;2020;x;", "1103;;2020;1;", "1103;;2020;-1;", ";;2020;1;")
    assert [problem.split(",")[0] for problem in problems] == [
        "Rad 2 (A2)",
        "Rad 2 (D2)",
        "Rad 4 (D4)",
        "Rad 4 (A4)",
        "Rad 5 (A5)",
    ]


def test_a_municipality_and_a_year_stand_once_also_for_the_rest() -> None:
    (text,) = told("1103;;2020;1;", "1103;;2021;1;", "1103;;2020;1;")
    assert "står også på rad 2" in text
    (text,) = told(";Andre;2020;1;", ";Resten;2020;1;")
    assert text.startswith("Rad 3 (A3)")


def test_problems_are_told_in_the_users_language() -> None:
    said = {language: told("1103;;2020;-3;", language=language)[0] for language in LANGUAGES}
    assert len(set(said.values())) == len(LANGUAGES)
    assert said["en"].startswith("Row 2 (D2), value: ")


def test_codes_of_one_year_can_be_used_throughout() -> None:
    assert read("1108;;2015;1;", borders_of=2020)[0].code == "1108"
    (text,) = told("1108;;2015;1;")
    assert "finnes først fra og med 2020" in text
    (text,) = told("1102;;2015;1;", borders_of=2020)
    assert "Bruk 1108 Sandnes" in text
    with pytest.raises(YearTooFarAheadError):
        read("1108;;2015;1;", borders_of=2900)


def test_figures_older_than_the_list_are_held_to_the_oldest_there_is() -> None:
    # Bjarkøy became part of Harstad 1903 in 2013.
    assert read("1903;;2011;1;")[0].code == "1903"
    (text,) = told("1915;;2011;1;")
    assert "1903" in text


@pytest.mark.parametrize(
    "headings",
    [
        "code;year",
        "year;value",
        "code;value",
        "code;year;value;value",
        "code;kode;year;value",
        "code;year;value;fødselsnummer",
        "code;year;episodes;days",
        "1103;2020;5",
    ],
)
def test_other_columns_are_refused(headings: str) -> None:
    with pytest.raises(ContextColumnsError):
        read("1103;2020;1;1", headings=headings)


def test_a_file_with_nothing_in_it_is_refused() -> None:
    for content in (b"", b"\n\n", HEADINGS.encode(), f"{HEADINGS}\n;;;;\n".encode()):
        with pytest.raises(NoFiguresError):
            read_context(content)


def test_a_file_that_is_no_csv_is_refused_without_repeating_it() -> None:
    for content in (b"PK\x03\x04\x00\x00", b'code;year;value\n"1103;2020;5'):
        with pytest.raises(ContextFileError, match="Lagre den som CSV") as refused:
            read_context(content)
        assert "1103" not in str(refused.value)


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(ContextFileTooLargeError, match="høyst 2 MB og 30000 rader"):
        read_context(b"x" * (MOST_CONTEXT_BYTES + 1))
    rows = [f"1103;;{year};1;" for year in range(2013, 2013 + 5)]
    with pytest.raises(ContextFileTooLargeError):
        read(*rows, *[""] * MOST_CONTEXT_ROWS)
    assert len(read(*rows, *[""] * 100)) == 5


def test_what_a_cell_holds_is_not_repeated() -> None:
    for row in ("01017012345;;2020;1;", "1103;;2020;Kari Nordmann;", "1103;;01017012345;1;"):
        (text,) = told(row)
        assert "01017012345" not in text
        assert "Kari" not in text


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("episodes", "episodes"),
        ("antall episoder", "antall episoder"),
        ("in_patients", "in_patients"),
        ("01017012345", "–"),
        ("010170 12345", "–"),
    ],
)
def test_a_heading_is_repeated_only_where_it_is_words(heading: str, said: str) -> None:
    with pytest.raises(ContextProblemsError) as refused:
        read("1103;2020;-5", headings=f"code;year;{heading}")
    (problem,) = refused.value.problems
    assert problem.text(translator("nb")).startswith(f"Rad 2 (C2), {said}: Tallet er negativt.")
