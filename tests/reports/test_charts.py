"""Charts: what is hidden is drawn as hidden, and every chart can be read without seeing it."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from brukerplan.reports import charts
from brukerplan.translation import translator

SVG = "{http://www.w3.org/2000/svg}"
LEGEND = (("green", "Grønt"), ("yellow", "Gult"), ("red", "Rødt"))


def stacked(*bars: charts.Bar) -> ET.Element:
    drawn = charts.stacked_bars(
        bars,
        LEGEND,
        figure="figure",
        title="Om lag én av fire <er> rødt & gult",
        description="Stolper.",
        translator=translator("nb"),
    )
    return ET.fromstring(drawn)


def bar(*counts: int | None, base: int = 100) -> charts.Bar:
    segments = tuple(
        charts.Segment(style, count, count)
        for (style, _), count in zip(LEGEND, counts, strict=True)
    )
    return charts.Bar("2025", base, segments)


def words(chart: ET.Element) -> list[str]:
    return [element.text or "" for element in chart.iter(f"{SVG}text")]


def hatched(chart: ET.Element) -> list[ET.Element]:
    return [one for one in chart.iter(f"{SVG}rect") if one.get("fill") == "url(#figure-hidden)"]


def test_a_chart_carries_its_finding_as_its_name() -> None:
    chart = stacked(bar(50, 30, 20))

    assert chart.get("role") == "img"
    assert chart.get("aria-labelledby") == "figure-title figure-desc"
    assert chart.findtext(f"{SVG}title") == "Om lag én av fire <er> rødt & gult"
    assert chart.findtext(f"{SVG}desc") == "Stolper."


def test_a_hidden_category_is_a_hatched_rest_and_never_a_number() -> None:
    chart = stacked(bar(50, None, None))

    assert len(hatched(chart)) == 2, "one in the legend and one in the bar"
    assert "skjult" in words(chart)


def test_a_bar_that_shows_everything_has_nothing_hatched() -> None:
    assert hatched(stacked(bar(50, 30, 20))) == []


def test_a_hidden_row_is_an_empty_frame_that_says_so() -> None:
    chart = stacked(charts.Bar("2025", None, absent="skjult"))

    assert words(chart).count("skjult") == 2
    assert not any(re.fullmatch(r"\d{1,3}", word) for word in words(chart))


def test_a_year_without_a_mapping_is_named_as_such() -> None:
    assert "ikke kartlagt" in words(stacked(charts.Bar("2020", None, absent="ikke kartlagt")))


@given(st.lists(st.one_of(st.none(), st.integers(0, 400)), min_size=3, max_size=3))
def test_the_parts_of_a_bar_fill_it_whatever_is_hidden(counts: list[int | None]) -> None:
    base = sum(count or 0 for count in counts) + (7 if None in counts else 0)
    if base == 0:
        return
    chart = stacked(bar(*counts, base=base))
    # The first three or four rectangles are the legend's; patterns lie over fills.
    drawn = [
        one
        for one in chart.iter(f"{SVG}rect")
        if one.get("height") == "20" and not (one.get("fill") or "").startswith("url")
    ]

    assert abs(sum(float(one.get("width") or 0) for one in drawn) - 492) < 1


def test_no_chart_has_style_attributes_or_elements() -> None:
    drawn = charts.share_bars(
        [charts.Share("Alkohol", 57, "57 %", 52), charts.Share("Heroin", None, "skjult", 8)],
        figure="f",
        title="t",
        description="d",
        translator=translator("nb"),
        own_name="Stavanger",
        other_name="Norge",
    )

    assert "style" not in drawn
    assert "class=" in drawn


def test_a_line_breaks_where_a_year_is_hidden() -> None:
    drawn = charts.trend(
        [charts.Line("Time", (20, None, 30, 40), hidden=frozenset({2022}))],
        (2021, 2022, 2023, 2024),
        figure="figure",
        title="t",
        description="d",
        translator=translator("nb"),
    )
    chart = ET.fromstring(drawn)
    lines = [one for one in chart.iter(f"{SVG}path") if one.get("stroke-width") == "2"]

    assert len(lines) == 1, "2023 and 2024 are joined, 2021 stands alone"
    assert len(hatched(chart)) == 1
    assert "skjult" in words(chart)


def test_small_charts_share_one_scale() -> None:
    drawn = charts.small_trends(
        [
            charts.Panel("Bosituasjon", (charts.Line("Time", (10, 12)),)),
            charts.Panel("Økonomi", (charts.Line("Time", (70, 75)),)),
        ],
        (2024, 2025),
        figure="f",
        title="t",
        description="d",
        translator=translator("en"),
    )

    assert words(ET.fromstring(drawn)).count("80") == 2


def test_a_question_that_applied_to_nobody_is_not_called_hidden() -> None:
    chart = stacked(charts.Bar("2025", None, absent="ingen personer"))

    assert "ingen personer" in words(chart)
