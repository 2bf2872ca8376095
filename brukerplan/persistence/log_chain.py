"""Sealing the access log: every row carries the seal of the row before it in its chain.

A seal is HMAC-SHA-256 over the seal before, the chain, the row's number in it and every
column but the id. Whoever has the database but not the key can therefore neither change,
remove, add nor move a row without the chain breaking where they did. Each acting user has
a chain of their own (0 is for acts nobody is signed in for), so that sealing makes nobody
wait for anybody else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from brukerplan.identity.log_key import SEAL_BYTES, LogKey
from brukerplan.persistence.tables import AccessLog, AccessLogHead, Base
from brukerplan.persistence.types import NaiveTimeError

LEDGER = "brukerplan_ledger"
"""Where a writing session finds the rows it has yet to write in the log."""
NOBODY = 0
"""The chain of acts without a user."""
FIRST = bytes(SEAL_BYTES)
"""Stands where the seal before would, at the beginning of a chain."""

_LOG = Base.metadata.tables[AccessLog.__tablename__]
_HEAD = Base.metadata.tables[AccessLogHead.__tablename__]


class LogKeyMissingError(RuntimeError):
    """The database was opened without the key that seals the log: nothing can be done in it."""


@dataclass(frozen=True, slots=True)
class Act:
    """What one row of the log says."""

    at: datetime
    user_id: int | None
    action: str
    organisation_id: int | None
    subject: str
    detail: str

    @property
    def chain(self) -> int:
        """The chain the act belongs to."""
        return NOBODY if self.user_id is None else self.user_id


def sealed(key: LogKey, previous: bytes, chain: int, number: int, act: Act) -> bytes:
    """Return the 32-byte seal of an act at its place.

    JSON, so that no two rows run together to the same bytes; the moment in UTC to the
    microsecond, as both engines give it back.
    """
    content = json.dumps(
        (
            chain,
            number,
            act.at.astimezone(UTC).isoformat(timespec="microseconds"),
            act.user_id,
            act.action,
            act.organisation_id,
            act.subject,
            act.detail,
        ),
        separators=(",", ":"),
    )
    return key.seal(previous + content.encode("ascii"))


class Ledger:
    """The acts of one transaction, written as the last thing it does.

    The end of a user's chain is held from its sealing to the end of the transaction. Held
    from the first act on, two of that user's requests could each hold what the other needs.
    """

    def __init__(self, key: LogKey | None) -> None:
        self._key = key
        self._acts: list[Act] = []

    def add(self, act: Act) -> None:
        """Take an act in.

        Raises
        ------
        LogKeyMissingError, NaiveTimeError
            It could not be sealed.
        """
        if self._key is None:
            raise LogKeyMissingError("the database was opened without a key for its log")
        if act.at.tzinfo is None:
            raise NaiveTimeError("a moment must say its time zone")
        self._acts.append(act)

    def write(self, session: Session) -> None:
        """Seal the acts and write them, in the order they were done."""
        acts, self._acts = self._acts, []
        if not acts or self._key is None:
            return
        connection = session.connection()
        numbers: dict[int, int] = {}
        seals: dict[int, bytes] = {}
        # In one order everywhere, so that nobody waits in a circle.
        for chain in sorted({act.chain for act in acts}):
            numbers[chain], seals[chain] = _held_head(connection, chain)
        rows = []
        for act in acts:
            chain = act.chain
            numbers[chain] += 1
            seals[chain] = sealed(self._key, seals[chain], chain, numbers[chain], act)
            rows.append(_row(act, chain, numbers[chain], seals[chain]))
        moves = [
            {"of": chain, "to_number": numbers[chain], "to_seal": seals[chain]} for chain in numbers
        ]
        if len(rows) == 1 and connection.dialect.name == "postgresql":
            (moved,) = moves
            connection.execute(_add_and_move(), rows[0] | moved)
        else:
            connection.execute(_add(), rows)
            connection.execute(_move(), moves)


def _row(act: Act, chain: int, number: int, seal: bytes) -> dict[str, Any]:
    return {
        "at": act.at,
        "user_id": act.user_id,
        "action": act.action,
        "organisation_id": act.organisation_id,
        "subject": act.subject,
        "detail": act.detail,
        "chain": chain,
        "number": number,
        "seal": seal,
    }


def _held_head(connection: sa.Connection, chain: int) -> tuple[int, bytes]:
    """Return the end of a chain, held until the transaction ends.

    SQLite lets one writer in at a time, and needs no more.
    """
    found = connection.execute(_look(), {"chain": chain}).first()
    if found is None:
        # One statement also for the very first two at once: the second waits, then reads
        # what the first has written.
        begun = {"chain": chain, "number": 0, "seal": FIRST}
        found = connection.execute(_begin(connection.dialect.name), begun).one()
    return found.number, bytes(found.seal)


# The statements are made once: every act ends with them, and making them takes longer than
# running them. The log's own do not ask for the new id: most who write a row may not read it.


@cache
def _look() -> sa.Select[Any]:
    return (
        sa.select(_HEAD.c.number, _HEAD.c.seal)
        .where(_HEAD.c.chain == sa.bindparam("chain"))
        .with_for_update()
    )


@cache
def _begin(dialect: str) -> sa.Executable:
    if dialect == "postgresql":
        begun = postgresql.insert(_HEAD)
        return begun.on_conflict_do_update(
            index_elements=[_HEAD.c.chain], set_={"chain": begun.excluded.chain}
        ).returning(_HEAD.c.number, _HEAD.c.seal)
    return sqlite.insert(_HEAD).returning(_HEAD.c.number, _HEAD.c.seal)


@cache
def _add() -> sa.Insert:
    return sa.insert(_LOG).inline()


@cache
def _move() -> sa.Update:
    # Without the chain among its columns: as a part of the INSERT it would be set too,
    # since the INSERT gives a value of that name.
    head = sa.table(
        _HEAD.name, sa.column("number", sa.Integer()), sa.column("seal", sa.LargeBinary())
    )
    return (
        sa.update(head)
        .where(sa.literal_column("chain", sa.Integer()) == sa.bindparam("of"))
        .values(number=sa.bindparam("to_number"), seal=sa.bindparam("to_seal"))
    )


@cache
def _add_and_move() -> sa.Insert:
    """Both in one round trip."""
    return sa.insert(_LOG).inline().add_cte(_move().cte("moved"))
