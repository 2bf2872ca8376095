"""Passwords, hashed with Argon2id in the library's recommended strength."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST_PASSWORD = 10
# Longer ones are refused unhashed: hashing megabytes is a way to stop a server.
LONGEST_PASSWORD = 1_000

NO_PASSWORD = "!"  # noqa: S105 - the hash of an account that has none
"""No hash looks like this, and no password fits it."""

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """Hash a password with a salt of its own."""
    return _HASHER.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Tell whether the password fits.

    ``None`` is an unknown user; that, and an account without a password, take as long.
    """
    has_none = password_hash in (None, NO_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        _HASHER.verify(_nobodys_hash() if has_none else str(password_hash), password)
    except (VerificationError, InvalidHashError):
        return False
    return not has_none


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("nobody has this password")
