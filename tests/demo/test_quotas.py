"""Codes given by rank."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from brukerplan.demo.quotas import apportion, quota, spread, top, top_by_stratum

scores = arrays.arrays(
    np.float64, st.integers(1, 60), elements=st.floats(-5, 5, allow_subnormal=False)
)


@given(scores, st.floats(0, 1))
def test_a_share_is_met_to_within_one_person(score: np.ndarray, share: float) -> None:
    chosen = top_by_stratum(score, [(np.ones(score.size, dtype=np.bool_), share)])
    assert abs(int(chosen.sum()) - share * score.size) <= 0.5 + 1e-9


@given(scores, st.integers(0, 70))
def test_nobody_outside_the_top_scores_higher_than_anybody_in_it(
    score: np.ndarray, count: int
) -> None:
    chosen = top(score, count)
    assert chosen.sum() == min(count, score.size)
    if chosen.any() and not chosen.all():
        assert score[chosen].min() >= score[~chosen].max()


@given(scores, st.lists(st.floats(0, 0.3), min_size=1, max_size=3))
def test_a_spread_gives_everyone_a_code_and_the_last_code_takes_the_rest(
    score: np.ndarray, shares: list[float]
) -> None:
    coded = [(code, share) for code, share in enumerate([*shares, 0.0], start=1)]
    given_codes = spread(score, coded, among=np.ones(score.size, dtype=np.bool_))
    assert set(given_codes.tolist()) <= {code for code, _ in coded}
    for code, share in coded[:-1]:
        assert abs(int((given_codes == code).sum()) - share * score.size) <= 1


@given(
    arrays.arrays(np.float64, st.integers(1, 30), elements=st.floats(0.1, 1000)),
    st.integers(0, 5000),
)
def test_apportioning_loses_nobody_and_is_within_one_of_the_exact_share(
    weights: np.ndarray, total: int
) -> None:
    parts = apportion(weights, total)
    assert parts.sum() == total
    assert (np.abs(parts - weights / weights.sum() * total) < 1).all()


def test_nothing_is_apportioned_to_places_without_weight() -> None:
    assert apportion(np.zeros(3), 10).tolist() == [0, 0, 0]


def test_half_a_person_is_rounded_up() -> None:
    assert quota(0.25, 10) == 3
