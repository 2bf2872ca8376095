"""One year's persons and the answers given about them so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from brukerplan.demo.latents import STEADY, Latents
from brukerplan.demo.quotas import Codes, Mask, Scores, spread, top_share
from brukerplan.demo.shares import YEARLY_UNEVENNESS
from brukerplan.questionnaire.schema import UNKNOWN_NUMBER, Questionnaire, flag_column
from brukerplan.statistics.frames import NULL
from brukerplan.statistics.routing import applicable


@dataclass(slots=True)
class Casework:
    """What the registrars of one year know and answer.

    Arrays are as long as the number of persons mapped that year. ``aims`` are shares of one
    that must come out (see ``calibration.aims``).
    """

    questionnaire: Questionnaire
    year: int
    person: npt.NDArray[np.int64]
    substance: Mask
    age: npt.NDArray[np.int64]
    female: Mask
    frailty: Scores
    latents: Latents
    aims: Mapping[str, float]
    answers: dict[str, Codes] = field(default_factory=dict)
    severity: Scores = field(init=False)

    def __post_init__(self) -> None:
        own = self.latent("severity", 0.9)
        self.severity = (self.frailty + own) / 2**0.5

    @property
    def size(self) -> int:
        """How many are mapped."""
        return int(self.person.size)

    @property
    def years_on(self) -> int:
        """Years since the calibrated year, 2015."""
        return self.year - 2015

    def latent(self, name: str, persistence: float = STEADY) -> Scores:
        """This year's score of a latent; ask once a year and name."""
        return self.latents.of(name, self.person, persistence=persistence)

    def uneven(self, name: str) -> float:
        """How much this year's share is off its line; nothing in the calibrated year."""
        if self.years_on == 0:
            return 0.0
        return YEARLY_UNEVENNESS * self.latents.off_the_line(name, self.year)

    def asks(self, variable_id: str) -> bool:
        """Whether this year's edition asks the question."""
        return any(variable.id == variable_id for variable in self.questionnaire.variables)

    def number(self, variable_id: str, code_id: str) -> int:
        """The code's number in columns."""
        return self.questionnaire.variable(variable_id).code(code_id).number

    def answered(self, variable_id: str, *code_ids: str) -> Mask:
        """Who has one of the codes; nobody when the question is not asked."""
        if variable_id not in self.answers:
            return np.zeros(self.size, dtype=np.bool_)
        numbers = [self.number(variable_id, code_id) for code_id in code_ids]
        return np.isin(self.answers[variable_id], numbers)

    def uses(self, substance: str) -> Mask:
        """Who has the substance among theirs."""
        found: Mask = self.answers[flag_column("substances", substance)] == 1
        return found

    def give(self, variable_id: str, code_id: str, to: Mask) -> None:
        """Answer the code for those marked; columns start empty."""
        column = self.answers.setdefault(variable_id, self.empty())
        column[to] = self.number(variable_id, code_id)

    def give_yes_no(self, variable_id: str, yes: Mask, *, unknown: float = 0.0) -> None:
        """Answer yes for those marked, no for others; a share of the no are unknown."""
        column = np.where(yes, 1, 0).astype(np.int16)
        unsure = top_share(self.latent(f"unknown {variable_id}", 0.0), unknown, among=~yes)
        column[unsure] = UNKNOWN_NUMBER
        self.answers[variable_id] = column

    def give_spread(
        self, variable_id: str, shares: Mapping[str, float], score: Scores, *, among: Mask
    ) -> None:
        """Answer the codes in turn by falling score; the last takes the rest."""
        numbered = [(self.number(variable_id, code), share) for code, share in shares.items()]
        column = self.answers.setdefault(variable_id, self.empty())
        column[among] = spread(score, numbered, among=among)[among]

    def empty(self) -> Codes:
        """A column without answers."""
        return np.full(self.size, NULL, dtype=np.int16)

    def route(self) -> None:
        """Empty what the edition's routing does not ask of each person."""
        asked = applicable(self.questionnaire, self.columns(), null=NULL)
        for variable in self.questionnaire.variables:
            for column in variable.columns:
                if column in self.answers:
                    self.answers[column][~asked[variable.id]] = NULL

    def columns(self) -> dict[str, Codes]:
        """Every column of the edition; what nobody answers is all empty."""
        return {
            column: self.answers.get(column, self.empty())
            for variable in self.questionnaire.variables
            for column in variable.columns
        }
