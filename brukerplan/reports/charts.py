"""Charts as SVG text: bars of the levels, shares, and lines over years.

A chart is drawn from plain numbers that were already released. What is hidden is drawn
as hidden, hatched and named, never as nothing or zero. Every function returns one
``<svg>`` whose ``<title>`` is the finding (the alternative text, on paper too).
"""

from __future__ import annotations

from brukerplan.reports.bars import Bar, Segment, Share, share_bars, stacked_bars
from brukerplan.reports.lines import Line, Panel, small_trends, trend

__all__ = [
    "Bar",
    "Line",
    "Panel",
    "Segment",
    "Share",
    "share_bars",
    "small_trends",
    "stacked_bars",
    "trend",
]
