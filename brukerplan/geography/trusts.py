"""Health trusts' catchments and the regional health authorities above them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from brukerplan.geography.errors import (
    UnknownHealthTrustError,
    UnknownRegionalHealthAuthorityError,
    said_back,
)
from brukerplan.geography.municipalities import municipalities_in
from brukerplan.geography.register import trust_key


@dataclass(frozen=True, slots=True)
class HealthTrust:
    """A catchment: ``key`` for addresses and files, ``name`` for people."""

    key: str
    name: str
    regional_health_authority: str


@dataclass(frozen=True, slots=True)
class RegionalHealthAuthority:
    """A regional health authority: ``key`` for addresses and files, ``name`` for people."""

    key: str
    name: str


@cache
def health_trusts(year: int) -> tuple[HealthTrust, ...]:
    """Return the trusts that have a municipality in ``year``, in order of key.

    Raises
    ------
    YearNotCoveredError
        ``year`` is before 2013.
    """
    return tuple(
        HealthTrust(key, name, authority)
        for key, name, authority in sorted(
            {
                (trust_key(place.health_trust), place.health_trust, place.regional_health_authority)
                for place in municipalities_in(year)
            }
        )
    )


@cache
def health_trust(trust: str, year: int) -> HealthTrust:
    """Return the trust with key or name ``trust``.

    Raises
    ------
    UnknownHealthTrustError
        None has it; the text lists those there are.
    """
    for found in health_trusts(year):
        if trust in (found.key, found.name):
            return found
    known = ", ".join(found.key for found in health_trusts(year))
    raise UnknownHealthTrustError(trust=said_back(trust), known=known)


def health_trust_members(trust: str, year: int) -> tuple[str, ...]:
    """Return the codes of ``year`` in the catchment of ``trust`` (key or name), in order.

    Raises
    ------
    UnknownHealthTrustError
        No trust has this key or name.
    """
    return tuple(place.code for place in municipalities_in(year, health_trust=trust))


@cache
def regional_health_authorities(year: int) -> tuple[RegionalHealthAuthority, ...]:
    """Return the regional health authorities in order of key."""
    names = {trust.regional_health_authority for trust in health_trusts(year)}
    return tuple(
        RegionalHealthAuthority(key, name)
        for key, name in sorted((trust_key(name), name) for name in names)
    )


@cache
def regional_health_authority_members(region: str, year: int) -> tuple[str, ...]:
    """Return the codes of ``year`` below the authority ``region`` (key or name), in order.

    Raises
    ------
    UnknownRegionalHealthAuthorityError
        None has it; the text lists those there are.
    """
    for found in regional_health_authorities(year):
        if region in (found.key, found.name):
            return tuple(
                place.code
                for place in municipalities_in(year)
                if place.regional_health_authority == found.name
            )
    known = ", ".join(found.key for found in regional_health_authorities(year))
    raise UnknownRegionalHealthAuthorityError(region=said_back(region), known=known)
