"""The colours of the four levels, defined once; the web repeats them as custom properties.

Colour never stands alone: each level has a symbol, a pattern and its word. The fills go
from light to dark as function gets worse, so that they keep their order in greyscale and
for those who do not tell red from green. Contrast is asserted by the tests, not promised
here: ``text`` on white and on ``tint``, and ``on_fill`` on ``fill``, hold 4.5:1; ``edge``
against white holds 3:1.
"""

from __future__ import annotations

from dataclasses import dataclass

INK = "#1e2b3c"
QUIET = "#505a68"
LINE = "#c9ced6"
PAPER = "#ffffff"
ACCENT = "#0b5394"
OWN = "#0b5394"
OTHER = "#8a95a5"
HIDDEN_FILL = "#eef0f3"
HIDDEN_EDGE = "#6b7685"


@dataclass(frozen=True, slots=True)
class LevelColour:
    """How one level looks.

    Parameters
    ----------
    text
        Colour of the level's word on white or on ``tint``.
    fill, edge
        Of an area in a chart, and the line around it.
    on_fill
        Colour of a number or symbol drawn on ``fill``.
    tint
        A quiet background.
    symbol
        The sign in running text, drawn as a shape in charts.
    """

    text: str
    fill: str
    edge: str
    on_fill: str
    tint: str
    symbol: str


LEVELS: dict[str, LevelColour] = {
    "green": LevelColour("#17692f", "#bfe3c7", "#17692f", "#0d3a1b", "#edf7ef", "●"),
    "yellow": LevelColour("#7a5600", "#f2b92c", "#7a5600", "#2e2000", "#fdf5e0", "▲"),
    "red": LevelColour("#b52a18", "#c9361f", "#8f1f10", "#ffffff", "#fbe9e6", "■"),
    "blood_red": LevelColour("#5c0a14", "#5c0a14", "#3b040b", "#ffffff", "#f3e3e5", "✚"),
    "unknown": LevelColour("#505a68", "#dde1e7", "#6b7685", "#1e2b3c", "#f4f5f7", "?"),
    "not_computable": LevelColour("#505a68", "#dde1e7", "#6b7685", "#1e2b3c", "#f4f5f7", "?"),
}


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` as WCAG 2.2 defines it, 0 (black) to 1 (white)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
