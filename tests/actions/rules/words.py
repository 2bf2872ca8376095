"""What persons and answers of the rules are called in the program."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from brukerplan.identity.national_number import NationalNumber, parse, synthetic_number
from brukerplan.questionnaire.answers import Answers as ProgramAnswers
from brukerplan.questionnaire.answers import Value
from brukerplan.questionnaire.registry import edition_for_year
from tests.actions.rules.places import PERSONS, Answers
from tests.actions.world import complete

YEAR = 2027
FIRST_MOMENT = datetime(YEAR, 12, 1, 9, tzinfo=UTC)
_PLAYED_WITH = ("housing", "network", "children_under_18")
_BORN = {person: date(1970 + serial, 3, 9) for serial, person in enumerate(PERSONS)}


def to_program(answers: Answers, person: str) -> dict[str, Value]:
    """Write answers as the program wants them."""
    year = _BORN[person].year if person in _BORN else 1980
    given: dict[str, Value] = {"birth_year": year, "gender": "female"}
    if "rest" in answers:
        every = complete(edition_for_year(YEAR), children_under_18=1, birth_year=year)
        given |= {name: value for name, value in every.items() if name not in _PLAYED_WITH}
    for name in _PLAYED_WITH:
        if name in answers:
            given[name] = int(answers[name]) if answers[name].isdigit() else answers[name]
    return given


def from_program(answers: ProgramAnswers) -> Answers:
    """Read them back; any other of the many stands for the rest."""
    read = {"rest": "yes"} if "economy" in answers else {}
    return read | {name: str(answers[name]) for name in _PLAYED_WITH if name in answers}


def number_of(person: str) -> NationalNumber:
    """The test number of a fictive person."""
    return parse(
        synthetic_number(_BORN[person], "female", 3),
        today=FIRST_MOMENT.date(),
        allow_synthetic=True,
    )


def moment(clock: int) -> datetime:
    """The time of an act; every act has its own."""
    return FIRST_MOMENT + timedelta(seconds=clock)
