"""Explored views of the small synthetic country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.reports.data import Participation
from brukerplan.reports.explore import Setting
from brukerplan.reports.explored import AreaYear, Explored, ExploredArea, Gap, ReleaseFact
from brukerplan.statistics.tables import tables_for
from brukerplan.translation import translator
from tests.reports.country import MUNICIPALITIES, TRUST, TRUST_NAME, YEARS, tables

RULES = Participation("last_12_months", mental_only_included=True, milder_included=True)
PLACES = (("trust", TRUST), *(("municipality", code) for code in MUNICIPALITIES))


def area(
    level: str,
    key: str,
    table: str,
    *,
    population: str = "all",
    years: Iterable[int] = YEARS,
    gaps: Mapping[int, Gap] | None = None,
    rules: Mapping[int, Participation] | None = None,
    unpublished: Iterable[int] = (),
) -> ExploredArea:
    """One area with its protected table."""
    name = TRUST_NAME if level == "trust" else MUNICIPALITIES[key][0]
    asked = {year: table in _tables(year) for year in years}
    return ExploredArea(
        level,
        key,
        name,
        tables(level, key).get((table, population)),
        {
            year: AreaYear(
                (gaps or {}).get(year, None if asked[year] else Gap.NOT_ASKED),
                key,
                (name,),
                (),
                rules=(rules or {}).get(year, RULES),
                unpublished=year in set(unpublished),
            )
            for year in years
        },
    )


def setting(
    *areas: ExploredArea,
    table: str,
    chosen: tuple[str, ...] = (),
    population: str = "all",
    language: str = "nb",
) -> Setting:
    """The view of these areas, in a language."""
    years = tuple(areas[0].years)
    found = next(each.table for each in areas if each.table is not None)
    explored = Explored(
        table=table,
        population=population,
        categories=found.categories,
        chosen=chosen or found.categories,
        years=years,
        areas=areas,
        editions={year: edition_for_year(year).edition for year in years},
        releases=tuple(ReleaseFact(year, date(year + 1, 2, 1), "f" * 64) for year in years),
        synthetic=True,
    )
    return Setting.of(explored, translator(language))


def _tables(year: int) -> set[str]:
    return {spec.id for spec in tables_for(edition_for_year(year))}
