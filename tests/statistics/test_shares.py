from __future__ import annotations

import doctest
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import binomtest

from brukerplan.statistics import intervals, rounding
from brukerplan.statistics.intervals import Interval, wilson
from brukerplan.statistics.rounding import (
    ShareNotPossibleError,
    half_up,
    per_thousand,
    percent,
    points,
    rounded,
    rounded_parts,
)

SHARES = st.integers(1, 10**6).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base)))


@given(share=SHARES, places=st.integers(0, 3))
@example(share=(1, 200), places=0)
@example(share=(1, 8), places=2)
def test_a_share_is_the_nearest_with_halves_upwards(share: tuple[int, int], places: int) -> None:
    count, base = share
    off = Fraction(percent(count, base, places)) - Fraction(100 * count, base)
    half = Fraction(1, 2 * 10**places)
    assert -half < off <= half


@given(share=SHARES)
def test_shares_and_their_rounding_on_decimals_agree(share: tuple[int, int]) -> None:
    count, base = share
    assert percent(count, base, 1) == half_up(Decimal(100 * count) / Decimal(base), 1)


def test_half_a_percent_is_one_percent_where_floats_give_none() -> None:
    assert percent(1, 200) == 1
    assert round(100 * 1 / 200) == 0


@given(value=st.fractions(), places=st.integers(0, 3))
@example(value=Fraction(-5, 2), places=0)
def test_an_exact_number_is_rounded_with_halves_away_from_zero(
    value: Fraction, places: int
) -> None:
    off = Fraction(rounded(value, places)) - value
    half = Fraction(1, 2 * 10**places)
    assert abs(off) <= half
    assert abs(off) < half or (off > 0) == (value > 0)
    assert Fraction(rounded(-value, places)) == -Fraction(rounded(value, places))


@given(parts=st.lists(st.fractions(), min_size=1, max_size=6), places=st.integers(0, 3))
def test_rounded_parts_sum_to_their_rounded_sum_and_none_is_off_by_a_unit(
    parts: list[Fraction], places: int
) -> None:
    shown = rounded_parts(parts, places)
    assert sum(map(Fraction, shown)) == Fraction(rounded(sum(parts, Fraction(0)), places))
    for part, one in zip(parts, shown, strict=True):
        assert abs(Fraction(one) - part) < Fraction(1, 10**places)


def test_parts_rounded_one_by_one_would_not_sum() -> None:
    third = Fraction(1, 3)
    assert sum(rounded(part, 1) for part in [third] * 3) != 1
    assert sum(rounded_parts([third] * 3, 1)) == 1


def test_a_share_shows_its_places() -> None:
    assert str(percent(1, 4, 1)) == "25.0"
    assert str(percent(1, 1)) == "100"
    assert str(per_thousand(7, 2000)) == "3.5"
    assert str(points(Decimal(26), Decimal(29))) == "-3"


@pytest.mark.parametrize(("count", "base"), [(0, 0), (1, 0), (5, 4), (-1, 4), (0, -1)])
def test_a_share_without_a_base_or_above_it_is_refused(count: int, base: int) -> None:
    for share in (percent, per_thousand, wilson):
        with pytest.raises(ShareNotPossibleError, match="base"):
            share(count, base)


@given(
    share=st.integers(1, 5000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))),
    confidence=st.sampled_from([0.8, 0.9, 0.95, 0.99]),
)
def test_wilson_intervals_equal_those_of_scipy(share: tuple[int, int], confidence: float) -> None:
    count, base = share
    ours = wilson(count, base, confidence=confidence)
    theirs = binomtest(count, base).proportion_ci(confidence, method="wilson")
    assert ours.low == pytest.approx(theirs.low, abs=1e-9)
    assert ours.high == pytest.approx(theirs.high, abs=1e-9)
    assert 0 <= ours.low <= count / base <= ours.high <= 1


def test_an_interval_reaches_its_end_exactly_where_nobody_or_everybody_is_counted() -> None:
    assert wilson(0, 3).low == 0.0
    assert wilson(3, 3).high == 1.0
    assert wilson(0, 3) != Interval(0.0, 0.0)


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.5, 95.0])
def test_a_confidence_outside_zero_and_one_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        wilson(1, 2, confidence=confidence)


@pytest.mark.parametrize("module", [rounding, intervals], ids=["rounding", "intervals"])
def test_the_examples_in_the_documentation_are_true(module: object) -> None:
    tried = doctest.testmod(module)  # type: ignore[arg-type]  # parametrize hides the type
    assert tried.attempted > 0
    assert tried.failed == 0
