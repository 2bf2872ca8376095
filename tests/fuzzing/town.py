"""A town to be fuzzed: own and other people's rows, each with a mark that can be looked for."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

import pytest
import sqlalchemy as sa

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, Membership, allows
from brukerplan.access.roles import BOUND_TO_OWN_ORGANISATION, PERMISSIONS, Role
from brukerplan.actions.accounts import create_organisation, grant
from brukerplan.actions.invitations import invite
from brukerplan.actions.opting_out import opt_out
from brukerplan.actions.querying import ask
from brukerplan.actions.registering import ConflictError
from brukerplan.persistence.queries.organisations import organisation_path
from brukerplan.persistence.tables import Organisation, UserAccount
from brukerplan.persistence.tables.states import OrganisationKind, QueryQuestion
from tests.actions.open_page import OpenPage
from tests.actions.world import NOW, World, person, somebody

# What opens one person's case: whoever holds none of these here never sees its label.
OPENS_A_CASE = (
    Permission.REGISTRATION_READ,
    Permission.REGISTRATION_CHECK,
    Permission.REGISTRATION_MERGE,
    Permission.MUNICIPALITY_EXPORT,
)
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at a browser; ``actor`` is None where nobody has signed in."""

    name: str
    actor: Actor | None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Mark:
    """A text that stands in one place's rows and nowhere else."""

    text: str
    path: tuple[int, ...]
    of_a_case: bool

    def may_be_seen_by(self, actor: Actor | None) -> bool:
        """Tell whether the actor's work reaches the place, and a case if it is about one."""
        if actor is None:
            return False
        if self.of_a_case:
            return any(allows(actor, needed, self.path) for needed in OPENS_A_CASE)
        # The municipality and the unit, or what is above them: a trust knows its units.
        return any(held.organisation_id in self.path for held in actor.memberships)


@dataclass(frozen=True, slots=True)
class Town:
    """The world, who sits where, and what must not be seen."""

    world: World
    seats: tuple[Seat, ...]
    neighbours: tuple[Seat, ...]
    marks: tuple[Mark, ...]
    own: Mapping[str, frozenset[object]]

    def hidden_from(self, seat: Seat) -> tuple[str, ...]:
        """The marks that no answer to this seat may hold."""
        return tuple(mark.text for mark in self.marks if not mark.may_be_seen_by(seat.actor))

    def seat(self, name: str) -> Seat:
        """The seat with this name, the other side's included."""
        return next(seat for seat in (*self.seats, *self.neighbours) if seat.name == name)


def plant(world: World) -> Town:
    """Fill three units with rows of every kind: one's own, one beside it, and one elsewhere."""
    serial = count(100)
    marks: list[Mark] = []
    sandnes = world.units["1108"][0]
    own: dict[str, frozenset[object]] = {}
    for name, code, unit_id, other in (
        ("Hjemme", "1103", world.unit, world.other_unit),
        ("Naboen", "1103", world.other_unit, world.unit),
        ("Borte", "1108", sandnes, world.units["1108"][1]),
    ):
        path = _path(world, unit_id)
        rows, labels = _cases(world, serial, name, code, unit_id, other)
        marks += [Mark(label, path, of_a_case=True) for label in labels]
        marks += [Mark(text, path, of_a_case=False) for text in _rename(world, name, unit_id)]
        _invite(world, name, code, unit_id)
        marks.append(Mark(f"innbudt-{name.lower()}", path, of_a_case=False))
        if name == "Hjemme":
            own = {"registration_id": frozenset(rows), "unit_id": frozenset({unit_id})}
    _double(world, next(serial))
    for code in ("1103", "1108"):
        opt_out(
            world.database,
            by=world.coordinates(code),
            keys=world.keys,
            municipality_id=world.municipalities[code],
            round_id=world.round_id,
            number=person(next(serial)),
            now=NOW,
        )
    seats, neighbours = _seats(world), _neighbours(world)
    for number, seat in enumerate(neighbours):
        assert seat.actor is not None
        (held,) = seat.actor.memberships
        text = f"Fremmed-{number}"
        _call(world, seat.actor, text)
        marks.append(Mark(text, _path(world, held.organisation_id), of_a_case=False))
    return Town(world, seats, neighbours, tuple(marks), own)


def _cases(
    world: World, serial: count[int], name: str, code: str, unit_id: int, other: int
) -> tuple[list[uuid.UUID], list[str]]:
    """A draft with two versions and a question, and one that is sent in."""
    label = f"{name}-sak"
    draft = world.start(next(serial), label=f"{label}-1", unit_id=unit_id)
    pages = [OpenPage(world, draft, world.works_in(unit_id)) for _ in range(2)]
    pages[0].save(housing="red")
    with pytest.raises(ConflictError):
        pages[1].save(housing="green")
    sent = world.submit(next(serial), unit_id=unit_id)
    with world.database.begin() as session:
        session.connection().execute(
            sa.text("UPDATE registration SET case_label = :label WHERE id = :id").bindparams(
                sa.bindparam("id", sent, sa.Uuid), label=f"{label}-2"
            )
        )
    for asked in (draft, sent):
        ask(
            world.database,
            by=world.coordinates(code),
            registration_id=asked,
            question=QueryQuestion.STILL_A_USER,
            now=NOW,
        )
    return [draft, sent], [f"{label}-1", f"{label}-2"]


def _double(world: World, serial: int) -> None:
    # One person in both of a municipality's units, for the coordinators to make one of two.
    for code in ("1103", "1108"):
        for unit_id, also in zip(world.units[code], (False, True), strict=True):
            world.start(serial, label="Dobbel", unit_id=unit_id, also_elsewhere=also)


def _rename(world: World, name: str, unit_id: int) -> tuple[str, ...]:
    text = f"Tjenesten {name}"
    with world.database.begin() as session:
        session.execute(sa.update(Organisation).where(Organisation.id == unit_id).values(name=text))
    return (text,)


def _invite(world: World, name: str, code: str, unit_id: int) -> None:
    invite(
        world.database,
        by=world.coordinates(code),
        mail=None,
        public_url="http://localhost",
        organisation_id=unit_id,
        email=f"innbudt-{name.lower()}@eksempel.no",
        role=Role.REGISTRAR,
        now=NOW,
    )


def _call(world: World, actor: Actor, name: str) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.update(UserAccount).where(UserAccount.id == actor.user_id).values(name=name)
        )


def _path(world: World, organisation_id: int) -> tuple[int, ...]:
    with world.database.read() as session:
        return organisation_path(session, organisation_id)


def _seats(world: World) -> tuple[Seat, ...]:
    """Every role where the rows marked as one's own are, and whoever has none."""
    held = [
        Seat(role.value, _member(world, f"{role.value}@hjemme", role, _place_of(world, role)))
        for role in Role
    ]
    without = somebody(world.database, "uten-rolle", Role.REGISTRAR, world.unit)
    return (*held, Seat("no role", Actor(without.user_id, "Uten Rolle")), Seat(NOBODY, None))


def _neighbours(world: World) -> tuple[Seat, ...]:
    """Those whose addresses the others try: beside, elsewhere, and in another trust."""
    region = _add(world, OrganisationKind.REGION, "helse-nord", world.nation)
    trust = _add(world, OrganisationKind.TRUST, "finnmark", region)
    sandnes, unit_id = world.municipalities["1108"], world.units["1108"][0]
    held = (
        (Role.UNIT_LEAD, world.other_unit),
        (Role.UNIT_LEAD, unit_id),
        (Role.COORDINATOR, sandnes),
        (Role.DATA_PROTECTION_OFFICER, sandnes),
        (Role.TRUST_ADMINISTRATOR, trust),
    )
    return tuple(
        Seat(f"neighbour {number}", _member(world, f"borte{number}@borte", role, place))
        for number, (role, place) in enumerate(held)
    )


def _place_of(world: World, role: Role) -> int:
    """Where a role is held, read from what it may do, so that a new one finds its place too."""
    if role in BOUND_TO_OWN_ORGANISATION:
        return world.unit
    if not PERMISSIONS[role]:
        return world.nation
    of_the_trust = {
        Permission.ROUND_ADMINISTER,
        Permission.RELEASE_READ_UNPUBLISHED,
        Permission.RELEASE_BUILD,
    }
    return world.trust if PERMISSIONS[role] & of_the_trust else world.municipalities["1103"]


def _member(world: World, name: str, role: Role, place: int) -> Actor:
    actor = somebody(world.database, name, role, place)
    grant(world.database, user_id=actor.user_id, organisation_id=place, role=role, now=NOW)
    return Actor(actor.user_id, name, frozenset({Membership(role, place)}))


def _add(world: World, kind: OrganisationKind, code: str, parent_id: int) -> int:
    return create_organisation(
        world.database, kind=kind, code=code, name=code, parent_id=parent_id, now=NOW
    )
