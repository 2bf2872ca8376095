"""Fills a database with the demonstration: a synthetic population through eleven closed rounds.

Registrations are inserted in bulk; everything that decides what may pass a door (approval,
freeze, build, publish) is done by the real actions, in the order and on the dates a real
year would have.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.actions.freeze import freeze_round
from brukerplan.actions.keys import Keys
from brukerplan.actions.municipality import approve_municipality
from brukerplan.actions.release import build_release, publish_release
from brukerplan.actions.rounds import Participant, open_round
from brukerplan.demo.calibration import Area
from brukerplan.demo.ongoing import ongoing_rows, units_of_open_round
from brukerplan.demo.population import (
    DEFAULT_SEED,
    YEARS,
    MappedYear,
    synthetic_population,
)
from brukerplan.demo.tree import Staff, Tree, hire, plant_tree
from brukerplan.demo.written import (
    Identities,
    insert_registrations,
    registration_rows,
    submit_units,
)
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.migration import clear
from brukerplan.persistence.tables import (
    REGISTRATION,
    AccessLog,
    MappingRound,
    Organisation,
    UserAccount,
)
from brukerplan.translation import UserError, mark

_BEGUN, _FILLED = "demo.begun", "demo.filled"


class AlreadyFilledError(UserError):
    """The database has something in it; a demo never mixes with anything."""

    message: ClassVar[str] = mark(
        "Databasen er ikke tom. Velg en annen database, eller gi --replace for å slette alt "
        "i den og fylle den på nytt."
    )


class InterruptedFillError(UserError):
    """A demo fill was stopped half-way: this is nothing to keep."""

    message: ClassVar[str] = mark(
        "Demodatabasen ble bare delvis fylt sist. Gi --replace for å slette den og fylle den "
        "på nytt."
    )


class RealRoundsError(UserError):
    """The database has rounds that are not synthetic: no demo may take their place."""

    message: ClassVar[str] = mark(
        "Databasen har kartlegginger som ikke er syntetiske. De blir ikke slettet for en demo. "
        "Velg en annen database."
    )


class NegativeSeedError(UserError):
    """Seeds are whole numbers from 0."""

    message: ClassVar[str] = mark("Frøet (--seed) må være et helt tall fra 0 og oppover.")


def fill(
    database: Database,
    keys: Keys,
    *,
    area: Area = "stavanger",
    seed: int = DEFAULT_SEED,
    progress: Callable[[str], object] = lambda _: None,
    replace: bool = False,
    years: range = YEARS,
) -> None:
    """Fill a migrated database with organisations, users and rounds.

    Rounds before the last of ``years`` are frozen and released; identified registrations are
    kept of the year before the last only. The last round is open and part done.

    Parameters
    ----------
    years
        The rounds to make; consecutive, none before the population's first year.
    progress
        Told one line a step.
    replace
        Empty the database first, unless it has rounds that are not synthetic.

    Raises
    ------
    AlreadyFilledError
        There is something in the database, and ``replace`` is not set.
    InterruptedFillError
        What is there is the beginning of a demo, and ``replace`` is not set.
    RealRoundsError
        Rounds that are not synthetic would be deleted.
    NegativeSeedError
        ``seed`` is below 0.
    """
    if seed < 0:
        raise NegativeSeedError
    if not _is_empty(database):
        if not replace:
            raise InterruptedFillError if _is_interrupted(database) else AlreadyFilledError
        if _has_real_rounds(database):
            raise RealRoundsError
        clear(database)
    _note(database, _BEGUN, area, seed, date(years.start, 9, 1))
    # Always from the first year: a person's life does not depend on where the demo begins.
    lived = range(YEARS.start, years.stop)
    population = synthetic_population(area=area, seed=seed, years=lived)
    progress(f"{len(population.persons)} synthetic persons")
    tree = plant_tree(database, population)
    staff = hire(database, tree, now=_moment(date(years.start, 9, 1)))
    progress(f"{len(tree.municipalities)} municipalities, {len(tree.units)} units")
    identities = Identities(population.persons, keys, tree.nation)
    history = _History(database, keys, tree, staff, identities)
    for year in years[:-1]:
        count = history.close(population.years[year], keep=year == years[-2])
        progress(f"{year}: {count} registrations frozen, released")
    started = history.open(population.years[years[-1]])
    progress(f"{years[-1]}: open, {started} registrations begun")
    _note(database, _FILLED, area, seed, date(years[-1], 11, 21))


def opening(year: int) -> date:
    """Return the day the demo's round of ``year`` opens."""
    return date(year, 11, 2)


def deadline(year: int) -> date:
    """Return the deadline of the demo's round of ``year``."""
    return date(year, 12, 15)


class _History:
    def __init__(
        self, database: Database, keys: Keys, tree: Tree, staff: Staff, identities: Identities
    ) -> None:
        self._database = database
        self._keys = keys
        self._tree = tree
        self._staff = staff
        self._identities = identities

    def close(self, mapped: MappedYear, *, keep: bool) -> int:
        """Walk one round from opening to publication; return how many were frozen."""
        year, by = mapped.year, self._staff.administrator
        round_id = self._opened(mapped)
        with self._database.begin() as session:
            rows = self._rows(session, mapped, round_id)
            insert_registrations(session, rows)
            submit_units(session, rows, round_id, self._staff, _moment(deadline(year)))
        for code in mapped.took_part:
            approve_municipality(
                self._database,
                by=self._staff.hand,
                municipality_id=self._tree.municipalities[code],
                round_id=round_id,
                now=_moment(date(year, 12, 20)),
            )
        frozen_at = _moment(date(year + 1, 1, 8))
        frozen = freeze_round(
            self._database, by=by, keys=self._keys, round_id=round_id, now=frozen_at
        )
        if not keep:
            self._purge(round_id, frozen_at)
        built = build_release(
            self._database, by=by, round_id=round_id, now=_moment(date(year + 1, 1, 12))
        )
        publish_release(
            self._database, by=by, release_id=built.id, now=_moment(date(year + 1, 1, 26))
        )
        return frozen.registrations

    def open(self, mapped: MappedYear) -> int:
        """Open the last round and let the units get some of the way; return how many began."""
        round_id = self._opened(mapped)
        units = units_of_open_round(mapped, self._tree)
        with self._database.begin() as session:
            rows = ongoing_rows(self._rows(session, mapped, round_id), mapped, units)
            insert_registrations(session, rows)
            done = {unit_id for unit_id, unit in units.items() if unit.submitted}
            finished = [row for row in rows if row["unit_id"] in done]
            reached = _moment(date(mapped.year, 11, 20))
            submit_units(session, finished, round_id, self._staff, reached, only=done)
        for code in mapped.took_part:
            ids = [unit_id for _, unit_id in self._tree.units_of(code)]
            if all(units[unit_id].submitted and units[unit_id].approved for unit_id in ids):
                approve_municipality(
                    self._database,
                    by=self._staff.hand,
                    municipality_id=self._tree.municipalities[code],
                    round_id=round_id,
                    now=_moment(date(mapped.year, 11, 21)),
                )
        return len(rows)

    def _opened(self, mapped: MappedYear) -> int:
        """Open the round with everyone who took part; units expect the persons they have."""
        expected: dict[tuple[str, int], int] = {}
        for pair in zip(mapped.municipality.tolist(), mapped.unit_kind.tolist(), strict=True):
            expected[pair] = expected.get(pair, 0) + 1
        return open_round(
            self._database,
            by=None,
            owner_id=self._tree.owner,
            year=mapped.year,
            opens_on=opening(mapped.year),
            deadline=deadline(mapped.year),
            synthetic=True,
            participants=[
                Participant(
                    self._tree.municipalities[code],
                    {
                        unit_id: expected.get((code, kind), 0)
                        for kind, unit_id in self._tree.units_of(code)
                    },
                )
                for code in mapped.took_part
            ],
            now=_moment(opening(mapped.year)),
        )

    def _rows(self, session: Session, mapped: MappedYear, round_id: int) -> list[dict[str, Any]]:
        return registration_rows(
            session,
            mapped,
            round_id=round_id,
            opens_on=opening(mapped.year),
            tree=self._tree,
            staff=self._staff,
            identities=self._identities,
        )

    def _purge(self, round_id: int, now: datetime) -> None:
        """Delete the identified side of a frozen round, as retention asks."""
        with self._database.begin() as session:
            session.execute(sa.delete(REGISTRATION).where(REGISTRATION.c.round_id == round_id))
            log(
                session,
                at=now,
                user_id=None,
                action="registration.purged",
                organisation_id=self._tree.owner,
                subject=round_id,
            )


def _is_empty(database: Database) -> bool:
    with database.read() as session:
        return not any(
            session.scalar(sa.select(sa.exists().select_from(table)))
            for table in (Organisation, UserAccount)
        )


def _has_real_rounds(database: Database) -> bool:
    real = sa.exists().select_from(MappingRound).where(sa.not_(MappingRound.synthetic))
    with database.read() as session:
        return bool(session.scalar(sa.select(real)))


def _is_interrupted(database: Database) -> bool:
    with database.read() as session:
        acts = set(session.scalars(sa.select(AccessLog.action).where(AccessLog.user_id.is_(None))))
    return _BEGUN in acts and _FILLED not in acts


def _note(database: Database, action: str, area: Area, seed: int, day: date) -> None:
    with database.begin() as session:
        log(
            session,
            at=_moment(day),
            user_id=None,
            action=action,
            detail=f"area={area} seed={seed}",
        )


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(11), tzinfo=UTC)
