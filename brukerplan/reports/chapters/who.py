"""Chapter: who was mapped."""

from __future__ import annotations

from brukerplan.disclosure.cube import TOTAL
from brukerplan.reports.exhibits import categories_figure, introduced, nothing, stand_in
from brukerplan.reports.parts import Block, Chapter, Figure, Paragraph
from brukerplan.reports.text import finding, together
from brukerplan.reports.view import Setting, View
from brukerplan.statistics.rounding import per_thousand


def who(setting: Setting) -> Chapter:
    """Number mapped, per inhabitants, and by problem, gender and age."""
    t = setting.translator
    blocks: list[Block] = [Paragraph(sentence) for sentence in mapped(setting)]
    blocks.append(
        Paragraph(
            t.gettext(
                "Kartleggingen gjelder personer på 16 år eller mer som har et kjent rusproblem "
                "eller psykisk helseproblem, og som får en kommunal tjeneste. Kjente brukere er "
                "ikke alle: den som ingen tjeneste kjenner, er ikke med."
            )
        )
    )
    questions = (
        ("user_group", t.gettext("Hvilke problemer har de som er kartlagt?")),
        ("gender", t.gettext("Hvor mange er kvinner, og hvor mange er menn?")),
        ("age_group", t.gettext("Hvor gamle er de som er kartlagt?")),
    )
    for table_id, title in questions:
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
                figure_id=f"who-{table_id.replace('_', '-')}",
                title=title,
                finding=_finding(setting, table_id) or title,
                table_id=table_id,
            )
        )
    if not any(isinstance(block, Figure) for block in blocks):
        blocks.append(nothing(setting))
    return Chapter("who", t.gettext("Hvem er kartlagt"), introduced(blocks))


def mapped(setting: Setting) -> tuple[str, ...]:
    """How many were mapped, and how many that is per thousand inhabitants."""
    t, data, numbers = setting.translator, setting.data, setting.numbers
    own = setting.own("user_group")
    base = None if own is None else own.base(setting.year)
    if base is None:
        return (_unknown_size(setting, own),)
    first = t.gettext(
        "I %(year)s ble %(count)s personer kartlagt i %(area)s.",
        year=setting.year,
        count=numbers.count(base),
        area=data.area_name,
    )
    if not data.population_18_plus or data.population_year is None:
        return (first,)
    rate = t.gettext(
        "Det svarer til %(rate)s per 1 000 innbyggere på 18 år eller mer (i "
        "%(population_year)s var de %(population)s i alt).",
        rate=numbers.rate(per_thousand(base, data.population_18_plus)),
        population=numbers.count(data.population_18_plus),
        population_year=data.population_year,
    )
    return (together(first, rate),)


def _unknown_size(setting: Setting, own: View | None) -> str:
    t, values = setting.translator, {"area": setting.data.area_name, "year": setting.year}
    if own is None or not own.mapped(setting.year):
        return t.gettext(
            "Det er ikke publisert tall fra en kartlegging i %(area)s i %(year)s.", **values
        )
    reason = own.table.reason(setting.year, TOTAL)
    return together(
        t.gettext("Hvor mange som ble kartlagt i %(area)s i %(year)s, vises ikke.", **values),
        t.gettext(reason) if reason else "",
    )


def borrowed_size(setting: Setting) -> tuple[str, ...]:
    """How many were mapped in the larger area that stands in, where it does."""
    own, view = setting.own("user_group"), setting.view("user_group")
    base = None if view is None or view.own else view.base(setting.year)
    if view is None or base is None or (own is not None and own.base(setting.year)):
        return ()
    return (
        setting.translator.gettext(
            "I %(year)s ble %(count)s personer kartlagt i %(area)s.",
            year=setting.year,
            count=setting.numbers.count(base),
            area=view.area_name,
        ),
    )


def _finding(setting: Setting, table_id: str) -> str:
    t, view = setting.translator, setting.view(table_id)
    if view is None:
        return ""
    if table_id == "user_group":
        both = finding(
            setting,
            view,
            t.gettext("I %(area)s har %(share)s både rusproblem og psykisk helseproblem."),
            "substance_and_mental",
        )
        return both or finding(
            setting,
            view,
            t.gettext("I %(area)s har %(share)s bare psykisk helseproblem."),
            "mental_only",
        )
    if table_id == "gender":
        return finding(
            setting, view, t.gettext("I %(area)s er %(share)s kvinner."), "female"
        ) or finding(setting, view, t.gettext("I %(area)s er %(share)s menn."), "male")
    return finding(
        setting,
        view,
        t.gettext("I %(area)s utgjør de som er 25 år eller yngre, %(share)s."),
        "16_17",
        "18_25",
    ) or finding(
        setting,
        view,
        t.gettext("I %(area)s utgjør de som er 56 år eller eldre, %(share)s."),
        "56_65",
        "66_plus",
    )
