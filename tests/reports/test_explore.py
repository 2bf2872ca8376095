"""An explored view says what was released, why a number is missing, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from scipy.stats import binomtest

from brukerplan.disclosure.release import SafeTable, Status
from brukerplan.reports import colours
from brukerplan.reports.explore import TOGETHER, Setting, points
from brukerplan.reports.explore_compare import warnings
from brukerplan.reports.explore_lines import data, lines
from brukerplan.reports.explore_method import method
from brukerplan.reports.explore_panels import Panel, ShownCell, panels
from brukerplan.reports.explored import REASONS, Gap
from tests.reports.country import YEARS
from tests.reports.explored_country import PLACES, RULES, area, setting

SVG = "{http://www.w3.org/2000/svg}"
TABLES = ("overall_level", "housing", "age_group", "lar", "substances__alcohol", "violence_exposed")
VIEWS = [(level, key, table) for (level, key), table in product(PLACES, TABLES)]


def one(level: str, key: str, table: str, **more: Any) -> Setting:
    return setting(area(level, key, table, **more), table=table)


def plain(text: str) -> str:
    """The text with plain spaces, and none within numbers."""
    return re.sub(r"(?<=\d) (?=\d{3})", "", text.replace("\xa0", " "))


def expected(table: SafeTable, year: int, category: str) -> ShownCell:
    """What a cell must say, straight from the protected table; the mark left aside."""
    cell, base = table.cell(year, category), table.base(year)
    if cell.count is None:
        asked = cell.status is not Status.NOT_ASKED
        return ShownCell(word="skjult" if asked else "ikke spurt", hidden=asked)
    if (share := table.share(year, category)) is None or not base:
        return ShownCell(count=str(cell.count))
    limits = binomtest(cell.count, base).proportion_ci(method="wilson")
    low, high = (int(100 * limit + 0.5) for limit in (limits.low, limits.high))
    return ShownCell(f"{share} %", str(cell.count), f"{low}–{high} %")


@pytest.mark.parametrize(("level", "key", "table"), VIEWS)
def test_every_cell_is_the_protected_tables_own(level: str, key: str, table: str) -> None:
    view = one(level, key, table)
    (panel,) = panels(view)
    source = view.explored.areas[0].table
    assert source is not None

    for row in panel.rows:
        base, *cells = row.cells
        count = source.base(row.year)
        if count is not None:
            assert plain(base.share) == str(count)
        for category, cell in zip(source.categories, cells, strict=True):
            shown = replace(
                cell,
                mark="",
                share=plain(cell.share),
                count=plain(cell.count),
                interval=plain(cell.interval),
            )
            assert shown == expected(source, row.year, category), (row.year, category)


@pytest.mark.parametrize(("level", "key", "table"), VIEWS)
def test_every_missing_number_has_its_reason_under_the_table(
    level: str, key: str, table: str
) -> None:
    view = one(level, key, table)
    (panel,) = panels(view)
    reasons = dict(panel.notes)
    source = view.explored.areas[0].table
    assert source is not None

    for row in panel.rows:
        for category, cell in zip(source.categories, row.cells[1:], strict=True):
            said = reasons.get(cell.mark)
            assert said == source.reason(row.year, category), (row.year, category)
    assert {cell.mark for row in panel.rows for cell in row.cells} - {""} == set(reasons)


@pytest.mark.parametrize(("level", "key", "table"), VIEWS)
def test_a_chart_has_a_point_for_each_share_and_hatching_for_each_hidden_year(
    level: str, key: str, table: str
) -> None:
    chart, view = drawn(one(level, key, table))
    found = [
        point
        for measure in view.measures
        for point in points(view.explored, view.explored.areas[0], measure)
    ]

    hatched = [each for each in chart.iter(f"{SVG}rect") if _is_hatched(each)]
    assert len(hatched) == sum(point.hidden for point in found)
    assert len([each for each in chart.iter(f"{SVG}path") if _is_whisker(each)]) == 3 * sum(
        point.interval is not None for point in found
    )


def test_the_chart_of_one_measure_marks_every_year_with_a_share() -> None:
    view = setting(area("trust", "stavanger", "housing"), table="housing", chosen=("red",))
    chart, _ = drawn(view)

    assert len(list(chart.iter(f"{SVG}circle"))) == len(YEARS)


def test_one_year_is_bars_with_intervals() -> None:
    view = setting(area("trust", "stavanger", "housing", years=(2025,)), table="housing")
    chart, _ = drawn(view)
    (panel,) = panels(view)

    words = [plain(each.text or "") for each in chart.iter(f"{SVG}text")]
    for cell in panel.rows[0].cells[1:]:
        assert plain(cell.share) in words
    assert len([each for each in chart.iter(f"{SVG}path") if _is_whisker(each)]) == 12


def test_the_chart_of_a_hidden_year_says_hidden_and_no_number() -> None:
    view = setting(area("municipality", "1144", "housing", years=(2025,)), table="housing")
    chart, _ = drawn(view)

    words = [each.text or "" for each in chart.iter(f"{SVG}text")]
    assert words.count("skjult") == 4
    assert not [word for word in words if re.search(r"\d", word)]


def test_a_chart_is_named_by_what_it_shows() -> None:
    view = setting(area("trust", "stavanger", "housing"), table="housing", chosen=("red",))
    chart, _ = drawn(view)
    (panel,) = panels(view)
    source = view.explored.areas[0].table
    assert source is not None

    assert chart.findtext(f"{SVG}title") == panel.finding
    said = plain(panel.finding)
    for year in (YEARS[0], YEARS[-1]):
        assert f"{source.share(year, 'red')} prosent (av {source.base(year)}) i {year}" in said


def test_a_column_without_shares_is_named_beside_the_others() -> None:
    small = area("municipality", "1144", "housing")
    view = setting(area("trust", "stavanger", "housing"), small, table="housing", chosen=("red",))
    (panel,) = panels(view)

    assert panel.finding.endswith("Kvitsøy: ingen andeler kan vises.")


def test_a_gap_is_said_in_words_and_never_as_zero() -> None:
    gaps = dict(zip(YEARS, (gap for gap in Gap if gap is not Gap.NOT_ASKED), strict=False))
    view = setting(area("trust", "stavanger", "housing", gaps=gaps), table="housing")
    (panel,) = panels(view)

    for row in panel.rows:
        for cell in row.cells:
            assert cell.word
            assert not cell.hidden, "there is nothing to hide"
            assert (cell.share, cell.count, cell.interval) == ("", "", "")
    assert {reason for _, reason in panel.notes} == {REASONS[gaps[year]] for year in YEARS}
    assert panel.finding == "Ingen andeler kan vises."


def test_areas_side_by_side_are_the_columns_of_a_table_for_each_category() -> None:
    places = [area(*place, "housing") for place in PLACES[:4]]
    found = panels(setting(*places, table="housing", chosen=("yellow", "red")))

    assert [panel.title for panel in found] == ["Gul", "Rød", "Til sammen"]
    for panel in found:
        assert panel.head == ("Helseforetaksområdet Stavanger", "Eigersund", "Stavanger", "Sandnes")
        assert [row.year for row in panel.rows] == list(YEARS)
    cell = found[0].rows[-1].cells[2]
    assert re.fullmatch(r"\d+ av \d+", cell.count), "the base stands with each area's number"


def test_chosen_categories_are_added_up_where_that_is_neither_one_nor_everybody() -> None:
    trust = area("trust", "stavanger", "housing")
    ids = {
        chosen: [one.id for one in setting(trust, table="housing", chosen=chosen).measures]
        for chosen in ((), ("red",), ("yellow", "red"))
    }

    assert ids[()] == ["green", "yellow", "red", "unknown"]
    assert ids[("red",)] == ["red"]
    assert ids[("yellow", "red")] == ["yellow", "red", TOGETHER]
    view = setting(trust, table="housing", chosen=("yellow", "red"))
    yellow, red, both = (
        points(view.explored, trust, measure)[-1].count or 0 for measure in view.measures
    )
    assert yellow + red == both > 0


def test_the_file_holds_what_the_page_shows_and_no_more() -> None:
    places = [area(*place, "lar") for place in PLACES[:4]]
    view = setting(*places, table="lar")
    found = panels(view)
    head, *rows = lines(view)
    cells = iter(data(view)["cells"])

    assert len(rows) == sum(len(row.cells) for panel in found for row in panel.rows)
    for panel in found:
        for place, name in enumerate(panel.head):
            for row in panel.rows:
                line = dict(zip(head, rows.pop(0), strict=True))
                cell, datum = row.cells[place], next(cells)
                assert (line["Kategori"], line["Område"]) == (panel.title, name)
                assert line["År"] == str(row.year) == str(datum["year"])
                numbers = [line["Antall"], line["Prosent"], line["Fra prosent"]]
                if cell.word:
                    assert numbers == ["", "", ""]
                    assert (datum["count"], datum["percent"], datum["interval"]) == (None,) * 3
                    assert line["Status"] == datum["status"] != "published"
                else:
                    assert line["Antall"] == str(datum["count"])
                    base = (
                        f" av {line['Grunnlag']}" if line["Grunnlag"] else ", grunnlaget er skjult"
                    )
                    assert plain(cell.count) == line["Antall"] + base
                    assert plain(cell.share).removesuffix(" %") == line["Prosent"]
                assert (
                    line["Grunn"] == (datum["reason"] or "") == dict(panel.notes).get(cell.mark, "")
                )


def test_a_number_of_a_hidden_base_says_so() -> None:
    found = [
        cell
        for code in ("1121", "1133")
        for table in TABLES
        for panel in panels(
            setting(
                area("trust", "stavanger", table), area("municipality", code, table), table=table
            )
        )
        for row in panel.rows
        for cell in row.cells
        if "grunnlaget er skjult" in cell.count
    ]

    assert found
    assert not [cell for cell in found if cell.share or cell.interval or not cell.mark]


def test_what_is_not_published_is_marked_in_page_and_files() -> None:
    view = one("trust", "stavanger", "housing", unpublished=(2026,))
    (panel,) = panels(view)

    assert [row.year for row in panel.rows if row.unpublished] == [2026]
    assert view.explored.unpublished == {2026}
    head, *rows = lines(view)
    marked = {row[head.index("År")] for row in rows if row[head.index("Publisert")] == "nei"}
    assert marked == {"2026"}
    assert {cell["year"] for cell in data(view)["cells"] if not cell["published"]} == {2026}


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("table", TABLES)
def test_the_method_note_says_what_of_whom_and_what_it_cannot_say(
    table: str, language: str
) -> None:
    view = setting(area("trust", "stavanger", table), table=table, language=language)
    found = {note.id: note for note in method(view)}

    assert list(found) == ["viser", "grunnlag", "sammenlikne", "skjult", "grenser", "kilde"]
    assert view.title in found["viser"].title
    assert all(note.sentences for note in found.values())
    assert [said for said in found["sammenlikne"].sentences if said.startswith("2026")]
    if language == "nb":
        assert "aldri virkning av tiltak" in " ".join(found["grenser"].sentences)
        assert "Wilson" in " ".join(found["grunnlag"].sentences)


def test_the_base_is_named_by_whom_the_question_is_put_to() -> None:
    view = one("trust", "stavanger", "lar_follow_up")
    found = {note.id: " ".join(note.sentences) for note in method(view)}

    assert "Stilles når" in found["grunnlag"]
    assert "LAR" in found["grunnlag"]


def test_years_by_other_rules_are_warned_of() -> None:
    other = replace(RULES, inclusion_rule="at_registration")
    same = one("municipality", "1103", "housing", years=(2024, 2025))
    mixed = one("municipality", "1103", "housing", years=(2024, 2025), rules={2024: other})

    assert warnings(same) == ()
    (said,) = warnings(mixed)
    assert said.startswith("Stavanger: Reglene")


def test_a_question_that_is_put_otherwise_is_warned_of() -> None:
    within = one("municipality", "1103", "social_functioning", years=(2024, 2025))
    across = one("municipality", "1103", "social_functioning", years=(2025, 2026))

    assert warnings(within) == ()
    assert [said for said in warnings(across) if "ikke stilt likt" in said]


def drawn(view: Setting) -> tuple[ET.Element, Setting]:
    (panel,) = panels(view)
    return _svg(panel), view


def _svg(panel: Panel) -> ET.Element:
    return ET.fromstring(panel.svg)


def _is_hatched(element: ET.Element) -> bool:
    return (element.get("fill") or "").endswith("-hidden)")


def _is_whisker(element: ET.Element) -> bool:
    """One of the three strokes of an interval; an axis is in another colour."""
    return element.get("stroke") in (colours.INK, colours.QUIET) and (
        element.get("stroke-width") == "1"
    )
