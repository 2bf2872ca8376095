"""What a statistics program reads is what was written, with every label, in every language."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from brukerplan.disclosure.extract import Age, Definition, Place, choosable
from brukerplan.extracts import Column, Facts, Form, columns_of, packed
from brukerplan.extracts.written import stata_name, written_csv, written_dta, written_sav
from brukerplan.questionnaire.registry import all_variables
from brukerplan.translation import LANGUAGES, translator

NB = translator("nb")
EVERYTHING = Definition(
    (2025, 2026), Place.MUNICIPALITY, Age.BIRTH_YEAR, True, tuple(sorted(choosable()))
)
PLACES = ((301, 2026), (1103, 2025), (1103, 2026))
FACTS = Facts(
    project="Trygg\nbolig",
    recipient="Universitetet",
    purpose="Undersøke om flere bor trygt",
    legal_reference="REK 2026/1",
    fetched_on=date(2027, 2, 1),
    expires_on=date(2027, 4, 30),
    follows_persons=True,
    persons=19,
    left_out=1,
    smallest_allowed=5,
    smallest_kept=6,
    synthetic=True,
)


@pytest.fixture
def columns() -> tuple[Column, ...]:
    """Every column there can be."""
    return columns_of(EVERYTHING, PLACES, NB)


@pytest.fixture
def rows(columns: Sequence[Column]) -> pd.DataFrame:
    """Every number that means something, and numbers that are only numbers."""
    size = 1 + max(len(each.values) for each in columns)
    found: dict[str, object] = {}
    for each in columns:
        numbers = [*each.values] or [2025, 2026]
        found[each.name] = np.array([numbers[at % len(numbers)] for at in range(size)], np.int16)
    found["person"] = [f"ærlig{at}" for at in range(size)]
    return pd.DataFrame(found)


def read(
    reader: Callable[..., Any], content: bytes, path: Path, *, user_missing: bool
) -> tuple[pd.DataFrame, pyreadstat.metadata_container]:
    path.write_bytes(content)
    found: tuple[pd.DataFrame, pyreadstat.metadata_container] = reader(
        path, user_missing=user_missing
    )
    return found


def test_spss_reads_what_was_written(
    rows: pd.DataFrame, columns: Sequence[Column], tmp_path: Path
) -> None:
    content = written_sav(rows, columns)
    data, about = read(pyreadstat.read_sav, content, tmp_path / "x.sav", user_missing=True)

    assert list(data.columns) == [each.name for each in columns]
    for each in columns:
        assert data[each.name].tolist() == rows[each.name].tolist(), each.name
        assert about.column_names_to_labels[each.name] == each.label
        labels = about.variable_value_labels.get(each.name, {})
        assert {int(number): text for number, text in labels.items()} == each.values
    without, _ = read(pyreadstat.read_sav, content, tmp_path / "x.sav", user_missing=False)
    housing = rows["housing"]
    assert without["housing"].isna().tolist() == (housing < 0).tolist()
    # Unknown is an answer somebody chose, and stays one.
    assert 99 in without["housing"].tolist()


def test_stata_reads_what_was_written(
    rows: pd.DataFrame, columns: Sequence[Column], tmp_path: Path
) -> None:
    content = written_dta(rows, columns)
    data, about = read(pyreadstat.read_dta, content, tmp_path / "x.dta", user_missing=True)

    meant = {-1: "a", -2: "b", -3: "c"}
    for each in columns:
        name = stata_name(each.name)
        written = rows[each.name].tolist()
        if each.missing:
            written = [meant.get(number, number) for number in written]
        assert data[name].tolist() == written, name
        assert about.column_names_to_labels[name] == each.label.encode()[:80].decode(
            errors="ignore"
        )
        values = {meant.get(number, number): text for number, text in each.values.items()}
        assert about.variable_value_labels.get(name, {}) == values
    without, _ = read(pyreadstat.read_dta, content, tmp_path / "x.dta", user_missing=False)
    assert without["housing"].isna().tolist() == (rows["housing"] < 0).tolist()


def test_a_csv_reads_what_was_written(rows: pd.DataFrame, columns: Sequence[Column]) -> None:
    content = written_csv(rows, columns)

    data = pd.read_csv(io.BytesIO(content), sep=";", encoding="utf-8-sig")

    for each in columns:
        assert data[each.name].tolist() == rows[each.name].tolist()


def test_a_wrong_number_or_label_would_be_seen(
    rows: pd.DataFrame, columns: Sequence[Column], tmp_path: Path
) -> None:
    changed = rows.assign(housing=rows["housing"].where(rows.index != 0, 2))
    data, about = read(
        pyreadstat.read_sav, written_sav(changed, columns[:-1]), tmp_path / "x.sav",
        user_missing=True,
    )  # fmt: skip
    assert data["housing"].tolist() != rows["housing"].tolist()
    assert about.column_names_to_labels[columns[-1].name] is None


def test_area_and_missing_are_texts_a_program_can_take(tmp_path: Path) -> None:
    definition = Definition((2026,), Place.TRUST, Age.UNTOLD, True, ("housing",))
    columns = columns_of(definition, (), NB)
    rows = pd.DataFrame(
        {
            "person": ["a", "b"],
            "year": np.array([2026, 2026], np.int16),
            "health_trust": ["Stavanger", "Møre og Romsdal"],
            # Nobody lacks an answer: the labels of missing must do no harm.
            "housing": np.array([1, 2], np.int16),
        }
    )
    for reader, content, ending in (
        (pyreadstat.read_sav, written_sav(rows, columns), "sav"),
        (pyreadstat.read_dta, written_dta(rows, columns), "dta"),
    ):
        data, about = read(reader, content, tmp_path / f"x.{ending}", user_missing=True)
        assert data["health_trust"].tolist() == rows["health_trust"].tolist()
        assert data["housing"].tolist() == [1, 2]
        assert about.variable_value_labels["housing"][1] == "Grønn"


def test_an_extract_without_rows_can_be_written(
    columns: Sequence[Column], rows: pd.DataFrame
) -> None:
    assert written_csv(rows[:0], columns)
    assert written_sav(rows[:0], columns)
    assert written_dta(rows[:0], columns)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", Form)
def test_the_file_and_its_codebook_are_in_the_chosen_language(
    language: str, form: Form, rows: pd.DataFrame
) -> None:
    t = translator(language)
    columns = columns_of(EVERYTHING, PLACES, t)

    content = ZipFile(io.BytesIO(packed(rows, columns, FACTS, t, form=form, name="uttrekk-1")))

    data, book = content.namelist()
    assert data == f"uttrekk-1.{form}"
    text = content.read(book).decode()
    assert "{" not in text
    assert "%(" not in text
    for each in columns:
        assert f"### `{each.name}`" in text
        assert each.label in text
        assert all(f"- `{number}` {label}" in text for number, label in each.values.items())
    assert {"nb": "Fiktive personer", "nn": "Fiktive personar", "en": "Fictive persons"}[
        language
    ] in text


def test_an_older_editions_words_are_used_for_its_years_alone() -> None:
    def label(*years: int) -> str:
        definition = Definition(years, Place.NOWHERE, Age.UNTOLD, True, ("social_functioning",))
        return columns_of(definition, (), NB)[-1].label

    assert label(2025) != label(2026)
    assert label(2025, 2026) == label(2026)


def test_a_municipality_is_named_with_all_its_digits(columns: Sequence[Column]) -> None:
    place = next(each for each in columns if each.name == "municipality")
    assert place.codes == {301: "0301 Oslo", 1103: "1103 Stavanger"}


def test_every_column_has_a_name_that_stata_has_room_for() -> None:
    names = [name for each in (*all_variables(), *choosable().values()) for name in each.columns]
    shown = {name: stata_name(name) for name in names}

    assert max(map(len, shown.values())) <= 29
    assert max(map(len, names)) > 32, "the control: not without"
    assert len(set(shown.values())) == len(shown)
