"""The monitor's page in words: a table a goal, a sentence an indicator, association only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor

from brukerplan.reports import lines
from brukerplan.reports.explored import WORDS
from brukerplan.reports.monitored import Monitored, MonitoredIndicator
from brukerplan.reports.numbers import Numbers
from brukerplan.statistics.intervals import Interval
from brukerplan.statistics.monitor import Lack, Mark, Moved, Observed, Reading
from brukerplan.statistics.plan import Goal, Measure, Wanted
from brukerplan.statistics.rounding import percent
from brukerplan.translation import Translator, mark

WANTED: Mapping[Wanted, str] = {Wanted.UP: mark("Skal opp"), Wanted.DOWN: mark("Skal ned")}
MOVED: Mapping[Moved, tuple[str, str]] = {
    Moved.WANTED: ("✓", mark("Ønsket vei")),
    Moved.UNWANTED: ("✕", mark("Feil vei")),
    Moved.UNCERTAIN: ("≈", mark("For lite til å si")),
    Moved.SAME: ("=", mark("Uendret")),
    Moved.UNKNOWN: ("–", mark("Kan ikke sies")),
}
"""A sign and the words beside it, in bokmål."""

LACKS: Mapping[Lack, str] = {
    Lack.NOT_ASKED: mark("ikke spurt"),
    Lack.NOT_RELEASED: mark("ikke publisert"),
    Lack.HIDDEN: mark("skjult"),
    Lack.TOO_FEW: mark("for få"),
}
_OUTCOMES: Mapping[Moved, str] = {
    Moved.WANTED: mark("Det er i ønsket retning."),
    Moved.UNWANTED: mark("Det er motsatt av ønsket retning."),
    Moved.UNCERTAIN: mark(
        "Endringen er for liten til å skilles fra tilfeldige utslag (95 prosent intervall: "
        "%(interval)s prosentpoeng)."
    ),
    Moved.SAME: mark("Det er uendret."),
}
_NUMBER_UNCERTAIN = mark("Endringen er for liten til å skilles fra tilfeldige utslag.")
_MARKS: Mapping[Mark, str] = {
    Mark.LATER_BASELINE: mark("%(year)s mangler, så %(first)s er brukt som utgangspunkt."),
    Mark.OTHER_EDITION: mark("Spørreskjemaet er et annet i %(last)s enn i %(first)s."),
    Mark.OTHER_MUNICIPALITIES: mark("Det er ikke de samme kommunene som deltok de to årene."),
    Mark.OTHER_TERMS: mark(
        "Kommunene tok med personer etter ulike regler, så endringen kan komme av det."
    ),
    Mark.OTHER_LEVEL_RULE: mark(
        "Nivået er regnet ut etter en annen regel, så endringen vises ikke."
    ),
}


@dataclass(frozen=True, slots=True)
class YearCell:
    """A year of an indicator: the number with what it is of, or a word for why there is none."""

    shown: str
    of: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator as a row of its goal's table.

    ``sign`` and ``moved`` go together, as do ``change`` and ``interval``; empty where nothing can
    be said. ``sentences`` say the same in words, with what makes the years unlike.
    """

    id: str
    title: str
    definition: str
    wanted: str
    cells: tuple[YearCell, ...]
    change: str
    interval: str
    sign: str
    moved: str
    outcome: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoalPart:
    """A goal: its rows, and small charts of those that are shares."""

    id: str
    title: str
    lines: tuple[Line, ...]
    svg: str


def goals(monitored: Monitored, t: Translator) -> tuple[GoalPart, ...]:
    """Return every goal of the plan with what its indicators say."""
    return tuple(_goal(monitored, goal, t) for goal in monitored.plan.goals)


def _goal(monitored: Monitored, goal: Goal, t: Translator) -> GoalPart:
    found = [monitored.indicators[each.id] for each in goal.indicators]
    title = goal.title[t.language]
    return GoalPart(
        goal.id,
        title,
        tuple(_line(monitored, each, t) for each in found),
        _charts(monitored, goal, found, t),
    )


def _line(monitored: Monitored, each: MonitoredIndicator, t: Translator) -> Line:
    indicator, reading = each.indicator, each.reading
    sign, moved = MOVED[Moved.UNKNOWN if reading is None else reading.moved]
    return Line(
        id=indicator.id,
        title=indicator.title[t.language],
        definition=indicator.definition[t.language],
        wanted=t.gettext(WANTED[indicator.wanted]),
        cells=tuple(_cell(each, year, t) for year in monitored.years),
        change="" if reading is None else _change(reading, t),
        interval=""
        if reading is None or reading.interval is None
        else _interval(reading.interval, t),
        sign=sign,
        moved=t.gettext(moved),
        outcome=str(Moved.UNKNOWN if reading is None else reading.moved),
        sentences=_sentences(monitored, each, t),
    )


def _cell(each: MonitoredIndicator, year: int, t: Translator) -> YearCell:
    numbers = Numbers(t)
    seen = Lack.NOT_RELEASED if each.reading is None else each.reading.years[year]
    if isinstance(seen, Lack):
        return YearCell(t.gettext(_why(each, year, seen)), "", missing=True)
    if each.indicator.measure is Measure.NUMBER:
        return YearCell(numbers.count(seen.count), "", missing=False)
    return YearCell(
        numbers.cell(int(percent(seen.count, seen.base))),
        t.gettext("av %(base)s", base=numbers.count(seen.base)),
        missing=False,
    )


def _why(each: MonitoredIndicator, year: int, lack: Lack) -> str:
    """The area's own word where the whole year is missing."""
    gap = None if each.explored is None else each.explored.areas[0].years[year].gap
    return LACKS[lack] if gap is None else WORDS[gap]


def _sentences(monitored: Monitored, each: MonitoredIndicator, t: Translator) -> tuple[str, ...]:
    indicator, reading = each.indicator, each.reading
    if reading is None:
        return (t.gettext("Tallet går på tvers av to spørsmål, og slike tall er ikke publisert."),)
    first, last = reading.seen(reading.first), reading.seen(reading.last)
    if reading.first is None or first is None or last is None:
        few = t.gettext("Det er ikke tall for to av planens år, så endringen kan ikke sies.")
        return (few, *_target(reading, t))
    numbers = Numbers(t)
    values: dict[str, object] = {"first": reading.first, "last": reading.last}
    if indicator.measure is Measure.NUMBER:
        said = t.gettext(
            "%(then)s i %(first)s og %(now)s i %(last)s.",
            then=numbers.count(first.count),
            now=numbers.count(last.count),
            **values,
        )
    else:
        said = t.gettext(
            "%(then)s i %(first)s og %(now)s i %(last)s.",
            then=_share(first, numbers, t),
            now=_share(last, numbers, t),
            **values,
        )
    outcome = _OUTCOMES.get(reading.moved)
    if reading.moved is Moved.UNCERTAIN and reading.interval is None:
        outcome = _NUMBER_UNCERTAIN
    interval = "" if reading.interval is None else _interval(reading.interval, t)
    told = [said] if outcome is None else [said, t.gettext(outcome) % {"interval": interval}]
    told += _target(reading, t)
    values["year"] = monitored.plan.baseline_year
    told += [t.gettext(text) % values for one, text in _MARKS.items() if one in reading.marks]
    return tuple(told)


def _share(seen: Observed, numbers: Numbers, t: Translator) -> str:
    return t.gettext(
        "%(percent)s prosent (av %(base)s)",
        percent=numbers.count(int(percent(seen.count, seen.base))),
        base=numbers.count(seen.base),
    )


def _target(reading: Reading, t: Translator) -> list[str]:
    target = reading.indicator.target
    if target is None or reading.reached is None:
        return []
    numbers = Numbers(t)
    whole = target == target.to_integral_value()
    words = numbers.count(int(target)) if whole else numbers.rate(target)
    if reading.indicator.measure is Measure.SHARE:
        words = t.gettext("%(percent)s prosent", percent=words)
    if reading.reached:
        return [
            t.gettext("Målet på %(target)s er nådd i %(year)s.", target=words, year=reading.last)
        ]
    return [
        t.gettext("Målet på %(target)s er ikke nådd i %(year)s.", target=words, year=reading.last)
    ]


def _change(reading: Reading, t: Translator) -> str:
    if reading.change is None:
        return ""
    return _signed(int(reading.change), t)


def _interval(interval: Interval, t: Translator) -> str:
    # Outwards, so that the change between rounded shares lies within.
    low, high = floor(100 * interval.low), ceil(100 * interval.high)
    return t.gettext("%(low)s til %(high)s", low=_signed(low, t), high=_signed(high, t))


def _signed(number: int, t: Translator) -> str:
    words = Numbers(t).count(abs(number))
    if number == 0:
        return words
    # The minus of typography, which a screen reader says and a line does not break after.
    return f"+{words}" if number > 0 else f"−{words}"


def _charts(
    monitored: Monitored, goal: Goal, found: list[MonitoredIndicator], t: Translator
) -> str:
    drawn = [
        each
        for each in found
        if each.reading is not None and each.indicator.measure is Measure.SHARE
    ]
    panels = [
        lines.Panel(each.indicator.title[t.language], (_drawn(monitored, each.reading),))
        for each in drawn
        if each.reading is not None
        and any(isinstance(one, Observed) for one in each.reading.years.values())
    ]
    if not panels or len(monitored.years) < 2:
        return ""
    return lines.small_trends(
        panels,
        monitored.years,
        figure=f"figur-{goal.id}",
        title=goal.title[t.language],
        description=t.gettext(
            "Små linjer, én for hver indikator. De samme tallene står i tabellen over."
        ),
        translator=t,
        columns=3,
    )


def _drawn(monitored: Monitored, reading: Reading) -> lines.Line:
    seen = [reading.seen(year) for year in monitored.years]
    return lines.Line(
        "",
        tuple(None if one is None else int(percent(one.count, one.base)) for one in seen),
        hidden=frozenset(
            year for year in monitored.years if reading.years.get(year) is Lack.HIDDEN
        ),
    )
