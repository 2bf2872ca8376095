"""A person says that something is wrong: what the units have registered is opened again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from brukerplan.access.permissions import Permission
from brukerplan.access.policy import Actor
from brukerplan.actions.erasing import hold_rounds
from brukerplan.actions.keys import Keys
from brukerplan.actions.query_errors import AlreadyAskedError
from brukerplan.actions.querying import put_question
from brukerplan.actions.recognising import recognise
from brukerplan.actions.saving import log_act
from brukerplan.actions.scope import require_at, require_open
from brukerplan.actions.units import open_unit_of
from brukerplan.identity.national_number import NationalNumber
from brukerplan.persistence.engine import Database
from brukerplan.persistence.queries.changes import change_registration
from brukerplan.persistence.queries.persons import registrations_of_person
from brukerplan.persistence.queries.registrations import RegistrationView, registration
from brukerplan.persistence.tables.states import (
    CHANGEABLE,
    QueryQuestion,
    RegistrationState,
    ReopeningReason,
    RightsPurpose,
    UnitState,
)


@dataclass(frozen=True, slots=True)
class CorrectionAsked:
    """The units that were asked, by name, and the years in which it is too late."""

    units: tuple[str, ...]
    too_late: tuple[int, ...]


def ask_for_correction(
    database: Database,
    *,
    by: Actor,
    keys: Keys,
    municipality_id: int,
    number: NationalNumber,
    purpose: RightsPurpose,
    variable: str | None,
    now: datetime,
) -> CorrectionAsked:
    """Open the person's registrations again where the round allows it, and ask the units.

    A unit that has submitted is opened too: it submits anew when it has corrected. In a
    frozen round nothing is changed; the answer says which.

    Parameters
    ----------
    variable
        The question whose answer is said to be wrong; ``None``: the registration as a whole.

    Raises
    ------
    NotAllowedError
        The actor does not answer for the municipality to those who are registered.
    MunicipalityApprovedError
        The coordinator opens the municipality again first, which the round's rules log.
    NobodyToAskError, NotAskedInFormError
        A unit has nobody who can correct, or was not asked this question.
    """
    with database.begin() as session:
        require_at(session, by, Permission.PERSON_RIGHTS, municipality_id)
        hold_rounds(session, municipality_id)
        pseudonym = recognise(session, keys, municipality_id, number, now).pseudonym
        units, too_late = [], []
        for each in registrations_of_person(session, municipality_id, pseudonym):
            found = registration(session, each.id)
            assert found is not None  # its municipality is held
            if found.round_state in CHANGEABLE:
                _ask(session, by, found, variable, now)
                units.append(found.unit_name)
            else:
                too_late.append(found.round_year)
            log_act(session, found, by, now, "person.correction_asked", f"purpose={purpose}")
    return CorrectionAsked(tuple(units), tuple(dict.fromkeys(too_late)))


def _ask(
    session: Session, by: Actor, found: RegistrationView, variable: str | None, now: datetime
) -> None:
    require_open(
        year=found.round_year,
        round_state=found.round_state,
        municipality_state=found.municipality_state,
    )
    if found.unit_state != UnitState.OPEN:
        open_unit_of(session, found, by, now, ReopeningReason.ANSWER_WRONG)
    if found.state == RegistrationState.SUBMITTED:
        change_registration(
            session,
            found.id,
            version=found.version,
            user_id=by.user_id,
            at=now,
            values={
                "state": RegistrationState.DRAFT,
                "submitted_by": None,
                "submitted_at": None,
            },
        )
        detail = f"version={found.version + 1} reason=correction_asked"
        log_act(session, found, by, now, "registration.reopened", detail)
    try:
        put_question(
            session, by, found, QueryQuestion.IS_THE_ANSWER_RIGHT, variable=variable, now=now
        )
    except AlreadyAskedError:
        # The unit has been asked, and has not answered yet.
        return
