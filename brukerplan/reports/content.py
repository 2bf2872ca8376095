"""A report as data: chapters of sentences, figures and tables, in one language.

The web page and the PDF are two printings of the same ``Report``.
"""

from __future__ import annotations

from brukerplan.reports.chapters.areas import areas
from brukerplan.reports.chapters.children import children
from brukerplan.reports.chapters.hidden import hidden
from brukerplan.reports.chapters.living import living, substances
from brukerplan.reports.chapters.method import colours, method
from brukerplan.reports.chapters.overall import overall
from brukerplan.reports.chapters.plans import plans
from brukerplan.reports.chapters.services import services
from brukerplan.reports.chapters.summary import summary
from brukerplan.reports.chapters.who import who
from brukerplan.reports.data import Participation, ReportData, TableKey, Tables
from brukerplan.reports.labels import Labels
from brukerplan.reports.numbers import Numbers
from brukerplan.reports.parts import Report
from brukerplan.reports.view import Setting
from brukerplan.translation import Translator

__all__ = ["Participation", "ReportData", "TableKey", "Tables", "report"]

_CHAPTERS = (
    summary,
    colours,
    who,
    overall,
    areas,
    substances,
    living,
    plans,
    services,
    children,
    hidden,
    method,
)


def report(data: ReportData, translator: Translator) -> Report:
    """Write the whole report of one area for one year in the translator's language.

    Every number in it stands in ``data``'s protected tables or is a sum or share of such;
    where too little of the area's own is shown, the nearest larger area stands in, named.
    """
    t, numbers = translator, Numbers(translator)
    setting = Setting(data, t, numbers, Labels(data.edition, t))
    return Report(
        title=t.gettext(
            "Kartlegging av rusproblemer og psykiske helseproblemer i %(area)s",
            area=data.area_name,
        ),
        area_name=data.area_name,
        year=data.year,
        language=t.language,
        subtitle=t.gettext("Årsrapport %(year)s", year=data.year),
        source=t.gettext("Kilde: kommunenes BrukerPlan-kartlegging %(year)s", year=data.year),
        synthetic_note=t.gettext("Syntetiske tall – fiktive personer") if data.synthetic else "",
        date=numbers.date(data.published_on) if data.published_on else "",
        date_iso=data.published_on.isoformat() if data.published_on else "",
        chapters=tuple(chapter(setting) for chapter in _CHAPTERS),
    )
