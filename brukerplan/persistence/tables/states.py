"""The states things are in, as the store spells them."""

from __future__ import annotations

from enum import StrEnum


class OrganisationKind(StrEnum):
    """The levels of the organisation tree, from the top."""

    NATION = "nation"
    REGION = "region"
    TRUST = "trust"
    MUNICIPALITY = "municipality"
    UNIT = "unit"


class RoundState(StrEnum):
    """A round is mapped, then frozen for ever, then released."""

    OPEN = "open"
    FROZEN = "frozen"
    RELEASED = "released"


class InclusionRule(StrEnum):
    """When the person had to have a municipal service."""

    AT_REGISTRATION = "at_registration"
    LAST_12_MONTHS = "last_12_months"


class MunicipalityState(StrEnum):
    """Whether the coordinator has approved the municipality's mapping."""

    OPEN = "open"
    APPROVED = "approved"


class UnitState(StrEnum):
    """Whether the unit is still mapping."""

    OPEN = "open"
    SUBMITTED = "submitted"
    NOTHING_TO_REPORT = "nothing_to_report"


class RegistrationState(StrEnum):
    """A draft may be incomplete; a submitted registration is complete."""

    DRAFT = "draft"
    SUBMITTED = "submitted"


class ReleaseState(StrEnum):
    """A built release is looked at and may be built anew; a published one stands."""

    BUILT = "built"
    PUBLISHED = "published"
