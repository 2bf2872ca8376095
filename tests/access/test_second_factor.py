"""Who must show a second factor follows from what the roles may do."""

from __future__ import annotations

import pytest

from brukerplan.access import PERMISSIONS, Actor, Membership, Permission, Role
from brukerplan.access.second_factor import ONE_FACTOR_IS_ENOUGH, needs_second_factor

NEEDS = {
    Role.REGISTRAR: True,
    Role.UNIT_LEAD: True,
    Role.COORDINATOR: True,
    Role.DATA_PROTECTION_OFFICER: True,
    Role.TRUST_ANALYST: True,
    Role.TRUST_ADMINISTRATOR: True,
    Role.SYSTEM_ADMINISTRATOR: True,
}


def holder(*roles: Role) -> Actor:
    return Actor(7, "Fiktiv Person", frozenset(Membership(role, 1) for role in roles))


@pytest.mark.parametrize("role", Role)
def test_every_role_that_sees_persons_or_administers_needs_one(role: Role) -> None:
    assert needs_second_factor(holder(role)) is NEEDS[role]


def test_nobody_without_a_role_needs_one_and_one_role_is_enough_to() -> None:
    assert not needs_second_factor(holder())
    assert needs_second_factor(holder(Role.TRUST_ANALYST, Role.REGISTRAR))


def test_a_permission_nobody_has_thought_of_demands_one() -> None:
    harmless = {Permission.STATISTICS_READ, Permission.RELEASE_READ_UNPUBLISHED}

    assert harmless == ONE_FACTOR_IS_ENOUGH
    assert all(needs_second_factor(holder(role)) for role in Role if PERMISSIONS[role] - harmless)
