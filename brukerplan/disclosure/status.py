"""Why a cell is shown or hidden, and the cell as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from brukerplan.disclosure.cube import CellKey
from brukerplan.translation import mark


class Status(StrEnum):
    """What became of a cell. The last two are never stored: there is no cell to store."""

    PUBLISHED = "published"
    PRIMARY = "primary"
    COMPLEMENT = "complement"
    BASE_TOO_SMALL = "base_too_small"
    NOT_ENOUGH_CONTRIBUTORS = "not_enough_contributors"
    SECONDARY = "secondary"
    NOT_ASKED = "not_asked"
    NOT_PUBLISHED = "not_published"


SECRET = frozenset(
    {
        Status.PRIMARY,
        Status.COMPLEMENT,
        Status.BASE_TOO_SMALL,
        Status.NOT_ENOUGH_CONTRIBUTORS,
    }
)
"""Hidden for their own sake, for good; a secondary cell is hidden only for another's."""

REASONS: Mapping[Status, str] = {
    Status.PRIMARY: mark("Skjult: antallet er så lite at enkeltpersoner kan kjennes igjen."),
    Status.COMPLEMENT: mark(
        "Skjult: så få står utenfor dette antallet at enkeltpersoner kan kjennes igjen."
    ),
    Status.BASE_TOO_SMALL: mark("Skjult: tallene gjelder for få personer til å vises."),
    Status.NOT_ENOUGH_CONTRIBUTORS: mark(
        "Skjult: for få kommuner har personer i tallet til at det kan vises samlet."
    ),
    Status.SECONDARY: mark("Skjult: tallet kunne vært brukt til å regne ut et annet skjult tall."),
    Status.NOT_ASKED: mark("Ikke spurt om dette året."),
    Status.NOT_PUBLISHED: mark("Ikke publisert: ingen kartlegging for området dette året."),
}
"""What a reader is told, in bokmål; ``published`` needs no reason."""

BASE_TOO_SMALL_FOR_SHARE = mark("Andelen vises ikke: den bygger på for få personer.")


@dataclass(frozen=True, slots=True, order=True)
class ReleasedCell:
    """A cell as it is stored and shown; ``count`` is ``None`` unless it is published."""

    key: CellKey
    status: Status
    count: int | None

    def __post_init__(self) -> None:
        if (self.status is Status.PUBLISHED) != (self.count is not None):
            raise ValueError(f"a count belongs to a published cell and to no other: {self.key}")
