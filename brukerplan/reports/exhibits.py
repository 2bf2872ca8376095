"""Figures that several chapters share, each with the table of the same numbers."""

from __future__ import annotations

from collections.abc import Sequence

from brukerplan.reports import charts
from brukerplan.reports.cells import base_cell, count_cell, notes, share_cell
from brukerplan.reports.parts import Block, Cell, Figure, Notice, Row, Table
from brukerplan.reports.view import Setting, View

LEVELS = ("green", "yellow", "red", "blood_red", "not_computable")
COLOURS = ("green", "yellow", "red", "unknown")


def bar(
    setting: Setting, view: View, year: int, label: str, styles: Sequence[tuple[str, str]]
) -> charts.Bar:
    """One stacked bar: ``styles`` pairs each category with how it is drawn."""
    t, base = setting.translator, view.base(year)
    if base == 0:
        return charts.Bar(label, None, absent=t.gettext("ingen personer"))
    if base is None:
        absent = t.gettext("skjult") if view.mapped(year) else t.gettext("ikke kartlagt")
        return charts.Bar(label, None, absent=absent)
    return charts.Bar(
        label,
        base,
        tuple(
            charts.Segment(style, view.count(year, category), view.percent(year, category))
            for category, style in styles
        ),
        note=t.gettext("av %(base)s", base=setting.numbers.count(base)),
    )


def level_legend(setting: Setting, table_id: str, levels: Sequence[str]) -> list[tuple[str, str]]:
    """Style and word of each level."""
    return [(level, setting.labels.code(table_id, level)) for level in levels]


def in_area(setting: Setting, view: View, title: str) -> str:
    """Name the area in a figure's title where it is not the report's own."""
    if view.own:
        return title
    return setting.translator.gettext(
        "%(title)s – tall for %(area)s", title=title, area=view.area_name
    )


def stand_in(setting: Setting, view: View) -> Notice | None:
    """Say that a larger area's numbers stand in, and why; ``None`` for the area's own."""
    if view.own:
        return None
    t = setting.translator
    return Notice(
        t.gettext("Tallene her gjelder %(area)s", area=view.area_name),
        (
            t.gettext(
                "For %(own)s er for mye skjult av hensyn til personvernet (se «Hva er skjult, og "
                "hvorfor»). Hvordan det er i %(own)s, kan være annerledes.",
                own=setting.data.area_name,
            ),
        ),
    )


def introduced(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Leave a notice out where the chapter has said the same already."""
    kept: list[Block] = []
    for block in blocks:
        if not (isinstance(block, Notice) and block in kept):
            kept.append(block)
    return tuple(kept)


def nothing(setting: Setting) -> Notice:
    """Say that neither the area nor a larger one has numbers that can be shown."""
    t = setting.translator
    return Notice(
        t.gettext("Ingen tall å vise"),
        (
            t.gettext(
                "Det er ikke publisert tall om dette for %(area)s i %(year)s, og heller ikke for "
                "et større område. Enten ble spørsmålet ikke stilt dette året, eller så er alle "
                "tallene skjult av hensyn til personvernet.",
                area=setting.data.area_name,
                year=setting.year,
            ),
        ),
    )


def categories_figure(
    setting: Setting,
    view: View,
    *,
    figure_id: str,
    title: str,
    finding: str,
    table_id: str,
) -> Figure:
    """Shares of a one-way table as bars, with the trust area's beside, and their table."""
    t, year = setting.translator, setting.year
    other = setting.other(table_id, view)
    rows, drawn = [], []
    for category in view.table.categories:
        label = setting.labels.code(table_id, category)
        beside = None if other is None else other.percent(year, category)
        cells = [
            count_cell(setting, view, year, category),
            share_cell(setting, view, year, category),
        ]
        if other is not None:
            cells.append(share_cell(setting, other, year, category))
        rows.append(Row(label, tuple(cells)))
        drawn.append(drawn_share(setting, label, view, beside, category))
    base = view.base(year)
    total = [base_cell(setting, view, year), Cell(setting.numbers.cell(100) if base else "")]
    head = [setting.labels.variable(table_id), t.gettext("Antall"), t.gettext("Andel")]
    if other is not None:
        head.append(t.gettext("Andel i %(area)s", area=other.area_name))
        other_base = other.base(year)
        total.append(
            Cell(t.gettext("av %(base)s", base=setting.numbers.count(other_base)))
            if other_base
            else Cell("")
        )
    rows.append(Row(t.gettext("I alt"), tuple(total), total=True))
    full_title = in_area(setting, view, title)
    return Figure(
        figure_id,
        full_title,
        finding,
        charts.share_bars(
            drawn,
            figure=figure_id,
            title=finding,
            description=t.gettext(
                "Liggende stolper, én for hver kategori. De samme tallene står i tabellen."
            ),
            translator=t,
            own_name=view.label,
            other_name="" if other is None else other.label,
        ),
        Table(
            f"{figure_id}-table",
            t.gettext(
                "%(name)s i %(area)s, %(year)s",
                name=setting.labels.variable(table_id),
                area=view.area_name,
                year=year,
            ),
            tuple(head),
            tuple(rows),
            notes(setting, rows),
        ),
        view.area_name,
        view.own,
    )


def drawn_share(
    setting: Setting, label: str, view: View, beside: int | None, *categories: str
) -> charts.Share:
    """One bar of :func:`charts.share_bars`, with what stands at its end."""
    t, numbers, year = setting.translator, setting.numbers, setting.year
    count, base, percent = (
        view.count(year, *categories),
        view.base(year),
        view.percent(year, *categories),
    )
    if count is None or base is None:
        return charts.Share(label, None, t.gettext("skjult"), beside)
    if percent is None:
        words = t.gettext(
            "%(count)s av %(base)s", count=numbers.count(count), base=numbers.count(base)
        )
        return charts.Share(label, 100 * count // max(base, 1), words, beside)
    return charts.Share(label, percent, numbers.cell(percent), beside)
