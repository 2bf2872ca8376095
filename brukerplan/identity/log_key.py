"""The key that seals the access log: derived from the master key, used for nothing else."""

from __future__ import annotations

import hmac

from brukerplan.identity.opaque import Opaque

SEAL_BYTES = 32
_SECRET_BYTES = 32


class LogKey(Opaque):
    """Makes the seals of the access log.

    Parameters
    ----------
    secret
        32 bytes, from `MasterKey.log_key`.

    Raises
    ------
    ValueError
        The secret has another length.
    """

    __slots__ = ("_secret",)

    _secret: bytes

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _SECRET_BYTES:
            raise ValueError(f"a key's secret is {_SECRET_BYTES} bytes")
        self._set(_secret=bytes(secret))

    def seal(self, message: bytes) -> bytes:
        """Return the 32-byte HMAC-SHA-256 of a message."""
        return hmac.digest(self._secret, message, "sha256")
