"""Which cells are secret for their own sake."""

from __future__ import annotations

from brukerplan.disclosure.cube import MUNICIPALITY, Cell, Row
from brukerplan.disclosure.policy import Policy
from brukerplan.disclosure.status import Status


def row_status(row: Row, policy: Policy) -> Status | None:
    """Say why a whole row is hidden, zeros and total included; ``None`` if it is not."""
    at_municipality = row.area.level == MUNICIPALITY
    least = policy.minimum_base_municipality if at_municipality else policy.minimum_base
    if row.base < least.value:
        return Status.BASE_TOO_SMALL
    if not at_municipality and row.contributors < policy.minimum_contributors.value:
        return Status.NOT_ENOUGH_CONTRIBUTORS
    return None


def cell_status(cell: Cell, policy: Policy) -> Status | None:
    """Say why a cell of a shown row is secret; ``None`` if it is not."""
    if policy.is_small(cell.count):
        return Status.PRIMARY
    if policy.complement.value and policy.is_small(cell.row.base - cell.count):
        return Status.COMPLEMENT
    return None
