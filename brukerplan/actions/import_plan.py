"""What becomes of each row of a file: worked out from what is there, nothing stored."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Literal

from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor
from brukerplan.actions.drafting import Person, Place, known_person
from brukerplan.actions.keys import Keys
from brukerplan.actions.recognising import recognise_all, transfer_of
from brukerplan.actions.start import (
    FictiveOnlyError,
    NumberReplacedError,
    OptedOutError,
    RegisteredElsewhereError,
)
from brukerplan.files.columns import CASE_LABEL, NUMBER, folded
from brukerplan.files.problems import MESSAGES
from brukerplan.files.rows import CheckedFile, CheckedRow
from brukerplan.persistence.log import log
from brukerplan.persistence.queries.for_import import (
    Stored,
    opted_out,
    registered_elsewhere,
    stored_in_unit,
)
from brukerplan.persistence.queries.previous import previous_registration
from brukerplan.persistence.queries.rounds import optional_variables
from brukerplan.persistence.tables.states import IdentityMode, RegistrationState, RoundState
from brukerplan.questionnaire.answers import Answers, check, route
from brukerplan.questionnaire.registry import edition
from brukerplan.questionnaire.schema import Severity
from brukerplan.translation import UserError, mark


class AnotherCaseLabelError(UserError):
    """The unit knows the person by another label: the number may be somebody else's."""

    message: ClassVar[str] = mark(
        "Tjenesten har allerede registrert personen med et annet saksmerke. Kontroller nummeret, "
        "eller skriv det saksmerket som står i listen deres."
    )


class SubmittedOtherwiseError(UserError):
    """The registration is submitted with other answers than the file's."""

    message: ClassVar[str] = mark(
        "Registreringen er sendt inn med andre svar. Åpne den igjen i listen først, eller slett "
        "raden."
    )


class LabelMissingError(UserError):
    """Neither the file nor last year's registration has a case label."""

    message: ClassVar[str] = MESSAGES["no_label"]


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one row."""

    becomes: Literal["created", "changed", "unchanged"]
    id: uuid.UUID
    person: Person = field(repr=False)
    case_label: str = field(repr=False)
    answers: Answers = field(repr=False)
    before: Answers = field(repr=False)
    version: int
    confirmed: dict[str, str] = field(repr=False)
    submitted: bool


class Planner:
    """Works out what becomes of each row; what the database holds is read once."""

    def __init__(
        self,
        session: Session,
        by: Actor,
        keys: Keys,
        place: Place,
        top_id: int,
        checked: CheckedFile,
        now: datetime,
        *,
        also: bool,
    ) -> None:
        self.problems = list(checked.problems)
        self.notes = list(checked.notes)
        self._session, self._by, self._now = session, by, now
        self._place, self._checked, self._also = place, checked, also
        # Before anything else is read: whoever rests under an earlier key is brought under
        # the one in use, and then found like everybody else.
        self._persons = _persons(session, keys, place, top_id, checked, now)
        self._q = edition(place.edition)
        self._optional = optional_variables(session, place.round_id, place.municipality_id)
        self._own = {
            each.pseudonym or folded(each.case_label): each
            for each in stored_in_unit(session, place.unit_id, place.round_id)
        }
        self._elsewhere = registered_elsewhere(
            session, place.municipality_id, place.round_id, but=place.unit_id
        )
        self._opted_out = opted_out(session, place.municipality_id, place.round_id)

    def step(self, row: CheckedRow) -> Step | None:
        """Return what becomes of the row; ``None`` if there is a problem with it."""
        try:
            return self._step(row)
        except UserError as error:
            about_label = isinstance(error, (AnotherCaseLabelError, LabelMissingError))
            without_number = NUMBER not in self._checked.headings.places
            column_id = CASE_LABEL if about_label or without_number else NUMBER
            self.problems.append(self._checked.refused(row.row, column_id, error))
            return None

    def _step(self, row: CheckedRow) -> Step | None:
        number = row.number
        training = self._place.round_state == RoundState.TRAINING
        if number is not None and training and not number.synthetic:
            raise FictiveOnlyError(year=self._place.year)
        person = self._persons.get(row.row) or Person({})
        if person.known_as in self._opted_out:
            # Somebody has learnt that the person is not to be mapped.
            self._log("registration.refused", detail="opted_out")
            raise OptedOutError
        if person.replaced:
            # Also where the person is registered: a row with the new number may follow.
            self._log("registration.refused", detail="number_replaced")
            raise NumberReplacedError
        stored = self._own.get(person.known_as or folded(row.case_label))
        return self._new(row, person) if stored is None else self._known(row, person, stored)

    def _new(self, row: CheckedRow, person: Person) -> Step:
        other = self._elsewhere.get(person.known_as) if person.known_as else None
        if other is not None and not self._also:
            # Somebody has learnt that the person is registered.
            self._log("registration.elsewhere", subject=other)
            raise RegisteredElsewhereError
        case_label = row.case_label or self._label_of_last_year(person)
        if not case_label:
            raise LabelMissingError
        return Step(
            becomes="created",
            id=uuid.uuid4(),
            person=person,
            case_label=case_label,
            answers=row.answers,
            before={},
            version=0,
            confirmed={},
            submitted=not row.odd,
        )

    def _known(self, row: CheckedRow, person: Person, stored: Stored) -> Step | None:
        if row.case_label and row.case_label != stored.case_label:
            raise AnotherCaseLabelError
        before = route(self._q, stored.answers)
        # An empty cell takes nothing away: a number somebody has found since, for example.
        answers = route(self._q, {**before, **row.answers})
        step = Step(
            becomes="unchanged",
            id=stored.id,
            person=person,
            case_label=stored.case_label,
            answers=answers,
            before=stored.answers,
            version=stored.version,
            confirmed=dict(stored.confirmed),
            submitted=stored.state == RegistrationState.SUBMITTED,
        )
        if answers == before:
            return step
        if step.submitted:
            raise SubmittedOtherwiseError
        found = check(
            self._q, answers, year=self._place.year, optional=self._optional, complete=True
        )
        hard = [each for each in found if each.severity is Severity.HARD]
        if hard:
            self.problems += [self._checked.found(row.row, each) for each in hard]
            return None
        soft = {each.rule for each in found}
        return replace(
            step,
            becomes="changed",
            confirmed={rule: why for rule, why in step.confirmed.items() if rule in soft},
            submitted=soft <= step.confirmed.keys(),
        )

    def _log(self, action: str, *, subject: object = "", detail: str = "") -> None:
        log(
            self._session,
            at=self._now,
            user_id=self._by.user_id,
            action=action,
            organisation_id=self._place.unit_id,
            subject=subject,
            detail=detail,
        )

    def _label_of_last_year(self, person: Person) -> str:
        if person.known_as is None:
            return ""
        before = previous_registration(
            self._session,
            unit_id=self._place.unit_id,
            round_id=self._place.round_id,
            municipal_pseudonym=person.known_as,
        )
        return before.case_label if before else ""


def _persons(
    session: Session, keys: Keys, place: Place, top_id: int, checked: CheckedFile, now: datetime
) -> dict[int, Person]:
    """Return whom each row is about; those without a number are not there."""
    numbers = {row.row: row.number for row in checked.rows if row.number is not None}
    if not numbers or place.identity_mode == IdentityMode.ANONYMOUS:
        return {}
    known = recognise_all(session, keys, place.municipality_id, list(numbers.values()), now)
    ring = keys.transfer_ring(session, top_id, now)
    return {
        row: known_person({}, person, transfer_of(number, ring))
        for (row, number), person in zip(numbers.items(), known, strict=True)
    }
