"""A plan's indicators in one area, from the cells that the reader may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from brukerplan.actions.exploring import Offer, Place, Wanted, explore_all
from brukerplan.disclosure.policy import PROPOSED
from brukerplan.geography import same_area
from brukerplan.questionnaire.registry import edition
from brukerplan.reports.explored import Explored, ExploredArea
from brukerplan.reports.monitored import Monitored, MonitoredIndicator, observed
from brukerplan.statistics.monitor import Footing, Lack, Observed, ReleasedForm, read, released_form
from brukerplan.statistics.plan import Indicator, Plan


def monitor(session: Session, *, offer: Offer, plan: Plan, place: Place) -> Monitored | None:
    """Read every indicator of a plan in an area; ``None`` where no year of the plan has numbers.

    Parameters
    ----------
    offer
        Decides which numbers that are not published may be seen.

    Raises
    ------
    UnknownMunicipalityError, MunicipalityNoLongerExistsError, MunicipalityDoesNotExistYetError
        A municipality is none in the last year with numbers.
    ReleaseChangedError
        The stored cells are not those that were released.
    """
    years = [year for year in offer.years if plan.baseline_year <= year <= plan.last_year]
    if not years:
        return None
    forms = {each.id: released_form(each) for each in plan.indicators}
    wanted = {
        id_: Wanted(form.table, form.counted, form.population, (place,), years[0], years[-1])
        for id_, form in forms.items()
        if form is not None and form.table in offer.tables
    }
    views = explore_all(session, offer=offer, wanted=tuple(wanted.values()))
    explored = dict(zip(wanted, views, strict=True))
    return Monitored(
        plan,
        tuple(years),
        {
            each.id: _read(plan, each, years, forms[each.id], explored.get(each.id))
            for each in plan.indicators
        },
    )


def _read(
    plan: Plan,
    indicator: Indicator,
    years: Sequence[int],
    form: ReleasedForm | None,
    explored: Explored | None,
) -> MonitoredIndicator:
    if form is None:
        return MonitoredIndicator(indicator, None, None)
    if explored is None:
        # No year's edition has the question.
        seen: dict[int, Observed | Lack] = dict.fromkeys(years, Lack.NOT_ASKED)
        footing: dict[int, Footing] = {}
    else:
        (area,) = explored.areas
        seen = {year: observed(area, year, form) for year in years}
        footing = _footing(explored, area, seen)
    reading = read(
        plan,
        indicator,
        seen,
        footing=footing,
        minimum_base=PROPOSED.minimum_base_for_share.value,
    )
    return MonitoredIndicator(indicator, explored, reading)


def _footing(
    explored: Explored, area: ExploredArea, seen: Mapping[int, object]
) -> dict[int, Footing]:
    last = explored.years[-1]
    found = {}
    for year, what in seen.items():
        if isinstance(what, Lack):
            continue
        known = area.years[year]
        # By today's names; what has no borders of today is not the same.
        same = same_area(known.codes, of_year=year, in_year=last)
        places = frozenset({f"{year} {code}" for code in known.codes}) if same is None else same
        q = edition(explored.editions[year])
        found[year] = Footing(q.edition, places, frozenset(known.terms), q.level_rule)
    return found
