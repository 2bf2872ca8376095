"""The declarative base, the names of constraints, and small words for CHECKs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from brukerplan.persistence.types import UtcDateTime

# Every constraint has a name that both engines accept and that a later migration can use.
NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class Base(DeclarativeBase):
    """The tables of the store."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 - declared by SQLAlchemy


def one_of(column: str, values: Iterable[str]) -> sa.CheckConstraint:
    """``column`` holds one of these words."""
    words = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({words})", name=column)


def exactly_when(name: str, left: str, right: str) -> sa.CheckConstraint:
    """Both conditions are true, or neither: a state and the moment it was reached."""
    return sa.CheckConstraint(f"({left}) = ({right})", name=name)
