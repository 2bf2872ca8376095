"""A person says no: at once for every unit of the municipality, and nothing is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.keys import Keys
from brukerplan.actions.recognising import recognise
from brukerplan.actions.scope import NotInRoundError, existing_round, require_in_municipality
from brukerplan.identity.national_number import NationalNumber
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import OptOut, Registration, RoundMunicipality
from brukerplan.persistence.tables.states import CHANGEABLE, IdentityMode, RoundState
from brukerplan.translation import UserError, mark


class RoundIsOverError(UserError):
    """The round is frozen: nobody can be found in it any more."""

    message: ClassVar[str] = mark(
        "Kartleggingen for %(year)s er avsluttet, og ingen kan finnes igjen i tallene. "
        "Reservasjonen kan registreres når neste kartlegging åpner. Vil personen ha slettet det "
        "kommunen har lagret, så ta kontakt med personvernombudet."
    )


class NobodyToFindError(UserError):
    """The municipality maps anonymously, so that a number leads to nothing."""

    message: ClassVar[str] = mark(
        "Kommunen kartlegger uten fødselsnummer i år, så ingen kan finnes igjen med nummeret. "
        "Den som ikke vil være med, må si det til hver tjeneste. Er personen registrert hos "
        "dere, så slett registreringen i listen deres."
    )


class FictiveNumberNeededError(UserError):
    """A round that is practised on holds fictive persons only."""

    message: ClassVar[str] = mark(
        "Dette er en øving. Bruk et øvingsnummer, der måneden har fått lagt til 80. Ingenting er "
        "lagret."
    )


@dataclass(frozen=True, slots=True)
class OptedOut:
    """How many registrations were deleted. Never to be told whoever recorded it."""

    deleted: int


def is_opted_out(session: Session, round_id: int, municipality_id: int, pseudonym: bytes) -> bool:
    """Tell whether the person is not to be mapped by any unit of the municipality."""
    row = session.execute(
        sa.select(OptOut.recorded_at).where(
            OptOut.round_id == round_id,
            OptOut.municipality_id == municipality_id,
            OptOut.municipal_pseudonym == pseudonym,
        )
    ).first()
    return row is not None


def opt_out(
    database: Database,
    *,
    by: Actor,
    keys: Keys,
    municipality_id: int,
    round_id: int,
    number: NationalNumber,
    now: datetime,
) -> OptedOut:
    """Record that a person is not to be mapped this year, and delete what exists.

    Also where units have submitted and the municipality is approved: the person's right
    comes before the count, until the freeze. Twice is no error.

    Raises
    ------
    NotAllowedError
        The actor has no such task in the municipality.
    RoundNotFoundError, NotInRoundError
        There is nothing here to opt out of.
    RoundIsOverError, NobodyToFindError, FictiveNumberNeededError
        It cannot be done, or not with this number.
    """
    with database.begin(Door.MUNICIPALITY) as session:
        place = _place(session, by, municipality_id, round_id, number)
        person = recognise(session, keys, municipality_id, number, now)
        if not is_opted_out(session, round_id, municipality_id, person.pseudonym):
            session.execute(
                sa.insert(OptOut).values(
                    round_id=round_id,
                    municipality_id=municipality_id,
                    municipal_pseudonym=person.pseudonym,
                    municipal_key_id=person.key_id,
                    recorded_at=now,
                )
            )
        deleted = delete_registrations(session, municipality_id, round_id, person.pseudonym)
        # No subject: the row must not lead to whoever said no. The state is told because a
        # municipality that was approved now stands for fewer than it was approved with.
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="opt_out.recorded",
            organisation_id=municipality_id,
            detail=f"round={round_id} deleted={deleted} municipality={place.state}",
        )
    # The write-ahead log would still hold the case labels and the answers.
    database.leave_no_copies()
    return OptedOut(deleted)


def withdraw_opt_out(
    database: Database,
    *,
    by: Actor,
    keys: Keys,
    municipality_id: int,
    round_id: int,
    number: NationalNumber,
    now: datetime,
) -> None:
    """Forget that a person has opted out: they have changed their mind.

    What was deleted stays deleted. It is no error if they had not opted out; the same
    errors as for `opt_out` otherwise.
    """
    with database.begin(Door.MUNICIPALITY) as session:
        _place(session, by, municipality_id, round_id, number)
        pseudonym = recognise(session, keys, municipality_id, number, now).pseudonym
        withdrawn = session.execute(
            sa.delete(OptOut)
            .where(
                OptOut.round_id == round_id,
                OptOut.municipality_id == municipality_id,
                OptOut.municipal_pseudonym == pseudonym,
            )
            .returning(OptOut.round_id)
        ).all()
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="opt_out.withdrawn",
            organisation_id=municipality_id,
            detail=f"round={round_id} found={len(withdrawn)}",
        )
    database.leave_no_copies()


@dataclass(frozen=True, slots=True)
class _Place:
    state: str


def _place(
    session: Session, by: Actor, municipality_id: int, round_id: int, number: NationalNumber
) -> _Place:
    require_in_municipality(session, by, Permission.OPT_OUT_RECORD, municipality_id)
    found = existing_round(session, round_id, held=True)
    # Held so that nobody who is starting on the person finishes after this: they hold it too.
    row = session.execute(
        sa.select(
            RoundMunicipality.state, RoundMunicipality.takes_part, RoundMunicipality.identity_mode
        )
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
    if row.identity_mode == IdentityMode.ANONYMOUS:
        raise NobodyToFindError
    if found.state == RoundState.TRAINING and not number.synthetic:
        raise FictiveNumberNeededError
    return _Place(row.state)


def delete_registrations(
    session: Session, municipality_id: int, round_id: int, pseudonym: bytes
) -> int:
    """Delete every unit's registration of the person; what belongs to them goes with them."""
    return len(
        session.execute(
            sa.delete(Registration)
            .where(
                Registration.round_id == round_id,
                Registration.municipality_id == municipality_id,
                Registration.municipal_pseudonym == pseudonym,
            )
            .returning(Registration.id)
        ).all()
    )
