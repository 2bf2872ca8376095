"""A person gets another number: what is known of them follows, and the old one leads there.

Both numbers are at hand once, here. What the municipality holds is moved to the new one at
once. The panel knows neither; the freeze is left two transfer pseudonyms to make one of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.keys import Keys
from brukerplan.actions.opting_out import RoundIsOverError, delete_registrations, is_opted_out
from brukerplan.actions.recognising import Known, Transfer, recognise_all, transfer_of
from brukerplan.actions.scope import NotInRoundError, existing_round, require_in_municipality
from brukerplan.identity.national_number import NationalNumber
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.organisations import organisation_path
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import (
    REGISTRATION,
    TRANSFER_LINK,
    NumberChange,
    OptOut,
    RoundMunicipality,
)
from brukerplan.persistence.tables.states import CHANGEABLE, IdentityMode, RoundState
from brukerplan.translation import UserError, mark


class SameNumberError(UserError):
    """The two are one."""

    message: ClassVar[str] = mark("Det gamle og det nye nummeret er like. Kontroller begge.")


class AlreadyReplacedError(UserError):
    """One of them was replaced before, by a third."""

    message: ClassVar[str] = mark(
        "Ett av numrene er allerede byttet ut med et annet. Kontroller begge. Ingenting er lagret."
    )


class BothInOneUnitError(UserError):
    """One unit has registered the person under both; which one is not told."""

    message: ClassVar[str] = mark(
        "Begge numrene er registrert i årets kartlegging. Er begge i listen deres, så slett den "
        "ene registreringen og prøv igjen. Ellers må koordinatoren ordne det. Ingenting er lagret."
    )


class PracticeOnlyError(UserError):
    """The round is being practised on, and wiped afterwards."""

    message: ClassVar[str] = mark(
        "Kartleggingen for %(year)s er bare til øving. Et nummerbytte registreres når den er åpnet."
    )


class NoNumbersKeptError(UserError):
    """The municipality maps anonymously."""

    message: ClassVar[str] = mark(
        "Kommunen kartlegger uten fødselsnummer i år, så et nummerbytte har ingenting å si."
    )


@dataclass(frozen=True, slots=True)
class NumberChanged:
    """``two``: the person has two registrations now, for the coordinator to make one of."""

    two: bool


def change_number(
    database: Database,
    *,
    by: Actor,
    keys: Keys,
    municipality_id: int,
    round_id: int,
    earlier: NationalNumber,
    later: NationalNumber,
    now: datetime,
) -> NumberChanged:
    """Record that a person of the municipality has got another number.

    This round's registrations, those of earlier years and the person's opt-outs follow. Of
    somebody the municipality does not know, nothing is stored, and the answer is the same.
    Twice is no error. There is no way back: what was known under both cannot be told apart.

    Raises
    ------
    NotAllowedError
        The actor has no such task in the municipality.
    SameNumberError, AlreadyReplacedError, BothInOneUnitError
        The numbers cannot be made one.
    RoundNotFoundError, NotInRoundError, RoundIsOverError, PracticeOnlyError, NoNumbersKeptError
        There is no round in which it can be done.
    """
    with database.begin(Door.MUNICIPALITY) as session:
        _hold(session, by, municipality_id, round_id)
        if earlier == later:
            raise SameNumberError
        before, after = recognise_all(session, keys, municipality_id, [earlier, later], now)
        two = False
        if before.replaced or after.replaced:
            if before.pseudonym != after.pseudonym or after.replaced:
                raise AlreadyReplacedError
        elif _is_known(session, before) or _is_known(session, after):
            ring = keys.transfer_ring(session, organisation_path(session, municipality_id)[-1], now)
            transfers = transfer_of(earlier, ring), transfer_of(later, ring)
            if _units(session, round_id, before) & _units(session, round_id, after):
                raise BothInOneUnitError
            change_id = _record(session, by, municipality_id, before, after, now)
            _link(session, round_id, change_id, *transfers)
            _move_registrations(session, round_id, before, after, transfers[1])
            _move_opt_outs(session, before, after)
            if is_opted_out(session, round_id, municipality_id, after.pseudonym):
                # Said under either number, it was said by this person.
                delete_registrations(session, municipality_id, round_id, after.pseudonym)
            two = len(_units(session, round_id, after)) > 1
        # No subject: the row must not lead to whose number it is.
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="number.changed",
            organisation_id=municipality_id,
            detail=f"round={round_id}",
        )
    database.leave_no_copies()
    return NumberChanged(two)


def _hold(session: Session, by: Actor, municipality_id: int, round_id: int) -> None:
    require_in_municipality(session, by, Permission.NUMBER_CHANGE, municipality_id)
    found = existing_round(session, round_id, held=True)
    # Held, so that nobody starts on the person under either number until this is done.
    row = session.execute(
        sa.select(RoundMunicipality.takes_part, RoundMunicipality.identity_mode)
        .where(
            RoundMunicipality.round_id == round_id,
            RoundMunicipality.municipality_id == municipality_id,
        )
        .with_for_update()
    ).first()
    if row is None or not row.takes_part:
        raise NotInRoundError(year=found.year)
    if found.state not in CHANGEABLE:
        raise RoundIsOverError(year=found.year)
    if found.state == RoundState.TRAINING:
        raise PracticeOnlyError(year=found.year)
    if row.identity_mode == IdentityMode.ANONYMOUS:
        raise NoNumbersKeptError


def _is_known(session: Session, person: Known) -> bool:
    return any(
        session.execute(
            sa.select(sa.literal(1))
            .where(key_id == person.key_id, pseudonym == person.pseudonym)
            .limit(1)
        ).first()
        for pseudonym, key_id in (
            (REGISTRATION.c.municipal_pseudonym, REGISTRATION.c.municipal_key_id),
            (OptOut.municipal_pseudonym, OptOut.municipal_key_id),
        )
    )


def _units(session: Session, round_id: int, person: Known) -> set[int]:
    """Return the units in which the person is registered in the round."""
    return set(
        session.scalars(
            sa.select(REGISTRATION.c.unit_id).where(
                REGISTRATION.c.round_id == round_id,
                REGISTRATION.c.municipal_key_id == person.key_id,
                REGISTRATION.c.municipal_pseudonym == person.pseudonym,
            )
        )
    )


def _record(
    session: Session,
    by: Actor,
    municipality_id: int,
    before: Known,
    after: Known,
    now: datetime,
) -> int:
    # Numbers that led to the one that is replaced lead further, so that it is never two steps.
    session.execute(
        sa.update(NumberChange)
        .where(
            NumberChange.municipal_key_id == before.key_id,
            NumberChange.municipal_pseudonym == before.pseudonym,
        )
        .values(municipal_pseudonym=after.pseudonym, municipal_key_id=after.key_id)
    )
    return session.execute(
        sa.insert(NumberChange)
        .values(
            municipality_id=municipality_id,
            earlier_municipal_pseudonym=before.pseudonym,
            earlier_municipal_key_id=before.key_id,
            municipal_pseudonym=after.pseudonym,
            municipal_key_id=after.key_id,
            recorded_by=by.user_id,
            recorded_at=now,
        )
        .returning(NumberChange.id)
    ).scalar_one()


def _link(
    session: Session, round_id: int, change_id: int, before: Transfer, after: Transfer
) -> None:
    """Leave the freeze every transfer pseudonym that either number has, and the one that stays."""
    everyone = ((before.pseudonym, before.key_id), *before.earlier, *after.earlier)
    session.execute(
        sa.insert(TRANSFER_LINK),
        [
            {
                "round_id": round_id,
                "number_change_id": change_id,
                "earlier_transfer_pseudonym": pseudonym,
                "earlier_transfer_key_id": key_id,
                "transfer_pseudonym": after.pseudonym,
                "transfer_key_id": after.key_id,
            }
            for pseudonym, key_id in everyone
        ],
    )


def _move_registrations(
    session: Session, round_id: int, before: Known, after: Known, transfer: Transfer
) -> None:
    columns = REGISTRATION.c
    other = aliased(REGISTRATION)
    moving = sa.and_(
        columns.municipal_key_id == before.key_id,
        columns.municipal_pseudonym == before.pseudonym,
    )
    session.execute(
        sa.update(REGISTRATION)
        .where(moving, columns.round_id == round_id)
        .values(transfer_pseudonym=transfer.pseudonym, transfer_key_id=transfer.key_id)
    )
    # Where a unit had the person under both numbers in an earlier year, both stand: it is
    # over, and nobody can say which of the two was right.
    both = sa.exists().where(
        other.c.round_id == columns.round_id,
        other.c.unit_id == columns.unit_id,
        other.c.municipal_pseudonym == after.pseudonym,
    )
    session.execute(
        sa.update(REGISTRATION)
        .where(moving, ~both)
        .values(municipal_pseudonym=after.pseudonym, municipal_key_id=after.key_id)
    )


def _move_opt_outs(session: Session, before: Known, after: Known) -> None:
    other = aliased(OptOut)
    said = sa.and_(
        OptOut.municipal_key_id == before.key_id, OptOut.municipal_pseudonym == before.pseudonym
    )
    also = sa.exists().where(
        other.round_id == OptOut.round_id,
        other.municipality_id == OptOut.municipality_id,
        other.municipal_pseudonym == after.pseudonym,
    )
    session.execute(
        sa.update(OptOut)
        .where(said, ~also)
        .values(municipal_pseudonym=after.pseudonym, municipal_key_id=after.key_id)
        .execution_options(synchronize_session=False)
    )
    # Said under both numbers, once is enough.
    session.execute(sa.delete(OptOut).where(said).execution_options(synchronize_session=False))
