"""An extract's life: asked for by one, decided by another, and ended on its day or before.

What is approved is a definition, not a file: the file is made anew whenever it is fetched, and
is nowhere in between. What makes a project's pseudonyms its own is a key that is drawn at the
approval and destroyed at the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.extract_counting import (
    load_frames,
    readable_extract,
    require_rounds,
    said,
)
from brukerplan.actions.extract_errors import (
    AlreadyDecidedError,
    ClassesTooSmallError,
    ExtractNotFetchableError,
    LastDayError,
    OwnExtractError,
    TextMissingError,
)
from brukerplan.actions.keys import ExtractKeys
from brukerplan.actions.oslo import oslo_day
from brukerplan.disclosure.classes import classes_of
from brukerplan.disclosure.extract import PROPOSED, Definition, ExtractPolicy, extract_rows
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.extracts import ExtractView
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import Extract, ExtractVariable, ExtractYear
from brukerplan.persistence.tables.extracts import LONGEST_NAME, LONGEST_TEXT
from brukerplan.persistence.tables.states import ExtractState


@dataclass(frozen=True, slots=True)
class Application:
    """What a project is, in words, and the last day it needs the file."""

    project: str
    recipient: str
    purpose: str
    legal_reference: str
    expires_on: date


def ask_extract(
    database: Database,
    *,
    by: Actor,
    application: Application,
    definition: Definition,
    now: datetime,
    policy: ExtractPolicy = PROPOSED,
) -> int:
    """Ask for an extract; return its id.

    Raises
    ------
    TextMissingError, LastDayError, NothingChosenError, NotTheirRoundsError
        Something is not said, or cannot be had.
    NotAllowedError
        The actor may not ask for extracts of these rounds.
    """
    texts = {
        "project": _written(application.project, LONGEST_NAME),
        "recipient": _written(application.recipient, LONGEST_NAME),
        "purpose": _written(application.purpose, LONGEST_TEXT),
        "legal_reference": _written(application.legal_reference, LONGEST_TEXT),
    }
    ahead = (application.expires_on - oslo_day(now)).days
    if not 0 <= ahead <= policy.longest_access.value:
        raise LastDayError(days=policy.longest_access.value)
    with database.begin() as session:
        rounds = require_rounds(session, by, definition)
        owner_id = rounds[0].owner_organisation_id
        extract_id = session.execute(
            sa.insert(Extract)
            .values(
                organisation_id=owner_id,
                place=definition.place,
                age=definition.age,
                follows_persons=definition.follows_persons,
                expires_on=application.expires_on,
                asked_by=by.user_id,
                asked_at=now,
                **texts,
            )
            .returning(Extract.id)
        ).scalar_one()
        for each in rounds:
            session.execute(sa.insert(ExtractYear).values(extract_id=extract_id, round_id=each.id))
        for variable in sorted(set(definition.variables)):
            session.execute(
                sa.insert(ExtractVariable).values(extract_id=extract_id, variable=variable)
            )
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="extract.asked",
            organisation_id=owner_id,
            subject=extract_id,
            detail=said(definition),
        )
    return extract_id


def approve_extract(
    database: Database,
    *,
    by: Actor,
    keys: ExtractKeys,
    extract_id: int,
    now: datetime,
    policy: ExtractPolicy = PROPOSED,
) -> None:
    """Approve what somebody else asked for, and draw the project's key.

    The classes are counted anew, whatever was shown before.

    Raises
    ------
    ExtractNotFoundError, NotAllowedError, OwnExtractError, AlreadyDecidedError
        It is not this actor's to decide, or is decided.
    LastDayError
        Its last day has passed.
    ClassesTooSmallError
        The policy lets nobody approve it.
    """
    with database.begin(Door.EXTRACT) as session:
        found = _to_decide(session, by, extract_id)
        if found.line.expires_on < oslo_day(now):
            raise LastDayError(days=policy.longest_access.value)
        rows = extract_rows(load_frames(session, found.definition), found.definition)
        classes, kept = classes_of(rows, found.definition, policy)
        if not classes.allowed(policy):
            raise ClassesTooSmallError(smallest=policy.smallest_class.value)
        left, _ = classes_of(rows[kept], found.definition, policy)
        key = keys.new()
        session.execute(
            sa.update(Extract)
            .where(Extract.id == extract_id)
            .values(
                state=ExtractState.APPROVED,
                decided_by=by.user_id,
                decided_at=now,
                smallest_allowed=policy.smallest_class.value,
                smallest_kept=left.smallest,
                persons=classes.persons,
                left_out=classes.left_out,
                key_id=key.id,
                wrapped=key.wrapped,
            )
        )
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="extract.approved",
            organisation_id=found.line.organisation_id,
            subject=extract_id,
            detail=f"persons={classes.persons} left_out={classes.left_out} "
            f"smallest_kept={left.smallest} smallest_allowed={policy.smallest_class.value}",
        )


def reject_extract(
    database: Database, *, by: Actor, extract_id: int, because: str, now: datetime
) -> None:
    """Reject what somebody else asked for, and say why.

    Raises
    ------
    ExtractNotFoundError, NotAllowedError, OwnExtractError, AlreadyDecidedError
        It is not this actor's to decide, or is decided.
    TextMissingError
        It is not said why.
    """
    reason = _written(because, LONGEST_TEXT)
    with database.begin() as session:
        found = _to_decide(session, by, extract_id)
        session.execute(
            sa.update(Extract)
            .where(Extract.id == extract_id)
            .values(
                state=ExtractState.REJECTED,
                decided_by=by.user_id,
                decided_at=now,
                rejected_because=reason,
            )
        )
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="extract.rejected",
            organisation_id=found.line.organisation_id,
            subject=extract_id,
        )


def end_extract(database: Database, *, by: Actor, extract_id: int, now: datetime) -> None:
    """End an access before its day; the project's key is destroyed.

    Raises
    ------
    ExtractNotFoundError, NotAllowedError
        There is no such extract for this actor.
    ExtractNotFetchableError
        There is no access to end.
    """
    with database.begin() as session:
        found = readable_extract(
            session, by, Permission.EXTRACT_APPROVE, extract_id, for_change=True
        )
        if found.line.state != ExtractState.APPROVED:
            raise ExtractNotFetchableError
        session.execute(sa.update(Extract).where(Extract.id == extract_id).values(_ended(now, by)))
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="extract.ended",
            organisation_id=found.line.organisation_id,
            subject=extract_id,
        )
    database.leave_no_copies()


def end_expired_extracts(database: Database, *, now: datetime) -> int:
    """End every access whose day has passed, and destroy its key; return how many.

    A job for every night, and done before anything is fetched, whether the job was run or not.
    """
    past = (Extract.state == ExtractState.APPROVED, Extract.expires_on < oslo_day(now))
    with database.read() as session:
        if session.scalar(sa.select(Extract.id).where(*past).limit(1)) is None:
            return 0
    with database.begin() as session:
        ended = session.execute(
            sa.update(Extract)
            .where(*past)
            .values(_ended(now, None))
            .returning(Extract.id, Extract.organisation_id)
        ).all()
        for each in ended:
            log(
                session,
                at=now,
                user_id=None,
                action="extract.ended",
                organisation_id=each.organisation_id,
                subject=each.id,
                detail="expired",
            )
    database.leave_no_copies()
    return len(ended)


def _ended(now: datetime, by: Actor | None) -> dict[str, object]:
    return {
        "state": ExtractState.ENDED,
        "ended_at": now,
        "ended_by": None if by is None else by.user_id,
        "key_id": None,
        "wrapped": None,
    }


def _to_decide(session: Session, by: Actor, extract_id: int) -> ExtractView:
    found = readable_extract(session, by, Permission.EXTRACT_APPROVE, extract_id, for_change=True)
    if found.line.asked_by == by.user_id:
        raise OwnExtractError
    if found.line.state != ExtractState.ASKED:
        raise AlreadyDecidedError
    return found


# Nobody means to write one here, and whoever does must not have it kept.
_NATIONAL_NUMBER = re.compile(r"\d{6}[\s.\-]?\d{5}")


def _written(text: str, longest: int) -> str:
    text = text.strip()
    if not 0 < len(text) <= longest or _NATIONAL_NUMBER.search(text):
        raise TextMissingError
    return text
