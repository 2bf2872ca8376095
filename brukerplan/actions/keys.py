"""The pseudonym keys: made when first needed, stored wrapped, unwrapped in memory only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brukerplan.identity.keyring import KeyWrapper, OnlyFor, new_key
from brukerplan.identity.pseudonyms import Key, Purpose
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import PseudonymKey


@dataclass(frozen=True, slots=True)
class Ring:
    """An organisation's keys of one purpose: the one in use, and those it took over from.

    ``earlier`` has the oldest first, and not those that are destroyed.
    """

    current: Key
    earlier: tuple[Key, ...]


class Keys:
    """Gives each organisation its keys.

    Municipal and transfer keys are kept in memory once unwrapped. The trust key is not:
    it is opened by the freeze alone, and forgotten with it.

    Whoever asks for a key has it until the transaction ends: a rotation waits for them, and
    whoever comes after the rotation gets the new one, in every process.
    """

    def __init__(self, database: Database, wrapper: KeyWrapper) -> None:
        self._database = database
        self._wrapper = OnlyFor(wrapper, Purpose.MUNICIPALITY, Purpose.TRANSFER)
        self._for_the_freeze = TrustKeys(wrapper)
        self._for_extracts = ExtractKeys(wrapper)
        self._unwrapped: dict[tuple[Purpose, int], dict[str, Key]] = {}

    def __repr__(self) -> str:
        return f"Keys({self._database!r})"

    def municipal(self, session: Session, municipality_id: int, now: datetime) -> Key:
        """Return the key under which a municipality knows its own persons from now on.

        Who is known already may still be so under an earlier one: see `recognising`.
        """
        return self.municipal_ring(session, municipality_id, now).current

    def municipal_ring(self, session: Session, municipality_id: int, now: datetime) -> Ring:
        """Return the municipality's key in use and those under which somebody may still rest.

        While there are such, one transaction at a time has them: whoever brings a person under
        the key in use is never seen half-way.
        """
        return self._ring(session, Purpose.MUNICIPALITY, municipality_id, now, alone=True)

    def transfer(self, session: Session, top_id: int, now: datetime) -> Key:
        """Return the common transfer key, which belongs to the top of the tree."""
        return self.transfer_ring(session, top_id, now).current

    def transfer_ring(self, session: Session, top_id: int, now: datetime) -> Ring:
        """Return the transfer key, and the one before it until the next freeze."""
        return self._ring(session, Purpose.TRANSFER, top_id, now, alone=False)

    def for_the_freeze(self) -> TrustKeys:
        """Return what opens the trust key. To be asked for where the freeze is, nowhere else."""
        return self._for_the_freeze

    def for_extracts(self) -> ExtractKeys:
        """Return what makes and opens projects' keys."""
        return self._for_extracts

    def _ring(
        self, session: Session, purpose: Purpose, owner_id: int, now: datetime, *, alone: bool
    ) -> Ring:
        rows = held_keys(session, self._wrapper, purpose, owner_id, now, alone=alone)
        known = self._unwrapped.get((purpose, owner_id), {})
        # By id, and only after reading the rows: a destroyed key must not live on here, nor
        # one from a transaction that was rolled back.
        opened = {row.id: known.get(row.id) or open_key(self._wrapper, row) for row in rows}
        self._unwrapped[purpose, owner_id] = opened
        *earlier, current = opened.values()
        return Ring(current, tuple(earlier))


class TrustKeys:
    """Opens the trust keys and no other: what the freeze is given."""

    def __init__(self, wrapper: KeyWrapper) -> None:
        self._wrapper = OnlyFor(wrapper, Purpose.TRUST)

    def layers(self, session: Session, owner_id: int, now: datetime) -> tuple[Key, ...]:
        """Return every trust key the organisation has had, the one in use last.

        All are needed for a trust pseudonym: each was laid upon the one before it.
        """
        rows = held_keys(session, self._wrapper, Purpose.TRUST, owner_id, now, alone=False)
        return tuple(open_key(self._wrapper, row) for row in rows)


class ExtractKeys:
    """Makes and opens research projects' keys and no other; they are kept in their extracts."""

    def __init__(self, wrapper: KeyWrapper) -> None:
        self._wrapper = OnlyFor(wrapper, Purpose.EXTRACT)

    def new(self) -> KeyRow:
        """Return a fresh random key, closed."""
        key = new_key(Purpose.EXTRACT)
        return KeyRow(key.id, Purpose.EXTRACT, self._wrapper.wrap(key))

    def open(self, key_id: str, wrapped: bytes) -> Key:
        """Return the key, in memory; it is not kept there."""
        return open_key(self._wrapper, KeyRow(key_id, Purpose.EXTRACT, wrapped))


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as it is stored."""

    id: str
    purpose: Purpose
    wrapped: bytes


def held_keys(
    session: Session,
    wrapper: KeyWrapper,
    purpose: Purpose,
    owner_id: int,
    now: datetime,
    *,
    alone: bool,
) -> tuple[KeyRow, ...]:
    """Return the organisation's keys that are not destroyed, the one in use last.

    The one in use is made if there is none, and held until the transaction ends, so that it
    stays in use; with ``alone`` and earlier keys there, nobody else has them meanwhile.
    """
    while True:
        rows = session.execute(
            sa.select(PseudonymKey.id, PseudonymKey.wrapped, PseudonymKey.retired_at)
            .where(
                PseudonymKey.purpose == purpose,
                PseudonymKey.organisation_id == owner_id,
                PseudonymKey.wrapped.is_not(None),
            )
            .order_by(PseudonymKey.created_at, PseudonymKey.id)
        ).all()
        in_use = [row for row in rows if row.retired_at is None]
        earlier = [row for row in rows if row.retired_at is not None]
        if not in_use:
            _make_first_key(session, wrapper, purpose, owner_id, now)
            continue
        exclusive = alone and bool(earlier)
        still = session.scalar(
            sa.select(PseudonymKey.id)
            .where(PseudonymKey.id == in_use[0].id, PseudonymKey.retired_at.is_(None))
            # Not even a reference to the row waits for this: only those who ask for the key.
            .with_for_update(read=not exclusive, key_share=exclusive)
        )
        # Retired while we waited: there is another in use by now.
        if still is not None:
            return tuple(KeyRow(row.id, purpose, row.wrapped) for row in (*earlier, *in_use))


def add_key(
    session: Session, wrapper: KeyWrapper, key: Key, *, owner_id: int, created_at: datetime
) -> None:
    """Store a key as the one in use; the database refuses a second one."""
    session.execute(
        sa.insert(PseudonymKey).values(
            id=key.id,
            purpose=key.purpose,
            organisation_id=owner_id,
            wrapped=wrapper.wrap(key),
            created_at=created_at,
        )
    )


def open_key(wrapper: KeyWrapper, row: KeyRow) -> Key:
    """Return the key of a row, in memory."""
    return wrapper.unwrap(row.wrapped, key_id=row.id, purpose=row.purpose)


def key_in_use(session: Session, purpose: Purpose, owner_id: int) -> str | None:
    """Return the id of the organisation's key in use, or ``None``."""
    return session.scalar(
        sa.select(PseudonymKey.id).where(
            PseudonymKey.purpose == purpose,
            PseudonymKey.organisation_id == owner_id,
            PseudonymKey.retired_at.is_(None),
        )
    )


def _make_first_key(
    session: Session, wrapper: KeyWrapper, purpose: Purpose, owner_id: int, now: datetime
) -> None:
    try:
        with session.begin_nested():
            add_key(session, wrapper, new_key(purpose), owner_id=owner_id, created_at=now)
    except IntegrityError:
        # Somebody else made it in the same moment; theirs is the one.
        if key_in_use(session, purpose, owner_id) is None:
            raise
