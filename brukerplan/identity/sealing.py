"""Secrets of sign-in at rest: sealed, or digested, under keys derived from the master key.

Derived by HKDF-SHA-256 with a name of its own for each use, so that what opens an
authenticator secret opens no pseudonym key, and whoever has the database alone can neither
make a code nor try addresses and recovery codes one by one.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import ClassVar, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from brukerplan.identity.opaque import Opaque
from brukerplan.translation import UserError, mark

_KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"


class SealBrokenError(UserError):
    """What was sealed cannot be opened: another master key, or bytes that were changed."""

    message: ClassVar[str] = mark(
        "En lagret hemmelighet kan ikke åpnes. Kontroller at BRUKERPLAN_MASTER_KEY er den "
        "samme som da den ble lagret."
    )


class Sealer(Opaque):
    """Seals and digests for signing in."""

    __slots__ = ("_digesting", "_sealing")

    _sealing: bytes
    _digesting: bytes

    def __init__(self, master: bytes) -> None:
        self._set(
            _sealing=_derived(master, b"brukerplan sign-in sealing"),
            _digesting=_derived(master, b"brukerplan sign-in digests"),
        )

    @classmethod
    def from_base64(cls, text: str) -> Self:
        """Derive from the master key as it stands in the environment."""
        return cls(base64.b64decode(text.strip(), validate=True))

    def seal(self, secret: bytes, *, about: str) -> bytes:
        """Encrypt for the database. ``about`` says whose it is, and is needed to open it."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + AESGCM(self._sealing).encrypt(nonce, secret, about.encode())

    def open(self, sealed: bytes, *, about: str) -> bytes:
        """Decrypt what `seal` encrypted.

        Raises
        ------
        SealBrokenError
            Another master key, another owner, or bytes that have been changed.
        """
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            if sealed[:1] != _VERSION:
                raise SealBrokenError
            return AESGCM(self._sealing).decrypt(nonce, body, about.encode())
        except (InvalidTag, ValueError):
            raise SealBrokenError from None

    def digest(self, use: str, text: str) -> bytes:
        """Return 32 bytes that stand for ``text`` in one use; nobody without the key can try."""
        # The use's length stands first, so that no other use and text run together to the same.
        name = use.encode()
        message = len(name).to_bytes(2, "big") + name + text.encode("utf-8", "surrogatepass")
        return hmac.digest(self._digesting, message, "sha256")


def _derived(master: bytes, name: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=name).derive(master)
