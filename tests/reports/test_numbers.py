"""Numbers as a person says them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.reports.numbers import Numbers, sentence
from brukerplan.statistics.rounding import percent
from brukerplan.translation import translator

NO_BREAK = "\xa0"


def numbers(language: str = "nb") -> Numbers:
    return Numbers(translator(language))


def test_a_share_near_a_quarter_is_said_as_one_in_four_with_its_base() -> None:
    assert numbers().share(107, 412, 26) == "om lag én av fire (26 prosent av 412)"


def test_an_exact_quarter_is_not_about() -> None:
    assert numbers().share(103, 412, 25) == "én av fire (25 prosent av 412)"


def test_a_share_far_from_a_simple_fraction_is_said_in_percent_only() -> None:
    assert numbers().share(173, 412, 42) == "42 prosent (av 412)"


def test_a_share_of_too_few_is_said_in_counts() -> None:
    assert numbers().share(7, 15, None) == "7 av 15"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", f"om lag halvparten (51 prosent av 1{NO_BREAK}224)"),
        ("nn", f"om lag halvparten (51 prosent av 1{NO_BREAK}224)"),
        ("en", "about half (51 per cent of 1,224)"),
    ],
)
def test_each_language_writes_its_own_numbers(language: str, said: str) -> None:
    assert numbers(language).share(621, 1224, 51) == said


def test_a_table_writes_the_sign_after_a_space_that_does_not_break() -> None:
    assert numbers("nb").cell(26) == f"26{NO_BREAK}%"
    assert numbers("nn").cell(26) == f"26{NO_BREAK}%"
    assert numbers("en").cell(26) == "26%"


def test_rates_have_one_decimal_and_the_languages_own_mark() -> None:
    assert numbers("nb").rate(Decimal("3.8")) == "3,8"
    assert numbers("en").rate(Decimal("3.8")) == "3.8"


def test_years_in_a_row_are_joined() -> None:
    assert numbers().years([2015, 2016, 2017, 2021]) == "2015–2017 og 2021"


def test_dates_are_written_out() -> None:
    assert numbers("nn").date(date(2026, 2, 1)) == "1. februar 2026"
    assert numbers("en").date(date(2026, 2, 1)) == "1 February 2026"


def test_a_sentence_begins_with_a_capital_letter() -> None:
    assert sentence("én av ti i NAV") == "Én av ti i NAV"


@given(st.integers(20, 5000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
def test_every_share_says_its_percentage_and_its_base(pair: tuple[int, int]) -> None:
    count, base = pair
    whole = int(percent(count, base))
    said = numbers().share(count, base, whole)

    assert f"{numbers().count(whole)} prosent" in said
    assert f"av {numbers().count(base)})" in said


@given(st.integers(20, 5000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))))
def test_a_simple_fraction_is_never_far_from_the_share(pair: tuple[int, int]) -> None:
    count, base = pair
    said = numbers().share(count, base, int(percent(count, base)))
    fractions = {
        "én av ti": 0.1,
        "én av fem": 0.2,
        "én av fire": 0.25,
        "tre av ti": 0.3,
        "én av tre": 1 / 3,
        "to av fem": 0.4,
        "halvparten": 0.5,
        "tre av fem": 0.6,
        "to av tre": 2 / 3,
        "sju av ti": 0.7,
        "tre av fire": 0.75,
        "fire av fem": 0.8,
        "ni av ti": 0.9,
    }

    for words, fraction in fractions.items():
        if words in said:
            assert abs(count / base - fraction) < 0.03
