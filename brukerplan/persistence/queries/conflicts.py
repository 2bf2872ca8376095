"""Versions of a registration that were typed while somebody else saved, and are kept."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from brukerplan.persistence.answers import as_text, from_text, variable_by_id
from brukerplan.persistence.tables import ConflictAnswer, RegistrationConflict, UserAccount
from brukerplan.questionnaire.answers import Answers


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version that waits to be chosen or left.

    ``based_on`` is the stored version that was on the page when it was typed.
    """

    id: uuid.UUID
    registration_id: uuid.UUID
    based_on: int
    user_id: int
    user_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """A kept version with its answers."""

    version: KeptVersion
    answers: Answers = field(repr=False)


def keep_version(
    session: Session,
    registration_id: uuid.UUID,
    *,
    based_on: int,
    user_id: int,
    page: str,
    at: datetime,
    answers: Answers,
) -> uuid.UUID:
    """Keep what was typed. One version a page: what it sends later takes its place.

    Raises
    ------
    IntegrityError, ProgrammingError
        The registration is gone.
    """
    # Without a page's key nothing tells two typists apart; each keeps their own.
    page = page or uuid.uuid4().hex
    kept = _of_page(session, registration_id, page)
    if kept is None:
        new = uuid.uuid4()
        try:
            with session.begin_nested():
                session.execute(
                    sa.insert(RegistrationConflict).values(
                        id=new,
                        registration_id=registration_id,
                        based_on=based_on,
                        user_id=user_id,
                        page=page,
                        at=at,
                    )
                )
        except (IntegrityError, ProgrammingError):
            # The same page sent twice in the same moment; or the registration is gone, which
            # on PostgreSQL the policy says before the reference can.
            kept = _of_page(session, registration_id, page)
            if kept is None:
                raise
    if kept is not None:
        new = kept
        session.execute(
            sa.update(RegistrationConflict)
            .where(RegistrationConflict.id == kept)
            .values(user_id=user_id, at=at)
        )
        session.execute(sa.delete(ConflictAnswer).where(ConflictAnswer.conflict_id == kept))
    if answers:
        session.execute(
            sa.insert(ConflictAnswer),
            [
                {"conflict_id": new, "variable": name, "value": as_text(value)}
                for name, value in answers.items()
            ],
        )
    return new


def conflicts_of(session: Session, registration_id: uuid.UUID) -> tuple[KeptVersion, ...]:
    """Return the versions of a registration that wait to be chosen or left, oldest first."""
    rows = session.execute(
        _versions()
        .where(RegistrationConflict.registration_id == registration_id)
        .order_by(RegistrationConflict.at, RegistrationConflict.id)
    )
    return tuple(KeptVersion(*row) for row in rows)


def kept_version(
    session: Session, conflict_id: uuid.UUID, *, for_change: bool = False
) -> KeptAnswers | None:
    """Return a kept version with its answers; ``None`` once it is settled.

    Parameters
    ----------
    for_change
        Hold it, so that it is settled once.
    """
    query = _versions().where(RegistrationConflict.id == conflict_id)
    if for_change:
        query = query.with_for_update(of=RegistrationConflict)
    row = session.execute(query).first()
    if row is None:
        return None
    answers = session.execute(
        sa.select(ConflictAnswer.variable, ConflictAnswer.value).where(
            ConflictAnswer.conflict_id == conflict_id
        )
    )
    return KeptAnswers(
        KeptVersion(*row),
        {name: from_text(variable_by_id(name), text) for name, text in answers},
    )


def drop_version(session: Session, conflict_id: uuid.UUID) -> None:
    """Forget a version that was chosen or left; its answers go with it."""
    session.execute(sa.delete(RegistrationConflict).where(RegistrationConflict.id == conflict_id))


def user_name(session: Session, user_id: int) -> str:
    """Return the name of a user who is known to be there."""
    return session.execute(
        sa.select(UserAccount.name).where(UserAccount.id == user_id)
    ).scalar_one()


def _of_page(session: Session, registration_id: uuid.UUID, page: str) -> uuid.UUID | None:
    return session.scalar(
        sa.select(RegistrationConflict.id)
        .where(
            RegistrationConflict.registration_id == registration_id,
            RegistrationConflict.page == page,
        )
        .with_for_update()
    )


def _versions() -> sa.Select[uuid.UUID, uuid.UUID, int, int, str, datetime]:
    return sa.select(
        RegistrationConflict.id,
        RegistrationConflict.registration_id,
        RegistrationConflict.based_on,
        RegistrationConflict.user_id,
        UserAccount.name,
        RegistrationConflict.at,
    ).join(UserAccount, UserAccount.id == RegistrationConflict.user_id)
