"""Chapter: children of those mapped."""

from __future__ import annotations

from brukerplan.reports.exhibits import introduced, nothing
from brukerplan.reports.parts import Block, Chapter
from brukerplan.reports.text import change, comparison, finding, together
from brukerplan.reports.view import Setting
from brukerplan.reports.yes_no import yes_figure

CHILDREN = (
    "children_under_18",
    "daily_care",
    "contact",
    "child_welfare_involved",
    "child_followed_up",
    "concern_reported",
)


def children(setting: Setting) -> Chapter:
    """Children of those mapped, and how they are followed up."""
    t = setting.translator
    ids = [table_id for table_id in CHILDREN if setting.own(table_id) is not None]
    blocks: list[Block] = list(
        yes_figure(
            setting,
            ids,
            figure_id="children-known",
            title=t.gettext("Hvor mange har omsorg for barn eller samvær med barn?"),
            name=t.gettext("Barn som pårørende"),
        )
    )
    if not blocks:
        blocks.append(nothing(setting))
    return Chapter("children", t.gettext("Barn som pårørende"), introduced(blocks))


def child_sentence(setting: Setting) -> str:
    """How many have daily care of children."""
    t, view = setting.translator, setting.view("daily_care")
    if view is None:
        return ""
    return together(
        finding(
            setting, view, t.gettext("I %(area)s har %(share)s daglig omsorg for barn."), "yes"
        ),
        change(setting, view, "yes"),
        comparison(setting, view, "daily_care", "yes"),
    )
