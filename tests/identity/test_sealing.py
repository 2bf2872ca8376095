"""Secrets of sign-in at rest."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brukerplan.identity.opaque import SecretNotShownError
from brukerplan.identity.sealing import SealBrokenError, Sealer

SEALER = Sealer(b"m" * 32)


@given(secret=st.binary(max_size=200), about=st.text(max_size=40))
def test_what_is_sealed_is_opened_again_and_not_seen(secret: bytes, about: str) -> None:
    sealed = SEALER.seal(secret, about=about)

    assert SEALER.open(sealed, about=about) == secret
    assert len(secret) < 4 or secret not in sealed


def test_every_seal_is_another() -> None:
    assert SEALER.seal(b"secret", about="a") != SEALER.seal(b"secret", about="a")


@pytest.mark.parametrize("at", [0, 1, 13, -1])
def test_a_changed_byte_is_noticed(at: int) -> None:
    sealed = bytearray(SEALER.seal(b"secret", about="user 1"))
    sealed[at] ^= 1

    with pytest.raises(SealBrokenError):
        SEALER.open(bytes(sealed), about="user 1")


def test_nobody_opens_it_as_anothers_or_under_another_master_key() -> None:
    sealed = SEALER.seal(b"secret", about="user 1")

    for sealer, about in ((SEALER, "user 2"), (Sealer(b"n" * 32), "user 1")):
        with pytest.raises(SealBrokenError):
            sealer.open(sealed, about=about)
    with pytest.raises(SealBrokenError):
        SEALER.open(b"", about="user 1")


def test_a_digest_is_of_one_use_and_one_key() -> None:
    digest = SEALER.digest("address", "192.0.2.1")

    assert len(digest) == 32
    assert digest == SEALER.digest("address", "192.0.2.1")
    assert digest != SEALER.digest("account", "192.0.2.1")
    assert digest != Sealer(b"n" * 32).digest("address", "192.0.2.1")
    assert SEALER.digest("ab", "c") != SEALER.digest("a", "bc")


def test_it_shows_itself_nowhere() -> None:
    assert "m" * 4 not in f"{SEALER!r} {SEALER}"
    with pytest.raises(SecretNotShownError):
        pickle.dumps(SEALER)
