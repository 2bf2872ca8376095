"""Sentences built from protected tables."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

from brukerplan.disclosure.release import SafeCell, Status
from brukerplan.reports.chapters.areas import area_sentences
from brukerplan.reports.chapters.services import service_ids, service_sentences
from brukerplan.reports.data import Participation, ReportData
from brukerplan.reports.labels import Labels
from brukerplan.reports.numbers import Numbers
from brukerplan.reports.text import (
    change,
    comparison,
    finding,
    first_comparable,
    same_rules,
    together,
)
from brukerplan.reports.view import Setting, View, greatest
from brukerplan.translation import translator
from tests.reports.country import YEARS, report_data


def setting(code: str = "1103", year: int = 2025, data: ReportData | None = None) -> Setting:
    t = translator("nb")
    held = data or report_data(code, year)
    return Setting(held, t, Numbers(t), Labels(held.edition, t))


def own(where: Setting, table: str) -> View:
    view = where.own(table)
    assert view is not None
    return view


def hidden_category(where: Setting, table: str) -> str:
    view = own(where, table)
    return next(one for one in view.table.categories if view.hidden(where.year, one))


def test_a_finding_begins_with_a_capital_letter_and_says_the_base() -> None:
    where = setting()
    view = own(where, "gender")

    said = finding(where, view, "%(share)s er kvinner i %(area)s.", "female")

    assert said[0].isupper() or said[0].isdigit()
    assert f"av {view.base(2025)}" in said
    assert said.endswith("er kvinner i Stavanger.")


def test_nothing_is_found_where_the_share_is_hidden() -> None:
    where = setting("1101")
    category = hidden_category(where, "overall_level")

    assert finding(where, own(where, "overall_level"), "%(share)s", category) == ""


def test_a_sum_is_hidden_when_one_of_its_parts_is() -> None:
    where = setting("1101")
    view, category = own(where, "overall_level"), hidden_category(where, "overall_level")

    assert view.count(2025, "red") is not None
    assert view.count(2025, "red", category) is None
    assert view.percent(2025, "red", category) is None


def test_nobody_is_said_in_words() -> None:
    for year in YEARS:
        where = setting("1101", year)
        for table in where.data.tables:
            view = own(where, table[0])
            for category in view.table.categories:
                if view.count(year, category) == 0 and view.base(year):
                    said = finding(where, view, "%(share)s", category)
                    assert said == f"Ingen (0 av {view.base(year)})"
                    return
    raise AssertionError("the country has no zero to say")


def test_own_and_other_must_both_be_published_to_be_compared() -> None:
    large, small = setting("1103"), setting("1144")

    assert "helseforetaksområdet Stavanger" in comparison(
        large, own(large, "gender"), "gender", "female"
    )
    assert comparison(small, own(small, "gender"), "gender", "female") == ""


def test_a_change_is_told_from_the_first_year_of_the_same_rules() -> None:
    where = setting()
    view = own(where, "overall_level")

    assert first_comparable(where, view, "red") == 2022
    assert "i 2022, da" in change(where, view, "red")
    assert not same_rules(where, 2021)


def test_no_change_is_told_where_no_year_is_comparable() -> None:
    data = report_data("1103", 2025)
    other = Participation("at_registration", mental_only_included=False, milder_included=True)
    only_now = {2025: data.participation[2025]}
    where = setting(data=replace(data, participation=dict.fromkeys(YEARS[:-2], other) | only_now))

    assert change(where, own(where, "overall_level"), "red") == ""


def test_a_year_the_area_stayed_away_is_not_compared() -> None:
    data = report_data("1103", 2025)
    where = setting(data=replace(data, participation={2025: data.participation[2025]}))

    assert not same_rules(where, 2024)


def test_only_sentences_that_say_something_are_joined() -> None:
    assert together("", "A.", "", "B.") == "A. B."


def test_an_area_that_stands_in_is_not_compared_over_years() -> None:
    where = setting("1144")
    view = where.view("overall_level")

    assert view is not None
    assert not view.own
    assert view.percent(2025, "red") is not None
    assert change(where, view, "red") == ""


def test_the_largest_share_is_the_largest_before_rounding() -> None:
    # Both round to the same percentage, and housing comes first in the form.
    where = setting(year=2021)
    housing, mental = own(where, "housing"), own(where, "mental_health")
    assert housing.percent(2021, "red") == mental.percent(2021, "red")
    assert (housing.count(2021, "red") or 0) < (mental.count(2021, "red") or 0)

    red, _ = area_sentences(where)

    assert where.labels.variable("mental_health").lower() in red
    assert where.labels.variable("housing").lower() not in red


def test_nothing_is_the_largest_where_everything_shown_is_zero() -> None:
    where = setting()
    views = where.views(service_ids(where))
    assert service_sentences(where)

    with patch.object(View, "count", return_value=0):
        assert greatest(views, 2025, "needs_not_received") is None
        assert service_sentences(where) == ()


def test_nothing_is_the_largest_where_everything_is_hidden() -> None:
    where = setting()
    views = where.views(service_ids(where))

    with patch.object(type(views[0].table), "cell", return_value=SafeCell(Status.PRIMARY, None)):
        assert greatest(views, 2025, "needs_not_received") is None
