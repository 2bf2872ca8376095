"""Writing an extract for SPSS, Stata and everything else, with its codebook beside it.

What is registered about persons never lies on a disk; the library writes to a path alone, so it
is given one that is memory.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd
import pyreadstat

from brukerplan.extracts.codebook import Facts, codebook
from brukerplan.extracts.labels import Column
from brukerplan.translation import Translator, mark

# What the formats have room for.
_SPSS_VARIABLE, _SPSS_VALUE, _STATA_VARIABLE, _STATA_NAME = 256, 120, 80, 29
# Stata's own missing values, which no calculation takes for numbers.
_STATA_MISSING = {-1: "a", -2: "b", -3: "c"}


class Form(StrEnum):
    """The kinds of file, by their ending."""

    CSV = "csv"
    SPSS = "sav"
    STATA = "dta"


def packed(
    rows: pd.DataFrame,
    columns: Sequence[Column],
    facts: Facts,
    translator: Translator,
    *,
    form: Form,
    name: str,
) -> bytes:
    """Return a zip with the rows as ``name.form`` and the codebook.

    Parameters
    ----------
    rows
        The columns in their order: texts, and numbers whose negative ones are kinds of missing.
    """
    book = codebook(facts, columns, translator).encode()
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.{form}", _WRITERS[form](rows, columns))
        archive.writestr(translator.gettext(_CODEBOOK), book)
    return content.getvalue()


_CODEBOOK = mark("kodebok.md")


def written_csv(rows: pd.DataFrame, _columns: Sequence[Column]) -> bytes:
    """Return the rows as semicolon-separated text, UTF-8 with its mark; missing as numbers."""
    text: str = rows.to_csv(sep=";", index=False)
    return text.encode("utf-8-sig")


def written_sav(rows: pd.DataFrame, columns: Sequence[Column]) -> bytes:
    """Return the rows for SPSS: labels, and the kinds of missing declared as user's missing."""
    labels: dict[str, Any] = {each.name: _cut(each.label, _SPSS_VARIABLE) for each in columns}
    values: dict[str, Any] = {
        each.name: {number: _cut(text, _SPSS_VALUE) for number, text in each.values.items()}
        for each in columns
        if each.values
    }
    with _memory() as path:
        pyreadstat.write_sav(
            rows,
            path,
            column_labels=labels,
            variable_value_labels=values,
            missing_ranges={each.name: list(each.missing) for each in columns if each.missing},
            variable_measure={each.name: "nominal" for each in columns if each.codes},
        )
        return _content(path)


def written_dta(rows: pd.DataFrame, columns: Sequence[Column]) -> bytes:
    """Return the rows for Stata: labels, and the kinds of missing as .a, .b and .c."""
    named = rows.rename(columns=stata_name)
    labels: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for each in columns:
        name = stata_name(each.name)
        labels[name] = _cut(each.label, _STATA_VARIABLE)
        if each.values:
            values[name] = {_STATA_MISSING.get(n, n): text for n, text in each.values.items()}
        if each.missing:
            column = named[name].astype(object)
            named[name] = column.where(column >= 0, column.map(_STATA_MISSING))
    with _memory() as path:
        pyreadstat.write_dta(
            named,
            path,
            column_labels=labels,
            variable_value_labels=values,
            missing_user_values={
                stata_name(each.name): list(_STATA_MISSING.values())
                for each in columns
                if each.missing
            },
        )
        return _content(path)


def stata_name(name: str) -> str:
    """Return the name in 29 letters: of Stata's 32, the library puts a number after it.

    >>> stata_name("substances__illegal_lar_medicines")
    'substances_illegal_lar_medici'
    """
    return name.replace("__", "_")[:_STATA_NAME]


_WRITERS: Mapping[Form, Callable[[pd.DataFrame, Sequence[Column]], bytes]] = {
    Form.CSV: written_csv,
    Form.SPSS: written_sav,
    Form.STATA: written_dta,
}


def _cut(text: str, longest: int) -> str:
    """Shorten a text to so many bytes, between letters."""
    return text.encode()[:longest].decode(errors="ignore")


@contextmanager
def _memory() -> Iterator[str]:
    descriptor = os.memfd_create("extract")
    try:
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def _content(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 - memory, not a place
        return file.read()
