"""Every table of the store."""

from __future__ import annotations

from brukerplan.persistence.tables import guards, row_security
from brukerplan.persistence.tables.base import Base
from brukerplan.persistence.tables.context import ContextSeriesRow, ContextValueRow
from brukerplan.persistence.tables.extracts import Extract, ExtractVariable, ExtractYear
from brukerplan.persistence.tables.keys import (
    TRANSFER_LINK,
    NumberChange,
    PseudonymKey,
    TransferLink,
)
from brukerplan.persistence.tables.log import AccessLog, AccessLogHead, AccessLogSeen, EarlierLogKey
from brukerplan.persistence.tables.organisations import (
    Invitation,
    Membership,
    Organisation,
    ProviderLink,
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
from brukerplan.persistence.tables.rights import (
    DeletionReceipt,
    LegalBasis,
    RoundRetention,
    UnitService,
)
from brukerplan.persistence.tables.rounds import (
    MappingRound,
    RoundMunicipality,
    RoundOptionalVariable,
    RoundUnit,
)
from brukerplan.persistence.tables.sign_in import (
    Passkey,
    PasswordReset,
    RecoveryCode,
    SignInAttempts,
    TotpFactor,
    UsedChallenge,
    UserSession,
)

guards.attach()
row_security.attach()

__all__ = [
    "FROZEN_REGISTRATION",
    "REGISTRATION",
    "RELEASED_CELL",
    "TRANSFER_LINK",
    "AccessLog",
    "AccessLogHead",
    "AccessLogSeen",
    "Base",
    "ConflictAnswer",
    "ContextSeriesRow",
    "ContextValueRow",
    "DeletionReceipt",
    "EarlierLogKey",
    "Extract",
    "ExtractVariable",
    "ExtractYear",
    "FrozenRegistration",
    "Invitation",
    "LegalBasis",
    "MappingRound",
    "Membership",
    "NumberChange",
    "OptOut",
    "Organisation",
    "Passkey",
    "PasswordReset",
    "ProviderLink",
    "PseudonymKey",
    "RecoveryCode",
    "Registration",
    "RegistrationChange",
    "RegistrationConflict",
    "RegistrationQuery",
    "Release",
    "ReleasedArea",
    "ReleasedCell",
    "RoundMunicipality",
    "RoundOptionalVariable",
    "RoundRetention",
    "RoundUnit",
    "SignInAttempts",
    "TotpFactor",
    "TransferLink",
    "UnitService",
    "UsedChallenge",
    "UserAccount",
    "UserSession",
]
