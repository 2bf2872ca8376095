"""One protected table as a chapter looks at it: the area's own, or the one that stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from brukerplan.disclosure.cube import TOTAL
from brukerplan.disclosure.policy import PROPOSED
from brukerplan.disclosure.release import SafeTable, Status
from brukerplan.reports.data import MUNICIPALITY, NATION, REGION, TRUST, ReportData
from brukerplan.reports.labels import Labels
from brukerplan.reports.numbers import Numbers, sentence
from brukerplan.statistics.rounding import percent
from brukerplan.translation import Translator

ABSENT = frozenset({Status.NOT_ASKED, Status.NOT_PUBLISHED})
HIDDEN = frozenset(Status) - ABSENT - {Status.PUBLISHED}


@dataclass(frozen=True, slots=True)
class View:
    """A table, whose it is, and the sums and shares a sentence needs."""

    id: str
    table: SafeTable
    area_name: str
    own: bool

    @property
    def label(self) -> str:
        """The area's name as it stands alone."""
        return sentence(self.area_name)

    def base(self, year: int) -> int | None:
        """Number of persons the question applied to; ``None`` if hidden or not mapped."""
        if year not in self.table.years:
            return None
        return self.table.base(year)

    def count(self, year: int, *categories: str) -> int | None:
        """Sum of categories; ``None`` if any of them is hidden or not published."""
        if year not in self.table.years:
            return None
        total = 0
        for category in categories:
            count = self.table.cell(year, category).count
            if count is None:
                return None
            total += count
        return total

    def percent(self, year: int, *categories: str) -> int | None:
        """Whole percent of the base; ``None`` if hidden or the base is too small for one."""
        if year not in self.table.years:
            return None
        if len(categories) == 1:
            return self.table.share(year, categories[0])
        count, base = self.count(year, *categories), self.base(year)
        if count is None or base is None or base < PROPOSED.minimum_base_for_share.value:
            return None
        return int(percent(count, base))

    def shows(self, year: int) -> bool:
        """Enough is published for a figure: the base, and categories holding half of it."""
        base = self.base(year)
        if not base:
            return False
        if "yes" in self.table.categories:
            return self.count(year, "yes") is not None
        return 2 * sum(self.count(year, one) or 0 for one in self.table.categories) >= base

    def hidden(self, year: int, category: str) -> bool:
        """The cell exists and is not shown, in contrast to a year without a mapping."""
        return year in self.table.years and self.table.cell(year, category).status in HIDDEN

    def mapped(self, year: int) -> bool:
        """The question was put to somebody that year, shown or hidden."""
        return year in self.table.years and self.table.cell(year, TOTAL).status not in ABSENT

    @property
    def years(self) -> tuple[int, ...]:
        """Years in which the question was put to somebody."""
        return tuple(year for year in self.table.years if self.mapped(year))


@dataclass(frozen=True, slots=True)
class Setting:
    """What every chapter is written with."""

    data: ReportData
    translator: Translator
    numbers: Numbers
    labels: Labels

    @property
    def year(self) -> int:
        """The year reported."""
        return self.data.year

    def own(self, table_id: str) -> View | None:
        """The area's own table, shown or hidden; ``None`` if the release has none."""
        table = self.data.table(table_id)
        return None if table is None else View(table_id, table, self.data.area_name, own=True)

    def view(self, table_id: str) -> View | None:
        """The table to show: the own one where enough is published, or a larger area's."""
        own = self.own(table_id)
        if own is not None and own.shows(self.year):
            return own
        for level in self.aggregates:
            larger = self.larger(table_id, level)
            if larger is not None and larger.shows(self.year):
                return larger
        return None

    def views(self, table_ids: Sequence[str]) -> tuple[View, ...]:
        """Views of several tables that share one figure, all of the same area.

        The own ones if at least a third of them show; a figure never mixes areas. Of a
        question answered yes or no, it is the yes that must show.
        """
        own = [view for view in map(self.own, table_ids) if view is not None]
        if 3 * sum(view.shows(self.year) for view in own) >= max(1, len(own)):
            return tuple(own)
        for level in self.aggregates:
            larger = [self.larger(table_id, level) for table_id in table_ids]
            found = tuple(view for view in larger if view is not None)
            if any(view.shows(self.year) for view in found):
                return found
        return ()

    def other(self, table_id: str, beside: View) -> View | None:
        """The own trust area's table, to compare an own one with; never a stand-in's."""
        if not beside.own or self.data.level != MUNICIPALITY:
            return None
        return self.larger(table_id, TRUST)

    def larger(self, table_id: str, level: str) -> View | None:
        """The same table of a larger area."""
        table = self.data.comparison(level, table_id)
        if table is None:
            return None
        return View(table_id, table, self.name_of(level), own=False)

    def name_of(self, level: str) -> str:
        """Name of a larger area as it reads in a sentence.

        A health trust's area often bears the name of one of its municipalities.
        """
        name = self.data.comparison_names[level]
        if level == TRUST:
            return self.translator.gettext("helseforetaksområdet %(name)s", name=name)
        return self.translator.gettext("Norge") if level == NATION else name

    @property
    def aggregates(self) -> tuple[str, ...]:
        """Levels of the larger areas there are tables for, nearest first."""
        return tuple(level for level in (TRUST, REGION, NATION) if level in self.data.comparisons)


def greatest(views: Sequence[View], year: int, *categories: str) -> View | None:
    """The view with the greatest published share; ``None`` where none is above zero.

    Compared before rounding: two shares of 32 percent need not be equally great.
    """
    found: View | None = None
    most = Fraction(0)
    for view in views:
        count, base = view.count(year, *categories), view.base(year)
        if not count or not base or view.percent(year, *categories) is None:
            continue
        if (share := Fraction(count, base)) > most:
            found, most = view, share
    return found
