"""Several yes/no questions in one figure."""

from __future__ import annotations

from collections.abc import Sequence

from brukerplan.reports import charts
from brukerplan.reports.cells import NO_NUMBER, base_cell, count_cell, notes, share_cell
from brukerplan.reports.exhibits import drawn_share, in_area, stand_in
from brukerplan.reports.numbers import sentence
from brukerplan.reports.parts import Block, Cell, Figure, Row, Table
from brukerplan.reports.text import finding
from brukerplan.reports.view import Setting, View


def yes_figure(
    setting: Setting, table_ids: Sequence[str], *, figure_id: str, title: str, name: str
) -> tuple[Block, ...]:
    """Several yes/no questions in one figure: number, base and share of those with yes."""
    t, year = setting.translator, setting.year
    views = [view for view in setting.views(table_ids) if view.base(year) or view.own]
    if not any(view.shows(year) for view in views):
        return ()
    others = {view.id: setting.other(view.id, view) for view in views}
    other_name = next((other.area_name for other in others.values() if other is not None), "")
    drawn, rows = [], []
    for view in views:
        yes = _yes(view)
        other = others[view.id]
        beside = None if other is None else other.percent(year, yes)
        label = _statement(setting, view.id)
        drawn.append(drawn_share(setting, label, view, beside, yes))
        cells = [
            count_cell(setting, view, year, yes),
            base_cell(setting, view, year),
            share_cell(setting, view, year, yes),
        ]
        if other_name:
            cells.append(
                Cell(NO_NUMBER) if other is None else share_cell(setting, other, year, yes)
            )
        rows.append(Row(label, tuple(cells)))
    full_title = in_area(setting, views[0], title)
    head = [t.gettext("Spørsmål"), t.gettext("Ja"), t.gettext("Av"), t.gettext("Andel")]
    if other_name:
        head.append(t.gettext("Andel i %(area)s", area=other_name))
    said = _largest(setting, views) or full_title
    notice = stand_in(setting, views[0])
    figure = Figure(
        figure_id,
        full_title,
        said,
        charts.share_bars(
            drawn,
            figure=figure_id,
            title=said,
            description=t.gettext(
                "Liggende stolper, én for hvert spørsmål, med andelen ja. De samme tallene står i "
                "tabellen."
            ),
            translator=t,
            own_name=views[0].label,
            other_name=sentence(other_name),
        ),
        Table(
            f"{figure_id}-table",
            t.gettext(
                "%(name)s i %(area)s, %(year)s", name=name, area=views[0].area_name, year=year
            ),
            tuple(head),
            tuple(rows),
            notes(setting, rows),
        ),
        views[0].area_name,
        views[0].own,
    )
    return (figure,) if notice is None else (notice, figure)


def _largest(setting: Setting, views: Sequence[View]) -> str:
    t = setting.translator
    for view in views:
        said = finding(
            setting,
            view,
            t.gettext("«%(name)s»: svaret er ja for %(share)s."),
            _yes(view),
            name=_statement(setting, view.id),
        )
        if said:
            return said
    return ""


def _yes(view: View) -> str:
    return "one_or_more" if view.id == "children_under_18" else "yes"


def _statement(setting: Setting, table_id: str) -> str:
    if table_id == "children_under_18":
        return setting.translator.gettext("Har barn under 18 år")
    return setting.labels.variable(table_id)
