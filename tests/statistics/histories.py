"""Random histories for the tests: rounds of several years, nobody's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.questionnaire.schema import Questionnaire
from brukerplan.statistics.frames import build_frame
from brukerplan.statistics.harmonise import History, Round, Terms, harmonise

from .people import people

YEAR_AROUND = Terms("last_12_months", mental_only_included=True, milder_included=True)
ON_THE_DAY = Terms("at_registration", mental_only_included=True, milder_included=True)

# Stavanger 1103 took in Finnøy 1141 and Rennesøy 1142 in 2020; Sandnes 1102 took in Forsand
# 1129 and was numbered 1108.
BEFORE = ("1101", "1102", "1103", "1129", "1141", "1142")
AFTER = ("1101", "1103", "1108")
BECAME = {
    "1101": "1101",
    "1102": "1108",
    "1103": "1103",
    "1129": "1108",
    "1141": "1103",
    "1142": "1103",
}


def round_of(
    year: int,
    codes: Sequence[str],
    *,
    seed: int = 1,
    number: int = 200,
    terms: Mapping[str, Terms] | None = None,
    edition: Questionnaire | None = None,
    unanswered: float = 0.0,
) -> Round:
    """A round in which so many random persons live in these municipalities."""
    q = edition or edition_for_year(year)
    drawn = people(q, seed=seed, number=number, unanswered=unanswered)
    born = drawn.answers["birth_year"]
    answers = {**drawn.answers, "birth_year": np.minimum(born, np.int16(year - q.minimum_age))}
    lived_in = np.random.default_rng([seed, year]).choice(np.array(codes), number)
    frame = build_frame(
        q,
        year=year,
        municipality=[str(code) for code in lived_in],
        person=[None] * number,
        answers=answers,
    )
    return Round(frame, q, terms or dict.fromkeys(codes, YEAR_AROUND))


def moved_to(found: Round, year: int, became: Mapping[str, str]) -> Round:
    """The same persons and answers in another year, by that year's borders."""
    places = [became[str(code)] for code in found.frame.data["municipality"]]
    data = found.frame.data.assign(municipality=pd.Categorical(places), year=year)
    frame = replace(found.frame, data=data, year=year)
    return Round(frame, found.edition, {became[code]: t for code, t in found.took_part.items()})


def shuffled(found: Round, seed: int) -> Round:
    """The same round with its rows in another order."""
    data = found.frame.data.sample(frac=1, random_state=seed).reset_index(drop=True)
    return replace(found, frame=replace(found.frame, data=data))


def rows_of(history: History) -> pd.DataFrame:
    """Everybody of every year in one table of plain numbers and texts."""
    return pd.concat(
        [
            found.frame.data.drop(columns="person").assign(
                municipality=found.frame.data["municipality"].astype(str)
            )
            for found in history.rounds
        ],
        ignore_index=True,
    )


def across_the_merger(seed: int = 1, number: int = 200) -> History:
    """Two years before 2020, two after, and one under the newest edition."""
    places = {2018: BEFORE, 2019: BEFORE, 2020: AFTER, 2025: AFTER, 2026: AFTER}
    return harmonise(
        round_of(year, codes, seed=seed + year, number=number) for year, codes in places.items()
    )
