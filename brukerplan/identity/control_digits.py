"""The two control digits of a Norwegian national number.

Source: the National Population Register's documentation for systems that read it, page «Nytt
fødselsnummer fra 2032»: a number given from 1 January 2032 may leave remainder 0, 1, 2 or 3
in the first control sum; the second is as before.
"""

from __future__ import annotations

from collections.abc import Sequence

_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
REMAINDERS_FROM_2032 = frozenset({0, 1, 2, 3})


def first_remainder(digits: Sequence[int]) -> int:
    """Return the remainder, 0–10, that the first ten digits leave."""
    return _remainder(_FIRST, digits)


def second_remainder(digits: Sequence[int]) -> int:
    """Return the remainder, 0–10, that all eleven digits leave."""
    return _remainder(_SECOND, digits)


def complete(nine: Sequence[int], *, remainder: int = 0) -> tuple[int, ...] | None:
    """Add the control digits to nine digits; None where one of them would be 10.

    Parameters
    ----------
    remainder
        What the first control sum shall leave; other than 0 only from 2032.
    """
    first = (remainder - _remainder(_FIRST, nine)) % 11
    if first == 10:
        return None
    ten = (*nine, first)
    second = -_remainder(_SECOND, ten) % 11
    return None if second == 10 else (*ten, second)


def _remainder(weights: Sequence[int], digits: Sequence[int]) -> int:
    return sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11
