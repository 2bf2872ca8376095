"""Chapter: the eight function areas."""

from __future__ import annotations

from brukerplan.questionnaire.registry import edition
from brukerplan.reports import charts
from brukerplan.reports.cells import base_cell, both_cell, notes, share_cell
from brukerplan.reports.exhibits import COLOURS, bar, in_area, level_legend, nothing, stand_in
from brukerplan.reports.parts import Block, Chapter, Figure, Row, Table
from brukerplan.reports.text import comparison, finding, first_comparable, together
from brukerplan.reports.view import Setting, View, greatest


def areas(setting: Setting) -> Chapter:
    """The eight areas in the year reported, and the red share of each over years."""
    t = setting.translator
    title = t.gettext("De åtte funksjonsområdene")
    ids = edition(setting.data.edition).level_rule.areas
    views = setting.views(ids)
    if not views:
        return Chapter("areas", title, (nothing(setting),))
    blocks: list[Block] = []
    notice = stand_in(setting, views[0])
    if notice is not None:
        blocks.append(notice)
    blocks.append(_areas_figure(setting, views))
    years = views[0].years
    if sum(any(view.base(year) for view in views) for year in years) > 1:
        blocks.append(_red_figure(setting, views, years))
    return Chapter("areas", title, tuple(blocks))


def area_sentences(setting: Setting) -> tuple[str, ...]:
    """The area with the greatest red share and the one with the greatest green share."""
    t, year = setting.translator, setting.year
    views = setting.views(edition(setting.data.edition).level_rule.areas)
    messages = {
        "red": (
            t.gettext("Området med størst andel rødt er %(name)s: %(share)s."),
            t.gettext("Av det som kan vises, er andelen rødt størst for %(name)s: %(share)s."),
        ),
        "green": (
            t.gettext("Området med størst andel grønt er %(name)s: %(share)s."),
            t.gettext("Av det som kan vises, er andelen grønt størst for %(name)s: %(share)s."),
        ),
    }
    sentences = []
    for colour, (of_all, of_shown) in messages.items():
        shown = [view for view in views if view.percent(year, colour) is not None]
        first = greatest(shown, year, colour)
        if first is None:
            continue
        name = setting.labels.variable(first.id).lower()
        message = of_all if len(shown) == len(views) else of_shown
        said = finding(setting, first, message, colour, name=name)
        sentences.append(
            together(said, comparison(setting, first, first.id, colour))
            if colour == "red"
            else said
        )
    return tuple(sentences)


def change_sentence(setting: Setting, views: tuple[View, ...]) -> str:
    """The area whose red share differs most from the first year mapped by the same rules."""
    t, year = setting.translator, setting.year
    found: list[tuple[int, View, int, int, int]] = []
    for view in views:
        first = first_comparable(setting, view, "red")
        now = view.percent(year, "red")
        then = None if first is None else view.percent(first, "red")
        if first is not None and now is not None and then is not None:
            found.append((abs(now - then), view, first, then, now))
    if not found:
        return ""
    difference, view, first, then, now = max(found, key=lambda one: one[0])
    if difference == 0:
        return t.gettext("Andelen rødt som kan vises, er den samme som i %(first)s.", first=first)
    return t.gettext(
        "Av det som kan vises, er forskjellen fra %(first)s størst for %(name)s: andelen rødt var "
        "%(then)s prosent (av %(then_base)s) og er %(now)s prosent (av %(base)s) i %(year)s.",
        first=first,
        name=setting.labels.variable(view.id).lower(),
        then=setting.numbers.count(then),
        then_base=setting.numbers.count(view.base(first) or 0),
        now=setting.numbers.count(now),
        base=setting.numbers.count(view.base(year) or 0),
        year=year,
    )


def _areas_figure(setting: Setting, views: tuple[View, ...]) -> Figure:
    t, year = setting.translator, setting.year
    styles = [(colour, colour) for colour in COLOURS]
    title = in_area(setting, views[0], t.gettext("Hvordan er det på de åtte områdene?"))
    said = together(*area_sentences(setting)) or title
    rows = [
        Row(
            setting.labels.variable(view.id),
            (
                base_cell(setting, view, year),
                *(both_cell(setting, view, year, colour) for colour in COLOURS),
            ),
        )
        for view in views
    ]
    return Figure(
        "areas-year",
        title,
        said,
        charts.stacked_bars(
            [bar(setting, view, year, setting.labels.variable(view.id), styles) for view in views],
            level_legend(setting, "housing", COLOURS),
            figure="areas-year",
            title=said,
            description=t.gettext(
                "Én liggende stolpe for hvert område, delt i grønt, gult, rødt og ukjent, i "
                "prosent. De samme tallene står i tabellen."
            ),
            translator=t,
        ),
        Table(
            "areas-year-table",
            t.gettext(
                "De åtte områdene i %(area)s, %(year)s, antall og andel",
                area=views[0].area_name,
                year=year,
            ),
            (
                t.gettext("Område"),
                t.gettext("Personer"),
                *(setting.labels.code("housing", colour) for colour in COLOURS),
            ),
            tuple(rows),
            notes(setting, rows),
            ("", "", *COLOURS),
        ),
        views[0].area_name,
        views[0].own,
    )


def _red_figure(setting: Setting, views: tuple[View, ...], years: tuple[int, ...]) -> Figure:
    t = setting.translator
    title = in_area(setting, views[0], t.gettext("Hvordan har andelen rødt vært over årene?"))
    said = change_sentence(setting, views) or title
    panels, rows = [], []
    for view in views:
        name = setting.labels.variable(view.id)
        points = tuple(view.percent(year, "red") for year in years)
        hidden = frozenset(year for year in years if view.hidden(year, "red"))
        lines = [charts.Line(view.label, points, hidden=hidden)]
        other = setting.other(view.id, view)
        if other is not None:
            lines.append(
                charts.Line(
                    other.label, tuple(other.percent(year, "red") for year in years), own=False
                )
            )
        panels.append(charts.Panel(name, tuple(lines)))
        rows.append(
            Row(
                name,
                tuple(share_cell(setting, view, year, "red") for year in years),
            )
        )
    bases = tuple(base_cell(setting, views[0], year) for year in years)
    rows.append(Row(t.gettext("Personer"), bases, total=True))
    return Figure(
        "areas-red",
        title,
        said,
        charts.small_trends(
            panels,
            years,
            figure="areas-red",
            title=said,
            description=t.gettext(
                "Ett lite linjediagram for hvert område: andelen vurdert til rødt, i prosent, "
                "over årene. De samme tallene står i tabellen."
            ),
            translator=t,
        ),
        Table(
            "areas-red-table",
            t.gettext("Andel rødt på hvert område i %(area)s", area=views[0].area_name),
            (t.gettext("Område"), *map(str, years)),
            tuple(rows),
            notes(setting, rows),
        ),
        views[0].area_name,
        views[0].own,
    )
