"""The list of municipalities, read once from the project's own data files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

FIRST_YEAR = 2013
"""The first year the lists cover."""

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", ".": "", "(": "", ")": ""})
_AUTHORITY = " RHF"

CHECKED = date(2026, 11, 1)
"""When the lists were last compared with their sources; pages may say so."""

LAST_YEAR = CHECKED.year + 10
"""The last year the newest list is taken to hold for, until a newer one is laid in."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """One code of the classification.

    ``valid_from`` is its first year and ``valid_before`` the first year it is gone; None is
    open. The catchment is today's, for old codes too.
    """

    code: str
    name: str
    valid_from: int | None
    valid_before: int | None
    health_trust: str
    regional_health_authority: str

    @property
    def health_trust_key(self) -> str:
        """The catchment's key, for addresses and files."""
        return trust_key(self.health_trust)

    def valid_in(self, year: int) -> bool:
        """Tell whether the municipality exists on 1 January of ``year``."""
        return (self.valid_from is None or self.valid_from <= year) and (
            self.valid_before is None or year < self.valid_before
        )


def trust_key(name: str) -> str:
    """Turn the name of a trust or regional authority into its stable key.

    >>> trust_key("Møre og Romsdal"), trust_key("St. Olav"), trust_key("Helse Sør-Øst RHF")
    ('more-og-romsdal', 'st-olav', 'helse-sor-ost')
    """
    return "-".join(name.removesuffix(_AUTHORITY).lower().translate(_LETTERS).split())


@cache
def register() -> Mapping[str, Municipality]:
    """Return every municipality since 2013 by code, in order of code."""
    rows = sorted(read_rows("municipalities.csv"), key=lambda row: row["code"])
    return MappingProxyType(
        {
            row["code"]: Municipality(
                code=row["code"],
                name=row["name"],
                valid_from=int(row["valid_from"]) if row["valid_from"] else None,
                valid_before=int(row["valid_before"]) if row["valid_before"] else None,
                health_trust=row["health_trust"],
                regional_health_authority=row["regional_health_authority"],
            )
            for row in rows
        }
    )


def read_rows(file_name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one of the room's data files."""
    text = files("brukerplan.geography").joinpath("data", file_name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
