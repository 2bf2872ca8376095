"""Every table of the store."""

from __future__ import annotations

from brukerplan.persistence.tables import guards, row_security
from brukerplan.persistence.tables.base import Base
from brukerplan.persistence.tables.keys import (
    TRANSFER_LINK,
    NumberChange,
    PseudonymKey,
    TransferLink,
)
from brukerplan.persistence.tables.log import AccessLog
from brukerplan.persistence.tables.organisations import (
    Invitation,
    Membership,
    Organisation,
    UserAccount,
)
from brukerplan.persistence.tables.registration_parts import (
    ConflictAnswer,
    OptOut,
    RegistrationChange,
    RegistrationConflict,
    RegistrationQuery,
)
from brukerplan.persistence.tables.registrations import (
    FROZEN_REGISTRATION,
    REGISTRATION,
    FrozenRegistration,
    Registration,
)
from brukerplan.persistence.tables.releases import (
    RELEASED_CELL,
    Release,
    ReleasedArea,
    ReleasedCell,
)
from brukerplan.persistence.tables.rounds import (
    MappingRound,
    RoundMunicipality,
    RoundOptionalVariable,
    RoundUnit,
)

guards.attach()
row_security.attach()

__all__ = [
    "FROZEN_REGISTRATION",
    "REGISTRATION",
    "RELEASED_CELL",
    "TRANSFER_LINK",
    "AccessLog",
    "Base",
    "ConflictAnswer",
    "FrozenRegistration",
    "Invitation",
    "MappingRound",
    "Membership",
    "NumberChange",
    "OptOut",
    "Organisation",
    "PseudonymKey",
    "Registration",
    "RegistrationChange",
    "RegistrationConflict",
    "RegistrationQuery",
    "Release",
    "ReleasedArea",
    "ReleasedCell",
    "RoundMunicipality",
    "RoundOptionalVariable",
    "RoundUnit",
    "TransferLink",
    "UserAccount",
]
