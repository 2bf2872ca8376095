"""Who may do what, and where."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.access import (
    BOUND_TO_OWN_ORGANISATION,
    PERMISSIONS,
    PUBLIC,
    Actor,
    Membership,
    NotAllowedError,
    Permission,
    Role,
    allows,
    require,
)
from brukerplan.translation import translator

NATION, TRUST, MUNICIPALITY, UNIT, OTHER_UNIT, OTHER_MUNICIPALITY = range(1, 7)
UNIT_PATH = (UNIT, MUNICIPALITY, TRUST, NATION)
OTHER_UNIT_PATH = (OTHER_UNIT, MUNICIPALITY, TRUST, NATION)
MUNICIPALITY_PATH = (MUNICIPALITY, TRUST, NATION)

paths = st.lists(st.integers(1, 8), unique=True, max_size=4).map(tuple)
memberships = st.builds(Membership, st.sampled_from(Role), st.integers(1, 8))
actors = st.builds(
    Actor, user_id=st.integers(1), name=st.just("N"), memberships=st.frozensets(memberships)
)


def holder(role: Role, organisation_id: int) -> Actor:
    return Actor(7, "Fiktiv Person", frozenset({Membership(role, organisation_id)}))


def test_a_registrar_reads_the_registrations_of_their_own_unit() -> None:
    assert allows(holder(Role.REGISTRAR, UNIT), Permission.REGISTRATION_READ, UNIT_PATH)


def test_a_registrar_never_reads_another_unit_of_the_same_municipality() -> None:
    registrar = holder(Role.REGISTRAR, UNIT)
    assert not allows(registrar, Permission.REGISTRATION_READ, OTHER_UNIT_PATH)


@pytest.mark.parametrize("role", sorted(BOUND_TO_OWN_ORGANISATION))
def test_a_unit_role_entered_in_the_municipality_opens_no_unit(role: Role) -> None:
    misplaced = holder(role, MUNICIPALITY)
    assert not allows(misplaced, Permission.REGISTRATION_READ, UNIT_PATH)


def test_a_coordinator_sees_the_progress_of_every_unit_below() -> None:
    coordinator = holder(Role.COORDINATOR, MUNICIPALITY)
    assert allows(coordinator, Permission.UNIT_READ_PROGRESS, UNIT_PATH)
    assert allows(coordinator, Permission.UNIT_READ_PROGRESS, OTHER_UNIT_PATH)


def test_a_coordinator_has_no_say_in_the_municipality_next_door() -> None:
    path = (OTHER_MUNICIPALITY, TRUST, NATION)
    coordinator = holder(Role.COORDINATOR, MUNICIPALITY)
    assert not allows(coordinator, Permission.MUNICIPALITY_APPROVE, path)


def test_a_role_does_not_reach_upwards() -> None:
    coordinator = holder(Role.COORDINATOR, UNIT)
    assert not allows(coordinator, Permission.MUNICIPALITY_APPROVE, MUNICIPALITY_PATH)


def test_a_role_reaches_the_organisations_below() -> None:
    coordinator = holder(Role.COORDINATOR, MUNICIPALITY)
    assert allows(coordinator, Permission.UNIT_READ_PROGRESS, UNIT_PATH)


@pytest.mark.parametrize("role", [Role.TRUST_ANALYST, Role.TRUST_ADMINISTRATOR])
def test_the_trust_does_not_see_how_many_a_municipality_has_sent_in(role: Role) -> None:
    trust = holder(role, TRUST)
    assert not allows(trust, Permission.MUNICIPALITY_READ_PROGRESS, MUNICIPALITY_PATH)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.REGISTRAR, Role.UNIT_LEAD}))
def test_only_those_in_the_unit_read_answers(role: Role) -> None:
    for organisation in (UNIT, MUNICIPALITY, TRUST, NATION):
        assert not allows(holder(role, organisation), Permission.REGISTRATION_READ, UNIT_PATH)


def test_the_internal_report_is_for_the_coordinator_alone() -> None:
    readers = {
        role
        for role, permissions in PERMISSIONS.items()
        if Permission.MUNICIPALITY_INTERNAL_REPORT in permissions
    }
    assert readers == {Role.COORDINATOR}


def test_everyone_reads_published_statistics_without_signing_in() -> None:
    assert allows(None, Permission.STATISTICS_READ)


@pytest.mark.parametrize("permission", sorted(set(Permission) - PUBLIC))
def test_nobody_signed_out_gets_anything_else(permission: Permission) -> None:
    assert not allows(None, permission, UNIT_PATH)


@pytest.mark.parametrize("permission", sorted(set(Permission) - PUBLIC))
def test_a_user_without_a_role_gets_nothing(permission: Permission) -> None:
    assert not allows(Actor(7, "Fiktiv Person"), permission, UNIT_PATH)


@given(actor=actors, path=paths)
def test_an_unknown_permission_is_denied_to_all(actor: Actor, path: tuple[int, ...]) -> None:
    assert not allows(actor, cast(Permission, "registration.read_all"), path)


@given(permission=st.sampled_from(sorted(set(Permission) - PUBLIC)))
def test_an_unknown_role_is_denied_everything(permission: Permission) -> None:
    stranger = holder(cast(Role, "superuser"), UNIT)
    assert not allows(stranger, permission, UNIT_PATH)


@given(actor=actors, permission=st.sampled_from(sorted(set(Permission) - PUBLIC)))
def test_no_organisation_means_no_access(actor: Actor, permission: Permission) -> None:
    assert not allows(actor, permission, ())


@given(actor=actors, permission=st.sampled_from(sorted(set(Permission) - PUBLIC)), path=paths)
def test_whatever_is_allowed_comes_from_a_role_held_on_the_path(
    actor: Actor, permission: Permission, path: tuple[int, ...]
) -> None:
    holders = {
        held.organisation_id for held in actor.memberships if permission in PERMISSIONS[held.role]
    }
    if allows(actor, permission, path):
        assert holders & set(path)


@given(actor=actors, extra=memberships, permission=st.sampled_from(Permission), path=paths)
def test_another_role_never_takes_access_away(
    actor: Actor, extra: Membership, permission: Permission, path: tuple[int, ...]
) -> None:
    more = Actor(actor.user_id, actor.name, actor.memberships | {extra})
    assert allows(more, permission, path) >= allows(actor, permission, path)


def test_requiring_what_is_not_allowed_raises_and_names_it_for_the_log() -> None:
    with pytest.raises(NotAllowedError) as caught:
        require(holder(Role.REGISTRAR, UNIT), Permission.ROUND_FREEZE, UNIT_PATH)
    assert caught.value.values == {"permission": "round.freeze"}
    text = caught.value.text(translator("nb"))
    assert text.startswith("Du har ikke tilgang til dette.")
    assert "round.freeze" not in text


def test_requiring_what_is_allowed_passes() -> None:
    require(holder(Role.REGISTRAR, UNIT), Permission.REGISTRATION_WRITE, UNIT_PATH)
