"""Chapter: what is hidden, how much, and why."""

from __future__ import annotations

from collections import Counter

from brukerplan.disclosure.cube import TOTAL
from brukerplan.disclosure.policy import PROPOSED
from brukerplan.disclosure.status import REASONS, Status
from brukerplan.reports.data import ALL
from brukerplan.reports.parts import Block, Cell, Chapter, Paragraph, Points, Row, Table
from brukerplan.reports.view import HIDDEN, Setting


def hidden(setting: Setting) -> Chapter:
    """Numbers hidden in the year reported, and the rules with their reasons."""
    t, year, numbers = setting.translator, setting.year, setting.numbers
    found: Counter[Status] = Counter()
    whole = 0
    for (_, population), table in setting.data.tables.items():
        if population == ALL and year in table.years:
            found.update(table.cell(year, one).status for one in table.categories)
            whole += table.cell(year, TOTAL).status in HIDDEN
    blocks: list[Block] = [
        Paragraph(
            t.gettext(
                "Bak tallene står mennesker. Noen tall er derfor skjult, slik at ingen skal kunne "
                "kjennes igjen. Det kontrolleres at ingen skjulte tall kan regnes ut ved å legge "
                "sammen og trekke fra tall i denne rapporten, i andre kommuners rapporter eller i "
                "rapporter fra tidligere år. Kontrollen fanger ikke opp alt: Den som også bruker "
                "at skjulte tall er større enn null, kan i noen tilfeller komme nær et skjult tall "
                "eller finne det."
            )
        ),
        Table(
            "hidden-count",
            t.gettext(
                "Hvor mye er skjult for %(area)s i %(year)s", area=setting.data.area_name, year=year
            ),
            (t.gettext("Tall"), t.gettext("Antall")),
            (
                Row(t.gettext("Tall som vises"), (Cell(numbers.count(found[Status.PUBLISHED])),)),
                *(
                    Row(t.gettext(REASONS[status]), (Cell(numbers.count(found[status])),))
                    for status in Status
                    if status in HIDDEN and found[status]
                ),
                Row(t.gettext("Spørsmål der summen er skjult"), (Cell(numbers.count(whole)),)),
            ),
        ),
        Paragraph(t.gettext("Dette er reglene, og grunnen til hver av dem:")),
        Points(tuple(t.gettext(rule.reason) for _, rule in PROPOSED.rules())),
        Paragraph(
            t.gettext(
                "Noen tall er større enn grensene og likevel skjult. Det er fordi et skjult tall "
                "ellers kunne regnes ut som differansen mellom summen og de andre tallene. Et "
                "skjult tall er aldri det samme som null: nuller vises."
            )
        ),
    ]
    return Chapter("hidden", t.gettext("Hva er skjult, og hvorfor"), tuple(blocks))
