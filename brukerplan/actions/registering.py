"""Saving a draft, submitting a registration, taking it back, deleting it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.judging import (
    CONFIRMATION_REASONS,
    judge,
    sent_again,
    store_judged,
)
from brukerplan.actions.legal_bases import require_basis
from brukerplan.actions.registering_errors import (
    AlreadySubmittedError,
    ConflictError,
    NewerVersionError,
    NotCompleteError,
    NotSubmittedError,
)
from brukerplan.actions.saving import (
    SavedDraft,
    as_saved,
    how_far,
    keep_typed,
    log_act,
    overtaken,
    require_draft,
    save_as_seen,
    store,
)
from brukerplan.actions.scope import changeable
from brukerplan.actions.terms import outside_error, outside_included_groups
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.changes import change_registration, changes_between
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.persistence.tables import REGISTRATION
from brukerplan.persistence.tables.states import ChangeSource, RegistrationState
from brukerplan.questionnaire.answers import Answers
from brukerplan.questionnaire.levels import OverallLevel, overall_level, ratings
from brukerplan.questionnaire.registry import edition

__all__ = [
    "CONFIRMATION_REASONS",
    "AlreadySubmittedError",
    "ConflictError",
    "NewerVersionError",
    "NotCompleteError",
    "NotSubmittedError",
    "ReopenedRegistration",
    "SavedDraft",
    "SubmittedRegistration",
    "delete_registration",
    "reopen_registration",
    "save_draft",
    "submit_registration",
]


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
    page: str,
    answers: Answers,
    now: datetime,
    accepted: frozenset[str] = frozenset(),
    seen: RegistrationView | None = None,
) -> SavedDraft:
    """Save what has been answered so far; ``answers`` replace those stored.

    Answers to questions that no longer apply are kept in the draft, so that a slip of the
    finger costs nothing; they go when it is submitted. What is sent twice is saved once.

    Parameters
    ----------
    version
        The version that was on the page when it was typed.
    page
        Key of the open page. What it saved itself is no conflict, also when it never heard
        that it was saved; the empty string is no page.
    accepted
        Sections carried over whose answers the registrar stands by.
    seen
        The registration as the caller has just read it. It is then read again only where
        somebody was quicker.

    Raises
    ------
    RegistrationNotFoundError, NotAllowedError
        There is no such registration for this actor.
    RoundNotOpenError, MunicipalityApprovedError, UnitClosedError, AlreadySubmittedError
        It takes no changes now.
    LegalBasisMissingError
        The unit has nothing in law to rest it on. Not even what was typed is kept: that would
        be registering too. It stays on the page.
    ConflictError
        Somebody else saved after ``version``. What was typed is kept beside what is stored.
    """
    if seen is not None and seen.id == registration_id:
        quickly = save_as_seen(
            database,
            seen,
            by=by,
            version=version,
            page=page,
            answers=answers,
            accepted=accepted,
            now=now,
        )
        if quickly is not None:
            return quickly
    kept: uuid.UUID | None = None
    stored: int | None = None
    try:
        with database.begin() as session:
            # Once more when somebody saved between the reading and the writing.
            while stored is None and kept is None:
                found = changeable(session, by, registration_id, Permission.REGISTRATION_WRITE)
                changes = changes_between(found.answers, answers, ChangeSource.FORM)
                if changes and overtaken(found, version, page):
                    require_basis(session, found.unit_id, now)
                    kept = keep_typed(
                        session, found, answers, version=version, page=page, by=by, now=now
                    )
                    continue
                require_draft(found)
                done = how_far(found, answers)
                stored = store(
                    session,
                    found,
                    answers,
                    changes,
                    done=done,
                    by=by,
                    now=now,
                    page=page,
                    action="registration.saved",
                    accepted=accepted,
                )
    except IntegrityError:
        # Not asked beforehand, since every save would: the database has refused it.
        with database.read() as session:
            require_basis(session, found.unit_id, now)
        raise
    if stored is None:
        assert kept is not None
        raise ConflictError(conflict_id=kept, typed=answers)
    return as_saved(
        found, answers, done=done, version=stored, unconfirmed=found.unconfirmed - accepted
    )


def submit_registration(
    database: Database,
    *,
    by: Actor,
    registration_id: uuid.UUID,
    version: int,
    page: str,
    now: datetime,
    answers: Answers | None = None,
    accepted: frozenset[str] = frozenset(),
    confirmed: Mapping[str, str] | None = None,
) -> SubmittedRegistration:
    """Submit a complete registration; sent twice by the same page, it is submitted once.

    Parameters
    ----------
    answers
        What the page holds; ``None`` submits the draft as it is stored.
    accepted, page
        As for `save_draft`.
    confirmed
        Ids of the soft rules that the registrar has confirmed, with the code of a reason.
        Only those that ask something here are kept, and those confirmed before count.

    Raises
    ------
    NotCompleteError
        Something is missing, wrong, or not confirmed. The answers are saved all the same.
    MentalOnlyNotIncludedError, MilderNotIncludedError
        The municipality does not map such a person this year. The answers are saved.
    NewerVersionError
        Without ``answers``: somebody saved after ``version``.
    RegistrationNotFoundError, NotAllowedError, RoundNotOpenError, \
MunicipalityApprovedError, UnitClosedError, LegalBasisMissingError, AlreadySubmittedError, \
ConflictError
        As for `save_draft`.
    """
    kept: uuid.UUID | None = None
    stored: int | None = None
    with database.begin() as session:
        while stored is None and kept is None:
            found = changeable(session, by, registration_id, Permission.REGISTRATION_SUBMIT)
            require_basis(session, found.unit_id, now)
            typed = found.answers if answers is None else answers
            outside = outside_included_groups(session, found, typed)
            judged = judge(found, typed, accepted, confirmed or {}, outside)
            if sent_again(found, page, judged):
                stored = found.version
            elif overtaken(found, version, page) and answers is None:
                raise NewerVersionError(current_version=found.version)
            elif overtaken(found, version, page) and typed != found.answers:
                kept = keep_typed(session, found, typed, version=version, page=page, by=by, now=now)
            else:
                require_draft(found)
                stored = store_judged(session, found, judged, accepted, by, page, now)
    if stored is None:
        assert kept is not None
        raise ConflictError(conflict_id=kept, typed=typed)
    if judged.findings:
        raise NotCompleteError(
            findings=judged.findings, version=stored, unconfirmed=judged.unconfirmed
        )
    if judged.outside is not None:
        raise outside_error(judged.outside)
    q = edition(found.edition)
    level = overall_level(q.level_rule, ratings(q, judged.answers))
    return SubmittedRegistration(registration_id, stored, level)


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
    NewerVersionError
        Somebody changed it after ``version``.
    RegistrationNotFoundError, NotAllowedError, RoundNotOpenError, \
MunicipalityApprovedError, UnitClosedError
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
        if not change_registration(
            session, found.id, version=version, user_id=by.user_id, at=now, values=values
        ):
            raise NewerVersionError(current_version=found.version)
        log_act(session, found, by, now, "registration.reopened", f"version={version + 1}")
    return ReopenedRegistration(registration_id, version + 1)


def delete_registration(
    database: Database, *, by: Actor, registration_id: uuid.UUID, now: datetime
) -> None:
    """Delete a draft with its history: the wrong person, or one who is not to be mapped.

    Raises
    ------
    RegistrationNotFoundError, NotAllowedError, RoundNotOpenError, \
MunicipalityApprovedError, UnitClosedError, AlreadySubmittedError
        As for `save_draft`.
    """
    with database.begin() as session:
        found = changeable(session, by, registration_id, Permission.REGISTRATION_WRITE)
        require_draft(found)
        deleted = session.execute(
            sa.delete(REGISTRATION).where(
                REGISTRATION.c.id == found.id, REGISTRATION.c.state == RegistrationState.DRAFT
            )
        )
        if not deleted.rowcount:  # type: ignore[attr-defined]  # of a cursor's result
            # Submitted, or deleted, by somebody else in the same moment.
            raise AlreadySubmittedError
        log_act(session, found, by, now, "registration.deleted", f"version={found.version}")
    # The write-ahead log would still hold the case label and the answers.
    database.leave_no_copies()
