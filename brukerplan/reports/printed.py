"""What a person's printout is made of: everything stored about them, as codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from brukerplan.questionnaire.answers import Answers, Value


@dataclass(frozen=True, slots=True)
class Words:
    """What the store's codes are called: acts, sources of changes, questions and answers, and
    why an odd answer was confirmed.
    """

    acts: Mapping[str, str]
    sources: Mapping[str, str]
    questions: Mapping[str, str]
    answers: Mapping[str, str]
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PrintedAct:
    """Somebody did something; ``who`` is ``None`` for the program itself."""

    at: datetime
    who: str | None
    act: str
    where: str


@dataclass(frozen=True, slots=True)
class PrintedChange:
    """An answer that changed, or without ``variable`` an event."""

    at: datetime
    who: str | None
    source: str
    variable: str | None
    before: Value | None = field(repr=False)
    after: Value | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class PrintedQuery:
    """A question to the unit about the registration, and its answer."""

    asked_at: datetime
    question: str
    variable: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class PrintedRegistration:
    """One unit's registration in one round, whole."""

    year: int
    edition: str
    unit: str
    case_label: str = field(repr=False)
    state: str
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    informed_at: datetime | None
    letter_language: str
    verified_at: datetime | None
    carried_from: int | None
    practice: bool
    answers: Answers = field(repr=False)
    confirmed: Mapping[str, str] = field(repr=False)
    kept_versions: tuple[tuple[datetime, Answers], ...] = field(repr=False)
    queries: tuple[PrintedQuery, ...]
    history: tuple[PrintedChange, ...]


@dataclass(frozen=True, slots=True)
class Printout:
    """Everything a municipality has about a person. Nothing at all is an answer too."""

    municipality: str
    written_on: date
    registrations: tuple[PrintedRegistration, ...]
    opt_outs: tuple[tuple[int, datetime], ...]
    acts: tuple[PrintedAct, ...]
    lists: tuple[PrintedAct, ...]
