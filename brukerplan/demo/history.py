"""The rounds of the demo: opened, mapped, approved, frozen and published, year by year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from brukerplan.actions.freeze import freeze_round
from brukerplan.actions.keys import Keys
from brukerplan.actions.municipality import approve_municipality
from brukerplan.actions.release import build_release, publish_release
from brukerplan.actions.retention import purge_round
from brukerplan.actions.rounds import Participant, open_round
from brukerplan.demo.loose_ends import (
    leave_loose_ends,
    not_begun,
    numbers_to_try,
    with_loose_ends,
)
from brukerplan.demo.ongoing import ongoing_rows, units_of_open_round
from brukerplan.demo.population import (
    MappedYear,
)
from brukerplan.demo.tree import Staff, Tree
from brukerplan.demo.written import (
    Identities,
    insert_registrations,
    registration_rows,
    submit_units,
)
from brukerplan.persistence.engine import Database


def opening(year: int) -> date:
    """Return the day the demo's round of ``year`` opens."""
    return date(year, 11, 2)


def deadline(year: int) -> date:
    """Return the deadline of the demo's round of ``year``."""
    return date(year, 12, 15)


class History:
    """Walks the demo's rounds one after the other."""

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
            submit_units(session, rows, round_id, self._staff, moment(deadline(year)))
        for code in mapped.took_part:
            approve_municipality(
                self._database,
                by=self._staff.hand,
                municipality_id=self._tree.municipalities[code],
                round_id=round_id,
                now=moment(date(year, 12, 20)),
                seen=True,
            )
        frozen_at = moment(date(year + 1, 1, 8))
        frozen = freeze_round(
            self._database,
            by=by,
            keys=self._keys.for_the_freeze(),
            round_id=round_id,
            now=frozen_at,
        )
        if not keep:
            self._purge(round_id, frozen_at)
        built = build_release(
            self._database, by=by, round_id=round_id, now=moment(date(year + 1, 1, 12))
        )
        publish_release(
            self._database, by=by, release_id=built.id, now=moment(date(year + 1, 1, 26))
        )
        return frozen.registrations

    def open(self, mapped: MappedYear, earlier: MappedYear | None) -> tuple[int, list[str]]:
        """Open the last round and let the units get some of the way.

        Returns how many registrations were begun, and test numbers to try the form with.
        """
        round_id = self._opened(mapped)
        units = units_of_open_round(mapped, self._tree)
        with self._database.begin() as session:
            rows = ongoing_rows(self._rows(session, mapped, round_id), mapped, units)
            waiting = not_begun(mapped, rows, self._tree)
            rows = with_loose_ends(rows, self._tree)
            insert_registrations(session, rows)
            done = {unit_id for unit_id, unit in units.items() if unit.submitted}
            finished = [row for row in rows if row["unit_id"] in done]
            reached = moment(date(mapped.year, 11, 20))
            submit_units(session, finished, round_id, self._staff, reached, only=done)
        for code in mapped.took_part:
            ids = [unit_id for _, unit_id in self._tree.units_of(code)]
            if all(units[unit_id].submitted and units[unit_id].approved for unit_id in ids):
                approve_municipality(
                    self._database,
                    by=self._staff.hand,
                    municipality_id=self._tree.municipalities[code],
                    round_id=round_id,
                    now=moment(date(mapped.year, 11, 21)),
                    seen=True,
                )
        numbers = numbers_to_try(waiting[1:], earlier, self._identities)
        leave_loose_ends(
            self._database,
            rows,
            tree=self._tree,
            staff=self._staff,
            keys=self._keys,
            opted_out=next(iter(waiting), None),
            identities=self._identities,
            round_id=round_id,
            now=moment(date(mapped.year, 11, 21)),
        )
        return len(rows), numbers

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
            now=moment(opening(mapped.year)),
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
            purge_round(session, round_id, now)


def moment(day: date) -> datetime:
    """Return eleven o'clock on the day."""
    return datetime.combine(day, time(11), tzinfo=UTC)
