"""An ID token is believed only when everything about it fits."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from brukerplan.openid.errors import (
    BrokenError,
    ProviderError,
    UnavailableError,
    UntrustedAnswerError,
)
from brukerplan.openid.id_token import LEEWAY_SECONDS, read_id_token
from brukerplan.openid.metadata import Discovery
from tests.openid.forger import ISSUER_PATH, Forger
from tests.openid.real_provider import signing_key

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
AT = int(NOW.timestamp())
CLIENT, NONCE = "brukerplan-test", "a nonce"
WELL_KNOWN = f"{ISSUER_PATH}/.well-known/openid-configuration"


@pytest.fixture
def forger() -> Iterator[Forger]:
    with Forger() as opened:
        yield opened


@pytest.fixture
def discovery(forger: Forger) -> Discovery:
    return Discovery(forger.issuer, "Prøveporten")


def claims(forger: Forger, **changed: object) -> dict[str, Any]:
    """What a good token says; ``None`` takes a claim away."""
    good = {
        "iss": forger.issuer,
        "sub": "pairwise-1",
        "aud": CLIENT,
        "iat": AT,
        "exp": AT + 60,
        "nonce": NONCE,
        "acr": "loa-high",
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


def signed(
    forger: Forger, key: RSAKey | None = None, kid: str = "k1", **changed: object
) -> dict[str, str]:
    header = {"alg": "RS256", "kid": kid}
    return {"id_token": jwt.encode(header, claims(forger, **changed), key or forger.key)}


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def read(discovery: Discovery, token: Mapping[str, Any]) -> Mapping[str, Any]:
    return read_id_token(
        token, discovery, provider="Prøveporten", client_id=CLIENT, nonce=NONCE, now=NOW
    )


def refusal(discovery: Discovery, token: Mapping[str, Any]) -> str:
    with pytest.raises(UntrustedAnswerError) as caught:
        read(discovery, token)
    return caught.value.code


def test_a_good_token_is_believed(forger: Forger, discovery: Discovery) -> None:
    assert read(discovery, signed(forger))["sub"] == "pairwise-1"
    assert read(discovery, signed(forger, aud=[CLIENT], azp=CLIENT))["sub"] == "pairwise-1"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"iss": "https://annen.example"}, "token_iss"),
        ({"iss": None}, "token_iss"),
        ({"aud": "somebody-else"}, "token_aud"),
        ({"aud": None}, "token_aud"),
        ({"aud": [CLIENT, "somebody-else"]}, "token_azp"),
        ({"azp": "somebody-else"}, "token_azp"),
        ({"nonce": "another"}, "token_nonce"),
        ({"nonce": None}, "token_nonce"),
        ({"sub": None}, "token_sub"),
        ({"sub": 12}, "token_sub"),
        ({"exp": AT - LEEWAY_SECONDS}, "token_exp"),
        ({"exp": None}, "token_claim"),
        ({"exp": "tomorrow"}, "token_claim"),
        ({"iat": AT + LEEWAY_SECONDS + 10}, "token_iat"),
        ({"nbf": AT + LEEWAY_SECONDS + 10}, "token_nbf"),
    ],
)
def test_a_token_that_says_something_else_is_refused(
    forger: Forger, discovery: Discovery, changed: dict[str, Any], code: str
) -> None:
    assert refusal(discovery, signed(forger, **changed)) == code


def test_clocks_may_be_a_little_apart(forger: Forger, discovery: Discovery) -> None:
    read(discovery, signed(forger, exp=AT - LEEWAY_SECONDS + 1))
    read(discovery, signed(forger, iat=AT + LEEWAY_SECONDS))


def test_a_token_signed_by_anything_but_the_providers_key_is_refused(
    forger: Forger, discovery: Discovery
) -> None:
    assert refusal(discovery, signed(forger, signing_key("k1"))) == "token_signature"
    assert refusal(discovery, signed(forger, signing_key("k9"), "k9")) == "token_signature"


def test_a_token_that_is_not_signed_or_by_a_secret_everybody_has_is_refused(
    forger: Forger, discovery: Discovery
) -> None:
    """The metadata allows both; the public key as a secret is the old trick."""

    says = encoded(claims(forger))
    unsigned = f"{encoded({'alg': 'none'})}.{says}."
    begun = f"{encoded({'alg': 'HS256', 'kid': 'k1'})}.{says}"
    mac = hmac.digest(forger.key.as_pem(private=False), begun.encode(), "sha256")
    by_secret = f"{begun}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    assert refusal(discovery, {"id_token": unsigned}) == "token_unreadable"
    assert refusal(discovery, {"id_token": by_secret}) == "token_unreadable"


@pytest.mark.parametrize("token", [{}, {"id_token": None}, {"id_token": 3}, {"id_token": "a.b.c"}])
def test_what_is_no_token_is_refused(discovery: Discovery, token: dict[str, object]) -> None:
    assert refusal(discovery, token) == "token_unreadable"


def test_an_access_token_that_was_put_in_anothers_place_is_refused(
    forger: Forger, discovery: Discovery
) -> None:
    token = signed(forger, at_hash="AAAAAAAAAAAAAAAAAAAAAA") | {"access_token": "another"}

    assert refusal(discovery, token) == "token_at_hash"


def test_a_key_that_is_new_is_asked_for_once_and_a_withdrawn_one_believed_no_more(
    forger: Forger, discovery: Discovery
) -> None:
    read(discovery, signed(forger))
    new = signing_key("k2")
    forger.publish(new)
    before = len(forger.asked)

    read(discovery, signed(forger, new, "k2"))
    read(discovery, signed(forger, new, "k2"))

    assert forger.asked[before:] == [WELL_KNOWN, f"{ISSUER_PATH}/jwks"]
    assert refusal(discovery, signed(forger)) == "token_signature"


def test_metadata_is_kept(forger: Forger, discovery: Discovery) -> None:
    for _ in range(3):
        discovery.metadata()

    assert forger.asked == [WELL_KNOWN, f"{ISSUER_PATH}/jwks"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("issuer", "https://annen.example", "metadata_issuer"),
        ("issuer", None, "metadata_issuer"),
        ("token_endpoint", "http://annen.example/token", "metadata"),
        ("authorization_endpoint", "javascript:alert(1)", "metadata"),
        ("end_session_endpoint", "http://annen.example/ut", "metadata"),
        ("jwks_uri", None, "metadata"),
        ("id_token_signing_alg_values_supported", None, "metadata"),
        ("id_token_signing_alg_values_supported", 5, "metadata"),
    ],
)
def test_metadata_that_cannot_be_trusted_is_refused(
    forger: Forger, discovery: Discovery, name: str, value: object, code: str
) -> None:
    forger.metadata.update({name: value})  # type: ignore[dict-item]

    with pytest.raises(BrokenError) as caught:
        discovery.metadata()

    assert caught.value.code == code


@pytest.mark.parametrize("answer", ["<html>", "[]", '"text"'])
def test_metadata_that_is_something_else_is_refused(
    forger: Forger, discovery: Discovery, answer: str
) -> None:
    forger.documents[WELL_KNOWN] = answer

    with pytest.raises(BrokenError):
        discovery.metadata()


@pytest.mark.parametrize("keys", ["<html>", {}, {"keys": 3}, {"keys": [{"kty": "RSA"}]}])
def test_keys_that_cannot_be_read_are_refused(
    forger: Forger, discovery: Discovery, keys: object
) -> None:
    forger.documents[f"{ISSUER_PATH}/jwks"] = keys

    with pytest.raises(BrokenError):
        discovery.metadata()


@pytest.mark.parametrize("path", [WELL_KNOWN, f"{ISSUER_PATH}/jwks"])
def test_a_provider_that_answers_with_an_error_or_elsewhere_is_not_there(
    forger: Forger, path: str
) -> None:
    kept = forger.documents.pop(path)
    with pytest.raises(UnavailableError):
        Discovery(forger.issuer, "Prøveporten").metadata()

    forger.documents[path] = forger.issuer + "/moved"
    forger.documents[f"{ISSUER_PATH}/moved"] = kept
    with pytest.raises(UnavailableError):
        Discovery(forger.issuer, "Prøveporten").metadata()
    assert f"{ISSUER_PATH}/moved" not in forger.asked


def test_no_refusal_repeats_what_the_token_says(forger: Forger, discovery: Discovery) -> None:
    with pytest.raises(ProviderError) as caught:
        read(discovery, signed(forger, nonce="another", pid="hemmelig", sub="hemmelig"))

    assert "hemmelig" not in str(caught.value)
    assert "hemmelig" not in caught.value.code
