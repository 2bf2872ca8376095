"""Which column is which, from the headings in any language or the ids below them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from brukerplan.files.columns import (
    Column,
    columns,
    columns_of,
    every_column,
    folded,
)
from brukerplan.files.errors import (
    ColumnsNotAskedError,
    DoubleColumnsError,
    EmptyFileError,
    MissingColumnsError,
    NoHeadingsError,
    UnknownColumnsError,
)
from brukerplan.files.sheets import Sheet, column_letters
from brukerplan.questionnaire.schema import Questionnaire
from brukerplan.translation import LANGUAGES, translator

# The headings stand within the first rows; the ids below them win, as people may have
# written over the headings.
_FIRST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Headings:
    """Where each column stands, and the rows that come after the headings."""

    places: Mapping[str, int]
    columns: Mapping[str, Column]
    below: Sheet

    def letters(self, column_id: str) -> str:
        """Return the letters a spreadsheet shows above the column; empty if it has none."""
        place = self.places.get(column_id)
        return "" if place is None else column_letters(place)

    def first_of(self, variable_id: str) -> tuple[Column, str]:
        """Return the variable's first column, and the letters above it."""
        column = next(
            each
            for each in self.columns.values()
            if each.variable and each.variable.id == variable_id
        )
        return column, self.letters(column.id)


def find_headings(
    sheet: Sheet,
    questionnaire: Questionnaire,
    *,
    optional: frozenset[str] | None,
    anonymous: bool = False,
) -> Headings:
    """Find the columns and refuse a sheet that lacks one, or has one too many.

    Parameters
    ----------
    optional
        The optional variables turned on; ``None`` takes those the sheet has.
    anonymous
        The municipality maps without numbers: no column is needed for them.

    Raises
    ------
    NoHeadingsError, UnknownColumnsError, DoubleColumnsError, MissingColumnsError, \
ColumnsNotAskedError, EmptyFileError
        It cannot be told, or not without losing something, what the columns are.
    """
    known = _by_text(questionnaire)
    found = [at for at, (_, row) in enumerate(sheet.rows[:_FIRST_ROWS]) if _names(row, known)]
    if not found:
        raise NoHeadingsError
    names = sheet.rows[found[-1]][1]
    below = Sheet(sheet.rows[found[-1] + 1 :])
    used = {at for _, row in below.rows for at, text in enumerate(row) if text}
    named = {at for at, text in enumerate(names) if text}
    unknown = [at for at in sorted(named | used) if _name(names, at) not in known]
    if unknown:
        raise UnknownColumnsError(letters=", ".join(map(column_letters, unknown)))
    if not below.rows:
        raise EmptyFileError
    places: dict[str, int] = {}
    double = []
    for at in sorted(named):
        column = known[_name(names, at)]
        if column.id in places:
            double.append(column)
        places.setdefault(column.id, at)
    if double:
        raise DoubleColumnsError(double)
    _require(questionnaire, places, used, optional=optional, anonymous=anonymous)
    return Headings(places, {each.id: each for each in every_column(questionnaire)}, below)


def _require(
    questionnaire: Questionnaire,
    places: Mapping[str, int],
    used: set[int],
    *,
    optional: frozenset[str] | None,
    anonymous: bool,
) -> None:
    asked = columns(questionnaire, optional or frozenset(), anonymous=anonymous)
    missing = [each for each in asked if each.id not in places]
    if missing:
        raise MissingColumnsError(missing)
    if optional is None:
        return
    not_asked = [
        column
        for variable in questionnaire.variables
        if variable.optional and variable.id not in optional
        for column in columns_of(variable)
        if places.get(column.id) in used
    ]
    if not_asked:
        raise ColumnsNotAskedError(not_asked)


def _name(names: tuple[str, ...], at: int) -> str:
    return folded(names[at]) if at < len(names) else ""


def _names(row: tuple[str, ...], known: Mapping[str, Column]) -> bool:
    texts = [folded(text) for text in row if text]
    return len(texts) > 1 and 2 * sum(text in known for text in texts) >= len(texts)


@cache
def _by_text(questionnaire: Questionnaire) -> Mapping[str, Column]:
    found: dict[str, Column] = {}
    for column in every_column(questionnaire):
        for language in LANGUAGES:
            found[folded(column.heading(translator(language)))] = column
        found[column.id] = column
    return found
