"""Sentences built from numbers: each says its base, compares only what is published,
and speaks of association, never of effect.
"""

from __future__ import annotations

from brukerplan.reports.data import Participation
from brukerplan.reports.numbers import sentence
from brukerplan.reports.view import Setting, View


def finding(setting: Setting, view: View, message: str, *categories: str, **values: object) -> str:
    """Say the share of some categories; an empty text where it is hidden.

    ``message`` is a translated text with a ``%(share)s`` place, which opens or follows in
    the sentence; ``%(area)s``, ``%(year)s`` and those in ``values`` may be used too.
    """
    year = setting.year
    count, base = view.count(year, *categories), view.base(year)
    if count is None or not base:
        return ""
    if count == 0:
        words = setting.translator.gettext(
            "ingen (0 av %(base)s)", base=setting.numbers.count(base)
        )
    else:
        words = setting.numbers.share(count, base, view.percent(year, *categories))
    return sentence(message % {"share": words, "area": view.area_name, "year": year, **values})


def comparison(setting: Setting, view: View, table_id: str, *categories: str) -> str:
    """Say the trust area's share, only where own and other are both published shares."""
    other = setting.other(table_id, view)
    if other is None or view.percent(setting.year, *categories) is None:
        return ""
    percent, base = other.percent(setting.year, *categories), other.base(setting.year)
    if percent is None or base is None:
        return ""
    return setting.translator.gettext(
        "I %(area)s er andelen %(percent)s prosent (av %(base)s).",
        area=other.area_name,
        percent=setting.numbers.count(percent),
        base=setting.numbers.count(base),
    )


def change(setting: Setting, view: View, *categories: str) -> str:
    """Say the share in the first year that was mapped by the same rules, where published."""
    now = view.percent(setting.year, *categories)
    first = first_comparable(setting, view, *categories)
    if now is None or first is None:
        return ""
    then, base = view.percent(first, *categories), view.base(first)
    if then is None or base is None:
        return ""
    t, numbers = setting.translator, setting.numbers
    values: dict[str, object] = {
        "first": first,
        "year": setting.year,
        "then": numbers.count(then),
        "base": numbers.count(base),
        "now": numbers.count(now),
    }
    if then == now:
        return t.gettext(
            "Andelen er den samme som i %(first)s, da den var %(then)s prosent (av %(base)s).",
            **values,
        )
    difference = abs(now - then)
    values["points"] = t.ngettext("%(num)s prosentpoeng", "%(num)s prosentpoeng", difference)
    if now > then:
        return t.gettext(
            "Det er %(points)s mer enn i %(first)s, da andelen var %(then)s prosent (av %(base)s).",
            **values,
        )
    return t.gettext(
        "Det er %(points)s mindre enn i %(first)s, da andelen var %(then)s prosent (av %(base)s).",
        **values,
    )


def first_comparable(setting: Setting, view: View, *categories: str) -> int | None:
    """Earliest year before this one with a published share, mapped by the same rules.

    None for an area that stands in: which rules all its municipalities used is not known.
    """
    if not view.own:
        return None
    for year in setting.data.years:
        comparable = year < setting.year and same_rules(setting, year)
        if comparable and view.percent(year, *categories) is not None:
            return year
    return None


def same_rules(setting: Setting, year: int) -> bool:
    """The area took part in ``year`` by the same rules as in the year reported.

    Where nothing is stored about either year (an aggregate), nothing speaks against it.
    """
    known: dict[int, Participation] = dict(setting.data.participation)
    if not known:
        return True
    return year in known and known.get(year) == known.get(setting.year)


def together(*sentences: str) -> str:
    """Join the sentences that have something to say."""
    return " ".join(one for one in sentences if one)
