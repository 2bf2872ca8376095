"""The pseudonym keys: made when first needed, stored wrapped, unwrapped in memory only."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brukerplan.identity.keyring import MasterKey, new_key
from brukerplan.identity.pseudonyms import Key, Purpose
from brukerplan.persistence.engine import Database
from brukerplan.persistence.tables import PseudonymKey


class Keys:
    """Gives each organisation its keys.

    Municipal and transfer keys are kept in memory once unwrapped. The trust key is not:
    it is opened by the freeze alone, and forgotten with it.
    """

    def __init__(self, database: Database, master_key: MasterKey) -> None:
        self._database = database
        self._master_key = master_key
        self._unwrapped: dict[str, Key] = {}

    def __repr__(self) -> str:
        return f"Keys({self._database!r})"

    def municipal(self, session: Session, municipality_id: int, now: datetime) -> Key:
        """Return the key under which a municipality knows its own persons."""
        return self._kept(session, Purpose.MUNICIPALITY, municipality_id, now)

    def transfer(self, session: Session, top_id: int, now: datetime) -> Key:
        """Return the common transfer key, which belongs to the top of the tree."""
        return self._kept(session, Purpose.TRANSFER, top_id, now)

    def trust_for_freeze(self, session: Session, owner_id: int, now: datetime) -> Key:
        """Return the trust key. To be called by the freeze and by nothing else."""
        return self._unwrap(self._stored(session, Purpose.TRUST, owner_id, now))

    def _kept(self, session: Session, purpose: Purpose, owner_id: int, now: datetime) -> Key:
        stored = self._stored(session, purpose, owner_id, now)
        # By id, and only after reading the row: a retired key must not live on here, nor
        # one from a transaction that was rolled back.
        key = self._unwrapped.get(stored.id)
        if key is None:
            key = self._unwrapped[stored.id] = self._unwrap(stored)
        return key

    def _stored(
        self, session: Session, purpose: Purpose, owner_id: int, now: datetime
    ) -> PseudonymKey:
        found = self._in_use(session, purpose, owner_id)
        if found is not None:
            return found
        key = new_key(purpose)
        row = PseudonymKey(
            id=key.id,
            purpose=purpose,
            organisation_id=owner_id,
            wrapped=self._master_key.wrap(key),
            created_at=now,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            # Somebody else made it in the same moment; theirs is the one.
            made = self._in_use(session, purpose, owner_id)
            if made is None:
                raise
            return made
        return row

    def _in_use(self, session: Session, purpose: Purpose, owner_id: int) -> PseudonymKey | None:
        return session.scalar(
            sa.select(PseudonymKey).where(
                PseudonymKey.purpose == purpose,
                PseudonymKey.organisation_id == owner_id,
                PseudonymKey.retired_at.is_(None),
            )
        )

    def _unwrap(self, row: PseudonymKey) -> Key:
        return self._master_key.unwrap(row.wrapped, key_id=row.id, purpose=Purpose(row.purpose))
