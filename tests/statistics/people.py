"""Random persons for the tests: synthetic codes, nobody's answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brukerplan.questionnaire.registry import all_variables
from brukerplan.questionnaire.schema import Kind, Questionnaire, Variable
from brukerplan.statistics.frames import NULL, Frame, build_frame

Columns = dict[str, NDArray[np.int16]]
MUNICIPALITIES = ("1101", "1103", "1108", "1144")
YEAR_OF_EDITION = {"2015": 2025, "2026": 2026}


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Stored columns of some persons and where they live."""

    edition: Questionnaire
    year: int
    municipality: list[str]
    answers: Columns

    def frame(self) -> Frame:
        return build_frame(
            self.edition,
            year=self.year,
            municipality=self.municipality,
            person=[None] * len(self.municipality),
            answers=self.answers,
        )

    def with_value(self, column: str, row: int, value: int) -> People:
        changed = self.answers[column].copy()
        changed[row] = value
        answers = {**self.answers, column: changed}
        return People(self.edition, self.year, self.municipality, answers)


def people(
    q: Questionnaire, *, seed: int, number: int, unanswered: float = 0.0, optional: bool = True
) -> People:
    """Draw persons who answer every question, applicable or not, unless ``unanswered`` > 0."""
    rng = np.random.default_rng(seed)
    year = YEAR_OF_EDITION[q.edition]
    answers = empty(number)
    for variable in q.variables:
        if variable.optional and not optional:
            continue
        # A number may be left open even in a complete registration.
        open_share = max(unanswered, 0.2) if variable.kind is Kind.COUNT else unanswered
        left_open = rng.random(number) < open_share
        for column in variable.columns:
            drawn = _draw(rng, variable, number, year)
            answers[column] = np.where(left_open, NULL, drawn).astype(np.int16)
    # Some persons are doing well and some badly, or every sum would lie in the middle.
    lean = rng.integers(0, 4, number)
    for area in q.level_rule.areas:
        same = rng.random(number) < 0.75
        likely = np.array([1, 2, 3, 99])[lean]
        answers[area] = np.where(same & (answers[area] != NULL), likely, answers[area]).astype(
            np.int16
        )
    if unanswered == 0.0:
        neither = (answers["substance_problem"] == 0) & (answers["mental_problem"] == 0)
        answers["mental_problem"] = np.where(neither, 1, answers["mental_problem"]).astype(np.int16)
    municipality = [str(code) for code in rng.choice(MUNICIPALITIES, number)]
    return People(q, year, municipality, answers)


def empty(number: int) -> Columns:
    """Return every column of every edition with nothing stored."""
    return {
        column: np.full(number, NULL, dtype=np.int16)
        for variable in all_variables()
        for column in variable.columns
    }


def _draw(
    rng: np.random.Generator, variable: Variable, number: int, year: int
) -> NDArray[np.int64]:
    if variable.kind is Kind.ONE:
        return rng.choice([code.number for code in variable.codes], number)
    if variable.kind is Kind.MANY:
        return rng.integers(0, 2, number)
    if variable.kind is Kind.YEAR:
        return rng.integers(year - 90, year - 15, number)
    assert variable.minimum is not None
    assert variable.maximum is not None
    return rng.integers(variable.minimum, variable.maximum + 1, number)
