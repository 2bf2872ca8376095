"""What is not answered, and why: refused with the base and the least one, never starred.

The least bases are this project's own rules, after the sources named where they are used.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from brukerplan.statistics.rounding import percent
from brukerplan.translation import UserError, mark

MINIMUM_BASE = 20
"""Persons behind a share or its change: where one person is five percentage points, a share tells
of persons, not of a group. Published shares have the same limit in their own policy."""


class NotAnswerableError(UserError):
    """Base of everything that statistics decline to say."""

    message: ClassVar[str] = mark("Dette kan ikke regnes ut av tallene.")


class BaseTooSmallError(NotAnswerableError):
    """Fewer than are needed; ``base`` is how many there are, ``minimum`` how many it takes."""

    message: ClassVar[str] = mark(
        "For få personer til å regne på: %(base)s. Det trengs minst %(minimum)s."
    )

    def __init__(self, *, base: int, minimum: int) -> None:
        super().__init__(base=base, minimum=minimum)
        self.base = base
        self.minimum = minimum


class TooFewMovedError(BaseTooSmallError):
    """Too few persons changed state for a test that rests on large numbers."""

    message: ClassVar[str] = mark(
        "For få har endret seg til at endringen kan testes: %(base)s. Det trengs minst %(minimum)s."
    )


class TooFewMunicipalitiesError(BaseTooSmallError):
    """Too few municipalities to tell how much they differ."""

    message: ClassVar[str] = mark(
        "For få kommuner til å si hvor sikker endringen er: %(base)s. Det trengs minst %(minimum)s."
    )


class UnevenMunicipalitiesError(TooFewMunicipalitiesError):
    """Some municipalities outweigh the rest; ``base`` is how many they are in effect."""

    message: ClassVar[str] = mark(
        "Noen få kommuner veier så tungt at usikkerheten ikke kan regnes ut: de teller som "
        "%(base)s. Det trengs minst %(minimum)s."
    )


class NobodyStayedError(NotAnswerableError):
    """No person is in both years."""

    message: ClassVar[str] = mark("Ingen personer er med begge årene, så ingen kan følges.")


class EverybodyMovedError(NotAnswerableError):
    """Everybody changed in a way that leaves Bhapkar's test without a measure of chance."""

    message: ClassVar[str] = mark(
        "Alle har endret seg likt, så Bhapkars test kan ikke regnes ut. Bruk Stuart–Maxwell."
    )


class NoSpreadError(NotAnswerableError):
    """All municipalities depart equally little from the whole: no interval, not a sure one."""

    message: ClassVar[str] = mark(
        "Kommunene er helt like, så usikkerheten kan ikke regnes ut av forskjellene mellom dem."
    )


class PopulationUnknownError(ValueError):
    """No figures have the inhabitants of the area; the message names its municipalities."""


def share(count: int, base: int, places: int = 0) -> Decimal:
    """Return ``count`` in percent of ``base``, rounded half-up (`brukerplan.statistics.rounding`).

    Raises
    ------
    BaseTooSmallError
        The base is below `MINIMUM_BASE`.
    ShareNotPossibleError
        The count is outside 0..base.

    Examples
    --------
    >>> share(5, 40, 1)
    Decimal('12.5')
    """
    require_base(base)
    return percent(count, base, places)


def require_base(base: int, minimum: int = MINIMUM_BASE) -> None:
    """Refuse a base below the minimum.

    Raises
    ------
    BaseTooSmallError
        Names both.
    """
    if base < minimum:
        raise BaseTooSmallError(base=base, minimum=minimum)
