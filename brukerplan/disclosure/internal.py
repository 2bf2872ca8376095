"""Exact figures of a municipality's own registrations, for its own coordinator.

Kept apart from `SafeTable` by type: what takes one does not take the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from brukerplan.statistics.describe import CountTable
from brukerplan.translation import mark


@dataclass(frozen=True, slots=True)
class InternalTable:
    """Unprotected counts of one table in one municipality and year.

    Parameters
    ----------
    counts
        Pairs of category id and count, in the order of the questionnaire.
    """

    marking: ClassVar[str] = mark("Unntatt offentlighet")
    """Stands on every page that shows the table, in bokmål, to be translated."""

    table: str
    population: str
    municipality: str
    year: int
    counts: tuple[tuple[str, int], ...]

    @property
    def base(self) -> int:
        """Number of persons the table counts."""
        return sum(count for _, count in self.counts)


def internal_tables(
    tables: Iterable[CountTable], *, municipality: str
) -> tuple[InternalTable, ...]:
    """Return every table of one municipality, everybody together and then by part.

    Raises
    ------
    KeyError
        When the municipality did not take part.
    """
    found: list[InternalTable] = []
    for counted in tables:
        if municipality not in counted.municipalities:
            raise KeyError(f"{municipality} did not take part in {counted.year}")
        own = counted.counts[counted.municipalities.index(municipality)]
        populations = [("all", own.sum(axis=0)), *zip(counted.spec.parts, own, strict=True)]
        found.extend(
            InternalTable(
                table=counted.spec.id,
                population=population,
                municipality=municipality,
                year=counted.year,
                counts=tuple(
                    (category, int(number))
                    for (category, _), number in zip(counted.spec.categories, counts, strict=True)
                ),
            )
            for population, counts in populations
        )
    return tuple(found)
