"""Saving a draft, submitting a registration, taking it back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.scope import changeable
from brukerplan.persistence.answers import encode
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.persistence.queries.rounds import optional_variables
from brukerplan.persistence.tables import REGISTRATION
from brukerplan.persistence.tables.states import RegistrationState
from brukerplan.questionnaire.answers import Answers, Progress, check, progress, route
from brukerplan.questionnaire.findings import Finding
from brukerplan.questionnaire.levels import OverallLevel, overall_level, ratings
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Severity
from brukerplan.translation import UserError, mark

_CHANGE = (
    sa.update(REGISTRATION)
    .where(
        REGISTRATION.c.id == sa.bindparam("known_id"),
        REGISTRATION.c.version == sa.bindparam("known_version"),
    )
    .returning(REGISTRATION.c.version)
)


class StaleVersionError(UserError):
    """Somebody else saved in between. What was typed is in ``typed``, to be kept on the page."""

    message: ClassVar[str] = mark(
        "Noen andre har endret registreringen mens du hadde den åpen. Det du har skrevet, står "
        "fortsatt på siden, men er ikke lagret. Åpne registreringen på nytt, se hva som er "
        "endret, og før inn det som mangler."
    )

    def __init__(self, *, typed: Answers | None, current_version: int) -> None:
        super().__init__()
        self.typed = typed
        self.current_version = current_version


class AlreadySubmittedError(UserError):
    """A submitted registration is taken back before it is changed."""

    message: ClassVar[str] = mark(
        "Registreringen er sendt inn. Velg «Åpne registreringen igjen» hvis noe skal endres."
    )


class NotSubmittedError(UserError):
    """Only a submitted registration can be taken back."""

    message: ClassVar[str] = mark("Registreringen er ikke sendt inn. Du kan endre den som den er.")


class NotCompleteError(UserError):
    """Something is missing, wrong or to be confirmed. The answers are saved as a draft.

    ``findings`` say what; ``version`` is that of the draft.
    """

    message: ClassVar[str] = mark(
        "Registreringen er lagret, men ikke sendt inn. Antall punkter som må rettes eller "
        "bekreftes: %(findings)s."
    )

    def __init__(self, *, findings: tuple[Finding, ...], version: int) -> None:
        super().__init__(findings=len(findings))
        self.findings = findings
        self.version = version


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What the page shows after saving."""

    version: int
    progress: Progress
    level: OverallLevel
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class SubmittedRegistration:
    """The registration as submitted."""

    id: uuid.UUID
    version: int
    level: OverallLevel


@dataclass(frozen=True, slots=True)
class ReopenedRegistration:
    """The registration as a draft again."""

    id: uuid.UUID
    version: int


def save_draft(
    database: Database,
    *,
    by: Actor,
    registration_id: uuid.UUID,
    version: int,
    answers: Answers,
    now: datetime,
) -> SavedDraft:
    """Save what has been answered so far; ``answers`` replace those stored.

    Answers to questions that no longer apply are kept in the draft, so that a slip of the
    finger costs nothing; they go when it is submitted.

    Raises
    ------
    RegistrationNotFoundError, NotAllowedError
        There is no such registration for this actor.
    RoundNotOpenError, MunicipalityApprovedError, UnitClosedError, AlreadySubmittedError
        It takes no changes now.
    StaleVersionError
        It was saved by somebody else after ``version``.
    """
    with database.begin() as session:
        found = _draft(session, by, registration_id, Permission.REGISTRATION_WRITE)
        q = edition(found.edition)
        optional = optional_variables(session, found.round_id, found.municipality_id)
        done = progress(q, answers, optional)
        _store(
            session,
            found,
            version=version,
            typed=answers,
            values={**encode(answers), "answered": done.answered, "asked": done.asked},
            by=by,
            now=now,
        )
        _log(session, found, by, now, "registration.saved", f"version={version + 1}")
    return SavedDraft(
        version=version + 1,
        progress=done,
        level=overall_level(q.level_rule, ratings(q, answers)),
        findings=check(q, answers, year=found.round_year, optional=optional, complete=False),
    )


def submit_registration(
    database: Database,
    *,
    by: Actor,
    registration_id: uuid.UUID,
    version: int,
    now: datetime,
    answers: Answers | None = None,
    confirmed: frozenset[str] = frozenset(),
) -> SubmittedRegistration:
    """Submit a complete registration.

    Parameters
    ----------
    answers
        What the page holds; ``None`` submits the draft as it is stored.
    confirmed
        Ids of the soft rules that the registrar has confirmed. Only those that ask something
        here are kept: another text could be about the person.

    Raises
    ------
    NotCompleteError
        Something is missing, wrong, or not confirmed. The answers are saved all the same.
    RegistrationNotFoundError, NotAllowedError, RoundNotOpenError, \
MunicipalityApprovedError, UnitClosedError, AlreadySubmittedError, StaleVersionError
        As for `save_draft`.
    """
    with database.begin() as session:
        found = _draft(session, by, registration_id, Permission.REGISTRATION_SUBMIT)
        q = edition(found.edition)
        optional = optional_variables(session, found.round_id, found.municipality_id)
        typed = found.answers if answers is None else answers
        asked = check(q, route(q, typed), year=found.round_year, optional=optional, complete=True)
        soft = {finding.rule for finding in asked if finding.severity is Severity.SOFT}
        findings = tuple(finding for finding in asked if finding.rule not in confirmed & soft)
        kept = typed if findings else route(q, typed)
        done = progress(q, kept, optional)
        values: dict[str, Any] = {
            **encode(kept),
            "answered": done.answered,
            "asked": done.asked,
            "confirmed_soft": " ".join(sorted(confirmed & soft)),
        }
        if not findings:
            values |= {
                "state": RegistrationState.SUBMITTED,
                "submitted_by": by.user_id,
                "submitted_at": now,
            }
        _store(session, found, version=version, typed=typed, values=values, by=by, now=now)
        action = "registration.saved" if findings else "registration.submitted"
        _log(session, found, by, now, action, f"version={version + 1}")
    if findings:
        raise NotCompleteError(findings=findings, version=version + 1)
    level = overall_level(q.level_rule, ratings(q, kept))
    return SubmittedRegistration(registration_id, version + 1, level)


def reopen_registration(
    database: Database,
    *,
    by: Actor,
    registration_id: uuid.UUID,
    version: int,
    now: datetime,
) -> ReopenedRegistration:
    """Make a submitted registration a draft again, while its unit is still mapping.

    Raises
    ------
    NotSubmittedError
        It is a draft already.
    RegistrationNotFoundError, NotAllowedError, RoundNotOpenError, \
MunicipalityApprovedError, UnitClosedError, StaleVersionError
        As for `save_draft`.
    """
    with database.begin() as session:
        found = changeable(session, by, registration_id, Permission.REGISTRATION_SUBMIT)
        if found.state != RegistrationState.SUBMITTED:
            raise NotSubmittedError
        values = {
            "state": RegistrationState.DRAFT,
            "submitted_by": None,
            "submitted_at": None,
        }
        _store(session, found, version=version, typed=None, values=values, by=by, now=now)
        _log(session, found, by, now, "registration.reopened", f"version={version + 1}")
    return ReopenedRegistration(registration_id, version + 1)


def _draft(
    session: Session, by: Actor, registration_id: uuid.UUID, permission: Permission
) -> RegistrationView:
    found = changeable(session, by, registration_id, permission)
    if found.state != RegistrationState.DRAFT:
        raise AlreadySubmittedError
    return found


def _store(
    session: Session,
    found: RegistrationView,
    *,
    version: int,
    typed: Answers | None,
    values: dict[str, Any],
    by: Actor,
    now: datetime,
) -> None:
    # The version stands in the condition, not in a comparison before it: two who save in
    # the same moment cannot both find it unchanged.
    changed = session.scalar(
        _CHANGE,
        {
            "known_id": found.id,
            "known_version": version,
            "version": version + 1,
            "updated_by": by.user_id,
            "updated_at": now,
            **values,
        },
    )
    if changed is None:
        raise StaleVersionError(typed=typed, current_version=found.version)


def _log(
    session: Session, found: RegistrationView, by: Actor, now: datetime, action: str, detail: str
) -> None:
    log(
        session,
        at=now,
        user_id=by.user_id,
        action=action,
        organisation_id=found.unit_id,
        subject=found.id,
        detail=detail,
    )
