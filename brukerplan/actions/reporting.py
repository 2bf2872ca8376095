"""What a municipality's report is made of. Public: everything here is released."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from brukerplan.actions.areas import NATION
from brukerplan.disclosure.cube import MUNICIPALITY
from brukerplan.geography import (
    Municipality,
    health_trust,
    municipality,
    nearest_population,
    trust_key,
)
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.rounds import releases, rounds
from brukerplan.persistence.queries.taking_part import TookPart, taking_part
from brukerplan.persistence.releases import Tables, safe_tables, series_keys
from brukerplan.persistence.tables.states import ReleaseState
from brukerplan.reports.content import Participation, ReportData
from brukerplan.translation import UserError, mark

_OSLO = ZoneInfo("Europe/Oslo")


class YearNotReleasedError(UserError):
    """Nothing is published for the year."""

    message: ClassVar[str] = mark(
        "Det er ikke publisert tall for %(year)s. Disse årene er publisert: %(years)s."
    )


class DidNotTakePartError(UserError):
    """The municipality has no numbers for the year."""

    message: ClassVar[str] = mark(
        "%(name)s var ikke med i kartleggingen i %(year)s. Kommunen har tall for disse årene: "
        "%(years)s."
    )


def report_data(database: Database, *, code: str, year: int) -> ReportData:
    """Gather the protected tables and the facts beside them for one municipality's report.

    Parameters
    ----------
    code
        Municipality code valid in ``year``.
    year
        A year with a published release.

    Raises
    ------
    UnknownMunicipalityError, MunicipalityNoLongerExistsError, \
MunicipalityDoesNotExistYetError, YearNotCoveredError
        ``code`` is no municipality in ``year``.
    YearNotReleasedError, DidNotTakePartError
        There is nothing to report; the text names the years there is.
    ReleaseChangedError
        The stored cells are not those that were released.
    """
    place = municipality(code, year)
    with database.read() as session:
        published = {
            line.year: line for line in releases(session) if line.state == ReleaseState.PUBLISHED
        }
        if year not in published:
            raise YearNotReleasedError(year=year, years=_listed(published))
        until_then = sorted(known for known in published if known <= year)
        keys = series_keys(code, of_year=year, years=until_then)
        took_part = _participation(session, keys)
        if year not in took_part:
            raise DidNotTakePartError(name=place.name, year=year, years=_listed(took_part))
        comparisons = _comparisons(session, place, year)
        population = nearest_population({code}, of_year=year)
        return ReportData(
            area_name=place.name,
            area_key=keys[year],
            level=MUNICIPALITY,
            year=year,
            years=tuple(sorted(keys)),
            edition=next(line.edition for line in rounds(session) if line.year == year),
            tables=safe_tables(session, code=code, of_year=year),
            comparisons=comparisons,
            comparison_names=_names(place, comparisons, year),
            participation=took_part,
            synthetic=any(line.synthetic for line in rounds(session) if line.year in keys),
            published_on=_day(published[year].published_at),
            population_18_plus=None if population is None else population.inhabitants_18_plus,
            population_year=None if population is None else population.year,
            series_stopped_by_split=set(keys) != set(until_then),
            policy_digest=published[year].policy_digest,
        )


def _comparisons(session: Session, place: Municipality, year: int) -> dict[str, Tables]:
    keys = {
        "trust": trust_key(place.health_trust),
        "region": trust_key(place.regional_health_authority),
        "nation": NATION,
    }
    found = {
        level: safe_tables(session, code=key, of_year=year, level=level)
        for level, key in keys.items()
    }
    return {level: tables for level, tables in found.items() if tables}


def _names(place: Municipality, comparisons: Iterable[str], year: int) -> dict[str, str]:
    names = {
        "trust": health_trust(trust_key(place.health_trust), year).name,
        "region": place.regional_health_authority,
        "nation": "Norge",
    }
    return {level: names[level] for level in comparisons}


def _participation(session: Session, keys: Mapping[int, str]) -> dict[int, Participation]:
    mapped = taking_part(session, keys)
    found: dict[int, Participation] = {}
    for year, key in sorted(keys.items()):
        codes = key.split("+")
        terms = [mapped[year][code] for code in codes if code in mapped.get(year, {})]
        # Half a municipality is not the municipality.
        if len(terms) == len(codes):
            found[year] = common_rules(terms)
    return found


def common_rules(terms: Sequence[TookPart]) -> Participation:
    """Return the rules that several municipalities used together."""
    rules = {each.inclusion_rule for each in terms}
    return Participation(
        inclusion_rule=rules.pop() if len(rules) == 1 else None,
        mental_only_included=all(each.mental_only_included for each in terms),
        milder_included=all(each.milder_included for each in terms),
    )


def _listed(years: Iterable[int]) -> str:
    return ", ".join(str(year) for year in sorted(years)) or "–"


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(_OSLO).date()
