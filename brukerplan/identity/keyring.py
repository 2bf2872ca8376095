"""Pseudonym keys at rest: wrapped by a master key that is never in the database.

AES-256-GCM with a random nonce. The key's id and purpose are authenticated with it, so
that a row cannot be exchanged for another or given a new purpose unnoticed.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import uuid
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from brukerplan.identity.errors import KeyCannotBeOpenedError, MasterKeyError, WrongKeyError
from brukerplan.identity.log_key import LogKey
from brukerplan.identity.opaque import Opaque
from brukerplan.identity.pseudonyms import Key, Purpose
from brukerplan.identity.sealing import Sealer

_KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"
# Another label is another key: what wraps keys never seals the log.
_LOG_LABEL = b"brukerplan access log 1"


class KeyWrapper(Protocol):
    """What keeps pseudonym keys closed: the master key here, or a key service elsewhere."""

    def wrap(self, key: Key) -> bytes:
        """Return ``key`` closed, as the database may hold it."""
        ...

    def unwrap(self, wrapped: bytes, *, key_id: str, purpose: Purpose) -> Key:
        """Return the key that `wrap` closed, or raise `KeyCannotBeOpenedError`.

        Id and purpose are part of what was closed: given others, it does not open.
        """
        ...


class OnlyFor:
    """Lets a wrapper be used for some purposes, and refuses it for every other.

    Whoever is handed this cannot come to a key that is not theirs, by mistake or otherwise.
    """

    __slots__ = ("_purposes", "_wrapper")

    def __init__(self, wrapper: KeyWrapper, *purposes: Purpose) -> None:
        self._wrapper = wrapper
        self._purposes = frozenset(purposes)

    def wrap(self, key: Key) -> bytes:
        """As the wrapper does. Raises `WrongKeyError` for another purpose."""
        self._require(key.purpose)
        return self._wrapper.wrap(key)

    def unwrap(self, wrapped: bytes, *, key_id: str, purpose: Purpose) -> Key:
        """As the wrapper does. Raises `WrongKeyError` for another purpose."""
        self._require(purpose)
        return self._wrapper.unwrap(wrapped, key_id=key_id, purpose=purpose)

    def _require(self, purpose: Purpose) -> None:
        if purpose not in self._purposes:
            raise WrongKeyError(f"no key for {purpose} is used here")


class MasterKey(Opaque):
    """Wraps and unwraps pseudonym keys by 32 bytes that come from the environment."""

    __slots__ = ("_secret",)

    _secret: bytes

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _KEY_BYTES:
            raise MasterKeyError
        self._set(_secret=bytes(secret))

    @classmethod
    def from_base64(cls, text: str) -> Self:
        """Read the master key as it stands in the environment.

        Raises
        ------
        MasterKeyError
            Not base64, or not 32 bytes. The text does not repeat what was given.
        """
        try:
            secret = base64.b64decode(text.strip(), validate=True)
        except (binascii.Error, ValueError):
            raise MasterKeyError from None
        return cls(secret)

    def wrap(self, key: Key) -> bytes:
        """Return ``key`` encrypted for the database; every call gives other bytes."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self._secret).encrypt(
            nonce, key.secret_for(key.purpose), _associated(key.id, key.purpose)
        )
        return _VERSION + nonce + sealed

    def unwrap(self, wrapped: bytes, *, key_id: str, purpose: Purpose) -> Key:
        """Return the key that `wrap` encrypted.

        Raises
        ------
        KeyCannotBeOpenedError
            Another master key, another id or purpose than when it was wrapped, or bytes
            that have been changed.
        """
        nonce, sealed = wrapped[1 : 1 + _NONCE_BYTES], wrapped[1 + _NONCE_BYTES :]
        if wrapped[:1] != _VERSION:
            raise KeyCannotBeOpenedError(key_id=key_id)
        try:
            secret = AESGCM(self._secret).decrypt(nonce, sealed, _associated(key_id, purpose))
        except (InvalidTag, ValueError):
            raise KeyCannotBeOpenedError(key_id=key_id) from None
        return Key(key_id, purpose, secret)

    def sealer(self) -> Sealer:
        """Return what seals the secrets of signing in, the same from the same master key."""
        return Sealer(self._secret)

    def log_key(self) -> LogKey:
        """Return the key that seals the access log, the same from the same master key."""
        derived = HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=_LOG_LABEL)
        return LogKey(derived.derive(self._secret))


def new_key(purpose: Purpose, *, key_id: str | None = None) -> Key:
    """Draw a new key for ``purpose``; its id is random unless given."""
    return Key(key_id or uuid.uuid4().hex, purpose, secrets.token_bytes(_KEY_BYTES))


def new_master_key_text() -> str:
    """Draw a master key as the base64 text an operator puts in the environment."""
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")


def _associated(key_id: str, purpose: Purpose) -> bytes:
    # The id's length stands first, so that no other id and purpose run together to the same.
    name = key_id.encode()
    return b"brukerplan key" + len(name).to_bytes(2, "big") + name + str(purpose).encode()
