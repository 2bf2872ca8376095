"""The one place where numbers are rounded for people: half-up, on decimals, never on floats.

Python's ``round`` and pandas' are half-even on binary floats, where 0.5 percent of 200
can become 0 or 1 by accident of representation. Shares are therefore computed from the
two whole numbers they come from, in exact integer arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


class ShareNotPossibleError(ValueError):
    """A share was asked of a count and a base that give none."""


def half_up(value: Decimal | int, places: int = 0) -> Decimal:
    """Round to ``places`` decimals, halves away from zero.

    >>> half_up(Decimal("2.5")), half_up(Decimal("-2.5")), half_up(Decimal("0.125"), 2)
    (Decimal('3'), Decimal('-3'), Decimal('0.13'))
    """
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def rounded(value: Fraction | int, places: int = 0) -> Decimal:
    """Round an exact number to ``places`` decimals, halves away from zero.

    >>> rounded(Fraction(1, 3), 2), rounded(Fraction(-5, 2))
    (Decimal('0.33'), Decimal('-3'))
    """
    return _decimal(_units(value, places), places)


def rounded_parts(parts: Sequence[Fraction], places: int = 0) -> tuple[Decimal, ...]:
    """Round parts so that they sum to their rounded sum, as the reader will add them up.

    The method of largest remainders (Hamilton's): every part is rounded down, and the units
    that are then lacking go to those that lost most, the earlier ones first. No part is off
    by as much as one unit of its last decimal.

    >>> third = Fraction(1, 3)
    >>> rounded_parts([third, third, third], 1)
    (Decimal('0.4'), Decimal('0.3'), Decimal('0.3'))
    """
    scaled = [part * 10**places for part in parts]
    units = [value.numerator // value.denominator for value in scaled]
    whole = _units(sum(parts, Fraction(0)), places)
    lost = sorted(range(len(parts)), key=lambda place: units[place] - scaled[place])
    for place in lost[: whole - sum(units)]:
        units[place] += 1
    return tuple(_decimal(unit, places) for unit in units)


def percent(count: int, base: int, places: int = 0) -> Decimal:
    """Return ``count`` in percent of ``base``, rounded half-up.

    Raises
    ------
    ShareNotPossibleError
        When the base is zero or negative, or the count is outside 0..base.

    Examples
    --------
    >>> percent(1, 200), percent(107, 412), percent(107, 412, 1)
    (Decimal('1'), Decimal('26'), Decimal('26.0'))
    """
    require_share(count, base)
    return _ratio(int(count) * 100, int(base), places)


def per_thousand(count: int, population: int, places: int = 1) -> Decimal:
    """Return ``count`` per 1,000 of ``population``, rounded half-up.

    Raises
    ------
    ShareNotPossibleError
        As for `percent`.
    """
    require_share(count, population)
    return _ratio(int(count) * 1000, int(population), places)


def events_per_thousand(events: int, population: int, places: int = 1) -> Decimal:
    """Return events per 1,000 of ``population``, rounded half-up; one person may have several.

    Raises
    ------
    ShareNotPossibleError
        When the population is zero or negative, or the events are negative.

    Examples
    --------
    >>> events_per_thousand(2500, 1000)
    Decimal('2500.0')
    """
    if population <= 0 or events < 0:
        raise ShareNotPossibleError(f"{events} events in a population of {population} is no rate")
    return _ratio(int(events) * 1000, int(population), places)


def points(now: Decimal, before: Decimal, places: int = 0) -> Decimal:
    """Return the change between two shares in percentage points.

    Taken from the rounded shares a reader sees, so that the three numbers agree.
    """
    return half_up(now - before, places)


def require_share(count: int, base: int) -> None:
    """Refuse a count and a base that give no share.

    Raises
    ------
    ShareNotPossibleError
        When the base is zero or negative, or the count is outside 0..base.
    """
    if base <= 0:
        raise ShareNotPossibleError(f"a share needs a base above 0, not {base}")
    if not 0 <= count <= base:
        raise ShareNotPossibleError(f"a count must be from 0 to its base {base}, not {count}")


def _ratio(numerator: int, denominator: int, places: int) -> Decimal:
    scaled = numerator * 10**places
    return Decimal((2 * scaled + denominator) // (2 * denominator)).scaleb(-places)


def _units(value: Fraction | int, places: int) -> int:
    """How many units of the last decimal, halves away from zero."""
    scaled = abs(value) * 10**places
    size: int = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return size if value >= 0 else -size


def _decimal(units: int, places: int) -> Decimal:
    # Of a text it is exact; arithmetic would keep 28 digits.
    return Decimal(f"{units}e-{places}")
