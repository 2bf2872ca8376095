"""The private key by which the provider knows us."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from brukerplan.openid.errors import BadClientKeyError
from brukerplan.openid.metadata import SIGNED_BY

SMALLEST_RSA = 2048
_BY_CURVE = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A key, its name at the provider and the algorithm it signs by."""

    key: RSAKey | ECKey = field(repr=False)
    id: str
    algorithm: str


def read_client_key(text: str, key_id: str = "") -> ClientKey:
    r"""Read a private key in PEM, where ``\n`` may stand for a line break, or as a JWK.

    Parameters
    ----------
    key_id
        The name it is registered under; else the one in the JWK.

    Raises
    ------
    BadClientKeyError
        It is not a private RSA or EC key that can be read without a password, is too short,
        or has no name.
    """
    try:
        key, given = _from_jwk(text) if text.lstrip().startswith("{") else _from_pem(text)
        algorithm = _algorithm(key, given.get("alg"))
        # What cannot sign is found out when the program starts, not when somebody signs in.
        jwt.encode({"alg": algorithm}, {}, key, algorithms=[algorithm])
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadClientKeyError("not a private RSA or EC key") from error
    name = key_id or given.get("kid", "")
    if not name:
        raise BadClientKeyError("the key has no name")
    if not key.is_private:
        raise BadClientKeyError("a public key proves nothing")
    if isinstance(key, RSAKey) and key.raw_value.key_size < SMALLEST_RSA:
        raise BadClientKeyError(f"an RSA key has at least {SMALLEST_RSA} bits")
    return ClientKey(key, str(name), algorithm)


def _from_jwk(text: str) -> tuple[RSAKey | ECKey, dict[str, Any]]:
    given = json.loads(text)
    key = import_key(given)
    if not isinstance(key, RSAKey | ECKey):
        raise TypeError("another kind of key")
    return key, given


def _from_pem(text: str) -> tuple[RSAKey | ECKey, dict[str, Any]]:
    # In an environment file a value is often one line.
    pem = text.replace("\\n", "\n").encode("ascii")
    loaded = load_pem_private_key(pem, password=None)
    kind: Literal["RSA", "EC"]
    if isinstance(loaded, RSAPrivateKey):
        kind = "RSA"
    elif isinstance(loaded, EllipticCurvePrivateKey):
        kind = "EC"
    else:
        raise TypeError("another kind of key")
    return import_key(pem, kind), {}


def _algorithm(key: RSAKey | ECKey, given: object) -> str:
    if given is None:
        return "RS256" if isinstance(key, RSAKey) else _BY_CURVE[str(key.curve_name)]
    if given not in SIGNED_BY:
        raise ValueError("not a way to sign")
    return str(given)
