from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest, chi2
from statsmodels.stats.contingency_tables import SquareTable

from brukerplan.statistics import homogeneity
from brukerplan.statistics.homogeneity import (
    MINIMUM_MOVED,
    NotATableError,
    bhapkar,
    mcnemar_exact,
    stuart_maxwell,
)
from brukerplan.statistics.refusals import (
    EverybodyMovedError,
    NobodyStayedError,
    TooFewMovedError,
)

Counts = NDArray[np.int64]

# Unaided vision, right and left eye, of 7,477 women. Stuart (1955) found Q = 11.96 (as does
# R's coin, mh_test); SAS prints 11.98 with p = 0.0075 in its example "Repeated measures, 4
# response levels, 1 population" of PROC CATMOD, after Grizzle, Starmer and Koch (1969),
# whose weighted least squares are Bhapkar's test.
VISION = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
# Approval of the prime minister in two surveys: Agresti, Categorical Data Analysis, 2nd ed.,
# table 10.1, where McNemar's chi-square is 17.36.
APPROVAL = [[794, 150], [86, 570]]
# Residence in 1980 and 1985: ibid., table 10.6, where Bhapkar's statistic is 236.5 with df 3.
MIGRATION = [
    [11607, 100, 366, 124],
    [87, 13677, 515, 302],
    [172, 225, 17819, 270],
    [63, 176, 286, 10192],
]

TABLES = st.integers(2, 5).flatmap(
    lambda k: st.lists(
        st.lists(st.integers(0, 30), min_size=k, max_size=k), min_size=k, max_size=k
    ).map(lambda rows: np.array(rows, dtype=np.int64))
)


def test_published_examples_come_out_as_published() -> None:
    assert round(stuart_maxwell(VISION).statistic, 2) == 11.96
    assert round(bhapkar(VISION).statistic, 2) == 11.98
    assert round(bhapkar(VISION).p, 4) == 0.0075
    assert round(stuart_maxwell(APPROVAL).statistic, 2) == 17.36
    assert round(bhapkar(MIGRATION).statistic, 1) == 236.5
    assert [test(MIGRATION).df for test in (stuart_maxwell, bhapkar)] == [3, 3]


@given(table=TABLES)
@settings(max_examples=150, deadline=None)
def test_both_statistics_equal_those_of_statsmodels(table: Counts) -> None:
    # Every pair of states has moves, so that the library's covariance can be inverted.
    table = table + 1
    assume(table.sum() - np.trace(table) >= MINIMUM_MOVED)
    theirs = SquareTable(table, shift_zeros=False)
    for ours, method in ((stuart_maxwell, "stuart_maxwell"), (bhapkar, "bhapkar")):
        found, expected = ours(table), theirs.homogeneity(method=method)
        assert found.statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-9)
        assert found.df == expected.df
        assert found.p == pytest.approx(expected.pvalue, abs=1e-9)


@given(table=TABLES)
@settings(max_examples=150, deadline=None)
def test_stuart_maxwell_equals_a_generalised_inverse_whoever_did_not_move(table: Counts) -> None:
    moved = int(table.sum() - np.trace(table))
    assume(moved >= MINIMUM_MOVED)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    covariance = np.diag(rows + columns) - table - table.T
    difference = (columns - rows).astype(float)
    expected = difference @ np.linalg.pinv(covariance.astype(float), hermitian=True) @ difference

    found = stuart_maxwell(table)

    assert found.statistic == pytest.approx(expected, rel=1e-8, abs=1e-8)
    assert found.df == np.linalg.matrix_rank(covariance.astype(float), hermitian=True)
    assert (found.persons, found.moved) == (table.sum(), moved)


@given(table=st.tuples(*[st.integers(0, 60)] * 4).map(lambda n: np.array(n).reshape(2, 2)))
def test_mcnemar_equals_the_binomial_test_of_scipy(table: Counts) -> None:
    assume(table.sum())
    moved = int(table[0, 1] + table[1, 0])

    found = mcnemar_exact(table)

    expected = binomtest(int(table[0, 1]), moved).pvalue if moved else 1.0
    assert found.p == pytest.approx(expected, abs=1e-9)
    assert found.statistic == min(table[0, 1], table[1, 0])
    assert found.df is None


def test_the_published_approval_is_as_unlikely_exactly() -> None:
    assert mcnemar_exact(APPROVAL).p == pytest.approx(binomtest(86, 236).pvalue, rel=1e-9)


def test_of_two_states_stuart_maxwell_is_mcnemars_own_chi_square() -> None:
    assert stuart_maxwell(APPROVAL).statistic == pytest.approx((150 - 86) ** 2 / (150 + 86))


@pytest.mark.parametrize("test", [stuart_maxwell, bhapkar], ids=lambda test: test.__name__)
def test_a_state_that_nobody_is_in_changes_nothing(test: object) -> None:
    assert callable(test)
    with_empty = np.insert(np.insert(np.array(VISION), 2, 0, axis=0), 2, 0, axis=1)

    assert test(with_empty) == test(VISION)


def test_a_state_nobody_moved_to_or_from_is_no_degree_of_freedom_but_its_persons_count() -> None:
    stayed = np.zeros((5, 5), dtype=np.int64)
    stayed[:4, :4] = VISION
    stayed[4, 4] = 1000

    assert stuart_maxwell(stayed).statistic == stuart_maxwell(VISION).statistic
    assert stuart_maxwell(stayed).df == 3
    w = stuart_maxwell(VISION).statistic
    assert bhapkar(stayed).statistic == pytest.approx(w / (1 - w / 8477))


def test_states_in_two_sets_that_nobody_moved_between_are_tested_together() -> None:
    table = np.zeros((4, 4), dtype=np.int64)
    table[:2, :2], table[2:, 2:] = APPROVAL, [[30, 12], [4, 20]]

    found = stuart_maxwell(table)

    apart = [stuart_maxwell(part).statistic for part in (table[:2, :2], table[2:, 2:])]
    assert found.statistic == pytest.approx(sum(apart))
    assert found.df == 2


def test_a_very_small_p_is_told_and_is_not_zero() -> None:
    found = stuart_maxwell([[10, 900], [10, 10]])

    assert 0 < found.p < 1e-100
    assert found.p == pytest.approx(chi2.sf(890**2 / 910, 1), rel=1e-9)


def test_the_order_of_states_changes_nothing() -> None:
    turned = np.array(VISION)[::-1, ::-1]

    assert stuart_maxwell(turned).statistic == pytest.approx(stuart_maxwell(VISION).statistic)
    assert bhapkar(turned).p == pytest.approx(bhapkar(VISION).p)


@pytest.mark.parametrize("test", [stuart_maxwell, bhapkar], ids=lambda test: test.__name__)
def test_too_few_who_moved_are_refused_with_base_and_minimum(test: object) -> None:
    assert callable(test)
    just, too_few = [[500, 6], [4, 500]], [[500, 6], [3, 500]]

    assert test(just).moved == MINIMUM_MOVED
    with pytest.raises(TooFewMovedError) as refused:
        test(too_few)
    assert (refused.value.base, refused.value.minimum) == (MINIMUM_MOVED - 1, MINIMUM_MOVED)
    assert test(too_few, minimum_moved=9).moved == 9


def test_where_nobody_moved_there_is_nothing_to_test_by_large_numbers() -> None:
    with pytest.raises(TooFewMovedError) as refused:
        stuart_maxwell([[50, 0], [0, 50]], minimum_moved=0)
    assert (refused.value.base, refused.value.minimum) == (0, 1)
    assert mcnemar_exact([[50, 0], [0, 50]]).p == 1.0


def test_where_everybody_moved_one_way_bhapkar_is_refused_and_stuart_maxwell_is_not() -> None:
    everybody = [[0, 40], [0, 0]]

    assert stuart_maxwell(everybody).statistic == pytest.approx(40)
    with pytest.raises(EverybodyMovedError):
        bhapkar(everybody)
    assert bhapkar([[1, 40], [0, 0]]).statistic == pytest.approx(40 * 41)


@pytest.mark.parametrize("test", [mcnemar_exact, stuart_maxwell, bhapkar])
@pytest.mark.parametrize(
    "table",
    [[[1, 2, 3], [4, 5, 6]], [[1.5, 2.0], [3.0, 4.0]], [[1, -2], [3, 4]], [[1]], [1, 2]],
    ids=["oblong", "fractions", "negative", "one state", "a row"],
)
def test_what_is_no_table_is_refused(test: object, table: object) -> None:
    assert callable(test)
    with pytest.raises(NotATableError):
        test(table)


@pytest.mark.parametrize("test", [mcnemar_exact, stuart_maxwell, bhapkar])
def test_an_empty_table_is_refused(test: object) -> None:
    assert callable(test)
    with pytest.raises(NobodyStayedError):
        test([[0, 0], [0, 0]])


def test_three_states_are_none_of_mcnemars() -> None:
    with pytest.raises(NotATableError, match="two states"):
        mcnemar_exact(np.ones((3, 3), dtype=np.int64))


def test_the_examples_in_the_documentation_are_true() -> None:
    tried = doctest.testmod(homogeneity)
    assert tried.attempted > 0
    assert tried.failed == 0
