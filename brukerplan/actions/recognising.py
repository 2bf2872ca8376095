"""Who a typed number is to a municipality: under the key in use, whichever it was before.

A number is gone once it has been read, so that nothing can be brought under a new key without
it. Whoever is typed is therefore looked for under the earlier keys too, and what is found is
brought under the one in use at that moment. All that is kept of a person in a municipality
rests under one key at any time: what compares pseudonyms need not know that there are several.
See ``docs/adr/0017``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.actions.keys import Keys, Ring
from brukerplan.identity.national_number import NationalNumber
from brukerplan.identity.pseudonyms import Purpose, municipal_pseudonym, transfer_pseudonym
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.resting import bring_under, destroy_if_unused
from brukerplan.persistence.tables import NumberChange

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    """Who somebody is to the municipality.

    ``replaced``: the number that was typed is one the person no longer has.
    """

    pseudonym: bytes = field(repr=False)
    key_id: str
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """Who somebody is until the freeze; and was under the transfer key before, if any."""

    pseudonym: bytes = field(repr=False)
    key_id: str
    earlier: tuple[tuple[bytes, str], ...] = field(default=(), repr=False)


def recognise(
    session: Session, keys: Keys, municipality_id: int, number: NationalNumber, now: datetime
) -> Known:
    """Return who the number is; as for several."""
    return recognise_all(session, keys, municipality_id, [number], now)[0]


def recognise_all(
    session: Session,
    keys: Keys,
    municipality_id: int,
    numbers: Sequence[NationalNumber],
    now: datetime,
) -> list[Known]:
    """Return who the numbers are, in the same order.

    What rests under an earlier key is brought under the one in use, and an earlier key under
    which nothing is left is destroyed. A number that was replaced leads to the new one.
    """
    ring = keys.municipal_ring(session, municipality_id, now)
    own = [municipal_pseudonym(number, ring.current) for number in numbers]
    for earlier in ring.earlier:
        moves = {
            municipal_pseudonym(number, earlier): to
            for number, to in zip(numbers, own, strict=True)
        }
        if bring_under(session, moves, earlier_id=earlier.id, key_id=ring.current.id):
            destroy_and_log(session, Purpose.MUNICIPALITY, municipality_id, earlier.id, now)
    replaced = _replaced(session, ring.current.id, own)
    return [replaced.get(pseudonym) or Known(pseudonym, ring.current.id) for pseudonym in own]


def transfer_of(number: NationalNumber, ring: Ring) -> Transfer:
    """Return who the person is until the freeze."""
    return Transfer(
        transfer_pseudonym(number, ring.current),
        ring.current.id,
        tuple((transfer_pseudonym(number, key), key.id) for key in ring.earlier),
    )


def destroy_and_log(
    session: Session, purpose: Purpose, organisation_id: int, key_id: str, now: datetime
) -> bool:
    """Destroy a retired key under which nothing rests; tell whether it was."""
    destroyed = destroy_if_unused(session, purpose, key_id)
    if destroyed:
        log(
            session,
            at=now,
            user_id=None,
            action="key.destroyed",
            organisation_id=organisation_id,
            subject=key_id,
        )
    return destroyed


def _replaced(session: Session, key_id: str, pseudonyms: Sequence[bytes]) -> dict[bytes, Known]:
    found: dict[bytes, Known] = {}
    for start in range(0, len(pseudonyms), _AT_ONCE):
        rows = session.execute(
            sa.select(
                NumberChange.earlier_municipal_pseudonym,
                NumberChange.municipal_pseudonym,
                NumberChange.municipal_key_id,
            ).where(
                NumberChange.earlier_municipal_key_id == key_id,
                NumberChange.earlier_municipal_pseudonym.in_(pseudonyms[start : start + _AT_ONCE]),
            )
        )
        # The new number may not have been typed since the key was rotated: then the person
        # rests under the earlier key still, and so does what is written about them now.
        found |= {
            row.earlier_municipal_pseudonym: Known(
                row.municipal_pseudonym, row.municipal_key_id, replaced=True
            )
            for row in rows
        }
    return found
