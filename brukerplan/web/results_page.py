"""Trends of one area as charts and tables, drawn from protected tables alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brukerplan import geography
from brukerplan.disclosure.cube import ALL, TOTAL
from brukerplan.disclosure.release import SafeTable, Status
from brukerplan.persistence.releases import ReleasedAreaLine
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.reports import charts
from brukerplan.reports.labels import Labels
from brukerplan.translation import Translator
from brukerplan.web.i18n import number, percent

# How levels are written in addresses.
LEVELS = {
    "kommune": "municipality",
    "helseforetak": "trust",
    "region": "region",
    "landet": "nation",
}
SLUGS = {level: slug for slug, level in LEVELS.items()}
_ABSENT = frozenset({Status.NOT_ASKED, Status.NOT_PUBLISHED})


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A count with its share, or why there is none."""

    count: str
    share: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class ShownYear:
    """One row of a table."""

    year: int
    base: ShownCell
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One chart with its table."""

    id: str
    title: str
    svg: str
    categories: tuple[tuple[str, str], ...]
    rows: tuple[ShownYear, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AreaLink:
    """An area in the list of results."""

    name: str
    slug: str
    key: str
    years: str


def indicators(
    tables: Mapping[tuple[str, str], SafeTable], *, area: str, year: int, translator: Translator
) -> tuple[Indicator, ...]:
    """Return the overall level, then each function area, as far as the release has them."""
    rule = edition_for_year(year).level_rule
    labels = Labels(edition_for_year(year).edition, translator)
    return tuple(
        _indicator(tables[table_id, ALL], labels, area, translator)
        for table_id in ("overall_level", *rule.areas)
        if (table_id, ALL) in tables and _published_years(tables[table_id, ALL])
    )


def area_name(level: str, key: str, year: int, translator: Translator) -> str:
    """Return the area's name as of ``year``.

    Raises
    ------
    UserError
        There is no such area in that year.
    """
    if level == "municipality":
        return geography.municipality(key, year).name
    if level == "nation":
        return translator.gettext("Hele landet")
    known = (
        geography.health_trusts(year)
        if level == "trust"
        else geography.regional_health_authorities(year)
    )
    return next((line.name for line in known if line.key == key), key)


def area_links(
    areas: tuple[ReleasedAreaLine, ...], latest: int, translator: Translator
) -> dict[str, list[AreaLink]]:
    """Group the areas of the latest release by level, each by name.

    Areas made for the series across mergers (``1103+1141``) are not places of their own,
    and a municipality that is gone is found under the one that took over.
    """
    grouped: dict[str, list[AreaLink]] = {level: [] for level in SLUGS}
    for line in areas:
        if "+" in line.area or line.level not in SLUGS:
            continue
        try:
            name = area_name(line.level, line.area, latest, translator)
        except ValueError:
            continue
        years = str(line.last_year)
        if line.first_year != line.last_year:
            years = f"{line.first_year}–{line.last_year}"
        grouped[line.level].append(AreaLink(name, SLUGS[line.level], line.area, years))
    return {
        level: sorted(links, key=lambda link: link.name.casefold())
        for level, links in grouped.items()
        if links
    }


def _indicator(table: SafeTable, labels: Labels, area: str, t: Translator) -> Indicator:
    years = _published_years(table)
    categories = tuple((one, labels.code(table.table, one)) for one in table.categories)
    label = labels.variable(table.table)
    figure = f"figur-{table.table}"
    return Indicator(
        id=table.table,
        title=label,
        svg=charts.stacked_bars(
            [_bar(table, year, t) for year in reversed(years)],
            categories,
            figure=figure,
            title=t.gettext(
                "%(what)s i %(area)s fra %(first)s til %(last)s",
                what=label,
                area=area,
                first=years[0],
                last=years[-1],
            ),
            description=t.gettext(
                "Én liggende stolpe for hvert år, delt i nivåer. De samme tallene står i tabellen."
            ),
            translator=t,
        ),
        categories=categories,
        rows=tuple(_row(table, year, t) for year in reversed(years)),
        notes=_notes(table, years, t),
    )


def _published_years(table: SafeTable) -> tuple[int, ...]:
    return tuple(year for year in table.years if table.cell(year, TOTAL).status not in _ABSENT)


def _bar(table: SafeTable, year: int, t: Translator) -> charts.Bar:
    base = table.base(year)
    if not base:
        return charts.Bar(str(year), None, absent=t.gettext("skjult"))
    return charts.Bar(
        str(year),
        base,
        tuple(
            charts.Segment(one, table.cell(year, one).count, table.share(year, one))
            for one in table.categories
        ),
        note=t.gettext("av %(base)s", base=number(base)),
    )


def _row(table: SafeTable, year: int, t: Translator) -> ShownYear:
    return ShownYear(
        year,
        _cell(table, year, TOTAL, t),
        tuple(_cell(table, year, one, t) for one in table.categories),
    )


def _cell(table: SafeTable, year: int, category: str, t: Translator) -> ShownCell:
    found = table.cell(year, category)
    if found.count is None:
        word = t.gettext("ikke spurt") if found.status in _ABSENT else t.gettext("skjult")
        return ShownCell(word, "", hidden=True)
    share = None if category == TOTAL else table.share(year, category)
    percentage = "" if share is None else percent(share)
    return ShownCell(number(found.count), percentage, hidden=False)


def _notes(table: SafeTable, years: tuple[int, ...], t: Translator) -> tuple[str, ...]:
    reasons = {
        reason: None
        for year in years
        for category in (TOTAL, *table.categories)
        if (reason := table.reason(year, category)) is not None
    }
    return tuple(t.gettext(reason) for reason in reasons)
