"""Starting a registration: the national number comes in here and goes no further."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.keys import Keys
from brukerplan.actions.scope import (
    NotInRoundError,
    RoundNotFoundError,
    RoundNotOpenError,
    require_at,
    require_open,
)
from brukerplan.identity.national_number import NationalNumber, may_hold_number
from brukerplan.identity.pseudonyms import municipal_pseudonym, transfer_pseudonym
from brukerplan.persistence.answers import encode
from brukerplan.persistence.engine import Database
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.rounds import optional_variables
from brukerplan.persistence.tables import (
    REGISTRATION,
    MappingRound,
    Organisation,
    Registration,
    RoundMunicipality,
    RoundUnit,
)
from brukerplan.persistence.tables.registrations import CASE_LABEL_LENGTH
from brukerplan.questionnaire.answers import Value, progress
from brukerplan.questionnaire.registry import edition
from brukerplan.translation import UserError, mark


class UnderAgeError(UserError):
    """The person is too young for the round."""

    message: ClassVar[str] = mark(
        "Personen fyller ikke %(minimum_age)s år i %(year)s og skal ikke være med i "
        "kartleggingen. Kontroller nummeret. Ingenting er lagret."
    )


class AlreadyRegisteredElsewhereError(UserError):
    """Another unit of the municipality has the person. Which one is not told: it would
    tell this unit what help the person gets elsewhere.
    """

    message: ClassVar[str] = mark(
        "Personen er allerede registrert av en annen tjeneste i kommunen i årets kartlegging. "
        "Du trenger ikke å gjøre noe. Spør koordinatoren hvis du mener det er feil."
    )


class CaseLabelError(UserError):
    """The label is empty, too long, or looks like a national number."""

    message: ClassVar[str] = mark(
        "Saksmerket må ha 1 til %(longest)s tegn og kan ikke være et fødselsnummer. "
        "Skriv saksnummer eller initialer."
    )


@dataclass(frozen=True, slots=True)
class RegistrationStarted:
    """``already_own``: the unit had registered the person this year; this is that one."""

    id: uuid.UUID
    already_own: bool


def start_registration(
    database: Database,
    *,
    by: Actor,
    keys: Keys,
    unit_id: int,
    round_id: int,
    number: NationalNumber,
    case_label: str,
    now: datetime,
) -> RegistrationStarted:
    """Start a draft for a person, with birth year and gender proposed from the number.

    Raises
    ------
    NotAllowedError
        The actor may not write in the unit.
    RoundNotFoundError, RoundNotOpenError, NotInRoundError, UnitClosedError, \
MunicipalityApprovedError
        The round takes no registrations from this unit now.
    UnderAgeError
        The person's age in the round's year is below the edition's minimum.
    AlreadyRegisteredElsewhereError
        By another unit of the municipality.
    CaseLabelError
        The label cannot be used.
    """
    case_label = case_label.strip()
    if (
        not 1 <= len(case_label) <= CASE_LABEL_LENGTH
        or may_hold_number(case_label)
        or not case_label.isprintable()
    ):
        raise CaseLabelError(longest=CASE_LABEL_LENGTH)
    with database.begin() as session:
        path = require_at(session, by, Permission.REGISTRATION_WRITE, unit_id)
        place = _open_place(session, unit_id, round_id, now.date())
        q = edition(place.edition)
        if place.year - number.birth_date.year < q.minimum_age:
            raise UnderAgeError(minimum_age=q.minimum_age, year=place.year)
        own_key = keys.municipal(session, place.municipality_id, now)
        known_as = municipal_pseudonym(number, own_key)
        found = _existing(session, place, known_as)
        if found is None:
            answers = _proposed(number)
            optional = optional_variables(session, round_id, place.municipality_id)
            done = progress(q, answers, optional)
            common_key = keys.transfer(session, path[-1], now)
            found = _inserted(
                session,
                place,
                id=uuid.uuid4(),
                round_id=round_id,
                unit_id=unit_id,
                municipality_id=place.municipality_id,
                municipal_pseudonym=known_as,
                municipal_key_id=own_key.id,
                transfer_pseudonym=transfer_pseudonym(number, common_key),
                transfer_key_id=common_key.id,
                case_label=case_label,
                created_by=by.user_id,
                created_at=now,
                updated_by=by.user_id,
                updated_at=now,
                answered=done.answered,
                asked=done.asked,
                **encode(answers),
            )
        elsewhere = found.unit_id != unit_id
        # Also when refused: somebody has learnt that the person is registered.
        log(
            session,
            at=now,
            user_id=by.user_id,
            action="registration.elsewhere" if elsewhere else f"registration.{found.became}",
            organisation_id=unit_id,
            subject=found.id,
        )
    if elsewhere:
        raise AlreadyRegisteredElsewhereError
    return RegistrationStarted(found.id, already_own=found.became == "found")


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
    with database.begin() as session:
        require_at(session, by, Permission.REGISTRATION_READ, unit_id)
        municipality_id = session.scalar(
            sa.select(Organisation.parent_id).where(Organisation.id == unit_id)
        )
        assert municipality_id is not None  # the permission was required at an existing unit
        known_as = municipal_pseudonym(number, keys.municipal(session, municipality_id, now))
        found = session.scalar(
            sa.select(Registration.id).where(
                Registration.round_id == round_id,
                Registration.unit_id == unit_id,
                Registration.municipal_pseudonym == known_as,
            )
        )
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


@dataclass(frozen=True, slots=True)
class _Place:
    municipality_id: int
    round_id: int
    year: int
    edition: str


@dataclass(frozen=True, slots=True)
class _Registered:
    id: uuid.UUID
    unit_id: int
    became: Literal["started", "found"]


def _open_place(session: Session, unit_id: int, round_id: int, today: date) -> _Place:
    row = session.execute(
        sa.select(
            Organisation.parent_id,
            MappingRound.year,
            MappingRound.edition,
            MappingRound.opens_on,
            MappingRound.state.label("round_state"),
            RoundMunicipality.takes_part,
            RoundMunicipality.state.label("municipality_state"),
            RoundUnit.state.label("unit_state"),
        )
        .select_from(RoundUnit)
        .join(MappingRound, MappingRound.id == RoundUnit.round_id)
        .join(Organisation, Organisation.id == RoundUnit.unit_id)
        .join(
            RoundMunicipality,
            sa.and_(
                RoundMunicipality.round_id == RoundUnit.round_id,
                RoundMunicipality.municipality_id == Organisation.parent_id,
            ),
        )
        .where(RoundUnit.unit_id == unit_id, RoundUnit.round_id == round_id)
        .with_for_update(read=True, of=[MappingRound, RoundMunicipality, RoundUnit])
    ).first()
    if row is None or not row.takes_part:
        year = session.scalar(sa.select(MappingRound.year).where(MappingRound.id == round_id))
        if year is None:
            raise RoundNotFoundError
        raise NotInRoundError(year=year)
    require_open(
        year=row.year,
        round_state=row.round_state,
        municipality_state=row.municipality_state,
        unit_state=row.unit_state,
    )
    if row.opens_on > today:
        raise RoundNotOpenError(year=row.year)
    return _Place(row.parent_id, round_id, row.year, row.edition)


def _existing(session: Session, place: _Place, known_as: bytes) -> _Registered | None:
    row = session.execute(
        sa.select(Registration.id, Registration.unit_id).where(
            Registration.round_id == place.round_id,
            Registration.municipality_id == place.municipality_id,
            Registration.municipal_pseudonym == known_as,
        )
    ).first()
    return None if row is None else _Registered(row.id, row.unit_id, "found")


def _inserted(session: Session, place: _Place, **values: Any) -> _Registered:
    try:
        with session.begin_nested():
            session.execute(sa.insert(REGISTRATION), values)
    except IntegrityError:
        # Two started on the same person in the same moment; the first one's it is.
        found = _existing(session, place, values["municipal_pseudonym"])
        if found is None:
            raise
        return found
    return _Registered(values["id"], values["unit_id"], "started")


def _proposed(number: NationalNumber) -> dict[str, Value]:
    answers: dict[str, Value] = {"birth_year": number.birth_date.year}
    # From 2032 a new number no longer tells the gender.
    if number.gender is not None:
        answers["gender"] = number.gender
    return answers
