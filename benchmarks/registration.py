"""Autosave at fifty concurrent users, against a bare view that inserts one row.

Promised: the median server time of an autosave at most three times that of a bare Flask and
SQLAlchemy view in the same server on the same database; no error, nothing lost or doubled.
Server time is taken in the server, from the request to the first line of the answer.
"""

from __future__ import annotations

import itertools
import random
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from benchmarks.load import THINK_SECONDS, Person, Told, all_at_once
from benchmarks.served import Base
from brukerplan.persistence.engine import Database
from brukerplan.persistence.migration import upgrade
from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.reach import MACHINE
from brukerplan.persistence.tables import REGISTRATION, RegistrationChange
from tests.journey.clerk import Clerk
from tests.journey.planted import Planted, environment, plant
from tests.journey.site import Site
from tests.kill.durable import DurableServer
from tests.log_key import LOG_KEY

USERS = 50
SECONDS = 10.0
ROUNDS = 3
PROMISED = 3
COMMAND = (sys.executable, "-m", "benchmarks.serve_timed")


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine at one pace; milliseconds are medians of server time."""

    engine: str
    pace: str
    bare: float
    autosave: float
    saves: int
    errors: int
    lost: int
    doubled: int

    @property
    def ratio(self) -> float:
        """How many times a bare view an autosave takes."""
        return self.autosave / self.bare


def measure(folder: Path, *, seconds: float = SECONDS) -> list[Measured]:
    """Measure both engines, with people who think and with people who do not."""
    found = []
    for name, think in itertools.product(("SQLite", "PostgreSQL"), (THINK_SECONDS, 0.0)):
        place = folder / f"{name}-{think}"
        place.mkdir()
        with _address(name, place) as url:
            found.append(_measured(name, url, place, think=think, seconds=seconds))
    return found


def table(rows: list[Measured]) -> str:
    """Write the measurements as a Markdown table."""
    lines = [
        "| engine | users | bare, ms | autosave, ms | ratio | saves | errors | lost | doubled |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.engine} | {row.pace} | {row.bare:.1f} | {row.autosave:.1f} | {row.ratio:.2f} "
        f"| {row.saves} | {row.errors} | {row.lost} | {row.doubled} |"
        for row in rows
    ]
    return "\n".join(lines)


@contextmanager
def _address(engine: str, place: Path) -> Iterator[str]:
    if engine == "SQLite":
        yield f"sqlite:///{place / 'measured.sqlite'}"
        return
    with DurableServer() as server:
        server.sql("CREATE DATABASE measured")
        yield server.url("measured")


def _measured(name: str, url: str, place: Path, *, think: float, seconds: float) -> Measured:
    database = Database(url, log_key=LOG_KEY, reach=MACHINE)
    upgrade(database)
    with database.connect() as connection:
        Base.metadata.create_all(connection)
        if name == "PostgreSQL":
            connection.exec_driver_sql("GRANT ALL ON benchmark_row TO PUBLIC")
            connection.exec_driver_sql("GRANT ALL ON SEQUENCE benchmark_row_id_seq TO PUBLIC")
    _, planted = plant(database, USERS)
    bare, saved = Told(), Told()
    with Site(url, place, environment(place), command=COMMAND) as site:
        people = [_at_work(site.port, each) for each in planted]
        # The first save answers what the form proposes: thirty services without need.
        for seed, each in enumerate(people):
            each.save(random.Random(seed))
        # In turn, so that whatever else the machine does meets both.
        for turn in range(ROUNDS + 1):
            inserted = all_at_once([each.insert for each in people], seconds=seconds, think=think)
            changed = all_at_once([each.save for each in people], seconds=seconds, think=think)
            saved.errors += changed.errors
            # The first turn warms up: its times do not count, what it saved does.
            if turn:
                bare.milliseconds += inserted.milliseconds
                bare.errors += inserted.errors
                saved.milliseconds += changed.milliseconds
    lost, doubled = _lost_and_doubled(database, people, planted)
    database.dispose()
    return Measured(
        engine=name,
        pace=f"thinking {think:g} s" if think else "without a pause",
        bare=statistics.median(bare.milliseconds),
        autosave=statistics.median(saved.milliseconds),
        saves=sum(each.saves for each in people),
        errors=len(bare.errors) + len(saved.errors),
        lost=lost,
        doubled=doubled,
    )


def _at_work(port: int, planted: Planted) -> Person:
    clerk = Clerk(port)
    clerk.sign_in(planted.email)
    return Person(clerk, clerk.open(planted.address))


def _lost_and_doubled(
    database: Database, people: list[Person], planted: tuple[Planted, ...]
) -> tuple[int, int]:
    """Count saves that are not there, and rows that are there twice.

    Every save but the first changed one answer: it is one version and one row of history.
    """
    lost = doubled = 0
    with database.read() as session:
        rows = session.scalar(sa.select(sa.func.count()).select_from(REGISTRATION)) or 0
        doubled += rows - len(planted)
        for person, each in zip(people, planted, strict=True):
            stored = registration(session, each.registration_id)
            assert stored is not None
            history = session.scalar(
                sa.select(sa.func.count()).where(
                    RegistrationChange.registration_id == each.registration_id,
                    RegistrationChange.version > 2,
                )
            )
            lost += max(0, person.saves + 1 - stored.version)
            lost += any(
                stored.answers.get(name) != values[0]
                for name, values in person.form.fields.items()
                if name in stored.answers and name != "birth_year" and len(values) == 1
            )
            doubled += max(0, stored.version - 1 - person.saves) + max(
                0, (history or 0) - (person.saves - 1)
            )
    return lost, doubled
