"""Chapter: services and unmet need."""

from __future__ import annotations

from collections.abc import Sequence

from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Widget
from brukerplan.reports import charts
from brukerplan.reports.cells import NO_NUMBER, count_cell, notes, percent_of, share_cell
from brukerplan.reports.exhibits import in_area, nothing, stand_in
from brukerplan.reports.parts import Block, Cell, Chapter, Figure, Paragraph, Row, Table
from brukerplan.reports.text import finding, together
from brukerplan.reports.view import Setting, View, greatest
from brukerplan.statistics.unmet_need import NEEDING, UNMET, Need, need

_DRAWN_SERVICES = 14
_NAMED = 5
_STYLES = (
    ("receives_covers", "covered"),
    ("receives_not_covers", "partly"),
    ("needs_not_received", "unmet"),
)


def services(setting: Setting) -> Chapter:
    """Services with need, and how far the need is met."""
    t = setting.translator
    title = t.gettext("Tjenester og udekket behov")
    views = setting.views(service_ids(setting))
    if not views:
        return Chapter("services", title, (nothing(setting),))
    blocks: list[Block] = []
    notice = stand_in(setting, views[0])
    if notice is not None:
        blocks.append(notice)
    blocks.append(
        Paragraph(
            t.gettext(
                "Et behov er udekket når personen trenger tjenesten uten å motta den, eller "
                "mottar den uten at den dekker behovet. Det er fagfolkenes vurdering."
            )
        )
    )
    listed = poorly_covered(setting)
    if listed:
        blocks.append(Paragraph(listed))
    blocks.append(_services_figure(setting, views))
    return Chapter("services", title, tuple(blocks))


def service_ids(setting: Setting) -> tuple[str, ...]:
    """The services that the edition asks about."""
    return tuple(
        variable.id
        for variable in edition(setting.data.edition).variables
        if variable.widget is Widget.SERVICE
    )


def service_sentences(setting: Setting) -> tuple[str, ...]:
    """The service most people lack, and those that many need and few get enough of."""
    t, year = setting.translator, setting.year
    views = setting.views(service_ids(setting))
    shown = [view for view in views if view.percent(year, *UNMET) is not None]
    most = greatest(shown, year, *UNMET)
    if most is None:
        return ()
    message = t.gettext("Størst udekket behov i %(area)s gjelder «%(name)s»: %(share)s.")
    if len(shown) < len(views):
        message = t.gettext(
            "Størst udekket behov som kan vises i %(area)s, gjelder «%(name)s»: %(share)s."
        )
    said = finding(
        setting,
        most,
        message,
        *UNMET,
        name=setting.labels.variable(most.id),
    )
    of_those = _need(most, year)
    if not of_those.needing or of_those.unmet is None:
        return (said,)
    return (
        said,
        t.gettext(
            "Av dem som trenger denne tjenesten, er det %(share)s som ikke får dekket behovet.",
            share=setting.numbers.share(
                of_those.unmet,
                of_those.needing,
                percent_of(of_those.unmet, of_those.needing),
            ),
        ),
    )


def poorly_covered(setting: Setting) -> str:
    """Services that many need and that leave many needs unmet, by name."""
    t, year = setting.translator, setting.year
    found = []
    for view in setting.views(service_ids(setting)):
        met = _need(view, year)
        if met.needed_by_many and met.poorly_covered:
            found.append((-(met.unmet or 0), setting.labels.variable(view.id)))
    if not found:
        return ""
    named = [t.gettext("«%(name)s»", name=name) for _, name in sorted(found)[:_NAMED]]
    return t.ngettext(
        "Én tjeneste trengs av mange (minst én av fire kartlagte), og mange av dem får ikke dekket "
        "behovet (minst én av fire): %(services)s.",
        "%(num)s tjenester trengs av mange (minst én av fire kartlagte), og mange av dem får ikke "
        "dekket behovet (minst én av fire). Det udekkede behovet er størst for %(services)s.",
        len(found),
        services=setting.numbers.listed(named),
    )


def _need(view: View, year: int) -> Need:
    counts = {category: view.count(year, category) for category in NEEDING}
    return need(counts, view.base(year))


def _services_figure(setting: Setting, views: Sequence[View]) -> Figure:
    t, year = setting.translator, setting.year
    order = sorted(views, key=lambda view: (-(view.count(year, *UNMET) or -1), views.index(view)))
    legend = [(style, setting.labels.code(views[0].id, code)) for code, style in _STYLES]
    rows = [Row(setting.labels.variable(view.id), _cells(setting, view)) for view in order]
    drawable = [view for view in order if view.count(year, *NEEDING)][:_DRAWN_SERVICES]
    bases = [base for base in (view.base(year) for view in views) if base]
    title = in_area(setting, views[0], t.gettext("Hvilke tjenester dekker ikke behovet?"))
    said = together(*service_sentences(setting)) or title
    return Figure(
        "services-need",
        title,
        said,
        charts.stacked_bars(
            [_need_bar(setting, view) for view in drawable],
            legend,
            figure="services-need",
            title=said,
            description=t.gettext(
                "Én liggende stolpe for hver tjeneste, av dem som trenger den: mottar og dekker, "
                "mottar uten at det dekker, mottar ikke. Tallene står i tabellen."
            ),
            translator=t,
        ),
        Table(
            "services-need-table",
            t.gettext(
                "Behov for tjenester, %(base)s kartlagte i %(area)s, %(year)s",
                base=setting.numbers.count(max(bases, default=0)),
                area=views[0].area_name,
                year=year,
            ),
            (
                t.gettext("Tjeneste"),
                *(word for _, word in legend),
                t.gettext("Trenger i alt"),
                t.gettext("Udekket, av alle"),
                t.gettext("Udekket, av dem som trenger"),
            ),
            tuple(rows),
            notes(setting, rows),
        ),
        views[0].area_name,
        views[0].own,
    )


def _cells(setting: Setting, view: View) -> tuple[Cell, ...]:
    year = setting.year
    met = _need(view, year)
    of_those = percent_of(met.unmet, met.needing)
    last = count_cell(setting, view, year, *NEEDING)
    if met.needing is not None:
        last = Cell(NO_NUMBER if of_those is None else setting.numbers.cell(of_those))
    return (
        *(count_cell(setting, view, year, code) for code, _ in _STYLES),
        count_cell(setting, view, year, *NEEDING),
        share_cell(setting, view, year, *UNMET),
        last,
    )


def _need_bar(setting: Setting, view: View) -> charts.Bar:
    t, year = setting.translator, setting.year
    needing = view.count(year, *NEEDING) or 0
    counts = [(style, view.count(year, code)) for code, style in _STYLES]
    return charts.Bar(
        setting.labels.variable(view.id),
        needing,
        tuple(charts.Segment(style, count, percent_of(count, needing)) for style, count in counts),
        note=t.gettext("av %(base)s", base=setting.numbers.count(needing)),
    )
