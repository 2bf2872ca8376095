"""The published editions, each pinned by a digest of all it says.

What a registration meant is fixed by its edition; to change a text, a code or a rule of
a published edition is to change what people already answered. A test compares
``PUBLISHED_DIGESTS`` with the editions; the way to change something is a new edition.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import ClassVar

from brukerplan.questionnaire.edition_2015 import EDITION_2015
from brukerplan.questionnaire.edition_2026 import EDITION_2026
from brukerplan.questionnaire.schema import Questionnaire, Variable
from brukerplan.translation import UserError, mark

EDITIONS: tuple[Questionnaire, ...] = (EDITION_2015, EDITION_2026)

PUBLISHED_DIGESTS: Mapping[str, str] = {
    "2015": "e27e080fd5a91619cc038c6ee2e22f5dbaeddd39546d48560fc9e7eb23a57931",
    "2026": "35986b8f3fd2ee0414b9f037a525f50915a54b71c017441d0422f251397d854d",
}


class UnknownEditionError(UserError):
    """Asked for an edition that was never published."""

    message: ClassVar[str] = mark(
        "Det finnes ingen utgave %(edition)s av spørreskjemaet. Velg en av disse: %(editions)s."
    )


class NoEditionForYearError(UserError):
    """Asked for a year before the first edition."""

    message: ClassVar[str] = mark(
        "Det finnes ikke noe spørreskjema for %(year)s. Velg %(first_year)s eller et senere år."
    )


def edition(edition_id: str) -> Questionnaire:
    """Return the edition with this id, such as ``"2026"``.

    Raises
    ------
    UnknownEditionError
        When no such edition was published.
    """
    for questionnaire in EDITIONS:
        if questionnaire.edition == edition_id:
            return questionnaire
    raise UnknownEditionError(
        edition=edition_id, editions=", ".join(known.edition for known in EDITIONS)
    )


def edition_for_year(year: int) -> Questionnaire:
    """Return the edition that the round of ``year`` uses.

    Raises
    ------
    NoEditionForYearError
        For years before the first edition.
    """
    for questionnaire in EDITIONS:
        last_year = questionnaire.last_year
        if questionnaire.first_year <= year and (last_year is None or year <= last_year):
            return questionnaire
    raise NoEditionForYearError(year=year, first_year=EDITIONS[0].first_year)


@cache
def all_variables() -> tuple[Variable, ...]:
    """Return every variable ever asked, once, as the newest edition that asks it has it.

    The order is that of the newest edition; variables it dropped follow, newest first.
    """
    variables: dict[str, Variable] = {}
    for questionnaire in reversed(EDITIONS):
        for variable in questionnaire.variables:
            variables.setdefault(variable.id, variable)
    return tuple(variables.values())


def digest(questionnaire: Questionnaire) -> str:
    """Return the SHA-256 (hex) of a canonical JSON of the whole edition.

    Every field counts: texts, numbers, order, routing, rules and the level rule. Only sets
    have no order and are sorted.
    """
    canonical = json.dumps(
        asdict(questionnaire),
        default=_sorted_set,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _sorted_set(value: object) -> list[str]:
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"an edition may not contain {type(value).__name__}")
