"""Groups of municipalities of similar size, by inhabitants 18 or older.

Why these limits: Statistics Norway's grouping of municipalities (KOSTRA) calls those below
5,000 inhabitants small, those below 20,000 medium and the others large. About four of five
inhabitants are 18 or older, hence 4,000 and 16,000. The large ones are divided once more at
40,000, about 50,000 inhabitants: a city of 600,000 and a town of 20,000 have too little in
common to be held against each other. The limits in inhabitants 18 or older are this project's
own rule; an owner can replace the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from brukerplan.geography.municipalities import municipalities_in
from brukerplan.geography.population import nearest_population


@dataclass(frozen=True, slots=True)
class SizeGroup:
    """From ``least`` inhabitants 18 or older up to the next group."""

    key: str
    least: int


SIZE_GROUPS = (
    SizeGroup("small", 0),
    SizeGroup("medium", 4_000),
    SizeGroup("large", 16_000),
    SizeGroup("largest", 40_000),
)
"""Ascending."""


def size_group(inhabitants_18_plus: int) -> SizeGroup:
    """Return the group of so many inhabitants.

    >>> size_group(3_999).key, size_group(4_000).key
    ('small', 'medium')
    """
    return next(group for group in reversed(SIZE_GROUPS) if group.least <= inhabitants_18_plus)


@cache
def size_group_of(code: str, year: int) -> SizeGroup | None:
    """Return the group of a municipality of ``year``; None where its population is unknown.

    Raises
    ------
    UnknownMunicipalityError, MunicipalityNoLongerExistsError, \
MunicipalityDoesNotExistYetError, YearNotCoveredError
        ``code`` is not a municipality in ``year``.
    """
    population = nearest_population({code}, of_year=year)
    return None if population is None else size_group(population.inhabitants_18_plus)


@cache
def size_group_members(key: str, year: int) -> tuple[str, ...]:
    """Return the codes of ``year`` in a group, in order; those of unknown size are in none."""
    return tuple(
        place.code
        for place in municipalities_in(year)
        if (group := size_group_of(place.code, year)) is not None and group.key == key
    )
