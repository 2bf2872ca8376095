"""Bars: the levels stacked to 100 percent, and shares from zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brukerplan.reports import colours, svg
from brukerplan.translation import Translator

_LABELS_AT_MOST = 160
_LABELS_AT_LEAST = 40
_VALUES = 96
_BAR = 20
_STEP = 27


@dataclass(frozen=True, slots=True)
class Segment:
    """One category of a bar; ``count`` is ``None`` where hidden."""

    style: str
    count: int | None
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of segments over ``base``.

    ``base`` is ``None`` when the row is hidden or missing; ``absent`` then says which.
    """

    label: str
    base: int | None
    segments: tuple[Segment, ...] = ()
    note: str = ""
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """One row of :func:`share_bars`: own share, and another area's beside it.

    ``interval`` is drawn through the end of the bar. Without a percentage the row is hidden,
    or, if ``absent``, was never mapped, and ``value`` says which.
    """

    label: str
    percent: int | None
    value: str
    other: int | None = None
    interval: tuple[int, int] | None = None
    absent: bool = False


def stacked_bars(
    bars: Sequence[Bar],
    legend: Sequence[tuple[str, str]],
    *,
    figure: str,
    title: str,
    description: str,
    translator: Translator,
) -> str:
    """Draw horizontal bars to 100 percent, with ``legend`` (style, word) above them."""
    hidden_word = translator.gettext("skjult")
    any_hidden = any(_hidden_rest(bar) or (bar.base is None and bar.absent) for bar in bars)
    entries = [*legend, ("hidden", hidden_word)] if any_hidden else list(legend)
    body, top = _legend(entries, figure)
    labels = [svg.wrapped(bar.label, _LABELS_AT_MOST) for bar in bars]
    longest = max((svg.width_of(words) for lines in labels for words in lines), default=0.0)
    left = 12 + min(_LABELS_AT_MOST, max(_LABELS_AT_LEAST, longest))
    width = svg.WIDTH - left - _VALUES
    for bar, lines in zip(bars, labels, strict=True):
        step = max(_STEP, 14 * len(lines) + 8)
        middle = top + step / 2 - 3
        for number, words in enumerate(lines):
            y = middle + 4 + 14 * (number - (len(lines) - 1) / 2)
            body += svg.text(left - 10, y, words, anchor="end")
        y = middle - _BAR / 2
        body += _bar(bar, (left, y), width, hidden_word, figure)
        body += svg.text(left + width + 10, middle + 4, bar.note, size=11, fill=colours.QUIET)
        top += step
    return svg.document(
        body,
        figure=figure,
        height=top + 2,
        title=title,
        description=description,
        styles=tuple(style for style, _ in legend),
    )


def share_bars(
    rows: Sequence[Share],
    *,
    figure: str,
    title: str,
    description: str,
    translator: Translator,
    own_name: str = "",
    other_name: str = "",
    drawn_width: float = svg.WIDTH,
) -> str:
    """Draw one bar a row from 0, the other area's share as a diamond on the same scale."""
    shown = [
        number
        for row in rows
        for number in (row.percent, row.other, row.interval and row.interval[1])
        if number is not None
    ]
    greatest = max(10, *(10 * -(-number // 10) for number in shown)) if shown else 10
    labels = 226 * drawn_width / svg.WIDTH
    width = drawn_width - labels - 110
    body, top = "", 4.0
    if other_name and any(row.other is not None for row in rows):
        body += svg.rectangle(labels, 5, 16, 11, fill=colours.OWN)
        body += svg.text(labels + 22, 15, own_name)
        place = labels + 36 + svg.width_of(own_name)
        body += svg.symbol("diamond", place + 8, 10.5, colours.INK, 5)
        body += svg.text(place + 20, 15, other_name)
        top = 26.0
    hidden_word = translator.gettext("skjult")
    for row in rows:
        lines = svg.wrapped(row.label, labels - 12)
        step = max(24, 14 * len(lines) + 6)
        middle = top + step / 2
        for number, words in enumerate(lines):
            y = middle + 4 + 14 * (number - (len(lines) - 1) / 2)
            body += svg.text(labels - 10, y, words, anchor="end")
        if row.percent is None and row.absent:
            body += svg.text(labels + 8, middle + 4, row.value, fill=colours.QUIET)
        elif row.percent is None:
            body += svg.hidden_block(labels, middle - 7, 60, 14, figure=figure)
            body += svg.text(labels + 68, middle + 4, row.value or hidden_word, fill=colours.QUIET)
        else:
            length = width * row.percent / greatest
            body += svg.rectangle(labels, middle - 7, length, 14, fill=colours.OWN)
            end = labels + length
            if row.interval is not None:
                low, high = (labels + width * limit / greatest for limit in row.interval)
                body += svg.whisker(low, middle, high, middle, stroke=colours.INK)
                end = max(end, high)
            if row.other is not None:
                end = max(end, labels + width * row.other / greatest + 6)
            body += svg.text(end + 7, middle + 4, row.value)
        if row.other is not None and row.percent is not None:
            place = labels + width * row.other / greatest
            body += svg.symbol("diamond", place, middle, colours.PAPER, 6.5)
            body += svg.symbol("diamond", place, middle, colours.INK, 5)
        top += step
    body = svg.line(labels, 2, labels, top, stroke=colours.LINE) + body
    return svg.document(
        body,
        figure=figure,
        height=top + 4,
        title=title,
        description=description,
        styles=(),
        width=drawn_width,
    )


def _bar(bar: Bar, place: tuple[float, float], width: float, hidden_word: str, figure: str) -> str:
    left, y = place
    if bar.base is None:
        drawn = svg.rectangle(
            left, y, width, _BAR, fill=colours.PAPER, edge=colours.HIDDEN_EDGE, dashed=True
        )
        return drawn + svg.text(left + 8, y + 14, bar.absent, size=11, fill=colours.QUIET)
    drawn, x = "", left
    rest = _hidden_rest(bar)
    for segment in bar.segments:
        if not segment.count:
            continue
        length = width * segment.count / bar.base
        drawn += svg.block(segment.style, x, y, length, _BAR, figure=figure)
        drawn += _segment_label(segment, x, y, length)
        x += length
    if rest:
        length = width * rest / bar.base
        drawn += svg.hidden_block(x, y, length, _BAR, figure=figure)
        if length > 44:
            drawn += svg.text(x + length / 2, y + 14, hidden_word, size=11, anchor="middle")
    return drawn


def _hidden_rest(bar: Bar) -> int:
    """How many of the base stand in hidden categories; nothing that the table hides."""
    if bar.base is None:
        return 0
    return bar.base - sum(segment.count or 0 for segment in bar.segments)


def _segment_label(segment: Segment, x: float, y: float, length: float) -> str:
    look = svg.STYLES[segment.style]
    middle = y + _BAR / 2
    number = str(segment.count if segment.percent is None else segment.percent)
    written = 7 * len(number)
    if look.symbol and length >= written + 24:
        start = x + length / 2 - (written + 13) / 2
        return svg.symbol(look.symbol, start + 4, middle, look.on_fill) + svg.text(
            start + 12, middle + 4, number, size=11.5, fill=look.on_fill, weight=600
        )
    if length >= written + 6:
        return svg.text(
            x + length / 2,
            middle + 4,
            number,
            size=11.5,
            fill=look.on_fill,
            anchor="middle",
            weight=600,
        )
    if look.symbol and length >= 11:
        return svg.symbol(look.symbol, x + length / 2, middle, look.on_fill, 3.5)
    return ""


def _legend(entries: Sequence[tuple[str, str]], figure: str) -> tuple[str, float]:
    body, x, y = "", 0.0, 4.0
    for style, word in entries:
        length = 30 + svg.width_of(word)
        if x + length > svg.WIDTH:
            x, y = 0.0, y + 20
        if style == "hidden":
            body += svg.hidden_block(x, y, 18, 13, figure=figure)
        else:
            look = svg.STYLES[style]
            body += svg.block(style, x, y, 18, 13, figure=figure)
            if look.symbol:
                body += svg.symbol(look.symbol, x + 9, y + 6.5, look.on_fill, 3.6)
        body += svg.text(x + 24, y + 11, word)
        x += length + 14
    return body, y + 24
