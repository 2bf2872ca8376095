"""The ID token: is it the provider's, for us, about this attempt, and sure enough?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
)
from joserfc.jws import JWSRegistry

from brukerplan.openid.errors import ProviderError, UntrustedAnswerError
from brukerplan.openid.metadata import Discovery, Metadata

LEEWAY_SECONDS = 30
"""How far the clocks of two machines may be apart."""
_TOLD_APART = {"iss", "aud", "nonce", "azp", "at_hash", "iat", "nbf", "sub"}


def read_id_token(
    token: Mapping[str, Any],
    discovery: Discovery,
    *,
    provider: str,
    client_id: str,
    nonce: str,
    now: datetime,
) -> Mapping[str, Any]:
    """Return the claims of a token that has passed every check but that of the level.

    A key that is not among those we have is asked for once: providers change theirs.

    Raises
    ------
    UntrustedAnswerError
        With a code that names the check it failed.
    UnavailableError, BrokenError
        The keys cannot be had.
    """
    try:
        text = token["id_token"]
        metadata = discovery.metadata()
        try:
            decoded = _decode(text, metadata)
        except InvalidKeyIdError:
            metadata = discovery.metadata(anew=True)
            decoded = _decode(text, metadata)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": metadata.issuer},
                "aud": {"essential": True, "value": client_id},
                "sub": {"essential": True},
            },
            {"nonce": nonce, "client_id": client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
    except ProviderError:
        raise
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise UntrustedAnswerError(_code(error), provider=provider) from error
    return dict(claims)


def _decode(text: str, metadata: Metadata) -> jwt.Token:
    return jwt.decode(
        text,
        metadata.keys,
        registry=JWSRegistry(algorithms=sorted(metadata.algorithms), strict_check_header=False),
    )


def _code(error: Exception) -> str:
    if isinstance(error, ExpiredTokenError):
        return "token_exp"
    if isinstance(error, ClaimError):
        claim = str(error.claim)
        return f"token_{claim}" if claim in _TOLD_APART else "token_claim"
    if isinstance(error, BadSignatureError | InvalidKeyIdError):
        return "token_signature"
    return "token_unreadable"
