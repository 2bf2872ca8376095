"""Walking the chains of the access log: is every row there, as it was written?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest
from itertools import chain as joined
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from brukerplan.identity.log_key import LogKey
from brukerplan.persistence.log_chain import FIRST, Act, sealed
from brukerplan.persistence.tables import AccessLog, AccessLogHead, Base

OLDER = -1
"""The chain of the rows that are older than the chains; only its head is kept."""
_ROWS_AT_A_TIME = 2_000

_LOG = Base.metadata.tables[AccessLog.__tablename__]
_HEAD = Base.metadata.tables[AccessLogHead.__tablename__]
_UNSEALED = sa.or_(_LOG.c.chain.is_(None), _LOG.c.number.is_(None), _LOG.c.seal.is_(None))


class Fault(StrEnum):
    """What is wrong where a chain breaks."""

    MISSING = "missing"
    """Rows have been removed before this one."""
    CHANGED = "changed"
    """The row is not as it was written; those after it still follow from its seal."""
    INSERTED = "inserted"
    """The row was put in between: the one after it follows from the one before."""
    REORDERED = "reordered"
    """The row and the one after it have changed places."""
    FOREIGN = "foreign"
    """The row was not written at this place: put in, or moved here from another."""
    CUT = "cut"
    """The last rows of the chain have been removed."""
    HEAD = "head"
    """The chain's head is missing, or is not the end of its rows."""
    ROLLED_BACK = "rolled_back"
    """The chain once went on otherwise than it does now: it differs from the anchor."""
    NOT_SEALED = "not_sealed"
    """There are rows without a seal that nobody has adopted."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain has come."""

    number: int
    seal: bytes


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain does not hold."""

    chain: int
    number: int
    fault: Fault
    row_id: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a walk over the whole log found."""

    rows: int
    heads: Mapping[int, Head]
    breaks: tuple[Break, ...]


class _Row:
    __slots__ = ("act", "chain", "id", "number", "seal")

    def __init__(self, row: Any) -> None:
        self.id: int = row.id
        self.chain: int = row.chain
        self.number: int = row.number
        self.seal = bytes(row.seal or b"")
        self.act = Act(
            row.at, row.user_id, row.action, row.organisation_id, row.subject, row.detail
        )


def check(
    connection: sa.Connection, keys: Sequence[LogKey], anchor: Mapping[int, Head] | None = None
) -> Checked:
    """Walk every chain from its first row to its head.

    Rows are read in order a few thousand at a time: memory stays the same however long the
    log is. The connection must see rows and heads of one moment (`Database.snapshot`).

    Parameters
    ----------
    keys
        What has sealed the log, one master key after another; the last seals it now. Within a
        chain a row is never sealed by an earlier key than the row before it.
    anchor
        Heads of an earlier walk, kept outside the database.
    """
    heads = stored_heads(connection)
    anchor = anchor or {}
    counted = 0
    breaks: list[Break] = []
    walked = {OLDER}
    older, found = _check_older(connection, keys, heads.get(OLDER), anchor.get(OLDER))
    counted += older
    breaks += found
    for chain, rows in groupby(_sealed_rows(connection), key=lambda row: row.chain):
        walked.add(chain)
        walk = _Walk(keys, chain, heads.get(chain), anchor.get(chain))
        broken = walk.through(rows) or walk.at_end()
        counted += walk.rows
        breaks += [broken] if broken else []
    for chain in sorted((heads.keys() | anchor.keys()) - walked):
        known = heads.get(chain) or anchor[chain]
        # A chain is begun in the transaction that writes its first row.
        breaks.append(Break(chain, known.number, Fault.CUT))
    return Checked(counted, heads, tuple(breaks))


def stored_heads(connection: sa.Connection) -> dict[int, Head]:
    """Return the head of every chain."""
    rows = connection.execute(sa.select(_HEAD.c.chain, _HEAD.c.number, _HEAD.c.seal))
    return {row.chain: Head(row.number, bytes(row.seal)) for row in rows}


def seal_of_older(connection: sa.Connection, key: LogKey) -> Head:
    """Return how many rows have no seal, and one seal over all of them in order."""
    number, seal = 0, FIRST
    for row in _stream(connection, _UNSEALED, _LOG.c.id):
        number += 1
        seal = sealed(key, seal, OLDER, number, _Row(row).act)
    return Head(number, seal)


class _Walk:
    """One chain, row by row."""

    def __init__(
        self, keys: Sequence[LogKey], chain: int, head: Head | None, anchor: Head | None
    ) -> None:
        self._keys = keys
        self._chain = chain
        self._head = head
        self._anchor = anchor
        self._at = Head(0, FIRST)
        self.rows = 0

    def through(self, rows: Iterable[_Row]) -> Break | None:
        """Go through the rows until one does not hold."""
        remaining = self._counted(rows)
        for row in remaining:
            expected = self._at.number + 1
            if row.number > expected:
                return self._break(expected, Fault.MISSING, row)
            if row.number < expected:
                # A number twice: no index stands in the way of who can drop it.
                return self._break(row.number, Fault.INSERTED, row)
            if not self._follows(self._at.seal, expected, row):
                return self._break(expected, self._fault(row, next(remaining, None)), row)
            self._at = Head(row.number, row.seal)
            if self._anchor and self._anchor.number == row.number and self._anchor != self._at:
                return self._break(expected, Fault.ROLLED_BACK, row)
        return None

    def at_end(self) -> Break | None:
        """Compare the end of the rows with the head and the anchor."""
        last = self._at.number
        for known in (self._head, self._anchor):
            if known and known.number > last:
                return self._break(last + 1, Fault.CUT)
        if self._head != self._at:
            return self._break(last, Fault.HEAD)
        return None

    def _counted(self, rows: Iterable[_Row]) -> Iterator[_Row]:
        for row in rows:
            self.rows += 1
            yield row

    def _follows(self, previous: bytes, number: int, row: _Row) -> bool:
        for at, key in enumerate(self._keys):
            if compare_digest(row.seal, sealed(key, previous, self._chain, number, row.act)):
                self._keys = self._keys[at:]
                return True
        return False

    def _fault(self, row: _Row, after: _Row | None) -> Fault:
        """Say what happened from the row that does not follow and the one after it."""
        expected = self._at.number + 1
        if after is None:
            return Fault.INSERTED if self._head == self._at else Fault.CHANGED
        if self._follows(self._at.seal, expected, after):
            # The row after belongs here. Either this one was put before it, or moved.
            moved = self._follows(after.seal, expected + 1, row)
            return Fault.REORDERED if moved else Fault.INSERTED
        if self._follows(row.seal, after.number, after):
            return Fault.CHANGED
        return Fault.FOREIGN

    def _break(self, number: int, fault: Fault, row: _Row | None = None) -> Break:
        return Break(self._chain, number, fault, None if row is None else row.id)


def _check_older(
    connection: sa.Connection, keys: Sequence[LogKey], head: Head | None, anchor: Head | None
) -> tuple[int, list[Break]]:
    """Check the rows from before the chains: all as they were when adopted, or not."""
    seals = [seal_of_older(connection, key) for key in keys]
    found = head if head in seals else seals[-1]
    if head is None:
        return found.number, ([Break(OLDER, 1, Fault.NOT_SEALED)] if found.number or anchor else [])
    if anchor not in (None, head):
        return found.number, [Break(OLDER, found.number, Fault.ROLLED_BACK)]
    if found.number != head.number:
        fault = Fault.CUT if found.number < head.number else Fault.INSERTED
        return found.number, [Break(OLDER, found.number, fault)]
    # One seal for all of them: which one it is cannot be said.
    return found.number, [] if found == head else [Break(OLDER, found.number, Fault.CHANGED)]


def _sealed_rows(connection: sa.Connection) -> Iterator[_Row]:
    rows = _stream(connection, sa.not_(_UNSEALED), _LOG.c.chain, _LOG.c.number)
    return (_Row(row) for row in rows)


def _stream(
    connection: sa.Connection, where: sa.ColumnElement[bool], *order: sa.Column[Any]
) -> Iterator[Any]:
    # On the statement: an option of the connection would hold for what it does afterwards.
    statement = sa.select(_LOG).where(where).order_by(*order)
    rows = connection.execute(statement.execution_options(yield_per=_ROWS_AT_A_TIME))
    return joined.from_iterable(rows.partitions())
