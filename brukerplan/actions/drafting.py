"""How a registration begins: where, about whom, and with which answers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from brukerplan.access.policy import Actor
from brukerplan.actions.carrying_over import carried_over, sections_with
from brukerplan.actions.keys import Keys
from brukerplan.actions.recognising import Known, Transfer, recognise, transfer_of
from brukerplan.actions.scope import NotInRoundError, RoundNotFoundError, require_takes_new
from brukerplan.identity.national_number import NationalNumber
from brukerplan.persistence.answers import encode
from brukerplan.persistence.queries.changes import Change, changes_between, record_changes
from brukerplan.persistence.queries.previous import previous_registration
from brukerplan.persistence.queries.rounds import optional_variables
from brukerplan.persistence.tables import (
    REGISTRATION,
    TRANSFER_LINK,
    MappingRound,
    Organisation,
    Registration,
    RoundMunicipality,
    RoundUnit,
)
from brukerplan.persistence.tables.states import ChangeSource, IdentityMode
from brukerplan.questionnaire.answers import Answers, Value, progress
from brukerplan.questionnaire.registry import edition


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in a round that takes new registrations."""

    unit_id: int
    municipality_id: int
    round_id: int
    year: int
    edition: str
    round_state: str
    identity_mode: str
    letter_language: str


@dataclass(frozen=True, slots=True)
class Person:
    """What is kept of the number: two pseudonyms, and what it proposes.

    ``replaced``: it is a number the person no longer has.
    """

    proposed: Answers = field(repr=False)
    known_as: bytes | None = field(default=None, repr=False)
    columns: Mapping[str, Any] = field(default_factory=dict, repr=False)
    replaced: bool = False
    transfer: Transfer | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """How a registration begins."""

    case_label: str = field(repr=False)
    answers: Answers = field(repr=False)
    changes: list[Change] = field(repr=False)
    carried_from: int | None
    unconfirmed: frozenset[str]
    optional: frozenset[str]
    letter_language: str


def open_place(session: Session, unit_id: int, round_id: int, today: date) -> Place:
    """Return the unit in the round, held open until the transaction ends.

    Raises
    ------
    RoundNotFoundError, RoundNotOpenError, NoNewRegistrationsError, NotBegunError, \
NotInRoundError, UnitClosedError, MunicipalityApprovedError
        It takes no new registrations.
    """
    municipality = aliased(Organisation)
    row = session.execute(
        sa.select(
            Organisation.parent_id,
            MappingRound.year,
            MappingRound.edition,
            MappingRound.opens_on,
            MappingRound.state.label("round_state"),
            RoundMunicipality.takes_part,
            RoundMunicipality.identity_mode,
            RoundMunicipality.state.label("municipality_state"),
            RoundUnit.state.label("unit_state"),
            municipality.language.label("letter_language"),
        )
        .select_from(RoundUnit)
        .join(MappingRound, MappingRound.id == RoundUnit.round_id)
        .join(Organisation, Organisation.id == RoundUnit.unit_id)
        .join(municipality, municipality.id == Organisation.parent_id)
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
    if row is None:
        year = session.scalar(sa.select(MappingRound.year).where(MappingRound.id == round_id))
        if year is None:
            raise RoundNotFoundError
        raise NotInRoundError(year=year)
    require_takes_new(
        year=row.year,
        round_state=row.round_state,
        opens_on=row.opens_on,
        today=today,
        municipality_state=row.municipality_state,
        unit_state=row.unit_state,
        takes_part=row.takes_part,
    )
    return Place(
        unit_id,
        row.parent_id,
        round_id,
        row.year,
        row.edition,
        row.round_state,
        row.identity_mode,
        row.letter_language,
    )


def person_of(
    session: Session,
    keys: Keys,
    place: Place,
    top_id: int,
    number: NationalNumber | None,
    now: datetime,
) -> Person:
    """Return what is kept of the number in this place; of no number, and where persons are
    mapped anonymously, no pseudonym.
    """
    if number is None:
        return Person({})
    proposed = proposed_by(number)
    if place.identity_mode == IdentityMode.ANONYMOUS:
        return Person(proposed)
    known = recognise(session, keys, place.municipality_id, number, now)
    return known_person(
        proposed, known, transfer_of(number, keys.transfer_ring(session, top_id, now))
    )


def known_person(proposed: Answers, known: Known, transfer: Transfer) -> Person:
    """Return the person as a registration of them begins."""
    columns = {
        "municipal_pseudonym": known.pseudonym,
        "municipal_key_id": known.key_id,
        "transfer_pseudonym": transfer.pseudonym,
        "transfer_key_id": transfer.key_id,
    }
    return Person(proposed, known.pseudonym, columns, known.replaced, transfer)


def link_transfers(
    session: Session, round_id: int, persons: Iterable[tuple[uuid.UUID, Person]]
) -> None:
    """Note who each registration's person was under the transfer key before this one.

    The freeze needs it to see that somebody is who they were the year before.
    """
    rows = [
        {
            "round_id": round_id,
            "registration_id": registration_id,
            "earlier_transfer_pseudonym": earlier,
            "earlier_transfer_key_id": earlier_key_id,
            "transfer_pseudonym": person.transfer.pseudonym,
            "transfer_key_id": person.transfer.key_id,
        }
        for registration_id, person in persons
        if person.transfer is not None
        for earlier, earlier_key_id in person.transfer.earlier
    ]
    if rows:
        session.execute(sa.insert(TRANSFER_LINK), rows)


def registered(
    session: Session, place: Place, known_as: bytes
) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """Return the unit's own registration of the person, and one of another unit."""
    rows = session.execute(
        sa.select(Registration.id, Registration.unit_id).where(
            Registration.round_id == place.round_id,
            Registration.municipality_id == place.municipality_id,
            Registration.municipal_pseudonym == known_as,
        )
    ).all()
    own = next((row.id for row in rows if row.unit_id == place.unit_id), None)
    other = next((row.id for row in rows if row.unit_id != place.unit_id), None)
    return own, other


def new_draft(session: Session, place: Place, person: Person, case_label: str) -> Draft:
    """Return how the registration begins: what the number tells, and last year's answers."""
    q = edition(place.edition)
    optional = optional_variables(session, place.round_id, place.municipality_id)
    before = person.known_as and previous_registration(
        session,
        unit_id=place.unit_id,
        round_id=place.round_id,
        municipal_pseudonym=person.known_as,
    )
    carried: Answers = {}
    if before:
        carried = carried_over(q, before.answers, proposed=person.proposed, optional=optional)
        case_label = case_label or before.case_label
    return Draft(
        case_label=case_label,
        answers={**person.proposed, **carried},
        changes=[
            *changes_between({}, person.proposed, ChangeSource.NUMBER),
            *changes_between({}, carried, ChangeSource.CARRIED_OVER),
        ],
        carried_from=before.year if before and carried else None,
        unconfirmed=sections_with(q, carried),
        optional=optional,
        letter_language=before.letter_language if before else place.letter_language,
    )


def insert_draft(
    session: Session, by: Actor, place: Place, person: Person, draft: Draft, now: datetime
) -> uuid.UUID:
    """Insert the draft with its history and return its id.

    ``IntegrityError`` when the unit has begun on the person in the same moment.
    """
    done = progress(edition(place.edition), draft.answers, draft.optional)
    started = uuid.uuid4()
    session.execute(
        sa.insert(REGISTRATION),
        {
            "id": started,
            "round_id": place.round_id,
            "unit_id": place.unit_id,
            "municipality_id": place.municipality_id,
            **person.columns,
            "case_label": draft.case_label,
            "created_by": by.user_id,
            "created_at": now,
            "updated_by": by.user_id,
            "updated_at": now,
            "answered": done.answered,
            "asked": done.asked,
            "carried_from": draft.carried_from,
            "unconfirmed_sections": " ".join(sorted(draft.unconfirmed)),
            "letter_language": draft.letter_language,
            **encode(draft.answers),
        },
    )
    link_transfers(session, place.round_id, [(started, person)])
    record_changes(session, started, draft.changes, version=1, user_id=by.user_id, at=now)
    return started


def proposed_by(number: NationalNumber) -> dict[str, Value]:
    """Return the answers that the number tells."""
    answers: dict[str, Value] = {"birth_year": number.birth_date.year}
    # From 2032 a new number no longer tells the gender.
    if number.gender is not None:
        answers["gender"] = number.gender
    return answers
