"""How many share what others may know: counted before anybody asks, and before anybody decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.extract_errors import (
    ExtractNotFoundError,
    NothingChosenError,
    NotTheirRoundsError,
)
from brukerplan.actions.scope import require_at
from brukerplan.disclosure.classes import Classes, classes_of
from brukerplan.disclosure.extract import (
    PROPOSED,
    Definition,
    ExtractPolicy,
    choosable,
    extract_rows,
)
from brukerplan.persistence.engine import Database
from brukerplan.persistence.frames import load_frame
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.extracts import ExtractView, extract
from brukerplan.persistence.queries.rounds import RoundLine, round_of_year
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables.states import CHANGEABLE
from brukerplan.statistics.frames import Frame


@dataclass(frozen=True, slots=True)
class Counted:
    """An extract's classes: as defined, and with every single step that is coarser.

    ``coarser`` pairs what the step is about (``place``, ``age``, ``follows`` or a variable)
    with the definition and its classes.
    """

    definition: Definition
    classes: Classes
    coarser: tuple[tuple[str, Definition, Classes], ...]
    allowed: bool


def count_definition(
    database: Database,
    *,
    by: Actor,
    definition: Definition,
    now: datetime,
    policy: ExtractPolicy = PROPOSED,
) -> Counted:
    """Count the classes of what somebody thinks of asking for.

    Raises
    ------
    NothingChosenError, NotTheirRoundsError
        There is nothing to count.
    NotAllowedError
        The actor may not ask for extracts of these rounds.
    """
    with database.begin(Door.EXTRACT) as session:
        owner_id = require_rounds(session, by, definition)[0].owner_organisation_id
        _log(session, by, owner_id, "", definition, now)
        frames = load_frames(session, definition)
    return _counted(frames, definition, policy)


def count_extract(
    database: Database,
    *,
    by: Actor,
    extract_id: int,
    now: datetime,
    policy: ExtractPolicy = PROPOSED,
) -> Counted:
    """Count the classes of what is asked for.

    Raises
    ------
    ExtractNotFoundError, NotAllowedError
        There is no such extract for this actor.
    """
    with database.begin(Door.EXTRACT) as session:
        found = readable_extract(session, by, Permission.EXTRACT_READ, extract_id)
        _log(session, by, found.line.organisation_id, extract_id, found.definition, now)
        frames = load_frames(session, found.definition)
    return _counted(frames, found.definition, policy)


def readable_extract(
    session: Session,
    by: Actor,
    permission: Permission,
    extract_id: int,
    *,
    for_change: bool = False,
) -> ExtractView:
    """Return the extract if the actor has the permission where it belongs."""
    found = extract(session, extract_id, for_change=for_change)
    if found is None:
        raise ExtractNotFoundError
    require_at(session, by, permission, found.line.organisation_id)
    return found


def require_rounds(session: Session, by: Actor, definition: Definition) -> tuple[RoundLine, ...]:
    """Return the frozen rounds of the years, all of one organisation, where the actor may ask."""
    if not definition.years or not tuple(definition.asked()):
        raise NothingChosenError
    if not set(definition.variables) <= choosable().keys():
        raise NothingChosenError
    rounds = [round_of_year(session, year) for year in definition.years]
    found = tuple(each for each in rounds if each is not None and each.state not in CHANGEABLE)
    for owner_id in {each.owner_organisation_id for each in found}:
        require_at(session, by, Permission.EXTRACT_ASK, owner_id)
    if len(found) != len(rounds) or len({each.owner_organisation_id for each in found}) != 1:
        raise NotTheirRoundsError
    return found


def load_frames(session: Session, definition: Definition) -> tuple[Frame, ...]:
    """Load the frozen rounds of the years; to be counted outside the transaction."""
    return tuple(load_frame(session, year) for year in definition.years)


def _counted(frames: tuple[Frame, ...], definition: Definition, policy: ExtractPolicy) -> Counted:
    def classes(of: Definition) -> Classes:
        rows: pd.DataFrame = extract_rows(frames, of)
        return classes_of(rows, of, policy)[0]

    found = classes(definition)
    steps = tuple((step, of, classes(of)) for step, of in definition.coarser(policy))
    return Counted(definition, found, steps, found.allowed(policy))


def _log(
    session: Session,
    by: Actor,
    owner_id: int,
    subject: object,
    definition: Definition,
    now: datetime,
) -> None:
    log(
        session,
        at=now,
        user_id=by.user_id,
        action="extract.counted",
        organisation_id=owner_id,
        subject=subject,
        detail=said(definition),
    )


def said(definition: Definition) -> str:
    """Say what an extract is of, as codes for the log."""
    return (
        f"years={len(definition.years)} first={min(definition.years)} last={max(definition.years)} "
        f"place={definition.place} age={definition.age} variables={len(definition.variables)} "
        f"followed={'yes' if definition.follows_persons else 'no'}"
    )
