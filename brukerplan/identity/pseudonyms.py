"""Keyed pseudonyms: the only trace of a number that is ever stored.

Four keys, four reaches. The municipality's own key recognises a person within the
municipality. The transfer key is common and its pseudonyms live only until the round is
frozen. The trust key turns a transfer pseudonym into the panel's identity; because it
works on the transfer pseudonym and not on the number, whoever holds the frozen data and
the trust key cannot try numbers against them. A project's own key makes anew what a person is
called in the one file that a research project is given. All are HMAC-SHA-256, 32 bytes: without
the key, a table of all eleven-digit numbers does not help.
"""

from __future__ import annotations

import hashlib
import hmac
from enum import StrEnum

from brukerplan.identity.errors import WrongKeyError
from brukerplan.identity.national_number import NationalNumber
from brukerplan.identity.opaque import Opaque

PSEUDONYM_BYTES = 32
_SECRET_BYTES = 32


class Purpose(StrEnum):
    """What a key may be used for; no key has two."""

    MUNICIPALITY = "municipality"
    TRANSFER = "transfer"
    TRUST = "trust"
    EXTRACT = "extract"


class Key(Opaque):
    """A pseudonym key: its id and purpose may be shown, its secret never is.

    Parameters
    ----------
    id
        Recorded with every pseudonym made by the key.
    purpose
        The one use it has.
    secret
        32 random bytes.

    Raises
    ------
    ValueError
        The secret has another length.
    """

    __slots__ = ("_secret", "id", "purpose")

    id: str
    purpose: Purpose
    _secret: bytes

    def __init__(self, id: str, purpose: Purpose, secret: bytes) -> None:
        if len(secret) != _SECRET_BYTES:
            raise ValueError(f"a key's secret is {_SECRET_BYTES} bytes")
        self._set(id=id, purpose=Purpose(purpose), _secret=bytes(secret))

    def __repr__(self) -> str:
        return f"<Key {self.id} for {self.purpose}: secret not shown>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Key):
            return NotImplemented
        same = (self.id, self.purpose) == (other.id, other.purpose)
        return hmac.compare_digest(self._secret, other._secret) and same

    def __hash__(self) -> int:
        return hash((self.id, self.purpose))

    def secret_for(self, purpose: Purpose) -> bytes:
        """Hand the secret to the one use it has.

        Raises
        ------
        WrongKeyError
            The key is for another purpose.
        """
        if self.purpose is not purpose:
            raise WrongKeyError(f"key {self.id} is for {self.purpose}, not for {purpose}")
        return self._secret


def municipal_pseudonym(number: NationalNumber, key: Key) -> bytes:
    """Return the person's 32-byte pseudonym within the municipality that owns ``key``.

    Raises
    ------
    WrongKeyError
        ``key`` is not a municipality key.
    """
    return number.keyed_digest(key.secret_for(Purpose.MUNICIPALITY))


def transfer_pseudonym(number: NationalNumber, key: Key) -> bytes:
    """Return the 32-byte pseudonym that carries a person across municipalities to the freeze.

    Raises
    ------
    WrongKeyError
        ``key`` is not a transfer key.
    """
    return number.keyed_digest(key.secret_for(Purpose.TRANSFER))


def trust_pseudonym(transfer: bytes, key: Key, *later: Key) -> bytes:
    """Return the panel's 32-byte identity for a transfer pseudonym; for the freeze alone.

    Parameters
    ----------
    later
        The trust keys that have taken over since ``key``, the oldest first: each adds a layer
        to what the one before it made. A pseudonym that rests under an earlier key is brought
        under the next by giving it as ``transfer`` with the next alone.

    Raises
    ------
    WrongKeyError
        One of them is not a trust key.
    ValueError
        ``transfer`` is not a pseudonym (a number must never be hashed here directly).
    """
    pseudonym = transfer
    for layer in (key, *later):
        secret = layer.secret_for(Purpose.TRUST)
        if len(pseudonym) != PSEUDONYM_BYTES:
            raise ValueError(f"a transfer pseudonym is {PSEUDONYM_BYTES} bytes")
        pseudonym = hmac.new(secret, pseudonym, hashlib.sha256).digest()
    return pseudonym


def extract_pseudonym(trust: bytes, key: Key, *, year: int | None = None) -> bytes:
    """Return a person's 32-byte pseudonym in the file of the one project that ``key`` is of.

    Parameters
    ----------
    year
        Where persons are not to be followed: makes them somebody else every year.

    Raises
    ------
    WrongKeyError
        ``key`` is not a project's key.
    ValueError
        ``trust`` is not a pseudonym.
    """
    secret = key.secret_for(Purpose.EXTRACT)
    if len(trust) != PSEUDONYM_BYTES:
        raise ValueError(f"a trust pseudonym is {PSEUDONYM_BYTES} bytes")
    # No year is no bytes, so that it and a year never make the same message.
    moment = b"" if year is None else year.to_bytes(2)
    return hmac.new(secret, trust + moment, hashlib.sha256).digest()
