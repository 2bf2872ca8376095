"""Places over time: municipalities, catchments and population, from the project's own data."""

from __future__ import annotations

from brukerplan.geography.errors import (
    MunicipalityDoesNotExistYetError,
    MunicipalityNoLongerExistsError,
    MunicipalityWasSplitError,
    UnknownHealthTrustError,
    UnknownMunicipalityError,
    UnknownRegionalHealthAuthorityError,
    YearNotCoveredError,
    YearTooFarAheadError,
)
from brukerplan.geography.municipalities import (
    area_key,
    constituents,
    municipalities_in,
    municipality,
    place_names,
)
from brukerplan.geography.population import (
    Population,
    latest_population,
    latest_population_year,
    population_18_plus,
    population_18_plus_of,
)
from brukerplan.geography.register import CHECKED, FIRST_YEAR, LAST_YEAR, Municipality, trust_key
from brukerplan.geography.trusts import (
    HealthTrust,
    RegionalHealthAuthority,
    health_trust,
    health_trust_members,
    health_trusts,
    regional_health_authorities,
    regional_health_authority_members,
)

__all__ = [
    "CHECKED",
    "FIRST_YEAR",
    "LAST_YEAR",
    "HealthTrust",
    "Municipality",
    "MunicipalityDoesNotExistYetError",
    "MunicipalityNoLongerExistsError",
    "MunicipalityWasSplitError",
    "Population",
    "RegionalHealthAuthority",
    "UnknownHealthTrustError",
    "UnknownMunicipalityError",
    "UnknownRegionalHealthAuthorityError",
    "YearNotCoveredError",
    "YearTooFarAheadError",
    "area_key",
    "constituents",
    "health_trust",
    "health_trust_members",
    "health_trusts",
    "latest_population",
    "latest_population_year",
    "municipalities_in",
    "municipality",
    "place_names",
    "population_18_plus",
    "population_18_plus_of",
    "regional_health_authorities",
    "regional_health_authority_members",
    "trust_key",
]
