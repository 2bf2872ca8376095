"""Frames of fictive persons over years, with nothing in them but what is followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from brukerplan.questionnaire.levels import OVERALL_LEVEL, USER_GROUP
from brukerplan.questionnaire.schema import Missing
from brukerplan.statistics.frames import Frame

LEVELS = tuple(code.id for code in OVERALL_LEVEL.codes)
GROUPS = tuple(code.id for code in USER_GROUP.codes)
MUNICIPALITIES = ("1103", "1108", "1141", "1142")
NUMBER_OF = {code.id: code.number for code in OVERALL_LEVEL.codes} | {
    "no_answer": int(Missing.NOT_ANSWERED)
}


Courses = Mapping[int, Sequence[str | None]]
"""Each person's levels year by year; ``None`` where they are away."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A person in a year; ``who`` is ``None`` where nobody is told apart."""

    who: int | None
    level: str
    group: str = GROUPS[0]
    municipality: str = MUNICIPALITIES[0]


def frame(year: int, rows: Sequence[Mapped]) -> Frame:
    """Return a year's frame; pseudonyms are as long as the real ones."""
    person = [None if row.who is None else row.who.to_bytes(32, "big") for row in rows]
    numbers = {
        OVERALL_LEVEL.id: [NUMBER_OF[row.level] for row in rows],
        USER_GROUP.id: [USER_GROUP.code(row.group).number for row in rows],
    }
    data = pd.DataFrame(
        {
            "year": np.full(len(rows), year, dtype=np.int16),
            "municipality": pd.Categorical([row.municipality for row in rows]),
            "person": pd.Series(person, dtype=object),
            **{name: np.array(values, dtype=np.int16) for name, values in numbers.items()},
        }
    )
    return Frame(edition="2015", year=year, data=data)


def frames(levels: Courses, *, first: int = 2015) -> list[Frame]:
    """Return a frame a year."""
    n_years = max(map(len, levels.values()))
    return [
        frame(
            first + place,
            [
                Mapped(who, level)
                for who, course in levels.items()
                if place < len(course) and (level := course[place]) is not None
            ],
        )
        for place in range(n_years)
    ]


_ROW = st.tuples(
    st.sampled_from((*LEVELS, "no_answer")),
    st.sampled_from(GROUPS),
    st.sampled_from(MUNICIPALITIES),
)


def years_of_rows(n_years: int) -> st.SearchStrategy[list[list[Mapped]]]:
    """Draw years with persons who come, go, change, or cannot be followed."""
    year = st.tuples(
        st.dictionaries(st.integers(0, 12), _ROW, max_size=12), st.lists(_ROW, max_size=4)
    ).map(
        lambda drawn: (
            [Mapped(who, *row) for who, row in drawn[0].items()]
            + [Mapped(None, *row) for row in drawn[1]]
        )
    )
    return st.lists(year, min_size=n_years, max_size=n_years)
