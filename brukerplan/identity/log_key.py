"""The key that seals the access log: derived from the master key, used for nothing else."""

from __future__ import annotations

import hmac
from typing import Self

from brukerplan.identity.opaque import Opaque
from brukerplan.identity.sealing import Sealer

SEAL_BYTES = 32
_SECRET_BYTES = 32
_ABOUT = "access log"


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

    def closed(self, sealer: Sealer) -> bytes:
        """Return the key closed, to check by it what it has sealed when another one seals."""
        return sealer.seal(self._secret, about=_ABOUT)

    @classmethod
    def opened(cls, closed: bytes, sealer: Sealer) -> Self:
        """Return the key that `closed` closed. Raises `SealBrokenError` for another sealer."""
        return cls(sealer.open(closed, about=_ABOUT))

    def __eq__(self, other: object) -> bool:
        """Tell whether it is the same secret."""
        return isinstance(other, LogKey) and hmac.compare_digest(self._secret, other._secret)

    __hash__ = None  # type: ignore[assignment]  # a secret is no name for anything

    def seal(self, message: bytes) -> bytes:
        """Return the 32-byte HMAC-SHA-256 of a message."""
        return hmac.digest(self._secret, message, "sha256")
