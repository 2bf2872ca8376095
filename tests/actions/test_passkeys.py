"""Passkeys: kept, shown, and refused when anything about them is not as it should be."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa

from brukerplan.access.policy import Actor
from brukerplan.actions.passkey_asking import Site, ask_to_register, ask_to_sign_in
from brukerplan.actions.passkeys import (
    CHALLENGE_LIFETIME,
    MOST,
    PasskeyNameError,
    PasskeyNotFoundError,
    PasskeyRefusedError,
    TooManyPasskeysError,
    register_passkey,
    remove_passkey,
    rename_passkey,
    show_passkey,
)
from brukerplan.actions.second_factor import FactorNeededError
from brukerplan.actions.sessions import begin, session_for_request
from brukerplan.identity.sealing import Sealer
from brukerplan.persistence.queries.sessions import BegunSession, factors_of
from brukerplan.persistence.tables import Passkey, UsedChallenge, UserAccount
from brukerplan.persistence.tables.states import Assurance
from tests.actions.authenticator import SITE, Authenticator
from tests.actions.world import NOW, World

SEALER = Sealer(b"m" * 32)


def begun(world: World, actor: Actor) -> BegunSession:
    token = begin(
        world.database,
        user_id=actor.user_id,
        assurance=Assurance.PASSWORD,
        strong=False,
        browser="",
        user_agent="",
        now=NOW,
    )
    found = session_for_request(world.database, token=token, user_agent="", now=NOW)
    assert found is not None
    return found


def register(
    world: World, device: Authenticator, *, by: Actor | None = None, name: str = "Telefonen"
) -> tuple[str, ...]:
    who = by or world.registrar
    asked = ask_to_register(world.database, SEALER, SITE, by=who)
    return register_passkey(
        world.database,
        SEALER,
        SITE,
        by=who,
        begun=begun(world, who),
        challenge=asked.challenge,
        answer=device.create(asked.challenge),
        name=name,
        now=NOW,
    )


def challenge(world: World, user_id: int | None = None) -> str:
    return ask_to_sign_in(world.database, SITE, user_id=user_id).challenge


def show(
    world: World, device: Authenticator, asked: str, user_id: int | None = None
) -> tuple[int, bool]:
    found = show_passkey(
        world.database,
        SITE,
        user_id=user_id,
        challenge=asked,
        answer=device.get(asked),
        now=NOW,
    )
    return found.actor.user_id, found.verified


def test_a_passkey_is_kept_named_and_shown(world: World) -> None:
    device = Authenticator()

    assert len(register(world, device)) == 10, "with codes for the day it is lost"
    rita = world.registrar.user_id
    assert show(world, device, challenge(world)) == (rita, True)
    assert show(world, device, challenge(world, rita), rita) == (rita, True)
    with world.database.read() as session:
        (line,) = factors_of(session, rita).passkeys
    assert (line.name, line.last_used_at) == ("Telefonen", NOW)
    assert register(world, Authenticator(), name="Nøkkelen") == ()


def test_the_second_step_asks_for_ones_own_and_a_whole_sign_in_names_nobody(world: World) -> None:
    device = Authenticator()
    register(world, device)

    own = ask_to_sign_in(world.database, SITE, user_id=world.registrar.user_id)
    whole = ask_to_sign_in(world.database, SITE, user_id=None)

    assert len(own.options["allowCredentials"]) == 1
    assert whole.options["allowCredentials"] == []
    assert whole.options["userVerification"] == "required"
    assert own.challenge != whole.challenge


def test_one_that_verifies_nobody_is_a_second_factor_and_not_a_whole_sign_in(world: World) -> None:
    device = Authenticator(verifies=False)
    register(world, device)
    rita = world.registrar.user_id

    assert show(world, device, challenge(world, rita), rita) == (rita, False)
    with pytest.raises(PasskeyRefusedError):
        show(world, device, challenge(world))


def test_a_copy_is_known_by_its_counter(world: World) -> None:
    device = Authenticator()
    register(world, device)
    copy = dataclasses.replace(device)
    for _ in range(3):
        show(world, device, challenge(world))

    with pytest.raises(PasskeyRefusedError):
        show(world, copy, challenge(world))
    with world.database.read() as session:
        assert session.scalars(sa.select(Passkey.sign_count)).all() == [3]


def test_an_answer_is_taken_once(world: World) -> None:
    # A device that does not count, so that the counter does not stop it.
    device = Authenticator()
    register(world, device)
    asked = challenge(world)
    device.counter = -1
    answer = device.get(asked)
    values = {"user_id": None, "challenge": asked, "answer": answer}
    show_passkey(world.database, SITE, now=NOW, **values)  # type: ignore[arg-type]

    with pytest.raises(PasskeyRefusedError):
        show_passkey(world.database, SITE, now=NOW, **values)  # type: ignore[arg-type]
    later = NOW + CHALLENGE_LIFETIME
    device.counter = -1
    second = challenge(world)
    show_passkey(
        world.database, SITE, user_id=None, challenge=second, answer=device.get(second), now=later
    )
    with world.database.read() as session:
        assert len(session.scalars(sa.select(UsedChallenge)).all()) == 1, "the old ones go"


@pytest.mark.parametrize(
    "site",
    [
        Site("https://brukerp1an.example", "brukerplan.example"),
        Site("https://brukerplan.example", "brukerp1an.example"),
        Site("http://brukerplan.example", "brukerplan.example"),
    ],
)
def test_what_was_answered_to_another_site_is_refused(world: World, site: Site) -> None:
    device = Authenticator()
    register(world, device)

    with pytest.raises(PasskeyRefusedError):
        show(world, dataclasses.replace(device, site=site), challenge(world))
    with pytest.raises(PasskeyRefusedError):
        register(world, Authenticator(site=site))


def test_anothers_unknown_and_broken_answers_are_refused(world: World) -> None:
    device, forged = Authenticator(), Authenticator()
    register(world, device)
    forged.credential_id = device.credential_id
    colleague = world.colleague.user_id

    with pytest.raises(PasskeyRefusedError):
        show(world, device, challenge(world, colleague), colleague)
    for other in (forged, Authenticator()):
        with pytest.raises(PasskeyRefusedError):
            show(world, other, challenge(world))
    with pytest.raises(PasskeyRefusedError):
        show_passkey(
            world.database,
            SITE,
            user_id=None,
            challenge=challenge(world),
            answer=device.get(challenge(world)),
            now=NOW,
        )
    for broken in ("", "x", "[]", "{}", '{"id": 1}', "[" * 100_000):
        with pytest.raises(PasskeyRefusedError):
            show_passkey(
                world.database,
                SITE,
                user_id=None,
                challenge=challenge(world),
                answer=broken,
                now=NOW,
            )


def test_a_closed_account_signs_in_with_no_passkey(world: World) -> None:
    device = Authenticator()
    register(world, device)
    with world.database.begin() as session:
        session.execute(sa.update(UserAccount).values(active=False))

    with pytest.raises(PasskeyRefusedError):
        show(world, device, challenge(world))


def test_the_same_device_is_nobody_elses(world: World) -> None:
    device = Authenticator()
    register(world, device)

    with pytest.raises(PasskeyRefusedError):
        register(world, device, by=world.colleague)


def test_names_are_short_and_ones_own(world: World) -> None:
    register(world, Authenticator())
    with world.database.read() as session:
        (line,) = factors_of(session, world.registrar.user_id).passkeys

    for name in ("", "  ", "x" * 61, "a\x00b"):
        with pytest.raises(PasskeyNameError):
            rename_passkey(
                world.database, by=world.registrar, passkey_id=line.id, name=name, now=NOW
            )
    with pytest.raises(PasskeyNotFoundError):
        rename_passkey(world.database, by=world.colleague, passkey_id=line.id, name="Min", now=NOW)
    rename_passkey(
        world.database, by=world.registrar, passkey_id=line.id, name=" Ny  telefon ", now=NOW
    )
    with world.database.read() as session:
        assert factors_of(session, world.registrar.user_id).passkeys[0].name == "Ny telefon"


def test_the_last_is_kept_where_one_is_required_and_others_cannot_take_it(world: World) -> None:
    device = Authenticator()
    register(world, device)
    with world.database.read() as session:
        (line,) = factors_of(session, world.registrar.user_id).passkeys

    def remove(by: Actor, *, required: bool) -> None:
        remove_passkey(
            world.database,
            by=by,
            begun=begun(world, by),
            passkey_id=line.id,
            required=required,
            now=NOW,
        )

    with pytest.raises(FactorNeededError):
        remove(world.registrar, required=True)
    with pytest.raises(PasskeyNotFoundError):
        remove(world.colleague, required=False)
    show(world, device, challenge(world))
    remove(world.registrar, required=False)
    with pytest.raises(PasskeyRefusedError):
        show(world, device, challenge(world))


def test_nobody_has_more_than_are_needed(world: World) -> None:
    for number in range(MOST):
        register(world, Authenticator(), name=f"Nøkkel {number}")

    with pytest.raises(TooManyPasskeysError):
        register(world, Authenticator())


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://brukerplan.example", "brukerplan.example"),
        ("http://localhost:5000", "localhost"),
        ("http://127.0.0.1:5000", None),
        ("https://[::1]:5000", None),
        ("http://brukerplan.example", None),
    ],
)
def test_passkeys_are_for_names_over_https(url: str, host: str | None) -> None:
    site = Site.of(url)

    assert (site and site.host) == host
    assert site is None or site.origin == url
