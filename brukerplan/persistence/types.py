"""Column types of our own: moments in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class NaiveTimeError(TypeError):
    """A moment without a time zone is a programming error, never a guess."""


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment, stored as UTC and read back as UTC on either engine."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse a naive moment; SQLite stores the UTC clock without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveTimeError("a moment must say its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        if value is None:
            return None
        moment: datetime = value
        if dialect.name == "sqlite":
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
