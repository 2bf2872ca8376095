"""What is hidden and why, as data that a data controller can read, approve and change."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from typing import Generic, TypeVar

from brukerplan.translation import mark

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """One rule: its value, and the reason for it in bokmål, marked for the catalogue."""

    value: T
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """All rules of one policy.

    Parameters
    ----------
    greatest_small_count
        Counts from 1 to this one are hidden.
    complement
        Whether a cell is hidden where base − count is a small count.
    minimum_base, minimum_base_municipality
        A whole row, zeros and total included, is hidden when its base is below this.
    minimum_contributors
        Municipalities with a base above zero that a row above municipality level needs.
    minimum_base_for_share
        Shares are given from this base upwards; counts are not affected.
    zeros_shown
        Zeros are shown in rows that are shown; what a shown zero implies counts as known.
    municipality_populations, aggregate_populations
        Populations published for municipalities, and for the levels above them.
    """

    greatest_small_count: Rule[int]
    complement: Rule[bool]
    minimum_base: Rule[int]
    minimum_base_municipality: Rule[int]
    minimum_contributors: Rule[int]
    minimum_base_for_share: Rule[int]
    zeros_shown: Rule[bool]
    municipality_populations: Rule[tuple[str, ...]]
    aggregate_populations: Rule[tuple[str, ...]]

    def __post_init__(self) -> None:
        if not self.zeros_shown.value:
            # The elimination knows every shown zero; hiding them needs other arithmetic.
            raise PolicyNotSupportedError("zeros can only be shown")
        if self.greatest_small_count.value < 1:
            raise PolicyNotSupportedError("single persons are always hidden")

    def rules(self) -> tuple[tuple[str, Rule[object]], ...]:
        """Return the rules by name, in a fixed order."""
        return tuple((field.name, getattr(self, field.name)) for field in fields(self))

    def digest(self) -> str:
        """SHA-256 of all values and reasons, 64 hexadecimal digits."""
        text = json.dumps(
            [[name, rule.value, rule.reason] for name, rule in self.rules()],
            ensure_ascii=False,
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def is_small(self, count: int) -> bool:
        """Whether a count is one that could point at single persons."""
        return 1 <= count <= self.greatest_small_count.value


class PolicyNotSupportedError(ValueError):
    """A policy asks for something the protection cannot prove."""


PROPOSED = Policy(
    greatest_small_count=Rule(
        4,
        mark(
            "Antall fra 1 til 4 skjules, fordi så få personer kan kjennes igjen av dem som "
            "kjenner forholdene på stedet."
        ),
    ),
    complement=Rule(
        True,
        mark(
            "Et antall skjules også når det bare er 1 til 4 personer som ikke hører med i det. "
            "Ellers ville «nesten alle» fortelle hvem de andre er."
        ),
    ),
    minimum_base=Rule(
        5,
        mark(
            "Hele raden skjules, med nuller og sum, når den gjelder færre enn 5 personer. "
            "Da ville også en null fortelle noe om hver av dem."
        ),
    ),
    minimum_base_municipality=Rule(
        10,
        mark(
            "For en kommune skjules hele raden når den gjelder færre enn 10 personer, fordi "
            "folk på et lite sted vet mer om hverandre."
        ),
    ),
    minimum_contributors=Rule(
        3,
        mark(
            "Tall for flere kommuner samlet vises bare når minst 3 kommuner har personer i "
            "tallet. Ellers kunne én kommune trekke fra sine egne og finne den andres."
        ),
    ),
    minimum_base_for_share=Rule(
        20,
        mark(
            "Andeler vises bare når de bygger på minst 20 personer, i hele prosent. En andel "
            "av færre sier mer om enkeltpersoner enn om gruppen."
        ),
    ),
    zeros_shown=Rule(
        True,
        mark(
            "Null vises som null i rader som vises: at ingen har et behov, er nyttig å vite "
            "og peker ikke på noen."
        ),
    ),
    municipality_populations=Rule(
        ("all",),
        mark(
            "For en kommune vises tall for alle kartlagte under ett, og bare ett spørsmål om "
            "gangen. Finere inndelinger ville gjøre det meste hemmelig."
        ),
    ),
    aggregate_populations=Rule(
        ("all", "substance", "mental_only"),
        mark(
            "For helseforetak, region og landet vises tall også for brukere med rusproblemer "
            "og for brukere med bare psykiske helseproblemer."
        ),
    ),
)
"""The protection that domain experts have proposed; a data controller approves it."""
