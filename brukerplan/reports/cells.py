"""Cells of the tables: a number, a share, or what stands where there is none."""

from __future__ import annotations

from collections.abc import Iterable

from brukerplan.disclosure.cube import TOTAL
from brukerplan.disclosure.policy import PROPOSED
from brukerplan.reports.parts import Cell, Row
from brukerplan.reports.view import Setting, View
from brukerplan.statistics.rounding import percent as whole_percent

NO_NUMBER = "–"


def base_cell(setting: Setting, view: View, year: int) -> Cell:
    """Number of persons the question applied to."""
    return count_cell(setting, view, year, TOTAL)


def count_cell(setting: Setting, view: View, year: int, *categories: str) -> Cell:
    """Sum of categories."""
    count = view.count(year, *categories)
    if count is None:
        return _missing(setting, view, year, categories)
    return Cell(setting.numbers.count(count))


def share_cell(setting: Setting, view: View, year: int, *categories: str) -> Cell:
    """Percentage of the base; it is hidden where its count is."""
    if view.count(year, *categories) is None:
        return _missing(setting, view, year, categories)
    percent = view.percent(year, *categories)
    return Cell(NO_NUMBER if percent is None else setting.numbers.cell(percent))


def both_cell(setting: Setting, view: View, year: int, *categories: str) -> Cell:
    """Count and percentage: ``107 (26 %)``; the count alone where the base is too small."""
    count, percent = view.count(year, *categories), view.percent(year, *categories)
    if count is None:
        return _missing(setting, view, year, categories)
    if percent is None:
        return Cell(setting.numbers.count(count))
    return Cell(f"{setting.numbers.count(count)} ({setting.numbers.cell(percent)})")


def percent_of(count: int | None, base: int | None) -> int | None:
    """Share of a part of the base, by the rule that holds for published shares."""
    if count is None or not base or base < PROPOSED.minimum_base_for_share.value:
        return None
    return int(whole_percent(count, base))


def notes(setting: Setting, rows: Iterable[Row]) -> tuple[str, ...]:
    """What must stand under a table: why cells are hidden, and what a dash means."""
    t = setting.translator
    cells = [cell for row in rows for cell in row.cells]
    reasons = tuple(dict.fromkeys(cell.reason for cell in cells if cell.reason))
    if reasons:
        reasons = (*reasons, t.gettext("Skjult betyr ikke null: nuller vises."))
    found = [" ".join(reasons)] if reasons else []
    if any(cell.text == NO_NUMBER for cell in cells):
        found.append(
            t.gettext(
                "«–» betyr ikke kartlagt, ikke spurt om, eller at færre enn %(least)s personer "
                "ligger til grunn, så det ikke regnes andel.",
                least=setting.numbers.count(PROPOSED.minimum_base_for_share.value),
            )
        )
    return tuple(found)


def _missing(setting: Setting, view: View, year: int, categories: tuple[str, ...]) -> Cell:
    t = setting.translator
    for category in categories:
        if view.hidden(year, category):
            reason = view.table.reason(year, category)
            return Cell(
                t.gettext("skjult"), hidden=True, reason=t.gettext(reason) if reason else ""
            )
    return Cell(NO_NUMBER)
