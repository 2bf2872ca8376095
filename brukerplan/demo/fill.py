"""Fills a database with the demonstration: a synthetic population through eleven closed rounds.

Registrations are inserted in bulk; everything that decides what may pass a door (approval,
freeze, build, publish) is done by the real actions, in the order and on the dates a real
year would have.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import ClassVar

import sqlalchemy as sa

from brukerplan.actions.keys import Keys
from brukerplan.demo.calibration import Area
from brukerplan.demo.history import History, moment
from brukerplan.demo.population import (
    DEFAULT_SEED,
    YEARS,
    synthetic_population,
)
from brukerplan.demo.tree import hire, plant_tree, record_bases
from brukerplan.demo.written import (
    Identities,
)
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.migration import clear
from brukerplan.persistence.tables import (
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
    begun = moment(date(years.start, 9, 1))
    tree = plant_tree(database, population, now=begun)
    staff = hire(database, tree, now=begun)
    record_bases(database, tree, staff, now=begun)
    progress(f"{len(tree.municipalities)} municipalities, {len(tree.units)} units")
    identities = Identities(population.persons, keys, tree.nation)
    history = History(database, keys, tree, staff, identities)
    for year in years[:-1]:
        count = history.close(population.years[year], keep=year == years[-2])
        progress(f"{year}: {count} registrations frozen, released")
    last, earlier = population.years[years[-1]], population.years.get(years[-1] - 1)
    started, numbers = history.open(last, earlier if years[0] < years[-1] else None)
    progress(f"{years[-1]}: open, {started} registrations begun")
    if numbers:
        progress(
            "Synthetic persons whom Ronja's team mapped last year and has not begun on: "
            + ", ".join(numbers)
        )
    _note(database, _FILLED, area, seed, date(years[-1], 11, 21))


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
            at=moment(day),
            user_id=None,
            action=action,
            detail=f"area={area} seed={seed}",
        )
