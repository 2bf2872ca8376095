"""When a unit or a municipality is late: one rule, for boards and reminders alike (ours)."""

from __future__ import annotations

from datetime import date

CLOSE_DAYS = 3
"""So near the deadline, whoever lacks persons is late."""


def is_late(
    *,
    finished: bool,
    expected: int,
    started: int,
    submitted: int,
    opens_on: date,
    deadline: date,
    today: date,
) -> bool:
    """Tell whether somebody should be reminded.

    Late is who has not finished, and either the deadline has passed; or it is at most
    `CLOSE_DAYS` away and fewer persons are submitted than expected; or half the time has
    gone and nobody is started on.

    >>> from datetime import date
    >>> december = dict(opens_on=date(2026, 12, 1), deadline=date(2026, 12, 15))
    >>> nothing = dict(finished=False, expected=4, started=0, submitted=0, **december)
    >>> is_late(**nothing, today=date(2026, 12, 7)), is_late(**nothing, today=date(2026, 12, 8))
    (False, True)
    """
    if finished or today < opens_on:
        return False
    days_left = (deadline - today).days
    if days_left < 0:
        return True
    if days_left <= CLOSE_DAYS and submitted < expected:
        return True
    half_gone = 2 * (today - opens_on).days >= (deadline - opens_on).days
    return half_gone and started == 0
