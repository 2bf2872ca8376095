"""Which areas a year's release is about."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from brukerplan.disclosure.cube import MUNICIPALITY
from brukerplan.disclosure.release import Area
from brukerplan.geography import (
    CHECKED,
    area_key,
    constituents,
    municipalities_in,
    municipality,
    trust_key,
)
from brukerplan.persistence.queries.rounds import approved, round_of_year

NATION = "norge"


def took_part(session: Session, year: int) -> tuple[str, ...]:
    """Return the codes of the municipalities that took part in a year's frozen round."""
    found = round_of_year(session, year)
    if found is None:
        return ()
    return tuple(terms.code for terms in approved(session, found.id))


def areas_of(codes: Iterable[str], year: int) -> tuple[Area, ...]:
    """Return the areas to publish for: each municipality, its trust, and what lies above.

    A region is one of its own only where it has more than one trust, and the nation where
    it has more than one region; otherwise the same numbers would stand twice.
    """
    trusts: dict[str, set[str]] = {}
    trusts_of_region: dict[str, set[str]] = {}
    codes = tuple(codes)
    for code in codes:
        place = municipality(code, year)
        trust = trust_key(place.health_trust)
        trusts.setdefault(trust, set()).add(code)
        region = trust_key(place.regional_health_authority)
        trusts_of_region.setdefault(region, set()).add(trust)
    areas = [Area(MUNICIPALITY, code, frozenset({code})) for code in codes]
    areas += [Area("trust", key, frozenset(members)) for key, members in trusts.items()]
    areas += [
        Area("region", key, frozenset().union(*(trusts[trust] for trust in below)))
        for key, below in trusts_of_region.items()
        if len(below) > 1
    ]
    if len(trusts_of_region) > 1:
        areas.append(Area("nation", NATION, frozenset(codes)))
    return tuple(areas)


def merged_later(codes: Iterable[str], year: int) -> tuple[Area, ...]:
    """Return the municipalities of later years, as far as known, that several of these become.

    Old and new borders protected together cost a few hidden cells; new borders added once
    the old are published cost most of the table.
    """
    taking_part = frozenset(codes)
    found: dict[str, Area] = {}
    for later in range(year + 1, CHECKED.year + 1):
        for place in municipalities_in(later):
            then = constituents(place.code, of_year=later, in_year=year)
            if then is not None and len(then) > 1 and then <= taking_part:
                key = area_key(then)
                found[key] = Area(MUNICIPALITY, key, then)
    return tuple(found.values())
