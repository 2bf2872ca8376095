"""A round's persons as columns of small integer codes, every kind of missing kept apart.

A frame has one row a person and these columns: ``year`` (int16), ``municipality``
(categorical), ``person`` (pseudonym bytes or ``None``), every column that any edition has
(int16 codes, 0/1 for flags, `Missing` where there is no answer), and the derived
``overall_level``, ``user_group``, ``rop_group`` and ``age_group``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from brukerplan.questionnaire.questions_background import BIRTH_YEAR
from brukerplan.questionnaire.registry import all_variables
from brukerplan.questionnaire.schema import Kind, Missing, Questionnaire, Variable
from brukerplan.statistics.derived import (
    AGE_GROUP,
    OVERALL_LEVEL,
    ROP_GROUP,
    USER_GROUP,
    derive,
)
from brukerplan.statistics.routing import applicable

__all__ = [
    "AGE_GROUP",
    "NULL",
    "OVERALL_LEVEL",
    "ROP_GROUP",
    "USER_GROUP",
    "Frame",
    "IncompleteFrameError",
    "InvalidAnswerError",
    "build_frame",
    "require_complete",
    "unanswered",
]

# Stands for SQL NULL in the int16 arrays that come from the store.
NULL = -32768

Codes = NDArray[np.int16]


class InvalidAnswerError(ValueError):
    """The store holds something no edition allows; names column and value, never a person."""


class IncompleteFrameError(ValueError):
    """Someone lacks an answer to a question that applied."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """All persons of one round, under one edition."""

    edition: str
    year: int
    data: pd.DataFrame

    def column(self, name: str) -> Codes:
        """Return a column of codes, int16 of shape (n_rows,)."""
        return self.data[name].to_numpy(dtype=np.int16)


def build_frame(
    q: Questionnaire,
    *,
    year: int,
    municipality: Sequence[str],
    person: Sequence[bytes | None],
    answers: Mapping[str, NDArray[np.int16]],
) -> Frame:
    """Build the frame of a round from stored columns.

    Parameters
    ----------
    q
        The edition the round used.
    year
        The round's year, from which ages are taken.
    municipality, person
        One a row: municipality code valid in ``year``; pseudonym, or ``None`` without one.
    answers
        By column, int16 of shape (n_rows,), `NULL` where nothing is stored. Columns of
        optional variables may be left out, as may those of other editions.

    Returns
    -------
    Frame
        Missing is decided in this order: ``NOT_ASKED`` if the edition lacks the variable
        or, for optional ones, if the municipality has not one answer to it;
        ``NOT_APPLICABLE`` if routing led past it, whatever is stored; ``NOT_ANSWERED``.

    Raises
    ------
    InvalidAnswerError
        For a column no edition has, a missing column, an answer to a question the edition
        does not ask, a code or number outside the variable's list or bounds, an age below
        the edition's least, an answer to a multiple choice with holes, or arrays of
        different length.
    """
    n_rows = len(municipality)
    union = all_variables()
    _require_columns(q, union, answers, n_rows, len(person))
    asked_by_edition = {column for variable in q.variables for column in variable.columns}
    nothing = np.full(n_rows, NULL, dtype=np.int16)
    stored = {column: answers.get(column, nothing) for column in asked_by_edition}
    for variable in q.variables:
        _require_valid(variable, stored)
    _require_old_enough(q, stored[BIRTH_YEAR.id], year)
    area = pd.Categorical(list(municipality))
    place = area.codes.astype(np.int64)
    asked = {
        variable.id: _turned_on(stored[variable.columns[0]], place, len(area.categories))
        for variable in q.variables
        if variable.optional
    }
    applies = applicable(q, stored, null=NULL)
    columns: dict[str, Codes] = {}
    for variable in q.variables:
        for column in variable.columns:
            values = stored[column]
            coded = np.where(values == NULL, Missing.NOT_ANSWERED, values)
            coded = np.where(applies[variable.id], coded, Missing.NOT_APPLICABLE)
            if variable.optional:
                coded = np.where(asked[variable.id], coded, Missing.NOT_ASKED)
            columns[column] = coded.astype(np.int16)
    not_asked = np.full(n_rows, Missing.NOT_ASKED, dtype=np.int16)
    every = {column: columns.get(column, not_asked) for v in union for column in v.columns}
    data = pd.DataFrame(
        {
            "year": np.full(n_rows, year, dtype=np.int16),
            "municipality": area,
            "person": pd.Series(list(person), dtype=object),
            **every,
            **derive(q, columns, year=year),
        }
    )
    return Frame(edition=q.edition, year=year, data=data)


def unanswered(frame: Frame, q: Questionnaire) -> dict[str, int]:
    """Count, by column, persons without an answer to a question that applied.

    Optional questions are left out, as they are in no table, and so are numbers, which may
    be left open. Only columns with such persons are named: in the order of the form, then
    ``user_group`` for those without any known problem.
    """
    found = {
        column: int((frame.column(column) == Missing.NOT_ANSWERED).sum())
        for variable in q.variables
        if not variable.optional and variable.kind is not Kind.COUNT
        for column in variable.columns
    }
    found[USER_GROUP] = int((frame.column(USER_GROUP) < 0).sum())
    return {column: number for column, number in found.items() if number}


def require_complete(frame: Frame, q: Questionnaire) -> None:
    """Refuse a frame in which somebody lacks an answer.

    Raises
    ------
    IncompleteFrameError
        Names the columns and how many persons each lacks.
    """
    if lacking := unanswered(frame, q):
        told = ", ".join(f"{column} ({number})" for column, number in lacking.items())
        raise IncompleteFrameError(f"the round of {frame.year} lacks answers: {told}")


def _require_columns(
    q: Questionnaire,
    union: Sequence[Variable],
    answers: Mapping[str, Codes],
    n_rows: int,
    n_persons: int,
) -> None:
    known = {column for variable in union for column in variable.columns}
    in_edition = {column for variable in q.variables for column in variable.columns}
    needed = {c for variable in q.variables if not variable.optional for c in variable.columns}
    if strange := sorted(set(answers) - known - in_edition):
        raise InvalidAnswerError(f"no edition has the columns {', '.join(strange)}")
    if lacking := sorted(needed - set(answers)):
        raise InvalidAnswerError(f"edition {q.edition} needs the columns {', '.join(lacking)}")
    if n_persons != n_rows:
        raise InvalidAnswerError(f"person has {n_persons} rows and municipality {n_rows}")
    for column, values in answers.items():
        if values.shape != (n_rows,) or values.dtype != np.int16:
            raise InvalidAnswerError(
                f"{column} must be int16 of shape ({n_rows},), "
                f"not {values.dtype} of shape {values.shape}"
            )
        if column not in in_edition and (values != NULL).any():
            raise InvalidAnswerError(
                f"{column} has answers, but edition {q.edition} does not ask it"
            )


def _require_valid(variable: Variable, stored: Mapping[str, Codes]) -> None:
    for column in variable.columns:
        values = stored[column]
        wrong = values[(values != NULL) & ~_allowed(variable, values)]
        if wrong.size:
            raise InvalidAnswerError(f"{column} has no code {int(wrong[0])}")
    if variable.kind is Kind.MANY:
        given = np.stack([stored[column] != NULL for column in variable.columns])
        if (given.any(axis=0) != given.all(axis=0)).any():
            raise InvalidAnswerError(f"{variable.id} is stored for some of its codes only")


def _require_old_enough(q: Questionnaire, birth_year: Codes, year: int) -> None:
    latest = year - q.minimum_age
    young = birth_year[birth_year > latest]
    if young.size:
        raise InvalidAnswerError(
            f"{BIRTH_YEAR.id} {int(young[0])} is after {latest}, the latest that gives an age of "
            f"{q.minimum_age} in {year}"
        )


def _allowed(variable: Variable, values: Codes) -> NDArray[np.bool_]:
    if variable.kind is Kind.ONE:
        return np.isin(values, [code.number for code in variable.codes])
    if variable.kind is Kind.MANY:
        return np.isin(values, [0, 1])
    least = 0 if variable.minimum is None else variable.minimum
    most = np.iinfo(np.int16).max if variable.maximum is None else variable.maximum
    within: NDArray[np.bool_] = (values >= least) & (values <= most)
    return within


def _turned_on(values: Codes, place: NDArray[np.int64], n_places: int) -> NDArray[np.bool_]:
    """Tell for each row whether its municipality has any answer at all."""
    with_answers = np.bincount(place[values != NULL], minlength=n_places) > 0
    rows: NDArray[np.bool_] = with_answers[place]
    return rows
