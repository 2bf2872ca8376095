"""The key that proves who we are: read in every form it comes in, refused when it cannot sign."""

from __future__ import annotations

import itertools
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from joserfc.jwk import ECKey, OctKey, RSAKey

from brukerplan.openid.client_key import read_client_key
from brukerplan.openid.errors import BadClientKeyError

RSA = RSAKey.generate_key(2048, {"kid": "in-the-key"})
PEM = RSA.as_pem(private=True).decode()


def as_jwk(key: RSAKey | ECKey | OctKey, **changed: str) -> str:
    return json.dumps(key.as_dict(private=True) | changed)


def other_pem(key: object) -> str:
    made: bytes = key.private_bytes(  # type: ignore[attr-defined]
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    return made.decode()


@pytest.mark.parametrize(
    ("text", "key_id", "id", "algorithm"),
    [
        (PEM, "k", "k", "RS256"),
        (PEM.replace("\n", "\\n"), "k", "k", "RS256"),
        (as_jwk(RSA), "", "in-the-key", "RS256"),
        (as_jwk(RSA), "k", "k", "RS256"),
        (as_jwk(RSA, alg="PS256"), "k", "k", "PS256"),
        (as_jwk(ECKey.generate_key("P-256")), "k", "k", "ES256"),
        (other_pem(generate_private_key(SECP384R1())), "k", "k", "ES384"),
    ],
    ids=itertools.count(),
)
def test_a_key_is_read(text: str, key_id: str, id: str, algorithm: str) -> None:
    key = read_client_key(text, key_id)

    assert (key.id, key.algorithm) == (id, algorithm)
    assert key.key.is_private


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hemmelig",
        "{",
        '{"kty": "hemmelig"}',
        PEM[:200],
        RSA.as_pem(private=False).decode(),
        json.dumps(RSA.as_dict(private=False)),
        as_jwk(RSA, alg="ES256"),
        as_jwk(RSA, alg="none"),
        as_jwk(RSA, alg="hemmelig"),
        as_jwk(OctKey.generate_key(256)),
        other_pem(Ed25519PrivateKey.generate()),
        generate_private_key(SECP384R1())
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"passord"))
        .decode(),
    ],
    # By place: some are made anew each time, and workers must agree on what they are called.
    ids=itertools.count(),
)
def test_what_cannot_sign_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadClientKeyError) as caught:
        read_client_key(text, "k")

    assert "hemmelig" not in str(caught.value)


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_short_key_and_one_without_a_name_are_refused() -> None:
    with pytest.raises(BadClientKeyError, match="2048"):
        read_client_key(as_jwk(RSAKey.generate_key(1024)), "k")
    with pytest.raises(BadClientKeyError, match="name"):
        read_client_key(PEM)


def test_a_key_does_not_show() -> None:
    assert "key=" not in repr(read_client_key(PEM, "k"))
