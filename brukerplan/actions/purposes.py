"""Why somebody reads a registration, as it stands in the log.

Working on a draft says why by itself, and so does looking again at what one wrote. Of a
registration that somebody else has sent in, the page asks. It shows it all the same: who is
asked forty times a day learns to answer without reading.
"""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.access.policy import Actor
from brukerplan.persistence.queries.registrations import RegistrationView
from brukerplan.persistence.tables import Registration
from brukerplan.persistence.tables.states import RegistrationState


class ReadPurpose(StrEnum):
    """A code: a text could be about the person."""

    REGISTERING = "registering"
    OWN = "own"
    CHECKING = "checking"
    CORRECTING = "correcting"
    QUESTION = "question"
    ACCESS_REQUEST = "access_request"
    NOT_SAID = "not_said"


ASKED = (
    ReadPurpose.CHECKING,
    ReadPurpose.CORRECTING,
    ReadPurpose.QUESTION,
    ReadPurpose.ACCESS_REQUEST,
)
"""What somebody can answer when asked."""


def purpose_of_reading(
    session: Session, by: Actor, found: RegistrationView, said: ReadPurpose | None = None
) -> ReadPurpose:
    """Return why the actor reads the registration: from its state, else what they have said."""
    if found.state == RegistrationState.DRAFT:
        return ReadPurpose.REGISTERING
    if said in ASKED:
        return said
    wrote = sa.exists().where(
        Registration.id == found.id,
        sa.or_(
            Registration.created_by == by.user_id,
            Registration.updated_by == by.user_id,
            Registration.submitted_by == by.user_id,
        ),
    )
    return ReadPurpose.OWN if session.scalar(sa.select(wrote)) else ReadPurpose.NOT_SAID
