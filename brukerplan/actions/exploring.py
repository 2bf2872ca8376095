"""What can be explored, and by whom; and the numbers of one view. Nothing here is unprotected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.access.roles import PERMISSIONS
from brukerplan.actions.oslo import oslo_day
from brukerplan.actions.reporting import common_rules
from brukerplan.disclosure.cube import ALL, MUNICIPALITY, TOTAL, Area, populations
from brukerplan.disclosure.policy import PROPOSED
from brukerplan.disclosure.status import Status
from brukerplan.geography import (
    UnknownHealthTrustError,
    UnknownRegionalHealthAuthorityError,
    health_trust,
    health_trust_members,
    municipalities_in,
    municipality,
    regional_health_authorities,
    regional_health_authority_members,
)
from brukerplan.persistence.queries import organisations, rounds
from brukerplan.persistence.queries.taking_part import TookPart, taking_part
from brukerplan.persistence.releases import (
    Tables,
    released_areas,
    safe_tables,
    series_keys,
    tables_of_years,
)
from brukerplan.persistence.tables.states import ReleaseState
from brukerplan.questionnaire.registry import edition_for_year
from brukerplan.reports.explored import AreaYear, Explored, ExploredArea, Gap, ReleaseFact
from brukerplan.statistics.tables import tables_for

Place = tuple[str, str]
"""Level and key of an area: ``("municipality", "1103")``."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody can choose among.

    Parameters
    ----------
    published, unpublished
        Years with a published release; and years that are built and not published, of which
        ``reach`` may be seen.
    areas
        Every area with numbers. Not all exist in every year.
    reach
        Areas whose numbers this person may see before they are published.
    own
        Areas the person has a role in, the most fitting first.
    """

    published: tuple[int, ...]
    unpublished: tuple[int, ...]
    areas: frozenset[Place]
    reach: frozenset[Place]
    own: tuple[Place, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """All years there is something to see of, ascending."""
        return tuple(sorted({*self.published, *self.unpublished}))

    @property
    def tables(self) -> dict[str, tuple[str, ...]]:
        """Every table of these years with its categories, in the newest form's order."""
        return tables_of_years(self.years)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One view.

    Parameters
    ----------
    chosen
        Categories of the table; empty for all.
    areas
        At least one.
    first, last
        Years, both included. Areas are those of ``last``, whatever has become of them since,
        so that the view is the same when newer years have come.
    """

    table: str
    chosen: tuple[str, ...]
    population: str
    areas: tuple[Place, ...]
    first: int
    last: int


def offered(session: Session, actor: Actor | None) -> Offer:
    """Return what ``actor``, or everyone for ``None``, can choose among.

    Whoever may read unpublished releases in an organisation reads them for its area and those
    below it, and no others: an embargo is kept towards the neighbour too.
    """
    states: dict[str, set[int]] = {ReleaseState.BUILT: set(), ReleaseState.PUBLISHED: set()}
    for line in rounds.releases(session):
        states[line.state].add(line.year)
    held = _held(actor)
    reach = _places(session, {each for top in held for each in organisations.below(session, top)})
    member_of = {each.organisation_id for each in actor.memberships} if actor else set()
    own = (*_places(session, held), *_places(session, member_of - held))
    areas = {(line.level, line.area) for line in released_areas(session)}
    built = states[ReleaseState.BUILT] - states[ReleaseState.PUBLISHED]
    if built and reach:
        every = released_areas(session, include_unpublished=True)
        areas |= {(line.level, line.area) for line in every} & set(reach)
    return Offer(
        published=tuple(sorted(states[ReleaseState.PUBLISHED])),
        unpublished=tuple(sorted(built)) if areas & set(reach) else (),
        # Areas made for the series across mergers are not places of their own.
        areas=frozenset(place for place in areas if "+" not in place[1]),
        reach=frozenset(reach),
        own=own,
    )


def explore(session: Session, *, offer: Offer, wanted: Wanted) -> Explored:
    """Gather the protected numbers of one view and the facts beside them.

    Parameters
    ----------
    offer
        Decides which numbers that are not published may be seen.

    Raises
    ------
    UnknownMunicipalityError, MunicipalityNoLongerExistsError, MunicipalityDoesNotExistYetError
        A municipality is none in the last year.
    ReleaseChangedError
        The stored cells are not those that were released.
    """
    return explore_all(session, offer=offer, wanted=(wanted,))[0]


def explore_all(
    session: Session, *, offer: Offer, wanted: Sequence[Wanted]
) -> tuple[Explored, ...]:
    """Gather several views of the same areas and years; what they share is read once.

    Raises
    ------
    UnknownMunicipalityError, MunicipalityNoLongerExistsError, MunicipalityDoesNotExistYetError, \
ReleaseChangedError
        As for `explore`.
    """
    if not wanted:
        return ()
    first, last = wanted[0].first, wanted[0].last
    with_release = [year for year in offer.years if first <= year <= last]
    mapped = taking_part(session, with_release)
    read = {place: _read(session, offer, place, last) for place in wanted[0].areas}
    releases = tuple(
        ReleaseFact(
            line.year,
            None if line.published_at is None else oslo_day(line.published_at),
            line.digest,
        )
        for line in reversed(rounds.releases(session))
        if line.year in with_release
    )
    synthetic = any(line.synthetic for line in rounds.rounds(session) if line.year in with_release)
    return tuple(
        Explored(
            table=each.table,
            population=each.population,
            categories=offer.tables[each.table],
            chosen=tuple(one for one in offer.tables[each.table] if one in each.chosen)
            or offer.tables[each.table],
            years=tuple(range(first, last + 1)),
            areas=tuple(_area(offer, each, place, mapped, read[place]) for place in each.areas),
            editions={year: edition_for_year(year).edition for year in with_release},
            releases=releases,
            synthetic=synthetic,
        )
        for each in wanted
    )


Mapped = Mapping[int, Mapping[str, TookPart]]


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """What is seen of an area, and what everybody sees."""

    tables: Tables
    public: Tables


def _read(session: Session, offer: Offer, place: Place, last: int) -> _Read:
    (level, key), seen = place, place in offer.reach
    tables = safe_tables(session, code=key, of_year=last, level=level, include_unpublished=seen)
    public = tables
    if seen and offer.unpublished:
        # An unpublished release can hold older years too, on borders that are new.
        public = safe_tables(session, code=key, of_year=last, level=level)
    return _Read(tables, public)


def _area(offer: Offer, wanted: Wanted, place: Place, mapped: Mapped, read: _Read) -> ExploredArea:
    (level, key), last = place, wanted.last
    seen, tables, public = place in offer.reach, read.tables, read.public
    asked = range(wanted.first, last + 1)
    keys = dict.fromkeys(asked, key)
    if level == MUNICIPALITY:
        keys = series_keys(key, of_year=last, years=asked)
    table = tables.get((wanted.table, wanted.population))
    years = {}
    for year in asked:
        if year not in offer.years:
            years[year] = AreaYear(Gap.NO_ROUND)
        elif year in offer.unpublished and not seen:
            years[year] = AreaYear(Gap.NOT_YET_PUBLISHED)
        elif year not in keys:
            years[year] = AreaYear(Gap.SPLIT)
        else:
            members = _members(level, keys[year], year)
            took = [mapped[year][code] for code in members if code in mapped.get(year, {})]
            has_numbers = _has_numbers(tables, year)
            if not has_numbers:
                gap: Gap | None = _absent(level, took=len(took), of=len(members))
            elif table is None or table.cell(year, TOTAL).status is Status.NOT_ASKED:
                gap = _not_asked(wanted, level, year)
            else:
                gap = None
            came = {each.code for each in took}
            years[year] = AreaYear(
                gap,
                keys[year],
                _named((code for code in members if code in came), year),
                _named((code for code in members if code not in came), year),
                frozenset(came),
                common_rules(took) if took else None,
                frozenset(common_rules((each,)) for each in took),
                unpublished=has_numbers and not _has_numbers(public, year),
            )
    return ExploredArea(level, key, _name(level, key, last), table, years)


def _has_numbers(tables: Tables, year: int) -> bool:
    """Whether a release is about the area in that year; any of its tables tells."""
    some = next(iter(tables.values()), None)
    return (
        some is not None
        and year in some.years
        and some.cell(year, TOTAL).status is not Status.NOT_PUBLISHED
    )


def _absent(level: str, *, took: int, of: int) -> Gap:
    if level != MUNICIPALITY:
        return Gap.NO_AREA
    return Gap.TOOK_PART_IN_PART if 0 < took < of else Gap.DID_NOT_TAKE_PART


def _not_asked(asked: Wanted, level: str, year: int) -> Gap:
    if asked.population not in populations(Area(level, "", frozenset()), PROPOSED):
        return Gap.GROUP_NOT_AT_LEVEL
    parts = _parts(year).get(asked.table)
    if parts is None or asked.population in (ALL, *parts):
        return Gap.NOT_ASKED
    return Gap.NOT_PUT_TO_GROUP


@cache
def _parts(year: int) -> Mapping[str, tuple[str, ...]]:
    return {spec.id: spec.parts for spec in tables_for(edition_for_year(year))}


def _members(level: str, key: str, year: int) -> tuple[str, ...]:
    """Codes of ``year`` in the area; none where the area did not exist."""
    try:
        if level == MUNICIPALITY:
            return tuple(key.split("+"))
        if level == "trust":
            return health_trust_members(key, year)
        if level == "region":
            return regional_health_authority_members(key, year)
    except (UnknownHealthTrustError, UnknownRegionalHealthAuthorityError):
        return ()
    return tuple(place.code for place in municipalities_in(year))


def _named(codes: Iterable[str], year: int) -> tuple[str, ...]:
    return tuple(sorted(municipality(code, year).name for code in codes))


def _name(level: str, key: str, year: int) -> str:
    """Bare name of an area; empty for the nation, whose name is the language's."""
    if level == MUNICIPALITY:
        return municipality(key, year).name
    if level == "trust":
        try:
            return health_trust(key, year).name
        except UnknownHealthTrustError:
            return key
    return next((each.name for each in regional_health_authorities(year) if each.key == key), "")


def _held(actor: Actor | None) -> set[int]:
    """Organisations in which the actor reads what is not published."""
    if actor is None:
        return set()
    return {
        each.organisation_id
        for each in actor.memberships
        if Permission.RELEASE_READ_UNPUBLISHED in PERMISSIONS[each.role]
    }


def _places(session: Session, ids: Iterable[int]) -> tuple[Place, ...]:
    return tuple((line.kind, line.code) for line in organisations.organisations(session, ids))
