"""Which day it is where the people are: moments are stored in UTC, deadlines are days."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


def oslo_day(moment: datetime) -> date:
    """Return the day in Norway.

    >>> from datetime import UTC
    >>> oslo_day(datetime(2026, 12, 15, 23, 30, tzinfo=UTC))
    datetime.date(2026, 12, 16)
    """
    return moment.astimezone(OSLO).date()


def end_of_day(day: date) -> datetime:
    """Return the last second of a day in Norway.

    >>> from datetime import UTC
    >>> end_of_day(date(2026, 12, 15)).astimezone(UTC)
    datetime.datetime(2026, 12, 15, 22, 59, 59, tzinfo=datetime.timezone.utc)
    """
    return datetime.combine(day, time(23, 59, 59), OSLO)


def start_of_day(day: date) -> datetime:
    """Return the first moment of a day in Norway.

    >>> from datetime import UTC
    >>> start_of_day(date(2026, 12, 15)).astimezone(UTC)
    datetime.datetime(2026, 12, 14, 23, 0, tzinfo=datetime.timezone.utc)
    """
    return datetime.combine(day, time(), OSLO)
