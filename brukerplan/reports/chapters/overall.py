"""Chapter: the overall level over years."""

from __future__ import annotations

from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.reports import charts
from brukerplan.reports.cells import base_cell, both_cell, notes, share_cell
from brukerplan.reports.exhibits import LEVELS, bar, in_area, level_legend, nothing, stand_in
from brukerplan.reports.parts import Block, Chapter, Figure, Notice, Paragraph, Row, Table
from brukerplan.reports.text import change, comparison, finding, same_rules, together
from brukerplan.reports.view import Setting, View

WORST = ("red", "blood_red")
_TREND_NEEDS = 3


def overall(setting: Setting) -> Chapter:
    """The overall level by year."""
    t = setting.translator
    title = t.gettext("Samlet funksjonsnivå")
    view = setting.view("overall_level")
    if view is None:
        return Chapter("overall", title, (nothing(setting),))
    blocks: list[Block] = []
    notice = stand_in(setting, view)
    if notice is not None:
        blocks.append(notice)
    blocks.append(
        Paragraph(
            t.gettext(
                "Samlet funksjonsnivå er regnet ut fra vurderingene på de åtte områdene, etter "
                "prosjektets egen regel (se «Metode og begrensninger»). Nivået «%(worst)s» er det "
                "mest alvorlige og brukes bare om helheten. Kartleggingen viser hvordan tallene "
                "er, og hva som henger sammen, men ikke hva som er årsaken.",
                worst=setting.labels.code("overall_level", "blood_red").lower(),
            )
        )
    )
    blocks.extend(rules_warning(setting, view))
    blocks.extend(mixed_level_rules(setting, view))
    own = setting.own("overall_level")
    if own is not None and not view.own and any(own.shows(year) for year in own.years):
        # This year is hidden, other years are not: the area's own history is still its own.
        blocks.append(_by_year(setting, own, "overall-own-years"))
    blocks.append(_by_year(setting, view, "overall-years"))
    trend = _worst_over_years(setting, view)
    if trend is not None:
        blocks.append(trend)
    return Chapter("overall", title, tuple(blocks))


def overall_sentences(setting: Setting, view: View) -> str:
    """The share at the two worst levels, beside the trust area's and the first year's."""
    t = setting.translator
    return together(
        finding(
            setting,
            view,
            t.gettext(
                "I %(area)s har %(share)s samlet funksjonsnivå %(levels)s, de to mest alvorlige "
                "nivåene."
            ),
            *WORST,
            levels=worst_levels(setting),
        ),
        change(setting, view, *WORST),
        comparison(setting, view, "overall_level", *WORST),
    )


def worst_levels(setting: Setting) -> str:
    """Names of the two worst levels: ``rødt eller blålys``."""
    return setting.numbers.either(
        setting.labels.code("overall_level", level).lower() for level in WORST
    )


def rules_warning(setting: Setting, view: View) -> tuple[Notice, ...]:
    """Warn where the years shown were mapped by other rules than the year reported."""
    t = setting.translator
    if not view.own or not setting.data.participation:
        return ()
    others = [
        year
        for year in view.years
        if year in setting.data.participation and not same_rules(setting, year)
    ]
    if not others:
        return ()
    return (
        Notice(
            t.gettext("Ikke alle årene kan sammenlignes"),
            (
                t.gettext(
                    "I %(years)s ble det brukt andre regler for hvem som skulle kartlegges. "
                    "Forskjeller fra %(year)s kan skyldes reglene alene.",
                    years=setting.numbers.years(others),
                    year=setting.year,
                ),
            ),
        ),
    )


def mixed_level_rules(setting: Setting, view: View) -> tuple[Notice, ...]:
    """Warn where the editions of the years shown compute the level by different rules."""
    t = setting.translator
    now = edition_for_year(setting.year).level_rule.id
    others = [year for year in view.years if edition_for_year(year).level_rule.id != now]
    if not others:
        return ()
    return (
        Notice(
            t.gettext("Nivået er ikke regnet ut likt alle årene"),
            (
                t.gettext(
                    "I %(years)s ble samlet funksjonsnivå regnet ut etter en annen regel enn i "
                    "%(year)s. Nivåene kan ikke sammenlignes mellom disse årene.",
                    years=setting.numbers.years(others),
                    year=setting.year,
                ),
            ),
        ),
    )


def _by_year(setting: Setting, view: View, figure_id: str) -> Figure:
    t = setting.translator
    styles = [(level, level) for level in LEVELS]
    years = sorted(view.table.years, reverse=True)
    title = in_area(setting, view, t.gettext("Hvordan har samlet funksjonsnivå vært over årene?"))
    said = overall_sentences(setting, view) or title
    rows = [
        Row(
            str(year),
            (
                base_cell(setting, view, year),
                *(both_cell(setting, view, year, level) for level in LEVELS),
            ),
        )
        for year in years
    ]
    return Figure(
        figure_id,
        title,
        said,
        charts.stacked_bars(
            [bar(setting, view, year, str(year), styles) for year in years],
            level_legend(setting, "overall_level", LEVELS),
            figure=figure_id,
            title=said,
            description=t.gettext(
                "Én liggende stolpe for hvert år, delt i nivåene fra det beste til det mest "
                "alvorlige, i prosent. De samme tallene står i tabellen."
            ),
            translator=t,
        ),
        Table(
            f"{figure_id}-table",
            t.gettext("Samlet funksjonsnivå i %(area)s, antall og andel", area=view.area_name),
            (
                t.gettext("År"),
                t.gettext("Personer"),
                *(setting.labels.code("overall_level", level) for level in LEVELS),
            ),
            tuple(rows),
            notes(setting, rows),
            ("", "", *LEVELS),
        ),
        view.area_name,
        view.own,
    )


def _worst_over_years(setting: Setting, view: View) -> Figure | None:
    """Two lines, own and trust area; only where there are points enough for a line."""
    t, years = setting.translator, view.table.years
    points = tuple(view.percent(year, *WORST) for year in years)
    if sum(point is not None for point in points) < _TREND_NEEDS:
        return None
    hidden = frozenset(year for year in years if any(view.hidden(year, one) for one in WORST))
    lines = [charts.Line(view.label, points, hidden=hidden)]
    other = setting.other("overall_level", view)
    if other is not None:
        beside = tuple(other.percent(year, *WORST) for year in years)
        lines.append(charts.Line(other.label, beside, own=False))
    title = in_area(
        setting, view, t.gettext("Hvor mange har vært på de to mest alvorlige nivåene?")
    )
    said = _lowest_and_highest(setting, view) or title
    rows = [
        Row(one.label, tuple(share_cell(setting, one, year, *WORST) for year in years))
        for one in (view, other)
        if one is not None
    ]
    return Figure(
        "overall-worst",
        title,
        said,
        charts.trend(
            lines,
            years,
            figure="overall-worst",
            title=said,
            description=t.gettext(
                "Linjer over årene: andelen på de to mest alvorlige nivåene, i prosent. De samme "
                "tallene står i tabellen."
            ),
            translator=t,
        ),
        Table(
            "overall-worst-table",
            t.gettext("Andel med nivå %(levels)s, prosent", levels=worst_levels(setting)),
            (t.gettext("Område"), *map(str, years)),
            tuple(rows),
            notes(setting, rows),
        ),
        view.area_name,
        view.own,
    )


def _lowest_and_highest(setting: Setting, view: View) -> str:
    t, numbers = setting.translator, setting.numbers
    shown = [(view.percent(year, *WORST), year) for year in view.years]
    points = [(point, year) for point, year in shown if point is not None]
    low, high = min(points), max(points, key=lambda one: (one[0], -one[1]))
    return t.gettext(
        "Andelen har vært mellom %(low)s prosent (av %(low_base)s i %(low_year)s) og %(high)s "
        "prosent (av %(high_base)s i %(high_year)s).",
        low=numbers.count(low[0]),
        low_base=numbers.count(view.base(low[1]) or 0),
        low_year=low[1],
        high=numbers.count(high[0]),
        high_base=numbers.count(view.base(high[1]) or 0),
        high_year=high[1],
    )
