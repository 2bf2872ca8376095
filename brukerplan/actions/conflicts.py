"""Two who wrote at the same time: both versions side by side, and the choice between them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.legal_bases import require_basis
from brukerplan.actions.registering_errors import (
    ChoiceMissingError,
    ConflictNotFoundError,
    NewerVersionError,
)
from brukerplan.actions.saving import SavedDraft, as_saved, how_far, log_act, require_draft, store
from brukerplan.actions.scope import changeable, readable
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.changes import Change, answers_at, record_changes
from brukerplan.persistence.queries.conflicts import (
    KeptAnswers,
    KeptVersion,
    conflicts_of,
    drop_version,
    kept_version,
    user_name,
)
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.persistence.tables.states import ChangeSource
from brukerplan.questionnaire.answers import Answers, Value
from brukerplan.questionnaire.registry import edition

__all__ = [
    "ChoiceMissingError",
    "Conflict",
    "ConflictNotFoundError",
    "Difference",
    "KeptVersion",
    "Side",
    "conflicts_of",
    "open_conflict",
    "settle_conflict",
]

Side = Literal["mine", "stored"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A question the two versions answer differently; ``None`` is no answer.

    ``suggested`` is the side that changed since both began; ``None`` where both did.
    """

    variable: str
    mine: Value | None = field(repr=False)
    stored: Value | None = field(repr=False)
    suggested: Side | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A kept version beside what is stored.

    Parameters
    ----------
    other_user_name
        Who saved what is stored.
    typed_by_name, typed_at
        Who typed the kept version, and when.
    """

    id: uuid.UUID
    registration: RegistrationView
    other_user_name: str
    typed_by_name: str
    typed_at: datetime
    differences: tuple[Difference, ...]


def open_conflict(
    database: Database, *, by: Actor, conflict_id: uuid.UUID, now: datetime
) -> Conflict:
    """Return the two versions side by side, in the order of the form.

    Raises
    ------
    ConflictNotFoundError
        It has been settled, or never was.
    RegistrationNotFoundError, NotAllowedError
        There is no such registration for this actor.
    """
    with database.begin() as session:
        kept = _kept(session, conflict_id)
        found = readable(session, by, kept.version.registration_id, Permission.REGISTRATION_WRITE)
        differences = _differences(session, found, kept)
        other = user_name(session, found.updated_by)
        log_act(session, found, by, now, "registration.compared", f"version={found.version}")
    return Conflict(
        id=conflict_id,
        registration=found,
        other_user_name=other,
        typed_by_name=kept.version.user_name,
        typed_at=kept.version.at,
        differences=differences,
    )


def settle_conflict(
    database: Database,
    *,
    by: Actor,
    conflict_id: uuid.UUID,
    choices: Mapping[str, Side],
    version: int,
    now: datetime,
) -> SavedDraft:
    """Write what was chosen, by variable; what was not chosen stays in the history.

    Parameters
    ----------
    version
        The stored version that the kept one was compared with.

    Raises
    ------
    ConflictNotFoundError
        It has been settled, or never was.
    NewerVersionError
        What is stored has changed since the two were compared; compare again.
    ChoiceMissingError
        No side was chosen of something that differs.
    RegistrationNotFoundError, NotAllowedError, RoundNotOpenError, \
MunicipalityApprovedError, UnitClosedError, LegalBasisMissingError, AlreadySubmittedError
        As for `save_draft`.
    """
    with database.begin() as session:
        kept = _kept(session, conflict_id, for_change=True)
        found = changeable(session, by, kept.version.registration_id, Permission.REGISTRATION_WRITE)
        require_basis(session, found.unit_id, now)
        if found.version != version:
            raise NewerVersionError(current_version=found.version)
        require_draft(found)
        differences = _differences(session, found, kept)
        missing = tuple(each.variable for each in differences if each.variable not in choices)
        if missing:
            raise ChoiceMissingError(variables=missing)
        answers = dict(found.answers)
        chosen: list[Change] = []
        for each in differences:
            if choices[each.variable] == "mine":
                _put(answers, each.variable, each.mine)
                chosen.append(Change(each.variable, ChangeSource.CHOSEN, each.stored, each.mine))
        done = how_far(found, answers)
        stored = store(
            session,
            found,
            answers,
            chosen,
            done=done,
            by=by,
            now=now,
            # Of no page: also the page that saved last is now older than what is stored.
            page="",
            action="registration.chosen",
            always=True,
        )
        if stored is None:
            raise NewerVersionError(current_version=found.version)
        _keep_what_was_left(session, found, kept, differences, choices, stored, by, now)
        drop_version(session, conflict_id)
    return as_saved(found, answers, done=done, version=stored, unconfirmed=found.unconfirmed)


def _kept(session: Session, conflict_id: uuid.UUID, *, for_change: bool = False) -> KeptAnswers:
    kept = kept_version(session, conflict_id, for_change=for_change)
    if kept is None:
        raise ConflictNotFoundError
    return kept


def _differences(
    session: Session, found: RegistrationView, kept: KeptAnswers
) -> tuple[Difference, ...]:
    base = answers_at(session, found.id, stored=found.answers, version=kept.version.based_on)
    return tuple(
        Difference(
            variable.id,
            mine=kept.answers.get(variable.id),
            stored=found.answers.get(variable.id),
            suggested=_suggested(variable.id, base, kept.answers, found.answers),
        )
        for variable in edition(found.edition).variables
        if kept.answers.get(variable.id) != found.answers.get(variable.id)
    )


def _suggested(name: str, base: Answers, mine: Answers, stored: Answers) -> Side | None:
    if mine.get(name) == base.get(name):
        return "stored"
    return "mine" if stored.get(name) == base.get(name) else None


def _put(answers: dict[str, Value], name: str, value: Value | None) -> None:
    if value is None:
        answers.pop(name, None)
    else:
        answers[name] = value


def _keep_what_was_left(
    session: Session,
    found: RegistrationView,
    kept: KeptAnswers,
    differences: tuple[Difference, ...],
    choices: Mapping[str, Side],
    version: int,
    by: Actor,
    now: datetime,
) -> None:
    """Write in the history what was typed and not chosen: it was typed, and then left."""
    left = [
        each
        for each in differences
        # What only the other side had changed was never typed here.
        if choices[each.variable] == "stored" and each.suggested != "stored"
    ]
    typed = [Change(each.variable, ChangeSource.FORM, each.stored, each.mine) for each in left]
    back = [Change(each.variable, ChangeSource.CHOSEN, each.mine, each.stored) for each in left]
    record_changes(
        session,
        found.id,
        typed,
        version=version,
        user_id=kept.version.user_id,
        at=kept.version.at,
    )
    record_changes(session, found.id, back, version=version, user_id=by.user_id, at=now)
