"""What the coordinator chose where two registrations of one person differ."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

FIRST, SECOND = "first", "second"
PREFIX = "choice-"
KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of the two is kept, and per question whose answer stands.

    ``keep`` is ``None`` when it was not chosen. Of ``sides`` there are those given for the
    questions asked for; the use case tells which are missing.
    """

    keep: Literal["first", "second"] | None
    sides: Mapping[str, str]
    versions: tuple[int, int]

    def choices(self) -> dict[str, Literal["keep", "other"]]:
        """Say it as the use case does: from the one that is kept, or from the other."""
        return {
            variable: "keep" if side == self.keep else "other"
            for variable, side in self.sides.items()
        }

    def kept_and_other(self, first: uuid.UUID, second: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
        """Return the ids in the use case's order."""
        return (second, first) if self.keep == SECOND else (first, second)


def chosen(form: Mapping[str, str], variables: Iterable[str]) -> Chosen | None:
    """Read what was sent; ``None`` if it does not say which versions were looked at."""
    versions = [form.get(f"version-{side}", "") for side in (FIRST, SECOND)]
    if not all(text.isascii() and text.isdigit() and len(text) <= 9 for text in versions):
        return None
    keep: dict[str, Literal["first", "second"]] = {FIRST: "first", SECOND: "second"}
    sides = {name: form.get(PREFIX + name, "") for name in variables}
    return Chosen(
        keep=keep.get(form.get(KEEP, "")),
        sides={name: side for name, side in sides.items() if side in (FIRST, SECOND)},
        versions=(int(versions[0]), int(versions[1])),
    )
