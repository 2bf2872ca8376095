"""Chapters: substances, and housing, work and income."""

from __future__ import annotations

from brukerplan.reports import charts
from brukerplan.reports.cells import NO_NUMBER, count_cell, notes, share_cell
from brukerplan.reports.exhibits import (
    categories_figure,
    drawn_share,
    in_area,
    introduced,
    nothing,
    stand_in,
)
from brukerplan.reports.numbers import sentence
from brukerplan.reports.parts import Block, Cell, Chapter, Figure, Paragraph, Row, Table
from brukerplan.reports.text import change, comparison, finding, together
from brukerplan.reports.view import Setting, View, greatest

ROOFLESS = ("without_housing",)
WORKING = ("work_full_time", "work_part_time")


def substances(setting: Setting) -> Chapter:
    """Which substances are used, among those with a substance problem; LAR."""
    t = setting.translator
    title = t.gettext("Rusmidler")
    flags = setting.labels.flags("substances")
    views = setting.views([table_id for table_id, _ in flags])
    blocks: list[Block] = []
    if not views:
        blocks.append(nothing(setting))
    else:
        notice = stand_in(setting, views[0])
        if notice is not None:
            blocks.append(notice)
        blocks.append(
            Paragraph(
                t.gettext(
                    "Tallene gjelder bare personer med rusproblem. Hver person kan bruke flere "
                    "rusmidler, så andelene blir til sammen mer enn 100 prosent."
                )
            )
        )
        blocks.append(_substances_figure(setting, views, dict(flags)))
    lar = setting.view("lar")
    if lar is not None:
        blocks.append(
            categories_figure(
                setting,
                lar,
                figure_id="substances-lar",
                title=t.gettext("Hvor mange er i legemiddelassistert rehabilitering (LAR)?"),
                finding=finding(
                    setting,
                    lar,
                    t.gettext("Av dem med rusproblem i %(area)s er %(share)s i LAR."),
                    "in_lar",
                )
                or t.gettext("Hvor mange er i legemiddelassistert rehabilitering (LAR)?"),
                table_id="lar",
            )
        )
    return Chapter("substances", title, introduced(blocks))


def substance_sentence(setting: Setting) -> str:
    """The substance most people use; the name is followed by its share."""
    t, year = setting.translator, setting.year
    names = dict(setting.labels.flags("substances"))
    views = setting.views(tuple(names))
    shown = [view for view in views if view.percent(year, "yes") is not None]
    most = greatest(shown, year, "yes")
    if most is None:
        return ""
    message = t.gettext(
        "Det vanligste rusmiddelet blant personer med rusproblem i %(area)s er %(name)s, som er "
        "brukt av %(share)s."
    )
    if len(shown) < len(views):
        message = t.gettext(
            "Av rusmidlene som kan vises, er %(name)s det vanligste blant personer med rusproblem "
            "i %(area)s, brukt av %(share)s."
        )
    name = names[most.id]
    name = name if name.isupper() else name[:1].lower() + name[1:]
    return together(
        finding(setting, most, message, "yes", name=name),
        comparison(setting, most, most.id, "yes"),
    )


def living(setting: Setting) -> Chapter:
    """Housing, main activity and main income."""
    t = setting.translator
    blocks: list[Block] = []
    for table_id, question in (
        ("housing_situation", t.gettext("Hvordan bor de som er kartlagt?")),
        ("main_activity", t.gettext("Hva bruker de mest av uken til?")),
        ("main_income", t.gettext("Hva lever de av?")),
    ):
        view = setting.view(table_id)
        if view is None:
            continue
        notice = stand_in(setting, view)
        if notice is not None:
            blocks.append(notice)
        blocks.append(
            categories_figure(
                setting,
                view,
                figure_id=f"living-{table_id.replace('_', '-')}",
                title=question,
                finding=living_sentence(setting, table_id) or question,
                table_id=table_id,
            )
        )
    if not blocks:
        blocks.append(nothing(setting))
    return Chapter("living", t.gettext("Bolig, arbeid og inntekt"), introduced(blocks))


def living_sentence(setting: Setting, table_id: str) -> str:
    """What the plans ask about: without housing, in ordinary work, on wages."""
    t, view = setting.translator, setting.view(table_id)
    if view is None:
        return ""
    attempts = {
        "housing_situation": (
            (t.gettext("I %(area)s er %(share)s uten bolig."), ROOFLESS),
            (
                t.gettext("I %(area)s bor %(share)s i bolig de eier eller leier."),
                ("owns", "rents_private", "rents_municipal"),
            ),
        ),
        "main_activity": (
            (
                t.gettext("I %(area)s er %(share)s i ordinært arbeid på heltid eller deltid."),
                WORKING,
            ),
            (t.gettext("I %(area)s er %(share)s uten noen hovedaktivitet."), ("none",)),
        ),
        "main_income": (
            (t.gettext("I %(area)s lever %(share)s av lønn."), ("wages",)),
            (t.gettext("I %(area)s lever %(share)s av uføretrygd."), ("disability_benefit",)),
        ),
    }[table_id]
    for message, categories in attempts:
        said = finding(setting, view, message, *categories)
        if said:
            return together(
                said,
                change(setting, view, *categories),
                comparison(setting, view, table_id, *categories),
            )
    return ""


def _substances_figure(setting: Setting, views: tuple[View, ...], names: dict[str, str]) -> Figure:
    t, year = setting.translator, setting.year
    order = sorted(views, key=lambda view: -(view.count(year, "yes") or 0))
    others = {view.id: setting.other(view.id, view) for view in order}
    with_other = any(others.values())
    drawn, rows = [], []
    for view in order:
        other = others[view.id]
        beside = None if other is None else other.percent(year, "yes")
        label = names[view.id]
        drawn.append(drawn_share(setting, label, view, beside, "yes"))
        cells = [
            count_cell(setting, view, year, "yes"),
            share_cell(setting, view, year, "yes"),
        ]
        if with_other:
            cells.append(
                Cell(NO_NUMBER) if other is None else share_cell(setting, other, year, "yes")
            )
        rows.append(Row(label, tuple(cells)))
    # Bases differ only where a question was left out; the largest is the group's size.
    base = max((view.base(year) or 0 for view in order), default=0)
    title = in_area(setting, views[0], t.gettext("Hvilke rusmidler brukes?"))
    said = substance_sentence(setting) or title
    head = [t.gettext("Rusmiddel"), t.gettext("Antall"), t.gettext("Andel")]
    other_name = next((other.area_name for other in others.values() if other is not None), "")
    if with_other:
        head.append(t.gettext("Andel i %(area)s", area=other_name))
    return Figure(
        "substances-used",
        title,
        said,
        charts.share_bars(
            drawn,
            figure="substances-used",
            title=said,
            description=t.gettext(
                "Liggende stolper, én for hvert rusmiddel. De samme tallene står i tabellen."
            ),
            translator=t,
            own_name=views[0].label,
            other_name=sentence(other_name),
        ),
        Table(
            "substances-used-table",
            t.gettext(
                "Rusmidler brukt siste tolv måneder, %(base)s personer med rusproblem i %(area)s, "
                "%(year)s",
                base=setting.numbers.count(base),
                area=views[0].area_name,
                year=year,
            ),
            tuple(head),
            tuple(rows),
            notes(setting, rows),
        ),
        views[0].area_name,
        views[0].own,
    )
