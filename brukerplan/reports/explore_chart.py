"""The chart of an explored table: lines with intervals over years, bars of a single year.

Several columns are small charts on one scale, not lines across each other: each can be
read in greyscale, and what is hidden is drawn where it is hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brukerplan.reports import charts
from brukerplan.reports.explore import Point, Setting
from brukerplan.reports.numbers import sentence

WIDTH = 480.0
"""Drawn to stand beside a table at its natural size."""


@dataclass(frozen=True, slots=True)
class Series:
    """One column of a table: its points over the years; ``id`` is a category's, if one."""

    id: str
    label: str
    points: tuple[Point, ...]


def finding(setting: Setting, columns: Sequence[Series]) -> str:
    """Say the shares of the first and the last year that have one, each with its base."""
    if not any(point.percent is not None for column in columns for point in column.points):
        return setting.translator.gettext("Ingen andeler kan vises.")
    return " ".join(_said(setting, column) for column in columns)


def chart(setting: Setting, columns: Sequence[Series], *, figure: str) -> str:
    """Draw the columns of one table as SVG."""
    t, years = setting.translator, setting.explored.years
    if len(years) == 1:
        return charts.share_bars(
            [_bar(setting, column) for column in columns],
            figure=figure,
            title=finding(setting, columns),
            description=t.gettext(
                "Liggende stolper med 95 prosent intervall som strek. De samme tallene står i "
                "tabellen."
            ),
            translator=t,
            drawn_width=WIDTH,
        )
    lines = [_line(column) for column in columns]
    description = t.gettext(
        "Andel i prosent for hvert år, med 95 prosent intervall som loddrett strek. Skjulte år "
        "er skraverte, og linjen er brutt der det ikke er noe tall. De samme tallene står i "
        "tabellen."
    )
    if len(lines) == 1:
        return charts.trend(
            lines,
            years,
            figure=figure,
            title=finding(setting, columns),
            description=description,
            translator=t,
            drawn_width=WIDTH,
        )
    return charts.small_trends(
        [charts.Panel(line.label, (line,)) for line in lines],
        years,
        figure=figure,
        title=finding(setting, columns),
        description=description,
        translator=t,
        columns=2,
        drawn_width=WIDTH,
    )


def _said(setting: Setting, column: Series) -> str:
    shown = [point for point in column.points if point.percent is not None]
    if not shown:
        return setting.translator.gettext("%(name)s: ingen andeler kan vises.", name=column.label)
    parts = [_in_year(setting, shown[0])]
    if len(shown) > 1:
        parts.append(_in_year(setting, shown[-1]))
    return sentence(f"{column.label}: {setting.numbers.listed(parts)}.")


def _in_year(setting: Setting, point: Point) -> str:
    numbers = setting.numbers
    return setting.translator.gettext(
        "%(percent)s prosent (av %(base)s) i %(year)s",
        percent=numbers.count(point.percent or 0),
        base=numbers.count(point.base or 0),
        year=point.year,
    )


def _line(column: Series) -> charts.Line:
    return charts.Line(
        column.label,
        tuple(point.percent for point in column.points),
        hidden=frozenset(point.year for point in column.points if point.hidden),
        intervals=tuple(point.interval for point in column.points),
    )


def _bar(setting: Setting, column: Series) -> charts.Share:
    point = column.points[0]
    t, numbers = setting.translator, setting.numbers
    if point.percent is not None:
        value = numbers.cell(point.percent)
        return charts.Share(column.label, point.percent, value, interval=point.interval)
    if point.count is None:
        return charts.Share(column.label, None, t.gettext(point.word), absent=not point.hidden)
    # The count is shown and the share is not: nothing is drawn that tells it.
    words = t.gettext(
        "%(count)s av %(base)s",
        count=numbers.count(point.count),
        base=numbers.count(point.base or 0),
    )
    return charts.Share(column.label, None, words, absent=True)
