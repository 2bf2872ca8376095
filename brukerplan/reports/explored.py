"""What an explored view is made from: protected tables of a few areas, and facts beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from brukerplan.disclosure.release import SafeTable
from brukerplan.reports.data import Participation
from brukerplan.translation import mark

MOST_AREAS = 4
"""So many areas stand side by side."""


class Gap(StrEnum):
    """Why a year has no numbers at all for an area, shown or hidden."""

    NO_ROUND = "no_round"
    NOT_YET_PUBLISHED = "not_yet_published"
    SPLIT = "split"
    DID_NOT_TAKE_PART = "did_not_take_part"
    TOOK_PART_IN_PART = "took_part_in_part"
    NO_AREA = "no_area"
    GROUP_NOT_AT_LEVEL = "group_not_at_level"
    NOT_PUT_TO_GROUP = "not_put_to_group"
    NOT_ASKED = "not_asked"


WORDS: Mapping[Gap, str] = {
    Gap.NO_ROUND: mark("ingen kartlegging"),
    Gap.NOT_YET_PUBLISHED: mark("ikke publisert"),
    Gap.SPLIT: mark("delt kommune"),
    Gap.DID_NOT_TAKE_PART: mark("deltok ikke"),
    Gap.TOOK_PART_IN_PART: mark("deltok delvis"),
    Gap.NO_AREA: mark("vises ikke"),
    Gap.GROUP_NOT_AT_LEVEL: mark("vises ikke"),
    Gap.NOT_PUT_TO_GROUP: mark("ikke spurt"),
    Gap.NOT_ASKED: mark("ikke spurt"),
}
"""What stands in the cell, in bokmål."""

REASONS: Mapping[Gap, str] = {
    Gap.NO_ROUND: mark("Det er ikke publisert noen kartlegging for dette året."),
    Gap.NOT_YET_PUBLISHED: mark("Tallene for dette området er ikke publisert ennå."),
    Gap.SPLIT: mark(
        "Kommunen er delt etter dette året. Eldre tall gjelder et annet område, så serien stopper."
    ),
    Gap.DID_NOT_TAKE_PART: mark("Området deltok ikke i kartleggingen dette året."),
    Gap.TOOK_PART_IN_PART: mark(
        "Bare noen av kommunene som senere ble slått sammen, deltok dette året. En del av "
        "området er ikke området."
    ),
    Gap.NO_AREA: mark(
        "Det vises ikke egne tall for dette området dette året. De ville vært de samme som for "
        "et mindre område, eller ingen kommuner i det deltok."
    ),
    Gap.GROUP_NOT_AT_LEVEL: mark(
        "For en kommune vises tall bare for alle kartlagte. Velg et større område for å se gruppen."
    ),
    Gap.NOT_PUT_TO_GROUP: mark("Spørsmålet stilles ikke til denne gruppen."),
    Gap.NOT_ASKED: mark("Ikke spurt om dette året."),
}
"""Why, as a sentence in bokmål."""


@dataclass(frozen=True, slots=True)
class AreaYear:
    """One year of one area.

    Parameters
    ----------
    gap
        Why there are no numbers; ``None`` if there are, shown or hidden.
    key
        The area's key in that year (``1103+1141+1142``); empty where it cannot be told.
    took_part, absent
        Names of the area's municipalities of that year that did and did not take part.
    codes
        Codes of that year of those that did.
    rules
        By which rules; ``None`` where nobody took part.
    terms
        Every set of rules that one of them used.
    unpublished
        The numbers are built and not published: this reader sees them, others do not.
    """

    gap: Gap | None
    key: str = ""
    took_part: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    codes: frozenset[str] = frozenset()
    rules: Participation | None = None
    terms: frozenset[Participation] = frozenset()
    unpublished: bool = False


@dataclass(frozen=True, slots=True)
class ExploredArea:
    """One area: its protected table, ``None`` where no release has it, and its years."""

    level: str
    key: str
    name: str
    table: SafeTable | None
    years: Mapping[int, AreaYear]


@dataclass(frozen=True, slots=True)
class ReleaseFact:
    """A release that numbers come from; ``published_on`` is ``None`` while it is not published."""

    year: int
    published_on: date | None
    digest: str


@dataclass(frozen=True, slots=True)
class Explored:
    """An explored view.

    Parameters
    ----------
    table, population
        Table id and ``all``, ``substance`` or ``mental_only``.
    categories
        All of the table's, in the order to show.
    chosen
        Those asked for; all where nothing was chosen.
    years
        Every year from the first to the last asked for, ascending, also those without a round.
    editions
        Edition by year, for the years with a release.
    releases
        Those the years rest on, ascending.
    """

    table: str
    population: str
    categories: tuple[str, ...]
    chosen: tuple[str, ...]
    years: tuple[int, ...]
    areas: tuple[ExploredArea, ...]
    editions: Mapping[int, str]
    releases: tuple[ReleaseFact, ...]
    synthetic: bool

    @property
    def unpublished(self) -> frozenset[int]:
        """Years shown of some area before they are published."""
        return frozenset(
            year for area in self.areas for year, known in area.years.items() if known.unpublished
        )
