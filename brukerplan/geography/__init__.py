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
    same_area,
)
from brukerplan.geography.population import (
    Population,
    nearest_population,
    population_18_plus,
    population_18_plus_of,
    population_years,
)
from brukerplan.geography.register import CHECKED, FIRST_YEAR, LAST_YEAR, Municipality, trust_key
from brukerplan.geography.sizes import (
    SIZE_GROUPS,
    SizeGroup,
    size_group,
    size_group_members,
    size_group_of,
)
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
    "SIZE_GROUPS",
    "HealthTrust",
    "Municipality",
    "MunicipalityDoesNotExistYetError",
    "MunicipalityNoLongerExistsError",
    "MunicipalityWasSplitError",
    "Population",
    "RegionalHealthAuthority",
    "SizeGroup",
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
    "municipalities_in",
    "municipality",
    "nearest_population",
    "place_names",
    "population_18_plus",
    "population_18_plus_of",
    "population_years",
    "regional_health_authorities",
    "regional_health_authority_members",
    "same_area",
    "size_group",
    "size_group_members",
    "size_group_of",
    "trust_key",
]
