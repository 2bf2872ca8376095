"""Everything that somebody can be allowed to do."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One thing that can be allowed; its value stands in the access log."""

    REGISTRATION_READ = "registration.read"
    REGISTRATION_WRITE = "registration.write"
    REGISTRATION_SUBMIT = "registration.submit"
    REGISTRATION_VERIFY = "registration.verify"
    REGISTRATION_CHECK = "registration.check"
    REGISTRATION_MERGE = "registration.merge"
    QUERY_ASK = "query.ask"
    LETTER_SEND = "letter.send"
    OPT_OUT_RECORD = "opt_out.record"
    NUMBER_CHANGE = "number.change"
    UNIT_READ_PROGRESS = "unit.read_progress"
    UNIT_SUBMIT = "unit.submit"
    UNIT_REOPEN = "unit.reopen"
    MUNICIPALITY_READ_PROGRESS = "municipality.read_progress"
    MUNICIPALITY_ADMINISTER = "municipality.administer"
    MUNICIPALITY_APPROVE = "municipality.approve"
    MUNICIPALITY_INTERNAL_REPORT = "municipality.internal_report"
    MUNICIPALITY_EXPORT = "municipality.export"
    PERSON_RIGHTS = "person.rights"
    LEGAL_BASIS_RECORD = "legal_basis.record"
    ROUND_ADMINISTER = "round.administer"
    ROUND_FREEZE = "round.freeze"
    RELEASE_BUILD = "release.build"
    RELEASE_PUBLISH = "release.publish"
    RELEASE_READ_UNPUBLISHED = "release.read_unpublished"
    EXTRACT_READ = "extract.read"
    EXTRACT_ASK = "extract.ask"
    EXTRACT_APPROVE = "extract.approve"
    ACCESS_LOG_READ = "access_log.read"
    SECOND_FACTOR_RESET = "second_factor.reset"
    STATISTICS_READ = "statistics.read"


PUBLIC: frozenset[Permission] = frozenset({Permission.STATISTICS_READ})
"""Allowed for everyone, signed in or not."""
