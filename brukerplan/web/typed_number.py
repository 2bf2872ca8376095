"""The national number from a form's field: read at once, and carried no further as text."""

from __future__ import annotations

from datetime import datetime

from brukerplan.identity import national_number
from brukerplan.identity.national_number import NationalNumber
from brukerplan.persistence.queries.rounds import RoundLine
from brukerplan.persistence.tables.states import RoundState
from brukerplan.web.i18n import in_oslo
from brukerplan.web.services import services


def typed_number(typed: object, round_line: RoundLine, moment: datetime) -> NationalNumber:
    """Read what was typed, for a round.

    Raises
    ------
    NationalNumberError
        It is no number, or a test number where only real ones are registered.
    """
    # A round that is practised on is about fictive persons, wherever it runs.
    training = round_line.state == RoundState.TRAINING
    return national_number.parse(
        str(typed),
        today=in_oslo(moment).date(),
        allow_synthetic=training or services().settings.allow_synthetic_numbers,
    )
