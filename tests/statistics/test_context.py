"""Figures of another source: shares of the total, of what they are part of, and rates."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest

from brukerplan.files import read_context
from brukerplan.geography import population_18_plus
from brukerplan.statistics.context import REST, ContextSeries, EventRate, Figure, NoSuchFigureError
from brukerplan.statistics.refusals import PopulationUnknownError
from brukerplan.statistics.rounding import ShareNotPossibleError
from tests.figures import TSB_EPISODES


def series(*figures: Figure, borders_of: int | None = None) -> ContextSeries:
    return ContextSeries("made-up", "Tittel", "Kilde", "antall", borders_of, figures)


EPISODES = series(*read_context(TSB_EPISODES.read_bytes(), borders_of=2016), borders_of=2016)


def figure(code: str, year: int) -> Figure:
    return next(each for each in EPISODES.of_year(year) if each.code == code)


def test_each_municipalitys_share_of_the_years_total_comes_out_to_one_decimal() -> None:
    with TSB_EPISODES.open(encoding="utf-8") as file:
        rows = [
            (row["code"], int(row["year"]), int(row["episodes"])) for row in csv.DictReader(file)
        ]
    totals: dict[int, int] = defaultdict(int)
    for _, year, episodes in rows:
        totals[year] += episodes
    for code, year, episodes in rows:
        exact = Decimal(episodes) * 100 / totals[year]
        assert EPISODES.share_of_total(figure(code or REST, year)) == exact.quantize(
            Decimal("0.1"), rounding=ROUND_HALF_UP
        )
    # Two by hand: 17,148 and 420 of 30,988.
    assert totals[2016] == 30988
    assert EPISODES.share_of_total(figure("1103", 2016)) == Decimal("55.3")
    assert EPISODES.share_of_total(figure(REST, 2016)) == Decimal("1.4")


def test_a_rate_is_of_the_inhabitants_of_the_year_or_the_nearest_there_is() -> None:
    inhabitants = population_18_plus("1103", 2016)
    assert inhabitants is not None
    by_hand = (Decimal(17148) * 1000 / inhabitants).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    assert EPISODES.rate(figure("1103", 2016)) == EventRate(by_hand, 2016)
    assert EPISODES.rate(figure("1103", 2011)).population_year == 2013


def test_more_events_than_inhabitants_are_possible() -> None:
    many = series(Figure("1144", 2020, 5000))
    assert many.rate(many.figures[0]).per_thousand > 1000


def test_codes_of_one_year_are_followed_by_their_borders() -> None:
    # Sandnes of 2020 is Sandnes and Forsand of 2015.
    found = series(Figure("1108", 2015, 100), borders_of=2020)
    then = (population_18_plus("1102", 2015) or 0) + (population_18_plus("1129", 2015) or 0)
    rate = found.rate(found.figures[0], 3)
    assert rate.population_year == 2015
    assert rate.per_thousand == (Decimal(100) * 1000 / then).quantize(
        Decimal("0.001"), rounding=ROUND_HALF_UP
    )


def test_the_rest_and_a_municipality_without_figures_have_no_rate() -> None:
    with pytest.raises(PopulationUnknownError, match="rest"):
        EPISODES.rate(figure(REST, 2016))
    split = series(Figure("1508", 2025, 10))
    with pytest.raises(PopulationUnknownError, match="1508 as in 2025"):
        split.rate(split.figures[0])


def test_a_part_has_a_share_of_its_whole_and_others_have_none() -> None:
    found = series(Figure("1103", 2020, 1, 8), Figure("1108", 2020, 1))
    assert found.share_of_denominator(found.figures[0]) == Decimal("12.5")
    with pytest.raises(NoSuchFigureError, match="no denominator for 1108"):
        found.share_of_denominator(found.figures[1])


def test_a_year_of_nothing_has_no_shares_and_a_year_without_figures_is_refused() -> None:
    nothing = series(Figure("1103", 2020, 0))
    with pytest.raises(ShareNotPossibleError):
        nothing.share_of_total(nothing.figures[0])
    with pytest.raises(NoSuchFigureError, match="2019"):
        EPISODES.of_year(2019)
    assert EPISODES.years == (2011, 2012, 2013, 2014, 2015, 2016)


def test_the_rest_stands_last() -> None:
    codes = [each.code for each in EPISODES.of_year(2014)]
    assert codes[-1] == REST
    assert codes[:-1] == sorted(codes[:-1])
