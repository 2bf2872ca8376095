"""The sealed file: what is changed in it is found, wherever it is."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import pytest

from brukerplan.persistence.backup.errors import (
    BackupDamagedError,
    NotABackupError,
    WrongBackupKeyError,
)
from brukerplan.persistence.backup.sealed import (
    MAGIC,
    PIECE_BYTES,
    TAG_BYTES,
    Sealing,
    open_lines,
    read_heading,
)

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
PIECE = PIECE_BYTES + TAG_BYTES
# Nothing that repeats, so that packing leaves several pieces.
LINES = [random.Random(n).randbytes(1_000).hex().encode() for n in range(400)]


def sealed(lines: list[bytes] = LINES) -> bytes:
    file = io.BytesIO()
    sealing = Sealing(file, KEY, {"made_at": "2026-12-01"})
    for line in lines:
        sealing.write(line + b"\n")
    sealing.end()
    return file.getvalue()


def opened(content: bytes, key: bytes = KEY) -> list[bytes]:
    file = io.BytesIO(content)
    heading, lines = read_heading(file)
    return list(open_lines(file, key, heading, lines))


CONTENT = sealed()
BODY = len(CONTENT) - len(CONTENT.split(b"\n", 3)[3])
PIECES = -(-(len(CONTENT) - BODY) // PIECE)


def piece(number: int) -> bytes:
    return CONTENT[BODY + number * PIECE : BODY + (number + 1) * PIECE]


def flipped(place: int) -> bytes:
    return CONTENT[:place] + bytes([CONTENT[place] ^ 1]) + CONTENT[place + 1 :]


def test_what_was_sealed_is_what_is_opened() -> None:
    assert PIECES >= 4
    assert opened(CONTENT) == LINES


@pytest.mark.parametrize("length", [0, 1, 1_000, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_every_length_comes_back(length: int) -> None:
    # Cannot be packed, so that the length is about that of what is sealed.
    line = random.Random(length).randbytes(length).replace(b"\n", b" ")

    assert opened(sealed([line])) == [line]


def test_nothing_of_what_is_sealed_can_be_read_in_the_file() -> None:
    assert b"a-word-to-look-for" not in sealed([b"a-word-to-look-for" * 3])


def test_the_same_is_never_sealed_twice_alike() -> None:
    assert sealed([b"same"])[BODY:] != sealed([b"same"])[BODY:]


@pytest.mark.parametrize(
    "place",
    [
        BODY,
        BODY + PIECE - 1,
        BODY + PIECE,
        BODY + 2 * PIECE + 77,
        len(CONTENT) - TAG_BYTES,
        len(CONTENT) - 1,
        len(MAGIC) + 5,
        BODY - 10,
    ],
)
def test_one_flipped_bit_is_found(place: int) -> None:
    with pytest.raises(BackupDamagedError):
        opened(flipped(place))


@pytest.mark.parametrize(
    "damaged",
    [
        lambda: CONTENT[:-1],
        lambda: CONTENT[: BODY + PIECE],
        lambda: CONTENT[: BODY + 2 * PIECE],
        lambda: CONTENT[:BODY],
        lambda: CONTENT[: BODY - 20],
        lambda: CONTENT[: len(MAGIC) + 10],
        lambda: CONTENT + b"x",
        lambda: CONTENT + piece(0),
    ],
    ids=[
        "a byte",
        "at a piece",
        "at two",
        "all",
        "heading",
        "half heading",
        "longer",
        "piece more",
    ],
)
def test_a_file_that_ends_early_or_late_is_found(damaged: Callable[[], bytes]) -> None:
    with pytest.raises(BackupDamagedError):
        opened(damaged())


def test_pieces_that_changed_places_are_found() -> None:
    swapped = CONTENT[:BODY] + piece(1) + piece(0) + CONTENT[BODY + 2 * PIECE :]

    assert len(swapped) == len(CONTENT)
    with pytest.raises(BackupDamagedError):
        opened(swapped)


def test_a_piece_left_out_is_found() -> None:
    with pytest.raises(BackupDamagedError):
        opened(CONTENT[: BODY + PIECE] + CONTENT[BODY + 2 * PIECE :])


def test_a_piece_of_another_backup_is_found() -> None:
    other = sealed()

    mixed = CONTENT[: BODY + PIECE] + other[BODY + PIECE : BODY + 2 * PIECE]

    with pytest.raises(BackupDamagedError):
        opened(mixed + CONTENT[BODY + 2 * PIECE :])


def test_the_heading_of_another_backup_is_found() -> None:
    with pytest.raises(WrongBackupKeyError):
        opened(CONTENT, OTHER_KEY)
    # Its key check is right: the pieces themselves are bound to their heading.
    with pytest.raises(BackupDamagedError):
        opened(sealed()[:BODY] + CONTENT[BODY:])


def test_something_else_is_no_backup() -> None:
    for content in (b"", b"SQLite format 3\x00", b"BRUKERPLAN-BACKUP 2\n{}\n"):
        with pytest.raises(NotABackupError):
            opened(content)


def test_put_together_again_it_opens() -> None:
    # The same cutting and joining as above, with nothing changed: it is not that which is found.
    assert opened(CONTENT[:BODY] + b"".join(map(piece, range(PIECES)))) == LINES
    assert opened(CONTENT[:BODY] + CONTENT[BODY:]) == LINES
