"""Who a registration is about, without keeping who: numbers in, keyed pseudonyms out."""

from __future__ import annotations

from brukerplan.identity.errors import (
    BirthDateInFutureError,
    ControlDigitsError,
    HelpNumberError,
    InvalidDateError,
    KeyCannotBeOpenedError,
    MasterKeyError,
    NationalNumberError,
    NotDigitsError,
    SyntheticNotAllowedError,
    WrongKeyError,
    WrongLengthError,
)
from brukerplan.identity.keyring import (
    KeyWrapper,
    MasterKey,
    OnlyFor,
    new_key,
    new_master_key_text,
)
from brukerplan.identity.log_key import LogKey
from brukerplan.identity.national_number import (
    RULES_FROM_2032,
    NationalNumber,
    may_hold_number,
    parse,
    synthetic_number,
)
from brukerplan.identity.opaque import SecretNotShownError
from brukerplan.identity.pseudonyms import (
    PSEUDONYM_BYTES,
    Key,
    Purpose,
    extract_pseudonym,
    municipal_pseudonym,
    transfer_pseudonym,
    trust_pseudonym,
)

__all__ = [
    "PSEUDONYM_BYTES",
    "RULES_FROM_2032",
    "BirthDateInFutureError",
    "ControlDigitsError",
    "HelpNumberError",
    "InvalidDateError",
    "Key",
    "KeyCannotBeOpenedError",
    "KeyWrapper",
    "LogKey",
    "MasterKey",
    "MasterKeyError",
    "NationalNumber",
    "NationalNumberError",
    "NotDigitsError",
    "OnlyFor",
    "Purpose",
    "SecretNotShownError",
    "SyntheticNotAllowedError",
    "WrongKeyError",
    "WrongLengthError",
    "extract_pseudonym",
    "may_hold_number",
    "municipal_pseudonym",
    "new_key",
    "new_master_key_text",
    "parse",
    "synthetic_number",
    "transfer_pseudonym",
    "trust_pseudonym",
]
