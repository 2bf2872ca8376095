"""The levels can be read by everyone: contrast, order in greyscale, and more than colour."""

from __future__ import annotations

from itertools import pairwise

import pytest

from brukerplan.reports import colours
from brukerplan.reports.html import STATIC
from brukerplan.reports.svg import STYLES

ORDER = ("green", "yellow", "red", "blood_red")


@pytest.mark.parametrize("level", list(colours.LEVELS))
def test_text_in_a_levels_colour_can_be_read(level: str) -> None:
    look = colours.LEVELS[level]

    assert colours.contrast(look.text, colours.PAPER) >= 4.5
    assert colours.contrast(look.text, look.tint) >= 4.5
    assert colours.contrast(look.on_fill, look.fill) >= 4.5


@pytest.mark.parametrize("level", list(colours.LEVELS))
def test_an_areas_edge_stands_out_from_paper(level: str) -> None:
    assert colours.contrast(colours.LEVELS[level].edge, colours.PAPER) >= 3


def test_a_pale_colour_would_be_found() -> None:
    assert colours.contrast("#f2b92c", colours.PAPER) < 3


def test_the_levels_keep_their_order_without_colour() -> None:
    lightness = [colours.luminance(colours.LEVELS[level].fill) for level in ORDER]

    assert lightness == sorted(lightness, reverse=True)
    assert all(one / other > 1.25 for one, other in pairwise(lightness))


def test_each_level_has_a_symbol_of_its_own() -> None:
    assert len({STYLES[level].symbol for level in ORDER}) == len(ORDER)


@pytest.mark.parametrize("level", [*ORDER, "unknown"])
def test_the_symbols_and_styles_repeat_the_colours(level: str) -> None:
    colour = colours.LEVELS[level].text

    assert colour in (STATIC / "symbols" / f"{level}.svg").read_text("utf-8")
    assert colour in (STATIC / "report.css").read_text("utf-8")
