"""The tables of an explored view, each with the chart of the same points.

One area: one table, its columns the categories. Several areas side by side: a table for
each category, its columns the areas. Rows are years, the oldest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from string import ascii_lowercase

from brukerplan.reports.explore import Point, Setting, base_points, points
from brukerplan.reports.explore_chart import Series, chart, finding


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A number as it is read, or the word that stands in its place.

    ``mark`` is the letter of the note that says why something is missing.
    """

    share: str = ""
    count: str = ""
    interval: str = ""
    word: str = ""
    mark: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A year."""

    year: int
    unpublished: bool
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A table, its chart, and what must stand under it.

    ``levels`` gives a column heading a level's symbol (empty text: none).
    """

    id: str
    title: str
    finding: str
    svg: str
    head: tuple[str, ...]
    levels: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    notes: tuple[tuple[str, str], ...]


Columns = Sequence[Series]


def panels(setting: Setting) -> tuple[Panel, ...]:
    """Return the tables of the view in the order to show."""
    explored, t = setting.explored, setting.translator
    if len(explored.areas) == 1:
        area = explored.areas[0]
        columns = [
            Series(measure.id, measure.label, points(explored, area, measure))
            for measure in setting.measures
        ]
        base = Series("", t.gettext("Personer"), base_points(explored, area))
        name = setting.area_name(area)
        if len(columns) == 1:
            name = f"{columns[0].label}, {name}"
        return (_panel(setting, "panel-1", name, base, columns),)
    found = []
    for number, measure in enumerate(setting.measures, start=1):
        columns = [
            Series("", setting.area_name(area), points(explored, area, measure))
            for area in explored.areas
        ]
        found.append(_panel(setting, f"panel-{number}", measure.label, None, columns))
    return tuple(found)


def _panel(
    setting: Setting, panel_id: str, title: str, base: Series | None, columns: Columns
) -> Panel:
    shown = [] if base is None else [base]
    letters = _letters(chain(*(column.points for column in (*shown, *columns))))
    head = (*(column.label for column in shown), *(column.label for column in columns))
    rows = []
    for place, year in enumerate(setting.explored.years):
        cells = [_base_cell(setting, column.points[place], letters) for column in shown]
        cells += [
            _cell(setting, column.points[place], letters, with_base=base is None)
            for column in columns
        ]
        unpublished = any(column.points[place].unpublished for column in columns)
        rows.append(ShownRow(year, unpublished, tuple(cells)))
    return Panel(
        panel_id,
        title,
        finding(setting, columns),
        chart(setting, columns, figure=f"{panel_id}-figur"),
        head,
        (*("" for _ in shown), *(column.id for column in columns)),
        tuple(rows),
        tuple((letter, setting.translator.gettext(reason)) for reason, letter in letters.items()),
    )


def _letters(found: chain[Point]) -> dict[str, str]:
    """Give each reason a letter, in the order a reader meets them."""
    reasons = dict.fromkeys(point.reason for point in found if point.reason)
    return dict(zip(reasons, ascii_lowercase, strict=False))


def _base_cell(setting: Setting, point: Point, letters: dict[str, str]) -> ShownCell:
    if point.count is None:
        word = setting.translator.gettext(point.word)
        return ShownCell(word=word, mark=letters.get(point.reason, ""), hidden=point.hidden)
    return ShownCell(share=setting.numbers.count(point.count))


def _cell(setting: Setting, point: Point, letters: dict[str, str], *, with_base: bool) -> ShownCell:
    t, numbers = setting.translator, setting.numbers
    base = None if point.base is None or not with_base else numbers.count(point.base)
    mark = letters.get(point.reason, "")
    if point.count is None:
        return ShownCell(
            word=t.gettext(point.word),
            count="" if base is None else t.gettext("av %(base)s", base=base),
            mark=mark,
            hidden=point.hidden,
        )
    count = numbers.count(point.count)
    if base is not None:
        count = t.gettext("%(count)s av %(base)s", count=count, base=base)
    elif with_base:
        count = t.gettext("%(count)s, grunnlaget er skjult", count=count)
    if point.percent is None:
        return ShownCell(count=count, mark=mark)
    interval = "" if point.interval is None else numbers.between(*point.interval)
    return ShownCell(numbers.cell(point.percent), count, interval)
