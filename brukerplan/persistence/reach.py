"""How far a transaction reaches: told to PostgreSQL, whose policies hold it to it.

The application asks `allows` before it does anything, and names the organisation in its
queries. This is the second wall, for the day one of them is forgotten: each transaction says
whose it is, and the database shows it no other municipality's persons. A transaction that says
nothing reaches nothing. Which rows that is, table by table, stands in
`tables.row_security`; SQLite
has none of it. See ``docs/adr/0025``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.access.roles import BOUND_TO_OWN_ORGANISATION, PERMISSIONS, Role


class Door(StrEnum):
    """Why a use case reaches further than who asks; it says so where it begins."""

    MUNICIPALITY = "municipality"
    """Every unit of the municipality one works in: is the person registered elsewhere, have
    they said no, what must follow them to another number?"""
    HISTORY = "history"
    """What the log says of the registrations of one's own unit."""
    PROGRESS = "progress"
    """How many have been registered in each unit of a round, for the trust."""
    TRAINING = "training"
    """What a round was practised on is wiped."""
    FREEZE = "freeze"
    """The round's registrations, and the trust key."""
    RELEASE = "release"
    """The frozen registrations, to be counted."""
    KEYS = "keys"
    """Keys are replaced, and what rests under them is brought along."""
    EXTRACT = "extract"
    """The frozen registrations, of which a research project is handed some."""
    SIGN_IN = "sign_in"
    """Sessions and the ways into an account: shown and begun before it is known who asks, and
    taken away from a colleague who has lost theirs."""
    INVITATION = "invitation"
    """Somebody without a role yet takes the one that was offered."""
    MACHINE = "machine"
    """A command of whoever runs the machine, where nobody is signed in."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose a transaction is.

    Parameters
    ----------
    units
        Units where persons are registered by them.
    persons
        Organisations below which they see to the registrations: municipalities.
    rounds, logs, bases, extracts
        Organisations below which they run rounds, review the access log, record what
        registrations rest on, and see extracts for research.
    """

    user_id: int | None = None
    units: frozenset[int] = frozenset()
    persons: frozenset[int] = frozenset()
    rounds: frozenset[int] = frozenset()
    logs: frozenset[int] = frozenset()
    bases: frozenset[int] = frozenset()
    extracts: frozenset[int] = frozenset()
    doors: frozenset[Door] = frozenset()

    def through(self, *doors: Door) -> Reach:
        """Return this reach with these doors open."""
        return replace(self, doors=self.doors | frozenset(doors)) if doors else self

    def settings(self) -> str:
        """Return the statements that tell PostgreSQL, until the transaction ends.

        Whole numbers and our own words: nothing that anybody typed.
        """
        told = {
            "user_id": () if self.user_id is None else (self.user_id,),
            "units": self.units,
            "persons": self.persons,
            "rounds": self.rounds,
            "logs": self.logs,
            "bases": self.bases,
            "extracts": self.extracts,
        }
        lines = {name: ",".join(f"{id_:d}" for id_ in sorted(ids)) for name, ids in told.items()}
        lines["doors"] = ",".join(sorted(self.doors))
        return "".join(f"SET LOCAL brukerplan.{k} = '{v}';" for k, v in lines.items() if v)


NOBODY = Reach()
"""Reaches nothing that is about persons."""
MACHINE = Reach(doors=frozenset({Door.MACHINE}))
"""Of a command. The use cases it calls open their own doors."""

_PERSONS = frozenset(
    {
        Permission.REGISTRATION_READ,
        Permission.REGISTRATION_WRITE,
        Permission.REGISTRATION_CHECK,
        Permission.REGISTRATION_MERGE,
        Permission.MUNICIPALITY_EXPORT,
        Permission.OPT_OUT_RECORD,
        Permission.NUMBER_CHANGE,
        Permission.PERSON_RIGHTS,
    }
)
_ROUNDS = frozenset({Permission.ROUND_ADMINISTER})
_LOGS = frozenset({Permission.ACCESS_LOG_READ})
_BASES = frozenset({Permission.LEGAL_BASIS_RECORD})
_EXTRACTS = frozenset({Permission.EXTRACT_READ, Permission.EXTRACT_ASK, Permission.EXTRACT_APPROVE})


def reach_of(actor: Actor) -> Reach:
    """Return how far somebody reaches, by the same table as `allows`."""

    def held(permissions: frozenset[Permission], *, bound: bool) -> frozenset[int]:
        return frozenset(
            each.organisation_id
            for each in actor.memberships
            if (each.role in BOUND_TO_OWN_ORGANISATION) is bound and _gives(each.role, permissions)
        )

    return Reach(
        user_id=actor.user_id,
        units=held(_PERSONS, bound=True),
        persons=held(_PERSONS, bound=False),
        rounds=held(_ROUNDS, bound=False),
        logs=held(_LOGS, bound=False),
        bases=held(_BASES, bound=False),
        extracts=held(_EXTRACTS, bound=False),
    )


def _gives(role: Role, permissions: frozenset[Permission]) -> bool:
    return not permissions.isdisjoint(PERMISSIONS.get(role, frozenset()))


_ACTING: ContextVar[Reach | None] = ContextVar("brukerplan_acting", default=None)


def act_as(actor: Actor | None) -> None:
    """Let every transaction from now on be this person's, until it is said to be nobody's."""
    _ACTING.set(None if actor is None else reach_of(actor))


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Let every transaction inside be this person's."""
    before = _ACTING.get()
    act_as(actor)
    try:
        yield
    finally:
        _ACTING.set(before)


def acting() -> Reach | None:
    """Return the reach of who acts; ``None`` where nobody is signed in."""
    return _ACTING.get()
