"""The few SVG shapes the charts are drawn with.

Only presentation attributes are used: the web's content security policy forbids style
attributes and style elements.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from brukerplan.reports import colours

WIDTH = 640
# The second family holds č, đ, ŋ, š, ŧ and ž on paper; the web has both under one name.
FONT = "Inter, 'Inter Extended', sans-serif"


@dataclass(frozen=True, slots=True)
class Style:
    """Fill, edge, colour of what is written on the fill, pattern and symbol."""

    fill: str
    edge: str
    on_fill: str
    pattern: str = ""
    symbol: str = ""


def _level(level: str, pattern: str, symbol: str) -> Style:
    colour = colours.LEVELS[level]
    return Style(colour.fill, colour.edge, colour.on_fill, pattern, symbol)


STYLES: dict[str, Style] = {
    "green": _level("green", "", "circle"),
    "yellow": _level("yellow", "lines", "triangle"),
    "red": _level("red", "dots", "square"),
    "blood_red": _level("blood_red", "", "cross"),
    "unknown": _level("unknown", "", "question"),
    "not_computable": _level("not_computable", "", "question"),
    "covered": Style("#cfe0f0", colours.ACCENT, colours.INK),
    "partly": Style("#7fb0dc", "#0b3d6b", colours.INK, "lines"),
    "unmet": Style("#0b3d6b", "#062544", "#ffffff"),
}
_PATTERNS = {
    "lines": '<path d="M0 6L6 0M-1 1L1 -1M5 7L7 5" stroke="{stroke}" stroke-width="0.9"/>',
    "dots": '<circle cx="3" cy="3" r="0.9" fill="{stroke}"/>',
    "hatch": '<path d="M0 0L6 6M-1 5L1 7M5 -1L7 1" stroke="{stroke}" stroke-width="0.9"/>',
}
_PATTERN_STROKES = {"yellow": "#c78d06", "red": "#8f1f10", "partly": "#4d86ba"}


def text(
    x: float,
    y: float,
    content: str,
    *,
    size: float = 12,
    fill: str = colours.INK,
    anchor: str = "start",
    weight: int = 400,
) -> str:
    """One line of text with its baseline at ``y``."""
    extra = "" if anchor == "start" else f' text-anchor="{anchor}"'
    extra += "" if weight == 400 else f' font-weight="{weight}"'
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{fill}"{extra}>'
        f"{escape(content)}</text>"
    )


def rectangle(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str,
    edge: str = "",
    dashed: bool = False,
) -> str:
    """A rectangle, with a line around it where ``edge`` is given."""
    extra = f' stroke="{edge}" stroke-width="0.8"' if edge else ""
    extra += ' stroke-dasharray="3 2"' if dashed else ""
    return (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
        f' fill="{fill}"{extra}/>'
    )


def line(
    x1: float, y1: float, x2: float, y2: float, *, stroke: str, width: float = 1, dash: str = ""
) -> str:
    """A straight line."""
    extra = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}" stroke="{stroke}"'
        f' stroke-width="{_n(width)}"{extra} fill="none"/>'
    )


def whisker(x1: float, y1: float, x2: float, y2: float, *, stroke: str) -> str:
    """An interval: a thin line, upright or lying, with a short stroke across each end."""
    reach = 3.0
    dx, dy = (reach, 0.0) if x1 == x2 else (0.0, reach)
    return (
        line(x1, y1, x2, y2, stroke=stroke)
        + line(x1 - dx, y1 - dy, x1 + dx, y1 + dy, stroke=stroke)
        + line(x2 - dx, y2 - dy, x2 + dx, y2 + dy, stroke=stroke)
    )


def polyline(points: list[tuple[float, float]], *, stroke: str, width: float, dash: str) -> str:
    """A line through two or more points."""
    path = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    extra = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{path}" fill="none" stroke="{stroke}" stroke-width="{_n(width)}"{extra}/>'


def symbol(name: str, x: float, y: float, fill: str, size: float = 4) -> str:
    """A level's sign with its centre at (x, y), drawn as a shape: no font need hold it."""
    s = size
    if name == "circle":
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(s)}" fill="{fill}"/>'
    if name == "question":
        return text(x, y + s, "?", size=2.8 * s, fill=fill, anchor="middle", weight=600)
    w, q = s * 0.38, s * 0.9
    paths = {
        "triangle": ((0, -s), (s * 1.1, s * 0.85), (-s * 1.1, s * 0.85)),
        "square": ((-q, -q), (q, -q), (q, q), (-q, q)),
        "diamond": ((0, -s * 1.2), (s * 1.2, 0), (0, s * 1.2), (-s * 1.2, 0)),
        "cross": (
            (-w, -s), (w, -s), (w, -w), (s, -w), (s, w), (w, w),
            (w, s), (-w, s), (-w, w), (-s, w), (-s, -w), (-w, -w),
        ),
    }  # fmt: skip
    path = "L".join(f"{_n(x + dx)} {_n(y + dy)}" for dx, dy in paths[name])
    return f'<path d="M{path}Z" fill="{fill}"/>'


def block(style: str, x: float, y: float, width: float, height: float, *, figure: str) -> str:
    """An area in a named style: its fill, and its pattern over it."""
    look = STYLES[style]
    drawn = rectangle(x, y, width, height, fill=look.fill, edge=look.edge)
    if look.pattern:
        drawn += rectangle(x, y, width, height, fill=f"url(#{figure}-{style})")
    return drawn


def hidden_block(x: float, y: float, width: float, height: float, *, figure: str) -> str:
    """The area of what is hidden: hatched inside a dashed line, never empty and never zero."""
    return rectangle(
        x, y, width, height, fill=colours.HIDDEN_FILL, edge=colours.HIDDEN_EDGE, dashed=True
    ) + rectangle(x, y, width, height, fill=f"url(#{figure}-hidden)")


def document(
    body: str,
    *,
    figure: str,
    height: float,
    title: str,
    description: str,
    styles: tuple[str, ...],
    width: float = WIDTH,
) -> str:
    """Wrap ``body`` as an image with its finding as name and its content as description.

    ``figure`` prefixes every id, so that ids stay unique on a page with many charts.
    """
    patterns = "".join(_pattern(figure, style) for style in (*styles, "hidden"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}"'
        f' width="{_n(width)}" height="{_n(height)}" role="img" class="report-chart"'
        f' aria-labelledby="{figure}-title {figure}-desc" font-family="{FONT}">'
        f'<title id="{figure}-title">{escape(title)}</title>'
        f'<desc id="{figure}-desc">{escape(description)}</desc>'
        f"<defs>{patterns}</defs>{body}</svg>"
    )


def wrapped(content: str, width: float, *, size: float = 12) -> list[str]:
    """Break a label into lines that fit ``width``, by the mean width of Inter's letters."""
    most = max(8, int(width / (size * 0.54)))
    lines = _filled(content, most)
    # Of all widths that give as few lines, the narrowest: no word is left alone below.
    while most > 8 and len(narrower := _filled(content, most - 1)) == len(lines):
        if max(map(len, narrower)) > most - 1:
            break
        lines, most = narrower, most - 1
    return lines


def _filled(content: str, most: int) -> list[str]:
    lines = [""]
    for word in content.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= most or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def width_of(words: str, *, size: float = 12) -> float:
    """About how wide a line of text is, by the mean width of Inter's letters."""
    return len(words) * size * 0.55


def _pattern(figure: str, style: str) -> str:
    kind = "hatch" if style == "hidden" else STYLES[style].pattern
    if not kind:
        return ""
    stroke = "#b3bac5" if style == "hidden" else _PATTERN_STROKES[style]
    return (
        f'<pattern id="{figure}-{style}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f"{_PATTERNS[kind].format(stroke=stroke)}</pattern>"
    )


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
