"""What a monitor's page is made from: readings of published cells, and the facts beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brukerplan.disclosure.cube import TOTAL
from brukerplan.disclosure.status import Status
from brukerplan.reports.explored import Explored, ExploredArea, Gap
from brukerplan.reports.view import View
from brukerplan.statistics.monitor import Lack, Observed, Reading, ReleasedForm
from brukerplan.statistics.plan import Indicator, Plan

_NO_QUESTION = frozenset({Gap.NOT_ASKED, Gap.NOT_PUT_TO_GROUP})


@dataclass(frozen=True, slots=True)
class MonitoredIndicator:
    """An indicator with its reading, ``None`` where no published cell is of it."""

    indicator: Indicator
    explored: Explored | None
    reading: Reading | None


@dataclass(frozen=True, slots=True)
class Monitored:
    """A plan in one area; ``years`` are those of the plan with a release."""

    plan: Plan
    years: tuple[int, ...]
    indicators: Mapping[str, MonitoredIndicator]

    @property
    def unpublished(self) -> tuple[int, ...]:
        """Years shown before they are published, ascending."""
        return tuple(sorted({year for each in self._explored for year in each.unpublished}))

    @property
    def synthetic(self) -> bool:
        """Whether any of the numbers are of fictive persons."""
        return any(each.synthetic for each in self._explored)

    @property
    def _explored(self) -> list[Explored]:
        return [each.explored for each in self.indicators.values() if each.explored is not None]


def observed(area: ExploredArea, year: int, form: ReleasedForm) -> Observed | Lack:
    """Read a year's count and base from the area's protected table, or why there is none."""
    gap, table = area.years[year].gap, area.table
    if gap is not None or table is None:
        return Lack.NOT_ASKED if gap in _NO_QUESTION or gap is None else Lack.NOT_RELEASED
    view = View(table.table, table, area.name, own=True)
    of = (TOTAL,) if form.base is None else form.base
    statuses = {table.cell(year, one).status for one in (*form.counted, *of)}
    if Status.NOT_ASKED in statuses:
        return Lack.NOT_ASKED
    count, base = view.count(year, *form.counted), view.count(year, *of)
    if count is None or base is None:
        return Lack.HIDDEN
    return Observed(count, base)
