"""Door 2: a frozen round becomes a release, and a release is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.areas import areas_of, merged_later, took_part
from brukerplan.actions.scope import existing_round, require_at
from brukerplan.disclosure.cube import MUNICIPALITY
from brukerplan.disclosure.policy import PROPOSED, Policy
from brukerplan.disclosure.release import Area, protect
from brukerplan.disclosure.status import ReleasedCell, Status
from brukerplan.geography import area_key, constituents
from brukerplan.persistence.engine import Database
from brukerplan.persistence.frames import load_frame
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.rounds import (
    released_years,
    releases,
    round_of_year,
)
from brukerplan.persistence.reach import Door
from brukerplan.persistence.releases import (
    published_areas,
    published_cells,
    store_release,
    verify_release,
)
from brukerplan.persistence.tables import MappingRound, Release
from brukerplan.persistence.tables.states import CHANGEABLE, ReleaseState, RoundState
from brukerplan.questionnaire.registry import edition
from brukerplan.statistics.describe import CountTable, count_tables
from brukerplan.statistics.links import links, structural_zeros
from brukerplan.translation import UserError, mark


class NotFrozenError(UserError):
    """The round is still open."""

    message: ClassVar[str] = mark(
        "Kartleggingen for %(year)s er ikke frosset. Frys runden før tallene bygges."
    )


class AlreadyPublishedError(UserError):
    """The round's release is published, and stands."""

    message: ClassVar[str] = mark(
        "Tallene for %(year)s er publisert og kan ikke bygges eller publiseres på nytt."
    )


class OtherReleaseWaitingError(UserError):
    """Another year's release is built: two at once could tell more than each is checked for."""

    message: ClassVar[str] = mark(
        "Tallene for %(year)s er bygget, men ikke publisert. Publiser dem først."
    )


class PublishedMeanwhileError(UserError):
    """Something was published while this was being built, and was not reckoned with."""

    message: ClassVar[str] = mark(
        "Andre tall ble publisert mens disse ble bygget. Bygg dem på nytt."
    )


class ReleaseNotFoundError(UserError):
    """No release has this id."""

    message: ClassVar[str] = mark("Tallene finnes ikke. De kan være bygget på nytt.")


@dataclass(frozen=True, slots=True)
class BuiltRelease:
    """A release to look at: how many cells are shown, and how many are hidden and why."""

    id: int
    year: int
    areas: int
    cells: Mapping[str, int]
    digest: str


@dataclass(frozen=True, slots=True)
class PublishedRelease:
    """A release that everybody can read."""

    id: int
    year: int
    published_at: datetime


def build_release(
    database: Database,
    *,
    by: Actor,
    round_id: int,
    now: datetime,
    policy: Policy = PROPOSED,
) -> BuiltRelease:
    """Count a frozen round, protect the counts together with all published, and store them.

    The year is also counted for municipalities it is known to become part of, and older years
    for today's municipalities where borders have changed since they were published, if every
    municipality that became this one had taken part.

    Raises
    ------
    NotAllowedError, RoundNotFoundError, NotFrozenError, AlreadyPublishedError, \
OtherReleaseWaitingError, PublishedMeanwhileError
        It cannot be built by this actor, or not now.
    ExposesEarlierSecretError
        What is published already tells what must be hidden now.
    """
    # Counting and protecting take their time; nobody who is saving should wait for it.
    with database.read(Door.RELEASE) as session:
        found = existing_round(session, round_id)
        require_at(session, by, Permission.RELEASE_BUILD, found.owner_organisation_id)
        if found.state in CHANGEABLE:
            raise NotFrozenError(year=found.year)
        _refuse_if_published_or_waiting(session, round_id)
        published = _published(session)
        codes = took_part(session, found.year)
        areas = (*areas_of(codes, found.year), *merged_later(codes, found.year))
        cells = list(_protected(session, found.year, areas, policy))
        for year in released_years(session):
            cells += _regrouped(session, codes, found.year, in_year=year, policy=policy)
    with database.begin() as session:
        _refuse_if_published_or_waiting(session, round_id)
        if _published(session) != published:
            raise PublishedMeanwhileError
        release_id = store_release(
            session,
            round_id=round_id,
            year=found.year,
            cells=cells,
            policy_digest=policy.digest(),
            built_by=by.user_id,
            built_at=now,
        )
        stored = session.get_one(Release, release_id)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="release.built",
            organisation_id=found.owner_organisation_id,
            subject=release_id,
            detail=f"year={found.year} cells={len(cells)}",
        )
    return BuiltRelease(
        id=release_id,
        year=found.year,
        areas=len({(cell.key.level, cell.key.area) for cell in cells}),
        cells=_by_status(cells),
        digest=stored.digest,
    )


def publish_release(
    database: Database, *, by: Actor, release_id: int, now: datetime
) -> PublishedRelease:
    """Publish a built release. It stands from then on.

    Raises
    ------
    NotAllowedError, ReleaseNotFoundError, AlreadyPublishedError
        It cannot be published by this actor, or not now.
    ReleaseChangedError
        The stored cells are not those that were built.
    """
    with database.begin() as session:
        release = session.get(Release, release_id, with_for_update=True)
        if release is None:
            raise ReleaseNotFoundError
        found = existing_round(session, release.round_id)
        require_at(session, by, Permission.RELEASE_PUBLISH, found.owner_organisation_id)
        if release.state == ReleaseState.PUBLISHED:
            raise AlreadyPublishedError(year=release.year)
        verify_release(session, release_id)
        release.state = ReleaseState.PUBLISHED
        release.published_by = by.user_id
        release.published_at = now
        session.execute(
            sa.update(MappingRound)
            .where(MappingRound.id == release.round_id)
            .values(state=RoundState.RELEASED, released_at=now)
        )
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="release.published",
            organisation_id=found.owner_organisation_id,
            subject=release_id,
            # Eight digits at most: ten in a row the log takes for a national number.
            detail=f"year={release.year} digest={release.digest[:8]}",
        )
        return PublishedRelease(release_id, release.year, now)


def _regrouped(
    session: Session, codes: Iterable[str], of_year: int, *, in_year: int, policy: Policy
) -> list[ReleasedCell]:
    """Today's municipalities in an older year, where nothing is published of them yet."""
    taking_part = took_part(session, in_year)
    published = published_areas(session, in_year)
    wanted = {
        (MUNICIPALITY, area_key(then)): Area(MUNICIPALITY, area_key(then), then)
        for code in codes
        if (then := constituents(code, of_year=of_year, in_year=in_year)) is not None
        and then <= frozenset(taking_part)
        and (MUNICIPALITY, area_key(then)) not in published
    }
    if not wanted:
        return []
    # Together with every area published of that year: they are one system.
    before = {(area.level, area.key): area for area in areas_of(taking_part, in_year)} | {
        (level, key): Area(level, key, frozenset(key.split("+")))
        for level, key in published
        if level == MUNICIPALITY
    }
    areas = (*(area for key, area in before.items() if key in published), *wanted.values())
    return [
        cell
        for cell in _protected(session, in_year, areas, policy)
        if (cell.key.level, cell.key.area) in wanted
    ]


def _protected(
    session: Session, year: int, areas: tuple[Area, ...], policy: Policy
) -> tuple[ReleasedCell, ...]:
    found = round_of_year(session, year)
    assert found is not None  # the year comes from a round
    q = edition(found.edition)
    tables: tuple[CountTable, ...] = count_tables(
        load_frame(session, year), q, took_part(session, year)
    )
    return protect(
        tables=tables,
        links=links(q),
        structural_zeros=structural_zeros(q),
        areas=areas,
        policy=policy,
        earlier=published_cells(session, year),
    ).cells


def _refuse_if_published_or_waiting(session: Session, round_id: int) -> None:
    for release in releases(session):
        if release.round_id == round_id and release.state == ReleaseState.PUBLISHED:
            raise AlreadyPublishedError(year=release.year)
        if release.round_id != round_id and release.state == ReleaseState.BUILT:
            raise OtherReleaseWaitingError(year=release.year)


def _published(session: Session) -> frozenset[tuple[int, str]]:
    return frozenset(
        (release.id, release.digest)
        for release in releases(session)
        if release.state == ReleaseState.PUBLISHED
    )


def _by_status(cells: Iterable[ReleasedCell]) -> dict[str, int]:
    counted = dict.fromkeys((str(status) for status in Status), 0)
    for cell in cells:
        counted[cell.status] += 1
    return {status: number for status, number in counted.items() if number}
