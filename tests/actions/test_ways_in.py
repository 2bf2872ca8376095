"""Nobody removes the last way into their own account."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor
from brukerplan.actions.passkeys import remove_passkey
from brukerplan.actions.passwords import NO_PASSWORD
from brukerplan.actions.provider_links import NotLinkedError, link, unlink
from brukerplan.actions.ways_in import OnlyWayInError, WayIn, ways_in, ways_left
from brukerplan.openid import Identified
from brukerplan.persistence.tables import Passkey, ProviderLink, UserAccount
from tests.actions.authenticator import Authenticator
from tests.actions.test_passkeys import begun, register
from tests.actions.world import NOW, World

ISSUER = "https://ansattporten.example"
RITA_THERE = Identified(ISSUER, hashlib.sha256(b"rita there").digest(), "high")


def link_up(world: World) -> None:
    rita = world.registrar
    link(world.database, by=rita, begun=begun(world, rita), who=RITA_THERE, now=NOW)


def take_link_away(world: World) -> None:
    rita = world.registrar
    unlink(world.database, by=rita, begun=begun(world, rita), issuer=ISSUER, now=NOW)


def take_passkey_away(world: World) -> None:
    rita = world.registrar
    with world.database.read() as session:
        (passkey_id,) = session.scalars(sa.select(Passkey.id))
    remove_passkey(
        world.database,
        by=rita,
        begun=begun(world, rita),
        passkey_id=passkey_id,
        required=False,
        now=NOW,
    )


def forget_password(world: World) -> None:
    with world.database.begin() as session:
        session.execute(
            sa.update(UserAccount)
            .where(UserAccount.id == world.registrar.user_id)
            .values(password_hash=NO_PASSWORD)
        )


def ways(world: World, actor: Actor) -> set[WayIn]:
    with world.database.read() as session:
        return set(ways_in(session, actor.user_id))


def test_each_way_into_an_account_is_its_own_accounts(world: World) -> None:
    link_up(world)
    register(world, Authenticator())

    assert ways(world, world.registrar) == {WayIn.PASSWORD, WayIn.PASSKEY, WayIn.PROVIDER}
    assert ways(world, world.colleague) == {WayIn.PASSWORD}


def test_a_link_is_removed_where_there_is_a_password_or_a_passkey(world: World) -> None:
    link_up(world)
    take_link_away(world)
    link_up(world)
    register(world, Authenticator())
    forget_password(world)

    take_link_away(world)

    assert ways(world, world.registrar) == {WayIn.PASSKEY}
    with pytest.raises(NotLinkedError):
        take_link_away(world)


def test_the_only_link_of_an_account_without_a_password_stays(world: World) -> None:
    link_up(world)
    forget_password(world)

    with pytest.raises(OnlyWayInError):
        take_link_away(world)

    assert ways(world, world.registrar) == {WayIn.PROVIDER}


def test_the_only_passkey_of_an_account_without_a_password_stays(world: World) -> None:
    register(world, Authenticator())
    forget_password(world)

    with pytest.raises(OnlyWayInError):
        take_passkey_away(world)
    assert ways(world, world.registrar) == {WayIn.PASSKEY}

    link_up(world)
    take_passkey_away(world)
    assert ways(world, world.registrar) == {WayIn.PROVIDER}


def test_two_ways_removed_at_once_are_not_both_let_go(world: World) -> None:
    link_up(world)
    register(world, Authenticator())
    forget_password(world)
    with ThreadPoolExecutor(1) as other_page:
        with world.database.begin() as session:
            session.execute(sa.delete(ProviderLink))
            assert ways_left(session, world.registrar.user_id) == {WayIn.PASSKEY}
            removing = other_page.submit(take_passkey_away, world)
            # It waits for this one to end.
            with pytest.raises(TimeoutError):
                removing.result(timeout=1)
        with pytest.raises(OnlyWayInError):
            removing.result(timeout=60)

    assert ways(world, world.registrar) == {WayIn.PASSKEY}
