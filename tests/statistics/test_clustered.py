from __future__ import annotations

import doctest

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import t as student

from brukerplan.questionnaire.levels import OVERALL_LEVEL
from brukerplan.statistics import clustered
from brukerplan.statistics.clustered import (
    MINIMUM_EFFECTIVE,
    MINIMUM_MUNICIPALITIES,
    NotCountsError,
    clustered_change,
    effective_number,
)
from brukerplan.statistics.panel import follow, groups_by_municipality
from brukerplan.statistics.refusals import (
    MINIMUM_BASE,
    BaseTooSmallError,
    NoSpreadError,
    TooFewMunicipalitiesError,
    UnevenMunicipalitiesError,
)
from brukerplan.statistics.transitions import stayer_counts, transitions

from .panels import Mapped, frame

Counts = NDArray[np.int64]
Years = tuple[Counts, Counts, Counts, Counts]

_SHARE = st.integers(4, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
YEARS = st.lists(st.tuples(_SHARE, _SHARE), min_size=12, max_size=20).map(
    lambda rows: tuple(np.array([[*before, *after] for before, after in rows], dtype=np.int64).T)
)


def person_by_person(years: Years) -> tuple[Counts, Counts, Counts]:
    """Each person's answer, year and municipality."""
    answers, when, where = [], [], []
    for year, (count, base) in enumerate((years[:2], years[2:])):
        for place, (having, persons) in enumerate(zip(count, base, strict=True)):
            answers += [1] * int(having) + [0] * int(persons - having)
            when += [year] * int(persons)
            where += [place] * int(persons)
    return np.array(answers), np.array(when), np.array(where)


@given(years=YEARS)
@settings(max_examples=40, deadline=None)
def test_the_error_equals_the_cluster_robust_one_of_a_regression_on_the_year(years: Years) -> None:
    answers, when, where = person_by_person(years)
    theirs = sm.OLS(answers, sm.add_constant(when)).fit(
        cov_type="cluster", cov_kwds={"groups": where, "use_correction": False}
    )
    assume(theirs.bse[1] > 1e-6)
    number = len(years[0])

    ours = clustered_change(*years)

    assert ours.change == pytest.approx(theirs.params[1], abs=1e-9)
    expected = theirs.bse[1] * np.sqrt(number / (number - 1))
    assert ours.standard_error == pytest.approx(expected, abs=1e-9)


@given(years=YEARS, confidence=st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=60, deadline=None)
def test_an_interval_contains_the_change_and_stays_between_minus_one_and_one(
    years: Years, confidence: float
) -> None:
    try:
        found = clustered_change(*years, confidence=confidence)
    except NoSpreadError:
        assume(False)
    assert -1 <= found.low <= found.change <= found.high <= 1
    assert found.low < found.high


@given(years=YEARS, seed=st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_the_order_of_municipalities_changes_nothing(years: Years, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(years[0]))
    try:
        found = clustered_change(*years)
    except NoSpreadError:
        assume(False)
    turned = clustered_change(*(each[order] for each in years))
    assert turned.change == found.change
    assert (turned.low, turned.high) == pytest.approx((found.low, found.high), abs=1e-12)


def varied(number: int, base: int = 30) -> Years:
    """Municipalities of one size, with different shares."""
    count = np.arange(number, dtype=np.int64) % base
    bases = np.full(number, base, dtype=np.int64)
    return count, bases, count[::-1].copy(), bases


def test_with_municipalities_of_one_size_t_has_one_degree_less_than_their_number() -> None:
    found = clustered_change(*varied(12))

    assert found.effective == found.municipalities == 12
    reach = student.ppf(0.975, 11) * found.standard_error
    assert found.high - found.change == pytest.approx(reach, abs=1e-12)


def test_a_large_municipality_makes_the_interval_wider() -> None:
    count, base, after, _ = varied(12)
    uneven = base.copy()
    uneven[0] *= 4

    found = clustered_change(count, uneven, after, uneven)

    assert found.effective == pytest.approx((11 + 4) ** 2 / (11 + 16))
    reach = student.ppf(0.975, found.effective - 1) * found.standard_error
    assert found.high - found.change == pytest.approx(reach, abs=1e-12)
    assert reach > student.ppf(0.975, found.municipalities - 1) * found.standard_error


def test_municipalities_that_are_alike_in_themselves_are_less_sure_than_persons() -> None:
    number, base = 20, 50
    bases = np.full(number, base, dtype=np.int64)
    before = np.where(np.arange(number) % 2, base, 0).astype(np.int64)
    after = np.roll(before, 1)
    found = clustered_change(before, bases, after, bases)
    independent = np.sqrt(2 * 0.25 / (number * base))
    assert found.standard_error > 5 * independent


def test_a_municipality_without_persons_counts_for_nothing() -> None:
    with_nobody: Years = tuple(np.append(each, 0) for each in varied(12))  # type: ignore[assignment]

    assert clustered_change(*with_nobody) == clustered_change(*varied(12))


def test_few_municipalities_are_refused_with_number_and_minimum() -> None:
    assert clustered_change(*varied(MINIMUM_MUNICIPALITIES)).municipalities == 10
    with pytest.raises(TooFewMunicipalitiesError) as refused:
        clustered_change(*varied(MINIMUM_MUNICIPALITIES - 1))
    assert (refused.value.base, refused.value.minimum) == (9, MINIMUM_MUNICIPALITIES)


def test_one_municipality_that_outweighs_the_rest_is_refused() -> None:
    count, base, after, _ = varied(12)
    uneven = base.copy()
    uneven[0] = 2000
    with pytest.raises(UnevenMunicipalitiesError) as refused:
        clustered_change(count, uneven, after, base)
    assert (refused.value.base, refused.value.minimum) == (1, MINIMUM_EFFECTIVE)


def test_a_small_base_is_refused_with_base_and_minimum() -> None:
    count = np.array([0, 1] * 6)
    enough, few = np.full(12, 2), np.array([1] * 11 + [MINIMUM_BASE - 12])
    assert clustered_change(count, enough, count[::-1], enough).municipalities == 12
    with pytest.raises(BaseTooSmallError) as refused:
        clustered_change(count, enough, count, few)
    assert (refused.value.base, refused.value.minimum) == (MINIMUM_BASE - 1, MINIMUM_BASE)


def test_municipalities_without_any_difference_give_no_interval_rather_than_a_sure_one() -> None:
    base = np.full(12, 30, dtype=np.int64)
    for before, after in ((0, 0), (30, 30), (3, 6)):
        with pytest.raises(NoSpreadError):
            clustered_change(np.full(12, before), base, np.full(12, after), base)


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (0, np.full(12, 31)),
        (0, np.full(12, -1)),
        (0, np.full(12, 0.5)),
        (2, np.zeros((12, 1), dtype=np.int64)),
        (3, np.full(11, 30)),
    ],
    ids=["above its base", "negative", "fractions", "a table", "too short"],
)
def test_what_are_no_counts_is_refused(place: int, wrong: NDArray[np.float64]) -> None:
    years: list[NDArray[np.generic]] = list(varied(12))
    years[place] = wrong
    with pytest.raises(NotCountsError):
        clustered_change(*years)


def test_years_with_different_municipalities_are_refused() -> None:
    with pytest.raises(NotCountsError, match="same municipalities"):
        clustered_change(*varied(12)[:2], *varied(13)[2:])


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0])
def test_a_confidence_outside_zero_and_one_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        clustered_change(*varied(12), confidence=confidence)


def test_the_interval_holds_about_as_often_as_it_says_also_where_sizes_differ() -> None:
    rng = np.random.default_rng(2015)
    sizes = np.array([300, 250, 200, 150, 120, 100, 80, 60, 50, 40, 30, 20, 15, 10])
    held, times = 0, 1500
    for _ in range(times):
        place = rng.normal(-1.0, 0.3, len(sizes))
        before, after = (
            rng.binomial(sizes, 1 / (1 + np.exp(-(place + rng.normal(0, 0.15, len(sizes))))))
            for _ in range(2)
        )
        found = clustered_change(before, sizes, after, sizes)
        held += found.low <= 0 <= found.high
    assert 0.92 < held / times < 0.97


def test_a_panel_is_clustered_by_the_municipality_of_the_first_year() -> None:
    codes = [f"{number}" for number in range(1101, 1113)]
    rng = np.random.default_rng(1)
    levels = ("green", "red")
    areas = {year: {code: code for code in codes} for year in (2015, 2016)}
    drawn = {
        year: [
            Mapped(who, levels[rng.integers(2)], municipality=codes[(who + year) % 12])
            for who in range(240)
        ]
        for year in (2015, 2016)
    }
    made = [frame(year, rows) for year, rows in drawn.items()]
    groups = groups_by_municipality(made, areas)
    found = transitions(
        follow(made), OVERALL_LEVEL, years=(2015, 2016), groups=groups, by_first=True
    )

    before, after, base = stayer_counts(found, ("red",), levels)
    interval = clustered_change(before, base, after, base)

    # All moved, and all are still followed from where they were.
    assert base.tolist() == [20] * 12
    changed = {year: sum(row.level == "red" for row in rows) for year, rows in drawn.items()}
    assert interval.change == pytest.approx((changed[2016] - changed[2015]) / 240)


def test_the_examples_in_the_documentation_are_true() -> None:
    tried = doctest.testmod(clustered)
    assert tried.attempted > 0
    assert tried.failed == 0
    assert effective_number(np.array([5, 5])) == 2
