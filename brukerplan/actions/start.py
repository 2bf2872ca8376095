"""Starting a registration: the national number comes in here and goes no further."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.drafting import (
    Person,
    Place,
    insert_draft,
    new_draft,
    open_place,
    person_of,
    registered,
)
from brukerplan.actions.keys import Keys
from brukerplan.actions.legal_bases import require_basis
from brukerplan.actions.opting_out import is_opted_out
from brukerplan.actions.recognising import recognise
from brukerplan.actions.scope import require_at
from brukerplan.identity.national_number import NationalNumber, may_hold_number
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.reach import Door
from brukerplan.persistence.tables import Organisation, Registration, RoundMunicipality
from brukerplan.persistence.tables.registrations import CASE_LABEL_LENGTH
from brukerplan.persistence.tables.states import IdentityMode, RoundState
from brukerplan.questionnaire.registry import edition
from brukerplan.translation import UserError, mark


class UnderAgeError(UserError):
    """The person is too young for the round."""

    message: ClassVar[str] = mark(
        "Personen fyller ikke %(minimum_age)s år i %(year)s og skal ikke være med i "
        "kartleggingen. Kontroller nummeret. Ingenting er lagret."
    )


class RegisteredElsewhereError(UserError):
    """Another unit of the municipality has the person. Which one is not told: it would
    tell this unit what help the person gets elsewhere.
    """

    message: ClassVar[str] = mark(
        "Personen er allerede registrert av en annen tjeneste i kommunen i årets kartlegging. "
        "Ingenting er lagret. Kartlegger dere sammen, kan dere registrere personen likevel. Da "
        "slår koordinatoren sammen de to registreringene."
    )


class OptedOutError(UserError):
    """The person has said no. Nothing more is told, and nothing is kept."""

    message: ClassVar[str] = mark(
        "Personen skal ikke registreres i årets kartlegging. Ingenting er lagret."
    )


class NumberReplacedError(UserError):
    """The number leads to the person, but not to who they are in the years to come."""

    message: ClassVar[str] = mark(
        "Nummeret er byttet ut med et nytt. Skriv personens nye nummer. Ingenting er lagret."
    )


class FictiveOnlyError(UserError):
    """A real person's number in a round that is practised on."""

    message: ClassVar[str] = mark(
        "Kartleggingen for %(year)s er bare til øving. Bruk et øvingsnummer, aldri en virkelig "
        "person. Ingenting er lagret."
    )


class NumberNeededError(UserError):
    """No number, in a municipality whose persons are followed over the years."""

    message: ClassVar[str] = mark(
        "Fødselsnummeret mangler. Skriv de elleve sifrene. Nummeret lagres ikke."
    )


class CaseLabelError(UserError):
    """The label is empty, too long, or looks like a national number."""

    message: ClassVar[str] = mark(
        "Saksmerket må ha 1 til %(longest)s tegn og kan ikke være et fødselsnummer. "
        "Skriv saksnummer eller initialer."
    )


@dataclass(frozen=True, slots=True)
class RegistrationStarted:
    """``already_own``: the unit had registered the person this year; this is that one.

    ``carried_from`` is the year whose answers were carried over, if any were.
    """

    id: uuid.UUID
    already_own: bool
    carried_from: int | None


def start_registration(
    database: Database,
    *,
    by: Actor,
    keys: Keys,
    unit_id: int,
    round_id: int,
    number: NationalNumber | None,
    case_label: str,
    now: datetime,
    also_elsewhere: bool = False,
) -> RegistrationStarted:
    """Start a draft for a person, with what the number tells and what the unit said last year.

    Parameters
    ----------
    number
        ``None`` where the municipality maps anonymously. Given there all the same, it
        proposes birth year and gender and is forgotten.
    case_label
        May be empty where the unit's registration of a year ago has one.
    also_elsewhere
        Start also when another unit of the municipality has the person.

    Raises
    ------
    NotAllowedError
        The actor may not write in the unit.
    RoundNotFoundError, RoundNotOpenError, NoNewRegistrationsError, NotInRoundError, \
UnitClosedError, MunicipalityApprovedError
        The round takes no registrations from this unit now.
    LegalBasisMissingError
        The unit has nothing in law to rest a registration on.
    NumberNeededError, FictiveOnlyError, UnderAgeError
        The number is missing; it is a real one and the round is for practice; or the
        person's age in the round's year is below the edition's minimum.
    OptedOutError
        The person is not to be mapped this year.
    RegisteredElsewhereError
        By another unit of the municipality, and ``also_elsewhere`` is not said.
    NumberReplacedError
        The person has another number by now, and the unit has not begun on them.
    CaseLabelError
        The label cannot be used, or there is none.
    """
    case_label = case_label.strip()
    if case_label:
        _check_label(case_label)
    with database.begin(Door.MUNICIPALITY) as session:
        path = require_at(session, by, Permission.REGISTRATION_WRITE, unit_id)
        place = open_place(session, unit_id, round_id, now.date())
        require_basis(session, unit_id, now)
        _check_number(place, number)
        person = person_of(session, keys, place, path[-1], number, now)
        started = _started(session, by, place, person, case_label, now, also=also_elsewhere)
    # After the transaction: that somebody learnt something is logged.
    if isinstance(started, UserError):
        raise started
    return started


def find_registration(
    database: Database,
    *,
    by: Actor,
    keys: Keys,
    unit_id: int,
    round_id: int,
    number: NationalNumber,
    now: datetime,
) -> uuid.UUID | None:
    """Find the unit's own registration of a person by number; ``None`` if it has none.

    Other units' registrations are not found, nor hinted at. The search is logged.
    """
    with database.begin(Door.MUNICIPALITY) as session:
        require_at(session, by, Permission.REGISTRATION_READ, unit_id)
        found = _found(session, keys, unit_id, round_id, number, now)
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="registration.searched",
            organisation_id=unit_id,
            subject=found or "",
            detail="found" if found else "not_found",
        )
    return found


def _found(
    session: Session,
    keys: Keys,
    unit_id: int,
    round_id: int,
    number: NationalNumber,
    now: datetime,
) -> uuid.UUID | None:
    municipality_id, anonymous = session.execute(
        sa.select(
            Organisation.parent_id,
            RoundMunicipality.identity_mode == IdentityMode.ANONYMOUS,
        )
        .outerjoin(
            RoundMunicipality,
            sa.and_(
                RoundMunicipality.municipality_id == Organisation.parent_id,
                RoundMunicipality.round_id == round_id,
            ),
        )
        .where(Organisation.id == unit_id)
    ).one()
    assert municipality_id is not None  # the permission was required at an existing unit
    if anonymous:
        # There is nothing to compare a pseudonym with: none is made.
        return None
    known_as = recognise(session, keys, municipality_id, number, now).pseudonym
    return session.scalar(
        sa.select(Registration.id).where(
            Registration.round_id == round_id,
            Registration.unit_id == unit_id,
            Registration.municipal_pseudonym == known_as,
        )
    )


def _check_label(case_label: str) -> None:
    if (
        not 1 <= len(case_label) <= CASE_LABEL_LENGTH
        or may_hold_number(case_label)
        or not case_label.isprintable()
    ):
        raise CaseLabelError(longest=CASE_LABEL_LENGTH)


def _check_number(place: Place, number: NationalNumber | None) -> None:
    if number is None:
        if place.identity_mode != IdentityMode.ANONYMOUS:
            raise NumberNeededError
        return
    if place.round_state == RoundState.TRAINING and not number.synthetic:
        raise FictiveOnlyError(year=place.year)
    minimum_age = edition(place.edition).minimum_age
    if place.year - number.birth_date.year < minimum_age:
        raise UnderAgeError(minimum_age=minimum_age, year=place.year)


def _started(
    session: Session,
    by: Actor,
    place: Place,
    person: Person,
    case_label: str,
    now: datetime,
    *,
    also: bool,
) -> RegistrationStarted | UserError:
    def logged(action: str, subject: object = "", detail: str = "") -> None:
        log(
            session,
            at=now,
            user_id=by.user_id,
            action=f"registration.{action}",
            organisation_id=place.unit_id,
            subject=subject,
            detail=detail,
        )

    if person.known_as is not None:
        if is_opted_out(session, place.round_id, place.municipality_id, person.known_as):
            logged("refused", detail="opted_out")
            return OptedOutError()
        own, other = registered(session, place, person.known_as)
        if own is not None:
            logged("found", own)
            return RegistrationStarted(own, already_own=True, carried_from=None)
        if other is not None and not also:
            # Somebody has learnt that the person is registered.
            logged("elsewhere", other)
            return RegisteredElsewhereError()
    if person.replaced:
        # Somebody has learnt that the municipality knows of a changed number.
        logged("refused", detail="number_replaced")
        return NumberReplacedError()
    draft = new_draft(session, place, person, case_label)
    if not draft.case_label:
        raise CaseLabelError(longest=CASE_LABEL_LENGTH)
    try:
        with session.begin_nested():
            started = insert_draft(session, by, place, person, draft, now)
    except IntegrityError:
        # Two started on the same person in the same moment; the first one's it is.
        own = registered(session, place, person.known_as)[0] if person.known_as else None
        if own is None:
            raise
        logged("found", own)
        return RegistrationStarted(own, already_own=True, carried_from=None)
    logged("started", started, "version=1")
    return RegistrationStarted(started, already_own=False, carried_from=draft.carried_from)
