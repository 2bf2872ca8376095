"""Areas that are counted over years: a set of municipalities as they are in one year.

Followed backwards by their borders. A merger or a renumbering is crossed; where a split moves
land across an area's border, no set of older municipalities is that area, and a series of
it ends. A split within a trust's area leaves the trust as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brukerplan.geography import (
    health_trust,
    health_trust_members,
    municipalities_in,
    municipality,
    regional_health_authority_members,
    same_area,
    size_group_members,
    size_group_of,
    trust_key,
)

MUNICIPALITY, TRUST, REGION, NATION = "municipality", "trust", "region", "nation"
SIMILAR = "similar_size"


class UnknownSizeError(ValueError):
    """The municipality's population is not known, so there are none of similar size."""


@dataclass(frozen=True, slots=True)
class Area:
    """The municipalities ``members`` of ``as_of`` together."""

    level: str
    key: str
    as_of: int
    members: frozenset[str]

    def codes(self, year: int) -> frozenset[str] | None:
        """Return the codes of ``year`` with exactly these borders, or ``None``."""
        return same_area(self.members, of_year=self.as_of, in_year=year)

    def each(self) -> tuple[Area, ...]:
        """Return the municipalities it is made of, each as an area, in order of code."""
        return tuple(municipality_area(code, self.as_of) for code in sorted(self.members))

    def only(self, members: Iterable[str]) -> Area:
        """Return the part of it made of these municipalities."""
        return Area(self.level, self.key, self.as_of, self.members & frozenset(members))


def municipality_area(code: str, as_of: int) -> Area:
    """Return one municipality of a year."""
    return Area(MUNICIPALITY, municipality(code, as_of).code, as_of, frozenset({code}))


def trust_area(trust: str, as_of: int) -> Area:
    """Return the catchment of a health trust, by key or name."""
    key = health_trust(trust, as_of).key
    return Area(TRUST, key, as_of, frozenset(health_trust_members(key, as_of)))


def region_area(region: str, as_of: int) -> Area:
    """Return the area of a regional health authority, by key or name."""
    members = regional_health_authority_members(region, as_of)
    return Area(REGION, trust_key(region), as_of, frozenset(members))


def nation_area(as_of: int) -> Area:
    """Return the country."""
    every = frozenset(place.code for place in municipalities_in(as_of))
    return Area(NATION, "norge", as_of, every)


def similar_area(code: str, as_of: int, *, since: int) -> Area:
    """Return the municipalities in the same group of size (`brukerplan.geography.sizes`).

    They are a selection, not a place: those that a split has made since ``since`` are left
    out, or the whole comparison would end with them.

    Raises
    ------
    UnknownSizeError
        The municipality's own population is unknown.
    """
    group = size_group_of(code, as_of)
    if group is None:
        raise UnknownSizeError(f"the population of {code} in {as_of} is unknown, and so its size")
    members = frozenset(
        member
        for member in size_group_members(group.key, as_of)
        if same_area(frozenset({member}), of_year=as_of, in_year=since) is not None
    )
    return Area(SIMILAR, group.key, as_of, members)


def compared_with(code: str, as_of: int, *, since: int) -> tuple[Area, ...]:
    """Return what a municipality is held against: itself, and the areas it is part of.

    Its trust, its region and the country, itself included, and last the municipalities of
    similar size, where its own is known.
    """
    own = municipality(code, as_of)
    found = (
        municipality_area(code, as_of),
        trust_area(own.health_trust_key, as_of),
        region_area(own.regional_health_authority, as_of),
        nation_area(as_of),
    )
    if size_group_of(code, as_of) is None:
        return found
    return (*found, similar_area(code, as_of, since=since))
