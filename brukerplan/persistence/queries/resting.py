"""What rests under which key, and bringing it under another."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.identity.pseudonyms import Purpose
from brukerplan.persistence.tables import (
    FROZEN_REGISTRATION,
    Base,
    Organisation,
    PseudonymKey,
)

# Both engines limit how many values one statement takes.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Place:
    """A column with pseudonyms, and the column beside it with the id of their key."""

    pseudonym: sa.Column[bytes]
    key_id: sa.Column[str]

    @property
    def table(self) -> sa.Table:
        """Where they are."""
        table = self.pseudonym.table
        assert isinstance(table, sa.Table)
        return table


# How the columns with pseudonyms under a key of each purpose are called.
_CALLED = {
    Purpose.MUNICIPALITY: "municipal_pseudonym",
    Purpose.TRANSFER: "transfer_pseudonym",
    Purpose.TRUST: "trust_pseudonym",
    # None is stored: what a project calls persons is in its file alone.
    Purpose.EXTRACT: "extract_pseudonym",
}


def places(purpose: Purpose) -> tuple[Place, ...]:
    """Return where there are pseudonyms under keys of this purpose.

    Found in the tables themselves: one that is added later is not forgotten by a rotation.
    """
    return tuple(
        Place(column, table.c[column.name.removesuffix("pseudonym") + "key_id"])
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(_CALLED[purpose])
    )


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key as it is listed: nothing of it that is secret.

    ``rows`` counts the pseudonyms under it.
    """

    id: str
    purpose: str
    organisation: str
    created_at: datetime
    retired_at: datetime | None
    destroyed: bool
    rows: int


def key_lines(session: Session) -> tuple[KeyLine, ...]:
    """Return every key there is or was, by purpose and organisation, the oldest first."""
    rests: dict[str, int] = {}
    for place in chain.from_iterable(map(places, Purpose)):
        counted = session.execute(
            sa.select(place.key_id, sa.func.count())
            .where(place.key_id.is_not(None))
            .group_by(place.key_id)
        )
        for key_id, number in counted:
            rests[key_id] = rests.get(key_id, 0) + number
    rows = session.execute(
        sa.select(
            PseudonymKey.id,
            PseudonymKey.purpose,
            Organisation.code,
            PseudonymKey.created_at,
            PseudonymKey.retired_at,
            PseudonymKey.wrapped.is_(None),
        )
        .join(Organisation, Organisation.id == PseudonymKey.organisation_id)
        .order_by(PseudonymKey.purpose, Organisation.code, PseudonymKey.created_at, PseudonymKey.id)
    )
    return tuple(KeyLine(*row, rows=rests.get(row.id, 0)) for row in rows)


def is_used(session: Session, purpose: Purpose, key_id: str) -> bool:
    """Tell whether any pseudonym rests under the key, which is for this purpose."""
    return any(
        session.execute(sa.select(sa.literal(1)).where(place.key_id == key_id).limit(1)).first()
        for place in places(purpose)
    )


def destroy_if_unused(session: Session, purpose: Purpose, key_id: str) -> bool:
    """Destroy a retired key if nothing rests under it; tell whether it was.

    To be asked by whoever holds the organisation's key in use: then nothing comes to rest
    under an earlier one meanwhile.
    """
    if is_used(session, purpose, key_id):
        return False
    destroyed = session.execute(
        sa.update(PseudonymKey)
        .where(
            PseudonymKey.id == key_id,
            PseudonymKey.retired_at.is_not(None),
            PseudonymKey.wrapped.is_not(None),
        )
        .values(wrapped=None)
        .returning(PseudonymKey.id)
    ).first()
    return destroyed is not None


def bring_under(
    session: Session, moves: Mapping[bytes, bytes], *, earlier_id: str, key_id: str
) -> int:
    """Bring persons of a municipality from an earlier key under the one in use.

    Parameters
    ----------
    moves
        From the pseudonym under the earlier key to that under the new.

    Returns
    -------
    int
        How many rows were found.
    """
    found, wanted = 0, sorted(moves)
    for place in places(Purpose.MUNICIPALITY):
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            resting = session.scalars(
                sa.select(place.pseudonym)
                .distinct()
                .where(place.key_id == earlier_id, place.pseudonym.in_(some))
            ).all()
            for pseudonym in resting:
                found += len(
                    session.execute(
                        sa.update(place.table)
                        .where(place.key_id == earlier_id, place.pseudonym == pseudonym)
                        .values({place.pseudonym: moves[pseudonym], place.key_id: key_id})
                        .returning(place.key_id)
                    ).all()
                )
    return found


def frozen_persons(session: Session, key_id: str) -> Iterator[tuple[uuid.UUID, bytes]]:
    """Return the id and trust pseudonym of every frozen registration under the key."""
    columns = FROZEN_REGISTRATION.c
    rows = session.execute(
        sa.select(columns.id, columns.trust_pseudonym).where(columns.trust_key_id == key_id)
    )
    return ((row.id, row.trust_pseudonym) for row in rows)


def call_frozen_persons(
    session: Session, pseudonyms: Sequence[tuple[uuid.UUID, bytes]], *, key_id: str
) -> None:
    """Give frozen registrations these trust pseudonyms, which are made by this key."""
    columns = FROZEN_REGISTRATION.c
    for start in range(0, len(pseudonyms), _AT_ONCE):
        # One statement for many: one each takes PostgreSQL four times as long.
        called = (
            sa.values(sa.column("of", sa.Uuid), sa.column("person", sa.LargeBinary), name="called")
            .data(pseudonyms[start : start + _AT_ONCE])
            .cte("called")
        )
        session.execute(
            sa.update(FROZEN_REGISTRATION)
            .where(columns.id == called.c.of)
            .values(trust_pseudonym=called.c.person, trust_key_id=key_id)
        )
