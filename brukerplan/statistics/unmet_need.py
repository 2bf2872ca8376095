"""Unmet need of a service, derived from the counts of its four answers.

Pure functions over counts, so that a report can use them on protected cells: a count that
is hidden is ``None``, and what would need it is ``None`` too.

A service is *needed by many* when at least 25 percent of those mapped need it, and *poorly
covered* when at least 25 percent of those who need it do not get the need covered. Those
whose need is unknown are part of the base of the first and of nothing in the second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from brukerplan.questionnaire.codelists import SERVICE_NEED, SERVICE_UNMET
from brukerplan.questionnaire.schema import UNKNOWN
from brukerplan.statistics.rounding import percent

NEEDING = tuple(code.id for code in SERVICE_NEED if code.id not in ("no_need", UNKNOWN))
UNMET = SERVICE_UNMET
# One in four, as a whole number: count * QUARTER >= base is exact.
QUARTER = 4


@dataclass(frozen=True, slots=True)
class Need:
    """How many need a service and how many of them do not get the need covered.

    Each number is ``None`` where a count it rests on is hidden.
    """

    base: int | None
    needing: int | None
    unmet: int | None

    def needing_share(self, places: int = 0) -> Decimal | None:
        """Percent of those mapped who need the service; ``None`` if hidden or nobody is."""
        return _share(self.needing, self.base, places)

    def unmet_share(self, places: int = 0) -> Decimal | None:
        """Percent of those who need it without cover; ``None`` if hidden or nobody needs it."""
        return _share(self.unmet, self.needing, places)

    @property
    def needed_by_many(self) -> bool | None:
        """At least a quarter of those mapped need it; ``None`` if that cannot be told."""
        return _at_least_a_quarter(self.needing, self.base)

    @property
    def poorly_covered(self) -> bool | None:
        """At least a quarter of those who need it lack it; ``None`` if that cannot be told."""
        return _at_least_a_quarter(self.unmet, self.needing)


def need(counts: Mapping[str, int | None], base: int | None) -> Need:
    """Sum the answers about one service.

    Parameters
    ----------
    counts
        Count by code id of the service's code list; ``None`` or absent means hidden.
    base
        Everybody who was asked, "unknown" included; ``None`` means hidden.
    """
    return Need(base=base, needing=_sum(counts, NEEDING), unmet=_sum(counts, UNMET))


def _sum(counts: Mapping[str, int | None], codes: tuple[str, ...]) -> int | None:
    found = [counts.get(code) for code in codes]
    known = [count for count in found if count is not None]
    return sum(known) if len(known) == len(found) else None


def _share(count: int | None, base: int | None, places: int) -> Decimal | None:
    if count is None or not base:
        return None
    return percent(count, base, places)


def _at_least_a_quarter(count: int | None, base: int | None) -> bool | None:
    if count is None or not base:
        return None
    return count * QUARTER >= base
