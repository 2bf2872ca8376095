"""Training: a round to practise on, with numbers of nobody, and wiped when it is over."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from brukerplan.identity.national_number import Gender, synthetic_number
from brukerplan.persistence.tables import (
    OptOut,
    Registration,
    RoundMunicipality,
    RoundUnit,
)
from brukerplan.persistence.tables.states import (
    MunicipalityState,
    ReopeningReason,
    UnitState,
)

# Grown up in every round, and born when test numbers of the sixty-year-olds still exist.
_FIRST_BIRTH, _LAST_BIRTH = date(1945, 1, 1), date(2006, 12, 31)
_SERIALS = 100
_GENDERS: tuple[Gender, Gender] = ("female", "male")


@dataclass(frozen=True, slots=True)
class Wiped:
    """How much was practised on and is gone."""

    registrations: int
    opt_outs: int


def practice_number(draw: random.Random) -> str:
    """Return a number of nobody (month + 80) to practise with.

    Examples
    --------
    >>> practice_number(random.Random(1))[2:4] > "80"
    True
    """
    born = date.fromordinal(draw.randint(_FIRST_BIRTH.toordinal(), _LAST_BIRTH.toordinal()))
    return synthetic_number(born, draw.choice(_GENDERS), draw.randrange(_SERIALS))


def wipe(session: Session, round_id: int) -> Wiped:
    """Remove every registration and opt-out of a round in training, and open what was closed.

    Changes, conflicts and questions go with their registration. What stays is the plan:
    who takes part, the terms and the expected numbers; and the access log, which holds codes.
    """
    registrations = _gone(session, sa.delete(Registration).where(Registration.round_id == round_id))
    opt_outs = _gone(session, sa.delete(OptOut).where(OptOut.round_id == round_id))
    # Municipalities before units: below an approved one nothing moves.
    closed = RoundMunicipality.state == MunicipalityState.APPROVED
    session.execute(
        sa.update(RoundMunicipality)
        .where(RoundMunicipality.round_id == round_id)
        .values(
            state=MunicipalityState.OPEN,
            approved_by=None,
            approved_at=None,
            reopened_reason=sa.case((closed, ReopeningReason.TRAINING_OVER.value), else_=None),
        )
    )
    closed = RoundUnit.state != UnitState.OPEN
    session.execute(
        sa.update(RoundUnit)
        .where(RoundUnit.round_id == round_id)
        .values(
            state=UnitState.OPEN,
            submitted_by=None,
            submitted_at=None,
            reminded_at=None,
            reopened_reason=sa.case((closed, ReopeningReason.TRAINING_OVER.value), else_=None),
        )
    )
    return Wiped(registrations, opt_outs)


def _gone(session: Session, statement: sa.Delete) -> int:
    result = session.execute(statement)
    assert isinstance(result, sa.CursorResult)
    return result.rowcount
