"""What stands between a municipality and its approval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from brukerplan.actions.quality import findings
from brukerplan.persistence.queries.asked import count_open_queries
from brukerplan.persistence.queries.duplicates import count_duplicates
from brukerplan.persistence.queries.legal_bases import registered_without_basis
from brukerplan.persistence.queries.letters import count_uninformed
from brukerplan.persistence.queries.rounds import UnitProgress, municipality_progress
from brukerplan.persistence.tables.states import UnitState

UNITS = "units"
DUPLICATES = "duplicates"
QUERIES = "queries"
LETTERS = "letters"
BASES = "bases"
FINDINGS = "findings"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing on the checklist that is not done: how many, and the units it waits for."""

    kind: str
    count: int
    units: tuple[UnitProgress, ...] = ()


def missing_for_approval(
    session: Session,
    municipality_id: int,
    round_id: int,
    *,
    now: datetime,
    accepted: frozenset[str] = frozenset(),
) -> tuple[Missing, ...]:
    """Return what is missing, in the order of the checklist; empty when ready.

    Parameters
    ----------
    accepted
        Kinds the coordinator has said are all right as they are: they are not looked at.
    """
    open_units = tuple(
        unit
        for unit in municipality_progress(session, municipality_id, round_id)
        if unit.state == UnitState.OPEN
    )
    found = [Missing(UNITS, len(open_units), open_units)]
    for kind, count in _COUNTED.items():
        if kind not in accepted:
            found.append(Missing(kind, count(session, municipality_id, round_id)))
    found.append(Missing(BASES, registered_without_basis(session, municipality_id, round_id, now)))
    return tuple(each for each in found if each.count)


def _count_findings(session: Session, municipality_id: int, round_id: int) -> int:
    return len(findings(session, municipality_id, round_id))


_COUNTED: dict[str, Callable[[Session, int, int], int]] = {
    DUPLICATES: count_duplicates,
    QUERIES: count_open_queries,
    LETTERS: count_uninformed,
    FINDINGS: _count_findings,
}
