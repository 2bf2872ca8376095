"""Chapter: plans and cooperation."""

from __future__ import annotations

from brukerplan.reports.cells import percent_of
from brukerplan.reports.exhibits import categories_figure, introduced, nothing, stand_in
from brukerplan.reports.parts import Block, Chapter
from brukerplan.reports.text import change, comparison, finding, together
from brukerplan.reports.view import Setting
from brukerplan.reports.yes_no import yes_figure

OTHER_PLANS = (
    "responsibility_group",
    "coordinator",
    "crisis_plan",
    "action_plan",
    "plan_after_discharge",
    "user_took_part",
)


def plans(setting: Setting) -> Chapter:
    """Individual plan with both denominators, and the other plans."""
    t = setting.translator
    blocks: list[Block] = []
    view = setting.view("individual_plan")
    if view is not None:
        notice = stand_in(setting, view)
        if notice is not None:
            blocks.append(notice)
        blocks.append(
            categories_figure(
                setting,
                view,
                figure_id="plans-individual",
                title=t.gettext("Hvor mange har individuell plan?"),
                finding=plan_sentences(setting) or t.gettext("Hvor mange har individuell plan?"),
                table_id="individual_plan",
            )
        )
    blocks.extend(
        yes_figure(
            setting,
            [table_id for table_id in OTHER_PLANS if setting.own(table_id) is not None],
            figure_id="plans-other",
            title=t.gettext("Hvilke andre planer og samarbeidsformer finnes?"),
            name=t.gettext("Planer og samarbeid"),
        )
    )
    if not blocks:
        blocks.append(nothing(setting))
    return Chapter("plans", t.gettext("Planer og samarbeid"), introduced(blocks))


def plan_sentences(setting: Setting) -> str:
    """Individual plan among all mapped and among those entitled to one."""
    t, view, year = setting.translator, setting.view("individual_plan"), setting.year
    if view is None:
        return ""
    said = together(
        finding(
            setting,
            view,
            t.gettext("Av alle kartlagte i %(area)s har %(share)s individuell plan."),
            "has",
        ),
        change(setting, view, "has"),
        comparison(setting, view, "individual_plan", "has"),
    )
    has, base = view.count(year, "has"), view.base(year)
    outside = view.count(year, "not_entitled")
    if has is None or base is None or not outside or base == outside:
        return said
    entitled = base - outside
    return together(
        said,
        t.gettext(
            "Regnet bare av dem som kan ha rett til en plan i %(area)s, er det %(share)s.",
            area=view.area_name,
            share=setting.numbers.share(has, entitled, percent_of(has, entitled)),
        ),
    )
