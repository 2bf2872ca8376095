"""Who may do what: one table, meant to be read.

`docs/permissions.md` says the same in words; a test keeps the two alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from brukerplan.access.permissions import Permission


class Role(StrEnum):
    """What a person is in one organisation. Nobody has a role by default."""

    REGISTRAR = "registrar"
    UNIT_LEAD = "unit_lead"
    COORDINATOR = "coordinator"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    TRUST_ANALYST = "trust_analyst"
    TRUST_ADMINISTRATOR = "trust_administrator"
    SYSTEM_ADMINISTRATOR = "system_administrator"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.REGISTRAR: frozenset(
            {
                Permission.REGISTRATION_READ,
                Permission.REGISTRATION_WRITE,
                Permission.REGISTRATION_SUBMIT,
                Permission.LETTER_SEND,
                Permission.OPT_OUT_RECORD,
                Permission.NUMBER_CHANGE,
                Permission.UNIT_READ_PROGRESS,
            }
        ),
        Role.UNIT_LEAD: frozenset(
            {
                Permission.REGISTRATION_READ,
                Permission.REGISTRATION_WRITE,
                Permission.REGISTRATION_SUBMIT,
                Permission.REGISTRATION_VERIFY,
                Permission.QUERY_ASK,
                Permission.LETTER_SEND,
                Permission.OPT_OUT_RECORD,
                Permission.NUMBER_CHANGE,
                Permission.UNIT_READ_PROGRESS,
                Permission.UNIT_SUBMIT,
                Permission.UNIT_REOPEN,
            }
        ),
        # Sees how far the units have come and the municipality's own tables. Of the persons:
        # which case a check is about, and the two registrations of one person to be made one;
        # and takes out the municipality's own archive, which is logged. Reviews the log together
        # with the officer, who also sees what the coordinator has done. To a person who asks by
        # their own number: everything that is stored about them, or its deletion.
        Role.COORDINATOR: frozenset(
            {
                Permission.REGISTRATION_CHECK,
                Permission.REGISTRATION_MERGE,
                Permission.QUERY_ASK,
                Permission.OPT_OUT_RECORD,
                Permission.NUMBER_CHANGE,
                Permission.UNIT_READ_PROGRESS,
                Permission.UNIT_REOPEN,
                Permission.MUNICIPALITY_READ_PROGRESS,
                Permission.MUNICIPALITY_ADMINISTER,
                Permission.MUNICIPALITY_APPROVE,
                Permission.MUNICIPALITY_INTERNAL_REPORT,
                Permission.MUNICIPALITY_EXPORT,
                Permission.ACCESS_LOG_READ,
                Permission.PERSON_RIGHTS,
                Permission.SECOND_FACTOR_RESET,
            }
        ),
        # Watches over those who read; reads no answers.
        Role.DATA_PROTECTION_OFFICER: frozenset(
            {
                Permission.ACCESS_LOG_READ,
                Permission.LEGAL_BASIS_RECORD,
                Permission.EXTRACT_READ,
            }
        ),
        # The trust sees how far a municipality has come, never how many it has sent in: that
        # is the number that is hidden of a small one.
        # Asks for an extract and, approved by somebody else, fetches it.
        Role.TRUST_ANALYST: frozenset(
            {
                Permission.RELEASE_READ_UNPUBLISHED,
                Permission.EXTRACT_READ,
                Permission.EXTRACT_ASK,
            }
        ),
        Role.TRUST_ADMINISTRATOR: frozenset(
            {
                Permission.ROUND_ADMINISTER,
                Permission.ROUND_FREEZE,
                Permission.RELEASE_BUILD,
                Permission.RELEASE_PUBLISH,
                Permission.RELEASE_READ_UNPUBLISHED,
                Permission.EXTRACT_READ,
                Permission.EXTRACT_APPROVE,
            }
        ),
        # Users and keys come with their own permissions; answers and tables never do.
        Role.SYSTEM_ADMINISTRATOR: frozenset({Permission.SECOND_FACTOR_RESET}),
    }
)

BOUND_TO_OWN_ORGANISATION: frozenset[Role] = frozenset({Role.REGISTRAR, Role.UNIT_LEAD})
"""Roles that never reach below the organisation they are held in.

Without this, a registrar wrongly entered in the municipality would read every unit in it:
what the original tool was stopped for.
"""
