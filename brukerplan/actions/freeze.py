"""Door 1: what passes from the identified side is codes and a trust pseudonym."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.keys import TrustKeys
from brukerplan.actions.panel import Panel, follow_persons, forget_transfers, panel_of
from brukerplan.actions.scope import (
    RoundInTrainingError,
    RoundNotOpenError,
    existing_round,
    require_at,
)
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.legal_bases import rests_on_basis
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import (
    FROZEN_REGISTRATION,
    REGISTRATION,
    MappingRound,
    Organisation,
    Registration,
    RoundMunicipality,
)
from brukerplan.persistence.tables.answers import answer_column_names
from brukerplan.persistence.tables.states import (
    CHANGEABLE,
    MunicipalityState,
    RegistrationState,
    RoundState,
)
from brukerplan.translation import UserError, mark

_ROWS_AT_ONCE = 1_000


class NothingApprovedError(UserError):
    """No municipality has been approved."""

    message: ClassVar[str] = mark(
        "Ingen kommuner er godkjent, så det er ingenting å fryse. Vent til kommunene har godkjent."
    )


class DuplicatesRemainError(UserError):
    """Somebody would be counted twice."""

    message: ClassVar[str] = mark(
        "Runden kan ikke fryses: noen er registrert to ganger i %(municipalities)s. Be kommunen "
        "om retting, så koordinatoren kan slå sammen registreringene."
    )


@dataclass(frozen=True, slots=True)
class Frozen:
    """What the freeze took in, and the municipalities that were left out, by name."""

    round_id: int
    year: int
    municipalities: int
    registrations: int
    left_out: tuple[str, ...]


def freeze_round(
    database: Database, *, by: Actor, keys: TrustKeys, round_id: int, now: datetime
) -> Frozen:
    """Freeze a round: approved municipalities' submitted registrations, once and for all.

    A registration counts once the person has been sent the letter about it; the others are
    left behind like the drafts, and so are those of a unit without a legal basis now: to count
    is to use them.

    The trust pseudonym takes the place of the transfer pseudonym, which is removed from
    every registration of the round, drafts and those left out included. Somebody whose number
    or whose transfer key was replaced since is given the same pseudonym in earlier rounds too.

    Raises
    ------
    NotAllowedError, RoundNotFoundError, RoundNotOpenError
        It cannot be frozen by this actor, or is frozen already.
    NothingApprovedError
        No municipality is approved.
    DuplicatesRemainError
        A person is registered by two units of an approved municipality.
    """
    with database.begin(Door.FREEZE) as session:
        # Everybody who is saving finishes first; nobody begins until this is done.
        session.execute(
            sa.select(MappingRound.id).where(MappingRound.id == round_id).with_for_update()
        )
        found = existing_round(session, round_id)
        path = require_at(session, by, Permission.ROUND_FREEZE, found.owner_organisation_id)
        if found.state == RoundState.TRAINING:
            raise RoundInTrainingError(year=found.year)
        if found.state not in CHANGEABLE:
            raise RoundNotOpenError(year=found.year)
        approved, left_out = _municipalities(session, round_id)
        if not approved:
            raise NothingApprovedError
        if twice := _registered_twice(session, round_id, approved, now):
            raise DuplicatesRemainError(municipalities=", ".join(twice))
        layers = keys.layers(session, found.owner_organisation_id, now)
        panel = panel_of(session, round_id, layers)
        rows = _frozen_rows(session, round_id, approved, panel, now)
        follow_persons(session, panel)
        _insert_in_random_order(session, rows)
        session.execute(
            sa.update(REGISTRATION)
            .where(REGISTRATION.c.round_id == round_id)
            .values(transfer_pseudonym=None, transfer_key_id=None)
        )
        forget_transfers(session, round_id, path[-1], now)
        session.execute(
            sa.update(MappingRound)
            .where(MappingRound.id == round_id)
            .values(state=RoundState.FROZEN, frozen_by=by.user_id, frozen_at=now)
        )
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="round.frozen",
            organisation_id=found.owner_organisation_id,
            subject=round_id,
            detail=f"municipalities={len(approved)} registrations={len(rows)}",
        )
    database.leave_no_copies()
    return Frozen(round_id, found.year, len(approved), len(rows), left_out)


def _municipalities(session: Session, round_id: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name, RoundMunicipality.state)
        .join(RoundMunicipality, RoundMunicipality.municipality_id == Organisation.id)
        .where(RoundMunicipality.round_id == round_id, RoundMunicipality.takes_part)
        .order_by(Organisation.name)
    ).all()
    approved = tuple(row.id for row in rows if row.state == MunicipalityState.APPROVED)
    return approved, tuple(row.name for row in rows if row.id not in approved)


def _registered_twice(
    session: Session, round_id: int, municipality_ids: Sequence[int], now: datetime
) -> tuple[str, ...]:
    """Return the municipalities in which a person has two registrations that would count."""
    twice = (
        sa.select(Registration.municipality_id)
        .where(
            Registration.round_id == round_id,
            Registration.state == RegistrationState.SUBMITTED,
            Registration.informed_at.is_not(None),
            Registration.municipality_id.in_(municipality_ids),
            rests_on_basis(REGISTRATION.c.unit_id, now),
            Registration.municipal_pseudonym.is_not(None),
        )
        .group_by(Registration.municipality_id, Registration.municipal_pseudonym)
        .having(sa.func.count() > 1)
    )
    return tuple(
        session.scalars(
            sa.select(Organisation.name)
            .where(Organisation.id.in_(twice))
            .order_by(Organisation.name)
        )
    )


def _frozen_rows(
    session: Session, round_id: int, municipality_ids: Sequence[int], panel: Panel, now: datetime
) -> list[dict[str, Any]]:
    columns = REGISTRATION.c
    rows = session.execute(
        sa.select(
            Organisation.code,
            columns.transfer_pseudonym,
            *(columns[name] for name in answer_column_names()),
        )
        .join(Organisation, Organisation.id == columns.municipality_id)
        .where(
            columns.round_id == round_id,
            columns.state == RegistrationState.SUBMITTED,
            columns.informed_at.is_not(None),
            columns.municipality_id.in_(municipality_ids),
            rests_on_basis(columns.unit_id, now),
        )
    )
    frozen = []
    for code, transfer, *answers in rows:
        row: dict[str, Any] = dict(zip(answer_column_names(), answers, strict=True))
        row["id"] = uuid.uuid4()
        row["round_id"] = round_id
        row["municipality_code"] = code
        row["trust_pseudonym"] = None if transfer is None else panel.person(transfer)
        row["trust_key_id"] = None if transfer is None else panel.layers[-1].id
        frozen.append(row)
    return frozen


def _insert_in_random_order(session: Session, rows: list[dict[str, Any]]) -> None:
    # The order of rows on disk would otherwise lead back to the order of registration.
    secrets.SystemRandom().shuffle(rows)
    for some in _portions(rows):
        session.execute(sa.insert(FROZEN_REGISTRATION), some)


def _portions(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        yield rows[start : start + _ROWS_AT_ONCE]
