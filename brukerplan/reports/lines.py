"""Lines over years: one chart, or many small ones on the same scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brukerplan.reports import colours, svg
from brukerplan.translation import Translator

_OTHER_DASH = "5 3"


@dataclass(frozen=True, slots=True)
class Line:
    """A line over years: percent by year, ``None`` where nothing is shown."""

    label: str
    points: tuple[int | None, ...]
    own: bool = True
    hidden: frozenset[int] = frozenset()
    """Years hidden, in contrast to years without a mapping."""
    intervals: tuple[tuple[int, int] | None, ...] = ()
    """Limits in percent by year, drawn through the points; empty for none at all."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One small chart among several with the same axes."""

    title: str
    lines: tuple[Line, ...]


def trend(
    lines: Sequence[Line],
    years: Sequence[int],
    *,
    figure: str,
    title: str,
    description: str,
    translator: Translator,
    drawn_width: float = svg.WIDTH,
) -> str:
    """Draw shares over years; a line breaks where a year is missing or hidden."""
    legend, top = _line_legend(lines)
    hidden = translator.gettext("skjult")
    body = legend + _axes(lines, years, (34, top, drawn_width - 56, 190), hidden, figure=figure)
    return svg.document(
        body,
        figure=figure,
        height=top + 226,
        title=title,
        description=description,
        styles=(),
        width=drawn_width,
    )


def small_trends(
    panels: Sequence[Panel],
    years: Sequence[int],
    *,
    figure: str,
    title: str,
    description: str,
    translator: Translator,
    columns: int = 4,
    drawn_width: float = svg.WIDTH,
) -> str:
    """Draw one small chart a panel, all on the same scale."""
    body, top = _line_legend(panels[0].lines)
    hidden = translator.gettext("skjult")
    everything = [line for panel in panels for line in panel.lines]
    width, height = drawn_width / columns, 152
    for number, panel in enumerate(panels):
        x, y = width * (number % columns), top + height * (number // columns)
        for place, words in enumerate(svg.wrapped(panel.title, width - 14, size=11.5)):
            body += svg.text(x + 2, y + 12 + 14 * place, words, weight=600, size=11.5)
        body += _axes(
            panel.lines,
            years,
            (x + 26, y + 36, width - 44, 78),
            hidden,
            figure=figure,
            scale_of=everything,
        )
    rows = -(-len(panels) // columns)
    return svg.document(
        body,
        figure=figure,
        height=top + height * rows,
        title=title,
        description=description,
        styles=(),
        width=drawn_width,
    )


def _line_legend(lines: Sequence[Line]) -> tuple[str, float]:
    if len(lines) < 2:
        return "", 10.0
    body, x = "", 0.0
    for one in lines:
        body += _mark(one, x + 14, 9)
        body += svg.line(
            x,
            9,
            x + 28,
            9,
            stroke=colours.OWN if one.own else colours.QUIET,
            width=2,
            dash="" if one.own else _OTHER_DASH,
        )
        body += svg.text(x + 36, 13, one.label)
        x += 58 + svg.width_of(one.label)
    return body, 34.0


def _mark(one: Line, x: float, y: float) -> str:
    if one.own:
        return svg.symbol("circle", x, y, colours.OWN, 3.4)
    return svg.symbol("diamond", x, y, colours.QUIET, 3.4)


def _axes(
    lines: Sequence[Line],
    years: Sequence[int],
    frame: tuple[float, float, float, float],
    hidden_word: str,
    *,
    figure: str,
    scale_of: Sequence[Line] | None = None,
) -> str:
    left, top, width, height = frame
    numbers = [value for one in scale_of or lines for value in one.points if value is not None]
    numbers += [limits[1] for one in scale_of or lines for limits in one.intervals if limits]
    greatest = max(20, *(20 * -(-value // 20) for value in numbers)) if numbers else 20
    small = height < 120
    size = 9.5 if small else 11
    body = ""
    step = greatest // 2 if small else 20 if greatest > 40 else 10
    for percent in range(0, greatest + 1, step):
        y = top + height * (1 - percent / greatest)
        body += svg.line(left, y, left + width, y, stroke=colours.LINE, width=0.7)
        body += svg.text(
            left - 6, y + 3.5, str(percent), size=size, anchor="end", fill=colours.QUIET
        )
    # The first and last year stand clear of the edges, where a hidden year's band needs room.
    inset = 6 if small else 12
    gap = (width - 2 * inset) / max(1, len(years) - 1)
    for place, year in enumerate(years):
        x = left + inset + gap * place
        if not small or place in (0, len(years) - 1):
            anchor = "middle"
            if small and len(years) > 1:
                anchor = "start" if place == 0 else "end"
            body += svg.text(
                x, top + height + 16, str(year), size=size, anchor=anchor, fill=colours.QUIET
            )
        if lines and year in lines[0].hidden:
            band = min(12.0, gap * 0.7)
            body += svg.hidden_block(x - band / 2, top, band, height, figure=figure)
            if not small:
                body += svg.text(
                    x, top - 4, hidden_word, size=9.5, anchor="middle", fill=colours.QUIET
                )
    for one in reversed(lines):
        for place, limits in enumerate(one.intervals):
            if limits is not None:
                x = left + inset + gap * place
                low, high = (top + height * (1 - limit / greatest) for limit in limits)
                body += svg.whisker(x, low, x, high, stroke=colours.QUIET)
        run: list[tuple[float, float]] = []
        runs = [run]
        for place, value in enumerate(one.points):
            if value is None:
                run = []
                runs.append(run)
                continue
            run.append((left + inset + gap * place, top + height * (1 - value / greatest)))
        for points in runs:
            if len(points) > 1:
                body += svg.polyline(
                    points,
                    stroke=colours.OWN if one.own else colours.QUIET,
                    width=2 if one.own else 1.4,
                    dash="" if one.own else _OTHER_DASH,
                )
            for x, y in points:
                if not small or len(points) == 1 or (x, y) == points[-1]:
                    body += _mark(one, x, y)
    return body
