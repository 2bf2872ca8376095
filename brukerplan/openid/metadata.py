"""What the provider says of itself: its addresses and the keys it signs with.

Fetched when first needed and then kept for a while, so that a provider that was gone when
the program started is no reason to start it again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2 import rfc9207
from authlib.oidc import rpinitiated
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from brukerplan.openid.errors import BrokenError, ProviderError, UnavailableError

KEPT_SECONDS = 3600
"""A key the provider has withdrawn is believed no longer than this."""
TIMEOUT_SECONDS = 5.0
# While a provider is silent each who waits for it holds a thread that others need to save.
REST_SECONDS = 5.0
# What is signed by a secret that both know, or not at all, proves nothing.
SIGNED_BY = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """The provider's addresses, keys and ways of signing."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    end_session_endpoint: str | None
    names_itself: bool
    """Whether every answer says who gives it (RFC 9207)."""
    algorithms: frozenset[str]
    keys: KeySet


class Discovery:
    """Fetches the metadata of an issuer and keeps it."""

    def __init__(self, issuer: str, name: str) -> None:
        self._issuer = issuer
        self._name = name
        self._found: Metadata | None = None
        self._found_at = 0.0
        self._silent_since: float | None = None

    def metadata(self, *, anew: bool = False) -> Metadata:
        """Return the metadata; ``anew`` when a key is asked for that was not there.

        Raises
        ------
        UnavailableError
            The provider does not answer.
        BrokenError
            What it answers is not the metadata of this issuer.
        """
        age = time.monotonic() - self._found_at
        if self._found is None or anew or age > KEPT_SECONDS:
            self._found = self._fetch()
            self._found_at = time.monotonic()
        return self._found

    def _fetch(self) -> Metadata:
        answer = self._get(get_well_known_url(self._issuer, external=True))
        if not isinstance(answer, dict):
            raise BrokenError("metadata", provider=self._name)
        told = OpenIDProviderMetadata(answer)
        # Whoever answers for another issuer could sign people in as anybody there.
        if told.get("issuer") != self._issuer:
            raise BrokenError("metadata_issuer", provider=self._name)
        try:
            # TLS for every address too, but on the machine itself.
            told.validate(
                metadata_classes=[
                    rfc9207.AuthorizationServerMetadata,
                    rpinitiated.OpenIDProviderMetadata,
                ]
            )
            keys = KeySet.import_key_set(self._get(told["jwks_uri"]))
            return Metadata(
                issuer=self._issuer,
                authorization_endpoint=str(told["authorization_endpoint"]),
                token_endpoint=str(told["token_endpoint"]),
                end_session_endpoint=told.get("end_session_endpoint"),
                names_itself=told.get("authorization_response_iss_parameter_supported") is True,
                algorithms=SIGNED_BY & set(told["id_token_signing_alg_values_supported"]),
                keys=keys,
            )
        except ProviderError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, JoseError) as error:
            raise BrokenError("metadata", provider=self._name) from error

    def _get(self, address: str) -> Any:
        now = time.monotonic()
        if self._silent_since is not None and now - self._silent_since < REST_SECONDS:
            raise UnavailableError(provider=self._name)
        with http() as session:
            try:
                response = session.get(address, withhold_token=True)
                response.raise_for_status()
                self._silent_since = None
            except RequestException as error:
                self._silent_since = time.monotonic()
                raise UnavailableError(provider=self._name) from error
            try:
                return response.json()
            except ValueError as error:
                raise BrokenError("metadata", provider=self._name) from error


def http(**keywords: Any) -> OAuth2Session:
    """Return a session that waits for nobody and follows nobody elsewhere."""
    session = OAuth2Session(default_timeout=TIMEOUT_SECONDS, **keywords)
    session.max_redirects = 0
    return session
