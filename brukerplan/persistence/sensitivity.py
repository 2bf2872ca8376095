"""How sensitive every column is. A column without a class here does not get in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import sqlalchemy as sa

from brukerplan.persistence.tables.answers import answer_column_names


class Sensitivity(StrEnum):
    """What a column holds, from what anyone may see to what nobody may."""

    PUBLIC_REFERENCE = "public_reference"
    """Names and codes of public bodies, and figures they have published."""
    ANONYMISED = "anonymised"
    """Past both doors: released."""
    OPERATIONAL = "operational"
    """States, dates and counts of the work, about nobody."""
    PERSONAL_STAFF = "personal_staff"
    """About the people who work here."""
    CASE_LABEL = "case_label"
    """What staff recognise a case by; never leaves the municipality."""
    PSEUDONYM = "pseudonym"
    """A person to whoever holds a key."""
    SENSITIVE_ANSWER = "sensitive_answer"
    """Health and social circumstances of a person."""
    SECRET = "secret"  # noqa: S105 - a class of columns
    """Keys and password hashes."""


class UnclassifiedColumnError(ValueError):
    """A column has no class, or a class has no column."""


_PUBLIC = Sensitivity.PUBLIC_REFERENCE
_ANONYMISED = Sensitivity.ANONYMISED
_OPERATIONAL = Sensitivity.OPERATIONAL
_STAFF = Sensitivity.PERSONAL_STAFF
_PSEUDONYM = Sensitivity.PSEUDONYM
_SECRET = Sensitivity.SECRET

_CLASSES: Mapping[str, Mapping[Sensitivity, str]] = {
    "organisation": {_PUBLIC: "id kind code name parent_id language"},
    "user_account": {_STAFF: "id email name language active", _SECRET: "password_hash"},
    "invitation": {
        _STAFF: "id email organisation_id role invited_by invited_at expires_at accepted_at "
        "accepted_by withdrawn_at",
        _SECRET: "token_digest",
    },
    "provider_link": {_STAFF: "issuer subject_digest user_id linked_at"},
    "membership": {_STAFF: "user_id organisation_id role granted_by granted_at"},
    "user_session": {
        _STAFF: "id user_id begun_at last_used_at browser assurance acr strong waits_for_factor",
        _SECRET: "token_digest agent_digest",
    },
    "totp_factor": {_STAFF: "user_id state made_at last_step", _SECRET: "sealed_secret"},
    "recovery_code": {_STAFF: "user_id made_at used_at", _SECRET: "code_digest"},
    "passkey": {
        _STAFF: "id user_id name made_at last_used_at",
        _SECRET: "credential_id public_key sign_count",
    },
    "used_challenge": {_SECRET: "challenge_digest", _OPERATIONAL: "expires_at"},
    # Under a key that is not here: an account or an address to whoever holds it, for an hour.
    "sign_in_attempts": {_STAFF: "subject_digest tries last_at"},
    "password_reset": {_STAFF: "user_id expires_at", _SECRET: "token_digest"},
    "mapping_round": {
        _OPERATIONAL: "id year edition owner_organisation_id state synthetic opens_on deadline "
        "frozen_at released_at",
        _STAFF: "frozen_by",
    },
    "round_municipality": {
        _OPERATIONAL: "round_id municipality_id takes_part inclusion_rule mental_only_included "
        "milder_included deadline identity_mode state approved_at reopened_reason",
        _STAFF: "approved_by",
    },
    "round_optional_variable": {_OPERATIONAL: "round_id municipality_id variable"},
    "round_unit": {
        _OPERATIONAL: "round_id unit_id expected state submitted_at reopened_reason reminded_at",
        _STAFF: "submitted_by",
    },
    "registration": {
        _PSEUDONYM: "id municipal_pseudonym municipal_key_id transfer_pseudonym transfer_key_id",
        Sensitivity.CASE_LABEL: "case_label",
        # The unit alone tells what help the person gets, and a confirmed oddity what is odd.
        Sensitivity.SENSITIVE_ANSWER: "unit_id municipality_id confirmed_soft",
        _OPERATIONAL: "round_id state version created_at updated_at submitted_at answered asked "
        "carried_from unconfirmed_sections saved_from letter_language informed_at verified_at "
        "merged_at",
        _STAFF: "created_by updated_by submitted_by informed_by verified_by",
    },
    "registration_change": {
        _PSEUDONYM: "registration_id",
        Sensitivity.SENSITIVE_ANSWER: "variable before after",
        _OPERATIONAL: "id version at source",
        _STAFF: "user_id",
    },
    "registration_conflict": {
        _PSEUDONYM: "id registration_id",
        _OPERATIONAL: "based_on page at",
        _STAFF: "user_id",
    },
    "conflict_answer": {
        _PSEUDONYM: "conflict_id",
        Sensitivity.SENSITIVE_ANSWER: "variable value",
    },
    "registration_query": {
        _PSEUDONYM: "id registration_id",
        Sensitivity.SENSITIVE_ANSWER: "variable question answer",
        _OPERATIONAL: "state asked_at answered_at closed_at",
        _STAFF: "asked_by assignee_id answered_by closed_by",
    },
    "opt_out": {
        _PSEUDONYM: "municipal_pseudonym municipal_key_id",
        _OPERATIONAL: "round_id municipality_id recorded_at",
    },
    "frozen_registration": {
        _PSEUDONYM: "id trust_pseudonym trust_key_id",
        Sensitivity.SENSITIVE_ANSWER: "municipality_code",
        _OPERATIONAL: "round_id",
    },
    "unit_service": {_OPERATIONAL: "unit_id kind stated_at", _STAFF: "stated_by"},
    "legal_basis": {
        _OPERATIONAL: "id unit_id ground reference valid_from valid_until recorded_at withdrawn_at",
        _STAFF: "recorded_by withdrawn_by",
    },
    "round_retention": {_OPERATIONAL: "round_id purge_on set_at", _STAFF: "set_by"},
    # Counts of one person's data are about that person to whoever was there when it was done.
    "deletion_receipt": {
        _OPERATIONAL: "id kind municipality_id round_id purpose at",
        Sensitivity.SENSITIVE_ANSWER: "registrations changes kept_versions queries opt_outs",
        _STAFF: "by_user_id",
    },
    "pseudonym_key": {
        _SECRET: "wrapped",
        _OPERATIONAL: "id purpose organisation_id created_at retired_at",
    },
    "number_change": {
        _PSEUDONYM: "earlier_municipal_pseudonym earlier_municipal_key_id municipal_pseudonym "
        "municipal_key_id",
        _OPERATIONAL: "id municipality_id recorded_at",
        _STAFF: "recorded_by",
    },
    "transfer_link": {
        _PSEUDONYM: "registration_id earlier_transfer_pseudonym earlier_transfer_key_id "
        "transfer_pseudonym transfer_key_id",
        _OPERATIONAL: "id round_id number_change_id",
    },
    "release": {
        _OPERATIONAL: "id round_id year state built_at published_at policy_digest digest",
        _STAFF: "built_by published_by",
    },
    "released_area": {_ANONYMISED: "release_id level area digest"},
    "released_cell": {
        _ANONYMISED: "release_id level area table_id population year category status count"
    },
    # What others have published: aggregates about no person.
    "context_series": {
        _PUBLIC: "id title source unit borders_of",
        _OPERATIONAL: "imported_at",
    },
    "context_value": {_PUBLIC: "series_id year code value denominator"},
    "extract": {
        _OPERATIONAL: "id organisation_id project purpose legal_reference place age "
        "follows_persons expires_on state asked_at decided_at rejected_because smallest_allowed "
        "smallest_kept persons left_out key_id ended_at",
        # Names who is responsible for the project.
        _STAFF: "recipient asked_by decided_by ended_by",
        _SECRET: "wrapped",
    },
    "extract_year": {_OPERATIONAL: "extract_id round_id"},
    "extract_variable": {_OPERATIONAL: "extract_id variable"},
    "access_log": {
        # Which registration was read: a person to whoever holds the registrations.
        _PSEUDONYM: "subject",
        _OPERATIONAL: "id at action organisation_id detail number seal",
        # The user who acts.
        _STAFF: "user_id chain",
    },
    "access_log_head": {_STAFF: "chain", _OPERATIONAL: "number seal"},
    "earlier_log_key": {_SECRET: "sealed_secret", _OPERATIONAL: "id replaced_at"},
    "access_log_seen": {
        _STAFF: "user_id day seen_by seen_at",
        _OPERATIONAL: "id municipality_id kind acts",
    },
}

_WITH_ANSWERS = ("registration", "frozen_registration")


def classify(metadata: sa.MetaData) -> dict[str, Sensitivity]:
    """Return the class of every column, by ``table.column``.

    Raises
    ------
    UnclassifiedColumnError
        Names the columns that have no class, and the classes that have no column.
    """
    classes = {
        f"{table}.{column}": sensitivity
        for table, by_class in _CLASSES.items()
        for sensitivity, columns in by_class.items()
        for column in columns.split()
    } | {
        f"{table}.{column}": Sensitivity.SENSITIVE_ANSWER
        for table in _WITH_ANSWERS
        for column in answer_column_names()
    }
    columns = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
    }
    if columns != classes.keys():
        apart = ", ".join(sorted(columns ^ classes.keys()))
        raise UnclassifiedColumnError(f"columns without a class, or classes without: {apart}")
    return classes
