"""An explored view as numbers and words: the one source of table, chart and files.

Everything shown is a `Point`: one measure of one area in one year. What a point does not
hold is nowhere else either.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from brukerplan.disclosure.cube import TOTAL
from brukerplan.disclosure.status import REASONS as STATUS_REASONS
from brukerplan.disclosure.status import Status
from brukerplan.reports.data import NATION, TRUST
from brukerplan.reports.explored import REASONS, WORDS, Explored, ExploredArea, Gap
from brukerplan.reports.labels import Labels
from brukerplan.reports.numbers import Numbers, sentence
from brukerplan.reports.view import HIDDEN, View
from brukerplan.statistics.intervals import wilson
from brukerplan.statistics.rounding import half_up
from brukerplan.translation import Translator, mark

TOGETHER = "together"
"""Id of the measure that is the chosen categories added up."""

_HIDDEN = mark("skjult")


@dataclass(frozen=True, slots=True)
class Measure:
    """A category, or the chosen ones together."""

    id: str
    label: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One measure of one area in one year.

    Parameters
    ----------
    status
        A `Status`, or a `Gap` where the year has no numbers at all.
    count, base
        ``None`` where hidden or missing.
    percent, interval
        Whole percent, with the limits of the 95 percent interval; ``None`` where no share
        is shown.
    word
        What stands in place of a number, in bokmål; empty where there is one.
    reason
        Why something is missing, in bokmål; empty where nothing is.
    """

    year: int
    status: str
    count: int | None = None
    base: int | None = None
    percent: int | None = None
    interval: tuple[int, int] | None = None
    word: str = ""
    reason: str = ""
    unpublished: bool = False

    @property
    def hidden(self) -> bool:
        """There is a number, and it is not shown."""
        return self.status in HIDDEN


@dataclass(frozen=True, slots=True)
class Setting:
    """What every part of a view is written with."""

    explored: Explored
    translator: Translator
    numbers: Numbers
    labels: Labels

    @classmethod
    def of(cls, explored: Explored, translator: Translator) -> Setting:
        """Word the view as the newest edition in it does."""
        edition = explored.editions[max(explored.editions)]
        return cls(explored, translator, Numbers(translator), Labels(edition, translator))

    @property
    def title(self) -> str:
        """Name of the table."""
        return self.labels.table(self.explored.table)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The chosen categories, and their sum where it is neither one of them nor everybody."""
        chosen, labels = self.explored.chosen, self.labels
        single = tuple(
            Measure(one, labels.category(self.explored.table, one), (one,)) for one in chosen
        )
        if not 1 < len(chosen) < len(self.explored.categories):
            return single
        return (*single, Measure(TOGETHER, self.translator.gettext("Til sammen"), chosen))

    @property
    def heading(self) -> str:
        """Say what is shown, where and when."""
        years = self.explored.years
        return self.translator.gettext(
            "%(what)s, %(areas)s, %(years)s",
            what=self.title,
            areas=self.numbers.listed(map(self.area_name, self.explored.areas)),
            years=self.numbers.years(years),
        )

    def area_name(self, area: ExploredArea) -> str:
        """Name of an area as it stands alone: a trust's area often bears a municipality's."""
        t = self.translator
        if area.level == NATION:
            return t.gettext("Hele landet")
        if area.level == TRUST:
            return sentence(t.gettext("helseforetaksområdet %(name)s", name=area.name))
        return area.name


def points(explored: Explored, area: ExploredArea, measure: Measure) -> tuple[Point, ...]:
    """Return a measure of an area for every year of the view, ascending."""
    return tuple(_point(area, year, measure.categories) for year in explored.years)


def base_points(explored: Explored, area: ExploredArea) -> tuple[Point, ...]:
    """Return the bases themselves: how many the question applied to."""
    return tuple(_point(area, year, (TOTAL,)) for year in explored.years)


def _point(area: ExploredArea, year: int, categories: tuple[str, ...]) -> Point:
    known, table = area.years[year], area.table
    if known.gap is not None or table is None:
        gap = known.gap or Gap.NOT_ASKED
        return Point(
            year,
            str(gap),
            word=WORDS[gap],
            reason=REASONS[gap],
            unpublished=known.unpublished,
        )
    base = table.base(year)
    for category in categories:
        status = table.cell(year, category).status
        if status is not Status.PUBLISHED:
            return Point(
                year,
                str(status),
                base=base,
                word=_HIDDEN if status in HIDDEN else WORDS[Gap.NOT_ASKED],
                reason=STATUS_REASONS[status],
                unpublished=known.unpublished,
            )
    view = View(table.table, table, area.name, own=True)
    count = view.count(year, *categories)
    if categories == (TOTAL,):
        return Point(year, str(Status.PUBLISHED), count, base, unpublished=known.unpublished)
    percent = view.percent(year, *categories)
    interval = None
    if count is not None and percent is not None and base:
        limits = wilson(count, base)
        interval = (_whole(limits.low), _whole(limits.high))
    return Point(
        year,
        str(Status.PUBLISHED),
        count,
        base,
        percent,
        interval,
        reason="" if percent is not None else table.reason(year, categories[0]) or "",
        unpublished=known.unpublished,
    )


def _whole(share: float) -> int:
    return int(half_up(100 * Decimal(share)))
