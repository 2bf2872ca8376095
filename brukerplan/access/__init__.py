"""Permissions, roles and the one policy that joins them."""

from __future__ import annotations

from brukerplan.access.permissions import PUBLIC, Permission
from brukerplan.access.policy import Actor, Membership, NotAllowedError, allows, require
from brukerplan.access.roles import BOUND_TO_OWN_ORGANISATION, PERMISSIONS, Role

__all__ = [
    "BOUND_TO_OWN_ORGANISATION",
    "PERMISSIONS",
    "PUBLIC",
    "Actor",
    "Membership",
    "NotAllowedError",
    "Permission",
    "Role",
    "allows",
    "require",
]
