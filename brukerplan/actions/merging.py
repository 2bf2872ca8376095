"""One person in two units: the coordinator makes one registration of two.

The coordinator reads the two registrations of a person who has two, and no other: see
``docs/adr/0013``.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor, require
from brukerplan.actions.joining import Difference, NotChosenError, Side, compare, join
from brukerplan.actions.legal_bases import require_basis
from brukerplan.actions.saving import log_act
from brukerplan.actions.scope import RegistrationNotFoundError, require_at, require_open
from brukerplan.actions.units import open_unit_of
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.changes import change_registration, record_changes
from brukerplan.persistence.queries.duplicates import Duplicate, count_duplicates, duplicates
from brukerplan.persistence.queries.registrations import RegistrationView, registration
from brukerplan.persistence.tables import MappingRound, Registration, RoundMunicipality, RoundUnit
from brukerplan.persistence.tables.states import RegistrationState, ReopeningReason, UnitState
from brukerplan.questionnaire.findings import Finding
from brukerplan.translation import UserError, mark

__all__ = [
    "Difference",
    "Duplicate",
    "Merged",
    "NotChosenError",
    "OpenedDuplicate",
    "SavedMeanwhileError",
    "Side",
    "count_duplicates",
    "duplicates",
    "list_duplicates",
    "merge",
    "open_duplicate",
]


class SavedMeanwhileError(UserError):
    """One of the two has changed since the coordinator looked."""

    message: ClassVar[str] = mark(
        "En av registreringene er endret etter at du åpnet siden. Ingenting er slått sammen. "
        "Se over valgene på nytt, og prøv igjen."
    )


@dataclass(frozen=True, slots=True)
class OpenedDuplicate:
    """The two registrations of one person, side by side, the oldest first."""

    first: RegistrationView
    second: RegistrationView
    differences: tuple[Difference, ...]
    same: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """The registration that is left.

    ``missing`` is what keeps a draft from being submitted; ``reopened``: its unit had
    submitted, and was opened again for that.
    """

    id: uuid.UUID
    version: int
    state: str
    missing: tuple[Finding, ...]
    reopened: bool


def list_duplicates(
    database: Database, *, by: Actor, municipality_id: int, round_id: int, now: datetime
) -> tuple[Duplicate, ...]:
    """Return the persons with several registrations. Raises `NotAllowedError`."""
    with database.begin() as session:
        require_at(session, by, Permission.REGISTRATION_MERGE, municipality_id)
        found = duplicates(session, municipality_id, round_id)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="duplicate.listed",
            organisation_id=municipality_id,
            detail=f"round={round_id} persons={len(found)}",
        )
    return found


def open_duplicate(
    database: Database, *, by: Actor, one_id: uuid.UUID, other_id: uuid.UUID, now: datetime
) -> OpenedDuplicate:
    """Return the two registrations with what differs; reading is logged at both units.

    Raises
    ------
    RegistrationNotFoundError
        They are not two registrations of one person: then neither is the coordinator's to see.
    NotAllowedError
        The actor does not merge registrations in the municipality.
    """
    with database.begin() as session:
        first, second = _pair(session, by, one_id, other_id)
        for found in (first, second):
            log_act(session, found, by, now, "registration.read", "purpose=duplicate")
    different, same = compare(first, second)
    return OpenedDuplicate(first, second, different, same)


def merge(
    database: Database,
    *,
    by: Actor,
    keep_id: uuid.UUID,
    other_id: uuid.UUID,
    choices: Mapping[str, Side],
    versions: Mapping[uuid.UUID, int],
    now: datetime,
) -> Merged:
    """Make one registration of two; the other is deleted, and what it said is kept as history.

    The one that is left stays submitted if it was and is still complete. Otherwise it is a
    draft, and its unit is opened again if it had submitted: a draft there would be lost.

    Parameters
    ----------
    choices
        For each question the two answer differently, whose answer stands.
    versions
        The version of each that was looked at.

    Raises
    ------
    NotChosenError
        A choice is missing.
    SavedMeanwhileError
        Somebody saved one of them after it was looked at.
    RegistrationNotFoundError, NotAllowedError
        As for `open_duplicate`.
    RoundNotOpenError, MunicipalityApprovedError
        It is too late.
    LegalBasisMissingError
        One of the units has nothing in law to rest its registration on: it is deleted there.
    """
    with database.begin() as session:
        _hold(session, keep_id, other_id)
        pair = {found.id: found for found in _pair(session, by, keep_id, other_id)}
        kept, other = pair[keep_id], pair[other_id]
        require_open(
            year=kept.round_year,
            round_state=kept.round_state,
            municipality_state=kept.municipality_state,
        )
        # What has nothing to rest on must not live on in another unit's registration either.
        for found in (kept, other):
            require_basis(session, found.unit_id, now)
        if any(versions.get(found.id) != found.version for found in (kept, other)):
            raise SavedMeanwhileError
        joined = join(kept, other, choices)
        reopened = joined.state == RegistrationState.DRAFT and kept.unit_state != UnitState.OPEN
        if reopened:
            open_unit_of(session, kept, by, now, ReopeningReason.DUPLICATE)
        values = {**joined.values, **_kept_beside(session, kept, other, now)}
        session.execute(sa.delete(Registration).where(Registration.id == other.id))
        # Held above, so that the version cannot have changed.
        change_registration(
            session, kept.id, version=kept.version, user_id=by.user_id, at=now, values=values
        )
        version = kept.version + 1
        record_changes(
            session, kept.id, joined.changes, version=version, user_id=by.user_id, at=now
        )
        taken = sum(side == "other" for side in choices.values())
        detail = f"version={version} taken={taken}"
        log_act(session, kept, by, now, "registration.merged", detail)
        log_act(session, other, by, now, "registration.merged_away", f"version={other.version}")
    # The write-ahead log would still hold the registration that is gone.
    database.leave_no_copies()
    return Merged(kept.id, version, joined.state, joined.missing, reopened)


def _pair(
    session: Session, by: Actor, one_id: uuid.UUID, other_id: uuid.UUID
) -> tuple[RegistrationView, RegistrationView]:
    rows = session.execute(
        sa.select(
            Registration.id,
            Registration.round_id,
            Registration.municipality_id,
            Registration.municipal_pseudonym,
        )
        .where(
            Registration.id.in_((one_id, other_id)), Registration.municipal_pseudonym.is_not(None)
        )
        .order_by(Registration.created_at, Registration.id)
    ).all()
    if len(rows) != 2 or len({tuple(row)[1:] for row in rows}) != 1:
        raise RegistrationNotFoundError
    first, second = (registration(session, row.id) for row in rows)
    if first is None or second is None:
        # Deleted in the same moment.
        raise RegistrationNotFoundError
    for found in (first, second):
        require(by, Permission.REGISTRATION_MERGE, found.organisation_path)
    return first, second


def _hold(session: Session, *registration_ids: uuid.UUID) -> None:
    """Hold round, municipality, units and the two, in that order: nobody saves in between."""
    places = session.execute(
        sa.select(Registration.round_id, Registration.municipality_id, Registration.unit_id).where(
            Registration.id.in_(registration_ids)
        )
    ).all()
    rounds = {row.round_id for row in places}
    session.execute(
        sa.select(MappingRound.id).where(MappingRound.id.in_(rounds)).with_for_update(read=True)
    )
    session.execute(
        sa.select(RoundMunicipality.state)
        .where(
            RoundMunicipality.round_id.in_(rounds),
            RoundMunicipality.municipality_id.in_({row.municipality_id for row in places}),
        )
        .with_for_update(read=True)
    )
    session.execute(
        sa.select(RoundUnit.state)
        .where(
            RoundUnit.round_id.in_(rounds), RoundUnit.unit_id.in_({row.unit_id for row in places})
        )
        .order_by(RoundUnit.unit_id)
        .with_for_update()
    )
    session.execute(
        sa.select(Registration.id)
        .where(Registration.id.in_(registration_ids))
        .order_by(Registration.id)
        .with_for_update()
    )


def _kept_beside(
    session: Session, kept: RegistrationView, other: RegistrationView, now: datetime
) -> dict[str, Any]:
    """When it was merged, and the letter: the person was told if either unit has told them."""
    rows = {
        row.id: row
        for row in session.execute(
            sa.select(
                Registration.id,
                Registration.merged_at,
                Registration.informed_at,
                Registration.informed_by,
                Registration.letter_language,
            ).where(Registration.id.in_((kept.id, other.id)))
        )
    }
    before = rows[kept.id].merged_at
    # Another moment than the last time: by that the database knows a merge from a save.
    values: dict[str, Any] = {
        "merged_at": now if before is None or before < now else before + timedelta(microseconds=1)
    }
    if rows[kept.id].informed_at is None and rows[other.id].informed_at is not None:
        letter = rows[other.id]
        values |= {
            "informed_at": letter.informed_at,
            "informed_by": letter.informed_by,
            "letter_language": letter.letter_language,
        }
    return values
