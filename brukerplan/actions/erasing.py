"""A person asks that all that is stored about them be deleted: done, with a receipt.

Neither the receipt nor the log leads to whom it was about: see ``docs/adr/0020``.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor
from brukerplan.actions.keys import Keys
from brukerplan.actions.persons import answering_municipality
from brukerplan.actions.recognising import recognise
from brukerplan.identity.national_number import NationalNumber
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.organisations import OrganisationLine
from brukerplan.persistence.queries.receipts import (
    ReceiptLine,
    delete_registrations,
    receipt_of,
    write_receipt,
)
from brukerplan.persistence.tables import (
    MappingRound,
    NumberChange,
    OptOut,
    Registration,
    RoundMunicipality,
)
from brukerplan.persistence.tables.states import Deletion, RightsPurpose
from brukerplan.reports.receipt import Receipt
from brukerplan.translation import UserError, mark


class ReceiptNotFoundError(UserError):
    """No receipt has this reference here."""

    message: ClassVar[str] = mark("Kvitteringen finnes ikke. Se etter om referansen er riktig.")


def erase_person(
    database: Database,
    *,
    by: Actor,
    keys: Keys,
    municipality_id: int,
    number: NationalNumber,
    purpose: RightsPurpose,
    keep_opt_outs: bool,
    now: datetime,
) -> uuid.UUID:
    """Delete everything the municipality has stored about a person; return the receipt's id.

    Also in units that have submitted, in approved municipalities and in frozen rounds. What
    the freeze made of it cannot be found by a number, and stands.

    Parameters
    ----------
    keep_opt_outs
        Go on refusing registrations of the person where they have said no.

    Raises
    ------
    NotAllowedError
        The actor does not answer for the municipality to those who are registered.
    """
    with database.begin() as session:
        answering_municipality(session, by, municipality_id)
        hold_rounds(session, municipality_id)
        pseudonym = recognise(session, keys, municipality_id, number, now).pseudonym
        _forget_numbers(session, municipality_id, pseudonym)
        opt_outs = 0 if keep_opt_outs else _forget_opt_outs(session, municipality_id, pseudonym)
        deleted = delete_registrations(
            session,
            sa.select(Registration.id).where(
                Registration.municipality_id == municipality_id,
                Registration.municipal_pseudonym == pseudonym,
            ),
            opt_outs=opt_outs,
        )
        receipt = write_receipt(
            session,
            Deletion.ERASURE,
            deleted,
            at=now,
            by_user_id=by.user_id,
            municipality_id=municipality_id,
            purpose=purpose,
        )
        # No subject: neither this row nor the receipt leads to whom it was about.
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="person.erased",
            organisation_id=municipality_id,
            detail=f"purpose={purpose} registrations={deleted.registrations} "
            f"opt_outs={'kept' if keep_opt_outs else deleted.opt_outs}",
        )
    # The write-ahead log would still hold the case labels and the answers.
    database.leave_no_copies()
    return receipt


def receipt(
    database: Database, *, by: Actor, municipality_id: int, reference: uuid.UUID
) -> Receipt:
    """Return a receipt of the municipality.

    Raises
    ------
    NotAllowedError
        The actor does not answer for the municipality to those who are registered.
    ReceiptNotFoundError
        There is no such receipt here.
    """
    with database.read() as session:
        municipality = answering_municipality(session, by, municipality_id)
        found = receipt_of(session, reference)
    if found is None or found.municipality_id != municipality_id:
        raise ReceiptNotFoundError
    return _receipt(found, municipality)


def hold_rounds(session: Session, municipality_id: int) -> None:
    """Hold the rounds, then the municipality in them: whoever is starting finishes first."""
    taking_part = sa.select(RoundMunicipality.round_id).where(
        RoundMunicipality.municipality_id == municipality_id
    )
    session.execute(
        sa.select(MappingRound.id)
        .where(MappingRound.id.in_(taking_part))
        .order_by(MappingRound.id)
        .with_for_update(read=True)
    )
    session.execute(
        sa.select(RoundMunicipality.state)
        .where(RoundMunicipality.municipality_id == municipality_id)
        .order_by(RoundMunicipality.round_id)
        .with_for_update()
    )


def _forget_opt_outs(session: Session, municipality_id: int, pseudonym: bytes) -> int:
    return len(
        session.execute(
            sa.delete(OptOut)
            .where(
                OptOut.municipality_id == municipality_id, OptOut.municipal_pseudonym == pseudonym
            )
            .returning(OptOut.round_id)
        ).all()
    )


def _forget_numbers(session: Session, municipality_id: int, pseudonym: bytes) -> None:
    """Forget that the person had another number, and what leads from the one to the other."""
    session.execute(
        sa.delete(NumberChange).where(
            NumberChange.municipality_id == municipality_id,
            sa.or_(
                NumberChange.municipal_pseudonym == pseudonym,
                NumberChange.earlier_municipal_pseudonym == pseudonym,
            ),
        )
    )


def _receipt(found: ReceiptLine, municipality: OrganisationLine) -> Receipt:
    deleted = found.deleted
    return Receipt(
        reference=str(found.id),
        municipality=municipality.name,
        at=found.at,
        registrations=deleted.registrations,
        changes=deleted.changes,
        kept_versions=deleted.kept_versions,
        queries=deleted.queries,
        opt_outs=deleted.opt_outs,
    )
