"""What a report says, and what it does not say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from brukerplan.disclosure.release import SafeTable, Status
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.questionnaire.schema import Questionnaire
from brukerplan.reports.content import report
from brukerplan.reports.data import Participation
from brukerplan.reports.parts import Figure, Notice, Paragraph, Points, Report
from brukerplan.translation import translator
from tests.reports.country import MUNICIPALITIES, report_data, tables
from tests.reports.printed import written

HIDDEN_WORD = "skjult"
LEVELS = ("green", "yellow", "red", "blood_red", "not_computable")
COLOURS = ("green", "yellow", "red", "unknown")
AREAS = (
    "housing",
    "work_activity",
    "economy",
    "physical_health",
    "mental_health",
    "substance_use",
    "social_functioning",
    "network",
)


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def own(code: str, table: str) -> SafeTable:
    return tables("municipality", code)[table, "all"]


def expected(table: SafeTable, year: int, category: str) -> str:
    """What a cell with count and share must say, straight from the protected table."""
    count, share = table.cell(year, category).count, table.share(year, category)
    if count is None:
        return HIDDEN_WORD
    return str(count) if share is None else f"{count} ({share} %)"


def sentences(written: Report, chapter: str) -> list[str]:
    found: list[str] = []
    for block in written.chapter(chapter).blocks:
        if isinstance(block, Points):
            found += block.items
        elif isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, Notice):
            found += [block.title, *block.sentences]
    return [plain(one) for one in found]


@pytest.mark.parametrize("code", ["1101", "1103", "1108", "1121"])
def test_the_levels_over_years_are_the_released_cells_and_no_others(code: str) -> None:
    table = written(code, 2025).tables["overall-years-table"]
    released = own(code, "overall_level")

    assert [row.heading for row in table.rows] == ["2025", "2024", "2023", "2022", "2021"]
    for row in table.rows:
        year = int(row.heading)
        cells = [plain(cell.text) for cell in row.cells[1:]]
        assert cells == [expected(released, year, level) for level in LEVELS]


@pytest.mark.parametrize("code", ["1101", "1103", "1108", "1121"])
def test_the_eight_areas_are_the_released_cells_and_no_others(code: str) -> None:
    table = written(code, 2025).tables["areas-year-table"]

    assert len(table.rows) == len(AREAS)
    for row, area in zip(table.rows, AREAS, strict=True):
        cells = [plain(cell.text) for cell in row.cells[1:]]
        assert cells == [expected(own(code, area), 2025, colour) for colour in COLOURS]


def test_a_hidden_cell_says_so_and_why_in_every_table() -> None:
    seen = 0
    for code in MUNICIPALITIES:
        for table in written(code, 2025).tables.values():
            hidden = [cell for row in table.rows for cell in row.cells if cell.hidden]
            seen += len(hidden)
            assert all(cell.text == HIDDEN_WORD and cell.reason for cell in hidden)
            assert bool(hidden) == any("Skjult" in note for note in table.notes)
    assert seen > 100, "the country has hidden cells to look at"


def test_a_chart_draws_no_number_that_its_table_hides() -> None:
    released = own("1101", "overall_level")
    figure = written("1101", 2025).figures["overall-years"]
    shown = {str(released.share(year, level)) for year in released.years for level in LEVELS} | {
        str(year) for year in released.years
    }

    drawn = re.findall(r">(\d+)</text>", figure.svg)

    assert drawn
    assert set(drawn) <= shown


def test_key_findings_say_their_base() -> None:
    said = sentences(written("1103", 2025), "summary")
    shares = [one for one in said if "prosent" in one]

    assert len(shares) >= 6
    assert all(re.search(r"prosent \(?av \d", one) for one in shares)


def test_a_large_municipality_is_compared_with_its_own_trust_area() -> None:
    said = " ".join(sentences(written("1103", 2025), "summary"))

    assert "I helseforetaksområdet Stavanger er andelen" in said


def test_nothing_is_compared_where_the_own_share_is_hidden() -> None:
    for code in ("1133", "1144"):
        said = " ".join(sentences(written(code, 2025), "summary"))
        assert "er andelen" not in said


@pytest.mark.parametrize("code", ["1133", "1144"])
def test_a_small_municipality_gets_its_trust_areas_picture_named_as_such(code: str) -> None:
    made = written(code, 2025)
    borrowed = [figure for figure in made.figures.values() if not figure.own]

    assert borrowed
    assert all("helseforetaksområdet Stavanger" in figure.title for figure in borrowed)
    said = " ".join(sentences(made, "summary"))
    assert f"Dette kan ikke vises for {MUNICIPALITIES[code][0]}" in said


@pytest.mark.parametrize("code", ["1133", "1144"])
def test_a_small_municipality_is_told_what_is_hidden_and_why(code: str) -> None:
    made = written(code, 2025)
    released = own(code, "user_group")

    assert released.base(2025) is None
    said = sentences(made, "summary")[0]
    assert "vises ikke" in said
    assert (released.reason(2025, "total") or "missing") in said


def test_no_figure_is_an_empty_frame() -> None:
    for code in MUNICIPALITIES:
        for year in (2025, 2026):
            for figure in written(code, year).figures.values():
                cells = [cell.text for row in figure.table.rows for cell in row.cells]
                assert any(cell[:1].isdigit() for cell in cells), (code, figure.id)


def test_every_figure_has_a_finding_and_a_table() -> None:
    for figure in written("1103", 2026).figures.values():
        assert figure.finding
        assert figure.table.rows
        assert all(len(row.cells) == len(figure.table.head) - 1 for row in figure.table.rows)


def test_individual_plan_has_both_denominators() -> None:
    table = own("1103", "individual_plan")
    base, outside = table.base(2025), table.cell(2025, "not_entitled").count
    assert base is not None
    assert outside is not None

    said = plain(written("1103", 2025).figures["plans-individual"].finding)

    assert re.search(rf"prosent \(?av {base}\)", said)
    assert "Regnet bare av dem som kan ha rett til en plan" in said
    assert re.search(rf"prosent \(?av {base - outside}\)", said)


def test_years_mapped_by_other_rules_are_not_compared_and_warned_of() -> None:
    overall = " ".join(sentences(written("1103", 2025), "overall"))
    summary = " ".join(sentences(written("1103", 2025), "summary"))

    assert "Ikke alle årene kan sammenlignes" in overall
    assert "I 2021 ble det brukt andre regler" in overall
    assert "enn i 2022, da andelen" in summary
    assert "i 2021, da" not in summary


def test_years_with_the_same_rules_are_compared_without_a_warning() -> None:
    data = report_data("1103", 2025)
    rule = Participation("last_12_months", mental_only_included=True, milder_included=True)
    made = report(replace(data, participation=dict.fromkeys(data.years, rule)), translator("nb"))

    assert "Ikke alle årene" not in " ".join(sentences(made, "overall"))
    assert "enn i 2021, da andelen" in " ".join(sentences(made, "summary"))


def test_levels_computed_by_different_rules_are_never_mixed_silently(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def by_year(year: int) -> Questionnaire:
        held = edition_for_year(year)
        rule = replace(held.level_rule, id="official") if year == 2025 else held.level_rule
        return replace(held, level_rule=rule)

    before = sentences(written("1103", 2025), "overall")
    monkeypatch.setattr("brukerplan.reports.chapters.overall.edition_for_year", by_year)
    after = sentences(report(report_data("1103", 2025), translator("nb")), "overall")

    warning = "Nivået er ikke regnet ut likt alle årene"
    assert warning not in before
    assert warning in after


def test_a_report_never_speaks_of_effect() -> None:
    for code in MUNICIPALITIES:
        everything = " ".join(
            figure.finding for figure in written(code, 2025).figures.values()
        ) + " ".join(sentences(written(code, 2025), "summary"))
        assert not re.search(r"\b(effekt|førte til|på grunn av|takket være)\b", everything)


def test_the_limits_of_the_mapping_are_printed() -> None:
    said = " ".join(sentences(written("1103", 2025), "method"))

    assert "Kjente brukere er ikke alle" in said
    assert "(LAR) uten å få tjenester fra kommunen eller NAV" in said
    assert "aldri hva som virker" in said
    assert "prosjektets egen regel" in said
    assert "0–3 poeng er grønt" in said


def test_real_numbers_are_not_called_synthetic() -> None:
    data = replace(report_data("1103", 2025), synthetic=False)
    made = report(data, translator("nb"))

    assert made.synthetic_note == ""
    assert "yntetisk" not in " ".join(sentences(made, "method"))


def test_without_a_larger_area_a_small_municipality_is_told_there_is_nothing() -> None:
    data = replace(report_data("1144", 2025), comparisons={}, comparison_names={})
    made = report(data, translator("nb"))

    assert made.figures == {}
    assert "Ingen tall å vise" in sentences(made, "overall")


def test_a_split_that_stopped_the_series_is_told() -> None:
    data = replace(report_data("1103", 2025), series_stopped_by_split=True)
    said = " ".join(sentences(report(data, translator("nb")), "method"))

    assert "har vært delt i perioden" in said
    assert "har vært delt" not in " ".join(sentences(written("1103", 2025), "method"))


def test_what_is_hidden_is_counted_by_its_reason() -> None:
    table = written("1101", 2025).tables["hidden-count"]
    released = [one for (_, population), one in tables("municipality", "1101").items()]
    small = sum(
        one.cell(2025, category).status is Status.PRIMARY
        for one in released
        for category in one.categories
    )

    counts = {row.heading: row.cells[0].text for row in table.rows}

    assert small
    assert counts["Skjult: antallet er så lite at enkeltpersoner kan kjennes igjen."] == str(small)


def test_a_borrowed_figure_is_marked_so_that_it_looks_different() -> None:
    figures = written("1144", 2025).figures.values()

    assert all(isinstance(figure, Figure) for figure in figures)
    assert {figure.own for figure in figures} == {False}
