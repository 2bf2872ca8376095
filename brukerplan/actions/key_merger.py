"""Municipalities become one: who was known in either is known in the one they became.

For whoever runs the machine, like `key_rotation`. Step by step in ``docs/keys.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.actions.key_rotation import hold_key, replace_key
from brukerplan.actions.keys import held_keys
from brukerplan.identity.keyring import KeyWrapper
from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import (
    MappingRound,
    Organisation,
    PseudonymKey,
    RoundMunicipality,
)
from brukerplan.persistence.tables.organisations import CODE_LENGTH
from brukerplan.persistence.tables.states import CHANGEABLE, OrganisationKind
from brukerplan.translation import UserError, mark


class MergedWithItselfError(UserError):
    """Twice the same municipality."""

    message: ClassVar[str] = mark("En kommune kan ikke slås sammen med seg selv.")


class StillMappingError(UserError):
    """The municipality that goes takes part in a round that is not frozen."""

    message: ClassVar[str] = mark(
        "Kommune %(code)s er med i kartleggingen for %(year)s, som ikke er frosset. "
        "Slå sammen når runden er frosset, eller ta kommunen ut av den."
    )


@dataclass(frozen=True, slots=True)
class KeysMerged:
    """How many keys and units the new municipality was given."""

    keys: int
    units: int


def merge_keys(
    database: Database, *, wrapper: KeyWrapper, from_id: int, into_id: int, now: datetime
) -> KeysMerged:
    """Let a municipality inherit another's keys and units, between two rounds.

    The keys of both become earlier keys of the one, which is given a new key: whoever is typed
    is looked for under all of them, and brought under the new one. What the units registered
    stays where it was registered.

    Raises
    ------
    MergedWithItselfError, StillMappingError
        It cannot be done, or not now.
    NoKeyError
        The municipality that goes has no key, so nobody is known in it.
    """
    if from_id == into_id:
        raise MergedWithItselfError
    with database.begin(Door.KEYS) as session:
        _require_not_mapping(session, from_id)
        # Both held, the lower id first, so that two mergers never wait in a circle.
        for place_id in sorted((from_id, into_id)):
            if place_id == into_id:
                held_keys(session, wrapper, Purpose.MUNICIPALITY, into_id, now, alone=False)
            hold_key(session, Purpose.MUNICIPALITY, place_id)
        replace_key(session, wrapper, Purpose.MUNICIPALITY, into_id, now)
        inherited = session.execute(
            sa.update(PseudonymKey)
            .where(
                PseudonymKey.purpose == Purpose.MUNICIPALITY,
                PseudonymKey.organisation_id == from_id,
                PseudonymKey.wrapped.is_not(None),
            )
            .values(
                organisation_id=into_id, retired_at=sa.func.coalesce(PseudonymKey.retired_at, now)
            )
            .returning(PseudonymKey.id)
        ).all()
        units = _move_units(session, from_id, into_id)
        merged = KeysMerged(len(inherited), units)
        log(
            session,
            at=now,
            user_id=None,
            action="key.inherited",
            organisation_id=into_id,
            detail=f"from={from_id} keys={merged.keys} units={merged.units}",
        )
    return merged


def _require_not_mapping(session: Session, municipality_id: int) -> None:
    row = session.execute(
        sa.select(MappingRound.year, Organisation.code)
        .join(RoundMunicipality, RoundMunicipality.round_id == MappingRound.id)
        .join(Organisation, Organisation.id == RoundMunicipality.municipality_id)
        .where(
            RoundMunicipality.municipality_id == municipality_id,
            RoundMunicipality.takes_part,
            MappingRound.state.in_(CHANGEABLE),
        )
    ).first()
    if row is not None:
        raise StillMappingError(code=row.code, year=row.year)


def _move_units(session: Session, from_id: int, into_id: int) -> int:
    """Let the units go on in the new municipality, with their members and last year's answers."""
    code = session.scalar(sa.select(Organisation.code).where(Organisation.id == from_id))
    units = sa.select(Organisation.id, Organisation.code).where(
        Organisation.kind == OrganisationKind.UNIT
    )
    taken = {unit.code for unit in session.execute(units.where(Organisation.parent_id == into_id))}
    moving = session.execute(units.where(Organisation.parent_id == from_id)).all()
    for unit in moving:
        # Both have a «rus», say: the one that comes says where it came from.
        name = f"{unit.code[: CODE_LENGTH - 5]}-{code}" if unit.code in taken else unit.code
        session.execute(
            sa.update(Organisation)
            .where(Organisation.id == unit.id)
            .values(parent_id=into_id, code=name)
        )
    return len(moving)
