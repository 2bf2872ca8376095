"""What kind each act of the access log is: what a page filters by, what may stand out."""

from __future__ import annotations

from enum import StrEnum


class LogKind(StrEnum):
    """What was done."""

    READ = "read"
    SEARCH = "search"
    LIST = "list"
    PRINT = "print"
    EXPORT = "export"
    CHANGE = "change"
    ACCESS = "access"
    SIGN_IN = "sign_in"
    ROUND = "round"


_ACTS: dict[LogKind, str] = {
    LogKind.READ: "registration.read registration.previous_read registration.history_read "
    "registration.compared query.read query.prepared",
    LogKind.SEARCH: "registration.searched registration.found registration.elsewhere "
    "registration.refused",
    LogKind.LIST: "registration.listed registration.not_started_listed letter.listed "
    "duplicate.listed quality.read access_log.read",
    LogKind.PRINT: "letter.printed person.printed",
    LogKind.EXPORT: "municipality.exported extract.asked extract.counted extract.approved "
    "extract.rejected extract.fetched extract.ended",
    LogKind.CHANGE: "registration.started registration.saved registration.submitted "
    "registration.reopened registration.deleted registration.imported registration.kept "
    "registration.chosen registration.merged registration.merged_away registration.verified "
    "registration.unverified registration.purged letter.sent letter.unsent "
    "letter.language_chosen opt_out.recorded opt_out.withdrawn query.asked query.answered "
    "query.closed number.changed person.correction_asked person.erased import.checked "
    "import.carried_out access_log.seen access_log.adopted",
    LogKind.ACCESS: "membership.granted membership.removed invitation.made invitation.accepted "
    "invitation.withdrawn user.created user.closed user.opened user.linked user.unlinked "
    "user.factor_reset user.link_handed_over organisation.created legal_basis.recorded "
    "legal_basis.withdrawn key.created key.rotated key.rewrapped key.inherited key.destroyed",
    LogKind.SIGN_IN: "user.signed_in user.signed_out user.refused user.password_shown "
    "user.factor_refused user.passkey_shown user.code_spent user.link_sent user.password_chosen "
    "user.password_changed user.sessions_ended user.app_added user.app_removed user.codes_made "
    "user.passkey_added user.passkey_removed user.passkey_renamed",
    LogKind.ROUND: "municipality.approved municipality.reopened municipality.terms_set "
    "unit.created unit.renamed unit.expected_set unit.put_in unit.taken_out unit.submitted "
    "unit.nothing_to_report unit.reopened unit.reminded unit.not_reached round.planned "
    "round.opened round.dropped round.deadline_moved round.correction_begun unit.service_stated "
    "retention.set backup.restored round.correction_ended round.frozen release.built "
    "release.published demo.begun demo.filled context.imported",
}

ACTS: dict[LogKind, frozenset[str]] = {
    kind: frozenset(acts.split()) for kind, acts in _ACTS.items()
}
"""Every act there is, by kind; a test holds it complete."""

READS = ACTS[LogKind.READ]
"""Opening what is about one person."""
OF_PERSONS = READS.union(
    *(
        ACTS[kind]
        for kind in (LogKind.SEARCH, LogKind.LIST, LogKind.PRINT, LogKind.EXPORT, LogKind.CHANGE)
    )
) - {"access_log.read", "access_log.seen", "access_log.adopted"}
"""Everything done with what is about persons."""
SIGNED_IN, REFUSED = "user.signed_in", "user.refused"
