"""What a share or a rate cannot be told of: refused, never starred."""

from __future__ import annotations

from decimal import Decimal

from brukerplan.statistics.rounding import percent

SMALLEST_BASE = 20
"""Where one person is five percentage points, a share tells of persons, not of a group. The
published numbers have the same limit in their policy, whatever this one is."""


class NoShareError(ValueError):
    """A share cannot be told; the message says why."""


class BaseTooSmallError(NoShareError):
    """Of fewer than `SMALLEST_BASE` persons."""


class PopulationUnknownError(ValueError):
    """No figures have the inhabitants of the area; the message names its municipalities."""


def share(count: int, base: int, places: int = 0) -> Decimal:
    """Return ``count`` in percent of ``base``, rounded half-up (`brukerplan.statistics.rounding`).

    Raises
    ------
    BaseTooSmallError
        The base is below `SMALLEST_BASE`.
    ShareNotPossibleError
        The count is outside 0..base.

    Examples
    --------
    >>> share(5, 40, 1)
    Decimal('12.5')
    """
    require_base(base)
    return percent(count, base, places)


def require_base(base: int) -> None:
    """Refuse a base that no share is told of.

    Raises
    ------
    BaseTooSmallError
        It is below `SMALLEST_BASE`.
    """
    if base < SMALLEST_BASE:
        raise BaseTooSmallError(f"a share of {base} is not told, only of {SMALLEST_BASE} or more")
