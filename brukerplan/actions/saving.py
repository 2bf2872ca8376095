"""One save of a registration: is it overtaken, what changes, and the row in the log."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, require
from brukerplan.actions.registering_errors import AlreadySubmittedError
from brukerplan.actions.scope import RegistrationNotFoundError
from brukerplan.persistence.answers import encode, encode_only
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.changes import (
    Change,
    change_registration,
    changes_between,
    record_changes,
)
from brukerplan.persistence.queries.conflicts import keep_version
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.persistence.tables.states import ChangeSource, RegistrationState
from brukerplan.questionnaire.answers import Answers, Progress, check, progress
from brukerplan.questionnaire.findings import Finding
from brukerplan.questionnaire.levels import OverallLevel, overall_level, ratings
from brukerplan.questionnaire.registry import edition

PAGE_LENGTH = 32
FEW = 3


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What the page shows after saving. ``unconfirmed`` are sections carried over and not
    accepted.
    """

    version: int
    progress: Progress
    level: OverallLevel
    findings: tuple[Finding, ...]
    unconfirmed: frozenset[str]


def require_draft(found: RegistrationView) -> None:
    """Require that the registration is not submitted."""
    if found.state != RegistrationState.DRAFT:
        raise AlreadySubmittedError


def overtaken(found: RegistrationView, version: int, page: str) -> bool:
    """Tell whether somebody else has saved since the page showed ``version``."""
    return version != found.version and not (page and found.saved_from == page[:PAGE_LENGTH])


def keep_typed(
    session: Session,
    found: RegistrationView,
    typed: Answers,
    *,
    version: int,
    page: str,
    by: Actor,
    now: datetime,
) -> uuid.UUID:
    """Keep what was typed over an older version, whatever has become of the registration.

    Raises
    ------
    RegistrationNotFoundError
        It has been deleted.
    """
    try:
        kept = keep_version(
            session,
            found.id,
            based_on=version,
            user_id=by.user_id,
            page=page[:PAGE_LENGTH],
            at=now,
            answers=typed,
        )
    except (IntegrityError, ProgrammingError) as error:
        # Deleted since it was read: there is nothing left to keep it beside.
        raise RegistrationNotFoundError from error
    log_act(session, found, by, now, "registration.kept", f"version={found.version}")
    return kept


def store(
    session: Session,
    found: RegistrationView,
    answers: Answers,
    changes: Sequence[Change],
    *,
    done: Progress,
    by: Actor,
    now: datetime,
    page: str,
    action: str,
    accepted: frozenset[str] = frozenset(),
    values: Mapping[str, Any] | None = None,
    always: bool = False,
) -> int | None:
    """Write the answers, their history and the log; return the version they are part of.

    Nothing is written, and the version stays, when nothing changes: what is sent again
    because the answer was lost on the way (unless ``always``). ``None`` when somebody saved
    since ``found`` was read; then read again.
    """
    newly = accepted & found.unconfirmed
    if not (changes or newly or values or always):
        return found.version
    version = found.version + 1
    columns = {
        **_changed_columns(answers, changes),
        "answered": done.answered,
        "asked": done.asked,
        "unconfirmed_sections": " ".join(sorted(found.unconfirmed - newly)),
        **(values or {}),
    }
    if not change_registration(
        session,
        found.id,
        version=found.version,
        user_id=by.user_id,
        at=now,
        values=columns,
        saved_from=page[:PAGE_LENGTH] or None,
    ):
        return None
    record_changes(session, found.id, changes, version=version, user_id=by.user_id, at=now)
    detail = f"version={version}"
    if newly:
        detail += f" accepted={','.join(sorted(newly))}"
    log_act(session, found, by, now, action, detail)
    return version


def save_as_seen(
    database: Database,
    seen: RegistrationView,
    *,
    by: Actor,
    version: int,
    page: str,
    answers: Answers,
    accepted: frozenset[str],
    now: datetime,
) -> SavedDraft | None:
    """Save over a registration the caller has just read; ``None`` when it must be read again.

    Nothing is decided on what may have changed since: the version stands in the condition,
    a submitted registration has another one, and the database itself refuses to change what
    is closed.
    """
    require(by, Permission.REGISTRATION_WRITE, seen.organisation_path)
    changes = changes_between(seen.answers, answers, ChangeSource.FORM)
    nothing = not changes and not accepted & seen.unconfirmed
    if nothing or overtaken(seen, version, page) or seen.state != RegistrationState.DRAFT:
        return None
    done = how_far(seen, answers)
    try:
        with database.begin() as session:
            stored = store(
                session,
                seen,
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
        # Closed since. Reading it again tells what was closed.
        return None
    if stored is None:
        return None
    unconfirmed = seen.unconfirmed - accepted
    return as_saved(seen, answers, done=done, version=stored, unconfirmed=unconfirmed)


def how_far(found: RegistrationView, answers: Answers) -> Progress:
    """Count what is answered of what is asked of this person."""
    return progress(edition(found.edition), answers, found.optional)


def as_saved(
    found: RegistrationView,
    answers: Answers,
    *,
    done: Progress,
    version: int,
    unconfirmed: frozenset[str],
) -> SavedDraft:
    """Work out what the page shows of a saved draft."""
    q = edition(found.edition)
    return SavedDraft(
        version=version,
        progress=done,
        level=overall_level(q.level_rule, ratings(q, answers)),
        findings=check(q, answers, year=found.round_year, optional=found.optional, complete=False),
        unconfirmed=unconfirmed,
    )


def _changed_columns(answers: Answers, changes: Sequence[Change]) -> dict[str, int | bool | None]:
    names = dict.fromkeys(change.variable for change in changes)
    # Of a few answers, only their columns: there are few such statements, and the database
    # has fewer to check. Of many, all: each set of columns is a statement of its own.
    return encode_only(answers, names) if len(names) <= FEW else encode(answers)


def log_act(
    session: Session, found: RegistrationView, by: Actor, now: datetime, action: str, detail: str
) -> None:
    """Log an act on a registration."""
    log(
        session,
        at=now,
        user_id=by.user_id,
        action=action,
        organisation_id=found.unit_id,
        subject=found.id,
        detail=detail,
    )
