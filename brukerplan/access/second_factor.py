"""Who must show a second factor: read from the table of roles, never from a list of names."""

from __future__ import annotations

from brukerplan.access.permissions import PUBLIC, Permission
from brukerplan.access.policy import Actor
from brukerplan.access.roles import PERMISSIONS

ONE_FACTOR_IS_ENOUGH: frozenset[Permission] = PUBLIC | {Permission.RELEASE_READ_UNPUBLISHED}
"""What shows no person and administers nothing. The list is of what is harmless, so that a
permission nobody has thought of demands a second factor.
"""


def needs_second_factor(actor: Actor) -> bool:
    """Tell whether any role of the actor sees persons or administers something."""
    return any(PERMISSIONS[held.role] - ONE_FACTOR_IS_ENOUGH for held in actor.memberships)
