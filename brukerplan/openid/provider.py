"""The provider as the rest of the house knows it: begin, finish, sign out.

The authorization code flow with PKCE (S256), where we prove who we are by a signed
assertion (`private_key_jwt`). What ties an answer to what was asked is an `Attempt`, which
whoever begins keeps in the browser's own session and gives back once.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from requests import RequestException

from brukerplan.openid.client_key import ClientKey
from brukerplan.openid.errors import (
    BrokenError,
    CodeRefusedError,
    DeniedError,
    RefusedError,
    TooLateError,
    TooWeakError,
    UnavailableError,
    UntrustedAnswerError,
    WrongStateError,
)
from brukerplan.openid.id_token import read_id_token
from brukerplan.openid.metadata import Discovery, http

ATTEMPT_LIFETIME = timedelta(minutes=10)
"""From the sign-in page to the answer: time to find a phone and a code."""
ASSERTION_SECONDS = 60
_LONGEST_SUBJECT = 255
# Pairwise subjects mean nothing outside. A national number is never taken for one: its
# digest could be guessed back.
_A_NUMBER = re.compile(r"\d{11}")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an answer must fit. For the browser's own session, used once."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    begun_at: int


@dataclass(frozen=True, slots=True)
class Identified:
    """Who it was: the issuer, the digest of the subject there, and the level."""

    issuer: str
    subject_digest: bytes = field(repr=False)
    acr: str


class Provider:
    """A sign-in service.

    Parameters
    ----------
    name
        What people call it.
    redirect_uri
        Our address that takes its answer, as it is registered there.
    levels
        The values of `acr` that are enough; asked for, and demanded of the answer.
    """

    def __init__(
        self,
        *,
        issuer: str,
        name: str,
        client_id: str,
        key: ClientKey,
        levels: tuple[str, ...],
        redirect_uri: str,
    ) -> None:
        self.issuer = issuer
        self.name = name
        self._client_id = client_id
        self._key = key
        self._levels = levels
        self._redirect_uri = redirect_uri
        self._discovery = Discovery(issuer, name)

    def __repr__(self) -> str:
        return f"Provider({self.issuer})"

    def begin(self, *, language: str, fresh: bool = False, now: datetime) -> tuple[str, Attempt]:
        """Return the address to send the person to, and what the answer must fit.

        Parameters
        ----------
        fresh
            Ask for a sign-in now, whoever is signed in there from before: on a shared
            machine it may be somebody else.

        Raises
        ------
        UnavailableError, BrokenError
            Nobody can sign in there now.
        """
        metadata = self._discovery.metadata()
        attempt = Attempt(
            state=generate_token(32),
            nonce=generate_token(32),
            verifier=generate_token(64),
            begun_at=int(now.timestamp()),
        )
        with self._client() as client:
            address, _ = client.create_authorization_url(
                metadata.authorization_endpoint,
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
                acr_values=" ".join(self._levels),
                ui_locales=language,
                **({"prompt": "login"} if fresh else {}),
            )
        return str(address), attempt

    def finish(
        self, answer: Mapping[str, str], attempt: Attempt | None, *, now: datetime
    ) -> Identified:
        """Return who signed in; tokens are read and dropped.

        Parameters
        ----------
        answer
            The parameters the person came back with.
        attempt
            What `begin` gave, if this browser has any.

        Raises
        ------
        ProviderError
            Any of its kinds: nobody is signed in.
        """
        given = answer.get("state", "").encode()
        if attempt is None or not hmac.compare_digest(given, attempt.state.encode()):
            raise WrongStateError(provider=self.name)
        if now.timestamp() > attempt.begun_at + ATTEMPT_LIFETIME.total_seconds():
            raise TooLateError(provider=self.name)
        metadata = self._discovery.metadata()
        # An answer of another provider that was made to look like this one's (RFC 9207).
        if answer.get("iss", self.issuer if not metadata.names_itself else "") != self.issuer:
            raise UntrustedAnswerError("answer_iss", provider=self.name)
        if answer.get("error") == "access_denied":
            raise DeniedError(provider=self.name)
        if "error" in answer or not answer.get("code"):
            raise RefusedError(provider=self.name)
        claims = read_id_token(
            self._token(metadata.token_endpoint, answer["code"], attempt.verifier, now),
            self._discovery,
            provider=self.name,
            client_id=self._client_id,
            nonce=attempt.nonce,
            now=now,
        )
        return self._identified(claims)

    def sign_out_address(self, *, back: str, language: str) -> str | None:
        """Return where to sign out of the provider itself, ``None`` where it has no such place.

        The ID token is not sent along as a hint: it may hold a national number, and would
        have to be kept for it. A provider may therefore ask the person to confirm.

        Raises
        ------
        UnavailableError, BrokenError
            The place cannot be found out.
        """
        end = self._discovery.metadata().end_session_endpoint
        if end is None:
            return None
        asked = {
            "client_id": self._client_id,
            "post_logout_redirect_uri": back,
            "ui_locales": language,
        }
        return str(add_params_to_uri(end, asked))

    def _identified(self, claims: Mapping[str, Any]) -> Identified:
        subject, acr = str(claims["sub"]), claims.get("acr")
        if not subject or len(subject) > _LONGEST_SUBJECT or _A_NUMBER.fullmatch(subject):
            raise UntrustedAnswerError("token_sub", provider=self.name)
        if acr not in self._levels:
            raise TooWeakError(provider=self.name)
        digest = hashlib.sha256(f"{self.issuer}\0{subject}".encode()).digest()
        return Identified(self.issuer, digest, str(acr))

    def _token(self, endpoint: str, code: str, verifier: str, now: datetime) -> Mapping[str, Any]:
        with self._client() as client:
            # Made anew each time: it names itself once (`jti`) and lives a minute.
            client.register_client_auth_method(
                PrivateKeyJWT(
                    # The issuer, which providers demand since 2025, is no other's endpoint.
                    self.issuer,
                    claims={"exp": int(now.timestamp()) + ASSERTION_SECONDS},
                    headers={"kid": self._key.id},
                    alg=self._key.algorithm,
                )
            )
            try:
                token: Mapping[str, Any] = client.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
                )
            except OAuthError as error:
                if error.error == "invalid_grant":
                    raise CodeRefusedError(provider=self.name) from error
                if error.error in {"invalid_client", "unauthorized_client"}:
                    raise BrokenError("client_refused", provider=self.name) from error
                raise RefusedError(provider=self.name) from error
            except (RequestException, ValueError) as error:
                raise UnavailableError(provider=self.name) from error
            return token

    def _client(self) -> Any:
        return http(
            client_id=self._client_id,
            client_secret=self._key.key,
            token_endpoint_auth_method=PrivateKeyJWT.name,
            redirect_uri=self._redirect_uri,
            scope="openid",
            code_challenge_method="S256",
        )
