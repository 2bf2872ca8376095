"""The whole country at once: the same numbers, in seconds."""

from __future__ import annotations

import time

import numpy as np
import pytest

from brukerplan.demo.population import synthetic_population
from brukerplan.questionnaire.registry import edition
from brukerplan.statistics.areas import nation_area
from brukerplan.statistics.description import describe
from brukerplan.statistics.frames import build_frame
from brukerplan.statistics.harmonise import Round, harmonise

from .histories import YEAR_AROUND

FEW_SECONDS = 20.0
"""Measured at two on two busy cores; grouping row by row takes minutes."""


@pytest.mark.slow
def test_every_question_by_every_breakdown_of_the_national_demo_takes_seconds() -> None:
    mapped = synthetic_population(area="national", seed=2015, years=range(2015, 2021)).years
    rounds = []
    for year, found in mapped.items():
        q = edition(found.edition)
        frame = build_frame(
            q,
            year=year,
            municipality=[str(code) for code in found.municipality],
            person=[None] * len(found),
            answers=dict(found.answers),
        )
        rounds.append(Round(frame, q, dict.fromkeys(found.took_part, YEAR_AROUND)))

    begun = time.perf_counter()
    history = harmonise(rounds)
    described = describe(history)
    took = time.perf_counter() - begun

    assert took < FEW_SECONDS
    nation = nation_area(2020)
    series = described.series("housing", nation)
    for year, found in mapped.items():
        point = series.point(year)
        assert point.base == len(found)
        assert point.counts["red"] == int(np.sum(found.answers["housing"] == 3))
        assert set(point.took_part) == set(found.took_part)
    # Today's municipalities are the country of 2019, but for those that got a part of another.
    followed = frozenset[str]().union(*(each.codes(2019) or () for each in nation.each()))
    of_2019 = [
        point.base or 0
        for each in nation.each()
        for point in described.series("housing", each).points
        if point.year == 2019
    ]
    assert {"1850", "5012", "1805", "5024"}.isdisjoint(followed)
    assert sum(of_2019) == int(np.isin(mapped[2019].municipality, sorted(followed)).sum())
