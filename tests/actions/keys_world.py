"""Rotating keys in the small world, and seeing what rests where."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from brukerplan.actions.freeze import Frozen, freeze_round
from brukerplan.actions.key_rotation import (
    rotate_municipal_key,
    rotate_transfer_key,
    rotate_trust_key,
)
from brukerplan.actions.keys import Keys
from brukerplan.identity.keyring import MasterKey
from brukerplan.identity.pseudonyms import Key, Purpose
from brukerplan.persistence.queries.resting import places
from brukerplan.persistence.tables import (
    FROZEN_REGISTRATION,
    PseudonymKey,
    Registration,
    RoundMunicipality,
    RoundUnit,
)
from brukerplan.persistence.tables.states import MunicipalityState, UnitState
from tests.actions.earlier import december, register
from tests.actions.world import NOW, World

MASTER = MasterKey(b"m" * 32)
CODE = "1103"


class Noting:
    """The master key, with a note of what it was used for."""

    def __init__(self) -> None:
        self.used: set[Purpose] = set()

    def wrap(self, key: Key) -> bytes:
        """As the master key does."""
        self.used.add(key.purpose)
        return MASTER.wrap(key)

    def unwrap(self, wrapped: bytes, *, key_id: str, purpose: Purpose) -> Key:
        """As the master key does."""
        self.used.add(purpose)
        return MASTER.unwrap(wrapped, key_id=key_id, purpose=purpose)


def another_process(world: World) -> Keys:
    """The keys as another process has them, which knows nothing of what this one does."""
    return Keys(world.database, MASTER)


def rotate(world: World) -> Key:
    """Give Stavanger a new key."""
    return rotate_municipal_key(
        world.database,
        wrapper=MASTER,
        organisation_id=world.municipalities[CODE],
        now=NOW,
    )


def rotate_transfer(world: World) -> Key:
    """Replace the transfer key."""
    return rotate_transfer_key(
        world.database, wrapper=MASTER, organisation_id=world.nation, now=NOW
    )


def rotate_trust(world: World) -> tuple[Key, int]:
    """Replace the trust key."""
    return rotate_trust_key(world.database, wrapper=MASTER, organisation_id=world.trust, now=NOW)


def resting(world: World, purpose: Purpose) -> set[str]:
    """The keys under which any pseudonym of this purpose rests."""
    with world.database.read() as session:
        found: set[str | None] = set()
        for place in places(purpose):
            found.update(session.scalars(sa.select(place.key_id).distinct()))
    return {key_id for key_id in found if key_id is not None}


def alive(world: World, purpose: Purpose) -> list[str]:
    """The keys of this purpose that are not destroyed, the oldest first."""
    with world.database.read() as session:
        return list(
            session.scalars(
                sa.select(PseudonymKey.id)
                .where(PseudonymKey.purpose == purpose, PseudonymKey.wrapped.is_not(None))
                .order_by(PseudonymKey.created_at)
            )
        )


def freeze_with(world: World, year: int, serials: Iterable[int]) -> Frozen:
    """Map these persons in Stavanger in the round of the year, and freeze it."""
    for serial in serials:
        register(world, year, serial, label=f"S-{serial}")
    return freeze(world, year)


def freeze(world: World, year: int, codes: tuple[str, ...] = (CODE,)) -> Frozen:
    """Freeze the round with what these municipalities have in it."""
    here = RoundMunicipality.round_id == world.round_id
    units = [unit_id for code in codes for unit_id in world.units[code]]
    with world.database.begin() as session:
        session.execute(
            sa.update(Registration)
            .where(Registration.round_id == world.round_id)
            .values(informed_at=december(year), informed_by=world.lead.user_id)
        )
        session.execute(
            sa.update(RoundUnit)
            .where(
                RoundUnit.round_id == world.round_id,
                RoundUnit.unit_id.in_(units),
            )
            .values(
                state=UnitState.SUBMITTED,
                submitted_by=world.lead.user_id,
                submitted_at=december(year),
            )
        )
        session.execute(
            sa.update(RoundMunicipality)
            .where(
                here,
                RoundMunicipality.municipality_id.in_(
                    [world.municipalities[code] for code in codes]
                ),
            )
            .values(
                state=MunicipalityState.APPROVED,
                approved_by=world.coordinator.user_id,
                approved_at=december(year),
            )
        )
    return freeze_round(
        world.database,
        by=world.administrator,
        keys=another_process(world).for_the_freeze(),
        round_id=world.round_id,
        now=december(year),
    )


def panel(world: World) -> list[bytes]:
    """The trust pseudonyms in the world's round."""
    columns = FROZEN_REGISTRATION.c
    with world.database.read() as session:
        return [
            person
            for person in session.scalars(
                sa.select(columns.trust_pseudonym).where(columns.round_id == world.round_id)
            )
            if person is not None
        ]
