"""How a plan's indicators have moved, from counts of any source.

Whoever has the persons counts with `observe`; whoever has published cells alone asks
`released_form` which of them an indicator is. `read` then says the same of both: from where to
where, how sure, and whether that is the way the plan wants. It tells what went together with
the plan, never what the plan has caused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from brukerplan.questionnaire.schema import Questionnaire
from brukerplan.statistics.frames import OVERALL_LEVEL, ROP_GROUP, USER_GROUP, Frame
from brukerplan.statistics.intervals import Interval, newcombe, wilson
from brukerplan.statistics.plan import Cells, Indicator, Measure, Plan, Wanted
from brukerplan.statistics.rounding import percent, points
from brukerplan.statistics.tables import (
    ALL,
    MENTAL_ONLY,
    SUBSTANCE,
    USER_GROUPS_OF_PART,
    TableSpec,
    tables_for,
)

_BY_LEVEL_RULE = frozenset({OVERALL_LEVEL, ROP_GROUP})


class Lack(StrEnum):
    """Why a year has no number."""

    NOT_ASKED = "not_asked"
    NOT_RELEASED = "not_released"
    HIDDEN = "hidden"
    TOO_FEW = "too_few"


class Moved(StrEnum):
    """What the change is, seen from the plan."""

    WANTED = "wanted"
    UNWANTED = "unwanted"
    UNCERTAIN = "uncertain"
    SAME = "same"
    UNKNOWN = "unknown"


class Mark(StrEnum):
    """Why the two years compared are not alike in all but what is followed."""

    LATER_BASELINE = "later_baseline"
    OTHER_EDITION = "other_edition"
    OTHER_MUNICIPALITIES = "other_municipalities"
    OTHER_TERMS = "other_terms"
    OTHER_LEVEL_RULE = "other_level_rule"


@dataclass(frozen=True, slots=True)
class Observed:
    """How many were counted, of how many."""

    count: int
    base: int


@dataclass(frozen=True, slots=True)
class Footing:
    """What a year's numbers rest on.

    Parameters
    ----------
    municipalities
        Those that took part, written so that the same place has the same name in every year.
    inclusion
        Every set of rules by which one of them included persons.
    level_rule
        The rule that the overall level follows from.
    """

    edition: str
    municipalities: frozenset[str]
    inclusion: frozenset[object]
    level_rule: object


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator over the plan's years.

    Parameters
    ----------
    years
        By year, ascending: what was seen, or why nothing is.
    first, last
        The years compared; ``None`` where there are not two.
    change
        From first to last: percentage points between the rounded shares a reader sees, or how
        many more.
    interval
        95 percent, of the change of a share, as `newcombe` gives it; ``None`` for numbers.
    moved
        What the change as it is shown is for the plan. Of a number nothing is said where other
        municipalities took part, of either where persons were included by other rules; a number
        must differ more than two Poisson counts with one mean do (Przyborowski and Wilenski
        1940, by Wilson's interval for the share of their sum).
    reached
        The target, in the last year; ``None`` without a target or a last year.
    """

    indicator: Indicator
    years: Mapping[int, Observed | Lack]
    first: int | None
    last: int | None
    change: Decimal | None
    interval: Interval | None
    moved: Moved
    reached: bool | None
    marks: frozenset[Mark]

    def seen(self, year: int | None) -> Observed | None:
        """What was seen in a year, if anything was."""
        found = None if year is None else self.years.get(year)
        return found if isinstance(found, Observed) else None


@dataclass(frozen=True, slots=True)
class ReleasedForm:
    """An indicator as sums of cells of one published table.

    ``base`` is ``None`` where everybody asked is in it.
    """

    table: str
    population: str
    counted: tuple[str, ...]
    base: tuple[str, ...] | None


def read(
    plan: Plan,
    indicator: Indicator,
    observed: Mapping[int, Observed | Lack],
    *,
    footing: Mapping[int, Footing],
    minimum_base: int,
) -> Reading:
    """Compare the plan's last year with a number to its baseline.

    Without a number for the baseline year the first later one stands in, and is marked.

    Parameters
    ----------
    observed
        By year. Years outside the plan are left out; a share of fewer than ``minimum_base``
        is taken for no number.
    footing
        For every year with a number.
    """
    years = {
        year: _enough(indicator, observed[year], minimum_base)
        for year in sorted(observed)
        if plan.baseline_year <= year <= plan.last_year
    }
    seen = {year: found for year, found in years.items() if isinstance(found, Observed)}
    reached = _reached(indicator, seen[max(seen)]) if seen else None
    if len(seen) < 2:
        last = max(seen, default=None)
        return Reading(
            indicator, years, None, last, None, None, Moved.UNKNOWN, reached, frozenset()
        )
    first, last = min(seen), max(seen)
    marks = _marks(plan, indicator, first, footing[first], footing[last])
    # A level by another rule is another thing: there is no change of it.
    same = Mark.OTHER_LEVEL_RULE not in marks
    change, interval = _change(indicator, seen[last], seen[first]) if same else (None, None)
    return Reading(
        indicator=indicator,
        years=years,
        first=first,
        last=last,
        change=change,
        interval=interval,
        moved=_moved(indicator, seen[last], seen[first], change, interval, marks),
        reached=reached,
        marks=marks,
    )


def released_form(indicator: Indicator) -> ReleasedForm | None:
    """Say which published cells an indicator is, ``None`` where it crosses two tables."""
    population, base = ALL, None
    for cells in indicator.among:
        if cells.table == indicator.counted.table:
            base = cells.categories
        elif cells.table == USER_GROUP and (part := _part(cells)) is not None:
            population = part
        else:
            return None
    return ReleasedForm(indicator.counted.table, population, indicator.counted.categories, base)


def observe(frame: Frame, q: Questionnaire, indicator: Indicator) -> Mapping[str, Observed] | None:
    """Count an indicator by municipality, ``None`` where the edition does not ask about it.

    Returns
    -------
    Mapping
        By municipality code; those without anybody in the base are there with zeros.
    """
    specs = {spec.id: spec for spec in tables_for(q)}
    if not {indicator.counted.table, *(cells.table for cells in indicator.among)} <= set(specs):
        return None
    counted = specs[indicator.counted.table]
    inside = _in(frame, counted, counted.category_ids)
    for cells in indicator.among:
        inside &= _in(frame, specs[cells.table], cells.categories)
    # As in every table, whoever belongs to no user group is in none.
    inside &= frame.column(USER_GROUP) >= 0
    yes = inside & _in(frame, counted, indicator.counted.categories)
    places = frame.data["municipality"].cat
    codes = places.codes.to_numpy()
    n_places = len(places.categories)
    counts = np.bincount(codes[yes], minlength=n_places)
    bases = np.bincount(codes[inside], minlength=n_places)
    return {
        str(code): Observed(int(counts[at]), int(bases[at]))
        for at, code in enumerate(places.categories)
    }


def _enough(indicator: Indicator, found: Observed | Lack, minimum_base: int) -> Observed | Lack:
    if indicator.measure is Measure.NUMBER or isinstance(found, Lack):
        return found
    return found if found.base >= minimum_base else Lack.TOO_FEW


def _change(
    indicator: Indicator, last: Observed, first: Observed
) -> tuple[Decimal, Interval | None]:
    if indicator.measure is Measure.NUMBER:
        return Decimal(last.count - first.count), None
    change = points(percent(last.count, last.base), percent(first.count, first.base))
    return change, newcombe(last.count, last.base, first.count, first.base)


def _moved(
    indicator: Indicator,
    last: Observed,
    first: Observed,
    change: Decimal | None,
    interval: Interval | None,
    marks: frozenset[Mark],
) -> Moved:
    if change is None or Mark.OTHER_TERMS in marks:
        return Moved.UNKNOWN
    if interval is None and Mark.OTHER_MUNICIPALITIES in marks:
        # A number, which has none: it would tell of who took part.
        return Moved.UNKNOWN
    if change == 0:
        # What a reader sees as the same is not said to have moved.
        return Moved.SAME
    if interval is None:
        # Given their sum, either of two numbers that only chance tells apart is half of it.
        half = wilson(last.count, last.count + first.count)
        by_chance = half.low <= 0.5 <= half.high
    else:
        by_chance = interval.low <= 0 <= interval.high
    if by_chance:
        return Moved.UNCERTAIN
    return Moved.WANTED if (change > 0) is (indicator.wanted is Wanted.UP) else Moved.UNWANTED


def _reached(indicator: Indicator, last: Observed) -> bool | None:
    if indicator.target is None:
        return None
    # count / base against target / 100, without dividing.
    here, there = Decimal(last.count), indicator.target
    if indicator.measure is Measure.SHARE:
        here, there = 100 * here, there * last.base
    return here >= there if indicator.wanted is Wanted.UP else here <= there


def _marks(
    plan: Plan, indicator: Indicator, first: int, then: Footing, now: Footing
) -> frozenset[Mark]:
    tables = {indicator.counted.table, *(cells.table for cells in indicator.among)}
    true = {
        Mark.LATER_BASELINE: first != plan.baseline_year,
        Mark.OTHER_EDITION: then.edition != now.edition,
        Mark.OTHER_MUNICIPALITIES: then.municipalities != now.municipalities,
        # Mixed in both years is not the same mixture.
        Mark.OTHER_TERMS: len(then.inclusion | now.inclusion) > 1,
        Mark.OTHER_LEVEL_RULE: then.level_rule != now.level_rule and bool(tables & _BY_LEVEL_RULE),
    }
    return frozenset(mark for mark, holds in true.items() if holds)


def _part(cells: Cells) -> str | None:
    for part in (SUBSTANCE, MENTAL_ONLY):
        if set(cells.categories) == set(USER_GROUPS_OF_PART[part]):
            return part
    return None


def _in(frame: Frame, spec: TableSpec, categories: tuple[str, ...]) -> NDArray[np.bool_]:
    values = frame.column(spec.column)
    if spec.top is not None:
        values = np.minimum(values, np.int16(spec.top))
    numbers = [number for category, number in spec.categories if category in categories]
    return np.isin(values, numbers)
