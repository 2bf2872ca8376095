"""A sealed file: readable heading, then encrypted and authenticated pieces of one size.

Each piece is sealed with AES-256-GCM under a key of this file alone (HKDF-SHA-256 of the
backup key and a random salt). Its nonce is its number and whether it is the last, and the
heading is part of what is authenticated (the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizár, 2015). A changed bit, a piece moved, left out, or taken from another file,
and a file that ends early do not open. Memory does not grow with the file.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from brukerplan.persistence.backup.errors import (
    BackupDamagedError,
    NotABackupError,
    WrongBackupKeyError,
)

MAGIC = b"BRUKERPLAN-BACKUP 1\n"
PIECE_BYTES = 65_536
TAG_BYTES = 16
_KEY_BYTES = 32
_CHECK_BYTES = 16
_SALT_BYTES = 32
_MOST_HEADING_BYTES = 4_096
# What is personal is mostly codes: little is gained by trying harder.
_COMPRESSION = 3


class Sealing:
    """A sealed file being written: text in, pieces out. `end` writes the last one."""

    def __init__(self, file: BinaryIO, key: bytes, heading: Mapping[str, str]) -> None:
        salt = secrets.token_bytes(_SALT_BYTES)
        own, check = _derived(key, salt)
        told = {**heading, "salt": _text(salt), "key_check": _text(check)}
        lines = MAGIC + json.dumps(told, sort_keys=True).encode() + b"\n"
        digest = hashlib.sha256(lines).hexdigest().encode() + b"\n"
        file.write(lines + digest)
        self._file = file
        self._cipher = AESGCM(own)
        self._authenticated = lines
        self._packed = zlib.compressobj(_COMPRESSION)
        self._waiting = bytearray()
        self._number = 0

    def write(self, content: bytes) -> None:
        """Add to what is sealed."""
        self._waiting += self._packed.compress(content)
        # One byte more than a piece, so that the last piece is never written as another.
        while len(self._waiting) > PIECE_BYTES:
            self._seal(bytes(self._waiting[:PIECE_BYTES]), last=False)
            del self._waiting[:PIECE_BYTES]

    def end(self) -> None:
        """Write what is left, marked as the last."""
        self._waiting += self._packed.flush()
        while len(self._waiting) > PIECE_BYTES:
            self._seal(bytes(self._waiting[:PIECE_BYTES]), last=False)
            del self._waiting[:PIECE_BYTES]
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._file.write(self._cipher.encrypt(nonce, piece, self._authenticated))
        self._number += 1


def read_heading(file: BinaryIO) -> tuple[dict[str, str], bytes]:
    """Read the heading, and the bytes that every piece is bound to.

    Raises
    ------
    NotABackupError, BackupDamagedError
        The file begins with something else, or its heading is not as it was written.
    """
    if file.read(len(MAGIC)) != MAGIC:
        raise NotABackupError
    lines = MAGIC + file.readline(_MOST_HEADING_BYTES)
    digest = file.readline(_MOST_HEADING_BYTES).strip()
    if hashlib.sha256(lines).hexdigest().encode() != digest:
        raise BackupDamagedError
    heading: dict[str, str] = json.loads(lines[len(MAGIC) :])
    return heading, lines


def open_lines(
    file: BinaryIO, key: bytes, heading: Mapping[str, str], lines: bytes
) -> Iterator[bytes]:
    """Give line by line what was sealed, each known to be genuine; the end is known too.

    Raises
    ------
    WrongBackupKeyError
        Another key sealed the file.
    BackupDamagedError
        A piece is not as it was written, not in its place, or the last one is missing.
    """
    own, check = _derived(key, base64.b64decode(heading["salt"]))
    if not secrets.compare_digest(_text(check), heading["key_check"]):
        raise WrongBackupKeyError
    unpacked = zlib.decompressobj()
    rest = b""
    for piece in _pieces(file, AESGCM(own), lines):
        *whole, rest = (rest + unpacked.decompress(piece)).split(b"\n")
        yield from whole
    if rest or not unpacked.eof:
        raise BackupDamagedError


def _pieces(file: BinaryIO, cipher: AESGCM, authenticated: bytes) -> Iterator[bytes]:
    number = 0
    piece = file.read(PIECE_BYTES + TAG_BYTES)
    while True:
        following = file.read(PIECE_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), piece, authenticated)
        except (InvalidTag, ValueError) as error:
            raise BackupDamagedError from error
        if not following:
            return
        number, piece = number + 1, following


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _derived(key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """Return the file's own key, and what tells whether a key is the right one."""
    made = HKDF(
        algorithm=SHA256(),
        length=_KEY_BYTES + _CHECK_BYTES,
        salt=salt,
        info=b"brukerplan backup 1",
    ).derive(key)
    return made[:_KEY_BYTES], made[_KEY_BYTES:]


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
