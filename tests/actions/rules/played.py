"""A copy of the world, and what its database holds, in the words of the rules."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor
from brukerplan.actions.keys import Keys
from brukerplan.identity.keyring import MasterKey
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.conflicts import conflicts_of
from brukerplan.persistence.queries.duplicates import count_duplicates
from brukerplan.persistence.queries.letters import count_uninformed
from brukerplan.persistence.queries.registrations import registration
from brukerplan.persistence.queries.rounds import municipality_progress, round_by_id
from brukerplan.persistence.tables import (
    FROZEN_REGISTRATION,
    REGISTRATION,
    OptOut,
    RegistrationQuery,
    RoundMunicipality,
)
from tests.actions.rules.around import Rules
from tests.actions.rules.places import UNITS
from tests.actions.rules.words import from_program


@dataclass(frozen=True, slots=True)
class Played:
    """A copy of the world, and what the rules' names are called in it."""

    database: Database
    keys: Keys
    round_id: int
    organisations: dict[str, int]
    actors: dict[str, Actor]
    registrations: dict[str, uuid.UUID] = field(default_factory=dict)
    questions: dict[str, uuid.UUID] = field(default_factory=dict)
    # By registration and page.
    conflicts: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)

    def copied(self, database: Database) -> Played:
        """The same world in a copy of its database, with nothing played yet."""
        keys = Keys(database, MasterKey(b"m" * 32))
        return replace(
            self, database=database, keys=keys, registrations={}, questions={}, conflicts={}
        )

    def stored(self) -> dict[str, Any]:
        """What the database holds, in the words of the rules."""
        with self.database.read() as session:
            found = round_by_id(session, self.round_id)
            assert found is not None
            places = session.execute(
                sa.select(
                    RoundMunicipality.municipality_id,
                    RoundMunicipality.state,
                    RoundMunicipality.takes_part,
                    RoundMunicipality.identity_mode,
                ).where(RoundMunicipality.round_id == self.round_id)
            ).all()
            named = {id_: name for name, id_ in self.organisations.items()}
            progress = {
                named[unit.unit_id]: (unit.state, unit.started, unit.submitted)
                for place in "MN"
                for unit in municipality_progress(session, self.organisations[place], self.round_id)
            }
            opted_out = session.execute(
                sa.select(OptOut.municipality_id, sa.func.count())
                .where(OptOut.round_id == self.round_id)
                .group_by(OptOut.municipality_id)
            ).all()
            questions = dict(
                session.execute(sa.select(RegistrationQuery.id, RegistrationQuery.state)).all()
            )
            frozen = session.scalar(
                sa.select(sa.func.count()).where(FROZEN_REGISTRATION.c.round_id == self.round_id)
            )
            return {
                "round": found.state,
                "places": {named[row[0]]: tuple(row[1:]) for row in places},
                "units": progress,
                "opted out": {named[place]: count for place, count in opted_out},
                "registrations": dict(self._registrations(session, named)),
                "all": session.scalar(
                    sa.select(sa.func.count()).where(REGISTRATION.c.round_id == self.round_id)
                ),
                "questions": {
                    key: questions.pop(id_)
                    for key, id_ in self.questions.items()
                    if id_ in questions
                },
                "questions nobody knows": len(questions),
                "twice": self._counted(session, count_duplicates),
                "uninformed": self._counted(session, count_uninformed),
                "frozen": frozen,
            }

    def _counted(
        self, session: Session, count: Callable[[Session, int, int], int]
    ) -> dict[str, int]:
        return {place: count(session, self.organisations[place], self.round_id) for place in "MN"}

    def _registrations(self, session: Session, named: dict[int, str]) -> Iterator[tuple[str, Any]]:
        for name, id_ in self.registrations.items():
            view = registration(session, id_)
            if view is not None:
                yield (
                    name,
                    {
                        "unit": named[view.unit_id],
                        "state": view.state,
                        "version": view.version,
                        "answers": from_program(view.answers),
                        "unconfirmed": view.unconfirmed,
                        "confirmed": bool(view.confirmed),
                        "informed": view.informed_at is not None,
                        "verified": view.verified_at is not None,
                        "kept": len(conflicts_of(session, id_)),
                    },
                )


def in_rules(rules: Rules) -> dict[str, Any]:
    """What the rules say it should hold, in the same words."""
    every = rules.registrations
    return {
        "round": rules.round,
        "places": {
            place: (
                state,
                rules.takes_part[place],
                "anonymous" if rules.anonymous[place] else "pseudonymous",
            )
            for place, state in rules.municipalities.items()
        },
        "units": {
            unit: (
                rules.units[unit],
                len(rules.of(unit)),
                sum(each.state == "submitted" for each in rules.of(unit).values()),
            )
            for unit in UNITS
        },
        "opted out": {
            place: count
            for place in rules.municipalities
            if (count := sum(municipality == place for municipality, _ in rules.opted_out))
        },
        "registrations": {
            name: {
                "unit": each.unit,
                "state": each.state,
                "version": each.version,
                "answers": each.answers,
                "unconfirmed": each.unconfirmed,
                "confirmed": each.confirmed,
                "informed": each.informed,
                "verified": each.verified,
                "kept": len(each.kept),
            }
            for name, each in every.items()
        },
        "all": len(every),
        "questions": {
            key: question.state
            for each in every.values()
            for key, question in each.questions.items()
        },
        "questions nobody knows": 0,
        "twice": {place: len(rules.twice(place)) for place in rules.municipalities},
        "uninformed": {place: rules.uninformed(place) for place in rules.municipalities},
        "frozen": rules.frozen,
    }
